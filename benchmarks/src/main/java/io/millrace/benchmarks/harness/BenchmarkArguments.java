package io.millrace.benchmarks.harness;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The words of a command line: {@code --name value}, and the flags {@code --name}. */
public final class BenchmarkArguments {
    private final Map<String, String> values = new HashMap<>();

    /**
     * Reads the words.
     *
     * @param flags the names, without dashes, of those that take no value
     * @param names the names of those that take one
     * @throws IllegalArgumentException if a name is neither or a value is missing
     */
    public BenchmarkArguments(String[] words, Set<String> flags, Set<String> names) {
        for (int i = 0; i < words.length; i++) {
            String name = words[i].replaceFirst("^--", "");
            if (flags.contains(name)) {
                values.put(name, "");
            } else if (names.contains(name) && i + 1 < words.length) {
                values.put(name, words[++i]);
            } else {
                throw new IllegalArgumentException("Not an option, or one without its value: " + words[i]);
            }
        }
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    public String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    public int numberOf(String name, int otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }
}
