package io.millrace.expressions;

import com.google.common.base.Ascii;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.values.NullValue;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelStringExtensions.Function;
import dev.cel.runtime.CelFunctionBinding;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.errors.DataException;

/**
 * The functions of CEL's extension for strings, with their names, types and results: places are counted in code points, from 0.
 * CEL's own implementations have no bounds. These ones search in linear time, and refuse a result that is much longer than what it
 * is made of.
 */
final class TextFunctions {
    /** How many characters a result may have more than the text that a function is applied to. */
    static final int MAX_GROWTH = 2_000_000;

    /** How many parts {@code split} makes at most. */
    static final int MAX_PARTS = 100_000;

    static final List<CelFunctionDecl> DECLARATIONS = List.copyOf(CelExtensions.strings(
                    Function.CHAR_AT,
                    Function.INDEX_OF,
                    Function.JOIN,
                    Function.LAST_INDEX_OF,
                    Function.LOWER_ASCII,
                    Function.REPLACE,
                    Function.REVERSE,
                    Function.SPLIT,
                    Function.SUBSTRING,
                    Function.TRIM,
                    Function.UPPER_ASCII)
            .functions());

    static final List<CelFunctionBinding> BINDINGS = List.of(
            CelFunctionBinding.from("string_char_at_int", String.class, Long.class, TextFunctions::charAt),
            CelFunctionBinding.from(
                    "string_index_of_string", String.class, String.class, (text, part) -> indexOf(text, part, 0)),
            CelFunctionBinding.from(
                    "string_index_of_string_int",
                    List.of(String.class, String.class, Long.class),
                    values -> indexOf((String) values[0], (String) values[1], (Long) values[2])),
            CelFunctionBinding.from("list_join", List.class, list -> join(list, "")),
            CelFunctionBinding.from("list_join_string", List.class, String.class, TextFunctions::join),
            CelFunctionBinding.from(
                    "string_last_index_of_string",
                    String.class,
                    String.class,
                    (text, part) -> placeOf(text, new TextSearch(part).findLast(text, text.length()))),
            CelFunctionBinding.from(
                    "string_last_index_of_string_int",
                    List.of(String.class, String.class, Long.class),
                    values -> lastIndexOf((String) values[0], (String) values[1], (Long) values[2])),
            CelFunctionBinding.from("string_lower_ascii", String.class, Ascii::toLowerCase),
            CelFunctionBinding.from("string_upper_ascii", String.class, Ascii::toUpperCase),
            CelFunctionBinding.from(
                    "string_replace_string_string",
                    List.of(String.class, String.class, String.class),
                    values -> replace((String) values[0], (String) values[1], (String) values[2], -1)),
            CelFunctionBinding.from(
                    "string_replace_string_string_int",
                    List.of(String.class, String.class, String.class, Long.class),
                    values -> replace((String) values[0], (String) values[1], (String) values[2], (Long) values[3])),
            CelFunctionBinding.from("string_reverse", String.class, text -> new StringBuilder(text)
                    .reverse()
                    .toString()),
            CelFunctionBinding.from(
                    "string_split_string", String.class, String.class, (text, separator) -> split(text, separator, -1)),
            CelFunctionBinding.from(
                    "string_split_string_int",
                    List.of(String.class, String.class, Long.class),
                    values -> split((String) values[0], (String) values[1], (Long) values[2])),
            CelFunctionBinding.from(
                    "string_substring_int",
                    String.class,
                    Long.class,
                    (text, from) -> text.substring(requireIndex(text, from))),
            CelFunctionBinding.from(
                    "string_substring_int_int",
                    List.of(String.class, Long.class, Long.class),
                    values -> substring((String) values[0], (Long) values[1], (Long) values[2])),
            CelFunctionBinding.from("string_trim", String.class, TextFunctions::trim));

    private TextFunctions() {}

    /** Java's index of a place; -1 if the text has fewer code points. */
    private static int indexAt(String text, long place) {
        if (place < 0 || place > text.length()) {
            return -1;
        }
        int index = 0;
        for (long left = place; left > 0; left--) {
            if (index >= text.length()) {
                return -1;
            }
            index += Character.charCount(text.codePointAt(index));
        }
        return index;
    }

    private static int requireIndex(String text, long place) {
        int index = indexAt(text, place);
        if (index < 0) {
            throw new DataException("expected a place in the text, found one outside it");
        }
        return index;
    }

    /** The place of Java's index; -1 stays -1. */
    private static long placeOf(String text, int index) {
        return index < 0 ? -1 : text.codePointCount(0, index);
    }

    private static String charAt(String text, long place) {
        int index = requireIndex(text, place);
        return index == text.length() ? "" : Character.toString(text.codePointAt(index));
    }

    private static String substring(String text, long from, long to) {
        if (from > to) {
            throw new DataException("substring() expects a beginning that is not after the end");
        }
        return text.substring(requireIndex(text, from), requireIndex(text, to));
    }

    private static long indexOf(String text, String part, long from) {
        return placeOf(text, new TextSearch(part).findFirst(text, requireIndex(text, from)));
    }

    private static long lastIndexOf(String text, String part, long last) {
        return placeOf(text, new TextSearch(part).findLast(text, requireIndex(text, last)));
    }

    /** NULL if an element is NULL, as a concatenation is. */
    private static Object join(List<?> texts, String separator) {
        long length = 0;
        boolean unknown = false;
        for (Object text : texts) {
            unknown |= text instanceof NullValue;
            if (!(text instanceof String) && !(text instanceof NullValue)) {
                throw new DataException("join() expects a list of texts, found another element");
            }
            length += (text instanceof String part ? part.length() : 0) + separator.length();
        }
        requireLength(length, 0);
        if (unknown) {
            return NullValue.NULL_VALUE;
        }
        StringBuilder joined = new StringBuilder((int) length);
        String before = "";
        for (Object text : texts) {
            joined.append(before).append(text);
            before = separator;
        }
        return joined.toString();
    }

    /**
     * Refuses a result that is too long.
     *
     * @param source how long the text is that the function is applied to
     */
    static void requireLength(long result, long source) {
        if (result > source + MAX_GROWTH) {
            throw new DataException("the result has more than " + MAX_GROWTH + " characters more than the text");
        }
    }

    private static String replace(String text, String part, String replacement, long limit) {
        if (limit == 0) {
            return text;
        }
        return part.isEmpty()
                ? insertBetween(text, replacement, limit < 0 ? Long.MAX_VALUE : limit)
                : replacePart(text, part, replacement, limit < 0 ? Long.MAX_VALUE : limit);
    }

    private static String replacePart(String text, String part, String replacement, long limit) {
        TextSearch search = new TextSearch(part);
        int at = search.findFirst(text, 0);
        if (at < 0) {
            return text;
        }
        StringBuilder replaced = new StringBuilder();
        int copied = 0;
        for (long left = limit; at >= 0 && left > 0; left--) {
            replaced.append(text, copied, at).append(replacement);
            requireLength(replaced.length(), text.length());
            copied = at + part.length();
            at = search.findFirst(text, copied);
        }
        return replaced.append(text, copied, text.length()).toString();
    }

    /** An empty text is before each code point, and at the end. */
    private static String insertBetween(String text, String replacement, long limit) {
        StringBuilder replaced = new StringBuilder();
        long left = limit;
        for (int i = 0; i < text.length(); ) {
            if (left-- > 0) {
                replaced.append(replacement);
                requireLength(replaced.length(), text.length());
            }
            int next = i + Character.charCount(text.codePointAt(i));
            replaced.append(text, i, next);
            i = next;
        }
        return (left > 0 ? replaced.append(replacement) : replaced).toString();
    }

    private static List<String> split(String text, String separator, long limit) {
        if (limit == 0) {
            return List.of();
        }
        long most = limit < 0 ? Long.MAX_VALUE : limit;
        List<String> parts = new ArrayList<>();
        TextSearch search = new TextSearch(separator);
        int from = 0;
        while (parts.size() < most - 1) {
            int end = separator.isEmpty() ? endOfCharacter(text, from) : search.findFirst(text, from);
            if (end < 0) {
                break;
            }
            parts.add(text.substring(from, end));
            if (parts.size() > MAX_PARTS) {
                throw new DataException("split() makes at most " + MAX_PARTS + " parts, found more");
            }
            from = end + separator.length();
        }
        if (!separator.isEmpty() || from < text.length()) {
            parts.add(text.substring(from));
        }
        return parts;
    }

    /** The end of the code point; -1 at the end of the text. */
    private static int endOfCharacter(String text, int from) {
        return from >= text.length() ? -1 : from + Character.charCount(text.codePointAt(from));
    }

    private static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    /** Unicode's property White_Space. */
    private static boolean isSpace(char c) {
        return (c >= 0x9 && c <= 0xd)
                || c == ' '
                || c == 0x85
                || c == 0xa0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200a)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }
}
