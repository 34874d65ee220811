package io.millrace.tools.changes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.events.EventHeaders;
import io.millrace.tools.input.UsageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * A change event as one JSON text:
 *
 * <pre>
 * line      = value | { "value": value, …any of… "topic": text, "key": value, "headers": { name: text },
 *                       "partition": { … }, "offset": { … }, "timestamp": milliseconds }
 * value     = what Connect's JsonConverter writes: {"schema": …, "payload": …}, or JSON without a schema
 * </pre>
 *
 * Missing elements are taken from the value's {@code source} block, as Debezium has it: the topic
 * {@code name.db.table}, the partition {@code {"server": name}}, and the offset's {@code file}, {@code pos},
 * {@code row} and {@code server_id}; its {@code event} is not in there and is then 0.
 */
public final class ChangeJson {
    private static final Set<String> MEMBERS =
            Set.of("topic", "key", "value", "headers", "partition", "offset", "timestamp");

    private final ConnectJson json = new ConnectJson("BASE64");

    /**
     * Reads a text.
     *
     * @throws UsageException naming the place and what is wrong there
     */
    public Change readChange(String place, JsonNode line) {
        boolean wrapped = line.isObject() && line.has("value") && MEMBERS.containsAll(namesOf(line));
        JsonNode value = wrapped ? line.get("value") : line;
        JsonNode data = value.path("payload").isObject() && value.has("schema") ? value.get("payload") : value;
        JsonNode source = data.path("source");
        try {
            return new Change(
                    place,
                    line.path("topic").asText(defaultTopic(source)),
                    json.readData(wrapped ? line.get("key") : null),
                    json.readData(value),
                    readHeaders(place, wrapped ? line.path("headers") : line.path("-")),
                    wrapped && line.has("partition")
                            ? toMap(line.get("partition"))
                            : Map.of("server", source.path("name").asText("")),
                    wrapped && line.has("offset") ? toMap(line.get("offset")) : defaultOffset(source),
                    line.path("timestamp").isIntegralNumber()
                            ? (Long) line.path("timestamp").asLong()
                            : null);
        } catch (DataException e) {
            throw new UsageException(place + " is not what Connect's JsonConverter writes: " + e.getMessage(), e);
        }
    }

    /** The text with everything in it, so that reading it gives the same record again. */
    public JsonNode writeChange(SourceRecord change) {
        ObjectNode line = ConnectJson.MAPPER.createObjectNode();
        line.put("topic", change.topic());
        line.set("offset", ConnectJson.MAPPER.valueToTree(change.sourceOffset()));
        line.set("partition", ConnectJson.MAPPER.valueToTree(change.sourcePartition()));
        ObjectNode headers = ConnectJson.MAPPER.createObjectNode();
        for (Header header : change.headers()) {
            // Of the one run that recorded it, and different in the next.
            if (!header.key().startsWith("__debezium.context.")) {
                headers.put(header.key(), EventHeaders.text(header).orElse(null));
            }
        }
        if (!headers.isEmpty()) {
            line.set("headers", headers);
        }
        line.set("key", json.writeData(change.keySchema(), change.key()));
        line.set("value", json.writeData(change.valueSchema(), change.value()));
        return line;
    }

    private static List<String> namesOf(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String defaultTopic(JsonNode source) {
        List<String> parts = new ArrayList<>();
        for (String part : List.of("name", "db", "table")) {
            if (source.path(part).isTextual()) {
                parts.add(source.path(part).asText());
            }
        }
        return parts.isEmpty() ? "unknown" : String.join(".", parts);
    }

    private static Map<String, Object> defaultOffset(JsonNode source) {
        Map<String, Object> offset = new HashMap<>();
        if (source.path("file").isTextual()) {
            offset.put("file", source.path("file").asText());
            offset.put("pos", source.path("pos").asLong());
            offset.put("row", source.path("row").asLong());
            offset.put("event", 0L);
            offset.put("server_id", source.path("server_id").asLong());
        }
        return offset;
    }

    private static Map<String, Object> toMap(JsonNode object) {
        Map<String, Object> map = new HashMap<>();
        object.properties().forEach(member -> map.put(member.getKey(), toScalar(member.getValue())));
        return map;
    }

    private static @Nullable Object toScalar(JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.asLong();
        }
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        return value.isNull() ? null : value.asText();
    }

    private static Headers readHeaders(String place, JsonNode object) {
        Headers headers = new ConnectHeaders();
        object.properties().forEach(header -> {
            if (header.getValue().isContainerNode()) {
                throw new UsageException(place + ": the header '" + header.getKey() + "' is not a text");
            }
            headers.add(
                    header.getKey(),
                    header.getValue().isNull()
                            ? SchemaAndValue.NULL
                            : new SchemaAndValue(
                                    org.apache.kafka.connect.data.Schema.STRING_SCHEMA,
                                    header.getValue().asText()));
        });
        return headers;
    }
}
