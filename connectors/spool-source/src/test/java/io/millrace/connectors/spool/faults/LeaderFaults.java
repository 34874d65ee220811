package io.millrace.connectors.spool.faults;

import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.KafkaBroker;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.ElectionNotNeededException;

/** The faults of brokers that lead partitions, in a cluster of several. */
final class LeaderFaults {
    static final List<Fault<SpoolScene>> ALL = List.of(
            new Fault<>("leader-killed", LeaderFaults::kill),
            new Fault<>("leader-suspended", LeaderFaults::suspend),
            new Fault<>("leader-suspended-until-spooled", LeaderFaults::suspendUntilSpooled),
            new Fault<>("leaders-suspended", LeaderFaults::suspendAll));

    private static final int SPOOLED = 20;
    private static final int SHORTEST_MS = 500;
    private static final int LONGEST_MS = 8_000;
    private static final int MAX_DELAY_MS = 4_000;

    private LeaderFaults() {}

    private static List<TopicPartitionInfo> partitions(SpoolScene scene)
            throws InterruptedException, ExecutionException {
        return scene.admin()
                .describeTopics(Set.of(SpoolSubject.TOPIC))
                .allTopicNames()
                .get()
                .get(SpoolSubject.TOPIC)
                .partitions();
    }

    /** Waits until every partition has all replicas, and the leader that it was made with. */
    static void awaitPreferredLeaders(SpoolScene scene) throws InterruptedException {
        scene.until("the partitions to have all replicas", () -> partitions(scene).stream()
                .allMatch(partition ->
                        partition.isr().size() == partition.replicas().size()));
        scene.until("the partitions to have their first leaders", () -> {
            elect(scene);
            return partitions(scene).stream()
                    .allMatch(partition -> partition.leader() != null
                            && partition.leader().id()
                                    == partition.replicas().get(0).id());
        });
    }

    private static void elect(SpoolScene scene) throws InterruptedException, ExecutionException {
        for (Optional<Throwable> failure : scene.admin()
                .electLeaders(ElectionType.PREFERRED, null)
                .partitions()
                .get()
                .values()) {
            if (failure.isPresent() && !(failure.get() instanceof ElectionNotNeededException)) {
                throw new ExecutionException(failure.get());
            }
        }
    }

    private static KafkaBroker choose(SpoolScene scene) {
        return scene.members().get(scene.random().nextInt(scene.members().size()));
    }

    private static String kill(SpoolScene scene) throws InterruptedException {
        KafkaBroker leader = choose(scene);
        leader.kill();
        scene.sleepRandomly(MAX_DELAY_MS);
        leader.restart();
        return "broker " + leader.node();
    }

    /** At times its session ends, and another one leads; at times it continues with the requests that it has. */
    private static String suspend(SpoolScene scene) throws InterruptedException {
        KafkaBroker leader = choose(scene);
        int millis = SHORTEST_MS + scene.random().nextInt(LONGEST_MS - SHORTEST_MS);
        leader.suspend();
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } finally {
            leader.resume();
        }
        return "broker " + leader.node() + ", " + millis + " ms";
    }

    /** It continues with the requests that it has as soon as their records are in the spool. */
    private static String suspendUntilSpooled(SpoolScene scene) throws InterruptedException {
        KafkaBroker leader = choose(scene);
        leader.suspend();
        try {
            scene.awaitSpooled(SPOOLED);
        } finally {
            leader.resume();
        }
        return "broker " + leader.node();
    }

    private static String suspendAll(SpoolScene scene) throws InterruptedException {
        scene.members().forEach(KafkaBroker::suspend);
        try {
            scene.awaitSpooled(SPOOLED);
            scene.sleepRandomly(MAX_DELAY_MS);
        } finally {
            scene.members().forEach(KafkaBroker::resume);
        }
        return "";
    }
}
