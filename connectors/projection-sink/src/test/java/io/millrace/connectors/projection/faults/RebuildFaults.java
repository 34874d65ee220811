package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.AwaitedCondition;
import io.millrace.testing.campaigns.Fault;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A second connector rebuilds all views under traffic, and takes the place of the first one or not. Readers are not to see a
 * row step back meanwhile.
 */
final class RebuildFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("rebuild-swapped", Set.of(Part.CONNECTOR, Part.VIEWS), RebuildFaults::swapViews),
            new Fault<>("rebuild-abandoned", Set.of(Part.CONNECTOR, Part.VIEWS), RebuildFaults::abandonRebuild),
            new Fault<>("rebuild-reposted", Set.of(Part.CONNECTOR, Part.VIEWS), RebuildFaults::repostRebuild));

    /** Less than within which the successor retires the predecessor. */
    private static final long NEARLY_THERE = 8_000;

    private static final Duration TIME_TO_REBUILD = Duration.ofMinutes(5);
    private static final Duration TIME_UNDER_TRAFFIC = Duration.ofMinutes(1);
    private static final Duration TIME_TO_RETIRE = Duration.ofSeconds(10);
    private static final String LIVE = "live";
    /** From then on the shadows are there. */
    private static final String REPLAYING = "replaying";

    private static final String SWAPPING = "swapping";

    private RebuildFaults() {}

    private static String swapViews(Scene scene) throws Exception {
        Sink successor = scene.sinks().prepareSuccessor();
        String begun = beginRebuild(scene, successor);
        finishSwap(scene, successor);
        return begun;
    }

    /** The successor is deleted in the middle of it and posted again, at times with another number of tasks. */
    private static String repostRebuild(Scene scene) throws Exception {
        Sink successor = scene.sinks().prepareSuccessor();
        String begun = beginRebuild(scene, successor);
        pauseSomewhere(scene, successor);
        String state = states(scene, successor).toString();
        successor.delete();
        successor.setOption("tasks.max", String.valueOf(1 + scene.random().nextInt(3)));
        postConnector(successor);
        finishSwap(scene, successor);
        return begun + ", posted again in the state " + state;
    }

    /** The successor's offsets are reset, so that the predecessor goes on. */
    private static String abandonRebuild(Scene scene) throws Exception {
        Sink successor = scene.sinks().prepareSuccessor();
        String begun = beginRebuild(scene, successor);
        if (scene.random().nextBoolean()) {
            holdBeforeTheSwap(scene, successor);
        } else {
            pauseSomewhere(scene, successor);
        }
        scene.stop(successor);
        Set<String> states = states(scene, successor);
        if (states.contains(LIVE)) {
            successor.resume();
            finishSwap(scene, successor);
            return begun + ", swapped before it was given up";
        }
        successor.resetOffsets();
        successor.delete();
        if (states.contains(SWAPPING)) {
            // Retired, whether its tasks have noticed that or not.
            scene.sink().restart();
        }
        recordEffects(scene);
        return begun + ", given up in the state " + states;
    }

    /** Posts the successor, does what refusals state, and returns when its rebuild has begun. */
    private static String beginRebuild(Scene scene, Sink successor) throws Exception {
        scene.untilProgress();
        Optional<String> refusal = successor.tryPost();
        if (refusal.isEmpty() || !refusal.get().contains("the trigger ")) {
            throw new IllegalStateException("A rebuild that would lose triggers was not refused: " + refusal);
        }
        scene.replays().beginExchange();
        if (scene.sink().holdsKeys()) {
            // The successor refuses again what the predecessor has refused, and holds the records behind it.
            scene.replays().beginStepBack();
        }
        for (ViewModel view : scene.views()) {
            scene.server().ignoreEffects(view);
        }
        // A reset leaves the offsets of the retry topic as they are.
        boolean knownName = successor.offsets().entrySet().stream()
                .anyMatch(entry -> entry.getValue().nextOffset() > 0
                        && !entry.getKey().topic().equals(HeldKeys.retryTopic(successor.name())));
        postConnector(successor);
        if (knownName) {
            scene.until(
                    "the refusal of a connector that has written the views before",
                    () -> successor.hasFailedWith("DELETE /connectors/" + successor.name() + "/offsets"));
            scene.stop(successor);
            successor.resetOffsets();
            successor.resume();
        }
        scene.until("the rebuild to begin", () -> !states(scene, successor).isEmpty());
        return (knownName ? "a name that is used again, refused, reset" : "a new name");
    }

    private static void postConnector(Sink connector) {
        connector.tryPost().ifPresent(refusal -> {
            throw new IllegalStateException(refusal);
        });
    }

    /**
     * Waits for the swap, and does what an operator does then. On a machine on which the traffic is faster than the replay, the
     * traffic has to pause.
     */
    private static void finishSwap(Scene scene, Sink successor) throws Exception {
        Sink predecessor = scene.sink();
        AwaitedCondition isLive = () -> states(scene, successor).equals(Set.of(LIVE));
        if (!scene.within(TIME_UNDER_TRAFFIC, isLive)) {
            scene.traffic().pause();
            scene.until("the views to be rebuilt", TIME_TO_REBUILD, isLive);
            scene.traffic().go();
        }
        if (scene.random().nextBoolean()) {
            scene.until(
                    "the replaced connector to be refused",
                    () -> predecessor.hasFailedWith("replaced it; delete this one"));
        }
        predecessor.delete();
        scene.sinks().replaceBy(successor);
        successor.removeOptions("rebuild.replaces");
        postConnector(successor);
        for (ViewModel view : scene.views()) {
            scene.execute("DROP TABLE " + view.name() + "__replaced");
        }
        scene.execute("DROP TABLE totals_members__replaced");
        scene.traffic().pause();
        scene.views().forEach(ViewModel::dropFormerRows);
        scene.traffic().go();
        recordEffects(scene);
    }

    private static void recordEffects(Scene scene) throws SQLException {
        for (ViewModel view : scene.views()) {
            if (view.hasRevision()) {
                scene.server().recordEffects(view);
            }
        }
    }

    /** Somewhere between the beginning and the end. */
    private static void pauseSomewhere(Scene scene, Sink successor) throws InterruptedException {
        scene.within(Duration.ofMillis(scene.random().nextInt(4_000)), () -> states(scene, successor)
                .contains(LIVE));
    }

    /**
     * Keeps the successor from writing by a lock on its rows, once it is so near that it retires the predecessor; until that
     * has happened. It may be through before.
     */
    private static void holdBeforeTheSwap(Scene scene, Sink successor) throws Exception {
        try (Connection holder = scene.server().connect();
                Statement statement = holder.createStatement()) {
            scene.until(
                    "the rebuild to be nearly there",
                    TIME_TO_REBUILD,
                    () -> isLive(scene, successor)
                            || (states(scene, successor).contains(REPLAYING)
                                    && scene.written() - written(successor) < NEARLY_THERE));
            SessionFaults.lockRows(scene.server(), holder, statement, OrdersView.NAME + "__rebuild");
            scene.within(TIME_TO_RETIRE, () -> states(scene, successor).contains(SWAPPING) || isLive(scene, successor));
        } catch (SQLException e) {
            if (!isLive(scene, successor)) {
                throw e;
            }
        }
    }

    private static long written(Sink connector) throws Exception {
        return connector.offsets().values().stream()
                .mapToLong(Sink.Entry::nextOffset)
                .sum();
    }

    private static boolean isLive(Scene scene, Sink connector) throws SQLException {
        return states(scene, connector).contains(LIVE);
    }

    /** The states of the connector's views. */
    private static Set<String> states(Scene scene, Sink connector) throws SQLException {
        Set<String> states = new TreeSet<>();
        try (Connection connection = scene.server().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT DISTINCT state FROM millrace_ledger_views"
                        + " WHERE connector = '" + connector.name() + "'")) {
            while (rows.next()) {
                states.add(rows.getString(1));
            }
        }
        return states;
    }
}
