package io.millrace.rules;

import io.millrace.expressions.InvalidExpressionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The tables that rules name: one table, or all whose names have a form, such as the shards of a table or the databases of
 * tenants.
 *
 * <pre>
 * pattern = name "." name                  of the database and of the table
 * name    = { character | "*" | part }     "*" stands for any characters, also none
 * part    = "{" id [ ":" expression ] "}"  any characters, at least one, or those that a regular expression matches
 * </pre>
 *
 * <p>A part's text is {@code table.id} in the rule's expressions. Two patterns are equal if their texts are.
 */
final class TablePattern {
    private static final Pattern PART = Pattern.compile("([a-z][A-Za-z0-9]*)(?::(.+))?", Pattern.DOTALL);

    private final String text;
    private final Optional<Table> only;
    private final Pattern database;
    private final Pattern name;
    private final List<String> parts;

    private TablePattern(String text, Optional<Table> only, Pattern database, Pattern name, List<String> parts) {
        this.text = text;
        this.only = only;
        this.database = database;
        this.name = name;
        this.parts = List.copyOf(parts);
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
        List<String> parts = new ArrayList<>();
        Pattern database = compile(text.substring(0, dot), parts);
        Pattern name = compile(text.substring(dot + 1), parts);
        boolean isTable = text.indexOf('*') < 0 && text.indexOf('{') < 0;
        return new TablePattern(
                text, isTable ? Optional.of(Table.parse(text)) : Optional.empty(), database, name, parts);
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

    private static Pattern compile(String name, List<String> parts) {
        StringBuilder expression = new StringBuilder();
        int i = 0;
        while (i < name.length()) {
            char c = name.charAt(i);
            if (c == '{') {
                int end = findClosing(name, i);
                expression.append(compilePart(name.substring(i + 1, end), parts));
                i = end + 1;
            } else {
                expression.append(c == '*' ? ".*" : Pattern.quote(String.valueOf(c)));
                i++;
            }
        }
        return Pattern.compile(expression.toString(), Pattern.DOTALL);
    }

    private static int findClosing(String name, int start) {
        int depth = 0;
        for (int i = start; i < name.length(); i++) {
            depth += name.charAt(i) == '{' ? 1 : name.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new InvalidExpressionException(
                "the brace at character " + (start + 1) + " of '" + name + "' is not closed");
    }

    private static String compilePart(String part, List<String> parts) {
        Matcher matcher = PART.matcher(part);
        if (!matcher.matches()) {
            throw new InvalidExpressionException("expected a part as {name} or {name:expression}, whose name has"
                    + " letters and digits, found '{" + part + "}'");
        }
        String name = matcher.group(1);
        if (parts.contains(name) || TableParts.RESERVED.contains(name)) {
            throw new InvalidExpressionException("the part '{" + name + "}' is a duplicate, or one of "
                    + TableParts.RESERVED + "; choose another name");
        }
        parts.add(name);
        String expression = matcher.group(2) == null ? ".+" : matcher.group(2);
        try {
            return "(?<" + name + ">" + Pattern.compile(expression).pattern() + ")";
        } catch (PatternSyntaxException e) {
            throw new InvalidExpressionException("the part '{" + name + "}': '" + expression
                    + "' is not a regular expression: " + e.getDescription());
        }
    }

    /** The table, if the text names only one. */
    Optional<Table> only() {
        return only;
    }

    /** The names of the parts, in their order. */
    List<String> parts() {
        return parts;
    }

    /** The matched parts of a table's names; empty if the pattern does not match them. */
    Optional<TableParts> match(Table table) {
        if (only.isPresent()) {
            return only.get().equals(table) ? Optional.of(TableParts.of(table, Map.of())) : Optional.empty();
        }
        Matcher inDatabase = database.matcher(table.database());
        Matcher inName = name.matcher(table.name());
        if (!inDatabase.matches() || !inName.matches()) {
            return Optional.empty();
        }
        Map<String, String> found = new LinkedHashMap<>();
        for (String part : parts) {
            Matcher matcher = database.pattern().contains("(?<" + part + ">") ? inDatabase : inName;
            found.put(part, matcher.group(part));
        }
        return Optional.of(TableParts.of(table, found));
    }

    /** The text with only the names of its parts, for the name of a schema. */
    String plainName() {
        StringBuilder plain = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '{') {
                int end = findClosing(text, i);
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
