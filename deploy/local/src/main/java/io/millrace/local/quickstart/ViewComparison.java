package io.millrace.local.quickstart;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The result of a {@link ViewCheck}.
 *
 * @param rows the number of rows of each view
 * @param differences a sentence for each row that is missing, superfluous or different
 */
public record ViewComparison(Map<String, Integer> rows, List<String> differences) {
    public ViewComparison {
        rows = new TreeMap<>(rows);
        differences = List.copyOf(differences);
    }

    public boolean isEqual() {
        return differences.isEmpty();
    }
}
