package io.millrace.timers;

/** What is done with occurrences that are past due, for example after an outage. */
public enum PastDuePolicy {
    /** Each fires, late. */
    FIRE,
    /** None fires. */
    SKIP,
    /** Of each schedule the last one fires, late. */
    LAST
}
