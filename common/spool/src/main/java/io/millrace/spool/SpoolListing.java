package io.millrace.spool;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a spool contains.
 *
 * @param incarnations by their writers and ids
 * @param foreign names that neither a producer nor a recovery gives; they are left alone
 * @param refused the objects that a recovery has put aside
 */
public record SpoolListing(SortedMap<Incarnation, Waiting> incarnations, List<String> foreign, List<Entry> refused) {
    public SpoolListing {
        foreign = List.copyOf(foreign);
        refused = List.copyOf(refused);
    }

    /**
     * The objects of one incarnation.
     *
     * @param objects in their order
     * @param recovered when its marker was written; null if there is none
     * @param closed whether the producer was closed: it writes no more objects
     */
    public record Waiting(List<Entry> objects, @Nullable Instant recovered, boolean closed) {
        public Waiting {
            objects = List.copyOf(objects);
        }
    }

    /**
     * An object.
     *
     * @param modified when it was stored, by the clock of the store
     */
    public record Entry(SpoolKey key, long bytes, Instant modified) {}
}
