package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.Seeds;
import io.millrace.it.TestPipeline;
import io.millrace.it.pipeline.EventLog.Seen;
import io.millrace.local.Installation;
import io.millrace.local.LocalPipeline;
import io.millrace.local.MySqlServer;
import io.millrace.local.PipelineSettings;
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
import org.junit.jupiter.api.Test;

/**
 * The shop moves to a replica whose binlog has other files and positions, while the connector is in the middle of a
 * transaction: every event is there once, no id is used twice, and no view goes back to an older state.
 */
class FailoverIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGE_TRANSACTION = 20_000;
    private static final Map<String, String> GTIDS =
            Map.of("gtid_mode", "ON", "enforce_gtid_consistency", "ON", "log_replica_updates", "ON");

    private final AtomicBoolean watching = new AtomicBoolean(true);

    @Test
    void goesOnWithAReplicaInTheMiddleOfATransaction() throws Exception {
        Random random = new Random(Seeds.next());
        Shop shop = new Shop();
        Path directory = TestPipeline.newDirectory("failover");
        Map<String, String> replicaOptions = new HashMap<>(GTIDS);
        replicaOptions.put("server_id", "2");
        PipelineSettings settings = new PipelineSettings(true, GTIDS, Map.of(), step -> {});
        try (LocalPipeline pipeline =
                        LocalPipeline.start(Installation.locate(), directory.resolve("primary"), settings);
                MySqlServer replica =
                        MySqlServer.start(Installation.locate(), directory.resolve("replica"), replicaOptions);
                Connection primary = pipeline.mysql().connectAsRoot();
                Connection standby = replica.connectAsRoot();
                Statement onReplica = standby.createStatement()) {
            follow(primary, pipeline.mysql().port(), onReplica);
            primary.setCatalog("shop");
            RandomTraffic traffic = new RandomTraffic(random, primary, shop);
            Comparison comparison = new Comparison(pipeline, shop);
            traffic.commitChanges(50);
            shop.readByTheSnapshot();
            List<Path> files = ShopConnectors.files();
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
            await("some of the transaction")
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> EventLog.records(broker, Comparison.ORDERS).size() > before + 500);
            pipeline.worker().kill();
            // Otherwise nothing was cut, and the test would prove nothing.
            assertThat(EventLog.records(broker, Comparison.ORDERS)).hasSizeLessThan(before + LARGE_TRANSACTION);

            promote(primary, standby, onReplica);
            source.put("database.port", String.valueOf(replica.port()));
            pipeline.worker().restart();
            pipeline.rest().put("shop-source", source);
            traffic.moveTo(standby);
            traffic.commitChanges(500);

            List<Seen> orders = comparison.assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());
            List<Seen> sites = comparison.assertEventsExactlyOnce(Comparison.SITES, shop.siteEvents());
            comparison.assertViews();
            watching.set(false);
            watcher.get(1, TimeUnit.MINUTES);
            assertIdsAreOfBothServers(orders, uuid(primary), uuid(standby));
            assertThat(orders)
                    .extracting(Seen::id)
                    .doesNotContainAnyElementsOf(sites.stream().map(Seen::id).toList());
        } finally {
            watching.set(false);
        }
    }

    private static void assertIdsAreOfBothServers(List<Seen> events, String first, String second) {
        assertThat(events).extracting(Seen::id).allMatch(id -> id.matches("snapshot:.*|[0-9a-f-]{36}(:\\d+){3}:[cud]"));
        assertThat(events).extracting(Seen::id).anyMatch(id -> id.startsWith(first));
        assertThat(events).extracting(Seen::id).anyMatch(id -> id.startsWith(second));
    }

    private static void follow(Connection primary, int port, Statement onReplica) throws SQLException {
        try (Statement sql = primary.createStatement()) {
            sql.execute("CREATE USER 'replica'@'%' IDENTIFIED BY 'replica'");
            sql.execute("GRANT REPLICATION SLAVE ON *.* TO 'replica'@'%'");
        }
        // Changes of its own put the replica's positions further.
        onReplica.execute("CREATE DATABASE own");
        onReplica.execute("CREATE TABLE own.filler (id INT PRIMARY KEY, filling TEXT)");
        for (int i = 0; i < 3; i++) {
            onReplica.execute("INSERT INTO own.filler VALUES (" + i + ", REPEAT('x', 50000))");
            onReplica.execute("FLUSH BINARY LOGS");
        }
        onReplica.execute("CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = " + port
                + ", SOURCE_USER = 'replica', SOURCE_PASSWORD = 'replica', SOURCE_AUTO_POSITION = 1,"
                + " GET_SOURCE_PUBLIC_KEY = 1");
        onReplica.execute("START REPLICA");
    }

    private static void promote(Connection primary, Connection standby, Statement onReplica) throws SQLException {
        String executed = text(primary, "SELECT @@GLOBAL.gtid_executed");
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
