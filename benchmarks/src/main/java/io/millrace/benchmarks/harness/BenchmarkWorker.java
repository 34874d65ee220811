package io.millrace.benchmarks.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A Connect worker that no other shares anything with but the broker. It finds the project's plugins and the peers'. */
public final class BenchmarkWorker implements AutoCloseable {
    /** A heap that is as large from the start, so that no run measures how it grows. */
    public static final List<String> JVM = List.of("-Xms1g", "-Xmx1g", "-XX:+UseParallelGC");

    private static final Duration TIME_TO_CHANGE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ConnectWorker worker;
    private final KafkaBroker broker;

    /**
     * Starts a worker with 1 GiB of heap; returns when it is healthy.
     *
     * @param directory a new one, whose name no other worker of the broker has
     * @param plugins folders of others' plugins
     * @param environment the process's
     */
    public BenchmarkWorker(
            Installation installation,
            KafkaBroker broker,
            Path directory,
            List<Path> plugins,
            Map<String, String> environment) {
        this(installation, broker, directory, plugins, environment, Map.of(), JVM);
    }

    /**
     * Starts a worker; returns when it is healthy.
     *
     * @param directory a new one, whose name no other worker of the broker has
     * @param plugins folders of others' plugins
     * @param environment the process's
     * @param overrides worker settings
     * @param jvm heap and garbage collector
     */
    public BenchmarkWorker(
            Installation installation,
            KafkaBroker broker,
            Path directory,
            List<Path> plugins,
            Map<String, String> environment,
            Map<String, String> overrides,
            List<String> jvm) {
        this(
                broker,
                start(
                        installation,
                        broker,
                        directory,
                        Stream.concat(Stream.of(LocalPipeline.pluginFolder(installation)), plugins.stream())
                                .toList(),
                        environment,
                        overrides,
                        jvm));
    }

    private BenchmarkWorker(KafkaBroker broker, ConnectWorker worker) {
        this.broker = broker;
        this.worker = worker;
    }

    /**
     * Starts a worker with 1 GiB of heap that finds these plugins alone; returns when it is healthy.
     *
     * @param directory a new one, whose name no other worker of the broker has
     * @param pluginPath the folders of all plugins
     */
    public static BenchmarkWorker onPluginPath(
            Installation installation, KafkaBroker broker, Path directory, List<Path> pluginPath) {
        return new BenchmarkWorker(broker, start(installation, broker, directory, pluginPath, Map.of(), Map.of(), JVM));
    }

    private static ConnectWorker start(
            Installation installation,
            KafkaBroker broker,
            Path directory,
            List<Path> pluginPath,
            Map<String, String> environment,
            Map<String, String> overrides,
            List<String> jvm) {
        String name = directory.getFileName().toString();
        Map<String, String> settings = new HashMap<>(overrides);
        settings.putAll(Map.of(
                "group.id", name,
                "config.storage.topic", name + "-config",
                "offset.storage.topic", name + "-offset",
                "status.storage.topic", name + "-status"));
        return ConnectWorker.start(installation, pluginPath, directory, broker, settings, environment, jvm);
    }

    public long pid() {
        return worker.pid();
    }

    /** Whether the worker's process runs. */
    public boolean isAlive() {
        return worker.isAlive();
    }

    /** The bootstrap servers of the worker's Kafka cluster. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** The file that the worker logs to. */
    public Path log() {
        return worker.log();
    }

    /** Creates a connector; returns when Connect has its configuration. */
    public void postConnector(String name, Map<String, String> options) throws IOException {
        worker.rest().post(body(name, options));
    }

    /**
     * Creates a connector that begins at these offsets and does not run before {@link #resumeConnector}.
     *
     * @param offsets as {@link #offsets} returns them
     */
    public void postStopped(String name, Map<String, String> options, JsonNode offsets) throws IOException {
        worker.rest().post(body(name, options).put("initial_state", "STOPPED"));
        worker.rest().patchOffsets(name, offsets);
    }

    /** Stops a running connector; returns when its tasks have ended. */
    public void stopConnector(String name) throws IOException {
        worker.rest().stop(name);
        worker.rest().awaitStopped(name, TIME_TO_CHANGE);
    }

    /** Lets a stopped connector run. */
    public void resumeConnector(String name) throws IOException {
        worker.rest().resume(name);
    }

    private static ObjectNode body(String name, Map<String, String> options) {
        ObjectNode body = JSON.createObjectNode().put("name", name);
        ObjectNode config = body.putObject("config");
        options.forEach(config::put);
        return body;
    }

    /**
     * Waits until the connector runs.
     *
     * @throws io.millrace.testing.servers.ConnectRestException if it or a task of it has failed
     */
    public void awaitRunning(String name) throws IOException {
        worker.rest().awaitRunning(name, TIME_TO_CHANGE);
    }

    /** The connector's committed offsets, as Connect's REST interface returns them. */
    public JsonNode offsets(String name) throws IOException {
        return worker.rest().offsets(name);
    }

    @Override
    public void close() {
        worker.close();
    }
}
