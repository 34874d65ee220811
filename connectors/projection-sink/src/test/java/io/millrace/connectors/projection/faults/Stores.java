package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;

/** A topic with few events, which is deleted and created again now and then. */
final class Stores implements EventSource {
    static final String TOPIC = "faults.stores";

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public int partitions() {
        return 2;
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public int ids() {
        return 100;
    }

    @Override
    public ObjectNode value(Random random) {
        if (random.nextInt(8) == 0) {
            return null;
        }
        return JsonNodeFactory.instance.objectNode().put("name", "store " + random.nextInt(1_000));
    }

    @Override
    public ObjectNode poison(Random random) {
        return JsonNodeFactory.instance.objectNode().put("name", "longer than the column of the name is");
    }
}
