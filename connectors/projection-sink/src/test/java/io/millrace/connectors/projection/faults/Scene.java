package io.millrace.connectors.projection.faults;

import static org.awaitility.Awaitility.await;

import io.millrace.testing.campaigns.AwaitedCondition;
import io.millrace.testing.campaigns.ConnectGroup;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Where a fault strikes: everything that can be broken, and what can be waited for. */
record Scene(
        ConnectGroup cluster,
        ViewServer server,
        LargeNotes notes,
        Sinks sinks,
        Topics topics,
        Traffic traffic,
        Orders orders,
        List<ViewModel> views,
        DeadLetters deadLetters,
        Replays replays,
        Random random) {
    /** A campaign must also run on a busy machine, so this ends only what would not end. */
    private static final Duration TIME_TO_HAPPEN = Duration.ofMinutes(3);

    private static final Duration TIME_TO_BE_FELT = Duration.ofSeconds(60);

    /** The same for another fault, with other details. */
    Scene with(Random details) {
        return new Scene(cluster, server, notes, sinks, topics, traffic, orders, views, deadLetters, replays, details);
    }

    /** The connector that writes the views now. */
    Sink sink() {
        return sinks.current();
    }

    /** Waits for a condition, and through errors of a server that is struck or comes back. */
    void until(String what, AwaitedCondition condition) {
        until(what, TIME_TO_HAPPEN, condition);
    }

    /** The same for a condition that takes longer. */
    void until(String what, Duration timeout, AwaitedCondition condition) {
        await(what)
                .atMost(timeout)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(condition::holds);
    }

    /** Waits for a condition that need not come; whether it did. */
    boolean within(Duration timeout, AwaitedCondition condition) throws InterruptedException {
        return AwaitedCondition.awaitWithin(timeout, condition);
    }

    /** The sink's sessions, as soon as it has one; between two there is none to be given up. */
    Set<Long> sinkSessions() throws SQLException {
        until("the sink to have a session", () -> !server.sinkSessions().isEmpty());
        return server.sinkSessions();
    }

    /**
     * Waits until the sink has given up one of the sessions that it had, as it does after a fault. It keeps them if a second fault
     * has stopped its work meanwhile.
     *
     * @return how the round's line describes it
     */
    String awaitASessionGivenUp(Set<Long> before) throws InterruptedException {
        return within(TIME_TO_BE_FELT, () -> !server.sinkSessions().containsAll(before))
                ? ""
                : "no session was given up";
    }

    /** Waits until the sink has written more events than it has now. */
    void untilProgress() throws Exception {
        until("the sink to have offsets", () -> written() >= 0);
        long before = written();
        until("the sink to write", () -> written() > before);
    }

    /** Grows with every batch that the sink writes. */
    long written() {
        return readOffsets().values().stream().mapToLong(Sink.Entry::nextOffset).sum();
    }

    /** The partitions' epochs. */
    Map<TopicPartition, Long> epochs() {
        Map<TopicPartition, Long> epochs = new HashMap<>();
        readOffsets().forEach((partition, entry) -> epochs.put(partition, entry.epoch()));
        return epochs;
    }

    /** The sink's offsets, as soon as they can be read: a second fault may have stopped their server. */
    private Map<TopicPartition, Sink.Entry> readOffsets() {
        Map<TopicPartition, Sink.Entry> offsets = new HashMap<>();
        until("the offsets to be readable", () -> {
            offsets.clear();
            offsets.putAll(sink().offsets());
            return true;
        });
        return offsets;
    }

    /** Stops a sink that has written: before its first record it takes any view for a new one. */
    void stopAtWork() throws Exception {
        untilProgress();
        stop(sink());
    }

    /** Stops a connector; returns when its tasks are gone. */
    void stop(Sink connector) {
        connector.stop();
        until("the tasks to be gone", () -> connector.status().path("tasks").isEmpty());
    }

    /** Has a stopped sink read its topics again from the first record. An aggregate without members has to be emptied. */
    void replay() throws Exception {
        replays.begin();
        sink().resetOffsets();
        Map<TopicPartition, Sink.Entry> offsets = readOffsets();
        // What has come back is not read again.
        offsets.keySet().removeIf(partition -> partition.topic().equals(HeldKeys.retryTopic(sink().name())));
        if (offsets.values().stream().anyMatch(entry -> entry.nextOffset() != 0)) {
            throw new IllegalStateException("The offsets are " + offsets + " after a reset");
        }
        for (ViewModel view : views) {
            if (view.countsAgain()) {
                execute("DELETE FROM " + view.name());
            }
        }
        sink().resume();
    }

    /** Executes a statement as an administrator of the views. */
    void execute(String sql) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
