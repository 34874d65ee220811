package io.millrace.testing.servers;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker that is its own controller (KRaft), or a further one of its cluster, as a child process on loopback ports.
 * Its data remain in its directory.
 */
public final class KafkaBroker extends LoopbackServer {
    private static final String NAME = "kafka";
    private static final Duration TIME_TO_START = Duration.ofSeconds(90);
    private static final Duration TIME_TO_MARK = Duration.ofSeconds(30);
    /** The position of the attributes in a batch, and the attribute of the batches that are markers. */
    private static final int ATTRIBUTES_POSITION = 21;

    private static final int CONTROL_BATCH = 0x20;
    /** The file of a formatted directory with the ids of cluster, node and directory. */
    private static final String META = "meta.properties";
    /** The file of a formatted directory with the versions of the cluster's features. */
    private static final String BOOTSTRAP = "bootstrap.checkpoint";

    /** The id of a cluster's first broker, which is its controller. */
    public static final int CONTROLLER_NODE = 1;

    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("offsets.topic.num.partitions", "1"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("transaction.state.log.num.partitions", "2"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("share.coordinator.state.topic.num.partitions", "1"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.min.session.timeout.ms", "1000"),
            // A broker that was killed registers again when its last session has expired. Campaigns suspend it for a
            // shorter time: a broker
            // alone that is fenced takes its partitions for deleted, and loses the ends of transactions.
            Map.entry("broker.session.timeout.ms", "9000"),
            Map.entry("broker.heartbeat.interval.ms", "500"),
            Map.entry("log.cleaner.dedupe.buffer.size", "16777216"),
            Map.entry("num.io.threads", "4"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.partitions", "4"));

    private final Installation installation;
    private final Path directory;
    private final Map<String, String> overrides;
    private final BrokerSecurity security;
    private final int node;
    /** The broker that is this one's controller; null if it is its own. */
    private final @Nullable KafkaBroker controller;

    private int controllerPort;

    private KafkaBroker(
            Installation installation,
            Path directory,
            Map<String, String> overrides,
            BrokerSecurity security,
            int node,
            @Nullable KafkaBroker controller) {
        this.installation = installation;
        this.directory = directory.toAbsolutePath().normalize();
        this.overrides = Map.copyOf(overrides);
        this.security = security;
        this.node = node;
        this.controller = controller;
    }

    /**
     * Starts a broker whose data are in this directory, which is made and formatted if it is new. Returns when the
     * broker answers.
     *
     * @param overrides broker settings over the ones that this class sets
     * @throws ServerFailedException if the broker does not start; the message has the end of its log
     */
    public static KafkaBroker start(Installation installation, Path directory, Map<String, String> overrides) {
        return start(installation, directory, overrides, BrokerSecurity.NONE);
    }

    /** Like {@link #start(Installation, Path, Map)}, for a broker whose clients have to show who they are. */
    public static KafkaBroker start(
            Installation installation, Path directory, Map<String, String> overrides, BrokerSecurity security) {
        return new KafkaBroker(installation, directory, overrides, security, CONTROLLER_NODE, null).start();
    }

    /**
     * Starts a further broker of this one's cluster, with its settings. This one remains the only controller.
     *
     * @param own the further broker's directory
     * @param id its id, from 2 on
     * @throws ServerFailedException if the broker does not start; the message has the end of its log
     */
    public KafkaBroker startMember(Path own, int id) {
        return new KafkaBroker(installation, own, overrides, security, id, this).start();
    }

    private KafkaBroker start() {
        new PidFile(directory.resolve(NAME + PidFile.SUFFIX)).endLeftover();
        startOnFreePort(directory);
        return this;
    }

    /** The id of the broker in its cluster. */
    public int node() {
        return node;
    }

    /** The address of the broker that was last started in this directory. */
    public static String readAddress(Path directory) throws IOException {
        return readProperties(directory.resolve("server.properties"))
                .getProperty("advertised.listeners")
                .replaceFirst("^[A-Z_]+://", "");
    }

    private static Properties readProperties(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return properties;
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port();
    }

    private Path settings() {
        return directory.resolve("server.properties");
    }

    private Path data() {
        return directory.resolve("data");
    }

    /**
     * Waits until the last batch of each partition is the marker of a transaction, kills the broker, removes these markers, and starts
     * the broker again. The transactions are open then, although their coordinator has ended them. A producer's commit returns before
     * the markers are written.
     */
    public void loseMarkers(Collection<TopicPartition> partitions) throws IOException {
        for (TopicPartition partition : partitions) {
            awaitMarker(partition);
        }
        kill();
        for (TopicPartition partition : partitions) {
            try (FileChannel segment =
                    FileChannel.open(findLastSegment(partition), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                segment.truncate(findLastBatch(segment));
            }
        }
        restart();
    }

    private void awaitMarker(TopicPartition partition) throws IOException {
        Instant deadline = Instant.now().plus(TIME_TO_MARK);
        while (!endsWithMarker(partition)) {
            if (Instant.now().isAfter(deadline)) {
                throw new ServerFailedException(
                        "expected a marker at the end of " + partition + " after " + TIME_TO_MARK);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ServerFailedException("was interrupted while it waited for a marker in " + partition, e);
            }
        }
    }

    private boolean endsWithMarker(TopicPartition partition) throws IOException {
        try (FileChannel segment = FileChannel.open(findLastSegment(partition), StandardOpenOption.READ)) {
            long batch = findLastBatch(segment);
            return segment.size() > batch + ATTRIBUTES_POSITION + Short.BYTES
                    && (read(segment, batch + ATTRIBUTES_POSITION, Short.BYTES).getShort(0) & CONTROL_BATCH) != 0;
        }
    }

    private Path findLastSegment(TopicPartition partition) throws IOException {
        try (Stream<Path> files = Files.list(data().resolve(partition.toString()))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    /** The position of the last batch. A batch begins with its first offset, of 8 bytes, and the length of the rest, of 4 bytes. */
    private static long findLastBatch(FileChannel segment) throws IOException {
        long end = segment.size();
        long last = 0;
        long next = 0;
        while (next < end) {
            last = next;
            ByteBuffer header = read(segment, last, Long.BYTES + Integer.BYTES);
            next = last + header.capacity() + header.getInt(Long.BYTES);
        }
        return last;
    }

    private static ByteBuffer read(FileChannel file, long position, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) > 0) {
            // Until all bytes are read.
        }
        return bytes;
    }

    private void writeSettings() {
        Map<String, String> settings = new HashMap<>(DEFAULTS);
        String listener = security.protocol() + "://" + bootstrapServers();
        String controllerAddress = "127.0.0.1:" + (controller == null ? controllerPort : controller.controllerPort);
        settings.put("node.id", String.valueOf(node));
        settings.put("process.roles", controller == null ? "broker,controller" : "broker");
        settings.put("listeners", controller == null ? listener + ",CONTROLLER://" + controllerAddress : listener);
        settings.put("advertised.listeners", listener);
        settings.put("inter.broker.listener.name", security.protocol());
        settings.put(
                "listener.security.protocol.map",
                security.protocol() + ":" + security.protocol() + ",CONTROLLER:PLAINTEXT");
        settings.put("controller.quorum.voters", CONTROLLER_NODE + "@" + controllerAddress);
        settings.put("log.dirs", data().toString());
        settings.putAll(security.broker());
        settings.putAll(overrides);
        Settings.write(settings(), settings);
    }

    private void format() {
        if (Files.exists(data().resolve(META))) {
            return;
        }
        if (!security.scramUsers().isEmpty()) {
            format(settings(), data());
            return;
        }
        try {
            // A copy saves the start of a JVM for each new broker.
            Path formatted = formattedData();
            Files.createDirectories(data());
            Files.copy(formatted.resolve(BOOTSTRAP), data().resolve(BOOTSTRAP), StandardCopyOption.REPLACE_EXISTING);
            // Written last, because it shows that the directory is formatted.
            Settings.write(data().resolve(META), identity(formatted.resolve(META)));
        } catch (IOException e) {
            throw new UncheckedIOException("Kafka's storage could not be formatted in " + data(), e);
        }
    }

    /** A formatted directory, which this installation makes once. */
    private Path formattedData() throws IOException {
        Path made = installation.formattedKafkaData();
        return InstallationLock.holdWhile(
                installation.root(), () -> Files.exists(made) ? made : Files.move(makeFormattedData(), made));
    }

    private Path makeFormattedData() throws IOException {
        Path making = installation.root().resolve("new-kafka-data");
        Directories.deleteAll(making);
        Map<String, String> settings = new HashMap<>();
        readProperties(settings()).forEach((name, value) -> settings.put(name.toString(), value.toString()));
        settings.put("log.dirs", making.toString());
        format(Settings.write(directory.resolve("format.properties"), settings), making);
        return making;
    }

    /** The identity of a new broker, of a new cluster or of its controller's. */
    private Map<String, String> identity(Path meta) throws IOException {
        Map<String, String> identity = new HashMap<>();
        readProperties(meta).forEach((name, value) -> identity.put(name.toString(), value.toString()));
        identity.put("node.id", String.valueOf(node));
        identity.put("cluster.id", clusterId());
        identity.put("directory.id", Uuid.randomUuid().toString());
        return identity;
    }

    private void format(Path settings, Path made) {
        Path logging = Settings.writeLogging(directory);
        List<String> command = new ArrayList<>(JavaCommand.of(
                KafkaRuntime.of(installation),
                JavaCommand.small("128m"),
                logging,
                "kafka.tools.StorageTool",
                "format",
                "-t",
                Uuid.randomUuid(),
                "-c",
                settings));
        security.scramUsers().forEach((user, password) -> {
            command.add("--add-scram");
            command.add("SCRAM-SHA-256=[name=" + user + ",password=" + password + "]");
        });
        CommandOutput output = CommandOutput.of(directory, Map.of(), command.toArray(String[]::new));
        if (output.status() != 0) {
            throw new ServerFailedException("Kafka's storage could not be formatted in " + made + ": " + output.text());
        }
    }

    /** A new one, or the controller's. */
    private String clusterId() throws IOException {
        return controller == null
                ? Uuid.randomUuid().toString()
                : readProperties(controller.data().resolve(META)).getProperty("cluster.id");
    }

    @Override
    void prepare() {
        controllerPort = FreePort.ask();
        writeSettings();
        format();
    }

    @Override
    ChildProcess launch() {
        Path logging = Settings.writeLogging(directory);
        return ChildProcess.start(
                NAME,
                directory,
                JavaCommand.of(
                        KafkaRuntime.of(installation), JavaCommand.small("384m"), logging, "kafka.Kafka", settings()),
                Map.of());
    }

    @Override
    Duration timeToStart() {
        return TIME_TO_START;
    }

    @Override
    boolean answers() {
        Map<String, Object> client = new HashMap<>(security.administrator());
        client.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            return admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).stream()
                    .anyMatch(found -> found.id() == node);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerFailedException("Interrupted while Kafka was starting", e);
        }
    }
}
