package io.millrace.connectors.projection.table;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Finds keys that a column's collation may take for one although they are not the same: {@code a}, {@code A},
 * {@code á} and {@code a} with a space behind it. It would rather find too many: the changes of such keys are only
 * written one after the other instead of together.
 */
public final class KeyCollisions {
    private static final Pattern MARKS_AND_IGNORED = Pattern.compile("[\\p{M}\\p{C}]+");

    private final UnaryOperator<RowKey> forms;
    private final Map<RowKey, RowKey> seen = new HashMap<>();

    /** For keys that the server has not compared. */
    public KeyCollisions() {
        this(UnaryOperator.identity());
    }

    /**
     * For keys that the server has compared.
     *
     * @param forms maps all keys that the server compares as equal to one key
     */
    public KeyCollisions(UnaryOperator<RowKey> forms) {
        this.forms = forms;
    }

    /** Whether an earlier key may be taken for this one; remembers this one. */
    public boolean collides(RowKey key) {
        RowKey earlier = seen.putIfAbsent(forms.apply(key).map(KeyCollisions::fold), key);
        return earlier != null && !earlier.equals(key);
    }

    private static Object fold(Object value) {
        if (!(value instanceof String text)) {
            return value;
        }
        boolean plain = true;
        for (int i = 0; i < text.length() && plain; i++) {
            char c = text.charAt(i);
            plain = c > ' ' && c < 127 && (c < 'A' || c > 'Z');
        }
        if (plain) {
            return text;
        }
        String decomposed = Normalizer.normalize(text, Normalizer.Form.NFKD);
        // Upper case first, so that e.g. the two forms of the Greek sigma become one.
        return MARKS_AND_IGNORED
                .matcher(decomposed)
                .replaceAll("")
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .stripTrailing();
    }
}
