package io.millrace.it.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.testing.servers.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * One HTTP request becomes a statement, an event, a consumer's statement, a second event, and so on to the view's row, and lines of
 * the logs of four processes, all with the request's id and trace. {@code docs/request.md} shows what this test observes.
 */
class RequestLoopIT {
    private static final Path PAGE = Path.of("../docs/request.md");
    private static final Duration TIME_TO_PASS = Duration.ofMinutes(2);
    private static final String REQUEST = "click-5f1c";
    private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final Map<String, ServiceProcess> SERVICES = new HashMap<>();
    private static LocalPipeline pipeline;
    private static URI address;

    @BeforeAll
    static void start() throws Exception {
        Path directory = ServerDirectories.newDirectory("loop");
        pipeline = LocalPipeline.start(Installation.locate(), directory);
        pipeline.rest().setLogLevel("io.millrace.connectors.projection.write", "TRACE");
        pipeline.rest().postAll(List.of(ShopConnectors.file("10-shop-source"), ShopConnectors.file("21-order-status")));
        Map<String, String> environment = Map.of(
                "SHOP_SERVICE_URL", pipeline.mysql().jdbcUrl("shop"),
                "SHOP_SERVICE_PASSWORD", pipeline.servicePassword(),
                "KAFKA_BOOTSTRAP_SERVERS", pipeline.bootstrapServers(),
                "PORT", "0");
        for (String name : List.of("orders", "payments", "shipping")) {
            SERVICES.put(
                    name,
                    ServiceProcess.start(
                            Path.of("../examples/order-services"),
                            "io.millrace.examples.orders.OrderServices",
                            List.of(name),
                            directory.resolve("services"),
                            name,
                            environment));
        }
        address = URI.create(
                SERVICES.get("orders").awaitLine("Answers at (http://\\S+)").group(1));
        SERVICES.get("payments").awaitLine("Waits for OrderPlaced");
        SERVICES.get("shipping").awaitLine("Waits for OrderPaid");
    }

    @AfterAll
    static void stop() throws Exception {
        for (ServiceProcess service : SERVICES.values()) {
            service.close();
        }
        pipeline.close();
    }

    @Test
    void aRequestIsFoundInEveryStep() throws Exception {
        HttpResponse<String> placed = placeOrder("X-Request-Id", REQUEST, "traceparent", TRACEPARENT);
        assertThat(placed.statusCode()).as(placed.body()).isEqualTo(201);
        assertThat(placed.headers().firstValue("X-Request-Id")).contains(REQUEST);
        long order = orderOf(placed);

        String context = REQUEST + " " + TRACEPARENT;
        awaitEvents(order, "OrderPlaced " + context, "OrderPaid " + context, "OrderShipped " + context);
        List<String> seen = new ArrayList<>(Stream.of("OrderPlaced", "OrderPaid", "OrderShipped")
                .map(type -> "| " + type + " | " + REQUEST + " | " + TRACEPARENT + " |")
                .toList());
        seen.addAll(assertStatements(order));
        seen.addAll(assertRow(order));
        seen.addAll(assertLog("orders", SERVICES.get("orders").log(), "Placed order " + order));
        seen.addAll(assertLog(
                "payments",
                SERVICES.get("payments").log(),
                "Received OrderPlaced of order " + order,
                "Paid order " + order));
        seen.addAll(assertLog(
                "shipping",
                SERVICES.get("shipping").log(),
                "Received OrderPaid of order " + order,
                "Shipped order " + order));
        seen.addAll(assertLog(
                "connect", pipeline.worker().log(), "Wrote shop.orders-", "Wrote shop.orders-", "Wrote shop.orders-"));

        String page = Files.readString(PAGE);
        assertThat(seen).allSatisfy(line -> assertThat(page).contains(line));
    }

    @Test
    void aRequestWithoutAnIdGetsOneThatAllStepsHave() throws Exception {
        HttpResponse<String> placed = placeOrder("Accept", "application/json");
        String id = placed.headers().firstValue("X-Request-Id").orElseThrow();
        long order = orderOf(placed);

        awaitEvents(order, "OrderPlaced " + id + " null", "OrderPaid " + id + " null", "OrderShipped " + id + " null");

        HttpResponse<String> tooLate = post(address + "/" + order + "/cancel", "X-Request-Id", "late");
        assertThat(tooLate.statusCode()).isEqualTo(409);
        assertThat(post(address + "/" + Long.MAX_VALUE + "/cancel").statusCode())
                .isEqualTo(404);
    }

    private static HttpResponse<String> placeOrder(String... headers) throws Exception {
        return post(address.toString(), headers);
    }

    private static HttpResponse<String> post(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(path))
                .POST(HttpRequest.BodyPublishers.ofString("customer_id=7&total=19.90"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static long orderOf(HttpResponse<String> placed) throws IOException {
        return new ObjectMapper().readTree(placed.body()).path("order_id").asLong();
    }

    /** With type, request and trace of each event, in their order. */
    private static void awaitEvents(long order, String... events) {
        await("the events of order " + order)
                .atMost(TIME_TO_PASS)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(eventsOf(order)).containsExactly(events));
    }

    private static List<String> eventsOf(long order) {
        return EventLog.records(pipeline.bootstrapServers(), "shop.orders").stream()
                .filter(record -> EventLog.header(record, "ce_subject").equals(Long.toString(order)))
                .map(record -> Stream.of("ce_type", "requestId", "traceparent")
                        .map(name -> EventLog.header(record, name))
                        .collect(Collectors.joining(" ")))
                .toList();
    }

    /** The statements of the services in the binlog have the request in front. */
    private static List<String> assertStatements(long order) throws SQLException {
        String comment = "/*requestId='" + REQUEST + "',traceparent='" + TRACEPARENT + "'*/ ";
        List<String> statements = new ArrayList<>();
        for (String statement : statementsInBinlog()) {
            if (statement.startsWith("/*requestId='" + REQUEST)) {
                statements.add(statement);
            }
        }
        assertThat(statements)
                .containsExactly(
                        comment + "INSERT INTO orders (customer_id, status, currency, total, placed_at)"
                                + " VALUES (7, 'PLACED', 'EUR', 19.90, UTC_TIMESTAMP(6))",
                        comment + "UPDATE orders SET status = 'PAID', paid_at = UTC_TIMESTAMP(6), version = version + 1"
                                + " WHERE id = " + order + " AND status = 'PLACED'",
                        comment + "UPDATE orders SET status = 'SHIPPED', shipped_at = UTC_TIMESTAMP(6),"
                                + " version = version + 1 WHERE id = " + order + " AND status = 'PAID'");
        return statements.stream()
                .map(statement -> statement.replace("id = " + order, "id = 1"))
                .toList();
    }

    private static List<String> statementsInBinlog() throws SQLException {
        List<String> statements = new ArrayList<>();
        try (Connection root = pipeline.connectAsRoot();
                Statement sql = root.createStatement()) {
            List<String> files = new ArrayList<>();
            try (ResultSet row = sql.executeQuery("SHOW BINARY LOGS")) {
                while (row.next()) {
                    files.add(row.getString(1));
                }
            }
            for (String file : files) {
                try (ResultSet event = sql.executeQuery("SHOW BINLOG EVENTS IN '" + file + "'")) {
                    while (event.next()) {
                        if (event.getString("Event_type").equals("Rows_query")) {
                            statements.add(event.getString("Info").substring("# ".length()));
                        }
                    }
                }
            }
        }
        return statements;
    }

    private static List<String> assertRow(long order) throws Exception {
        try (Connection views = pipeline.connectToViews();
                Statement sql = views.createStatement()) {
            await("the view's row of order " + order).atMost(TIME_TO_PASS).untilAsserted(() -> {
                try (ResultSet row = sql.executeQuery(
                        "SELECT status, revision, request_id FROM order_status WHERE order_id = " + order)) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getString(1) + " " + row.getLong(2) + " " + row.getString(3))
                            .isEqualTo("SHIPPED 3 " + REQUEST);
                }
            });
        }
        return List.of("| SHIPPED | 3 | " + REQUEST + " |");
    }

    /**
     * The lines about the request are these, and have its trace.
     *
     * @return the lines as the page shows them
     */
    private static List<String> assertLog(String name, Path log, String... messages) {
        await("the lines of " + name).atMost(TIME_TO_PASS).untilAsserted(() -> {
            List<String> lines = linesOfRequest(log);
            assertThat(lines).hasSize(messages.length).allSatisfy(line -> assertThat(line)
                    .contains("traceparent=" + TRACEPARENT));
            for (int i = 0; i < messages.length; i++) {
                assertThat(lines.get(i)).contains(messages[i]);
            }
        });
        return linesOfRequest(log).stream()
                .map(line -> name + ".log " + shorten(line))
                .distinct()
                .toList();
    }

    private static List<String> linesOfRequest(Path log) {
        return ServiceProcess.lines(log).stream()
                .filter(line -> line.contains("requestId=" + REQUEST))
                .toList();
    }

    /** Without time and logger, and with the same number of order, task and offset in each run. */
    private static String shorten(String line) {
        return line.replaceFirst("^\\[[^]]*] ", "")
                .replaceFirst(" \\([\\w.]+\\)$", "")
                .replaceFirst("order \\d+", "order 1")
                .replaceFirst("\\|task-\\d+]", "|task-0]")
                .replaceFirst("shop\\.orders-\\d+@\\d+", "shop.orders-0@0");
    }
}
