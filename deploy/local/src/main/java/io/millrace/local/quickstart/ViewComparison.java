package io.millrace.local.quickstart;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a {@link ViewCheck} found.
 *
 * @param rows how many rows each view has
 * @param differences a sentence for each row that is missing, superfluous or not as the source says
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
