package io.millrace.tools.contract;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;

/**
 * How a connector's converter writes keys or values.
 *
 * @param converter the converter's class; empty if the worker's default decides
 * @param isJson whether it is Connect's JsonConverter
 * @param withSchema whether it writes the schema with every value
 * @param schemas the JSON Schemas of what it writes
 */
record Wire(Optional<String> converter, boolean isJson, boolean withSchema, JsonSchemas schemas) {
    private static final Set<String> JSON_CONVERTER =
            Set.of("org.apache.kafka.connect.json.JsonConverter", "JsonConverter");

    /** Of the options of one kind, {@code key.converter} or {@code value.converter}. */
    static Wire of(Map<String, String> options, String kind) {
        Optional<String> converter = Optional.ofNullable(options.get(kind));
        boolean json = converter.filter(JSON_CONVERTER::contains).isPresent();
        return new Wire(
                converter,
                json,
                json && Boolean.parseBoolean(options.getOrDefault(kind + ".schemas.enable", "true")),
                new JsonSchemas(!json || "NUMERIC".equalsIgnoreCase(options.get(kind + ".decimal.format"))));
    }

    /** The JSON Schema of what is written for data of that schema; of null if there is none. */
    ObjectNode schemaOf(Optional<Schema> schema) {
        ObjectNode nothing = JsonNodeFactory.instance.objectNode().put("type", "null");
        return schema.map(schemas::of).orElse(nothing);
    }

    /** The wrapper of written data: their reference or, if the converter also writes the schema, both. */
    ObjectNode describeWritten(String reference, boolean isNull) {
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("$ref", reference);
        if (!withSchema || isNull) {
            return data;
        }
        ObjectNode both = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode properties = both.putObject("properties");
        properties
                .putObject("schema")
                .put("type", "object")
                .put("description", "the Connect schema of the payload, as JsonConverter writes it");
        properties.set("payload", data);
        both.putArray("required").add("schema").add("payload");
        return both;
    }
}
