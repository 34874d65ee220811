package io.millrace.it.attach;

import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.jdbc.MysqlDataSource;
import com.sun.net.httpserver.HttpServer;
import io.millrace.client.context.RequestContext;
import io.millrace.events.EventHeaders;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.transforms.InjectContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.source.SourceRecord;
import org.hibernate.SessionFactory;
import org.jooq.CloseableQuery;
import org.jooq.DSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/attach-context.md: its snippets are these sources, and what they write reaches the binlog and is read again. */
class AttachContextIT {
    private static final Path PAGE = Path.of("../docs/attach-context.md");
    private static final Path SOURCES = Path.of("src/test/java/io/millrace/it/attach");
    /** Where a container runs the snippet. */
    private static final Path SERVLETS = Path.of(
            "../clients/context-servlet/src/test/java/io/millrace/client/context/servlet/ContextFilterTest.java");

    private static final List<String> LIBRARIES =
            List.of("context", "context-jdbc", "context-kafka", "context-servlet", "context-hibernate", "context-jooq");
    private static final String USER = "service";
    private static final String PASSWORD = "service";
    private static final Map<String, String> CONTEXT = Map.of(
            "requestId", "5f1c",
            "userId", "ann's /* \\ *% 100%?",
            "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

    private static MySqlServer server;
    private static DataSource orders;

    @BeforeAll
    static void start() throws SQLException {
        server = MySqlServer.start(Installation.locate(), ServerDirectories.newDirectory("attach"), Map.of());
        try (Connection root = server.connectAsRoot();
                Statement sql = root.createStatement()) {
            sql.execute("CREATE DATABASE shop");
            sql.execute("CREATE TABLE shop.orders (id BIGINT PRIMARY KEY, status VARCHAR(20), version INT DEFAULT 1)");
            sql.execute("INSERT INTO shop.orders (id, status) VALUES (1, 'X'), (2, 'X'), (3, 'X'), (4, 'X')");
            sql.execute("CREATE PROCEDURE shop.pay(IN a BIGINT) UPDATE orders SET status = 'CALLED' WHERE id = a");
            sql.execute("CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD + "'");
            sql.execute("GRANT ALL ON shop.* TO '" + USER + "'@'%'");
        }
        MysqlDataSource pool = new MysqlDataSource();
        pool.setUrl(server.jdbcUrl("shop"));
        pool.setUser(USER);
        pool.setPassword(PASSWORD);
        orders = JdbcOrders.of(pool);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void thePageShowsTheSourcesOfThisTest() throws IOException {
        String page = Files.readString(PAGE);
        List<String> snippets = new ArrayList<>();
        try (Stream<Path> sources = Files.list(SOURCES)) {
            sources.filter(path -> !path.endsWith("AttachContextIT.java"))
                    .sorted()
                    .forEach(path -> snippets.addAll(snippets(path)));
        }
        snippets.addAll(snippets(SERVLETS));
        assertThat(snippets).hasSize(8).allSatisfy(snippet -> assertThat(page).contains("```java\n" + snippet + "```"));
        assertThat(page.split("```java\n", -1)).hasSize(snippets.size() + 1);
        for (String library : LIBRARIES) {
            String readme = Files.readString(Path.of("../clients", library, "README.md"));
            String snippet = readme.substring(readme.indexOf("```java\n") + 8);
            assertThat(snippets).contains(snippet.substring(0, snippet.indexOf("```")));
        }
    }

    @Test
    void jdbc() throws Exception {
        assertThat(contextOf(() -> JdbcOrders.pay(orders, 1))).isEqualTo(CONTEXT);
        assertThat(contextOf(() -> JdbcOrders.payPlainly(orders, 1))).isEqualTo(CONTEXT);
        assertThat(contextOf(() -> JdbcOrders.payInBatch(orders, 1))).isEqualTo(CONTEXT);
    }

    /** The page's table: the binlog contains the statement of the routine. */
    @Test
    void aCallHasNoContext() throws Exception {
        assertThat(contextOf(() -> JdbcOrders.payByCall(orders, 1))).isEmpty();
    }

    @Test
    void hibernate() throws Exception {
        try (SessionFactory sessions = HibernateOrders.sessions(server.jdbcUrl("shop"), USER, PASSWORD)) {
            assertThat(contextOf(() -> HibernateOrders.cancel(sessions, 2))).isEqualTo(CONTEXT);
        }
    }

    @Test
    void jooq() throws Exception {
        try (Connection connection = server.connect("shop", USER, PASSWORD)) {
            DSLContext context = JooqOrders.context(connection);
            assertThat(contextOf(() -> JooqOrders.ship(context, 3))).isEqualTo(CONTEXT);
            assertThat(contextOf(() -> JooqOrders.shipInBatch(context, 3))).isEqualTo(CONTEXT);
            try (CloseableQuery kept = JooqOrders.keepStatement(context, 3)) {
                assertThat(contextOf(kept::execute)).isEqualTo(CONTEXT);
                long start = position();
                kept.execute();
                assertThat(context(statementAfter(start))).isEmpty();
                assertThat(contextOf(kept::execute)).isEqualTo(CONTEXT);
            }
        }
    }

    @Test
    void otherThreads() throws Exception {
        ExecutorService workers = ServiceThreads.workers();
        try {
            assertThat(contextOf(() -> ServiceThreads.payLater(workers, AttachContextIT::pay)
                            .get()))
                    .isEqualTo(CONTEXT);
            long start = position();
            ServiceThreads.handle("9", "a\nb", AttachContextIT::pay);
            assertThat(injected(statementAfter(start), "requestId,userId,tenant"))
                    .isEqualTo(Map.of("requestId", "9", "tenant", "eu-1"));
        } finally {
            workers.shutdownNow();
        }
    }

    @Test
    void httpServer() throws Exception {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        HttpOrders.serve(http, exchange -> {
            pay();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        http.start();
        try {
            long start = position();
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/orders"))
                    .headers("X-Request-Id", "5f1c", "X-Tenant", "t", "traceparent", CONTEXT.get("traceparent"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(204);
            assertThat(injected(statementAfter(start), "requestId,tenant,traceparent"))
                    .isEqualTo(Map.of("requestId", "5f1c", "tenant", "t", "traceparent", CONTEXT.get("traceparent")));
        } finally {
            http.stop(0);
        }
    }

    /** The next event has the request, too. */
    @Test
    void aConsumerThatWritesPassesTheRequestOn() throws Exception {
        TopicPartition partition = new TopicPartition("shop.OrderPaid", 0);
        MockConsumer<String, String> consumer = new MockConsumer<>("earliest");
        consumer.assign(List.of(partition));
        consumer.updateBeginningOffsets(Map.of(partition, 0L));
        ConsumerRecord<String, String> record = new ConsumerRecord<>(partition.topic(), 0, 0, "1", "paid");
        CONTEXT.forEach((key, value) -> record.headers().add(key, value.getBytes(StandardCharsets.UTF_8)));
        consumer.addRecord(record);

        long start = position();
        OrderConsumer.handleRecords(consumer, handled -> pay());
        assertThat(context(statementAfter(start))).isEqualTo(CONTEXT);
    }

    /** The page's options make the agent comment a service that does not know of it, and only where it has no comment. */
    @Test
    void openTelemetryAgent() throws Exception {
        Map<String, String> options = new TreeMap<>();
        Files.readString(PAGE)
                .lines()
                .filter(line -> line.startsWith("OTEL_INSTRUMENTATION_JDBC"))
                .forEach(line -> options.put(line.split("=", 2)[0], line.split("=", 2)[1]));
        assertThat(options).hasSize(1);
        long start = position();
        ProcessBuilder service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-javaagent:" + System.getProperty("millrace.it.agent"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TracedService.class.getName(),
                        server.jdbcUrl("shop"),
                        USER,
                        PASSWORD)
                .redirectErrorStream(true);
        service.environment().putAll(options);
        service.environment()
                .putAll(Map.of(
                        "OTEL_TRACES_EXPORTER", "none",
                        "OTEL_METRICS_EXPORTER", "none",
                        "OTEL_LOGS_EXPORTER", "none"));
        Process process = service.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        String trace = output.substring(output.lastIndexOf("trace=") + 6).strip();

        assertThat(trace).matches("[0-9a-f]{32}");
        assertThat(context(statementAfter(start)))
                .hasEntrySatisfying("traceparent", parent -> assertThat(parent).startsWith("00-" + trace + "-"));
    }

    private interface Write {
        void run() throws Exception;
    }

    private static Map<String, String> contextOf(Write write) throws Exception {
        long start = position();
        RequestContext.builder().putAll(CONTEXT).build().call(() -> {
            write.run();
            return null;
        });
        return context(statementAfter(start));
    }

    private static void pay() {
        try {
            JdbcOrders.pay(orders, 1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What InjectContext makes of this statement. */
    private static Map<String, String> context(String statement) {
        return injected(statement, "requestId,userId,traceparent");
    }

    private static Map<String, String> injected(String statement, String keys) {
        InjectContext<SourceRecord> transform = new InjectContext<>();
        transform.configure(Map.of("sources", "comment", "keys", keys));
        Map<String, Object> change = Map.of("op", "u", "source", Map.of("query", statement), "after", Map.of("id", 1L));
        SourceRecord record = transform.apply(new SourceRecord(Map.of(), Map.of(), "shop.orders", null, change));
        Map<String, String> context = new TreeMap<>();
        record.headers()
                .forEach(header ->
                        context.put(header.key(), EventHeaders.text(header).orElseThrow()));
        return context;
    }

    private static long position() throws SQLException {
        try (Connection root = server.connectAsRoot();
                Statement sql = root.createStatement();
                ResultSet status = sql.executeQuery("SHOW MASTER STATUS")) {
            status.next();
            return status.getLong(2);
        }
    }

    /** The text of the first statement in the binlog behind this position. */
    private static String statementAfter(long position) throws SQLException {
        try (Connection root = server.connectAsRoot();
                Statement sql = root.createStatement()) {
            String file;
            try (ResultSet status = sql.executeQuery("SHOW MASTER STATUS")) {
                status.next();
                file = status.getString(1);
            }
            try (ResultSet event = sql.executeQuery("SHOW BINLOG EVENTS IN '" + file + "' FROM " + position)) {
                while (event.next()) {
                    if (event.getString("Event_type").equals("Rows_query")) {
                        return event.getString("Info").substring("# ".length());
                    }
                }
            }
        }
        throw new AssertionError("No statement in the binlog behind " + position);
    }

    /** What stands between the marks in a source. */
    private static List<String> snippets(Path source) {
        try {
            List<String> snippets = new ArrayList<>();
            StringBuilder snippet = null;
            for (String line : Files.readAllLines(source)) {
                if (line.strip().startsWith("// page:")) {
                    snippet = new StringBuilder();
                } else if (line.strip().equals("// end")) {
                    // A last line without text would count as one without indentation.
                    snippets.add(snippet.toString().stripTrailing().stripIndent() + "\n");
                    snippet = null;
                } else if (snippet != null) {
                    snippet.append(line).append('\n');
                }
            }
            return snippets;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
