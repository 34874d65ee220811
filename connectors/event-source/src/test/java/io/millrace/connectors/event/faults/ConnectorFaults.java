package io.millrace.connectors.event.faults;

import io.millrace.testing.campaigns.Fault;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

/** What an operator does to the connector, and what it refuses, with the remedy that the refusal names. */
final class ConnectorFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("connector-restarted", Set.of(Part.CONNECTOR), ConnectorFaults::restart),
            new Fault<>("connector-stopped", Set.of(Part.CONNECTOR), ConnectorFaults::stop),
            new Fault<>("snapshot-signalled", Set.of(Part.DATABASE), ConnectorFaults::signalSnapshot),
            new Fault<>("record-refused", Set.of(Part.CONNECTOR, Part.DATABASE), ConnectorFaults::refuseRecord));

    /** The transactions that the source has not read when it is resumed. */
    static final int BACKLOG = 30;

    private static final int MAX_DELAY_MS = 3_000;

    private ConnectorFaults() {}

    private static String restart(Scene scene) throws Exception {
        scene.commitManyMoves();
        scene.sleepRandomly(MAX_DELAY_MS / 4);
        scene.source().restart();
        return "";
    }

    /** With a backlog, in the middle of which it is stopped again. */
    private static String stop(Scene scene) throws Exception {
        int times = 1 + scene.random().nextInt(3);
        for (int i = 0; i < times; i++) {
            scene.source().stop();
            scene.commitManyMoves();
            scene.awaitTraffic(BACKLOG);
            scene.source().resume();
            scene.source().awaitRunning();
            scene.sleepRandomly(MAX_DELAY_MS);
        }
        return times + " times";
    }

    private static String signalSnapshot(Scene scene) throws Exception {
        String id = "snapshot-" + Long.toHexString(scene.random().nextLong());
        scene.traffic().takeTurn(connection -> {
            scene.journal().requestSnapshot(scene.shop().findableRows());
            try (Statement sql = connection.createStatement()) {
                sql.execute(Source.requestSnapshot(id, scene.shop().snapshotTables()));
            }
            connection.commit();
        });
        return scene.shop().snapshotTables().toString();
    }

    private static String refuseRecord(Scene scene) throws Exception {
        Sites sites = scene.shop().sites();
        scene.traffic().exclude(sites);
        scene.traffic().commit(sites::writeIncomplete);
        scene.source().awaitRefusal("rule SiteChanged", Sites.FIELD);
        sites.makeOptional(true);
        scene.source().configure();
        scene.awaitLevel();
        sites.makeOptional(false);
        scene.source().configure();
        scene.traffic().includeAll();
        return "";
    }
}
