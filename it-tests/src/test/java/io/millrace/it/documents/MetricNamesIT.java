package io.millrace.it.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every metric and label that the dashboard and the alerts ask for is there: with the exporter and the configuration of the
 * image on a worker that runs the project's connectors, which have had something to do.
 */
class MetricNamesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path IMAGE = Path.of(System.getProperty("millrace.it.image-context"), "millrace/metrics");
    private static final int LARGE = 200_000;
    /** The labels that Prometheus itself gives what it scrapes. */
    private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job");

    private static LocalPipeline pipeline;
    private static ConnectWorker worker;
    private static URI metrics;
    private static Process service;
    private static URI serviceMetrics;

    @BeforeAll
    static void start() throws Exception {
        Path directory = ServerDirectories.newDirectory("metrics");
        pipeline = LocalPipeline.start(Installation.locate(), directory.resolve("pipeline"));
        int port = freePort();
        metrics = URI.create("http://127.0.0.1:" + port + "/metrics");
        worker = ConnectWorker.start(
                Installation.locate(),
                List.of(LocalPipeline.pluginFolder(Installation.locate())),
                directory.resolve("observed"),
                pipeline.broker(),
                Map.of(
                        "group.id", "observed",
                        "config.storage.topic", "observed-configs",
                        "offset.storage.topic", "observed-offsets",
                        "status.storage.topic", "observed-status"),
                environment(),
                List.of(
                        "-Xmx768m",
                        "-XX:+UseSerialGC",
                        "-javaagent:" + IMAGE.resolve("jmx_prometheus_javaagent.jar") + "=127.0.0.1:" + port + ":"
                                + IMAGE.resolve("metrics.yaml")));
        worker.rest().postAll(DocumentsTest.PROJECT.resolve("connect-configs"));
        worker.rest().postAll(DocumentsTest.PROJECT.resolve("connect-configs/channels"));
        startService(directory);
        write();
    }

    /** A service with the exporter and a producer that spools, because no broker is there. */
    private static void startService(Path directory) throws Exception {
        int port = freePort();
        serviceMetrics = URI.create("http://127.0.0.1:" + port + "/metrics");
        service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-javaagent:" + IMAGE.resolve("jmx_prometheus_javaagent.jar") + "=127.0.0.1:" + port + ":"
                                + IMAGE.resolve("metrics.yaml"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SpoolingService.class.getName(),
                        directory.resolve("spool").toAbsolutePath().toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("service.log").toFile())
                .start();
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(pipeline.environment());
        environment.put("CHANNELS_ADDRESS", "127.0.0.1:0");
        environment.put("CHANNELS_TOKEN_KEY", "a secret of at least 32 characters");
        return environment;
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.destroyForcibly();
        }
        try (LocalPipeline servers = pipeline;
                ConnectWorker observed = worker) {
            assertThat(servers).as("the servers that are stopped").isNotNull();
            assertThat(observed).isNotNull();
        }
    }

    @Test
    void everyMetricThatIsAskedForIsThere() throws Exception {
        awaitValues("order-status", "EventSource", "ChunkPayload");
        Scrape scrape = Scrape.of(metrics).and(Scrape.of(serviceMetrics));

        Set<String> missing = new TreeSet<>();
        for (Map.Entry<String, String> asked : Observability.expressions().entrySet()) {
            PromQl expression = PromQl.parse(asked.getValue());
            expression.metrics().forEach((metric, selected) -> {
                Set<String> labels = new TreeSet<>(selected);
                labels.addAll(expression.grouping());
                labels.removeAll(OF_PROMETHEUS);
                if (!scrape.metrics().contains(metric)) {
                    missing.add(asked.getKey() + ": " + metric);
                } else if (!scrape.labels(metric).containsAll(labels)) {
                    missing.add(asked.getKey() + ": " + metric + labels + ", which has " + scrape.labels(metric));
                }
            });
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void aTaskThatFailedIsSeen() throws Exception {
        ObjectNode connector = (ObjectNode) new ObjectMapper()
                .readTree(DocumentsTest.PROJECT
                        .resolve("connect-configs/21-order-status.json")
                        .toFile());
        connector.put("name", "failing");
        ObjectNode config = (ObjectNode) connector.get("config");
        config.put("errors.tolerance", "none");
        String columns = "projection.order_status.columns";
        config.put(columns, config.get(columns).asText().replace("headers.ce_revision", "headers.ce_type"));
        worker.rest().post(connector);

        await("the failed task").atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            Scrape scrape = Scrape.of(metrics);
            assertThat(scrape.sum("kafka_connect_connect_worker_connector_failed_task_count", "connector", "failing"))
                    .isPositive();
            assertThat(scrape.samples())
                    .anyMatch(sample -> sample.metric().equals("kafka_connect_connector_task_status")
                            && sample.labels().get("connector").equals("failing")
                            && sample.labels().get("status").equals("failed"));
        });
        worker.rest().delete("failing");
    }

    /** Waits until rows have gone all the way, and payloads through S3 and through a topic. */
    private static void awaitValues(String sink, String... storing) {
        await("values of the metrics").atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            Scrape scrape = Scrape.of(metrics);
            assertThat(scrape.sum("millrace_projection_sink_row_changes", "connector", sink))
                    .isPositive();
            for (String plugin : storing) {
                assertThat(scrape.sum("millrace_payloads_stored_payloads", "plugin", plugin))
                        .as(plugin)
                        .isPositive();
            }
            assertThat(scrape.sum("millrace_table_entries", "topic", "shop.countries"))
                    .isPositive();
            assertThat(scrape.sum("millrace_table_state", "state", "READY")).isPositive();
            assertThat(scrape.sum("millrace_topic_source_heartbeats", "connector", "subscriptions"))
                    .isPositive();
            assertThat(scrape.sum("millrace_payloads_restored_payloads", "plugin", "ProjectionSink"))
                    .isPositive();
            assertThat(scrape.metrics()).contains("millrace_spool_source_objects_waiting");
            assertThat(Scrape.of(serviceMetrics).sum("millrace_spooling_producer_spooled", "client_id", "visits"))
                    .isPositive();
            assertThat(scrape.sum("millrace_channel_sink_history_bytes", "connector", "order-channels"))
                    .isPositive();
        });
    }

    private static void write() throws SQLException {
        try (Connection shop = pipeline.connectToShop()) {
            insert(
                    shop,
                    "INSERT INTO orders (customer_id, status, currency, total, placed_at) VALUES (7, 'PLACED', ?,"
                            + " 19.90, NOW(6))",
                    "EUR");
            // No rule matches a subscription without a payment, so a heartbeat carries its position.
            insert(shop, "INSERT INTO subscriptions (customer_id, price) VALUES (7, ?)", "9.90");
            insert(
                    shop,
                    "INSERT INTO products (sku, name, price, image, image_type) VALUES ('lamp', 'Lamp', 9.90, ?,"
                            + " 'image/png')",
                    "x".repeat(LARGE));
            insert(
                    shop,
                    "INSERT INTO sites (name, document) VALUES ('site', ?)",
                    "{\"apps\": [{\"id\": \"chat\", \"version\": \"1.0\", \"enabled\": true}], \"pages\": [\""
                            + "y".repeat(LARGE) + "\"]}");
        }
    }

    private static void insert(Connection shop, String sql, String value) throws SQLException {
        try (PreparedStatement statement = shop.prepareStatement(sql)) {
            statement.setString(1, value);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
