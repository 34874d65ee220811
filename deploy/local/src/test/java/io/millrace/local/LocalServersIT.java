package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerFailedException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Test;

/** The servers themselves: they start, keep their data when they are killed, and go on after it. */
class LocalServersIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final LocalPipeline pipeline = SharedPipeline.get();

    @Test
    void mysqlKeepsCommittedRowsWhenKilled() throws Exception {
        try (Connection shop = pipeline.connectToShop();
                Statement statement = shop.createStatement()) {
            statement.executeUpdate("INSERT INTO sites (name, document) VALUES ('kept', '{\"apps\": []}')");
        }

        pipeline.mysql().kill();
        pipeline.mysql().restart();

        try (Connection shop = pipeline.connectToShop();
                Statement statement = shop.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM sites WHERE name = 'kept'")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(1);
        }
    }

    @Test
    void mysqlWritesFullRowsAndStatementsToItsBinlog() throws Exception {
        try (Connection root = pipeline.mysql().connectAsRoot();
                Statement statement = root.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@log_bin, @@binlog_format, @@binlog_row_image,"
                        + " @@binlog_rows_query_log_events, @@bind_address, @@time_zone")) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(1);
            assertThat(row.getString(2)).isEqualTo("ROW");
            assertThat(row.getString(3)).isEqualTo("FULL");
            assertThat(row.getInt(4)).isEqualTo(1);
            assertThat(row.getString(5)).isEqualTo("127.0.0.1");
            assertThat(row.getString(6)).isEqualTo("+00:00");
        }
    }

    @Test
    void kafkaKeepsItsTopicsWhenKilled() throws Exception {
        Map<String, Object> client = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, pipeline.broker().bootstrapServers());
        String before;
        try (Admin admin = Admin.create(client)) {
            before = admin.describeCluster().clusterId().get();
        }

        pipeline.broker().kill();
        pipeline.broker().restart();

        try (Admin admin = Admin.create(client)) {
            assertThat(admin.describeCluster().clusterId().get()).isEqualTo(before);
            assertThat(admin.listTopics().names().get())
                    .contains("connect-configs", "connect-offsets", "connect-status");
        }
    }

    @Test
    void workerKeepsItsConnectorsWhenKilled() throws Exception {
        String name = "heartbeat";
        pipeline.rest().post(debezium(name));
        pipeline.rest().awaitRunning(name, Duration.ofMinutes(1));

        pipeline.worker().kill();
        pipeline.worker().restart();

        pipeline.rest().awaitRunning(name, Duration.ofMinutes(1));
        pipeline.rest().delete(name);
        await().untilAsserted(() -> assertThat(pipeline.rest().connectors()).doesNotContain(name));
    }

    @Test
    void refusedConfigurationIsAnExceptionWithStatusAndReason() {
        JsonNode body = JSON.createObjectNode()
                .put("name", "refused")
                .set("config", JSON.createObjectNode().put("connector.class", "no.such.Connector"));

        assertThatThrownBy(() -> pipeline.rest().post(body))
                .isInstanceOfSatisfying(
                        ConnectRestException.class, e -> assertThat(e.status()).isEqualTo(400))
                .hasMessageContaining("no.such.Connector");
    }

    @Test
    void onlyOnePipelineUsesADirectory() {
        assertThatThrownBy(() -> LocalPipeline.start(Installation.locate(), SharedPipeline.directory()))
                .isInstanceOf(ServerFailedException.class)
                .hasMessageContaining("Another pipeline is running in");
    }

    private static JsonNode debezium(String name) throws Exception {
        return JSON.readTree("""
                {
                  "name": "%1$s",
                  "config": {
                    "connector.class": "io.debezium.connector.mysql.MySqlConnector",
                    "database.hostname": "${env:SHOP_DATABASE_HOST}",
                    "database.port": "${env:SHOP_DATABASE_PORT}",
                    "database.user": "${env:SHOP_DATABASE_USER}",
                    "database.password": "${env:SHOP_DATABASE_PASSWORD}",
                    "database.server.id": "4711",
                    "database.include.list": "shop",
                    "topic.prefix": "%1$s",
                    "include.query": "true",
                    "exactly.once.support": "required",
                    "schema.history.internal.kafka.bootstrap.servers": "${env:KAFKA_BOOTSTRAP_SERVERS}",
                    "schema.history.internal.kafka.topic": "%1$s-schema-history"
                  }
                }
                """.formatted(name));
    }
}
