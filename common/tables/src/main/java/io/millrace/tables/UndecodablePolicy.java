package io.millrace.tables;

/** What a table does with a record whose key or value cannot be decoded. */
public enum UndecodablePolicy {
    /** The table fails, and names the record. */
    FAIL,
    /** The key keeps the value that it had, and the record is counted. */
    KEEP
}
