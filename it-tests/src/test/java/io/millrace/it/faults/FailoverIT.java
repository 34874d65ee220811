package io.millrace.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.shop.Comparison;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.EventLog.Seen;
import io.millrace.it.shop.RandomTraffic;
import io.millrace.it.shop.Shop;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.local.LocalPipeline;
import io.millrace.local.PipelineSettings;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.ServerDirectories;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * The shop moves to a replica whose binlog has other files and positions, while the connector is in the middle of a
 * transaction, and when that server dies without a warning to yet another one: every event is there once, no id is used
 * twice, and no view goes back to an older state.
 */
class FailoverIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGE_TRANSACTION = 20_000;
    private static final Map<String, String> GTIDS =
            Map.of("gtid_mode", "ON", "enforce_gtid_consistency", "ON", "log_replica_updates", "ON");

    private final AtomicBoolean watching = new AtomicBoolean(true);

    @Test
    void goesOnWithReplicasInTheMiddleOfATransaction() throws Exception {
        Random random = new Random(Seeds.next());
        Shop shop = new Shop();
        Path directory = ServerDirectories.newDirectory("failover");
        PipelineSettings settings = new PipelineSettings(true, GTIDS, Map.of(), step -> {});
        try (LocalPipeline pipeline =
                        LocalPipeline.start(Installation.locate(), directory.resolve("primary"), settings);
                MySqlServer replica =
                        MySqlServer.start(Installation.locate(), directory.resolve("replica"), options("2"));
                MySqlServer second =
                        MySqlServer.start(Installation.locate(), directory.resolve("second"), options("3"));
                Connection primary = pipeline.mysql().connectAsRoot();
                Connection standby = replica.connectAsRoot();
                Statement onReplica = standby.createStatement();
                Connection last = second.connectAsRoot();
                Statement onSecond = last.createStatement()) {
            List<String> servers = List.of(uuid(primary), uuid(standby), uuid(last));
            follow(primary, pipeline.mysql().port(), onReplica);
            primary.setCatalog("shop");
            RandomTraffic traffic = new RandomTraffic(random, primary, shop);
            Comparison comparison = new Comparison(pipeline, shop);
            traffic.commitChanges(50);
            shop.readByTheSnapshot();
            List<Path> files = ShopConnectors.ofOrdersAndSites();
            ObjectNode source =
                    (ObjectNode) JSON.readTree(files.get(0).toFile()).path("config");
            // Kafka gets a transaction of the database in many parts.
            source.put("max.batch.size", "64").put("max.queue.size", "128");
            pipeline.rest().put("shop-source", source);
            for (Path file : files.subList(1, files.size())) {
                pipeline.rest().post(JSON.readTree(file.toFile()));
            }
            comparison.assertEventsExactlyOnce(Comparison.SITES, shop.siteEvents());
            comparison.assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());
            CompletableFuture<Void> watcher = CompletableFuture.runAsync(() -> watch(pipeline));

            traffic.commitChanges(300);
            comparison.assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());
            int before = shop.orderEvents().size();
            traffic.placeManyOrders(LARGE_TRANSACTION);
            String broker = pipeline.broker().bootstrapServers();
            awaitSome(broker, before);
            pipeline.worker().kill();
            // Otherwise nothing was cut, and the test would prove nothing.
            assertThat(EventLog.records(broker, Comparison.ORDERS)).hasSizeLessThan(before + LARGE_TRANSACTION);

            promote(text(primary, "SELECT @@GLOBAL.gtid_executed"), standby, onReplica);
            source.put("database.port", String.valueOf(replica.port()));
            pipeline.worker().restart();
            pipeline.rest().put("shop-source", source);
            traffic.moveTo(standby);
            traffic.commitChanges(500);

            comparison.assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());

            follow(standby, replica.port(), onSecond);
            // A connector that fails between the halves of such a change loses one: docs/rules.md says so to users.
            traffic.moveNoMore();
            int beforeTheCrash = shop.orderEvents().size();
            traffic.placeManyOrders(LARGE_TRANSACTION);
            traffic.commitChanges(50);
            String executed = text(standby, "SELECT @@GLOBAL.gtid_executed");
            awaitReceived(onSecond, executed);
            int seen = awaitSome(broker, beforeTheCrash);
            openATransaction(replica);
            replica.kill();
            // Closed later, it would ask the dead server for a rollback.
            standby.abort(Runnable::run);
            assertThat(seen).isLessThan(beforeTheCrash + LARGE_TRANSACTION);
            promote(executed, last, onSecond);
            source.put("database.port", String.valueOf(second.port()));
            pipeline.rest().put("shop-source", source);
            traffic.moveTo(last);
            traffic.commitChanges(300);

            List<Seen> orders = comparison.assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());
            List<Seen> sites = comparison.assertEventsExactlyOnce(Comparison.SITES, shop.siteEvents());
            comparison.assertViews();
            watching.set(false);
            watcher.get(1, TimeUnit.MINUTES);
            assertIdsAreOfEachServer(orders, servers);
            assertThat(orders)
                    .extracting(Seen::id)
                    .doesNotContainAnyElementsOf(sites.stream().map(Seen::id).toList());
        } finally {
            watching.set(false);
        }
    }

    private static Map<String, String> options(String serverId) {
        Map<String, String> options = new HashMap<>(GTIDS);
        options.put("server_id", serverId);
        return options;
    }

    /** Waits until a part of the large transaction has become events; returns how many there are then. */
    private static int awaitSome(String broker, int before) {
        AtomicInteger seen = new AtomicInteger();
        await("some of the transaction")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    seen.set(EventLog.records(broker, Comparison.ORDERS).size());
                    return seen.get() > before + 500;
                });
        return seen.get();
    }

    /** Waits until the replica has these transactions in its relay log, whether or not it has made them its own. */
    private static void awaitReceived(Statement onReplica, String transactions) {
        await("the replica's relay log")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    String received;
                    try (ResultSet status = onReplica.executeQuery("SHOW REPLICA STATUS")) {
                        status.next();
                        received = status.getString("Retrieved_Gtid_Set");
                    }
                    try (ResultSet subset = onReplica.executeQuery("SELECT GTID_SUBSET('" + transactions + "', CONCAT('"
                            + received + "', ',', @@GLOBAL.gtid_executed))")) {
                        subset.next();
                        return subset.getBoolean(1);
                    }
                });
    }

    /** Nobody commits it: with the server it is gone. */
    @SuppressWarnings("resource") // The server closes the connection by dying.
    private static void openATransaction(MySqlServer server) throws SQLException {
        Connection connection = server.connectAsRoot();
        connection.setAutoCommit(false);
        try (Statement sql = connection.createStatement()) {
            sql.executeUpdate("UPDATE shop.orders SET status = 'CANCELLED', version = version + 1 LIMIT 100");
        }
    }

    private static void assertIdsAreOfEachServer(List<Seen> events, List<String> servers) {
        assertThat(events).extracting(Seen::id).allMatch(id -> id.matches("snapshot:.*|[0-9a-f-]{36}(:\\d+){3}:[cud]"));
        assertThat(servers)
                .allSatisfy(server -> assertThat(events).extracting(Seen::id).anyMatch(id -> id.startsWith(server)));
    }

    private static void follow(Connection primary, int port, Statement onReplica) throws SQLException {
        try (Statement sql = primary.createStatement()) {
            sql.execute("CREATE USER IF NOT EXISTS 'replica'@'%' IDENTIFIED BY 'replica'");
            sql.execute("GRANT REPLICATION SLAVE ON *.* TO 'replica'@'%'");
        }
        // The replica's files are others. It has no transactions of its own: Debezium would take one of those for the
        // transaction that it had read half of, and read that again from its beginning.
        for (int i = 0; i < 3; i++) {
            onReplica.execute("FLUSH LOCAL BINARY LOGS");
        }
        onReplica.execute("CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = " + port
                + ", SOURCE_USER = 'replica', SOURCE_PASSWORD = 'replica', SOURCE_AUTO_POSITION = 1,"
                + " GET_SOURCE_PUBLIC_KEY = 1");
        onReplica.execute("START REPLICA");
    }

    private static void promote(String executed, Connection standby, Statement onReplica) throws SQLException {
        await("the replica").atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(
                        text(standby, "SELECT GTID_SUBSET('" + executed + "', @@GLOBAL.gtid_executed)"))
                .isEqualTo("1"));
        onReplica.execute("STOP REPLICA");
        onReplica.execute("RESET REPLICA ALL");
        onReplica.execute("USE shop");
    }

    private static String uuid(Connection server) throws SQLException {
        return text(server, "SELECT @@GLOBAL.server_uuid");
    }

    private static String text(Connection server, String query) throws SQLException {
        try (Statement sql = server.createStatement();
                ResultSet result = sql.executeQuery(query)) {
            result.next();
            return result.getString(1);
        }
    }

    /** Reads the view again and again: a row's revision never becomes smaller. */
    private void watch(LocalPipeline pipeline) {
        Map<Long, Long> revisions = new HashMap<>();
        try (Connection views = pipeline.connectToViews();
                Statement sql = views.createStatement()) {
            while (watching.get()) {
                try (ResultSet row = sql.executeQuery("SELECT order_id, revision FROM order_status")) {
                    while (row.next()) {
                        long revision = row.getLong(2);
                        Long earlier = revisions.put(row.getLong(1), revision);
                        assertThat(revision).isGreaterThanOrEqualTo(earlier == null ? 0 : earlier);
                    }
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException("The view could not be watched", e);
        }
    }
}
