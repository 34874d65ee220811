package io.millrace.it.formats;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.converters.ClaimCheckDeserializer;
import io.millrace.it.payloads.PayloadWay;
import io.millrace.it.payloads.Pictures;
import io.millrace.it.shop.EventLog;
import io.millrace.local.LocalPipeline;
import io.millrace.local.PipelineSettings;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.SchemaRegistry;
import io.millrace.testing.servers.ServerDirectories;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that another plugin's converter makes with a registry's schemas, stored whole, keys and values. */
class AvroPayloadsIT {
    private static final String CONVERTER = "io.millrace.converters.ClaimCheckConverter";
    private static final String NAME = "pictures_avro";
    /** A key has a byte or two: the converter writes the schema's id into a header. */
    private static final int KEY_THRESHOLD = 0;

    @Test
    void keysAndValuesGoFromTheRowToTheView(@TempDir Path folder) throws Exception {
        Random random = new Random(Seeds.next());
        Installation installation = Installation.locate();
        Map<String, String> worker = Map.of(
                "plugin.path",
                LocalPipeline.pluginFolder(installation) + "," + SchemaRegistry.plugins(Format.REGISTRY));
        try (SchemaRegistry registry =
                        SchemaRegistry.start(Format.REGISTRY, ServerDirectories.newDirectory("registry-payloads"));
                LocalPipeline pipeline = LocalPipeline.start(
                        installation,
                        ServerDirectories.newDirectory("avro-payloads"),
                        new PipelineSettings(true, Map.of(), worker, step -> {}));
                Connection root = pipeline.mysql().connectAsRoot();
                Statement sql = root.createStatement()) {
            Pictures pictures = new Pictures(NAME, pipeline.rest());
            pictures.createTables(sql);
            pictures.postSource("5406", config -> store(config, registry, folder));
            pictures.postSink(config -> store(config, registry, folder));

            pictures.write(root, random);

            pictures.awaitView(sql);
            assertMessages(pipeline, registry, folder, rows(sql));
        }
    }

    /** The same for both connectors; a sink reads where it may store. */
    private static void store(ObjectNode config, SchemaRegistry registry, Path folder) {
        Format.AVRO.configure(config, registry);
        for (String side : List.of("key.converter", "value.converter")) {
            Map<String, String> avro = new HashMap<>();
            config.properties().forEach(option -> {
                if (option.getKey().startsWith(side)) {
                    avro.put(option.getKey(), option.getValue().asText());
                }
            });
            config.remove(avro.keySet());
            avro.forEach((option, value) ->
                    config.put(side + ".claim-check.converter" + option.substring(side.length()), value));
            config.put(side, CONVERTER)
                    .put(side + ".payload.store", "file:" + folder)
                    .put(
                            side + ".payload.threshold.bytes",
                            Integer.toString(side.startsWith("key") ? KEY_THRESHOLD : PayloadWay.THRESHOLD));
        }
    }

    private static Map<Long, ByteBuffer> rows(Statement sql) throws Exception {
        Map<Long, ByteBuffer> rows = new HashMap<>();
        try (ResultSet all = sql.executeQuery("SELECT id, picture FROM shop." + NAME)) {
            while (all.next()) {
                byte[] picture = all.getBytes(2);
                rows.put(all.getLong(1), picture == null ? null : ByteBuffer.wrap(picture));
            }
        }
        return rows;
    }

    /** A message that was stored has, when it is restored, the schema of one that was not. */
    private static void assertMessages(
            LocalPipeline pipeline, SchemaRegistry registry, Path folder, Map<Long, ByteBuffer> rows) throws Exception {
        Format.Reader avro = Format.AVRO.reader(registry);
        Map<Long, ByteBuffer> last = new HashMap<>();
        Set<Schema> whole = new HashSet<>();
        Set<Schema> restored = new HashSet<>();
        try (ClaimCheckDeserializer<byte[]> keys = deserializer(folder, true);
                ClaimCheckDeserializer<byte[]> values = deserializer(folder, false)) {
            List<ConsumerRecord<byte[], byte[]>> records =
                    EventLog.read(pipeline.broker().bootstrapServers(), NAME, record -> record);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                assertThat(record.headers().lastHeader("millrace.payload.key")).isNotNull();
                byte[] key = keys.deserialize(NAME, record.headers(), record.key());
                assertThat(key).as("the placeholder is another one").isNotEqualTo(record.key());
                Struct id = (Struct)
                        avro.key().toConnectData(NAME, record.headers(), key).value();
                byte[] value = values.deserialize(NAME, record.headers(), record.value());
                SchemaAndValue event = avro.value().toConnectData(NAME, record.headers(), value);
                boolean stored = record.headers().lastHeader("millrace.payload") != null;
                assertThat(value.length > PayloadWay.THRESHOLD).isEqualTo(stored);
                (stored ? restored : whole).add(event.schema());
                Object picture = ((Struct) event.value()).get("picture");
                last.put(
                        id.getInt64("id"),
                        picture instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : (ByteBuffer) picture);
            }
        }
        assertThat(last).isEqualTo(rows);
        assertThat(restored).hasSize(1).isEqualTo(whole);
    }

    private static ClaimCheckDeserializer<byte[]> deserializer(Path folder, boolean isKey) {
        ClaimCheckDeserializer<byte[]> deserializer = new ClaimCheckDeserializer<>();
        deserializer.configure(
                Map.of(
                        "claim-check.deserializer",
                        ByteArrayDeserializer.class.getName(),
                        "payload.read.locations",
                        "file:" + folder),
                isKey);
        return deserializer;
    }
}
