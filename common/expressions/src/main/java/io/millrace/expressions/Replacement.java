package io.millrace.expressions;

import com.google.re2j.Matcher;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.errors.DataException;

/**
 * The replacement of {@code regex.replace}, as CEL's extension defines it:
 *
 * <pre>
 * replacement = { character | "\" digit | "\\" }
 * </pre>
 *
 * {@code \0} is the whole match, and the other digits are groups. Immutable.
 */
final class Replacement {
    /** A text, and the number of the group after it; -1 if there is none. */
    private record Part(String text, int group) {}

    private static final int NONE = -1;
    private static final int LAST_DIGIT = 9;

    private final List<Part> parts;

    private Replacement(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /**
     * Reads a replacement.
     *
     * @param groups how many groups the pattern has
     * @throws DataException if it has another escape, or a group that the pattern does not have
     */
    static Replacement parse(String source, int groups) {
        List<Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (int slash = source.indexOf('\\'); slash >= 0; slash = source.indexOf('\\', from)) {
            text.append(source, from, slash);
            char escaped = slash + 1 < source.length() ? source.charAt(slash + 1) : ' ';
            if (escaped == '\\') {
                text.append(escaped);
            } else if (escaped >= '0' && escaped <= '9' && escaped - '0' <= groups) {
                parts.add(new Part(text.toString(), escaped - '0'));
                text.setLength(0);
            } else {
                throw new DataException("a replacement has \\0 to \\" + Math.min(groups, LAST_DIGIT)
                        + " for the groups of the pattern and \\\\ for a backslash, found another escape");
            }
            from = slash + 2;
        }
        text.append(source, from, source.length());
        parts.add(new Part(text.toString(), NONE));
        return new Replacement(parts);
    }

    /** Appends the replacement of a match in the text; a group without a part in the match is empty. */
    void append(Matcher match, String text, StringBuilder target) {
        for (Part part : parts) {
            target.append(part.text());
            if (part.group() != NONE && match.start(part.group()) >= 0) {
                target.append(text, match.start(part.group()), match.end(part.group()));
            }
        }
    }
}
