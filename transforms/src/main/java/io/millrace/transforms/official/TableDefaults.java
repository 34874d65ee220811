package io.millrace.transforms.official;

import io.millrace.expressions.InvalidExpressionException;
import java.util.Set;

/**
 * A table that rules may name, with what they inherit.
 *
 * <pre>
 * defaults = database "." table { ";" clause }
 * clause   = "key:" fields | "fields:" fields | "topic:" name | "revision:" expression
 * </pre>
 *
 * @param table the table
 * @param clauses what its rules inherit where they do not say otherwise
 */
record TableDefaults(Table table, Clauses clauses) {
    private static final Set<String> CLAUSES = Set.of("key", "fields", "topic", "revision");

    /**
     * The defaults that the text says.
     *
     * @throws InvalidExpressionException where it cannot be taken apart; what the clauses say is left to {@link #check}
     */
    static TableDefaults read(String text) {
        Clauses clauses = Clauses.parse(text, CLAUSES);
        return new TableDefaults(Table.parse(clauses.head()), clauses);
    }

    /**
     * Checks every clause.
     *
     * @throws InvalidExpressionException naming the table and its clause, with the reason
     */
    void check(RuleParser parser) {
        try {
            clauses.read("key", list -> parser.fields(list, table.toString()));
            clauses.read("fields", list -> parser.fields(list, table.toString()));
            clauses.read("topic", RuleParser::topic);
            clauses.read("revision", parser::expression);
        } catch (InvalidExpressionException e) {
            throw new InvalidExpressionException("table " + table + ": " + e.getMessage());
        }
    }
}
