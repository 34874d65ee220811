package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The views' server is replaced by one that lacks the last transactions, as after a failover of asynchronous replicas. */
final class FailoverFaults {
    static final List<Fault<Scene>> ALL = List.of(new Fault<>(
            "failover-lost-transactions", Set.of(Part.TRAFFIC, Part.VIEWS), FailoverFaults::loseTransactions));

    private static final int MAX_LOST_MS = 3_000;
    private static final Duration TIME_TO_READ = Duration.ofMinutes(5);

    private FailoverFaults() {}

    /**
     * Rows and ledger go back together, and the sink has to read again what was lost; at times of partitions in which
     * nothing happens any more. A second copy of the server would need a replication; here the server itself goes back to
     * its data of a moment ago.
     */
    private static String loseTransactions(Scene scene) throws Exception {
        scene.untilProgress();
        boolean idle = scene.random().nextBoolean();
        scene.server().tidyUp();
        scene.server().kill();
        scene.server().saveData();
        scene.server().restart();
        long kept = scene.written();
        scene.untilProgress();
        TimeUnit.MILLISECONDS.sleep(scene.random().nextInt(MAX_LOST_MS));
        if (idle) {
            scene.traffic().choose(source -> source.topic().equals(Orders.TOPIC));
            scene.until(
                    "the sink to have read the other topics",
                    TIME_TO_READ,
                    () -> scene.sink().hasRead(scene.traffic().ends(Sites.TOPIC))
                            && scene.sink().hasRead(scene.traffic().ends(Stores.TOPIC)));
        }
        scene.replays().beginStepBack();
        long lost = scene.written();
        scene.server().kill();
        scene.server().restoreData();
        scene.server().restart();
        if (idle) {
            scene.until(
                    "the lost records of idle partitions to be read again",
                    TIME_TO_READ,
                    () -> scene.sink().hasRead(scene.traffic().ends(Sites.TOPIC))
                            && scene.sink().hasRead(scene.traffic().ends(Stores.TOPIC)));
            scene.traffic().chooseAll();
        }
        return "at least " + (lost - kept) + " offsets" + (idle ? ", idle partitions too" : "");
    }
}
