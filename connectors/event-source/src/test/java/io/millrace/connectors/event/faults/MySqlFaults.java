package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.campaigns.Fault;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What only a source of MySQL meets: binlogs, GTIDs, XA transactions and a replica. */
final class MySqlFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("failover", Set.of(Part.DATABASE, Part.CONNECTOR), MySqlFaults::failOver),
            new Fault<>("binlog-purged", Set.of(Part.CONNECTOR, Part.DATABASE), MySqlFaults::purgeBinlogs),
            new Fault<>("xa-prepared", Set.of(Part.CONNECTOR, Part.DATABASE), MySqlFaults::prepareXa),
            new Fault<>("gtids-removed", Set.of(Part.CONNECTOR, Part.DATABASE), MySqlFaults::removeGtids));

    private MySqlFaults() {}

    /** In the middle of a transaction that the source has read in part. */
    private static String failOver(Scene scene) throws Exception {
        MySqlShopServer servers = scene.server(MySqlShopServer.class);
        scene.commitManyMoves();
        scene.traffic().takeTurn(connection -> servers.failOver());
        scene.source().configure();
        servers.restoreReplica();
        return "to " + servers.process().port();
    }

    /** The source is level with the server, though its rules drop most changes; so it needs nothing of the binlogs that are purged. */
    private static String purgeBinlogs(Scene scene) throws Exception {
        scene.traffic().takeTurn(connection -> {
            scene.source().awaitLevel();
            scene.source().stop();
            scene.server(MySqlShopServer.class).purgeBinlogs();
        });
        scene.awaitTraffic(ConnectorFaults.BACKLOG);
        scene.source().resume();
        return "";
    }

    private static String prepareXa(Scene scene) throws Exception {
        boolean committed = scene.random().nextInt(3) > 0;
        String id = "xa-" + Long.toHexString(scene.random().nextLong());
        executeXa(scene, id, committed, transaction -> {
            for (int statements = 1 + scene.random().nextInt(3); statements > 0; statements--) {
                scene.shop().parts().changeRandomly(transaction);
            }
        });
        scene.source().awaitRefusal("belongs to an XA transaction", "xa=at_prepare");
        scene.source().configure("events.xa", "at_prepare");
        scene.awaitLevel();
        scene.source().unsetOption("events.xa");
        return committed ? "committed" : "rolled back";
    }

    /** Prepares an XA transaction and then ends it. Its events are those of its rows, also if it is rolled back. */
    private static void executeXa(Scene scene, String id, boolean committed, Traffic.Content content) throws Exception {
        scene.traffic().takeTurn(connection -> {
            try (Connection own = scene.server().connectToShop();
                    Statement sql = own.createStatement()) {
                own.setAutoCommit(true);
                Map<ShopTable, Object> saved = scene.shop().save();
                ShopTransaction transaction = scene.traffic().begin(own);
                sql.execute("XA START '" + id + "'");
                content.write(transaction);
                sql.execute("XA END '" + id + "'");
                sql.execute("XA PREPARE '" + id + "'");
                sql.execute((committed ? "XA COMMIT '" : "XA ROLLBACK '") + id + "'");
                if (committed) {
                    scene.journal().addTransaction(transaction);
                } else {
                    scene.shop().restore(saved);
                    transaction.events().forEach(scene.journal()::addEvent);
                }
            }
        });
    }

    /** As if GTIDs had been switched on under the running source. */
    private static String removeGtids(Scene scene) throws Exception {
        scene.traffic().takeTurn(connection -> {
            scene.source().awaitLevel();
            scene.source().stop();
            JsonNode offsets = scene.source().offsets();
            JsonNode without = offsets.deepCopy();
            ((ObjectNode) without.at("/offsets/0/offset")).remove("gtids");
            scene.source().patchOffsets(without);
            scene.source().resume();
            scene.source().awaitRefusal("the connector's offset", "gtids");
            scene.source().stop();
            scene.source().patchOffsets(offsets);
            scene.source().resume();
        });
        return "";
    }
}
