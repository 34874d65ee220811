package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What happens in a topic. */
interface EventSource {
    String topic();

    int partitions();

    /** Its share of the events of all sources. */
    int weight();

    /** How many keys there are: 0 to this minus one. */
    int ids();

    /** A random value, with {@code "deleted": true} or null for one that deletes. */
    ObjectNode value(Random random);

    /** Whether a transform drops the next event. */
    default boolean isDropped(Random random) {
        return false;
    }

    /** A value that cannot be projected, whatever follows it in its batch; null if there is none. */
    default @Nullable ObjectNode unprojectable() {
        return null;
    }

    /** A random value that the sink must refuse: one that cannot be projected, or one that the database does not take. */
    ObjectNode poison(Random random);
}
