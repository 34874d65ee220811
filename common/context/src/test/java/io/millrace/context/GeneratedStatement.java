package io.millrace.context;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Random;

/**
 * A statement made of pieces whose nature is known as they are made, so that what its comments say is known without
 * reading it. Every piece that is no context, above all the literals, holds text that asks to be taken for context, with
 * {@link #EVIL} as the value.
 */
final class GeneratedStatement {
    static final String EVIL = "EVIL";
    static final String KEY = "requestId";

    private static final String[] HOSTILE = {
        "'",
        "''",
        "\"",
        "`",
        "\\",
        "\\'",
        "\\\\",
        "\\\"",
        "/*",
        "*/",
        "/*!",
        "/*+",
        "*",
        "/",
        "-- ",
        "--",
        "#",
        "\n",
        ";",
        " ",
        ",",
        "=",
        "%27",
        "é",
        "\u00a0",
        "(",
        ")",
        "0",
        "x",
        "requestId='EVIL'",
        "/*requestId='EVIL'*/",
        "/*requestId='EVIL',userId='EVIL'*/",
        "' /*requestId='EVIL'*/",
        "\\' /*requestId='EVIL'*/ -- ",
        "'/*requestId='EVIL'",
        "*/ /*requestId='EVIL'",
        ",requestId='EVIL'",
        "requestId=\\'EVIL\\'"
    };
    private static final String[] CODE = {
        "INSERT INTO t VALUES (",
        ")",
        "a",
        "=",
        "5--3",
        "1-1",
        "5 / 2",
        "2*3",
        "@x",
        ",",
        "(",
        "SET",
        "NULL",
        "0x2f2a",
        "- 5"
    };

    private final Random random;
    private final SqlMode mode;
    private final StringBuilder sql = new StringBuilder();
    private String fromLeading;
    private final Deque<String> fromTrailing = new ArrayDeque<>();
    private boolean plain = true;

    GeneratedStatement(Random random, SqlMode mode) {
        this.random = random;
        this.mode = mode;
        leading();
        body();
        trailing();
    }

    String sql() {
        return sql.toString();
    }

    /** What the statement's comments say of {@link #KEY}; null where they say nothing. */
    String expected() {
        return fromLeading != null ? fromLeading : fromTrailing.peekLast();
    }

    /** Whether the statement has neither line comments nor version comments. */
    boolean isPlain() {
        return plain;
    }

    private void leading() {
        for (int pieces = random.nextInt(4); pieces > 0; pieces--) {
            switch (random.nextInt(5)) {
                case 0 -> sql.append(space());
                case 1 -> lineComment();
                case 2 -> sql.append("/* note, ").append(commentText(true)).append("*/");
                default -> {
                    String value = context();
                    fromLeading = fromLeading == null ? value : fromLeading;
                }
            }
        }
    }

    private void body() {
        sql.append("UPDATE").append(space());
        for (int pieces = 1 + random.nextInt(8); pieces > 0; pieces--) {
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> quoted('\'');
                case 3 -> quoted('"');
                case 4 -> quoted('`');
                case 5 -> sql.append(random.nextBoolean() ? "/*requestId='EVIL'*/" : "/* " + commentText(true) + "*/");
                case 6 -> lineComment();
                case 7 -> versionComment();
                default -> sql.append(CODE[random.nextInt(CODE.length)]);
            }
            sql.append(random.nextInt(4) == 0 ? "" : space());
        }
        // A token that no comment can be part of ends the body, so that what follows is known to be trailing.
        switch (random.nextInt(4)) {
            case 0 -> sql.append(" 1");
            case 1 -> sql.append(')');
            case 2 -> quoted('\'');
            default -> quoted('"');
        }
    }

    private void trailing() {
        for (int pieces = random.nextInt(4); pieces > 0; pieces--) {
            switch (random.nextInt(6)) {
                case 0 -> sql.append(space());
                case 1 -> sql.append(';');
                case 2 -> sql.append("/* note, ").append(commentText(false)).append("*/");
                default -> {
                    String value = context();
                    if (value != null) {
                        fromTrailing.add(value);
                    }
                }
            }
        }
        if (random.nextInt(8) == 0) {
            lineComment();
            fromTrailing.clear();
        }
    }

    private void lineComment() {
        plain = false;
        String[] marks = {"# ", "#", "-- ", "--\t", "--\n"};
        String mark = marks[random.nextInt(marks.length)];
        sql.append(' ').append(mark);
        if (!mark.endsWith("\n")) {
            sql.append(hostile().replace("\n", "")).append('\n');
        }
    }

    private void versionComment() {
        plain = false;
        sql.append("/*!").append(random.nextBoolean() ? "40001 " : " ");
        quoted('\'');
        sql.append(" */");
    }

    private void quoted(char quote) {
        boolean escapes =
                quote == '\'' ? mode.backslashEscapes() : quote == '"' && mode.backslashEscapes() && !mode.ansiQuotes();
        // Two literals without anything between would be one.
        sql.append(' ').append(quote);
        for (char c : hostile().toCharArray()) {
            if (c == quote) {
                sql.append(escapes && random.nextBoolean() ? '\\' : quote).append(c);
            } else if (c == '\\' && escapes) {
                sql.append("\\\\");
            } else if (escapes && c == '"' && random.nextInt(4) == 0) {
                sql.append("\\\"");
            } else {
                sql.append(c);
            }
        }
        sql.append(quote);
    }

    /** Appends a comment in sqlcommenter's format; returns its value of the key, or null where it has none. */
    private String context() {
        String value = value();
        String[] pairs = {
            "userId='" + encode(value()) + "'", "traceparent" + space() + "=" + space() + "'00-" + encode(value()) + "'"
        };
        boolean named = random.nextInt(4) > 0;
        StringBuilder comment = new StringBuilder("/*").append(space()).append(pairs[random.nextInt(2)]);
        if (named) {
            String pair = KEY + "='" + encode(value) + "'";
            if (random.nextBoolean()) {
                comment.append(space()).append(',').append(space()).append(pair);
            } else {
                comment.insert(2, pair + ",");
            }
        }
        sql.append(comment).append(space()).append("*/");
        return named ? value : null;
    }

    private String value() {
        String alphabet = "abcXYZ0189-_.~ '\"\\/*%=,;é€#`";
        StringBuilder value = new StringBuilder("v");
        for (int length = random.nextInt(8); length > 0; length--) {
            value.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return value.toString();
    }

    private String encode(String value) {
        StringBuilder encoded = new StringBuilder();
        value.codePoints().forEach(c -> {
            String character = Character.toString(c);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || "-_.~".indexOf(c) >= 0)) {
                encoded.append(character);
            } else if (c == '\'' && random.nextBoolean()) {
                encoded.append("\\'");
            } else {
                for (byte octet : character.getBytes(StandardCharsets.UTF_8)) {
                    encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
                }
            }
        });
        return encoded.toString();
    }

    private String commentText(boolean mayOpen) {
        String text = hostile();
        while (text.contains("*/")) {
            text = text.replace("*/", "");
        }
        while (!mayOpen && text.contains("/*")) {
            text = text.replace("/*", "");
        }
        // Else the text's last slash and the closing mark's star would look like an opening one.
        return text + " ";
    }

    private String hostile() {
        StringBuilder text = new StringBuilder();
        for (int pieces = random.nextInt(7); pieces > 0; pieces--) {
            text.append(HOSTILE[random.nextInt(HOSTILE.length)]);
        }
        return text.toString();
    }

    private String space() {
        String[] spaces = {"", " ", "  ", "\n", "\t", "\r\n"};
        return spaces[random.nextInt(spaces.length)];
    }
}
