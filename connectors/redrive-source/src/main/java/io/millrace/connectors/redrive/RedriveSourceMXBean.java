package io.millrace.connectors.redrive;

/**
 * The metrics of a task of the redrive source since its start, in JMX under
 * {@code io.millrace:type=redrive-source,connector=NAME,task=NUMBER}. Counters never decrease.
 */
public interface RedriveSourceMXBean {
    /** Letters that were read from the queues. */
    long getLetters();

    /** Letters that the condition did not choose. */
    long getSkippedLetters();

    /** Letters that were sent back. */
    long getRedrivenLetters();

    /** Letters that were parked. */
    long getParkedLetters();

    /** Letters that wait until they are due. */
    long getWaitingLetters();

    /** The bytes of the heap that the waiting letters take. */
    long getWaitingBytes();

    /** For how many milliseconds the next waiting letter has been due; 0 if none is. */
    long getOverdueMillis();

    /** Letters in the queues that have not been read yet, with markers of transactions; -1 if the brokers have not answered yet. */
    long getLagRecords();
}
