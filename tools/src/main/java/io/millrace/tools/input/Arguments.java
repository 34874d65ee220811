package io.millrace.tools.input;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The arguments behind a word of the command: {@code --name value}, {@code --flag}, and the rest in its order. */
public final class Arguments {
    private final Map<String, String> values = new HashMap<>();
    private final List<String> rest = new ArrayList<>();

    private Arguments() {}

    /**
     * Reads them.
     *
     * @param valued the options that take a value
     * @param flags the options that take none
     * @throws UsageException on any other option, on one without its value, and on a duplicate
     */
    public static Arguments parse(List<String> words, Set<String> valued, Set<String> flags) {
        Arguments arguments = new Arguments();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!word.startsWith("--")) {
                arguments.rest.add(word);
                continue;
            }
            String value = "";
            if (valued.contains(word)) {
                if (i + 1 == words.size()) {
                    throw new UsageException(word + " needs a value (try --help)");
                }
                value = words.get(++i);
            } else if (!flags.contains(word)) {
                throw new UsageException("unknown option " + word + " here (try --help)");
            }
            if (arguments.values.put(word, value) != null) {
                throw new UsageException(word + " is a duplicate");
            }
        }
        return arguments;
    }

    /** Whether the option is set. */
    public boolean has(String option) {
        return values.containsKey(option);
    }

    /** The option's value. */
    public Optional<String> value(String option) {
        return Optional.ofNullable(values.get(option));
    }

    /** The option's value; throws {@link UsageException} if it is not there. */
    public String required(String option) {
        return value(option).orElseThrow(() -> new UsageException(option + " is missing (try --help)"));
    }

    /** The option's value as a file. */
    public Optional<Path> path(String option) {
        return value(option).map(Path::of);
    }

    /** The option's value as a number above 0; throws {@link UsageException} if it is none. */
    public Optional<Long> parseNumber(String option) {
        return value(option).map(text -> {
            if (!text.matches("[1-9][0-9]{0,17}")) {
                throw new UsageException(option + " needs a whole number above 0, found '" + text + "'");
            }
            return Long.valueOf(text);
        });
    }

    /** The arguments that are not options. */
    public List<String> rest() {
        return List.copyOf(rest);
    }

    /** Throws {@link UsageException} if there is more than options. */
    public void requireNoRest() {
        if (!rest.isEmpty()) {
            throw new UsageException("unknown argument '" + rest.get(0) + "' (try --help)");
        }
    }
}
