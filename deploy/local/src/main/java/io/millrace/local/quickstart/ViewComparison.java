package io.millrace.local.quickstart;

import java.util.List;

/**
 * What a {@link ViewCheck} found.
 *
 * @param orderRows the rows of {@code order_status}
 * @param customerRows the rows of {@code customer_totals}
 * @param appRows the rows of {@code installed_apps}
 * @param differences a sentence for each row that is missing, superfluous or not as the source says
 */
public record ViewComparison(int orderRows, int customerRows, int appRows, List<String> differences) {
    public ViewComparison {
        differences = List.copyOf(differences);
    }

    public boolean isEqual() {
        return differences.isEmpty();
    }
}
