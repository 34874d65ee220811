package io.millrace.connectors.event.faults;

import io.millrace.testing.campaigns.AwaitedCondition;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ConnectWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TransactionState;

/** Workers, the broker, the database and the store: dead, asleep. */
final class ServerFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("worker-killed", Set.of(Part.WORKERS), ServerFaults::killWorker),
            new Fault<>("worker-suspended", Set.of(Part.WORKERS, Part.CONNECTOR), ServerFaults::suspendWorker),
            new Fault<>("broker-killed", Set.of(Part.BROKER, Part.WORKERS, Part.CONNECTOR), ServerFaults::killBroker),
            new Fault<>("broker-suspended", Set.of(Part.BROKER, Part.CONNECTOR), ServerFaults::suspendBroker),
            new Fault<>("database-killed", Set.of(Part.DATABASE), ServerFaults::killDatabase),
            new Fault<>("database-suspended", Set.of(Part.DATABASE), ServerFaults::suspendDatabase),
            new Fault<>("store-killed", Set.of(Part.STORE), ServerFaults::killStore));

    private static final int MAX_SLEEP_MS = 6_000;
    private static final int MAX_DELAY_MS = 600;
    private static final Duration TIME_TO_TAKE_OVER = Duration.ofSeconds(30);
    private static final Set<TransactionState> ENDING =
            Set.of(TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT);

    private ServerFaults() {}

    /** In the middle of many batches. */
    private static String killWorker(Scene scene) throws Exception {
        ConnectWorker worker = scene.workerOfTask();
        scene.commitManyMoves();
        scene.sleepRandomly(MAX_DELAY_MS);
        scene.group().killAndRestart(worker);
        return scene.group().name(worker);
    }

    /** Until another worker runs the task; then a zombie with a batch in its hands wakes up. */
    private static String suspendWorker(Scene scene) throws Exception {
        ConnectWorker worker = scene.workerOfTask();
        scene.commitManyMoves();
        scene.sleepRandomly(MAX_DELAY_MS);
        List<ConnectWorker> others = scene.workersBut(worker);
        String name = worker.rest().address().getAuthority();
        worker.suspend();
        try {
            boolean takenOver = !others.isEmpty()
                    && AwaitedCondition.awaitWithin(TIME_TO_TAKE_OVER, () -> scene.source()
                            .workerOfTask(others.get(0).rest())
                            .filter(now -> !now.equals(name))
                            .isPresent());
            scene.sleepRandomly(MAX_SLEEP_MS);
            return scene.group().name(worker) + (takenOver ? ", another took over" : "");
        } finally {
            worker.resume();
        }
    }

    /**
     * Not while a transaction ends: a broker alone that starts again with one that is decided, and not marked in its partitions yet,
     * takes the partitions for deleted as long as they have no leader, and forgets the marks. So the workers sleep meanwhile.
     */
    private static String killBroker(Scene scene) throws Exception {
        List<ConnectWorker> workers = scene.group().workers();
        workers.forEach(ConnectWorker::suspend);
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                scene.group().broker().bootstrapServers()))) {
            scene.until("the transactions to end", () -> admin.listTransactions().all().get().stream()
                    .noneMatch(transaction -> ENDING.contains(transaction.state())));
            scene.group().broker().kill();
            scene.group().broker().restart();
            scene.until("the partitions to have leaders", () -> {
                Set<String> topics = admin.listTopics(new ListTopicsOptions().listInternal(true))
                        .names()
                        .get();
                return admin.describeTopics(topics).allTopicNames().get().values().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(partition ->
                                partition.leader() != null && !partition.isr().isEmpty());
            });
        } finally {
            workers.forEach(ConnectWorker::resume);
        }
        return "";
    }

    private static String suspendBroker(Scene scene) throws InterruptedException {
        int millis = 500 + scene.random().nextInt(MAX_SLEEP_MS);
        scene.group().broker().suspend();
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } finally {
            scene.group().broker().resume();
        }
        return millis + " ms";
    }

    private static String killDatabase(Scene scene) throws Exception {
        scene.commitManyMoves();
        scene.sleepRandomly(MAX_DELAY_MS);
        scene.server().process().kill();
        scene.server().process().restart();
        return "";
    }

    private static String suspendDatabase(Scene scene) throws InterruptedException {
        int millis = 500 + scene.random().nextInt(MAX_SLEEP_MS);
        scene.server().process().suspend();
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } finally {
            scene.server().process().resume();
        }
        return millis + " ms";
    }

    private static String killStore(Scene scene) throws InterruptedException {
        scene.pictures().server().kill();
        scene.sleepRandomly(MAX_SLEEP_MS);
        scene.pictures().server().restart();
        return "";
    }
}
