package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * A value of a column.
 *
 * @param sql the literal that a statement has for it
 * @param json what an event has for it
 */
record Cell(String sql, JsonNode json) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    static final Cell NULL = new Cell("NULL", JSON.nullNode());

    /** A whole number. */
    static Cell of(long number) {
        return new Cell(String.valueOf(number), JSON.numberNode(number));
    }

    /** A text. */
    static Cell of(String text) {
        return new Cell(quote(text), JSON.textNode(text));
    }

    /** The literal of a text, for a session that takes a backslash in a text for the begin of an escape sequence. */
    static String quote(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
