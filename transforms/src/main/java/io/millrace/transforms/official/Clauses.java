package io.millrace.transforms.official;

import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.TopLevel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a rule or of a table's defaults, taken apart: a head and named clauses, separated by semicolons.
 *
 * @param head what stands in front of the first semicolon
 * @param values the clauses' texts by their names; empty for one that takes no value
 */
record Clauses(String head, Map<String, String> values) {
    /** A clause that takes no value. */
    static final String TOMBSTONE = "tombstone";

    private static final Pattern CLAUSE = Pattern.compile("([a-z]+)\\s*(?::(.*))?", Pattern.DOTALL);
    private static final String NONE = "none";

    /**
     * Takes the text apart.
     *
     * @param names the clauses that there may be
     */
    static Clauses parse(String text, Set<String> names) {
        List<String> parts = TopLevel.split(text, ';');
        String head = parts.isEmpty() ? "" : parts.get(0);
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : parts.subList(Math.min(1, parts.size()), parts.size())) {
            Matcher clause = CLAUSE.matcher(part);
            if (!clause.matches() || !names.contains(clause.group(1))) {
                throw new InvalidExpressionException(
                        "expected one of the clauses " + names.stream().sorted().toList() + ", found '" + part + "'");
            }
            put(
                    values,
                    clause.group(1),
                    clause.group(2) == null ? "" : clause.group(2).strip());
        }
        return new Clauses(head, values);
    }

    private static void put(Map<String, String> values, String name, String value) {
        if (name.equals(TOMBSTONE) && !value.isEmpty()) {
            throw new InvalidExpressionException("'tombstone' takes no value, found '" + value + "'");
        }
        if (!name.equals(TOMBSTONE) && value.isEmpty()) {
            throw new InvalidExpressionException("'" + name + "' has no value");
        }
        if (values.put(name, value) != null) {
            throw new InvalidExpressionException("'" + name + "' is there twice");
        }
    }

    /** These clauses, and those of the defaults that they do not have; {@code none} takes a default away. */
    Clauses over(Clauses defaults) {
        Map<String, String> merged = new LinkedHashMap<>(defaults.values());
        merged.putAll(values);
        if (values.containsKey(TOMBSTONE) && !values.containsKey("fields")) {
            merged.remove("fields");
        }
        merged.values().removeIf(NONE::equals);
        return new Clauses(head, merged);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** What the reader makes of the clause; empty where it is not there. */
    <T> Optional<T> read(String name, Function<String, T> reader) {
        String text = values.get(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(text));
        } catch (InvalidExpressionException e) {
            throw new InvalidExpressionException("'" + name + "': " + e.getMessage());
        }
    }

    /** What the reader makes of a clause that must be there. */
    <T> T require(String name, Function<String, T> reader) {
        return read(name, reader)
                .orElseThrow(() -> new InvalidExpressionException("the clause '" + name + "' is missing"));
    }
}
