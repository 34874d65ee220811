package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.campaigns.Fault;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What an operator does to offsets, views and the connector, and what a message of the sink tells him to do then. A refusal
 * counts as right if its remedy leads to right views.
 */
final class OperatorFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("offsets-reset", Set.of(Part.CONNECTOR, Part.VIEWS), OperatorFaults::resetOffsets),
            new Fault<>("offsets-patched", Set.of(Part.CONNECTOR, Part.VIEWS), OperatorFaults::patchOffsets),
            new Fault<>("members-dropped", Set.of(Part.CONNECTOR, Part.VIEWS), OperatorFaults::dropMembers),
            new Fault<>("view-dropped", Set.of(Part.CONNECTOR, Part.VIEWS), OperatorFaults::dropView),
            new Fault<>("projection-added", Set.of(Part.CONNECTOR, Part.VIEWS), OperatorFaults::addProjection),
            new Fault<>("column-added", Set.of(Part.CONNECTOR, Part.VIEWS), OperatorFaults::addColumn),
            new Fault<>("stopped-in-an-outage", Set.of(Part.CONNECTOR, Part.VIEWS), OperatorFaults::stopInAnOutage),
            new Fault<>(
                    "restarted-in-an-outage", Set.of(Part.CONNECTOR, Part.VIEWS), OperatorFaults::restartInAnOutage));

    private static final String EXTRA = "extra";

    private OperatorFaults() {}

    private static String resetOffsets(Scene scene) throws Exception {
        scene.stopAtWork();
        boolean groupDeleted = scene.random().nextBoolean();
        if (groupDeleted) {
            scene.until("the group to be deleted", () -> scene.sink().deleteGroup());
        }
        scene.replay();
        return groupDeleted ? "of a group that is gone" : "";
    }

    /** To where they are. */
    private static String patchOffsets(Scene scene) throws Exception {
        scene.stopAtWork();
        // Asked for again with each attempt: a task that is just ending may commit once more.
        scene.sink().patchOffsets(() -> describeOffsets(scene));
        scene.sink().resume();
        return "";
    }

    private static JsonNode describeOffsets(Scene scene) throws Exception {
        ObjectNode body = new ObjectMapper().createObjectNode();
        ArrayNode offsets = body.putArray("offsets");
        scene.sink().offsets().forEach((partition, entry) -> {
            ObjectNode offset = offsets.addObject();
            offset.putObject("partition")
                    .put("kafka_topic", partition.topic())
                    .put("kafka_partition", partition.partition());
            offset.putObject("offset").put("kafka_offset", entry.nextOffset());
        });
        return body;
    }

    private static String dropMembers(Scene scene) throws Exception {
        scene.stopAtWork();
        scene.execute("DROP TABLE totals_members");
        scene.sink().resume();
        scene.until("the refusal of the view", () -> scene.sink().hasFailedWith("its table was dropped"));
        scene.stop(scene.sink());
        scene.execute("DELETE FROM totals");
        scene.replay();
        return "refused, reset";
    }

    /** And created again, at times before the sink is resumed. */
    private static String dropView(Scene scene) throws Exception {
        ViewModel view = scene.views().get(scene.views().size() - 1);
        boolean createdFirst = scene.random().nextBoolean();
        scene.stopAtWork();
        scene.replays().begin();
        scene.execute("DROP TABLE " + view.name());
        // What a former topic had left in it is read from no topic.
        scene.traffic().pause();
        view.dropFormerRows();
        scene.traffic().go();
        if (createdFirst) {
            createView(scene, view);
        }
        scene.sink().resume();
        scene.until("the refusal of the view", () -> scene.sink().hasFailedWith("its table was dropped"));
        scene.stop(scene.sink());
        if (!createdFirst) {
            createView(scene, view);
        }
        for (String table : List.of("totals", "totals_members")) {
            scene.execute("DELETE FROM " + table);
        }
        scene.replay();
        return view.name() + (createdFirst ? ", created again, refused, reset" : ", refused, created again, reset");
    }

    private static void createView(Scene scene, ViewModel view) throws SQLException {
        scene.execute(view.createTable());
        scene.server().handOverViews(List.of(view));
        scene.server().recordEffects(view);
    }

    private static String addProjection(Scene scene) throws Exception {
        scene.untilProgress();
        scene.execute("CREATE TABLE " + EXTRA + " (bucket BIGINT PRIMARY KEY, events BIGINT NOT NULL)");
        String projections = scene.sink().option("projections");
        scene.sink().setOption("projection." + EXTRA + ".kind", "aggregate");
        scene.sink().setOption("projection." + EXTRA + ".topics", Orders.TOPIC);
        scene.sink().setOption("projection." + EXTRA + ".key", "bucket = key.id % 3");
        scene.sink().setOption("projection." + EXTRA + ".columns", "events = count()");
        scene.sink().configure("projections", projections + "," + EXTRA);
        scene.until("the refusal of the projection", () -> scene.sink().hasFailedWith("the ledger has no row of it"));
        scene.sink().removeOptions("projection." + EXTRA + ".");
        scene.sink().configure("projections", projections);
        scene.execute("DROP TABLE " + EXTRA);
        return "refused, taken back";
    }

    /** To a view that is being written: in the table, then in the projection, and taken back the other way round. */
    private static String addColumn(Scene scene) throws Exception {
        scene.untilProgress();
        String option = "projection." + OrdersView.NAME + ".columns";
        String columns = scene.sink().option(option);
        scene.execute("ALTER TABLE " + OrdersView.NAME + " ADD COLUMN " + EXTRA + " BIGINT");
        scene.sink().configure(option, columns + ", " + EXTRA + " = value.revision");
        scene.until("the new column to be written", () -> count(scene, EXTRA + " IS NOT NULL") > 0);
        long wrong = count(scene, EXTRA + " > " + ViewModel.REVISION);
        if (wrong > 0) {
            throw new IllegalStateException(wrong + " rows have a newer value in the new column than in the others");
        }
        scene.sink().configure(option, columns);
        scene.execute("ALTER TABLE " + OrdersView.NAME + " DROP COLUMN " + EXTRA);
        return "and removed";
    }

    private static long count(Scene scene, String condition) throws SQLException {
        try (Connection connection = scene.server().connect();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT COUNT(*) FROM " + OrdersView.NAME + " WHERE " + condition)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String stopInAnOutage(Scene scene) throws Exception {
        scene.server().kill();
        try {
            TimeUnit.MILLISECONDS.sleep(scene.random().nextInt(3_000));
            scene.stop(scene.sink());
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
}
