package io.millrace.context;

import io.millrace.config.Option;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Options that are a list of names, and their rules: each throws {@link IllegalArgumentException} with the reason. */
final class NameLists {
    /** The group of all options of the transform. */
    static final String GROUP = "Request context";

    private NameLists() {}

    /** An option that is a list. */
    static Option<List<String>> option(String name) {
        return Option.list(name).shownIn(GROUP, name);
    }

    static void requireHeaderNames(List<String> names) {
        requireEntry(names);
        requireNoDuplicate(names);
        for (String name : names) {
            if (name.isEmpty() || !name.chars().allMatch(c -> c > ' ' && c != 0x7F)) {
                throw new IllegalArgumentException(
                        "a header's name has no white space and no control characters, found '" + name + "'");
            }
        }
    }

    static void requireAmong(List<String> names, List<String> allowed) {
        requireNoDuplicate(names);
        for (String name : names) {
            if (!allowed.contains(name)) {
                throw new IllegalArgumentException("expected one of " + allowed + ", found '" + name + "'");
            }
        }
    }

    static void requireEntry(List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("expected one or more");
        }
    }

    static void requireNoDuplicate(List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("'" + name + "' is a duplicate");
            }
        }
    }
}
