package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;

/** Arrays whose elements come, change and vanish, and some that a transform drops. */
final class Sites implements EventSource {
    static final String TOPIC = "faults.sites";
    private static final int APPS = 10;
    private static final int DROPPED_OF = 8;

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public int partitions() {
        return 3;
    }

    @Override
    public int weight() {
        return 10;
    }

    @Override
    public int ids() {
        return 300;
    }

    @Override
    public ObjectNode value(Random random) {
        int kind = random.nextInt(12);
        if (kind == 0) {
            return null;
        }
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        if (kind == 1) {
            return value.put("deleted", true);
        }
        if (kind == 2) {
            return value.putNull("apps");
        }
        ArrayNode apps = value.putArray("apps");
        for (int app = 0; app < APPS; app++) {
            if (random.nextInt(3) == 0) {
                apps.addObject().put("id", "app-" + app).put("version", "1." + random.nextInt(30));
            }
        }
        return value;
    }

    @Override
    public boolean isDropped(Random random) {
        return random.nextInt(DROPPED_OF) == 0;
    }

    @Override
    public ObjectNode unprojectable() {
        return JsonNodeFactory.instance.objectNode().put("apps", "not an array");
    }

    @Override
    public ObjectNode poison(Random random) {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        if (random.nextBoolean()) {
            return value.put("apps", "not an array");
        }
        value.putArray("apps").addObject().put("id", "app-0").put("version", "longer than its column is");
        return value;
    }
}
