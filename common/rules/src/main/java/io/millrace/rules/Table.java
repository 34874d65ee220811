package io.millrace.rules;

import io.millrace.expressions.InvalidExpressionException;

/**
 * A table of the source.
 *
 * @param database the database of the table; in PostgreSQL, the schema
 * @param name its own name
 */
record Table(String database, String name) {
    /**
     * Parses {@code database.table}.
     *
     * @throws InvalidExpressionException if the text has another form
     */
    static Table parse(String text) {
        int dot = text.indexOf('.');
        if (dot <= 0 || dot == text.length() - 1) {
            throw new InvalidExpressionException("expected a table as database.table, found '" + text + "'");
        }
        return new Table(text.substring(0, dot), text.substring(dot + 1));
    }

    @Override
    public String toString() {
        return database + "." + name;
    }
}
