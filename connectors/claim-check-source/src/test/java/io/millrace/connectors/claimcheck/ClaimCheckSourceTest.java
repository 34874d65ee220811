package io.millrace.connectors.claimcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.Codec;
import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.PayloadSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.source.TransactionContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimCheckSourceTest {
    private static final Schema IMAGE = SchemaBuilder.struct()
            .name("Product")
            .field("id", Schema.INT64_SCHEMA)
            .field("image", Schema.OPTIONAL_BYTES_SCHEMA)
            .build();

    @TempDir
    private Path folder;

    private final Map<String, String> properties = new HashMap<>();
    private final List<String> boundaries = new ArrayList<>();

    @BeforeEach
    void options() {
        ScriptedSource.reset();
        properties.putAll(Map.of(
                "name", "media",
                "connector.class", ClaimCheckSourceConnector.class.getName(),
                "claim-check.connector.class", ScriptedSource.class.getName(),
                "claim-check.fields", "image",
                "payload.store", "file:" + folder,
                "payload.threshold.bytes", "100",
                "speed", "5"));
    }

    @Test
    void isFoundByConnect() {
        assertThat(ServiceLoader.load(SourceConnector.class))
                .anyMatch(connector -> connector instanceof ClaimCheckSourceConnector
                        && connector.version().matches("\\d+\\.\\d+.*"));
    }

    @Test
    void returnsABatchInItsOrderWithStoredPayloads() throws Exception {
        Random random = new Random(7);
        List<SourceRecord> batch = new ArrayList<>();
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            byte[] image = new byte[random.nextInt(2) == 0 ? random.nextInt(101) : 101 + random.nextInt(100_000)];
            random.nextBytes(image);
            images.add(image);
            batch.add(record(i, image));
        }
        ScriptedSource.BATCHES.add(batch);
        ClaimCheckSourceTask task = startedTask();

        List<SourceRecord> returned = task.poll();

        assertThat(returned).hasSize(50);
        try (PayloadReader reader = reader()) {
            for (int i = 0; i < returned.size(); i++) {
                SourceRecord record = returned.get(i);
                assertThat(record.sourceOffset()).isEqualTo(batch.get(i).sourceOffset());
                Struct image = ((Struct) record.value()).getStruct("image");
                if (images.get(i).length <= 100) {
                    assertThat(image.getBytes(PayloadSchema.INLINE)).isEqualTo(images.get(i));
                } else {
                    assertThat(reader.readNow(reference(image))).isEqualTo(images.get(i));
                }
            }
        }
        task.stop();
    }

    @Test
    void passesNothingOnThatIsNotStored() throws Exception {
        Path notAFolder = Files.writeString(folder.resolve("file"), "in the way");
        properties.put("payload.store", "file:" + notAFolder);
        properties.put("payload.retry.timeout.ms", "300");
        ScriptedSource.BATCHES.add(List.of(record(1, new byte[10]), record(2, new byte[1000])));
        ClaimCheckSourceTask task = startedTask();

        assertThatThrownBy(task::poll)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("image")
                .hasMessageContaining("{n=2}");
        task.stop();
    }

    @Test
    void namesTheRecordsThatTransactionsEndWith() throws Exception {
        SourceRecord first = record(1, new byte[1000]);
        SourceRecord second = record(2, null);
        ScriptedSource.BATCHES.add(List.of(first, second));
        ScriptedSource.duringPoll = context -> {
            context.transactionContext().commitTransaction(first);
            context.transactionContext().abortTransaction(second);
            context.transactionContext().commitTransaction();
        };
        ClaimCheckSourceTask task = startedTask();

        List<SourceRecord> returned = task.poll();

        assertThat(boundaries)
                .containsExactly(
                        "commit",
                        "commit " + System.identityHashCode(returned.get(0)),
                        "abort " + System.identityHashCode(returned.get(1)));
        task.stop();
    }

    @Test
    void handsEverythingElseToTheWrappedTask() throws Exception {
        SourceRecord record = record(1, new byte[1]);
        ClaimCheckSourceTask task = startedTask();

        assertThat(task.poll()).isNull();
        task.commitRecord(record, null);
        task.commit();
        task.stop();

        assertThat(ScriptedSource.CALLS)
                .containsExactly(
                        "start connector " + ScriptedSource.class.getName(),
                        "stop connector",
                        "start task 1 with 5 and 5",
                        "commit",
                        "stop task");
        assertThat(ScriptedSource.COMMITTED).containsExactly(record);
    }

    @Test
    void asksTheWrappedConnector() {
        ClaimCheckSourceConnector connector = new ClaimCheckSourceConnector();

        assertThat(connector.exactlyOnceSupport(properties)).isEqualTo(ExactlyOnceSupport.SUPPORTED);
        assertThat(connector.canDefineTransactionBoundaries(properties))
                .isEqualTo(ConnectorTransactionBoundaries.SUPPORTED);
        assertThat(connector.alterOffsets(properties, Map.of(Map.of("server", "shop"), Map.of("n", 1))))
                .isTrue();
        assertThat(ScriptedSource.CALLS).containsExactly("alter {{server=shop}={n=1}}");
    }

    @Test
    void refusesWhatTheWrappedConnectorRefuses() {
        properties.put("speed", "0");

        assertThat(errors().get("claim-check.connector.class"))
                .singleElement()
                .asString()
                .contains("speed")
                .contains("at least 1");
    }

    @Test
    void refusesWhatIsNoSourceConnector() {
        properties.put("claim-check.connector.class", "io.nowhere.Connector");
        assertThat(errors().get("claim-check.connector.class"))
                .singleElement()
                .asString()
                .contains("No plugin");

        properties.put("claim-check.connector.class", "java.lang.String");
        assertThat(errors().get("claim-check.connector.class"))
                .singleElement()
                .asString()
                .contains("Not a source connector");

        properties.put("claim-check.connector.class", ClaimCheckSourceConnector.class.getName());
        assertThat(errors().get("claim-check.connector.class"))
                .singleElement()
                .asString()
                .contains("itself");

        properties.remove("claim-check.connector.class");
        properties.remove("payload.store");
        properties.put("claim-check.fields", "image..");
        assertThat(errors()).containsOnlyKeys("claim-check.connector.class", "payload.store", "claim-check.fields");
    }

    @Test
    void boundsTheQueueOfDebezium() {
        properties.put("claim-check.connector.class", "io.debezium.connector.mysql.MySqlConnector");
        properties.put("payload.inflight.bytes", "12345678");

        assertThat(ClaimCheckSourceOptions.wrappedOptions(properties))
                .containsEntry("connector.class", "io.debezium.connector.mysql.MySqlConnector")
                .containsEntry("max.queue.size.in.bytes", "12345678")
                .containsEntry("speed", "5")
                .doesNotContainKeys("payload.store", "claim-check.fields");
    }

    private Map<String, List<String>> errors() {
        return new ClaimCheckSourceConnector()
                .validate(properties).configValues().stream()
                        .filter(value -> !value.errorMessages().isEmpty())
                        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
    }

    private ClaimCheckSourceTask startedTask() {
        ClaimCheckSourceConnector connector = new ClaimCheckSourceConnector();
        connector.start(properties);
        Map<String, String> options = connector.taskConfigs(2).get(1);
        connector.stop();
        ClaimCheckSourceTask task = new ClaimCheckSourceTask();
        task.initialize(new Worker(options));
        task.start(options);
        return task;
    }

    private PayloadReader reader() {
        AbstractConfig config = PayloadOptions.READING.read(Map.of("payload.read.locations", "file:" + folder));
        return Payloads.openReader(config, "test");
    }

    private static PayloadReference reference(Struct image) {
        return new PayloadReference(
                image.getString(PayloadSchema.URI),
                image.getInt64(PayloadSchema.SIZE),
                image.getString(PayloadSchema.SHA256),
                Codec.of(image.getString(PayloadSchema.CODEC)),
                image.getString(PayloadSchema.CONTENT_TYPE));
    }

    private static SourceRecord record(long id, byte[] image) {
        Struct value = new Struct(IMAGE).put("id", id).put("image", image);
        return new SourceRecord(Map.of("server", "shop"), Map.of("n", id), "products", null, null, id, IMAGE, value);
    }

    /** What a task sees of its worker. */
    private final class Worker implements SourceTaskContext, TransactionContext {
        private final Map<String, String> options;

        private Worker(Map<String, String> options) {
            this.options = options;
        }

        @Override
        public Map<String, String> configs() {
            return options;
        }

        @Override
        public OffsetStorageReader offsetStorageReader() {
            throw new UnsupportedOperationException();
        }

        @Override
        public TransactionContext transactionContext() {
            return this;
        }

        @Override
        public PluginMetrics pluginMetrics() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void commitTransaction() {
            boundaries.add("commit");
        }

        @Override
        public void commitTransaction(SourceRecord record) {
            boundaries.add("commit " + System.identityHashCode(record));
        }

        @Override
        public void abortTransaction() {
            boundaries.add("abort");
        }

        @Override
        public void abortTransaction(SourceRecord record) {
            boundaries.add("abort " + System.identityHashCode(record));
        }
    }
}
