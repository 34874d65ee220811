package io.millrace.connectors.event;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The events of a batch's changes after the first one of each. Nearly every batch has none, so they are kept apart from the list of
 * first events, which has one element for each record. For use by one thread.
 */
final class FurtherEvents {
    private final Map<Integer, List<SourceRecord>> byRecord = new HashMap<>();
    private final List<SourceRecord> open = new ArrayList<>();
    private final Consumer<SourceRecord> adder = open::add;

    /** Begins a batch: there are no events. */
    void clear() {
        byRecord.clear();
        open.clear();
    }

    /** Gets the events of a record, one after the other, until {@link #keep}. */
    Consumer<SourceRecord> ofNext() {
        return adder;
    }

    /** The events since the last call are those of the record with this index in the batch. */
    void keep(int index) {
        if (!open.isEmpty()) {
            byRecord.put(index, new ArrayList<>(open));
            open.clear();
        }
    }

    /** The events of the record with this index in the batch, in their order; those that it has can be replaced. */
    List<SourceRecord> of(int index) {
        return byRecord.isEmpty() ? List.of() : byRecord.getOrDefault(index, List.of());
    }
}
