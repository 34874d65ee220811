package io.millrace.connectors.projection.table;

/** What an aggregate says of a group. Measures that are null are left out, as SQL leaves them out. */
public enum AggregateFunction {
    /** How many contributions there are; has no measure. */
    COUNT_ALL,
    /** How many contributions have a measure. */
    COUNT,
    /** The measures' sum; null where there are none. */
    SUM,
    /** The smallest measure; null where there are none. */
    MIN,
    /** The greatest measure; null where there are none. */
    MAX,
    /** How many different measures there are. */
    DISTINCT;

    /** Whether a contribution has a measure for it. */
    public boolean measured() {
        return this != COUNT_ALL;
    }

    /** Whether its value is one of the measures. */
    public boolean extreme() {
        return this == MIN || this == MAX;
    }

    /** Whether it is a number of contributions or measures, never null. */
    public boolean counting() {
        return this == COUNT_ALL || this == COUNT || this == DISTINCT;
    }

    /**
     * The SQL that makes one value of two: of what is said of a group, and of what a difference or a candidate adds.
     *
     * @param existing SQL for the former
     * @param incoming SQL for the latter
     */
    public String merged(String existing, String incoming) {
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
