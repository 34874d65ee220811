package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.TestPipeline;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A worker under OpenTelemetry's real agent: events are made in spans of the traces that their requests belong to. */
class TracingIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SERVICE_SPAN = "00f067aa0ba902b7";
    private static final String TOPIC = "traced.orders";
    private static final long FIRST_ID = 9_000_000;

    @Test
    void theEventsHeaderNamesASpanOfTheRequestsTrace() throws Exception {
        LocalPipeline pipeline = TestPipeline.shared();
        Path page = Path.of("../docs/attach-context.md");
        Map<String, String> environment = new HashMap<>(pipeline.environment());
        Files.readString(page)
                .lines()
                .filter(line -> line.startsWith("OTEL_INSTRUMENTATION_KAFKA"))
                .forEach(line -> environment.put(line.split("=", 2)[0], line.split("=", 2)[1]));
        environment.putAll(Map.of(
                "JAVA_TOOL_OPTIONS", "-javaagent:" + System.getProperty("millrace.it.agent"),
                "OTEL_TRACES_EXPORTER", "console",
                "OTEL_METRICS_EXPORTER", "none",
                "OTEL_LOGS_EXPORTER", "none"));
        Map<String, String> group = Map.of(
                "group.id", "traced",
                "config.storage.topic", "traced-configs",
                "offset.storage.topic", "traced-offsets",
                "status.storage.topic", "traced-status");
        try (ConnectWorker worker = ConnectWorker.start(
                        Installation.locate(),
                        List.of(LocalPipeline.pluginFolder(Installation.locate())),
                        ServerDirectories.newDirectory("traced"),
                        pipeline.broker(),
                        group,
                        environment);
                Connection shop = pipeline.connectToShop();
                Statement sql = shop.createStatement()) {
            worker.rest().post(source());
            worker.rest().awaitRunning("traced-source", Duration.ofMinutes(2));

            long[] id = {FIRST_ID};
            await("a traced event")
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptions()
                    .until(() -> {
                        sql.executeUpdate(
                                "INSERT INTO orders (id, customer_id, status, currency, total, placed_at) VALUES ("
                                        + id[0]++ + ", 1, 'PLACED', 'EUR', 1, NOW()) /*requestId='r-1',traceparent='00-"
                                        + TRACE
                                        + "-" + SERVICE_SPAN + "-01'*/");
                        return !parents(pipeline).isEmpty();
                    });
            String parent = parents(pipeline).get(0);
            assertThat(parent).matches("00-" + TRACE + "-[0-9a-f]{16}-01").doesNotContain(SERVICE_SPAN);

            String span = parent.substring(36, 52);
            await("the span in the agent's output")
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(spans(worker))
                            .contains("'ToOfficialEvent OrderPlaced' : " + TRACE + " " + span + " PRODUCER")
                            .contains("messaging.destination.name=" + TOPIC)
                            .contains("cloudevents.event_type=OrderPlaced"));
            worker.rest().delete("traced-source");
            sql.executeUpdate("DELETE FROM orders WHERE id >= " + FIRST_ID);
        }
    }

    private static List<String> parents(LocalPipeline pipeline) {
        return EventLog.read(
                pipeline.broker().bootstrapServers(), TOPIC, record -> EventLog.header(record, "traceparent"));
    }

    private static String spans(ConnectWorker worker) throws Exception {
        return Files.readString(worker.log())
                .lines()
                .filter(line -> line.contains("'ToOfficialEvent "))
                .collect(Collectors.joining("\n"));
    }

    private static ObjectNode source() throws Exception {
        ObjectNode body = (ObjectNode) new ObjectMapper()
                .readTree(ShopConnectors.file("10-shop-source").toFile());
        body.put("name", "traced-source");
        ObjectNode config = (ObjectNode) body.path("config");
        config.put("topic.prefix", "traced")
                .put("database.server.id", "5599")
                .put("snapshot.mode", "no_data")
                .put("schema.history.internal.kafka.topic", "traced.schema-history")
                .put("events.table.1", config.path("events.table.1").asText() + "; topic: " + TOPIC);
        return body;
    }
}
