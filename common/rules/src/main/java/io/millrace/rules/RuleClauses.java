package io.millrace.rules;

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
 * The parts of the text of a rule or of a table's defaults: a head and named clauses, separated by semicolons.
 *
 * @param head the text in front of the first semicolon
 * @param values the clauses' texts by their names; empty for a clause without a value
 */
record RuleClauses(String head, Map<String, String> values) {
    /** The clause of an event without a body. */
    static final String TOMBSTONE = "tombstone";

    /** The clause of a rule that makes an event in addition to that of an earlier rule. */
    static final String ALSO = "also";

    private static final Set<String> WITHOUT_VALUE = Set.of(TOMBSTONE, ALSO);

    private static final Pattern CLAUSE = Pattern.compile("([a-z]+(?:\\.[a-z]+)*)\\s*(?::(.*))?", Pattern.DOTALL);
    private static final String NONE = "none";

    /**
     * Splits a text.
     *
     * @param names the names that a clause may have
     * @throws InvalidExpressionException if the text has another form
     */
    static RuleClauses parse(String text, Set<String> names) {
        List<String> parts = TopLevel.split(text, ';');
        String head = parts.isEmpty() ? "" : parts.get(0);
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : parts.subList(Math.min(1, parts.size()), parts.size())) {
            Matcher clause = CLAUSE.matcher(part);
            if (!clause.matches() || !names.contains(clause.group(1))) {
                throw new InvalidExpressionException(
                        "expected one of the clauses " + names.stream().sorted().toList() + ", found '" + part + "'");
            }
            addClause(
                    values,
                    clause.group(1),
                    clause.group(2) == null ? "" : clause.group(2).strip());
        }
        return new RuleClauses(head, values);
    }

    private static void addClause(Map<String, String> values, String name, String value) {
        boolean takesValue = !WITHOUT_VALUE.contains(name);
        if (!takesValue && !value.isEmpty()) {
            throw new InvalidExpressionException("'" + name + "' takes no value, found '" + value + "'");
        }
        if (takesValue && value.isEmpty()) {
            throw new InvalidExpressionException("'" + name + "' has no value");
        }
        if (values.put(name, value) != null) {
            throw new InvalidExpressionException("'" + name + "' is a duplicate");
        }
    }

    /** These clauses, and those of the defaults that they do not have; {@code none} removes a default. */
    RuleClauses withDefaults(RuleClauses defaults) {
        Map<String, String> merged = new LinkedHashMap<>(defaults.values());
        merged.putAll(values);
        if (values.containsKey(TOMBSTONE) && !values.containsKey("fields")) {
            merged.remove("fields");
        }
        merged.values().removeIf(NONE::equals);
        return new RuleClauses(head, merged);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /**
     * The parsed value of a clause; empty if the clause does not exist.
     *
     * @throws InvalidExpressionException with the clause's name if the parser refuses it
     */
    <T> Optional<T> find(String name, Function<String, T> parser) {
        String text = values.get(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(text));
        } catch (InvalidExpressionException e) {
            throw new InvalidExpressionException("'" + name + "': " + e.getMessage());
        }
    }

    /** The parsed value of a clause that is required. */
    <T> T require(String name, Function<String, T> parser) {
        return find(name, parser)
                .orElseThrow(() -> new InvalidExpressionException("the clause '" + name + "' is missing"));
    }
}
