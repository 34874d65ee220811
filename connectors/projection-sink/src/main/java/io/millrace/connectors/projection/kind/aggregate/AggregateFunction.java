package io.millrace.connectors.projection.kind.aggregate;

/** A function of the measures of a group. Measures that are null are left out, as in SQL. */
enum AggregateFunction {
    /** How many contributions there are; has no measure. */
    COUNT_ALL,
    /** How many contributions have a measure. */
    COUNT,
    /** The measures' sum; null if there are none. */
    SUM,
    /** The smallest measure; null if there are none. */
    MIN,
    /** The greatest measure; null if there are none. */
    MAX,
    /** How many different measures there are. */
    DISTINCT;

    /** Whether a contribution has a measure for it. */
    boolean hasMeasure() {
        return this != COUNT_ALL;
    }

    /** Whether its value is one of the measures. */
    boolean isExtreme() {
        return this == MIN || this == MAX;
    }

    /** Whether it is a number of contributions or measures, never null. */
    boolean isCount() {
        return this == COUNT_ALL || this == COUNT || this == DISTINCT;
    }

    /**
     * The SQL that makes one value of two.
     *
     * @param existing SQL for the value of the group
     * @param incoming SQL for the difference, or for the candidate for an extreme
     */
    String combine(String existing, String incoming) {
        return switch (this) {
            case COUNT_ALL, COUNT, DISTINCT -> "COALESCE(" + existing + ", 0) + " + incoming;
            case SUM -> "COALESCE(" + existing + " + " + incoming + ", " + existing + ", " + incoming + ")";
            case MIN -> better(existing, incoming, "<");
            case MAX -> better(existing, incoming, ">");
        };
    }

    private static String better(String existing, String incoming, String operator) {
        return "CASE WHEN " + existing + " IS NULL OR " + incoming + " " + operator + " " + existing + " THEN "
                + incoming + " ELSE " + existing + " END";
    }
}
