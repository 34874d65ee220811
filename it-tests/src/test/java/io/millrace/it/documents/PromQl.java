package io.millrace.it.documents;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression of Prometheus' asks for.
 *
 * @param metrics the metrics' names, each with the labels that its selectors name
 * @param grouping the labels that results are grouped by
 */
record PromQl(Map<String, Set<String>> metrics, Set<String> grouping) {
    private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"");
    private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*\\]");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern NAME = Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*(?:\\{([^}]*)\\}|(\\())?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*[=!]");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");

    static PromQl parse(String expression) {
        String text = RANGE.matcher(TEXT.matcher(expression).replaceAll("''")).replaceAll("");
        Set<String> grouping = new TreeSet<>();
        GROUPING.matcher(text).results().forEach(by -> grouping.addAll(names(by.group(1), Pattern.compile("(\\w+)"))));
        Map<String, Set<String>> metrics = new HashMap<>();
        Matcher name = NAME.matcher(GROUPING.matcher(text).replaceAll(""));
        while (name.find()) {
            boolean function = name.group(3) != null;
            if (!function && !OPERATORS.contains(name.group(1))) {
                metrics.computeIfAbsent(name.group(1), key -> new TreeSet<>())
                        .addAll(name.group(2) == null ? Set.of() : names(name.group(2), LABEL));
            }
        }
        return new PromQl(metrics, grouping);
    }

    private static Set<String> names(String text, Pattern pattern) {
        Set<String> names = new TreeSet<>();
        pattern.matcher(text).results().forEach(result -> names.add(result.group(1)));
        return names;
    }
}
