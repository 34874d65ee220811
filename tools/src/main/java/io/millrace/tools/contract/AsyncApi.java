package io.millrace.tools.contract;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.events.EventHeaders;
import io.millrace.rules.EventContract;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;

/**
 * A contract as an <a href="https://www.asyncapi.com/docs/reference/specification/v3.0.0">AsyncAPI 3.0.0</a> document: a
 * channel for each topic, a message for each type of event, schemas in JSON Schema draft 7. The same contract gives the
 * same document.
 */
final class AsyncApi {
    private static final String KAFKA_BINDING = "0.5.0";

    private final Contract contract;
    private final Wire keys;
    private final Wire values;
    private final ObjectNode document = JsonNodeFactory.instance.objectNode();
    private final ObjectNode channels = JsonNodeFactory.instance.objectNode();
    private final ObjectNode operations = JsonNodeFactory.instance.objectNode();
    private final ObjectNode messages = JsonNodeFactory.instance.objectNode();
    private final ObjectNode schemas = JsonNodeFactory.instance.objectNode();
    private final Map<EventContract, String> names = new LinkedHashMap<>();

    private AsyncApi(Contract contract) {
        this.contract = contract;
        this.keys = Wire.of(contract.options(), "key.converter");
        this.values = Wire.of(contract.options(), "value.converter");
    }

    /** The document. */
    static ObjectNode of(Contract contract, String title, String version) {
        return new AsyncApi(contract).writeDocument(title, version);
    }

    private ObjectNode writeDocument(String title, String version) {
        document.put("asyncapi", "3.0.0");
        document.putObject("info")
                .put("title", title)
                .put("version", version)
                .put("description", "The official events of the connector " + contract.connector() + ".");
        document.put("defaultContentType", "application/json");
        document.set("channels", channels);
        document.set("operations", operations);
        ObjectNode components = document.putObject("components");
        components.set("messages", messages);
        components.set("schemas", schemas);
        contract.events().forEach(this::addEvent);
        return document;
    }

    private void addEvent(EventContract event) {
        String name = nameMessage(event);
        String id = channelOf(event);
        ObjectNode channel = channels.withObjectProperty(id);
        if (channel.isEmpty()) {
            if (event.allowedTopics().isPresent()) {
                channel.putNull("address");
                channel.put(
                        "description",
                        "The topic is computed as " + event.topic() + " and matches "
                                + event.allowedTopics().get());
            } else {
                channel.put("address", event.topic());
            }
            channel.putObject("messages");
            ObjectNode operation = operations.putObject("send." + id);
            operation.put("action", "send").putObject("channel").put("$ref", reference("channels", id));
            operation.putArray("messages");
        }
        ObjectNode listed = (ObjectNode) channel.get("messages");
        if (!listed.has(name)) {
            listed.putObject(name).put("$ref", "#/components/messages/" + pointer(name));
            ((ArrayNode) operations.get("send." + id).get("messages"))
                    .addObject()
                    .put("$ref", reference("channels", id) + "/messages/" + pointer(name));
        }
    }

    /** The topic; a computed one has no address that is known before the event, so its channel has the event's type. */
    private static String channelOf(EventContract event) {
        return event.allowedTopics().isPresent() ? event.type() : event.topic();
    }

    /** The message's name: the event's type, followed by a number if rules give it several shapes. */
    private String nameMessage(EventContract event) {
        String known = names.get(event);
        if (known != null) {
            return known;
        }
        ObjectNode message = makeMessage(event);
        String name = event.type();
        for (int i = 2; messages.has(name); i++) {
            if (isSame(name, event, message)) {
                names.put(event, name);
                return name;
            }
            name = event.type() + "_" + i;
        }
        names.put(event, name);
        schemas.set(name, values.schemaOf(event.value()));
        message.set(
                "payload",
                values.describeWritten(
                        reference("components/schemas", name), event.value().isEmpty()));
        messages.set(name, message);
        return name;
    }

    private boolean isSame(String name, EventContract event, ObjectNode message) {
        ObjectNode other = messages.get(name).deepCopy();
        other.remove("payload");
        return other.equals(message) && schemas.get(name).equals(values.schemaOf(event.value()));
    }

    private ObjectNode makeMessage(EventContract event) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("name", event.type());
        if (values.isJson() || values.converter().isEmpty()) {
            message.put("contentType", "application/json");
        }
        message.set("headers", makeHeaders(event));
        ObjectNode kafka = message.putObject("bindings").putObject("kafka");
        String key = channelOf(event) + ".Key";
        ObjectNode keySchema = keys.schemaOf(event.key());
        for (int i = 2; schemas.has(key) && !schemas.get(key).equals(keySchema); i++) {
            key = channelOf(event) + ".Key_" + i;
        }
        schemas.set(key, keySchema);
        kafka.set(
                "key",
                keys.describeWritten(
                        reference("components/schemas", key), event.key().isEmpty()));
        kafka.put("bindingVersion", KAFKA_BINDING);
        return message;
    }

    private ObjectNode makeHeaders(EventContract event) {
        ObjectNode headers = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode properties = headers.putObject("properties");
        ArrayNode required = headers.putArray("required");
        for (String name : new String[] {
            EventHeaders.SPEC_VERSION, EventHeaders.ID, EventHeaders.SOURCE, EventHeaders.TYPE, EventHeaders.TIME
        }) {
            properties.putObject(name).put("type", "string");
            required.add(name);
        }
        of(properties, EventHeaders.SPEC_VERSION).put("const", EventHeaders.SPEC_VERSION_1_0);
        of(properties, EventHeaders.ID)
                .put("description", "id of the event: a replay repeats it, and no other event has it");
        of(properties, EventHeaders.SOURCE).put("const", event.source());
        of(properties, EventHeaders.TYPE).put("const", event.type());
        of(properties, EventHeaders.TIME)
                .put("format", "date-time")
                .put("description", "when the change was committed");
        if (event.key().isPresent()) {
            addText(properties, EventHeaders.SUBJECT, "the key's values, joined by /");
            required.add(EventHeaders.SUBJECT);
        }
        if (event.revision()) {
            addText(properties, EventHeaders.REVISION, "of two events of one entity the larger is the newer")
                    .put("pattern", "^-?[0-9]+$");
            required.add(EventHeaders.REVISION);
        }
        if (event.snapshot()) {
            addText(properties, EventHeaders.SNAPSHOT, "only if the event is a row that a snapshot read")
                    .putArray("enum")
                    .add("initial")
                    .add("incremental");
        }
        for (String key : contract.contextKeys()) {
            addText(properties, key, "of the request that made the change, if it is known");
        }
        for (EventContract.Header header : event.headers()) {
            properties
                    .putObject(header.name())
                    .put("type", header.type().map(AsyncApi::jsonType).orElse("string"))
                    .put("description", "set by the rule; missing if its value is NULL");
        }
        return headers;
    }

    /** The JSON type of a header of a declared type. */
    private static String jsonType(Schema type) {
        if (type.name() != null) {
            return "string";
        }
        return switch (type.type()) {
            case INT8, INT16, INT32, INT64 -> "integer";
            case FLOAT32, FLOAT64 -> "number";
            case BOOLEAN -> "boolean";
            default -> "string";
        };
    }

    private static ObjectNode of(ObjectNode properties, String name) {
        return (ObjectNode) properties.get(name);
    }

    private static ObjectNode addText(ObjectNode properties, String name, String description) {
        return properties.putObject(name).put("type", "string").put("description", description);
    }

    private static String reference(String place, String name) {
        return "#/" + place + "/" + pointer(name);
    }

    private static String pointer(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
