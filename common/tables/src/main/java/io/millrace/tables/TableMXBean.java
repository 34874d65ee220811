package io.millrace.tables;

/** What JMX shows of a table. */
public interface TableMXBean {
    /** The name of the {@link TableState}. */
    String getState();

    /** Why it is not ready or not current; empty if it is. */
    String getReason();

    /** The number of keys. */
    int getEntries();

    /** The bytes of the heap that the entries occupy. */
    long getBytes();

    /** The records that were read since the table was opened. */
    long getRecordsRead();

    /** The time since the table was last proved to be current; -1 if it is not complete. */
    long getStalenessMillis();

    /** The records that were skipped because they cannot be decoded. */
    long getUndecodable();

    /** How often the topic was loaded again. */
    long getReloads();
}
