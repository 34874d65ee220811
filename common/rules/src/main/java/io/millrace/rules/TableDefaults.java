package io.millrace.rules;

import io.millrace.expressions.InvalidExpressionException;
import java.util.Set;

/**
 * A table, or a pattern of tables, that rules may name, with the clauses that they inherit.
 *
 * <pre>
 * defaults = pattern { ";" clause }
 * clause   = "key:" fields | "fields:" fields | "topic:" ( name | expression ) | "partition.by:" expression
 *          | "timestamp:" expression | "headers:" headers | "revision:" expression
 * </pre>
 *
 * @param table the table, or a pattern of several
 * @param clauses the clauses of its rules that have none of their own
 */
record TableDefaults(TablePattern table, RuleClauses clauses) {
    private static final Set<String> CLAUSES = Set.of(
            "key",
            "fields",
            RoutingParser.TOPIC,
            RoutingParser.PARTITION,
            RoutingParser.TIMESTAMP,
            RoutingParser.HEADERS,
            "revision");

    /**
     * Parses the text of one option. The values of the clauses are left to {@link #checkClauses}.
     *
     * @throws InvalidExpressionException if the text has another form
     */
    static TableDefaults parse(String text) {
        RuleClauses clauses = RuleClauses.parse(text, CLAUSES);
        return new TableDefaults(TablePattern.parse(clauses.head()), clauses);
    }

    /**
     * Checks every clause.
     *
     * @throws InvalidExpressionException naming the table and its clause, with the reason
     */
    void checkClauses(RuleParser parser) {
        try {
            clauses.find("key", list -> parser.parseFields(list, table.toString()));
            clauses.find("fields", list -> parser.parseFields(list, table.toString()));
            parser.routing().checkDefaults(clauses);
            clauses.find("revision", parser::parseRevision);
        } catch (InvalidExpressionException e) {
            throw new InvalidExpressionException("table " + table + ": " + e.getMessage());
        }
    }
}
