package io.millrace.connectors.event.faults;

import io.millrace.testing.campaigns.Fault;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

/** What only a source of PostgreSQL meets: the slot, its sender, the publication and replica identities. */
final class PostgresFaults {
    static final List<Fault<Scene>> ALL = List.of(
            new Fault<>("sessions-ended", Set.of(Part.DATABASE), PostgresFaults::endSessions),
            new Fault<>("log-recycled", Set.of(Part.CONNECTOR, Part.DATABASE), PostgresFaults::recycleLog),
            new Fault<>("identity-lowered", Set.of(Part.CONNECTOR, Part.DATABASE), PostgresFaults::lowerIdentity),
            new Fault<>(
                    "publication-replaced", Set.of(Part.CONNECTOR, Part.DATABASE), PostgresFaults::replacePublication),
            new Fault<>("transaction-left-open", Set.of(Part.CONNECTOR, Part.DATABASE), PostgresFaults::leaveOpen));

    private static final int MAX_DELAY_MS = 600;

    private PostgresFaults() {}

    /** Sessions of the source, and at times those of the shop, in the middle of their transactions. */
    private static String endSessions(Scene scene) throws Exception {
        boolean all = scene.random().nextBoolean();
        scene.commitManyMoves();
        scene.sleepRandomly(MAX_DELAY_MS);
        scene.server()
                .execute(List.of("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                        + " AND datname = '" + ShopTable.DATABASE + "'"
                        + (all ? "" : " AND usename = '" + ShopServer.USER + "'")));
        return all ? "all" : "of the source";
    }

    /** The slot is level with the server, though the rules drop most changes; so it needs nothing of the log that is removed. */
    private static String recycleLog(Scene scene) throws Exception {
        PostgresShopServer server = scene.server(PostgresShopServer.class);
        scene.traffic().takeTurn(connection -> {
            String position = server.position();
            scene.source().awaitLevel();
            scene.until(
                    "the slot to be level with the server",
                    () -> Long.parseLong(server.querySlot("confirmed_flush_lsn - '0/0'")) >= Long.parseLong(position));
            scene.source().stop();
            server.execute(List.of("SELECT pg_switch_wal()", "CHECKPOINT", "CHECKPOINT"));
        });
        scene.awaitTraffic(ConnectorFaults.BACKLOG);
        scene.source().resume();
        return "";
    }

    /**
     * An update whose former row the log does not have is refused; the rules of updates are removed until the offset is level. The
     * identity is restored at once, so that no row is deleted without it.
     */
    private static String lowerIdentity(Scene scene) throws Exception {
        Orders orders = scene.shop().orders();
        scene.traffic().exclude(orders);
        scene.traffic().takeTurn(connection -> {
            scene.server().execute(List.of(PostgresShopServer.identify(orders, "DEFAULT")));
            orders.compareUpdates(false);
            scene.traffic().commit(orders::changeState);
            scene.server().execute(List.of(PostgresShopServer.identify(orders, "FULL")));
        });
        scene.source().awaitRefusal("rule OrderPaid", "REPLICA IDENTITY FULL");
        scene.source().configure();
        scene.awaitLevel();
        orders.compareUpdates(true);
        scene.source().configureStopped();
        scene.traffic().includeAll();
        return "";
    }

    /** By one of the same tables, while the source reads or is behind. */
    private static String replacePublication(Scene scene) throws Exception {
        boolean behind = scene.random().nextBoolean();
        if (behind) {
            scene.source().stop();
        }
        scene.commitManyMoves();
        scene.traffic().takeTurn(connection -> {
            try (Statement sql = connection.createStatement()) {
                sql.execute("DROP PUBLICATION " + PostgresShopSql.PUBLICATION);
                sql.execute(PostgresShopServer.createPublication(scene.shop().tables(), Source.SIGNALS));
            }
            connection.commit();
        });
        scene.awaitTraffic(ConnectorFaults.BACKLOG);
        if (behind) {
            scene.source().resume();
        }
        return behind ? "behind" : "at work";
    }

    /**
     * A transaction is open while others are committed and the connector is restarted, so that the log has its changes among theirs.
     * Then it is rolled back, committed, or prepared for two phases and committed after another restart.
     */
    private static String leaveOpen(Scene scene) throws Exception {
        Fences fences = scene.shop().fences();
        String ending = List.of("rolled back", "committed", "prepared and committed")
                .get(scene.random().nextInt(3));
        try (Connection other = scene.server().connectToShop();
                Statement sql = other.createStatement()) {
            ShopTransaction transaction = scene.traffic().begin(other);
            for (int i = 0; i < 3; i++) {
                scene.traffic().takeTurn(connection -> fences.set(transaction));
                scene.commitManyMoves();
                scene.sleepRandomly(MAX_DELAY_MS);
                scene.source().restart();
                scene.traffic().takeTurn(connection -> fences.set(transaction));
            }
            switch (ending) {
                case "rolled back" -> other.rollback();
                case "committed" -> other.commit();
                default -> {
                    String id = "'left-" + Long.toHexString(scene.random().nextLong()) + "'";
                    sql.execute("PREPARE TRANSACTION " + id);
                    other.setAutoCommit(true);
                    scene.commitManyMoves();
                    scene.source().restart();
                    sql.execute("COMMIT PREPARED " + id);
                }
            }
            if (!ending.equals("rolled back")) {
                scene.journal().addTransaction(transaction);
            }
        }
        return ending;
    }
}
