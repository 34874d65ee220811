package io.millrace.transforms.official;

import io.millrace.expressions.InvalidExpressionException;

/**
 * A table of the source.
 *
 * @param database the database (MySQL's schema) that it is in
 * @param name its own name
 */
record Table(String database, String name) {
    /** Reads {@code database.table}; throws {@link InvalidExpressionException} on anything else. */
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
