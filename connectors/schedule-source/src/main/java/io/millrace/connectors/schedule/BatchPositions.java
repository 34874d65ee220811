package io.millrace.connectors.schedule;

import io.millrace.changes.SourcePosition;
import java.util.HashMap;
import java.util.Map;

/**
 * The positions of the records of a batch, for Connect. In a transaction all records of a partition have the last one, because they are committed
 * together; without a transaction each has its own. For use by one thread.
 */
final class BatchPositions {
    private final ScheduleRun run;
    private final Map<Integer, Long> ends;
    private final Map<Integer, Made> made = new HashMap<>();

    private record Made(long nextOffset, SourcePosition position) {}

    private BatchPositions(ScheduleRun run, Map<Integer, Long> ends) {
        this.run = run;
        this.ends = ends;
    }

    /**
     * The positions of a batch of a run.
     *
     * @param isTransaction whether the batch is one
     */
    static BatchPositions of(OutgoingBatch batch, ScheduleRun run, boolean isTransaction) {
        return new BatchPositions(run, isTransaction ? batch.ends() : Map.of());
    }

    /** The position that is committed with a record. */
    SourcePosition positionOf(OutgoingRecord record) {
        int source = record.source();
        long nextOffset = ends.getOrDefault(source, record.nextOffset());
        Made last = made.get(source);
        if (last == null || last.nextOffset() != nextOffset) {
            last = new Made(nextOffset, SourcePosition.of(run.positionOf(source, nextOffset)));
            made.put(source, last);
        }
        return last.position();
    }
}
