package io.millrace.connectors.projection.faults;

import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A broker and Connect workers of one group, with timeouts so small that a member is missed after some seconds. There are
 * two workers, and at times a third. For one thread.
 */
final class Cluster implements AutoCloseable {
    private static final Map<String, String> BROKER =
            Map.of("group.min.session.timeout.ms", "1000", "offsets.retention.minutes", "1440");
    private static final Map<String, String> WORKER = Map.ofEntries(
            Map.entry("session.timeout.ms", "4000"),
            Map.entry("heartbeat.interval.ms", "500"),
            Map.entry("rebalance.timeout.ms", "10000"),
            Map.entry("scheduled.rebalance.max.delay.ms", "0"),
            Map.entry("worker.unsync.backoff.ms", "1000"),
            Map.entry("task.shutdown.graceful.timeout.ms", "3000"),
            Map.entry("exactly.once.source.support", "disabled"),
            Map.entry("key.converter.schemas.enable", "false"),
            Map.entry("value.converter.schemas.enable", "false"),
            Map.entry("consumer.session.timeout.ms", "4000"),
            Map.entry("consumer.heartbeat.interval.ms", "500"),
            Map.entry("consumer.max.poll.interval.ms", "30000"));

    /** The folder with this module's plugin and its libraries. */
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));

    private final Installation installation;
    private final Path directory;
    private final KafkaBroker broker;
    private final List<ConnectWorker> workers = new ArrayList<>();
    private final Map<ConnectWorker, CompletableFuture<Void>> starting = new HashMap<>();
    private final Map<ConnectWorker, String> consumers = new HashMap<>();
    private int started;

    private Cluster(Installation installation, Path directory, KafkaBroker broker) {
        this.installation = installation;
        this.directory = directory;
        this.broker = broker;
    }

    static Cluster start(Installation installation, Path directory) {
        KafkaBroker broker = KafkaBroker.start(installation, directory.resolve("kafka"), BROKER);
        Cluster cluster = new Cluster(installation, directory, broker);
        try {
            cluster.addWorker();
            cluster.addWorker();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    KafkaBroker broker() {
        return broker;
    }

    /** The workers that run, suspended ones included. */
    List<ConnectWorker> workers() {
        return workers.stream()
                .filter(worker -> !starting.containsKey(worker) && worker.isAlive())
                .toList();
    }

    /** The interface of one of the workers that run. */
    ConnectRest rest() {
        return workers().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No worker runs"))
                .rest();
    }

    /** Starts one more worker and waits until it is a member. */
    void addWorker() {
        String name = "worker-" + ++started;
        Map<String, String> settings = new HashMap<>(WORKER);
        settings.put("consumer.client.id", name);
        ConnectWorker worker = ConnectWorker.start(
                installation, List.of(PLUGINS), directory.resolve(name), broker, settings, Map.of());
        workers.add(worker);
        consumers.put(worker, name);
    }

    /** Stops a worker in an orderly way, for good. */
    void removeWorker(ConnectWorker worker) {
        workers.remove(worker);
        worker.close();
    }

    /** Kills the worker and starts it again, which goes on when this has returned. */
    void killAndRestart(ConnectWorker worker) {
        worker.kill();
        starting.put(worker, CompletableFuture.runAsync(worker::restart));
    }

    /** Waits for what is being started. */
    void awaitWorkers() {
        starting.values().forEach(CompletableFuture::join);
        starting.clear();
    }

    /** The name of the worker, which is also the client id of its tasks' consumers. */
    String name(ConnectWorker worker) {
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
