package io.millrace.expressions;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The existing names that are most like a misspelt one. */
public final class NearestNames {
    private static final int MAX_NAMES = 3;

    private NearestNames() {}

    /**
     * Finds up to three names that differ from another one by few letters: by a third of its length at most, upper and lower
     * case alike.
     *
     * @return the nearest first; none if no name is near
     */
    public static List<String> find(String name, Collection<String> known) {
        String wanted = name.toLowerCase(Locale.ROOT);
        int most = Math.max(1, name.length() / 3);
        return known.stream()
                .distinct()
                .filter(candidate -> distance(wanted, candidate.toLowerCase(Locale.ROOT)) <= most)
                .sorted(Comparator.comparingInt(
                                (String candidate) -> distance(wanted, candidate.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MAX_NAMES)
                .toList();
    }

    /** A clause for a message, {@code "; did you mean 'a' or 'b'?"}; empty if no name is near. */
    public static String suggest(String name, Collection<String> known) {
        List<String> near = find(name, known);
        return near.isEmpty() ? "" : "; did you mean '" + String.join("' or '", near) + "'?";
    }

    /** How many letters must be inserted, deleted, replaced or swapped with their neighbour. */
    public static int distance(String one, String other) {
        int[][] steps = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int replaced = steps[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                steps[i][j] = Math.min(replaced, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
                boolean swapped = i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
                if (swapped) {
                    steps[i][j] = Math.min(steps[i][j], 1 + steps[i - 2][j - 2]);
                }
            }
        }
        return steps[one.length()][other.length()];
    }
}
