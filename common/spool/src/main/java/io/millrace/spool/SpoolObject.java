package io.millrace.spool;

import java.util.List;

/**
 * An object of records that wait for Kafka, in the order in which the producer was called.
 *
 * @param incarnation the producer that wrote it
 * @param sequence of the object in its incarnation, from 1
 * @param previous the sequence of the object before this one; 0 if there is none. Objects between the two were given up: their callers
 *     got an exception for the records, but the store may contain them
 * @param created when the object was made, milliseconds since 1970 by the clock of the producer
 * @param idHeader the name of the header with the event's id
 * @param records may be empty, in an object that only announces that others were given up
 */
public record SpoolObject(
        Incarnation incarnation,
        long sequence,
        long previous,
        long created,
        String idHeader,
        List<SpooledRecord> records) {
    public SpoolObject {
        records = List.copyOf(records);
        if (previous < 0 || previous >= sequence) {
            throw new IllegalArgumentException(
                    "Expected a previous sequence from 0 to below " + sequence + ", found " + previous);
        }
        if (created < 0 || idHeader.isEmpty()) {
            throw new IllegalArgumentException(
                    "Expected a time from 0 on and the name of a header, found " + created + " and '" + idHeader + "'");
        }
    }

    /** Whether the producer gave up an object of this sequence before it wrote this one. */
    public boolean abandons(long other) {
        return other > previous && other < sequence;
    }

    /** Whether one of the records may have been written to Kafka already. */
    public boolean isAmbiguous() {
        return records.stream().anyMatch(SpooledRecord::ambiguous);
    }

    /** About how many bytes of memory the records take. */
    public long bytes() {
        return records.stream().mapToLong(SpooledRecord::bytes).sum();
    }

    @Override
    public String toString() {
        return "object " + sequence + " of " + incarnation + ": " + records.size() + " records";
    }
}
