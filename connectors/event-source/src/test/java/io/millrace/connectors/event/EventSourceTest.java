package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.Codec;
import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.PayloadSchema;
import io.millrace.testing.documents.Troubleshooting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventSourceTest {
    private static final Schema IMAGE = SchemaBuilder.struct()
            .name("Product")
            .field("id", Schema.INT64_SCHEMA)
            .field("image", Schema.OPTIONAL_BYTES_SCHEMA)
            .build();

    @TempDir
    private Path folder;

    private final Map<String, String> properties = new HashMap<>();
    private final List<String> boundaries = new ArrayList<>();
    private boolean boundariesAreDefined = true;

    @BeforeEach
    void options() {
        ScriptedSource.reset();
        properties.putAll(Map.of(
                "name", "media",
                "connector.class", EventSourceConnector.class.getName(),
                "wrapped.connector.class", ScriptedSource.class.getName(),
                "exactly.once.support", "required",
                "transaction.boundary", "connector",
                "payload.fields", "image",
                "payload.store", "file:" + folder,
                "payload.threshold.bytes", "100",
                "speed", "5"));
        ScriptedSource.definesBoundaries = false;
    }

    @Test
    void isFoundByConnect() {
        assertThat(ServiceLoader.load(SourceConnector.class))
                .anyMatch(connector -> connector instanceof EventSourceConnector
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
        EventSourceTask task = startedTask();

        List<SourceRecord> returned = awaitBatch(task);

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
        EventSourceTask task = startedTask();

        assertThatThrownBy(() -> awaitBatch(task))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("image")
                .hasMessageContaining("{n=2}");
        task.stop();
    }

    /** Connect looks up a record among those that end transactions by {@code equals}. */
    @Test
    void endsATransactionWithTheLastOfEqualRecords() throws Exception {
        SourceRecord first = record(1, null);
        SourceRecord second = record(1, null);
        properties.remove("payload.fields");
        properties.remove("payload.store");
        ScriptedSource.BATCHES.add(List.of(first, second));
        EventSourceTask task = startedTask();

        List<SourceRecord> returned = awaitBatch(task);

        assertThat(boundaries).containsExactly("commit " + System.identityHashCode(returned.get(1)));
        assertThat(returned.get(0)).isNotEqualTo(returned.get(1));
        for (SourceRecord record : returned) {
            task.commitRecord(record, null);
        }
        assertThat(ScriptedSource.COMMITTED).hasSize(2);
        assertThat(ScriptedSource.COMMITTED.get(0)).isSameAs(first);
        assertThat(ScriptedSource.COMMITTED.get(1)).isSameAs(second);
        task.stop();
    }

    @Test
    void namesTheRecordsThatTransactionsEndWith() throws Exception {
        SourceRecord first = record(1, new byte[1000]);
        SourceRecord second = record(2, null);
        ScriptedSource.BATCHES.add(List.of(first, second));
        ScriptedSource.definesBoundaries = true;
        ScriptedSource.duringPoll = context -> {
            context.transactionContext().commitTransaction(first);
            context.transactionContext().abortTransaction(second);
            context.transactionContext().commitTransaction();
        };
        EventSourceTask task = startedTask();

        List<SourceRecord> returned = awaitBatch(task);

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
        EventSourceTask task = startedTask();

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
        EventSourceConnector connector = new EventSourceConnector();

        assertThat(connector.exactlyOnceSupport(properties)).isEqualTo(ExactlyOnceSupport.SUPPORTED);
        assertThat(connector.alterOffsets(properties, Map.of(Map.of("server", "shop"), Map.of("n", 1))))
                .isTrue();
        assertThat(ScriptedSource.CALLS).containsExactly("alter {{server=shop}={n=1}}");
    }

    @Test
    void refusesWhatTheWrappedConnectorRefuses() {
        properties.put("speed", "0");

        assertThat(errors().get("wrapped.connector.class"))
                .singleElement()
                .asString()
                .contains("speed")
                .contains("at least 1");
    }

    @Test
    void refusesVariablesWithoutAValueUnderTheOptionThatHasThem() {
        properties.put("speed", "${env:NO_SUCH_SPEED}");
        properties.put("payload.store", "${file:/none.properties:store}");

        assertThat(errors().get("wrapped.connector.class"))
                .singleElement()
                .asString()
                .startsWith("speed: the variable ${env:NO_SUCH_SPEED} has no value on this worker");
        assertThat(errors().get("payload.store")).anySatisfy(message -> assertThat(message)
                .startsWith("the variable ${file:/none.properties:store} has no value"));
    }

    @Test
    void refusesWhatIsNoSourceConnector() {
        properties.put("wrapped.connector.class", "io.nowhere.Connector");
        assertThat(errors().get("wrapped.connector.class"))
                .singleElement()
                .asString()
                .contains("No plugin");

        properties.put("wrapped.connector.class", "java.lang.String");
        assertThat(errors().get("wrapped.connector.class"))
                .singleElement()
                .asString()
                .contains("Not a source connector");

        properties.put("wrapped.connector.class", EventSourceConnector.class.getName());
        assertThat(errors().get("wrapped.connector.class"))
                .singleElement()
                .asString()
                .contains("itself");

        properties.remove("wrapped.connector.class");
        properties.remove("payload.store");
        properties.put("payload.fields", "image..");
        assertThat(errors()).containsOnlyKeys("wrapped.connector.class", "payload.fields");

        properties.put("payload.fields", "image");
        assertThat(errors().get("payload.fields")).singleElement().asString().contains("payload.store");
    }

    /** Also if the wrapped connector defines none, and before anything else is right. */
    @Test
    void definesTransactionBoundaries() {
        EventSourceConnector connector = new EventSourceConnector();

        assertThat(connector.canDefineTransactionBoundaries(properties))
                .isEqualTo(ConnectorTransactionBoundaries.SUPPORTED);
        assertThat(connector.canDefineTransactionBoundaries(Map.of()))
                .isEqualTo(ConnectorTransactionBoundaries.SUPPORTED);
        assertThat(connector.exactlyOnceSupport(Map.of())).isEqualTo(ExactlyOnceSupport.UNSUPPORTED);
    }

    @Test
    void boundsTheQueueOfDebezium() {
        properties.put("wrapped.connector.class", "io.debezium.connector.mysql.MySqlConnector");
        properties.put("payload.inflight.bytes", "12345678");

        assertThat(EventSourceOptions.wrappedOptions(properties))
                .containsEntry("connector.class", "io.debezium.connector.mysql.MySqlConnector")
                .containsEntry("max.queue.size.in.bytes", "12345678")
                .containsEntry("speed", "5")
                .containsEntry("heartbeat.interval.ms", "10000")
                .doesNotContainKeys("payload.store", "payload.fields", "include.query", "tombstones.on.delete");
    }

    @Test
    void hasDebeziumReadStatementsForTheContextAndLeaveOutTombstonesForRules() {
        properties.put("wrapped.connector.class", "io.debezium.connector.mysql.MySqlConnector");
        properties.put("context.keys", "requestId");
        properties.put("events.table.1", "shop.orders");
        properties.put("heartbeat.interval.ms", "77");

        assertThat(EventSourceOptions.wrappedOptions(properties))
                .containsEntry("include.query", "true")
                .containsEntry("tombstones.on.delete", "false")
                .containsEntry("heartbeat.interval.ms", "77")
                .doesNotContainKeys("context.keys", "events.table.1", "processing.guarantee");
    }

    @Test
    void hasDebeziumTellOfSnapshotsIfSignalsCanRequestThem() {
        properties.put("wrapped.connector.class", "io.debezium.connector.mysql.MySqlConnector");
        assertThat(EventSourceOptions.wrappedOptions(properties)).doesNotContainKey("notification.enabled.channels");
        properties.put("signal.data.collection", "shop.signals");
        assertThat(EventSourceOptions.wrappedOptions(properties))
                .containsEntry("notification.enabled.channels", "sink")
                .containsEntry("notification.sink.topic.name", "millrace.notifications");
        properties.put("notification.enabled.channels", "log");
        assertThat(EventSourceOptions.wrappedOptions(properties))
                .containsEntry("notification.enabled.channels", "log,sink");
        properties.put("notification.enabled.channels", "log, sink");
        properties.put("notification.sink.topic.name", "mine");
        assertThat(EventSourceOptions.wrappedOptions(properties))
                .containsEntry("notification.enabled.channels", "log, sink")
                .containsEntry("notification.sink.topic.name", "mine");
    }

    private Map<String, List<String>> errors() {
        return new EventSourceConnector()
                .validate(properties).configValues().stream()
                        .filter(value -> !value.errorMessages().isEmpty())
                        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
    }

    @Test
    void storesNothingWithoutFields() throws Exception {
        properties.remove("payload.fields");
        properties.remove("payload.store");
        SourceRecord record = record(1, new byte[1000]);
        ScriptedSource.BATCHES.add(List.of(record));
        EventSourceTask task = startedTask();

        List<SourceRecord> returned = task.poll();
        assertThat(returned).singleElement().extracting(SourceRecord::value).isSameAs(record.value());
        assertThat(boundaries).containsExactly("commit " + System.identityHashCode(returned.get(0)));
        task.stop();
    }

    /** Connect can stop a task only between two polls. */
    @Test
    void returnsFromPollWhileAStoreIsAwayAndThenTheSameBatch() throws Exception {
        Path store = folder.resolve("store");
        Files.writeString(store, "in the way");
        properties.put("payload.store", "file:" + store);
        properties.put("payload.retry.timeout.ms", "60000");
        ScriptedSource.BATCHES.add(List.of(record(1, new byte[1000])));
        ScriptedSource.BATCHES.add(List.of(record(2, null)));
        EventSourceTask task = startedTask();

        long start = System.nanoTime();
        assertThat(task.poll()).isNull();
        assertThat(task.poll()).isNull();
        assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
        assertThat(ScriptedSource.BATCHES).hasSize(1);

        Files.delete(store);
        assertThat(awaitBatch(task)).singleElement().satisfies(record -> assertThat(record.sourceOffset())
                .isEqualTo(Map.of("n", 1L)));
        task.stop();
    }

    @Test
    void stopsWhileAStoreIsAway() throws Exception {
        properties.put("payload.store", "file:" + Files.writeString(folder.resolve("file"), "in the way"));
        properties.put("payload.retry.timeout.ms", "600000");
        ScriptedSource.BATCHES.add(List.of(record(1, new byte[1000])));
        EventSourceTask task = startedTask();
        assertThat(task.poll()).isNull();

        long start = System.nanoTime();
        task.stop();

        assertThat(System.nanoTime() - start).isLessThan(3_000_000_000L);
        assertThat(ScriptedSource.CALLS).endsWith("stop task");
    }

    @Test
    void refusesExactlyOnceWithoutTheWorkersSupport() {
        properties.remove("transaction.boundary");
        assertThat(errors().get("processing.guarantee"))
                .singleElement()
                .asString()
                .contains("transaction.boundary=connector");

        properties.remove("exactly.once.support");
        assertThat(errors().get("processing.guarantee"))
                .singleElement()
                .asString()
                .contains("exactly.once.support=required");

        boundariesAreDefined = false;
        assertThatThrownBy(this::startedTask)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("exactly.once.source.support=enabled")
                .hasMessageContaining("at_least_once")
                .message()
                .containsPattern(Troubleshooting.symptom("The worker does not support exactly-once"));

        properties.putAll(Troubleshooting.readOptions("The worker does not support exactly-once"));
        assertThat(errors()).isEmpty();
        startedTask().stop();
    }

    @Test
    void refusesFormerAndUnknownNamesOfOptions() {
        properties.put("claim-check.fields", "image");
        properties.put("events.rlue.1", "x");
        properties.put("context.key", "requestId");
        properties.put("payload.kafka.acks", "all");

        assertThat(errors().get("claim-check.fields"))
                .singleElement()
                .asString()
                .contains("payload.fields");
        assertThat(errors().get("wrapped.connector.class"))
                .containsExactly("context.key: unknown option", "events.rlue.1: unknown option");
    }

    @Test
    void refusesRulesAndContextUnderTheirOwnNames() {
        properties.put("events.table.1", "shop.orders; key: id = row.id; fields: id = row.id");
        properties.put("events.rule.1", "OrderPaid; table: shop.order; on: update");
        properties.put("events.on.unmatched", "ignore");
        properties.put("context.sources", "wire");

        assertThat(errors()).containsOnlyKeys("events.rule.1", "events.on.unmatched", "context.sources");
        assertThat(errors().get("events.rule.1"))
                .singleElement()
                .asString()
                .contains("for configuration events.rule.1")
                .contains("shop.order is not declared");
        properties.remove("events.rule.1");
        assertThat(errors().get("events.rule.1")).singleElement().asString().contains("set 'events.rule.1'");
    }

    /** An option without a value, or an exception, is a bare HTTP 500 from Connect. */
    @Test
    void answersAnyConfiguration() {
        EventSourceConnector connector = new EventSourceConnector();
        Set<String> names = connector.config().names();
        for (String garbage : new String[] {null, "", " ", "x", "-1", "[", "${x}", "a=b;c"}) {
            Map<String, String> options = new HashMap<>(properties);
            names.forEach(name -> options.put(name, garbage));
            assertAnswered(connector, options, names);
            for (String name :
                    List.of("wrapped.connector.class", "payload.fields", "events.rule.1", "context.keys", "speed")) {
                Map<String, String> single = new HashMap<>(properties);
                single.put(name, garbage);
                assertAnswered(connector, single, names);
            }
        }
        assertAnswered(connector, Map.of(), names);
        ScriptedSource.validation = () -> {
            throw new IllegalStateException("no network");
        };
        assertAnswered(connector, properties, names);
        assertThat(errors().get("wrapped.connector.class"))
                .singleElement()
                .asString()
                .contains("no network");
    }

    private static void assertAnswered(EventSourceConnector connector, Map<String, String> options, Set<String> names) {
        assertThat(connector.validate(options).configValues())
                .extracting(ConfigValue::name)
                .doesNotHaveDuplicates()
                .containsAll(names);
    }

    private EventSourceTask startedTask() {
        EventSourceConnector connector = new EventSourceConnector();
        connector.start(properties);
        Map<String, String> options = connector.taskConfigs(2).get(1);
        connector.stop();
        EventSourceTask task = new EventSourceTask();
        task.initialize(new FakeWorker(options, boundaries, boundariesAreDefined));
        task.start(options);
        return task;
    }

    /** The next batch, whose payloads may take longer to store than a poll waits. */
    private static List<SourceRecord> awaitBatch(EventSourceTask task) throws InterruptedException {
        List<SourceRecord> batch = task.poll();
        while (batch == null) {
            batch = task.poll();
        }
        return batch;
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
}
