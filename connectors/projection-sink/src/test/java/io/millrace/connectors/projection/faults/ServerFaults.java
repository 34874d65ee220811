package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Fault;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The views' server, the payload store and the broker: dead, asleep, full, read-only. */
final class ServerFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("views-killed", Set.of(Part.VIEWS), ServerFaults::killViews),
            new Fault<>("views-suspended", Set.of(Part.VIEWS), ServerFaults::suspendViews),
            new Fault<>("views-read-only", Set.of(Part.VIEWS), ServerFaults::readOnly),
            new Fault<>("views-disk-full", Set.of(Part.VIEWS), ServerFaults::fillDisk),
            new Fault<>("store-killed", Set.of(Part.STORE), ServerFaults::killStore),
            new Fault<>("broker-killed", Set.of(Part.BROKER, Part.TRAFFIC), ServerFaults::killBroker),
            new Fault<>("broker-suspended", Set.of(Part.BROKER), ServerFaults::suspendBroker));

    private static final int MAX_SLEEP_MS = 6_000;

    private static final int FILLINGS = 4;
    private static final Duration TIME_TO_NEED_ROOM = Duration.ofSeconds(10);
    /** It writes down what it was doing first. */
    private static final Duration TIME_TO_DIE = Duration.ofSeconds(10);

    private ServerFaults() {}

    private static String killViews(Scene scene) {
        scene.server().kill();
        scene.server().restart();
        return "";
    }

    /** Whose records wait for it, and are not refused. */
    private static String killStore(Scene scene) {
        scene.notes().server().kill();
        scene.notes().server().restart();
        return "";
    }

    private static String suspendViews(Scene scene) throws InterruptedException {
        int millis = 500 + scene.random().nextInt(MAX_SLEEP_MS);
        scene.server().suspend();
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } finally {
            scene.server().resume();
        }
        return millis + " ms";
    }

    private static String readOnly(Scene scene) throws Exception {
        Set<Long> sessions = scene.sinkSessions();
        scene.server().readOnly(true);
        try {
            return scene.awaitASessionGivenUp(sessions);
        } finally {
            scene.server().readOnly(false);
        }
    }

    /** Rows get large, and there is no room for them. */
    private static String fillDisk(Scene scene) throws Exception {
        Set<Long> sessions = scene.sinkSessions();
        scene.orders().large(true);
        try {
            // What the server tidies up meanwhile is room again.
            for (int attempt = 1; attempt <= FILLINGS; attempt++) {
                scene.server().fillDisk();
                if (scene.within(
                        TIME_TO_NEED_ROOM, () -> !scene.server().sinkSessions().containsAll(sessions))) {
                    return "";
                }
            }
            return "the sink found room all the same";
        } catch (SQLException e) {
            if (scene.within(TIME_TO_DIE, () -> !scene.server().isAlive())) {
                return "and the server died, which could not roll back";
            }
            throw e;
        } finally {
            scene.orders().large(false);
            scene.server().freeDisk();
        }
    }

    /**
     * Not while a transaction ends: a broker alone that starts again with one that is decided, and not marked in its
     * partitions yet, takes the partitions for deleted as long as they have no leader, and forgets the marks.
     */
    private static String killBroker(Scene scene) {
        scene.traffic().inOpenTransaction(() -> {
            scene.cluster().broker().kill();
            scene.cluster().broker().restart();
            scene.until("the partitions to have leaders", () -> scene.sink().hasLeaders());
        });
        return "";
    }

    private static String suspendBroker(Scene scene) throws InterruptedException {
        int millis = 500 + scene.random().nextInt(MAX_SLEEP_MS);
        scene.cluster().broker().suspend();
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } finally {
            scene.cluster().broker().resume();
        }
        return millis + " ms";
    }
}
