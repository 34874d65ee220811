package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;

/**
 * Rows that are created, changed, deleted by an event or by a tombstone, and created again. A few of their notes are so large
 * that a payload store has them.
 */
final class Orders implements EventSource {
    static final String TOPIC = "faults.orders";
    /** Characters of a note where rows are to be large. */
    private static final int LARGE = 4000;
    /** Characters of a note that is kept in a payload store. */
    private static final int HUGE = LargeNotes.THRESHOLD_BYTES + 1_000;

    private static final int HUGE_OF = 100;

    private volatile boolean large;

    /** From now on most rows are some kilobytes large, or no longer are. */
    void large(boolean on) {
        large = on;
    }

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public int partitions() {
        return 6;
    }

    @Override
    public int weight() {
        return 10;
    }

    @Override
    public int ids() {
        return 3000;
    }

    @Override
    public ObjectNode value(Random random) {
        int kind = random.nextInt(10);
        if (kind == 0) {
            return null;
        }
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        if (kind == 1) {
            return value.put("deleted", true);
        }
        int characters =
                random.nextInt(HUGE_OF) == 0 ? HUGE + random.nextInt(HUGE) : random.nextInt(large ? LARGE : 40);
        return value.put("status", random.nextInt(4) == 0 ? null : "S" + random.nextInt(5))
                .put("amount", random.nextInt(100_000))
                .put("note", "ü".repeat(characters / 10) + "n".repeat(characters));
    }

    @Override
    public ObjectNode unprojectable() {
        return JsonNodeFactory.instance.objectNode().put("status", "S1").put("amount", "not a number");
    }

    @Override
    public ObjectNode poison(Random random) {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        if (random.nextInt(4) == 0) {
            value.put("note", "n".repeat(random.nextBoolean() ? LARGE : HUGE));
        }
        return random.nextBoolean()
                ? value.put("status", "S1").put("amount", "not a number")
                : value.put("status", "longer than its column").put("amount", 1);
    }
}
