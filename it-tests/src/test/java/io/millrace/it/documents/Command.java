package io.millrace.it.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A command that a document tells its readers to run.
 *
 * @param words the command's name and what follows, without the variables that are set in front of it
 */
record Command(List<String> words) {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```sh\\n(.*?)^ *```");
    private static final Pattern INLINE = Pattern.compile("`((?:deploy|benchmarks|it-tests|examples)/[^`\\s]+[^`]*)`");
    /** A quoted or a bare part of a word, what separates commands, or the rest of a line that is a comment. */
    private static final Pattern TOKEN = Pattern.compile(
            "(?s)(\\s#[^\\n]*)|'([^']*)'|\"([^\"]*)\"|(\\\\\\n|[ \\t]+)|(\\n|&&|\\|\\||[;|&])|([^\\s'\";|&]+)");

    /** The commands of a document's blocks for the shell, in their order. */
    static List<Command> inBlocks(String markdown) {
        List<Command> commands = new ArrayList<>();
        Matcher block = BLOCK.matcher(markdown);
        while (block.find()) {
            commands.addAll(parse(block.group(1)));
        }
        return commands;
    }

    /** What stands in a document's sentences as code and begins with a path of the project. */
    static Stream<Command> inSentences(String markdown) {
        return INLINE.matcher(BLOCK.matcher(markdown).replaceAll(""))
                .results()
                .flatMap(code -> parse(code.group(1)).stream());
    }

    String name() {
        return words.get(0);
    }

    /** What follows each of these options. */
    List<String> after(String option) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i + 1 < words.size(); i++) {
            if (words.get(i).equals(option)) {
                values.add(words.get(i + 1));
            }
        }
        return values;
    }

    /** Those that begin with two hyphens, without values. */
    List<String> longOptions() {
        return words.stream()
                .filter(word -> word.startsWith("--"))
                .map(word -> word.split("=", 2)[0])
                .toList();
    }

    private static List<Command> parse(String script) {
        List<Command> commands = new ArrayList<>();
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        Matcher token = TOKEN.matcher("\n" + script + "\n");
        while (token.find()) {
            if (token.group(2) != null || token.group(3) != null || token.group(6) != null) {
                Stream.of(2, 3, 6)
                        .map(token::group)
                        .filter(part -> part != null)
                        .forEach(word::append);
                continue;
            }
            boolean assignment = words.isEmpty() && word.toString().matches("(?s)[A-Z_]+=.*");
            if (!word.isEmpty() && !assignment) {
                words.add(word.toString());
            }
            word.setLength(0);
            if (token.group(5) != null && !words.isEmpty()) {
                commands.add(new Command(List.copyOf(words)));
                words.clear();
            }
        }
        return commands;
    }
}
