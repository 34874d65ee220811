package io.millrace.testing.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The entries of {@code docs/troubleshooting.md}, so that a test that produces a symptom compares the message with the page,
 * and applies the remedy as the page has it.
 *
 * <pre>
 * entry    = "## " title symptom cause remedy check
 * symptom  = "**Symptom.**" text { "```text" message "```" }
 * cause    = "**Cause.**" text
 * remedy   = "**Remedy.**" text { "```" language code "```" }
 * check    = "**Check.**" text
 * </pre>
 *
 * In a message, {@code …} stands for any text, and white space for any white space.
 *
 * @param title the heading
 * @param parts the text of each part, by its name
 */
public record Troubleshooting(String title, Map<String, String> parts) {
    /** The parts of an entry, in their order. */
    public static final List<String> PARTS = List.of("Symptom", "Cause", "Remedy", "Check");

    private static final String PAGE = "docs/troubleshooting.md";
    private static final Pattern PART = Pattern.compile("(?m)^\\*\\*([A-Z][a-z]+)\\.\\*\\*");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```(\\w+)\\n(.*?)^ *```$");

    /** All entries, in their order. */
    public static List<Troubleshooting> readAll() {
        List<Troubleshooting> entries = new ArrayList<>();
        try {
            String page = Files.readString(findPage());
            for (String section : page.split("(?m)^## ", -1)) {
                if (!section.startsWith("# ")) {
                    entries.add(parseSection(section));
                }
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(PAGE + " cannot be read", e);
        }
    }

    private static Path findPage() throws IOException {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(PAGE))) {
                return folder.resolve(PAGE);
            }
        }
        throw new IOException("No folder above has " + PAGE);
    }

    private static Troubleshooting parseSection(String section) {
        Map<String, String> parts = new LinkedHashMap<>();
        Matcher part = PART.matcher(section);
        String name = "";
        int begin = 0;
        while (part.find()) {
            if (!name.isEmpty()) {
                parts.put(name, section.substring(begin, part.start()));
            }
            name = part.group(1);
            begin = part.end();
        }
        parts.put(name, section.substring(begin));
        return new Troubleshooting(section.lines().findFirst().orElse("").strip(), parts);
    }

    /**
     * The entry with this heading.
     *
     * @throws IllegalArgumentException if the page has none
     */
    public static Troubleshooting findEntry(String title) {
        return readAll().stream()
                .filter(entry -> entry.title().equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(PAGE + " has no entry '" + title + "'"));
    }

    /** A pattern that finds the first message of an entry. */
    public static Pattern symptom(String title) {
        return symptom(title, 1);
    }

    /** A pattern that finds a message of an entry, by its number from 1. */
    public static Pattern symptom(String title, int number) {
        return findEntry(title).messages().get(number - 1);
    }

    /** The first code block of an entry's remedy. */
    public static String remedy(String title) {
        return findEntry(title).remedies().get(0);
    }

    /** The options of the first code block of an entry's remedy, whose lines are {@code "option": "value",}. */
    public static Map<String, String> readOptions(String title) {
        return remedy(title)
                .lines()
                .map(line -> line.strip().replaceAll(",$", "").split("\": \"", 2))
                .collect(Collectors.toMap(
                        option -> option[0].substring(1),
                        option -> option[1].substring(0, option[1].length() - 1).replace("\\\\", "\\"),
                        (first, second) -> second,
                        LinkedHashMap::new));
    }

    /** Patterns that find the messages of the symptom, in their order. */
    public List<Pattern> messages() {
        return findBlocks("Symptom").stream()
                .map(Troubleshooting::compileMessage)
                .toList();
    }

    /** The code of the remedy, block by block. */
    public List<String> remedies() {
        return findBlocks("Remedy");
    }

    private List<String> findBlocks(String part) {
        return BLOCK.matcher(Optional.ofNullable(parts.get(part)).orElse(""))
                .results()
                .map(block -> block.group(2).strip())
                .toList();
    }

    private static Pattern compileMessage(String message) {
        String expression = Arrays.stream(message.split("…", -1))
                .map(piece -> Arrays.stream(piece.split("\\s+", -1))
                        .map(word -> word.isEmpty() ? "" : Pattern.quote(word))
                        .collect(Collectors.joining("\\s+")))
                .collect(Collectors.joining(".*?"));
        return Pattern.compile(expression, Pattern.DOTALL);
    }
}
