package io.millrace.tables;

/** Which {@code cleanup.policy} a table's topic must have. */
public enum CleanupPolicy {
    /** {@code compact} alone: otherwise keys leave the log without a tombstone, and two tables of one topic differ. */
    COMPACT,
    /** Any; it is not read. */
    UNCHECKED
}
