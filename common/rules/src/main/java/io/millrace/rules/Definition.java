package io.millrace.rules;

import io.millrace.expressions.InvalidExpressionException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * One table or rule of an option's text, which has one definition a line. A line that begins with a space or a tab continues
 * the one before, and blank lines do not matter.
 *
 * @param text the definition, perhaps of several lines
 * @param line the number of its first line
 * @param alone whether the option has no other
 */
record Definition(String text, int line, boolean alone) {
    /** The definitions of an option's text, in their order. */
    static List<Definition> split(String option) {
        List<StringBuilder> texts = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        String[] lines = option.split("\\R", -1);
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].isBlank()) {
                continue;
            }
            if (texts.isEmpty() || !Character.isWhitespace(lines[i].charAt(0))) {
                texts.add(new StringBuilder(lines[i]));
                numbers.add(i + 1);
            } else {
                texts.get(texts.size() - 1).append('\n').append(lines[i]);
            }
        }
        List<Definition> definitions = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            definitions.add(new Definition(texts.get(i).toString().strip(), numbers.get(i), texts.size() == 1));
        }
        return definitions;
    }

    /**
     * Parses or checks the definition.
     *
     * @throws InvalidExpressionException with the line, if there are several definitions, and the reason
     */
    <T> T read(Supplier<T> parsing) {
        try {
            return parsing.get();
        } catch (InvalidExpressionException e) {
            if (alone) {
                throw e;
            }
            throw new InvalidExpressionException("line " + line + ": " + e.getMessage()
                    + (text.indexOf(';') < 0 ? "; a line that continues the one before begins with a space" : ""));
        }
    }
}
