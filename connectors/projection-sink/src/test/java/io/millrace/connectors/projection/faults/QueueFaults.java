package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Fault;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The dead letter queue does not take what the sink refuses, while much of the traffic is refused. */
final class QueueFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("queue-refuses", Set.of(Part.BROKER, Part.CONNECTOR, Part.TRAFFIC), QueueFaults::refuseRecords),
            new Fault<>("queue-hangs", Set.of(Part.BROKER, Part.TRAFFIC, Part.VIEWS), QueueFaults::hangBroker));

    private static final String NOT_TAKEN = "does not accept a refused record";
    /** In the trace of a task that Connect failed for the broker's answer, while it committed offsets, before the sink did. */
    private static final String FAILED_BY_CONNECT = "WorkerErrantRecordReporter.awaitFutures";
    /** No record fits. */
    private static final int TINY = 100;
    /** A large record fits without its value. */
    private static final int SMALL = 2_500;

    private static final int MAX_SLEEP_MS = 6_000;

    private QueueFaults() {}

    private static String refuseRecords(Scene scene) throws Exception {
        scene.untilProgress();
        scene.traffic().poisonOften(true);
        try {
            return switch (scene.random().nextInt(4)) {
                case 0 -> takeNothing(scene);
                case 1 -> takeSmallRecords(scene);
                case 2 -> denyWrites(scene);
                default -> deleteTopic(scene);
            };
        } finally {
            scene.traffic().poisonOften(false);
        }
    }

    private static String takeNothing(Scene scene) throws Exception {
        scene.topics().limitMessages(DeadLetters.TOPIC, TINY);
        untilFailed(scene);
        scene.topics().removeLimit(DeadLetters.TOPIC);
        scene.sink().restart();
        return "every record is too large, restarted";
    }

    private static void untilFailed(Scene scene) {
        scene.until(
                "the failure of the sink",
                () -> scene.sink().hasFailedWith(NOT_TAKEN) || scene.sink().hasFailedWith(FAILED_BY_CONNECT));
    }

    private static String takeSmallRecords(Scene scene) throws Exception {
        scene.topics().limitMessages(DeadLetters.TOPIC, SMALL);
        long before = scene.traffic().committed();
        scene.until("traffic", () -> scene.traffic().committed() > before + 400);
        // Connect fails each task for the broker's answer when it commits offsets, which may be later.
        long written = scene.written();
        scene.until(
                "the sink to write, or its failure",
                () -> scene.written() > written || scene.sink().hasFailedWith(FAILED_BY_CONNECT));
        scene.topics().removeLimit(DeadLetters.TOPIC);
        scene.sink().restart();
        return "some records are too large with their values, restarted";
    }

    private static String denyWrites(Scene scene) throws Exception {
        scene.topics().denyWrites(DeadLetters.TOPIC);
        untilFailed(scene);
        scene.topics().allowWrites(DeadLetters.TOPIC);
        scene.sink().restart();
        return "writing is not allowed, restarted";
    }

    /** What is in the queue is read before; then the sink waits until there is a topic again. */
    private static String deleteTopic(Scene scene) throws Exception {
        scene.traffic().pause();
        scene.until("the sink to have read everything", () -> scene.sink()
                .hasRead(scene.traffic().ends()));
        scene.deadLetters().read(scene.traffic().refusedPlaces());
        scene.topics().delete(DeadLetters.TOPIC);
        scene.until("the queue to be gone", () -> !scene.topics().exists(DeadLetters.TOPIC));
        scene.traffic().go();
        long before = scene.traffic().committed();
        scene.until("traffic", () -> scene.traffic().committed() > before + 200);
        TimeUnit.MILLISECONDS.sleep(scene.random().nextInt(MAX_SLEEP_MS));
        scene.topics().create(DeadLetters.TOPIC, 1);
        scene.deadLetters().beginAnew();
        return "it was deleted and created again";
    }

    /** The broker stops while refused records wait for it: they are behind rows that somebody else has locked. */
    private static String hangBroker(Scene scene) throws Exception {
        scene.untilProgress();
        scene.traffic().poisonOften(true);
        int millis = 500 + scene.random().nextInt(MAX_SLEEP_MS);
        try (Connection holder = scene.server().connect();
                Statement statement = holder.createStatement()) {
            SessionFaults.lockOrders(scene.server(), holder, statement);
            scene.until(
                    "the sink to wait for rows",
                    () -> !scene.server().waitingSinkSessions().isEmpty());
            long before = scene.traffic().committed();
            scene.until("traffic", () -> scene.traffic().committed() > before + 100);
            scene.cluster().broker().suspend();
        }
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } finally {
            scene.cluster().broker().resume();
            scene.traffic().poisonOften(false);
        }
        return millis + " ms";
    }
}
