package io.millrace.it.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.LocalPipeline;
import io.millrace.local.page.Page;
import io.millrace.local.page.PipelineState;
import io.millrace.local.page.RedriveDesk;
import io.millrace.local.quickstart.ShopService;
import io.millrace.local.quickstart.ShopTraffic;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.tools.Millrace;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/** The quickstart's page, over a real pipeline, and in a real browser if the machine has one. */
class PageIT {
    private static final Duration TIME_TO_SHOW = Duration.ofSeconds(60);

    private static final String REQUEST = "req-page-7";
    private static final List<String> MILLRACE = List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Dlog4j2.configurationFile=classpath:io/millrace/tools/log4j2-command.properties",
            "-cp",
            System.getProperty("java.class.path"),
            Millrace.class.getName());

    private static LocalPipeline pipeline;
    private static Path directory;
    private static Connection shop;
    private static Page page;

    @BeforeAll
    static void startPipeline() throws Exception {
        Installation installation = Installation.locate();
        directory = ServerDirectories.newDirectory("page");
        pipeline = LocalPipeline.start(installation, directory);
        pipeline.postAll(ProjectFiles.of(installation).connectConfigs());
        shop = pipeline.connectToShop();
        ShopTraffic traffic = new ShopTraffic(new ShopService(shop), 1);
        page = Page.start(
                ServerDirectories.newDirectory("page-server"),
                new PipelineState(pipeline),
                directory,
                () -> traffic.placeOrder().context().requestId(),
                new RedriveDesk(pipeline, directory.resolve("plans"), () -> MILLRACE),
                Optional.empty());
    }

    @AfterAll
    static void stopPipeline() throws Exception {
        page.close();
        shop.close();
        pipeline.close();
    }

    @Test
    void answersNobodyWithoutTheTokenOrWithAnotherHost() throws Exception {
        URI link = URI.create(page.link());
        URI root = link.resolve("/");
        String token = link.getQuery().substring("token=".length());
        assertThat(status("GET", link, "")).isEqualTo(200);
        assertThat(status("GET", root, "")).isEqualTo(403);
        assertThat(status("GET", root.resolve("/?token=0"), "")).isEqualTo(403);
        assertThat(status("GET", root.resolve("/state"), token)).isEqualTo(200);
        assertThat(status("GET", root.resolve("/state"), "")).isEqualTo(403);
        assertThat(status("GET", root.resolve("/state?token=" + token), "")).isEqualTo(403);
        assertThat(status("POST", root.resolve("/orders?token=" + token), "")).isEqualTo(403);
        assertThat(status("GET", root.resolve("/logs?text=shop"), token)).isEqualTo(200);
        assertThat(status("GET", root.resolve("/logs?text=shop"), "")).isEqualTo(403);
        assertThat(status("GET", root.resolve("/orders"), token)).isEqualTo(404);
        for (String path : List.of("/redrive/plan?connector=renewals", "/redrive/run?plan=" + "0".repeat(32))) {
            assertThat(status("POST", root.resolve(path), "")).isEqualTo(403);
            assertThat(status("GET", root.resolve(path), token)).isEqualTo(404);
        }
        assertThat(status("GET", root.resolve("/../etc/passwd"), token)).isEqualTo(404);
        // As a page of another origin would ask for it after its name's address was changed.
        assertThat(answerTo(root, "Host: shop.example:" + root.getPort(), token))
                .contains("421");
        assertThat(answerTo(root, "Host: 127.0.0.1:" + root.getPort(), token)).contains("200 OK");
    }

    @Test
    void plansARedriveOfAConnectorAndRunsExactlyThePlan() throws Exception {
        try (Connection root = pipeline.connectAsRoot();
                Statement sql = root.createStatement()) {
            // A view that is empty cannot be told from one that was emptied.
            String subscribe = "INSERT INTO shop.subscriptions (id, customer_id, price, next_payment_at) VALUES ";
            sql.execute(subscribe + "(6, 1, 5.00, '2020-01-31 12:00:00')");
            await("the first renewal")
                    .atMost(TIME_TO_SHOW)
                    .until(() -> count(sql, "SELECT COUNT(*) FROM views.subscription_renewals") == 1);
            sql.execute("ALTER TABLE views.subscription_renewals MODIFY spent DECIMAL(3, 2) NOT NULL");
            sql.execute(subscribe + "(7, 1, 19.90, '2020-01-31 12:00:00')");
            await("the held renewal")
                    .atMost(TIME_TO_SHOW)
                    .until(() ->
                            count(sql, "SELECT COUNT(*) FROM views.millrace_held WHERE connector = 'renewals'") == 1);
            sql.execute("ALTER TABLE views.subscription_renewals MODIFY spent DECIMAL(20, 2) NOT NULL");

            JsonNode plan = post("/redrive/plan?connector=renewals", 200);
            assertThat(plan.path("letters").asInt()).isEqualTo(1);
            assertThat(plan.path("output").asText())
                    .contains("renewals.dlq-0@0", "1  to renewals.retry", "1  from shop.renewals", "spent");
            assertThat(count(sql, "SELECT COUNT(*) FROM views.subscription_renewals"))
                    .isEqualTo(1);

            assertThat(post("/redrive/run?plan=" + plan.path("plan").asText(), 200)
                            .path("output")
                            .asText())
                    .contains("1 letters were sent");
            await("the renewal in its view")
                    .atMost(TIME_TO_SHOW)
                    .until(() -> count(
                                    sql,
                                    "SELECT COUNT(*) FROM views.subscription_renewals"
                                            + " WHERE subscription_id = 7 AND renewals = 1 AND spent = 19.90")
                            == 1);
        }
        assertThat(post("/redrive/plan?connector=shop-source", 400)
                        .path("error")
                        .asText())
                .contains("a connector with a dead letter queue, found shop-source");
        assertThat(post("/redrive/run?plan=../plans", 400).path("error").asText())
                .contains("a plan of this page, found ../plans");
    }

    private static long count(Statement sql, String query) throws SQLException {
        try (ResultSet row = sql.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static JsonNode post(String path, int status) throws Exception {
        URI link = URI.create(page.link());
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(link.resolve(path))
                                .header("X-Millrace-Token", link.getQuery().substring("token=".length()))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return new ObjectMapper().readTree(answer.body());
    }

    @Test
    void showsRowsOnTheirWayInABrowser() throws Exception {
        ChromeDriver browser = Chromium.start(1280, 1100);
        try {
            browser.get(page.link());
            awaitText(browser, "connectors", "shop-source", "order-status", "RUNNING");

            refuseRecord();
            awaitText(browser, "letters", "order-status", "shop.orders-");
            awaitText(browser, "redrives", "Plan a redrive of order-status");
            browser.findElement(By.cssSelector("#redrives button[value=order-status]"))
                    .click();
            awaitText(browser, "plan", "order-status.dlq-0@0", "1  to shop.orders", "are in the plan");
            awaitText(browser, "run", "Run this plan");
            insertMarkup();
            awaitText(browser, "events", "<img src=x onerror=document.title='run'>");
            assertThat(browser.findElements(By.cssSelector("#events img"))).isEmpty();
            assertThat(browser.getTitle()).isEqualTo("Millrace quickstart");

            browser.findElement(By.id("place")).click();
            awaitText(
                    browser,
                    "events",
                    "INSERT INTO orders",
                    "shop-source events.rule.1",
                    "OrderPlaced in shop.orders-",
                    "order-status order_status: order_id=",
                    "ms after the commit");
            // The filter is the request of the button's order.
            assertThat(browser.findElements(By.className("card"))).hasSize(1);
            draw(browser);
            findsDeadLettersAndLogLinesOfARequest(browser);
        } finally {
            browser.quit();
        }
    }

    private static void findsDeadLettersAndLogLinesOfARequest(ChromeDriver browser) throws IOException {
        Files.writeString(
                directory.resolve("shop-service.log"),
                "INFO <img src=x onerror=document.title='run'> {requestId=" + REQUEST + "}\nINFO another request\n");
        WebElement filter = browser.findElement(By.id("filter"));
        filter.clear();
        filter.sendKeys(REQUEST);
        awaitText(browser, "letters", "order-status", "shop.orders-");
        awaitText(browser, "logs", "shop-service.log", "<img src=x", "connect/connect.log", "Refused shop.orders-");
        assertThat(browser.findElement(By.id("logs")).getText()).doesNotContain("another request");
        assertThat(browser.findElements(By.cssSelector("#logs img"))).isEmpty();
        assertThat(browser.getTitle()).isEqualTo("Millrace quickstart");
    }

    private static void awaitText(ChromeDriver browser, String id, String... texts) {
        await().atMost(TIME_TO_SHOW).ignoreExceptions().untilAsserted(() -> assertThat(
                        browser.findElement(By.id(id)).getText())
                .contains(texts));
    }

    private static void refuseRecord() throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", pipeline.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            ProducerRecord<String, String> record = new ProducerRecord<>(
                    "shop.orders",
                    "{\"schema\":null,\"payload\":{\"order_id\":1}}",
                    "{\"schema\":null,\"payload\":{\"status\":\"PLACED\"}}");
            record.headers().add("ce_type", "OrderPlaced".getBytes(StandardCharsets.UTF_8));
            record.headers().add("requestId", REQUEST.getBytes(StandardCharsets.UTF_8));
            producer.send(record).get();
        }
    }

    private static void insertMarkup() throws Exception {
        try (Connection connection = pipeline.connectToShop();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO sites (name, document) VALUES"
                    + " ('<img src=x onerror=document.title=\\'run\\'>', '{\"apps\": []}')");
        }
    }

    private static void draw(ChromeDriver browser) throws IOException {
        if (Chromium.draws()) {
            WebElement filter = browser.findElement(By.id("filter"));
            filter.clear();
            filter.sendKeys("Order");
            // So that events are in the picture.
            browser.manage().window().setSize(new Dimension(1280, 1700));
            Chromium.draw(browser, "quickstart-page.png");
        }
    }

    private static String answerTo(URI server, String host, String token) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.getOutputStream()
                    .write(("GET /state HTTP/1.1\r\n" + host + "\r\nX-Millrace-Token: " + token
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    private static int status(String method, URI address, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).method(method, HttpRequest.BodyPublishers.noBody());
        if (!token.isEmpty()) {
            request.header("X-Millrace-Token", token);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
