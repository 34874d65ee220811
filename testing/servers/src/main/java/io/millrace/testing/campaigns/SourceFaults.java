package io.millrace.testing.campaigns;

import io.millrace.testing.servers.ConnectWorker;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TransactionState;

/** The faults that strike every source over topics at work. */
public final class SourceFaults {
    public static final String WORKERS = "workers";
    public static final String BROKER = "broker";
    public static final String CONNECTOR = "connector";
    public static final String TOPIC = "topic";

    private static final int MAX_SLEEP_MS = 6_000;
    private static final int MAX_DELAY_MS = 600;
    private static final int BACKLOG = 20;
    private static final Duration TIME_TO_TAKE_OVER = Duration.ofSeconds(30);
    private static final Set<TransactionState> ENDING =
            Set.of(TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT);

    private SourceFaults() {}

    /** All of them. */
    public static <S extends SourceScene> List<Fault<S>> all() {
        return List.of(
                new Fault<>("worker-killed", Set.of(WORKERS), SourceFaults::killWorker),
                new Fault<>("worker-suspended", Set.of(WORKERS, CONNECTOR), SourceFaults::suspendWorker),
                new Fault<>("worker-joins-or-leaves", Set.of(WORKERS), SourceFaults::changeWorkers),
                new Fault<>("broker-killed", Set.of(BROKER, WORKERS, CONNECTOR, TOPIC), SourceFaults::killBroker),
                new Fault<>("broker-suspended", Set.of(BROKER, CONNECTOR), SourceFaults::suspendBroker),
                new Fault<>("connector-restarted", Set.of(CONNECTOR), SourceFaults::restart),
                new Fault<>("connector-stopped", Set.of(CONNECTOR), SourceFaults::stop),
                new Fault<>("offsets-patched", Set.of(CONNECTOR), SourceFaults::patchOffsets),
                new Fault<>("tasks-changed", Set.of(CONNECTOR), SourceFaults::changeTasks));
    }

    private static String killWorker(SourceScene scene) throws Exception {
        ConnectWorker worker = scene.workerOfTask();
        scene.sleepRandomly(MAX_DELAY_MS);
        scene.group().killAndRestart(worker);
        return scene.group().name(worker);
    }

    /** Until other workers run the tasks; then a zombie with a batch in its hands wakes up. */
    private static String suspendWorker(SourceScene scene) throws Exception {
        ConnectWorker worker = scene.workerOfTask();
        scene.sleepRandomly(MAX_DELAY_MS);
        String name = worker.rest().address().getAuthority();
        List<ConnectWorker> others = scene.group().workers().stream()
                .filter(other -> other != worker)
                .toList();
        worker.suspend();
        try {
            boolean takenOver = !others.isEmpty()
                    && AwaitedCondition.awaitWithin(TIME_TO_TAKE_OVER, () -> {
                        var tasks = others.get(0)
                                .rest()
                                .status(scene.connector().name())
                                .path("tasks");
                        boolean moved = !tasks.isEmpty();
                        for (var task : tasks) {
                            moved &= task.path("state").asText().equals("RUNNING")
                                    && !task.path("worker_id").asText().equals(name);
                        }
                        return moved;
                    });
            scene.sleepRandomly(MAX_SLEEP_MS);
            return scene.group().name(worker) + (takenOver ? ", others took over" : "");
        } finally {
            worker.resume();
        }
    }

    private static String changeWorkers(SourceScene scene) {
        List<ConnectWorker> workers = scene.group().workers();
        if (workers.size() < 3) {
            scene.group().addWorker();
            return "joins";
        }
        scene.group().removeWorker(workers.get(scene.random().nextInt(workers.size())));
        return "leaves";
    }

    /**
     * Not while a transaction ends: a broker alone that starts again with one that is decided, and not marked in its partitions yet,
     * forgets the marks. So the workers sleep, and the traffic pauses, meanwhile.
     */
    private static String killBroker(SourceScene scene) throws Exception {
        List<ConnectWorker> workers = scene.group().workers();
        scene.pauseTraffic();
        workers.forEach(ConnectWorker::suspend);
        try {
            scene.until("the transactions to end", () -> scene.admin().listTransactions().all().get().stream()
                    .noneMatch(transaction -> ENDING.contains(transaction.state())));
            scene.group().broker().kill();
            scene.group().broker().restart();
            scene.until("the partitions to have leaders", () -> {
                Set<String> topics = scene.admin()
                        .listTopics(new ListTopicsOptions().listInternal(true))
                        .names()
                        .get();
                return scene.admin().describeTopics(topics).allTopicNames().get().values().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(partition ->
                                partition.leader() != null && !partition.isr().isEmpty());
            });
        } finally {
            workers.forEach(ConnectWorker::resume);
            scene.resumeTraffic();
        }
        return "";
    }

    private static String suspendBroker(SourceScene scene) throws InterruptedException {
        int millis = 500 + scene.random().nextInt(MAX_SLEEP_MS);
        scene.group().broker().suspend();
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } finally {
            scene.group().broker().resume();
        }
        return millis + " ms";
    }

    private static String restart(SourceScene scene) throws InterruptedException {
        scene.sleepRandomly(MAX_DELAY_MS);
        scene.connector().restart();
        return "";
    }

    private static String stop(SourceScene scene) throws InterruptedException {
        scene.connector().stop();
        scene.awaitTraffic(BACKLOG);
        scene.connector().resume();
        return "";
    }

    private static String patchOffsets(SourceScene scene) throws InterruptedException {
        scene.connector().stop();
        scene.connector().patchOffsets();
        scene.connector().resume();
        return "";
    }

    private static String changeTasks(SourceScene scene) {
        String tasks = String.valueOf(1 + scene.random().nextInt(4));
        scene.connector().configure("tasks.max", tasks);
        return tasks;
    }
}
