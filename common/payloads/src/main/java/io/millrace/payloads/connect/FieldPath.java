package io.millrace.payloads.connect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;

/**
 * A way to fields of a record's value, such as {@code after.image}, {@code documents[].body} or {@code attachments.*}:
 *
 * <pre>
 * path = part *( "." part )
 * part = ( name / "*" ) *( "[]" )   ; a field, or a key of a map without a schema / each value of a map
 *                                   ; [] each element of an array
 * name = 1*( any character but . [ ] * \ and white space at its ends / "\" any character )
 * </pre>
 *
 * @param text as it was configured
 * @param steps one by one from the record's value
 */
public record FieldPath(String text, List<PathStep> steps) {
    /** From a value to others inside of it. */
    public sealed interface PathStep {}

    /** To a field of a structure, or the value of a key. */
    public record Named(String name) implements PathStep {}

    /** To each element of an array. */
    public record Elements() implements PathStep {}

    /** To each value of a map. */
    public record Values() implements PathStep {}

    private static final String SPECIAL = ".[]*\\";

    /** Keeps what cannot be changed. */
    public FieldPath {
        steps = List.copyOf(steps);
    }

    /**
     * Parses an option's paths.
     *
     * @throws ConfigException if one is not a path, or is a duplicate
     */
    public static List<FieldPath> parseAll(String option, List<String> texts) {
        List<FieldPath> paths = new ArrayList<>();
        Set<List<PathStep>> seen = new HashSet<>();
        for (String text : texts) {
            FieldPath path = parse(option, text);
            if (!seen.add(path.steps)) {
                throw new ConfigException(option, text, "The path is a duplicate");
            }
            paths.add(path);
        }
        return List.copyOf(paths);
    }

    /**
     * Parses a path.
     *
     * @throws ConfigException if it is not a path
     */
    public static FieldPath parse(String option, String text) {
        List<PathStep> steps = new ArrayList<>();
        int at = 0;
        do {
            at = parsePart(option, text, at, steps);
            while (text.startsWith("[]", at)) {
                steps.add(new Elements());
                at += 2;
            }
            if (at < text.length() && text.charAt(at) != '.') {
                throw refusal(option, text, at);
            }
            at++;
        } while (at <= text.length());
        return new FieldPath(text, steps);
    }

    private static int parsePart(String option, String text, int from, List<PathStep> steps) {
        if (from < text.length() && text.charAt(from) == '*') {
            steps.add(new Values());
            return from + 1;
        }
        StringBuilder name = new StringBuilder();
        int at = from;
        while (at < text.length() && (text.charAt(at) == '\\' || SPECIAL.indexOf(text.charAt(at)) < 0)) {
            if (text.charAt(at) == '\\' && ++at == text.length()) {
                throw refusal(option, text, at);
            }
            name.append(text.charAt(at++));
        }
        if (name.isEmpty()) {
            throw refusal(option, text, from);
        }
        steps.add(new Named(name.toString()));
        return at;
    }

    private static ConfigException refusal(String option, String text, int at) {
        return new ConfigException(
                option,
                text,
                "Expected names with . between them, [] for each element of an array and * for each value of a map; at"
                        + " character " + (at + 1));
    }

    /** The path as it was configured. */
    @Override
    public String toString() {
        return text;
    }
}
