package io.millrace.it.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The attributes of an MXBean as a table, each with the sentence that its getter's Javadoc has. */
final class MetricsText {
    private static final Pattern DOCUMENTED = Pattern.compile("/\\*\\*([^/]+?)\\*/\\s*\\w+ get(\\w+)\\(\\);");
    private static final Pattern LINK = Pattern.compile("\\{@link #get(\\w+)\\(\\)\\}");

    private MetricsText() {}

    /**
     * The attributes in the order of their names.
     *
     * @param sources the folder of the sources that the interface is in
     * @throws IllegalArgumentException where an attribute has no sentence
     */
    static String of(Class<?> bean, Path sources) throws IOException {
        String source = Files.readString(sources.resolve(bean.getName().replace('.', '/') + ".java"));
        Map<String, String> sentences = new TreeMap<>();
        Matcher documented = DOCUMENTED.matcher(source);
        while (documented.find()) {
            String sentence =
                    documented.group(1).replaceAll("\\s+\\*?\\s*", " ").strip();
            sentences.put(documented.group(2), LINK.matcher(sentence).replaceAll("`$1`"));
        }
        Set<String> attributes = Arrays.stream(bean.getMethods())
                .map(getter -> getter.getName().substring("get".length()))
                .collect(Collectors.toSet());
        if (!attributes.equals(sentences.keySet())) {
            throw new IllegalArgumentException(
                    bean + " has the attributes " + attributes + ", and sentences about " + sentences.keySet());
        }
        StringBuilder text = new StringBuilder("| attribute | value |\n| --- | --- |\n");
        sentences.forEach((attribute, sentence) -> text.append("| `")
                .append(attribute)
                .append("` | ")
                .append(sentence)
                .append(" |\n"));
        return text.toString().strip();
    }
}
