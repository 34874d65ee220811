package io.millrace.it.formats;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.Shop;
import io.millrace.testing.servers.SchemaRegistry;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;

/** A format that events can have in Kafka: which converter, with which options. */
enum Format {
    JSON_WITH_SCHEMAS("json", "5501", Format.JSON, Map.of("decimal.format", "NUMERIC")),
    JSON_WITHOUT_SCHEMAS("plain", "5502", Format.JSON, Map.of("decimal.format", "NUMERIC", "schemas.enable", "false")),
    AVRO(
            "avro",
            "5503",
            "io.apicurio.registry.utils.converter.AvroConverter",
            Map.of(
                    "apicurio.registry.auto-register",
                    "true",
                    "apicurio.registry.artifact-resolver-strategy",
                    "io.apicurio.registry.serde.avro.strategy.RecordIdStrategy")),
    PROTOBUF(
            "protobuf",
            "5504",
            "io.millrace.it.registry.ProtobufConverter",
            Map.of(
                    "apicurio.registry.auto-register",
                    "true",
                    "apicurio.registry.artifact-resolver-strategy",
                    "io.apicurio.registry.serde.strategy.TopicIdStrategy"));

    /** Where the registry and its converters were built. */
    static final Path REGISTRY = Path.of(System.getProperty("millrace.it.registry", "registry/target"));

    private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";

    private final String prefix;
    private final String serverId;
    private final String converter;

    @SuppressWarnings("ImmutableEnumChecker") // Made by Map.of.
    private final Map<String, String> options;

    Format(String prefix, String serverId, String converter, Map<String, String> options) {
        this.prefix = prefix;
        this.serverId = serverId;
        this.converter = converter;
        this.options = options;
    }

    /** Begins the names of this format's connectors and topics. */
    String prefix() {
        return prefix;
    }

    /** Tells this format's reader of the binlog from the others. */
    String serverId() {
        return serverId;
    }

    String topic(String name) {
        return prefix + "." + name;
    }

    /** The options of a connector whose records have this format. */
    void configure(ObjectNode connector, SchemaRegistry registry) {
        for (String side : new String[] {"key.converter", "value.converter"}) {
            connector.put(side, converter);
            options(registry).forEach((name, value) -> connector.put(side + "." + name, value));
        }
    }

    private Map<String, String> options(SchemaRegistry registry) {
        Map<String, String> all = new LinkedHashMap<>(options);
        if (!converter.equals(JSON)) {
            all.put("apicurio.registry.url", registry.address());
        }
        return all;
    }

    /** Reads events of this format, with the converter that a sink would have. */
    Reader reader(SchemaRegistry registry) throws Exception {
        return new Reader(converter(registry, true), converter(registry, false));
    }

    private Converter converter(SchemaRegistry registry, boolean isKey) throws Exception {
        if (!converter.equals(JSON)) {
            return registry.converter(converter, options(registry), isKey);
        }
        JsonConverter json = new JsonConverter();
        json.configure(options, isKey);
        return json;
    }

    /** The converters for key and value. */
    record Reader(Converter key, Converter value) {
        EventLog.Seen read(ConsumerRecord<byte[], byte[]> record) {
            Object id = plain(key.toConnectData(record.topic(), record.headers(), record.key())
                    .value());
            Object body = plain(value.toConnectData(record.topic(), record.headers(), record.value())
                    .value());
            return new EventLog.Seen(
                    EventLog.header(record, "ce_id"),
                    new Shop.Event(
                            EventLog.header(record, "ce_type"),
                            (Long) asMap(id).values().iterator().next(),
                            EventLog.header(record, "requestId"),
                            EventLog.header(record, "ce_revision"),
                            asMap(body)));
        }

        @SuppressWarnings("unchecked")
        private static Map<String, Object> asMap(Object body) {
            return (Map<String, Object>) body;
        }

        /** Maps where there are Structs. */
        static Object plain(Object value) {
            if (value instanceof Struct struct) {
                Map<String, Object> map = new LinkedHashMap<>();
                for (Field field : struct.schema().fields()) {
                    map.put(field.name(), plain(struct.get(field)));
                }
                return map;
            }
            if (value instanceof Map<?, ?> fields) {
                Map<String, Object> map = new LinkedHashMap<>();
                fields.forEach((name, field) -> map.put((String) name, plain(name, field)));
                return map;
            }
            return value instanceof List<?> list
                    ? list.stream().map(Reader::plain).toList()
                    : value;
        }

        /** Without a schema a reader has to know what a field means. */
        private static Object plain(Object name, Object value) {
            if (value instanceof Double number && name.equals("total")) {
                return BigDecimal.valueOf(number).setScale(2, RoundingMode.UNNECESSARY);
            }
            return value instanceof String time && name.toString().endsWith("_at")
                    ? ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time))
                    : plain(value);
        }
    }
}
