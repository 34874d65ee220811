package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.ConnectWorker;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.kafka.common.TopicPartition;

/** Workers that die, that sleep and wake up as zombies, that come and go. */
final class WorkerFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("worker-killed", Set.of(Part.WORKERS), WorkerFaults::kill),
            new Fault<>("worker-suspended", Set.of(Part.WORKERS, Part.CONNECTOR), WorkerFaults::suspend),
            new Fault<>(
                    "worker-suspended-in-transaction",
                    Set.of(Part.WORKERS, Part.VIEWS, Part.CONNECTOR),
                    WorkerFaults::suspendInTransaction),
            new Fault<>("worker-joins-or-leaves", Set.of(Part.WORKERS), WorkerFaults::joinOrLeave));

    /** A worker whose tasks are moved away just then has nothing that others could take over. */
    private static final Duration TIME_TO_TAKE_OVER = Duration.ofSeconds(20);

    /** Less than the sink waits for a row before it gives up. */
    private static final Duration TIME_TO_WAIT_FOR_ROWS = Duration.ofSeconds(5);

    private static final int USUAL_WORKERS = 2;

    private WorkerFaults() {}

    private static String kill(Scene scene) {
        ConnectWorker worker = pick(scene);
        scene.cluster().killAndRestart(worker);
        return scene.cluster().name(worker);
    }

    /** Long enough to lose its partitions; it has polled records in its hands when it wakes up. */
    private static String suspend(Scene scene) throws Exception {
        ConnectWorker worker = pickWithPartitions(scene);
        Map<TopicPartition, Long> before = scene.epochs();
        worker.suspend();
        try {
            awaitTakeOver(scene, worker, before);
            return scene.cluster().name(worker)
                    + (allGrew(before, scene.epochs()) ? ", others took over" : ", others wait for it");
        } finally {
            worker.resume();
        }
    }

    /**
     * Stopped between its first statement and its commit, with the ledger's row and the view's rows locked. Either it
     * wakes up while its session still lives, and others wait for its locks; or the server has ended the session before,
     * as it does with one that is idle for too long, and others have taken over and written.
     */
    private static String suspendInTransaction(Scene scene) throws Exception {
        ConnectWorker worker = pickWithPartitions(scene);
        boolean endSessions = scene.random().nextInt(3) > 0;
        Map<TopicPartition, Long> before = scene.epochs();
        int sessions = scene.server().sinkSessions().size();
        try (Connection holder = scene.server().connect();
                Statement statement = holder.createStatement()) {
            SessionFaults.lockOrders(scene.server(), holder, statement);
            scene.within(
                    TIME_TO_WAIT_FOR_ROWS,
                    () -> scene.server().waitingSinkSessions().size() >= sessions);
            worker.suspend();
        }
        try {
            // The statements that waited go on first.
            scene.within(
                    TIME_TO_WAIT_FOR_ROWS,
                    () -> !lasting(() -> scene.server().idleSinkTransactions()).isEmpty());
            Set<Long> inTransaction = lasting(() -> scene.server().idleSinkTransactions());
            awaitTakeOver(scene, worker, before);
            if (endSessions) {
                for (long session : inTransaction) {
                    scene.server().endSession(session);
                }
                scene.within(TIME_TO_TAKE_OVER, () -> allGrew(before, scene.epochs()));
                scene.untilProgress();
            }
            return scene.cluster().name(worker) + ", " + inTransaction.size() + " transactions open, "
                    + (endSessions ? "sessions ended" : "sessions kept");
        } finally {
            worker.resume();
        }
    }

    private static String joinOrLeave(Scene scene) {
        List<ConnectWorker> workers = scene.cluster().workers();
        if (workers.size() > USUAL_WORKERS) {
            ConnectWorker leaving = pick(scene);
            scene.cluster().removeWorker(leaving);
            return "left";
        }
        scene.cluster().addWorker();
        return "joined";
    }

    private static ConnectWorker pick(Scene scene) {
        List<ConnectWorker> workers = scene.cluster().workers();
        return workers.get(scene.random().nextInt(workers.size()));
    }

    /** One whose tasks have partitions. */
    private static ConnectWorker pickWithPartitions(Scene scene) {
        List<ConnectWorker> having = new ArrayList<>();
        scene.until("a worker to have partitions", () -> {
            having.clear();
            for (ConnectWorker worker : scene.cluster().workers()) {
                if (scene.sink().hasPartitions(worker)) {
                    having.add(worker);
                }
            }
            return !having.isEmpty();
        });
        return having.get(scene.random().nextInt(having.size()));
    }

    /** Until the worker has lost its partitions, and others have claimed them, or wait for locks that the one before them still holds. */
    private static void awaitTakeOver(Scene scene, ConnectWorker worker, Map<TopicPartition, Long> before)
            throws InterruptedException {
        scene.within(
                TIME_TO_TAKE_OVER,
                () -> !scene.sink().hasPartitions(worker)
                        && (allGrew(before, scene.epochs())
                                || !lasting(() -> scene.server().waitingSinkSessions())
                                        .isEmpty()));
    }

    /** What is there at two looks: a session between two statements is at the first one only. */
    private static Set<Long> lasting(Callable<Set<Long>> look) throws Exception {
        Set<Long> both = new TreeSet<>(look.call());
        both.retainAll(look.call());
        return both;
    }

    private static boolean allGrew(Map<TopicPartition, Long> before, Map<TopicPartition, Long> now) {
        return before.entrySet().stream().allMatch(entry -> now.get(entry.getKey()) > entry.getValue());
    }
}
