package io.millrace.transforms.context;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * What an option's list may hold, and how the reference says so.
 *
 * @param text the rule, as the reference prints it
 * @param check throws {@link ConfigException} where the option of this name may not hold these entries
 */
record OptionRule(String text, BiConsumer<String, List<String>> check) implements ConfigDef.Validator {
    /** One or more names of headers, none twice. */
    static OptionRule headerNames() {
        return new OptionRule(
                "one or more names without white space or control characters, none twice", (option, list) -> {
                    requireSome(option, list);
                    requireNoneTwice(option, list);
                    list.stream()
                            .filter(name -> name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c != 0x7F))
                            .findFirst()
                            .ifPresent(name -> {
                                throw new ConfigException(
                                        option, name, "a header's name has no white space and no control characters");
                            });
                });
    }

    /** Some of these names, none twice. */
    static OptionRule someOf(boolean emptyAllowed, String... names) {
        List<String> allowed = List.of(names);
        return new OptionRule(
                (emptyAllowed ? "any of " : "one or more of ") + allowed + ", none twice", (option, list) -> {
                    if (!emptyAllowed) {
                        requireSome(option, list);
                    }
                    requireNoneTwice(option, list);
                    for (String name : list) {
                        if (!allowed.contains(name)) {
                            throw new ConfigException(option, name, "expected one of " + allowed);
                        }
                    }
                });
    }

    /** Entries {@code key=name}, no key twice. */
    static OptionRule keyNames() {
        return new OptionRule(
                "entries of the form key=name, no key twice", (option, list) -> KeyNames.parse(option, list));
    }

    /** Anything, but nothing twice. */
    static OptionRule noneTwice() {
        return new OptionRule("none twice", OptionRule::requireNoneTwice);
    }

    @Override
    @SuppressWarnings("unchecked") // The options that have a rule are of type LIST, which ConfigDef parses to this.
    public void ensureValid(String option, Object value) {
        check.accept(option, (List<String>) value);
    }

    @Override
    public String toString() {
        return text;
    }

    private static void requireSome(String option, List<String> list) {
        if (list.isEmpty()) {
            throw new ConfigException(option, list, "expected one or more");
        }
    }

    private static void requireNoneTwice(String option, List<String> list) {
        Set<String> seen = new HashSet<>();
        for (String entry : list) {
            if (!seen.add(entry)) {
                throw new ConfigException(option, entry, "it is there twice");
            }
        }
    }
}
