package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.campaigns.Fault;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What an operator does to offsets, views and the connector, and what a message of the sink tells him to do then. A refusal
 * counts as right if its remedy leads to right views.
 */
final class OperatorFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("offsets-reset", OperatorFaults::resetOffsets),
            new Fault<>("offsets-patched", OperatorFaults::patchOffsets),
            new Fault<>("members-dropped", OperatorFaults::dropMembers),
            new Fault<>("projection-added", OperatorFaults::addProjection),
            new Fault<>("stopped-in-an-outage", OperatorFaults::stopInAnOutage),
            new Fault<>("restarted-in-an-outage", OperatorFaults::restartInAnOutage));

    private static final String EXTRA = "extra";

    private OperatorFaults() {}

    private static String resetOffsets(Scene scene) throws Exception {
        stopAtWork(scene);
        boolean groupDeleted = scene.random().nextBoolean();
        if (groupDeleted) {
            scene.until("the group to be deleted", () -> scene.sink().deleteGroup());
        }
        replay(scene);
        return groupDeleted ? "of a group that is gone" : "";
    }

    /** Stopped before. An aggregate without members has to be emptied. */
    private static void replay(Scene scene) throws SQLException {
        scene.replays().begin();
        scene.sink().resetOffsets();
        if (scene.written() != 0) {
            throw new IllegalStateException("The ledger is at " + scene.sink().ledger() + " after a reset");
        }
        execute(scene, "DELETE FROM activity");
        scene.sink().resume();
    }

    /** To where they are. */
    private static String patchOffsets(Scene scene) throws Exception {
        stopAtWork(scene);
        // Asked for again with each attempt: a task that is just ending may commit once more.
        scene.sink().patchOffsets(() -> describeLedger(scene));
        scene.sink().resume();
        return "";
    }

    private static JsonNode describeLedger(Scene scene) throws SQLException {
        ObjectNode body = new ObjectMapper().createObjectNode();
        ArrayNode offsets = body.putArray("offsets");
        scene.sink().ledger().forEach((partition, entry) -> {
            ObjectNode offset = offsets.addObject();
            offset.putObject("partition")
                    .put("kafka_topic", partition.topic())
                    .put("kafka_partition", partition.partition());
            offset.putObject("offset").put("kafka_offset", entry.nextOffset());
        });
        return body;
    }

    private static String dropMembers(Scene scene) throws Exception {
        stopAtWork(scene);
        execute(scene, "DROP TABLE totals_members");
        scene.sink().resume();
        scene.until("the refusal of the view", () -> scene.sink().hasFailedWith("its table was dropped"));
        stop(scene);
        execute(scene, "DELETE FROM totals");
        replay(scene);
        return "refused, reset";
    }

    private static String addProjection(Scene scene) throws Exception {
        scene.untilProgress();
        execute(scene, "CREATE TABLE " + EXTRA + " (bucket BIGINT PRIMARY KEY, events BIGINT NOT NULL)");
        String projections = scene.sink().option("projections");
        scene.sink().setOption("projection." + EXTRA + ".kind", "aggregate");
        scene.sink().setOption("projection." + EXTRA + ".topics", Orders.TOPIC);
        scene.sink().setOption("projection." + EXTRA + ".key", "bucket = key.id % 3");
        scene.sink().setOption("projection." + EXTRA + ".columns", "events = count()");
        scene.sink().configure("projections", projections + "," + EXTRA);
        scene.until("the refusal of the projection", () -> scene.sink().hasFailedWith("the ledger does not know it"));
        scene.sink().removeOptions("projection." + EXTRA + ".");
        scene.sink().configure("projections", projections);
        execute(scene, "DROP TABLE " + EXTRA);
        return "refused, taken back";
    }

    private static String stopInAnOutage(Scene scene) throws Exception {
        scene.server().kill();
        try {
            TimeUnit.MILLISECONDS.sleep(scene.random().nextInt(3_000));
            stop(scene);
        } finally {
            scene.server().restart();
        }
        scene.sink().resume();
        return "";
    }

    private static String restartInAnOutage(Scene scene) throws Exception {
        scene.server().kill();
        try {
            TimeUnit.MILLISECONDS.sleep(scene.random().nextInt(1_000));
            scene.sink().restart();
            TimeUnit.MILLISECONDS.sleep(scene.random().nextInt(5_000));
        } finally {
            scene.server().restart();
        }
        return "";
    }

    /** Stops a sink that has written: before its first record it takes any view for a new one. */
    private static void stopAtWork(Scene scene) throws SQLException {
        scene.untilProgress();
        stop(scene);
    }

    private static void stop(Scene scene) {
        scene.sink().stop();
        scene.until(
                "the tasks to be gone",
                () -> scene.sink().status().path("tasks").isEmpty());
    }

    private static void execute(Scene scene, String sql) throws SQLException {
        try (Connection connection = scene.server().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
