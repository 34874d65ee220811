package io.millrace.tools.create;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Names of letters, digits and underscores, made of any names of tables and columns. */
final class PlainNames {
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    /** Between a small letter and a capital one, and before the last capital letter of an abbreviation. */
    private static final Pattern WORD_BORDER =
            Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

    /** PostgreSQL cuts longer names. */
    private static final int MAX_LENGTH = 63;

    /** Letters that Unicode does not decompose. */
    private static final Map<String, String> LETTERS = Map.ofEntries(
            Map.entry("ß", "ss"),
            Map.entry("æ", "ae"),
            Map.entry("Æ", "Ae"),
            Map.entry("ø", "o"),
            Map.entry("Ø", "O"),
            Map.entry("œ", "oe"),
            Map.entry("ł", "l"),
            Map.entry("Ł", "L"),
            Map.entry("đ", "d"),
            Map.entry("Đ", "D"),
            Map.entry("ı", "i"));

    private static final Map<String, String> SINGULARS = Map.ofEntries(
            Map.entry("people", "person"),
            Map.entry("children", "child"),
            Map.entry("men", "man"),
            Map.entry("women", "woman"),
            Map.entry("indices", "index"),
            Map.entry("matrices", "matrix"),
            Map.entry("series", "series"),
            Map.entry("movies", "movie"),
            Map.entry("cookies", "cookie"),
            Map.entry("news", "news"),
            Map.entry("statuses", "status"),
            Map.entry("aliases", "alias"),
            Map.entry("bonuses", "bonus"),
            Map.entry("viruses", "virus"),
            Map.entry("campuses", "campus"),
            Map.entry("buses", "bus"),
            Map.entry("gases", "gas"),
            Map.entry("shoes", "shoe"),
            Map.entry("analyses", "analysis"));

    private PlainNames() {}

    /** A name that expressions, Avro and every database take; the name itself if it is one, empty if nothing is left of it. */
    static String toIdentifier(String name) {
        if (IDENTIFIER.matcher(name).matches()) {
            return shorten(name);
        }
        String plain = toAscii(name).replaceAll("[^A-Za-z0-9_]+", "_").replaceAll("^_+|_+$", "");
        return plain.isEmpty() ? "" : shorten(Character.isDigit(plain.charAt(0)) ? "_" + plain : plain);
    }

    private static String shorten(String name) {
        return name.length() <= MAX_LENGTH ? name : name.substring(0, MAX_LENGTH);
    }

    private static String toAscii(String name) {
        String text = name;
        for (Map.Entry<String, String> letter : LETTERS.entrySet()) {
            text = text.replace(letter.getKey(), letter.getValue());
        }
        return MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFD)).replaceAll("");
    }

    /** The words of a name joined with capitals; empty if it has no letters and digits. */
    static String toCamelCase(String name) {
        return joinWords(splitWords(name));
    }

    /** The same with the last word in the singular. */
    static String toSingularCamelCase(String name) {
        List<String> words = new ArrayList<>(splitWords(name));
        if (!words.isEmpty()) {
            int last = words.size() - 1;
            words.set(last, toSingular(words.get(last)));
        }
        return joinWords(words);
    }

    private static List<String> splitWords(String name) {
        List<String> words = new ArrayList<>();
        for (String word : WORD_BORDER.split(toAscii(name), -1)) {
            if (!word.isEmpty()) {
                words.add(word.toLowerCase(Locale.ROOT));
            }
        }
        return words;
    }

    private static String joinWords(List<String> words) {
        StringBuilder name = new StringBuilder();
        words.forEach(word -> name.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length()));
        return name.toString();
    }

    private static String toSingular(String word) {
        String irregular = SINGULARS.get(word);
        if (irregular != null) {
            return irregular;
        }
        if (word.length() > 4 && word.endsWith("ies")) {
            return word.substring(0, word.length() - 3) + "y";
        }
        if (word.matches(".+(ss|sh|ch|x|zz|o)es")) {
            return word.substring(0, word.length() - 2);
        }
        return word.length() > 2 && word.endsWith("s") && !word.matches(".*(ss|us|is)")
                ? word.substring(0, word.length() - 1)
                : word;
    }
}
