package io.millrace.rules;

import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.NamePattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tables that rules name: one table, or all whose names have a form, such as the shards of a table or the databases of
 * tenants.
 *
 * <p>A pattern consists of a {@link NamePattern} of the database, a dot, and one of the table. A part's text is
 * {@code table.id} in the rule's expressions. Two patterns are equal if their texts are.
 */
final class TablePattern {
    private final String text;
    private final Optional<Table> only;
    private final NamePattern database;
    private final NamePattern name;

    private TablePattern(String text, Optional<Table> only, NamePattern database, NamePattern name) {
        this.text = text;
        this.only = only;
        this.database = database;
        this.name = name;
    }

    /**
     * Parses a pattern.
     *
     * @throws InvalidExpressionException if the text has another form
     */
    static TablePattern parse(String text) {
        int dot = findDot(text);
        if (dot <= 0 || dot == text.length() - 1) {
            throw new InvalidExpressionException("expected a table as database.table, found '" + text + "'");
        }
        NamePattern database = NamePattern.parse(text.substring(0, dot), List.of(), TableParts.RESERVED);
        NamePattern name = NamePattern.parse(text.substring(dot + 1), database.parts(), TableParts.RESERVED);
        return new TablePattern(
                text, NamePattern.isPattern(text) ? Optional.empty() : Optional.of(Table.parse(text)), database, name);
    }

    /** The first dot outside of braces; -1 if there is none. */
    private static int findDot(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && depth == 0) {
                return i;
            }
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
        }
        return -1;
    }

    /** The table, if the text names only one. */
    Optional<Table> only() {
        return only;
    }

    /** The names of the parts, in their order. */
    List<String> parts() {
        List<String> parts = new ArrayList<>(database.parts());
        parts.addAll(name.parts());
        return parts;
    }

    /** The matched parts of a table's names; empty if the pattern does not match them. */
    Optional<TableParts> match(Table table) {
        if (only.isPresent()) {
            return only.get().equals(table) ? Optional.of(TableParts.of(table, Map.of())) : Optional.empty();
        }
        Optional<Map<String, String>> inDatabase = database.match(table.database());
        Optional<Map<String, String>> inName = name.match(table.name());
        if (inDatabase.isEmpty() || inName.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> found = new LinkedHashMap<>(inDatabase.get());
        found.putAll(inName.get());
        return Optional.of(TableParts.of(table, found));
    }

    /** The text with only the names of its parts, for the name of a schema. */
    String plainName() {
        StringBuilder plain = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '{') {
                int end = NamePattern.findClosing(text, i);
                plain.append(text.substring(i + 1, end).split(":", 2)[0]);
                i = end;
            } else {
                plain.append(c == '*' ? '_' : c);
            }
            i++;
        }
        return plain.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TablePattern pattern && text.equals(pattern.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The text as the option has it. */
    @Override
    public String toString() {
        return text;
    }
}
