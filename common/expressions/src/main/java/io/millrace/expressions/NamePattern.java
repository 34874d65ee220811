package io.millrace.expressions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The form of several names, such as those of the shards of a table or of the topics of tenants.
 *
 * <pre>
 * pattern = { character | "*" | part }     "*" stands for any characters, also none
 * part    = "{" id [ ":" expression ] "}"  any characters, at least one, or those that a regular expression matches
 * </pre>
 *
 * <p>A pattern matches a whole name. Immutable.
 */
public final class NamePattern {
    private static final Pattern PART = Pattern.compile("([a-z][A-Za-z0-9]*)(?::(.+))?", Pattern.DOTALL);

    private final Pattern expression;
    private final List<String> parts;

    private NamePattern(Pattern expression, List<String> parts) {
        this.expression = expression;
        this.parts = List.copyOf(parts);
    }

    /** Whether the text matches other names than itself. */
    public static boolean isPattern(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('{') >= 0;
    }

    /**
     * Parses a pattern.
     *
     * @param earlier the parts of other patterns that are matched together with this one
     * @param reserved further names that a part cannot have
     * @throws InvalidExpressionException if the text has another form
     */
    public static NamePattern parse(String text, List<String> earlier, List<String> reserved) {
        StringBuilder expression = new StringBuilder();
        List<String> parts = new ArrayList<>();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '{') {
                int end = findClosing(text, i);
                Matcher part = matchPart(text.substring(i + 1, end));
                requireFree(part.group(1), earlier, parts, reserved);
                parts.add(part.group(1));
                expression.append(compilePart(part.group(1), part.group(2)));
                i = end + 1;
            } else {
                expression.append(c == '*' ? ".*" : Pattern.quote(String.valueOf(c)));
                i++;
            }
        }
        return new NamePattern(Pattern.compile(expression.toString(), Pattern.DOTALL), parts);
    }

    /**
     * The index of the brace that closes the one at an index.
     *
     * @throws InvalidExpressionException if there is none
     */
    public static int findClosing(String text, int start) {
        int depth = 0;
        for (int i = start; i < text.length(); i++) {
            depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new InvalidExpressionException(
                "the brace at character " + (start + 1) + " of '" + text + "' is not closed");
    }

    private static Matcher matchPart(String part) {
        Matcher matcher = PART.matcher(part);
        if (!matcher.matches()) {
            throw new InvalidExpressionException("expected a part as {name} or {name:expression}, whose name has"
                    + " letters and digits, found '{" + part + "}'");
        }
        return matcher;
    }

    private static void requireFree(String name, List<String> earlier, List<String> parts, List<String> reserved) {
        if (earlier.contains(name) || parts.contains(name) || reserved.contains(name)) {
            throw new InvalidExpressionException("the part '{" + name + "}' is a duplicate"
                    + (reserved.isEmpty() ? "" : ", or one of " + reserved) + "; choose another name");
        }
    }

    private static String compilePart(String name, @Nullable String restriction) {
        String expression = restriction == null ? ".+" : restriction;
        try {
            return "(?<" + name + ">" + Pattern.compile(expression).pattern() + ")";
        } catch (PatternSyntaxException e) {
            throw new InvalidExpressionException("the part '{" + name + "}': '" + expression
                    + "' is not a regular expression: " + e.getDescription());
        }
    }

    /** The names of the parts, in their order. */
    public List<String> parts() {
        return parts;
    }

    /** The texts of the parts in a name, in the parts' order; empty if the pattern does not match it. */
    public Optional<Map<String, String>> match(String name) {
        Matcher matcher = expression.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Map<String, String> found = new LinkedHashMap<>();
        parts.forEach(part -> found.put(part, matcher.group(part)));
        return Optional.of(found);
    }
}
