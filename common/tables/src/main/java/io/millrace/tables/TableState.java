package io.millrace.tables;

/** What a table can do. */
public enum TableState {
    /** It is not complete yet; reads are refused. */
    LOADING,
    /** It is complete and current. */
    READY,
    /** It was complete, and is behind its topic: reads are answered, within the bound of staleness. */
    STALE,
    /** It cannot be loaded, or its loader has ended; reads are refused. */
    FAILED,
    /** It was closed; reads are refused. */
    CLOSED
}
