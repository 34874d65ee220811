package io.millrace.connectors.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.changes.TopicPosition;
import io.millrace.connectors.redrive.letters.LetterCondition;
import io.millrace.connectors.redrive.letters.LetterFormat;
import io.millrace.connectors.redrive.letters.RedriveTarget;
import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.PartitionReader;
import io.millrace.partitions.StartPosition;
import io.millrace.partitions.StateLoader;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The batches of a task that reads two partitions. Letters that are due in a moment are in memory alone, so no position behind one may be
 * committed before it is sent, whatever the letters of the other partition and those that waited do.
 */
class LetterBatchesIT {
    private static final String RETRY = "views.retry";
    private static final int PARTITIONS = 2;
    private static final int ROUNDS = 60;
    private static final Duration TIME_TO_ACT = Duration.ofMinutes(2);

    private static KafkaBroker broker;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start(Installation.locate(), ServerDirectories.newDirectory("letter-batches"), Map.of());
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(
                            new NewTopic(RETRY, 1, (short) 1),
                            new NewTopic("true.dlq", PARTITIONS, (short) 1),
                            new NewTopic("false.dlq", PARTITIONS, (short) 1),
                            new NewTopic("true.state", 1, (short) 1),
                            new NewTopic("false.state", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stopBroker() {
        producer.close(Duration.ZERO);
        broker.close();
    }

    /** What the model has of the letters, and of the positions that Connect would commit. */
    private static final class Model {
        private final Set<String> written = new HashSet<>();
        private final Set<String> skipped = new HashSet<>();
        private final Set<String> sent = new HashSet<>();
        private final Set<String> held = new HashSet<>();
        private final Set<String> sentWithoutState = new HashSet<>();
        private final long[] positions = new long[PARTITIONS];
        /** Batches that left a letter for a later one, although it was read. */
        private int batchesBeforeALetter;

        /** Takes a record as if it had been sent. */
        void take(SourceRecord record) {
            if (record.topic().equals(RETRY)) {
                String place = new String((byte[]) record.value(), UTF_8);
                assertThat(sent.add(place)).as("%s is sent once", place).isTrue();
                if (!held.remove(place)) {
                    sentWithoutState.add(place);
                }
            } else if (record.value() != null) {
                held.add(new String((byte[]) record.key(), UTF_8).replaceFirst("^.*-", ""));
            }
            TopicPosition position = TopicPosition.find(record.sourcePartition(), record.sourceOffset())
                    .orElseThrow();
            assertThat(position.nextOffset())
                    .as("positions do not go back")
                    .isGreaterThanOrEqualTo(positions[position.partition()]);
            positions[position.partition()] = position.nextOffset();
        }

        /** A task that begins at these positions, with this state, sends all letters that were not sent. */
        void requireNoneIsLost() {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                for (long offset = 0; offset < positions[partition]; offset++) {
                    String place = partition + "@" + offset;
                    assertThat(sent.contains(place) || held.contains(place) || skipped.contains(place))
                            .as(
                                    "%s is before the position %s, so it is sent or in the state",
                                    place, positions[partition])
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void commitsNoPositionBehindALetterThatIsDueInAMoment(boolean inTransactions) throws Exception {
        Random random = new Random(Seeds.next());
        String queue = inTransactions + ".dlq";
        Model model = new Model();
        long[] ends = new long[PARTITIONS];
        try (LetterBatches batches = batches(queue, inTransactions + ".state", inTransactions)) {
            long deadline = System.nanoTime() + TIME_TO_ACT.toNanos();
            int round = 0;
            while (round < ROUNDS || model.sent.size() + model.skipped.size() < model.written.size()) {
                assertThat(System.nanoTime())
                        .as("all letters come back in time")
                        .isLessThan(deadline);
                if (round++ < ROUNDS) {
                    write(queue, random, model, ends);
                }
                play(batches, model, inTransactions);
            }
        }
        assertThat(model.held).as("letters of the state that were not sent").isEmpty();
        assertThat(model.sentWithoutState).hasSizeGreaterThan(ROUNDS / 2);
        assertThat(model.sent.size() - model.sentWithoutState.size())
                .as("letters that were in the state")
                .isGreaterThan(ROUNDS / 2);
        assertThat(model.batchesBeforeALetter).isPositive();
    }

    private static void play(LetterBatches batches, Model model, boolean inTransactions) throws InterruptedException {
        List<SourceRecord> batch = batches.next();
        for (SourceRecord record : batch) {
            model.take(record);
            batches.addSent(record);
            if (!inTransactions) {
                // Connect may commit what was sent so far.
                model.requireNoneIsLost();
            }
        }
        model.requireNoneIsLost();
        if (!batch.isEmpty() && batches.pending() > 0) {
            model.batchesBeforeALetter++;
        }
    }

    private static void write(String queue, Random random, Model model, long[] ends) throws Exception {
        List<Future<?>> written = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            int partition = random.nextInt(PARTITIONS);
            String place = partition + "@" + ends[partition]++;
            boolean isChosen = random.nextInt(5) > 0;
            RecordHeaders headers = new RecordHeaders();
            headers.add("__connect.errors.topic", (isChosen ? "orders" : "others").getBytes(UTF_8));
            headers.add("__connect.errors.partition", "0".getBytes(UTF_8));
            headers.add("__connect.errors.offset", "7".getBytes(UTF_8));
            headers.add("__connect.errors.connector.name", "views".getBytes(UTF_8));
            if (random.nextBoolean()) {
                headers.add("millrace.redrive.attempt", "1".getBytes(UTF_8));
            }
            byte[] key = random.nextBoolean() ? null : ("k" + random.nextInt(20)).getBytes(UTF_8);
            model.written.add(place);
            if (!isChosen) {
                model.skipped.add(place);
            }
            written.add(producer.send(new ProducerRecord<>(queue, partition, key, place.getBytes(UTF_8), headers)));
        }
        for (Future<?> each : written) {
            each.get();
        }
    }

    private static LetterBatches batches(String queue, String state, boolean inTransactions) {
        Map<String, Object> clients = new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
        Duration patience = Duration.ofMinutes(1);
        PartitionReader.Settings settings = new PartitionReader.Settings(queue, "0", clients, 50, patience);
        List<TopicPartition> partitions = List.of(new TopicPartition(queue, 0), new TopicPartition(queue, 1));
        TopicSizes sizes = new TopicSizes(new KafkaLogs(clients), queue + "-topics", patience);
        RedrivePolicy policy = new RedrivePolicy(
                LetterFormat.BY_HEADERS,
                Optional.of(LetterCondition.parse("topic == 'orders'")),
                // The first wait is shorter than that of a letter which is written to the state topic.
                RedriveBackoff.parse(List.of(Redriver.LONGEST_SOON_MS - 2 + "ms", "40ms")),
                5,
                RedriveTarget.RETRY);
        return new LetterBatches(
                new Redriver(policy, 1 << 20, sizes::count),
                new PartitionReader(settings, partitions, Map.of(), StartPosition.parse(StartPosition.EARLIEST)),
                new StateLoader(settings, List.of(new TopicPartition(state, 0))),
                sizes,
                new RedriveRecords(state, !inTransactions),
                new RedriveSourceMetrics(queue, "0"),
                new LetterBatches.Settings(partitions, 50, true, inTransactions));
    }
}
