package io.millrace.connectors.projection.faults;

import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a fault strikes: everything that can be broken, and what can be waited for. */
record Scene(
        Cluster cluster, ViewServer server, Sink sink, Traffic traffic, Orders orders, Replays replays, Random random) {
    private static final Logger LOG = LoggerFactory.getLogger(Scene.class);
    private static final Duration TIME_TO_BE_FELT = Duration.ofSeconds(60);

    /** Waits for a condition, and through errors of a server that is struck or comes back. */
    void until(String what, Condition condition) {
        await(what)
                .atMost(TIME_TO_BE_FELT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(condition::holds);
    }

    /** Waits for a condition that need not come; whether it did. */
    boolean within(Duration timeout, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (condition.holds()) {
                    return true;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                LOG.debug("Cannot be asked just now", e);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return false;
    }

    /** The sink's sessions, as soon as it has one; between two there is none to be given up. */
    Set<Long> sinkSessions() throws SQLException {
        until("the sink to have a session", () -> !server.sinkSessions().isEmpty());
        return server.sinkSessions();
    }

    /** Waits until the sink has given up one of the sessions that it had, as it does after a fault. */
    void untilASessionIsGivenUp(Set<Long> before) {
        until("a session of the sink to be given up", () -> !server.sinkSessions()
                .containsAll(before));
    }

    /** Waits until the sink has written more events than it has now. */
    void untilProgress() throws SQLException {
        // Until then the ledger cannot be read.
        until("the sink to have a ledger", () -> written() >= 0);
        long before = written();
        until("the sink to write", () -> written() > before);
    }

    /** Grows with every batch that the sink writes. */
    long written() throws SQLException {
        return sink.ledger().values().stream().mapToLong(Sink.Entry::nextOffset).sum();
    }

    /** The partitions' epochs. */
    Map<TopicPartition, Long> epochs() throws SQLException {
        Map<TopicPartition, Long> epochs = new HashMap<>();
        sink.ledger().forEach((partition, entry) -> epochs.put(partition, entry.epoch()));
        return epochs;
    }

    interface Condition {
        boolean holds() throws Exception;
    }
}
