package io.millrace.connectors.spool;

import io.millrace.spool.Incarnation;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * How far an incarnation is recovered, as the source offset of its records: {@code {sequence, index}} of the source partition
 * {@code {spool, writer, incarnation}}.
 *
 * @param sequence of an object; 0 before the first one
 * @param index of the last record of the object that needs not be sent any more, from 0
 */
record SpoolPosition(long sequence, long index) implements Comparable<SpoolPosition> {
    /** Before the first object. */
    static final SpoolPosition START = new SpoolPosition(0, Long.MAX_VALUE);

    private static final String SPOOL = "spool";
    private static final String WRITER = "writer";
    private static final String INCARNATION = "incarnation";
    private static final String SEQUENCE = "sequence";
    private static final String INDEX = "index";
    private static final Set<String> PARTITION_FIELDS = Set.of(SPOOL, WRITER, INCARNATION);
    private static final Set<String> OFFSET_FIELDS = Set.of(SEQUENCE, INDEX);

    /** After all records of an object. */
    static SpoolPosition after(long sequence) {
        return new SpoolPosition(sequence, Long.MAX_VALUE);
    }

    /**
     * The source partition of an incarnation. Connect compares source partitions as bytes of JSON, so the order of the fields counts: the
     * map is a {@link HashMap}, as Connect makes them of the partitions in requests. The order in {@link Map#of} is another one in each
     * process.
     */
    static Map<String, String> partition(String location, Incarnation incarnation) {
        Map<String, String> partition = new HashMap<>();
        partition.put(SPOOL, location);
        partition.put(WRITER, incarnation.writer());
        partition.put(INCARNATION, incarnation.id());
        return partition;
    }

    /** The sequence and the index of a record, as a source offset. */
    static Map<String, Long> offset(long sequence, long index) {
        return Map.of(SEQUENCE, sequence, INDEX, index);
    }

    /**
     * The position of a source offset; {@link #START} if there is none.
     *
     * @throws ConnectException if it has another form
     */
    static SpoolPosition of(@Nullable Map<String, ?> offset) {
        if (offset == null) {
            return START;
        }
        requireFields("source offset", offset, OFFSET_FIELDS);
        return new SpoolPosition(number(offset, SEQUENCE), number(offset, INDEX));
    }

    /**
     * Checks positions that an operator sets or resets.
     *
     * @throws ConnectException if one is refused, with what was expected and what was found
     */
    static void requireValid(String location, Map<Map<String, ?>, Map<String, ?>> offsets) {
        offsets.forEach((partition, offset) -> {
            requireFields("source partition", partition, PARTITION_FIELDS);
            if (!location.equals(partition.get(SPOOL))) {
                throw refusal("expected the connector's spool " + location + ", found " + partition.get(SPOOL));
            }
            try {
                var unused = new Incarnation(
                        String.valueOf(partition.get(WRITER)), String.valueOf(partition.get(INCARNATION)));
            } catch (IllegalArgumentException e) {
                throw refusal(e.getMessage());
            }
            of(offset);
        });
    }

    private static void requireFields(String what, Map<String, ?> map, Set<String> expected) {
        if (!expected.equals(map.keySet())) {
            throw refusal("expected the fields " + new TreeSet<>(expected) + " in a " + what + ", found "
                    + new TreeSet<>(map.keySet()));
        }
    }

    private static long number(Map<String, ?> map, String field) {
        Object value = map.get(field);
        if (value instanceof Long || value instanceof Integer) {
            long number = ((Number) value).longValue();
            if (number >= 0) {
                return number;
            }
        }
        throw refusal("expected a whole number from 0 on as " + field + ", found " + value);
    }

    private static ConnectException refusal(@Nullable String reason) {
        return new ConnectException("The offsets were not changed: " + reason);
    }

    @Override
    public int compareTo(SpoolPosition other) {
        int sequences = Long.compare(sequence, other.sequence);
        return sequences != 0 ? sequences : Long.compare(index, other.index);
    }
}
