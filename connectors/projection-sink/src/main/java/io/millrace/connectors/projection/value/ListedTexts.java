package io.millrace.connectors.projection.value;

import io.millrace.connectors.projection.table.Column;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The texts that MySQL's {@code ENUM('a','b')} and {@code SET('a','b')} list. */
final class ListedTexts {
    private final Set<String> numbers = new HashSet<>();

    private ListedTexts(String typeName) {
        int at = typeName.indexOf('\'');
        while (at >= 0) {
            StringBuilder text = new StringBuilder();
            at++;
            // A quote in a text is doubled.
            while (at < typeName.length() && (typeName.charAt(at) != '\'' || typeName.startsWith("''", at))) {
                at += typeName.charAt(at) == '\'' ? 1 : 0;
                text.append(typeName.charAt(at));
                at++;
            }
            if (isNumber(text.toString())) {
                numbers.add(text.toString());
            }
            at = typeName.indexOf('\'', at + 1);
        }
    }

    /** The column's texts; empty if its type lists none. */
    static Optional<ListedTexts> find(Column column) {
        String type = column.typeName().toLowerCase(Locale.ROOT);
        return type.startsWith("enum(") || type.startsWith("set(")
                ? Optional.of(new ListedTexts(column.typeName()))
                : Optional.empty();
    }

    /** Whether the text is one of them, or not a number: the database refuses others by itself. */
    boolean mayContain(String text) {
        return !isNumber(text) || numbers.contains(text);
    }

    /** As {@code strtoul} reads numbers, with white space and a sign before the digits. */
    private static boolean isNumber(String text) {
        String digits = text.strip();
        int sign = !digits.isEmpty() && "+-".indexOf(digits.charAt(0)) >= 0 ? 1 : 0;
        return digits.length() > sign && digits.chars().skip(sign).allMatch(c -> c >= '0' && c <= '9');
    }
}
