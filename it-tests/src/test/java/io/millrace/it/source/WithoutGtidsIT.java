package io.millrace.it.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.TestPipeline;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.ServerDirectories;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The procedures of {@code docs/prepare-mysql.md} for a server without GTIDs, on such a server. */
class WithoutGtidsIT {
    private static final Duration TIME_TO_ACT = Duration.ofMinutes(2);
    private static final String NAME = "plain";
    private static final String PASSWORD = "reader-7";
    private static final String RULE =
            "Paid; table: shop.plain; on: create, update; when: after.a == 'PAID'; fields: id, a, b";

    private final LocalPipeline pipeline = TestPipeline.shared();
    private final ConnectRest rest = pipeline.rest();
    private final EventSources sources =
            new EventSources(rest, pipeline.broker().bootstrapServers());

    @Test
    void altersTablesAndThenEnablesGtidsUnderARunningSource() throws Exception {
        MySqlServer mysql = MySqlServer.start(
                Installation.locate(),
                ServerDirectories.newDirectory("without-gtids"),
                Map.of("gtid_mode", "OFF", "enforce_gtid_consistency", "OFF", "server_id", "17"));
        try (mysql;
                Connection connection = mysql.connectAsRoot();
                Statement sql = connection.createStatement()) {
            createShop(sql);
            ObjectNode body = EventSources.connector(NAME, 5451, RULE);
            ObjectNode config = (ObjectNode) body.path("config");
            config.put("database.hostname", "127.0.0.1")
                    .put("database.port", String.valueOf(mysql.port()))
                    .put("database.user", "reader")
                    .put("database.password", PASSWORD)
                    // An idle server reports its position after 0.8 of this time, and not after 48 s.
                    .put("connect.keep.alive.interval.ms", "2000");
            ConnectRestException refusal = catchThrowableOfType(ConnectRestException.class, () -> rest.post(body));
            assertThat(refusal.status()).as(refusal.getMessage()).isEqualTo(400);
            assertThat(refusal.getMessage()).contains("gtid_mode").contains("events.gtids");

            config.put("events.gtids", "optional");
            rest.post(body);
            try {
                rest.awaitRunning(NAME, TIME_TO_ACT);
                alterTheTable(sql);
                enableGtids(sql);
            } finally {
                rest.delete(NAME);
            }
        }
    }

    private static void createShop(Statement sql) throws SQLException {
        sql.execute("CREATE DATABASE shop");
        sql.execute("CREATE TABLE shop.plain (id BIGINT PRIMARY KEY, a VARCHAR(20), b VARCHAR(20), total INT)");
        sql.execute("CREATE USER 'reader'@'%' IDENTIFIED BY '" + PASSWORD + "'");
        sql.execute("GRANT SELECT ON shop.* TO 'reader'@'%'");
        sql.execute("GRANT FLUSH_TABLES, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'reader'@'%'");
    }

    /** Without the third step the source would decode the second row with the new definition after the restart. */
    private void alterTheTable(Statement sql) throws Exception {
        sources.awaitOffset(NAME);
        sql.execute("INSERT INTO shop.plain VALUES (1, 'PAID', 'B1', 5)");
        sql.execute("INSERT INTO shop.plain VALUES (2, 'NEW', 'PAID', 5)");
        awaitPositionOfServer(sql);
        sql.execute("ALTER TABLE shop.plain MODIFY COLUMN a VARCHAR(20) AFTER b, ADD COLUMN extra INT FIRST");
        sql.execute("INSERT INTO shop.plain (id, a, b, total) VALUES (3, 'NEW', 'B3', 5)");
        awaitPositionOfServer(sql);

        // Not a restart, which is answered before the former task has ended.
        sources.stop(NAME);
        sources.resume(NAME);
        sql.execute("INSERT INTO shop.plain (id, a, b, total) VALUES (4, 'PAID', 'B4', 5)");

        sources.awaitEvents(
                NAME, "Paid 1 {\"id\":1,\"a\":\"PAID\",\"b\":\"B1\"}", "Paid 4 {\"id\":4,\"a\":\"PAID\",\"b\":\"B4\"}");
    }

    private void enableGtids(Statement sql) throws Exception {
        sql.execute("SET GLOBAL enforce_gtid_consistency = ON");
        for (String mode : new String[] {"OFF_PERMISSIVE", "ON_PERMISSIVE", "ON"}) {
            sql.execute("SET GLOBAL gtid_mode = " + mode);
        }
        sql.execute("INSERT INTO shop.plain (id, a, b, total) VALUES (5, 'PAID', 'B5', 5)");
        sources.awaitEvents(
                NAME,
                "Paid 1 {\"id\":1,\"a\":\"PAID\",\"b\":\"B1\"}",
                "Paid 4 {\"id\":4,\"a\":\"PAID\",\"b\":\"B4\"}",
                "Paid 5 {\"id\":5,\"a\":\"PAID\",\"b\":\"B5\"}");
        awaitPositionOfServer(sql);
        sources.stop(NAME);
        ObjectNode offsets = (ObjectNode) rest.offsets(NAME);
        ((ObjectNode) offsets.at("/offsets/0/offset")).put("gtids", read(sql, "SELECT @@GLOBAL.gtid_executed", 1));
        rest.patchOffsets(NAME, offsets);
        sources.resume(NAME);
        sql.execute("ALTER TABLE shop.plain ADD COLUMN more INT FIRST");
        sql.execute("INSERT INTO shop.plain (id, a, b, total) VALUES (6, 'PAID', 'B6', 5)");
        // Not a restart, which is answered before the former task has ended.
        sources.stop(NAME);
        sources.resume(NAME);
        sql.execute("INSERT INTO shop.plain (id, a, b, total) VALUES (7, 'PAID', 'B7', 5)");

        sources.awaitEvents(
                NAME,
                "Paid 1 {\"id\":1,\"a\":\"PAID\",\"b\":\"B1\"}",
                "Paid 4 {\"id\":4,\"a\":\"PAID\",\"b\":\"B4\"}",
                "Paid 5 {\"id\":5,\"a\":\"PAID\",\"b\":\"B5\"}",
                "Paid 6 {\"id\":6,\"a\":\"PAID\",\"b\":\"B6\"}",
                "Paid 7 {\"id\":7,\"a\":\"PAID\",\"b\":\"B7\"}");
    }

    private void awaitPositionOfServer(Statement sql) {
        await("the offset equals the server's position").atMost(TIME_TO_ACT).untilAsserted(() -> {
            assertThat(sources.offset(NAME).path("file").asText()).isEqualTo(read(sql, "SHOW MASTER STATUS", 1));
            assertThat(sources.offset(NAME).path("pos").asText()).isEqualTo(read(sql, "SHOW MASTER STATUS", 2));
        });
    }

    private static String read(Statement sql, String query, int column) throws SQLException {
        try (ResultSet rows = sql.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(column);
        }
    }
}
