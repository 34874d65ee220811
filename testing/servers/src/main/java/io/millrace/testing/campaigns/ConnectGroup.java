package io.millrace.testing.campaigns;

import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A broker and Connect workers of one group, with timeouts so small that a member is missed after some seconds. There are
 * two workers at first. One thread at a time changes the workers; any may ask for them.
 */
public final class ConnectGroup implements AutoCloseable {
    private static final Map<String, String> WORKER = Map.ofEntries(
            Map.entry("session.timeout.ms", "4000"),
            Map.entry("heartbeat.interval.ms", "500"),
            Map.entry("rebalance.timeout.ms", "10000"),
            Map.entry("scheduled.rebalance.max.delay.ms", "0"),
            Map.entry("worker.unsync.backoff.ms", "1000"),
            Map.entry("task.shutdown.graceful.timeout.ms", "3000"),
            Map.entry("key.converter.schemas.enable", "false"),
            Map.entry("value.converter.schemas.enable", "false"),
            Map.entry("consumer.session.timeout.ms", "4000"),
            Map.entry("consumer.heartbeat.interval.ms", "500"),
            Map.entry("consumer.max.poll.interval.ms", "30000"));

    private final Installation installation;
    private final Path directory;
    private final Path plugins;
    private final Map<String, String> settings;
    private final KafkaBroker broker;
    private final List<ConnectWorker> workers = new CopyOnWriteArrayList<>();
    private final Map<ConnectWorker, CompletableFuture<Void>> starting = new ConcurrentHashMap<>();
    private final Map<ConnectWorker, String> consumers = new ConcurrentHashMap<>();
    private int started;

    private ConnectGroup(
            Installation installation, Path directory, Path plugins, Map<String, String> settings, KafkaBroker broker) {
        this.installation = installation;
        this.directory = directory;
        this.plugins = plugins;
        this.settings = settings;
        this.broker = broker;
    }

    /**
     * Starts the broker and two workers.
     *
     * @param directory of their data and logs
     * @param plugins the directory of {@code plugin.path}
     * @param brokerSettings over the ones that the broker has
     * @param workerSettings over the ones that this class sets
     */
    public static ConnectGroup start(
            Installation installation,
            Path directory,
            Path plugins,
            Map<String, String> brokerSettings,
            Map<String, String> workerSettings) {
        Map<String, String> settings = new HashMap<>(WORKER);
        settings.putAll(workerSettings);
        KafkaBroker broker = KafkaBroker.start(installation, directory.resolve("kafka"), brokerSettings);
        ConnectGroup group = new ConnectGroup(installation, directory, plugins, settings, broker);
        try {
            group.addWorker();
            group.addWorker();
            return group;
        } catch (RuntimeException e) {
            group.close();
            throw e;
        }
    }

    public KafkaBroker broker() {
        return broker;
    }

    /** The workers that run, suspended ones included. */
    public List<ConnectWorker> workers() {
        return workers.stream()
                .filter(worker -> !starting.containsKey(worker) && worker.isAlive())
                .toList();
    }

    /** The interface of one of the workers that run. */
    public ConnectRest rest() {
        return workers().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No worker runs"))
                .rest();
    }

    /** Starts one more worker and waits until it is a member. */
    public void addWorker() {
        String name = "worker-" + ++started;
        Map<String, String> own = new HashMap<>(settings);
        own.put("consumer.client.id", name);
        ConnectWorker worker =
                ConnectWorker.start(installation, List.of(plugins), directory.resolve(name), broker, own, Map.of());
        consumers.put(worker, name);
        workers.add(worker);
    }

    /** Stops a worker in an orderly way, for good. */
    public void removeWorker(ConnectWorker worker) {
        workers.remove(worker);
        worker.close();
    }

    /** Kills the worker and starts it again, which is over when {@link #awaitWorkers} has returned. */
    public void killAndRestart(ConnectWorker worker) {
        worker.kill();
        starting.put(worker, CompletableFuture.runAsync(worker::restart));
    }

    /** Waits for what is being started. */
    public void awaitWorkers() {
        starting.values().forEach(CompletableFuture::join);
        starting.clear();
    }

    /** The name of the worker, which is also the client id of its tasks' consumers. */
    public String name(ConnectWorker worker) {
        return consumers.get(worker);
    }

    @Override
    public void close() {
        for (CompletableFuture<Void> start : starting.values()) {
            start.handle((done, failure) -> null).join();
        }
        workers.forEach(ConnectWorker::close);
        broker.close();
    }
}
