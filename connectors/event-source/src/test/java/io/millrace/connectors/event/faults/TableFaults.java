package io.millrace.connectors.event.faults;

import io.millrace.testing.campaigns.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Definitions of tables that change, with and without restarts of the connector. */
final class TableFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("columns-changed", Set.of(Part.DATABASE), TableFaults::changeColumns),
            new Fault<>(
                    "columns-changed-behind", Set.of(Part.DATABASE, Part.CONNECTOR), TableFaults::changeColumnsBehind),
            new Fault<>("table-swapped", Set.of(Part.DATABASE, Part.CONNECTOR), TableFaults::swapTables),
            new Fault<>("column-selected", Set.of(Part.DATABASE, Part.CONNECTOR), TableFaults::selectColumn));

    private static final int MAX_CHANGES = 4;
    private static final int BETWEEN = 8;

    private TableFaults() {}

    private static String changeColumns(Scene scene) throws Exception {
        List<String> changes = new ArrayList<>();
        for (int count = 1 + scene.random().nextInt(MAX_CHANGES); count > 0; count--) {
            scene.traffic()
                    .takeTurn(
                            connection -> changes.add(scene.shop().parts().alterRandomly(connection, scene.random())));
            scene.awaitTraffic(BETWEEN);
        }
        return String.join("; ", changes);
    }

    /** The source reads rows of several definitions after its start, and starts again in the middle of them. */
    private static String changeColumnsBehind(Scene scene) throws Exception {
        scene.source().stop();
        scene.awaitTraffic(BETWEEN);
        String changes = changeColumns(scene);
        scene.source().resume();
        scene.sleepRandomly(2_000);
        changes += "; " + changeColumns(scene);
        scene.source().restart();
        return changes;
    }

    /** As tools for online schema changes do, with restarts before and after the swap. */
    private static String swapTables(Scene scene) throws Exception {
        Parts parts = scene.shop().parts();
        scene.traffic().takeTurn(connection -> parts.beginSwap(connection, scene.random()));
        scene.awaitTraffic(BETWEEN);
        boolean restarts = scene.random().nextInt(4) > 0;
        if (restarts) {
            scene.source().restart();
        }
        scene.awaitTraffic(BETWEEN);
        scene.traffic().takeTurn(parts::endSwap);
        scene.awaitTraffic(BETWEEN);
        if (scene.random().nextBoolean()) {
            scene.source().restart();
        }
        return restarts ? "restarted before" : "";
    }

    /**
     * The rules select a column while the source is before its definition, which is refused; then what the documents state: the former
     * rules pass the change, and the new ones are posted. In the end the column is removed, the rules first.
     */
    private static String selectColumn(Scene scene) throws Exception {
        Parts parts = scene.shop().parts();
        scene.traffic().exclude(parts);
        scene.source().stop();
        scene.traffic().commit(parts::changeRandomly);
        scene.traffic().takeTurn(connection -> parts.addCoupon(connection, scene.random()));
        scene.traffic().takeTurn(connection -> parts.selectCoupon(true));
        scene.source().configure();
        scene.source().resume();
        scene.source().awaitRefusal(Parts.COUPON, "does not exist");

        parts.selectCoupon(false);
        scene.source().configure();
        scene.awaitLevel();
        parts.selectCoupon(true);
        scene.source().configureStopped();
        scene.traffic().includeAll();
        scene.awaitTraffic(4 * BETWEEN);

        scene.traffic().exclude(parts);
        scene.awaitLevel();
        parts.selectCoupon(false);
        scene.source().configureStopped();
        scene.traffic().takeTurn(parts::dropCoupon);
        scene.traffic().includeAll();
        return "refused, selected and removed";
    }
}
