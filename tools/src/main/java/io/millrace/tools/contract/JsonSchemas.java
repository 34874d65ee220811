package io.millrace.tools.contract;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/**
 * The JSON Schema (draft 7) of what Connect's JsonConverter writes for data of a Connect schema. A struct has every
 * field, including null ones; additional fields are permitted. Semantics that JSON's types do not express, such as a
 * date or a time in a number, are in {@code description} and, as the name that Connect's schema has for it, in
 * {@code x-connect-type}.
 */
final class JsonSchemas {
    static final String CONNECT_TYPE = "x-connect-type";
    static final String SCALE = "x-scale";

    /** The description of a number or text of a named schema. */
    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry(Date.LOGICAL_NAME, "days since 1970-01-01"),
            Map.entry(Time.LOGICAL_NAME, "milliseconds since midnight"),
            Map.entry(Timestamp.LOGICAL_NAME, "milliseconds since 1970-01-01T00:00:00Z"),
            Map.entry("io.debezium.time.Date", "days since 1970-01-01"),
            Map.entry("io.debezium.time.Time", "milliseconds since midnight"),
            Map.entry("io.debezium.time.MicroTime", "microseconds since midnight"),
            Map.entry("io.debezium.time.NanoTime", "nanoseconds since midnight"),
            Map.entry("io.debezium.time.Timestamp", "milliseconds since 1970-01-01T00:00:00, without a time zone"),
            Map.entry("io.debezium.time.MicroTimestamp", "microseconds since 1970-01-01T00:00:00, without a time zone"),
            Map.entry("io.debezium.time.NanoTimestamp", "nanoseconds since 1970-01-01T00:00:00, without a time zone"),
            Map.entry("io.debezium.time.ZonedTimestamp", "a moment, ISO 8601 with its offset"),
            Map.entry("io.debezium.time.Year", "a year"),
            Map.entry("io.debezium.data.Json", "a JSON document as text"),
            Map.entry("io.debezium.data.Enum", "one of the column's values"),
            Map.entry("io.debezium.data.EnumSet", "values of the column, joined by commas"),
            Map.entry("io.debezium.data.Bits", "bits, the lowest byte first"));

    private final boolean decimalsAsNumbers;

    /** With the converter's {@code decimal.format}. */
    JsonSchemas(boolean decimalsAsNumbers) {
        this.decimalsAsNumbers = decimalsAsNumbers;
    }

    /** The JSON Schema of data of that schema. */
    ObjectNode of(Schema schema) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (Decimal.LOGICAL_NAME.equals(schema.name())) {
            describeDecimal(json, schema);
        } else {
            describeType(json, schema);
            describeMeaning(json, schema);
        }
        if (schema.doc() != null) {
            json.put("description", schema.doc());
        }
        if (schema.isOptional()) {
            allowNull(json);
        }
        return json;
    }

    private void describeType(ObjectNode json, Schema schema) {
        switch (schema.type()) {
            case INT8, INT16 -> json.put("type", "integer");
            case INT32 -> json.put("type", "integer").put("format", "int32");
            case INT64 -> json.put("type", "integer").put("format", "int64");
            case FLOAT32 -> json.put("type", "number").put("format", "float");
            case FLOAT64 -> json.put("type", "number").put("format", "double");
            case BOOLEAN -> json.put("type", "boolean");
            case STRING -> json.put("type", "string");
            case BYTES -> json.put("type", "string").put("contentEncoding", "base64");
            case ARRAY -> json.put("type", "array").set("items", of(schema.valueSchema()));
            case MAP -> describeMap(json, schema);
            case STRUCT -> describeStruct(json, schema);
        }
    }

    private void describeDecimal(ObjectNode json, Schema schema) {
        int scale = Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD));
        if (decimalsAsNumbers) {
            json.put("type", "number");
            json.put("description", "a decimal with " + scale + " digits behind the point; read it as one");
        } else {
            json.put("type", "string").put("contentEncoding", "base64");
            json.put(
                    "description",
                    "a decimal: the bytes of its unscaled value, big-endian, with " + scale
                            + " digits behind the point");
        }
        json.put(SCALE, scale);
        json.put(CONNECT_TYPE, schema.name());
    }

    private void describeMap(ObjectNode json, Schema schema) {
        if (schema.keySchema().type() == Schema.Type.STRING
                && !schema.keySchema().isOptional()) {
            json.put("type", "object").set("additionalProperties", of(schema.valueSchema()));
            return;
        }
        json.put("type", "array").put("description", "a map: each item is a key and its value");
        ArrayNode pair = json.putObject("items")
                .put("type", "array")
                .put("minItems", 2)
                .put("maxItems", 2)
                .putArray("items");
        pair.add(of(schema.keySchema())).add(of(schema.valueSchema()));
    }

    private void describeStruct(ObjectNode json, Schema schema) {
        json.put("type", "object");
        ObjectNode properties = json.putObject("properties");
        ArrayNode required = json.putArray("required");
        for (Field field : schema.fields()) {
            properties.set(field.name(), of(field.schema()));
            required.add(field.name());
        }
    }

    private static void describeMeaning(ObjectNode json, Schema schema) {
        String meaning = schema.name() == null ? null : MEANINGS.get(schema.name());
        if (meaning == null) {
            return;
        }
        json.put("description", meaning).put(CONNECT_TYPE, schema.name());
        switch (schema.name()) {
            case "io.debezium.time.ZonedTimestamp" -> json.put("format", "date-time");
            case "io.debezium.data.Json" -> json.put("contentMediaType", "application/json");
            case "io.debezium.data.Enum" -> describeValues(json, schema);
            default -> {}
        }
    }

    /** Debezium separates the values by commas and keeps their quotes out, so a value with a comma is ambiguous. */
    private static void describeValues(ObjectNode json, Schema schema) {
        String allowed =
                schema.parameters() == null ? null : schema.parameters().get("allowed");
        if (allowed != null && !allowed.contains("\\")) {
            ArrayNode values = json.putArray("enum");
            for (String value : allowed.split(",", -1)) {
                values.add(value);
            }
        }
    }

    private static void allowNull(ObjectNode json) {
        ArrayNode types = JsonNodeFactory.instance.arrayNode();
        types.add(json.get("type")).add("null");
        json.set("type", types);
        if (json.get("enum") instanceof ArrayNode values) {
            values.addNull();
        }
    }
}
