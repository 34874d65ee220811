package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;

/** Rows that are created, changed, deleted by an event or by a tombstone, and created again. */
final class Orders implements EventSource {
    static final String TOPIC = "faults.orders";
    /** Characters of a note where rows are to be large. */
    private static final int LARGE = 4000;

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
        int characters = random.nextInt(large ? LARGE : 40);
        return value.put("status", random.nextInt(4) == 0 ? null : "S" + random.nextInt(5))
                .put("amount", random.nextInt(100_000))
                .put("note", "ü".repeat(characters / 10) + "n".repeat(characters));
    }

    @Override
    public ObjectNode poison(Random random) {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        return random.nextBoolean()
                ? value.put("status", "S1").put("amount", "not a number")
                : value.put("status", "longer than its column").put("amount", 1);
    }
}
