package io.millrace.testing.servers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Connect worker as a child process, its REST interface on a loopback port. Several distributed workers of one broker
 * form a group, each with a directory of its own. A standalone worker runs one connector, which it reads from a file.
 */
public final class ConnectWorker extends LoopbackServer {
    private static final String NAME = "connect";
    private static final Duration TIME_TO_START = Duration.ofMinutes(2);
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("group.id", "millrace"),
            Map.entry("key.converter", "org.apache.kafka.connect.json.JsonConverter"),
            Map.entry("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
            Map.entry("config.storage.topic", "connect-configs"),
            Map.entry("config.storage.replication.factor", "1"),
            Map.entry("offset.storage.topic", "connect-offsets"),
            Map.entry("offset.storage.replication.factor", "1"),
            Map.entry("offset.storage.partitions", "1"),
            Map.entry("status.storage.topic", "connect-status"),
            Map.entry("status.storage.replication.factor", "1"),
            Map.entry("status.storage.partitions", "1"),
            Map.entry("exactly.once.source.support", "enabled"),
            Map.entry("plugin.discovery", "service_load"),
            Map.entry("scheduled.rebalance.max.delay.ms", "1000"),
            Map.entry("offset.flush.interval.ms", "1000"),
            // A killed worker and its tasks are missed after this time, and not after 10 s and 45 s.
            Map.entry("session.timeout.ms", "5000"),
            Map.entry("heartbeat.interval.ms", "1000"),
            Map.entry("consumer.session.timeout.ms", "5000"),
            Map.entry("consumer.heartbeat.interval.ms", "1000"),
            Map.entry("config.providers", "env"),
            Map.entry("config.providers.env.class", "org.apache.kafka.common.config.provider.EnvVarConfigProvider"));

    private final KafkaRuntime runtime;
    private final List<Path> plugins;
    private final Path directory;
    private final KafkaBroker broker;
    private final Map<String, String> overrides;
    private final Map<String, String> environment;
    private final List<String> jvm;
    /** What a standalone worker runs; empty for a distributed one. */
    private final Optional<JsonNode> connector;

    private volatile String lastAnswer = "";

    private ConnectWorker(
            KafkaRuntime runtime,
            List<Path> plugins,
            Path directory,
            KafkaBroker broker,
            Map<String, String> overrides,
            Map<String, String> environment,
            List<String> jvm,
            Optional<JsonNode> connector) {
        this.runtime = runtime;
        this.plugins = List.copyOf(plugins);
        this.directory = directory.toAbsolutePath().normalize();
        this.broker = broker;
        this.overrides = Map.copyOf(overrides);
        this.environment = Map.copyOf(environment);
        this.jvm = List.copyOf(jvm);
        this.connector = connector;
    }

    /**
     * Starts a worker and returns when it is healthy: it has joined its group and read its connectors.
     *
     * @param plugins the directories of {@code plugin.path}, each with a folder for each plugin
     * @param overrides worker settings over the ones that this class sets
     * @param environment what connector configurations may refer to as {@code ${env:NAME}}; nothing else of the
     *     environment can be read by them
     * @throws ServerFailedException if the worker does not start; the message has the end of its log
     */
    public static ConnectWorker start(
            Installation installation,
            List<Path> plugins,
            Path directory,
            KafkaBroker broker,
            Map<String, String> overrides,
            Map<String, String> environment) {
        return start(installation, plugins, directory, broker, overrides, environment, jvmOptions(List.of()));
    }

    /**
     * Like {@link #start(Installation, List, Path, KafkaBroker, Map, Map)}, in a JVM with other options.
     *
     * @param jvm heap, garbage collector and the like; {@code -Dlog4j2.configurationFile=FILE} logs in another way
     */
    public static ConnectWorker start(
            Installation installation,
            List<Path> plugins,
            Path directory,
            KafkaBroker broker,
            Map<String, String> overrides,
            Map<String, String> environment,
            List<String> jvm) {
        return start(KafkaRuntime.of(installation), plugins, directory, broker, overrides, environment, jvm);
    }

    /**
     * Like {@link #start(Installation, List, Path, KafkaBroker, Map, Map)}, a worker of another version of Kafka or on another
     * JDK.
     */
    public static ConnectWorker start(
            KafkaRuntime runtime,
            List<Path> plugins,
            Path directory,
            KafkaBroker broker,
            Map<String, String> overrides,
            Map<String, String> environment) {
        return start(runtime, plugins, directory, broker, overrides, environment, jvmOptions(List.of()));
    }

    private static ConnectWorker start(
            KafkaRuntime runtime,
            List<Path> plugins,
            Path directory,
            KafkaBroker broker,
            Map<String, String> overrides,
            Map<String, String> environment,
            List<String> jvm) {
        ConnectWorker worker =
                new ConnectWorker(runtime, plugins, directory, broker, overrides, environment, jvm, Optional.empty());
        worker.startOnFreePort(directory);
        return worker;
    }

    /**
     * Starts a standalone worker, {@code connect-standalone}, which runs one connector. Its source offsets are in a file in its directory.
     *
     * @param connector the name and the configuration, as they are posted to distributed workers
     * @throws ServerFailedException if the worker does not start; the message has the end of its log
     */
    public static ConnectWorker startStandalone(
            Installation installation,
            List<Path> plugins,
            Path directory,
            KafkaBroker broker,
            JsonNode connector,
            Map<String, String> overrides,
            Map<String, String> environment,
            List<String> jvm) {
        ConnectWorker worker = new ConnectWorker(
                KafkaRuntime.of(installation),
                plugins,
                directory,
                broker,
                overrides,
                environment,
                jvm,
                Optional.of(connector));
        worker.startOnFreePort(directory);
        return worker;
    }

    /** The default heap and collector of a worker, and these options. */
    public static List<String> jvmOptions(List<String> options) {
        return Stream.concat(JavaCommand.small("768m").stream(), options.stream())
                .toList();
    }

    /** The REST interface of this worker. */
    public ConnectRest rest() {
        return new ConnectRest(URI.create("http://127.0.0.1:" + port()));
    }

    /** The file that the worker logs to. */
    public Path log() {
        return directory.resolve(NAME + ".log");
    }

    @Override
    ChildProcess launch() {
        Path settings = Settings.write(directory.resolve("worker.properties"), settings());
        Path logging = Settings.writeLogging(directory);
        List<String> command = connector
                .map(body -> JavaCommand.of(
                        runtime,
                        jvm,
                        logging,
                        "org.apache.kafka.connect.cli.ConnectStandalone",
                        settings,
                        writeConnector(body)))
                .orElseGet(() -> JavaCommand.of(
                        runtime, jvm, logging, "org.apache.kafka.connect.cli.ConnectDistributed", settings));
        return ChildProcess.start(NAME, directory, command, environment);
    }

    private Path writeConnector(JsonNode body) {
        try {
            return Files.writeString(directory.resolve("connector.json"), body.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("The connector could not be written in " + directory, e);
        }
    }

    @Override
    Duration timeToStart() {
        return TIME_TO_START;
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(DEFAULTS);
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("listeners", "http://127.0.0.1:" + port());
        settings.put("rest.advertised.host.name", "127.0.0.1");
        settings.put("rest.advertised.port", Integer.toString(port()));
        if (connector.isPresent()) {
            settings.put(
                    "offset.storage.file.filename",
                    directory.resolve("connect.offsets").toString());
        }
        settings.put(
                "plugin.path",
                plugins.stream()
                        .map(path -> path.toAbsolutePath().normalize().toString())
                        .collect(Collectors.joining(",")));
        settings.put(
                "config.providers.env.param.allowlist.pattern",
                environment.keySet().stream().sorted().map(Pattern::quote).collect(Collectors.joining("|")));
        settings.putAll(overrides);
        return settings;
    }

    /**
     * Like {@link LoopbackServer#restart}. A worker that is not healthy in time is started once more, as whatever supervises
     * workers does; the message of the first start is printed.
     */
    @Override
    public void restart() {
        try {
            super.restart();
        } catch (ServerFailedException e) {
            System.err.println("A worker is restarted once more. " + e.getMessage());
            super.restart();
        }
    }

    @Override
    boolean answers() {
        try {
            rest().checkHealth();
            return true;
        } catch (ConnectRestException | IOException e) {
            lastAnswer = "Its last answer: " + e.getMessage();
            return false;
        }
    }

    @Override
    String lastAnswer() {
        return lastAnswer;
    }
}
