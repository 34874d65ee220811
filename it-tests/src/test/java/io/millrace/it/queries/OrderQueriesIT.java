package io.millrace.it.queries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.examples.queries.QueryService;
import io.millrace.examples.queries.QuerySettings;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.testing.servers.SqlScript;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The example of a read side, with the views on a server of their own, as the rest of the pipeline dies and the views too. */
class OrderQueriesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "queries";
    private static final int ORDERS = 45;
    private static final Map<String, String> PASSWORDS = Map.of(
            "SHOP_SERVICE_PASSWORD", PASSWORD,
            "SHOP_DATABASE_PASSWORD", PASSWORD,
            "VIEWS_DATABASE_PASSWORD", PASSWORD,
            "VIEWS_READER_PASSWORD", PASSWORD);

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final List<AutoCloseable> STARTED = new ArrayList<>();
    private static MySqlServer shop;
    private static MySqlServer views;
    private static KafkaBroker broker;
    private static ConnectWorker worker;
    private static QueryService service;

    @BeforeAll
    static void start() throws Exception {
        Installation installation = Installation.locate();
        ProjectFiles project = ProjectFiles.of(installation);
        Path directory = ServerDirectories.newDirectory("queries");
        shop = started(MySqlServer.start(installation, directory.resolve("shop"), Map.of()));
        views = started(MySqlServer.start(installation, directory.resolve("views"), Map.of()));
        broker = started(KafkaBroker.start(installation, directory.resolve("kafka"), Map.of()));
        try (Connection root = shop.connectAsRoot()) {
            new SqlScript(project.sourceSql()).apply(root, PASSWORDS);
        }
        try (Connection root = views.connectAsRoot()) {
            new SqlScript(project.viewSql()).apply(root, PASSWORDS);
        }
        worker = started(ConnectWorker.start(
                installation,
                List.of(LocalPipeline.pluginFolder(installation)),
                directory.resolve("connect"),
                broker,
                Map.of(),
                Map.of(
                        "SHOP_DATABASE_HOST",
                        "127.0.0.1",
                        "SHOP_DATABASE_PORT",
                        Integer.toString(shop.port()),
                        "SHOP_DATABASE_USER",
                        "debezium",
                        "SHOP_DATABASE_PASSWORD",
                        PASSWORD,
                        "VIEWS_DATABASE_URL",
                        views.jdbcUrl("views"),
                        "VIEWS_DATABASE_USER",
                        "projector",
                        "VIEWS_DATABASE_PASSWORD",
                        PASSWORD,
                        "KAFKA_BOOTSTRAP_SERVERS",
                        broker.bootstrapServers())));
        for (String file : new String[] {"10-shop-source.json", "21-order-status.json"}) {
            JsonNode body = JSON.readTree(project.connectConfigs().resolve(file).toFile());
            worker.rest().post(body);
            worker.rest().awaitRunning(body.path("name").asText(), Duration.ofMinutes(1));
        }
        service = started(QueryService.start(new QuerySettings(views.jdbcUrl("views"), "order_queries", PASSWORD, 0)));
    }

    @AfterAll
    static void stop() throws Exception {
        for (int i = STARTED.size() - 1; i >= 0; i--) {
            STARTED.get(i).close();
        }
    }

    @Test
    void goesOnAnsweringWhileAllBeforeTheViewsIsDown() throws Exception {
        placeOrders();
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(
                        get("/orders/" + ORDERS + "?revision=1").statusCode())
                .isEqualTo(200));
        readsItsOwnWrites();
        answersAsThePageSays();

        shop.kill();
        broker.kill();
        worker.kill();
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        answersAsThePageSays();
        assertThat(get("/orders/1?revision=99").statusCode()).isEqualTo(412);

        views.kill();
        HttpResponse<String> refused = get("/orders/1");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/live").statusCode()).isEqualTo(200);

        views.restart();
        await().untilAsserted(
                        () -> assertThat(get("/health/ready").statusCode()).isEqualTo(200));
        answersAsThePageSays();
    }

    private static void placeOrders() throws Exception {
        try (Connection connection = shop.connect("shop", "shop", PASSWORD);
                Statement statement = connection.createStatement()) {
            for (int id = 1; id <= ORDERS; id++) {
                // Three at a time are placed in the same moment.
                statement.executeUpdate(
                        "INSERT INTO orders (id, customer_id, status, currency, total, placed_at, version)"
                                + " VALUES (" + id + ", 7, 'PLACED', 'EUR', 19.90, '2026-01-02 03:04:" + (10 + id / 3)
                                + "', 1)");
            }
        }
    }

    private static void readsItsOwnWrites() throws Exception {
        try (Connection connection = shop.connect("shop", "shop", PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE orders SET status = 'PAID', version = 2 WHERE id = 1");
        }
        await().untilAsserted(() -> {
            HttpResponse<String> paid = get("/orders/1?revision=2");
            assertThat(paid.statusCode()).isEqualTo(200);
            assertThat(JSON.readTree(paid.body()).path("status").asText()).isEqualTo("PAID");
            assertThat(paid.headers().firstValue("ETag")).contains("\"2\"");
        });
    }

    private static void answersAsThePageSays() throws Exception {
        HttpResponse<String> order = get("/orders/2");
        assertThat(JSON.readTree(order.body()))
                .isEqualTo(
                        JSON.readTree("{\"order_id\": 2, \"customer_id\": 7, \"status\": \"PLACED\", \"total\": 19.90,"
                                + " \"currency\": \"EUR\", \"placed_at\": \"2026-01-02T03:04:10Z\", \"paid_at\": null,"
                                + " \"shipped_at\": null, \"revision\": 1}"));
        assertThat(Instant.parse(order.headers().firstValue("View-Written-At").orElseThrow()))
                .isBetween(
                        Instant.now().minus(Duration.ofMinutes(5)),
                        Instant.now().plusSeconds(5));
        assertThat(get("/orders/999").statusCode()).isEqualTo(404);
        assertThat(get("/orders/abc").statusCode()).isEqualTo(404);
        assertThat(get("/customers/7/orders?limit=0").statusCode()).isEqualTo(400);
        assertThat(get("/customers/7/orders?after=x").statusCode()).isEqualTo(400);
        assertThat(get("/customers/8/orders").body()).isEqualTo("{\"orders\":[],\"next\":null}");

        List<Integer> paged = new ArrayList<>();
        String next = "/customers/7/orders";
        while (next != null) {
            JsonNode page = JSON.readTree(get(next).body());
            page.path("orders").forEach(row -> paged.add(row.path("order_id").asInt()));
            next = page.path("next").textValue();
        }
        List<Integer> newestFirst = new ArrayList<>();
        for (int id = ORDERS; id > 0; id--) {
            newestFirst.add(id);
        }
        assertThat(paged).isEqualTo(newestFirst);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        URI address = service.address().resolve(path);
        return CLIENT.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    private static <T extends AutoCloseable> T started(T server) {
        STARTED.add(server);
        return server;
    }
}
