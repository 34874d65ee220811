package io.millrace.it.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.ConnectWorker;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Workers that die, that sleep and wake up as zombies, that come and go. */
final class WorkerFaults {
    static final List<Fault> ALL = List.of(
            new Fault("worker-killed", WorkerFaults::kill),
            new Fault("worker-suspended", WorkerFaults::suspend),
            new Fault("worker-suspended-in-transaction", WorkerFaults::suspendInTransaction),
            new Fault("worker-joins-or-leaves", WorkerFaults::joinOrLeave));

    /** A worker whose tasks Connect has moved away a moment ago has nothing that others could take over. */
    private static final Duration TIME_TO_TAKE_OVER = Duration.ofSeconds(20);

    private static final int USUAL_WORKERS = 2;

    private WorkerFaults() {}

    private static String kill(Scene scene) {
        ConnectWorker worker = pick(scene);
        scene.cluster().killAndRestart(worker);
        return Cluster.id(worker);
    }

    /** Long enough to lose its partitions; it has polled records in its hands when it wakes up. */
    private static String suspend(Scene scene) throws Exception {
        ConnectWorker worker = pickWithTasks(scene);
        Map<TopicPartition, Long> before = scene.epochs();
        worker.suspend();
        try {
            boolean taken = scene.within(TIME_TO_TAKE_OVER, () -> allGrew(before, scene.epochs()));
            return Cluster.id(worker) + (taken ? "" : ", had nothing to lose");
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
        ConnectWorker worker = pickWithTasks(scene);
        boolean endSessions = scene.random().nextInt(3) > 0;
        Map<TopicPartition, Long> before = scene.epochs();
        int sessions = scene.server().sinkSessions().size();
        try (Connection holder = scene.server().connect();
                Statement statement = holder.createStatement()) {
            SessionFaults.lockOrders(holder, statement);
            scene.until(
                    "the sink to wait for rows", () -> scene.server().waitingSinkSessions() >= Math.min(2, sessions));
            worker.suspend();
        }
        try {
            scene.until("the locks to be released", () -> scene.server().waitingSinkSessions() == 0);
            Set<Long> inTransaction = scene.server().idleSinkTransactions();
            scene.within(
                    TIME_TO_TAKE_OVER,
                    () -> scene.server().waitingSinkSessions() > 0 || allGrew(before, scene.epochs()));
            if (endSessions) {
                for (long session : inTransaction) {
                    scene.server().endSession(session);
                }
                scene.within(TIME_TO_TAKE_OVER, () -> allGrew(before, scene.epochs()));
                scene.untilProgress();
            }
            return Cluster.id(worker) + ", " + inTransaction.size() + " transactions open, "
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

    private static ConnectWorker pickWithTasks(Scene scene) throws IOException {
        ConnectWorker worker = pick(scene);
        JsonNode status = scene.sink().status();
        if (tasksOf(worker, status) > 0) {
            return worker;
        }
        return scene.cluster().workers().stream()
                .filter(other -> tasksOf(other, status) > 0)
                .findFirst()
                .orElse(worker);
    }

    private static int tasksOf(ConnectWorker worker, JsonNode status) {
        int tasks = 0;
        for (JsonNode task : status.path("tasks")) {
            tasks += task.path("worker_id").asText().equals(Cluster.id(worker)) ? 1 : 0;
        }
        return tasks;
    }

    private static boolean allGrew(Map<TopicPartition, Long> before, Map<TopicPartition, Long> now) {
        return before.entrySet().stream().allMatch(entry -> now.get(entry.getKey()) > entry.getValue());
    }
}
