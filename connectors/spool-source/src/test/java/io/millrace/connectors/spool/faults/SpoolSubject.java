package io.millrace.connectors.spool.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connectors.spool.SpoolSourceConnector;
import io.millrace.spool.SpoolStore;
import io.millrace.testing.campaigns.CampaignSubject;
import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.campaigns.Discrepancy;
import io.millrace.testing.campaigns.PostedConnector;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.S3Server;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A service that spools, a spool source, and the log that must have every acknowledged event once then. */
final class SpoolSubject implements CampaignSubject<SpoolScene> {
    static final String TOPIC = "events";
    private static final int PARTITIONS = 3;
    private static final int EVENTS_BETWEEN = 150;
    private static final int SPOOLED_AT_FIRST = 50;
    private static final int DIRECT_AT_FIRST = 200;
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));
    private static final Map<String, String> BROKER = Map.of("auto.create.topics.enable", "false");
    /** A leader that is away is replaced soon after the records that wait for it are in the spool. */
    private static final Map<String, String> SEVERAL_BROKERS =
            Map.of("auto.create.topics.enable", "false", "broker.session.timeout.ms", "3000");

    /** A transaction that was open for too long, and brokers that were struck. */
    private static final List<String> EXPECTED_FAILURES =
            List.of("ProducerFencedException", "InvalidProducerEpochException", "TimeoutException");

    private final ConnectGroup group;
    private final List<KafkaBroker> members;
    private final S3Server s3;
    private final Admin admin;
    private final SpoolStore store;
    private final PostedConnector connector;
    private final CallerAnswers answers = new CallerAnswers();
    private final WriterProcess service;
    private final KafkaConsumer<byte[], byte[]> log;

    private SpoolSubject(ConnectGroup group, List<KafkaBroker> members, S3Server s3, Path directory) throws Exception {
        this.group = group;
        this.members = List.copyOf(members);
        this.s3 = s3;
        String brokers = group.broker().bootstrapServers();
        this.admin = Admin.create(Map.of("bootstrap.servers", brokers));
        admin.createTopics(List.of(topic(members))).all().get();
        Map<String, String> settings = storeSettings(s3);
        this.store = SpoolStore.open(settings);
        this.connector = new PostedConnector(group, "spool", connectorOptions(brokers, settings));
        this.service = new WriterProcess(directory, writeOptions(directory, brokers, settings), TOPIC, answers);
        this.log = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                .toList();
        log.assign(partitions);
        log.seekToBeginning(partitions);
    }

    /** Each partition is on all brokers; the members lead in turn. */
    private static NewTopic topic(List<KafkaBroker> members) {
        if (members.isEmpty()) {
            return new NewTopic(TOPIC, PARTITIONS, (short) 1);
        }
        Map<Integer, List<Integer>> replicas = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            List<Integer> own =
                    new ArrayList<>(members.stream().map(KafkaBroker::node).toList());
            Collections.rotate(own, partition);
            own.add(KafkaBroker.CONTROLLER_NODE);
            replicas.put(partition, own);
        }
        return new NewTopic(TOPIC, replicas).configs(Map.of("min.insync.replicas", "2"));
    }

    private static Map<String, String> storeSettings(S3Server s3) {
        return Map.of(
                "spool.store", "s3://spool/events",
                "payload.s3.endpoint", s3.endpoint(),
                "payload.s3.path.style", "true",
                "payload.s3.access.key.id", s3.accessKeyId(),
                "payload.s3.secret.access.key", s3.secretAccessKey());
    }

    private static Path writeOptions(Path directory, String brokers, Map<String, String> store) throws IOException {
        Properties options = new Properties();
        options.putAll(store);
        options.put("bootstrap.servers", brokers);
        options.put("spool.after.ms", "2000");
        options.put("spool.store.timeout.ms", "4000");
        options.put("spool.writer", "service");
        Path file = directory.resolve("service.properties");
        try (BufferedWriter writer = Files.newBufferedWriter(file, UTF_8)) {
            options.store(writer, null);
        }
        return file;
    }

    private static ObjectNode connectorOptions(String brokers, Map<String, String> store) {
        ObjectNode options = new ObjectMapper()
                .createObjectNode()
                .put("connector.class", SpoolSourceConnector.class.getName())
                .put("tasks.max", "2")
                .put("exactly.once.support", "required")
                .put("key.converter", BYTES)
                .put("value.converter", BYTES)
                .put("header.converter", BYTES)
                .put("kafka.bootstrap.servers", brokers)
                .put("recover.delay.ms", "5000")
                .put("max.poll.records", "100");
        store.forEach(options::put);
        return options;
    }

    /**
     * Starts servers in the directory, the connector and the service.
     *
     * @param brokers how many; with more than one, the first has no partition's leader as long as the others are there
     */
    static SpoolSubject start(Path directory, int brokers) throws Exception {
        Installation installation = Installation.locate();
        S3Server s3 = S3Server.start(installation, directory.resolve("s3"), "spool");
        ConnectGroup group = null;
        List<KafkaBroker> members = new ArrayList<>();
        try {
            group = ConnectGroup.start(
                    installation,
                    directory,
                    PLUGINS,
                    brokers > 1 ? SEVERAL_BROKERS : BROKER,
                    Map.of("connector.client.config.override.policy", "All"));
            // Now that Connect's topics are made, the first broker alone has them.
            for (int node = KafkaBroker.CONTROLLER_NODE + 1; node <= brokers; node++) {
                members.add(group.broker().startMember(directory.resolve("kafka-" + node), node));
            }
            SpoolSubject subject = new SpoolSubject(group, members, s3, directory);
            subject.connector.configure();
            return subject;
        } catch (Exception e) {
            members.forEach(KafkaBroker::close);
            if (group != null) {
                group.close();
            }
            s3.close();
            throw e;
        }
    }

    @Override
    public SpoolScene scene(Random details) {
        return new SpoolScene(group, members, admin, connector, service, s3, answers, details);
    }

    /** Begins with a short outage of a single broker, so that there is something to recover when the fault strikes. */
    @Override
    public void startLoad() throws Exception {
        SpoolScene scene = scene(new Random(0));
        if (!members.isEmpty()) {
            LeaderFaults.awaitPreferredLeaders(scene);
            service.resume();
            scene.awaitDirect(DIRECT_AT_FIRST);
            return;
        }
        service.resume();
        scene.awaitTraffic(1);
        group.broker().suspend();
        try {
            scene.awaitSpooled(SPOOLED_AT_FIRST);
        } finally {
            group.broker().resume();
        }
    }

    @Override
    public void awaitLoad() throws Exception {
        scene(new Random(0)).awaitTraffic(EVENTS_BETWEEN);
    }

    @Override
    public void pauseLoad() throws Exception {
        service.pause();
    }

    @Override
    public void awaitServers() {
        group.awaitWorkers();
    }

    /** The spool must have no object. */
    @Override
    public Optional<String> findBacklog() {
        try {
            if (!service.isAlive()) {
                return Optional.of("the service has ended");
            }
            List<String> failures = connector.failures();
            if (!failures.isEmpty()) {
                connector.restartAfterFailures(failures, EXPECTED_FAILURES);
                return Optional.of(failures.toString());
            }
            Map<String, Integer> waiting = new HashMap<>();
            store.list().incarnations().forEach((incarnation, own) -> {
                if (!own.objects().isEmpty()) {
                    waiting.put(incarnation.toString(), own.objects().size());
                }
            });
            return waiting.isEmpty() ? Optional.empty() : Optional.of("objects wait: " + waiting);
        } catch (Exception e) {
            return Optional.of(e.toString());
        }
    }

    @Override
    public List<Discrepancy.Kind> discrepancyKinds() {
        return List.of(Discrepancy.Kind.LOST, Discrepancy.Kind.REPEATED, Discrepancy.Kind.OVERTAKEN);
    }

    @Override
    public List<Discrepancy> findDiscrepancies() {
        Map<TopicPartition, Long> ends = log.endOffsets(log.assignment());
        while (ends.entrySet().stream().anyMatch(end -> log.position(end.getKey()) < end.getValue())) {
            log.poll(Duration.ofMillis(200)).forEach(record -> {
                Header id = record.headers().lastHeader("ce_id");
                answers.takeWritten(
                        id == null ? "" : new String(id.value(), UTF_8),
                        record.topic() + "-" + record.partition() + "@" + record.offset());
            });
        }
        return answers.takeDiscrepancies();
    }

    @Override
    public String size() {
        return answers.acknowledged() + " acknowledged events";
    }

    @Override
    public String effort() {
        return answers + "; the tasks were restarted " + connector.restarts()
                + " times after failures of Connect's own";
    }

    @Override
    public void close() {
        service.close();
        log.close();
        store.close();
        admin.close();
        members.forEach(KafkaBroker::close);
        group.close();
        s3.close();
    }
}
