package io.millrace.connectors.topic.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connectors.topic.TopicSourceConnector;
import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.campaigns.PostedConnector;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** The connector: its configuration and its state. */
final class TopicConnector extends PostedConnector {
    static final String NAME = "topic-source";
    static final String RAW = "raw.orders";
    static final String EVENTS = "orders";
    static final String UNDECODABLE = "undecodable";

    TopicConnector(ConnectGroup group) {
        super(group, NAME, options(group));
    }

    private static ObjectNode options(ConnectGroup group) {
        ObjectNode config = new ObjectMapper()
                .createObjectNode()
                .put("connector.class", TopicSourceConnector.class.getName())
                .put("tasks.max", "2")
                .put("exactly.once.support", "required")
                .put("kafka.bootstrap.servers", group.broker().bootstrapServers())
                .put("source.topics", RAW)
                .put("source.key.converter", "org.apache.kafka.connect.storage.StringConverter")
                .put("source.value.converter", "io.millrace.converters.StreamingJsonConverter")
                .put("source.value.converter.schemas.enable", "false")
                .put("source.refresh.interval.ms", "500")
                .put("heartbeat.interval.ms", "300")
                .put("max.poll.records", "25")
                .put("undecodable.topic", UNDECODABLE)
                .put("transforms", "event")
                .put("transforms.event.type", "io.millrace.transforms.ToOfficialEvent")
                .put(
                        "transforms.event.table.1",
                        "shop.orders; key: order_id: int64 = row.id; fields: order_id: int64 = row.id")
                .put(
                        "transforms.event.rule.1",
                        "OrderPaid; table: shop.orders; on: update; when: after.status == 'PAID'; topic: " + EVENTS);
        for (String part : List.of("key", "value", "header")) {
            config.put(part + ".converter", "io.millrace.converters.OriginalBytesConverter")
                    .put(
                            part + ".converter.original-bytes.converter",
                            part.equals("header")
                                    ? "org.apache.kafka.connect.storage.StringConverter"
                                    : "org.apache.kafka.connect.json.JsonConverter");
        }
        return config;
    }

    /** The topics that the connector writes. */
    static Set<String> writtenTopics() {
        return Set.of(EVENTS, UNDECODABLE, NAME + ".heartbeat");
    }

    /** The committed offsets. */
    Map<TopicPartition, Long> offsets() throws IOException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (JsonNode entry : group().rest().offsets(NAME).path("offsets")) {
            offsets.put(
                    new TopicPartition(
                            entry.path("partition").path("kafka_topic").asText(),
                            entry.path("partition").path("kafka_partition").asInt()),
                    entry.path("offset").path("kafka_offset").asLong());
        }
        return offsets;
    }
}
