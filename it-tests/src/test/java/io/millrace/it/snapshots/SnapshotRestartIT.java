package io.millrace.it.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.snapshots.FoundRows.Seen;
import io.millrace.local.LocalPipeline;
import io.millrace.local.PipelineSettings;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/**
 * The worker is killed in the middle of two incremental snapshots while the tables change: of a connector that marks its
 * chunks in a signal table, and of one that only reads, asked through Kafka. Each goes on where it was, or begins once more.
 */
class SnapshotRestartIT {
    private static final Map<String, String> GTIDS = Map.of("gtid_mode", "ON", "enforce_gtid_consistency", "ON");
    /** A transaction that the killed worker left open blocks the next one's start until it ends. */
    private static final Map<String, String> WORKER = Map.of("producer.transaction.timeout.ms", "10000");

    private static final int ROWS = 1_500;
    private static final List<String> TABLES = List.of("created", "states");
    private static final String READING = "reading";
    private static final String SIGNALS = "reading.signals";

    /**
     * Debezium 3.6.1 leaves out a table of a snapshot that only reads, if the thread that received the signal and the reader of the
     * binlog meet. The page about rules states to request the table again.
     */
    private static final String SKIPPED = "skipping and continuing streaming";

    private final AtomicBoolean goOn = new AtomicBoolean(true);

    @Test
    void incrementalSnapshotsGoOnAfterTheWorkerWasKilled() throws Exception {
        Random random = new Random(Seeds.next());
        try (LocalPipeline pipeline = LocalPipeline.start(
                        Installation.locate(),
                        ServerDirectories.newDirectory("snapshot-restart"),
                        new PipelineSettings(true, GTIDS, WORKER, step -> {}));
                Connection connection = pipeline.mysql().connectAsRoot();
                Statement sql = connection.createStatement()) {
            FoundRows.create(sql, ROWS);
            createTopic(pipeline);
            FoundRows marking = new FoundRows(pipeline, "marking", "5432");
            FoundRows reading = new FoundRows(pipeline, READING, "5433");
            pipeline.rest().post(marking.connector(5));
            pipeline.rest().post(readOnly(reading.connector(2), pipeline));
            for (FoundRows rows : List.of(marking, reading)) {
                rows.awaitFound(1, "initial");
            }

            CompletableFuture<Void> traffic =
                    CompletableFuture.runAsync(() -> FoundRows.change(pipeline, ROWS, random, goOn));
            askThroughKafka(pipeline);
            FoundRows.signal(sql, "first", "incremental", TABLES);
            for (FoundRows rows : List.of(marking, reading)) {
                await("some of the snapshot")
                        .atMost(Duration.ofMinutes(1))
                        .pollInterval(Duration.ofMillis(50))
                        .until(() ->
                                rows.found("created", "incremental").findAny().isPresent());
            }
            pipeline.worker().kill();
            for (FoundRows rows : List.of(marking, reading)) {
                // Otherwise nothing was cut, and the test would prove nothing.
                assertThat(rows.found("states", "incremental"))
                        .extracting(Seen::key)
                        .doesNotContain(FoundRows.LAST_ROW);
            }
            pipeline.worker().restart();
            for (FoundRows rows : List.of(marking, reading)) {
                rows.awaitFound(1, "incremental");
            }
            if (Files.readString(pipeline.worker().log()).contains(SKIPPED)) {
                askThroughKafka(pipeline);
                reading.awaitFound(2, "incremental");
            }
            goOn.set(false);
            traffic.get(1, TimeUnit.MINUTES);

            for (FoundRows rows : List.of(marking, reading)) {
                rows.awaitLatest(sql);
                assertEveryRow(rows);
            }
        } finally {
            goOn.set(false);
        }
    }

    /**
     * No id comes twice, no change comes before an older one, and no row that the snapshot had to find is missing. A row
     * may be found twice, and newer than changes that are still to come: Debezium carries a signal out again that it had
     * not acknowledged when it was killed, and may then read a chunk before it has caught up.
     */
    private static void assertEveryRow(FoundRows rows) throws IOException {
        Set<String> ids = new HashSet<>();
        for (String table : FoundRows.TABLES) {
            List<Seen> events = rows.events(table);
            events.forEach(
                    event -> assertThat(ids.add(event.id())).as(event.id()).isTrue());
            FoundRows.assertChangesInOrder(events);
        }
        for (String table : TABLES) {
            List<Long> found = rows.found(table, "incremental").map(Seen::key).toList();
            // A row that changed while its chunk was read is an event of that change instead.
            Set<Long> changed = rows.events(table).stream()
                    .filter(event -> event.snapshot() == null)
                    .map(Seen::key)
                    .collect(Collectors.toSet());
            assertThat(found)
                    .containsAll(LongStream.rangeClosed(1, ROWS)
                            .boxed()
                            .filter(id -> !changed.contains(id))
                            .toList());
        }
    }

    private static ObjectNode readOnly(ObjectNode body, LocalPipeline pipeline) {
        ObjectNode config = (ObjectNode) body.path("config");
        config.remove("signal.data.collection");
        config.put("table.include.list", "found.silent,found.created,found.states")
                .put("read.only", "true")
                .put("signal.enabled.channels", "kafka")
                .put("signal.poll.interval.ms", "100")
                .put("signal.kafka.topic", SIGNALS)
                .put("signal.kafka.groupId", SIGNALS)
                .put("signal.kafka.bootstrap.servers", pipeline.broker().bootstrapServers());
        return body;
    }

    private static void createTopic(LocalPipeline pipeline) throws Exception {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", pipeline.broker().bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(SIGNALS, 1, (short) 1)))
                    .all()
                    .get(1, TimeUnit.MINUTES);
        }
    }

    /** The key is the connector's {@code topic.prefix}. */
    private static void askThroughKafka(LocalPipeline pipeline) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", pipeline.broker().bootstrapServers());
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            String signal = "{\"type\": \"execute-snapshot\", \"data\": " + FoundRows.data("incremental", TABLES) + "}";
            producer.send(new ProducerRecord<>(SIGNALS, READING, signal)).get(1, TimeUnit.MINUTES);
        }
    }
}
