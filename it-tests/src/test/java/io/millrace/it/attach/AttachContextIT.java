package io.millrace.it.attach;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.events.EventHeaders;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.transforms.InjectContext;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/attach-context.md: its snippets are these sources, and what they write reaches the binlog and is read again. */
class AttachContextIT {
    private static final Path PAGE = Path.of("../docs/attach-context.md");
    private static final Path SOURCES = Path.of("src/test/java/io/millrace/it/attach");
    private static final String USER = "service";
    private static final String PASSWORD = "service";
    private static final Map<String, String> CONTEXT = Map.of(
            "requestId", "5f1c",
            "userId", "ann's /* \\ *% 100%?",
            "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

    private static MySqlServer server;

    @BeforeAll
    static void start() throws SQLException {
        server = MySqlServer.start(Installation.locate(), ServerDirectories.newDirectory("attach"), Map.of());
        try (Connection root = server.connectAsRoot();
                Statement sql = root.createStatement()) {
            sql.execute("CREATE DATABASE shop");
            sql.execute("CREATE TABLE shop.orders (id BIGINT PRIMARY KEY, status VARCHAR(20), version INT DEFAULT 1)");
            sql.execute("INSERT INTO shop.orders (id, status) VALUES (1, 'X'), (2, 'X'), (3, 'X'), (4, 'X')");
            sql.execute("CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD + "'");
            sql.execute("GRANT ALL ON shop.* TO '" + USER + "'@'%'");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void endRequest() {
        RequestComment.set(Map.of());
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
        assertThat(snippets).hasSize(6).allSatisfy(snippet -> assertThat(page).contains("```java\n" + snippet + "```"));
        assertThat(page.split("```java\n", -1)).hasSize(snippets.size() + 1);
    }

    @Test
    void jdbc() throws Exception {
        assertThat(contextOf(() -> {
                    try (Connection connection = server.connect("shop", USER, PASSWORD)) {
                        JdbcOrders.pay(connection, 1);
                    }
                }))
                .isEqualTo(CONTEXT);
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
            assertThat(contextOf(() -> JooqOrders.ship(JooqOrders.context(connection), 3)))
                    .isEqualTo(CONTEXT);
        }
    }

    @Test
    void sendsTheStatementAsItIsOutsideARequest() throws Exception {
        assertThat(RequestComment.appendTo("SELECT 1")).isEqualTo("SELECT 1");
        RequestComment.set(Map.of());
        assertThat(RequestComment.appendTo("SELECT 1")).isEqualTo("SELECT 1");
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
        RequestComment.set(CONTEXT);
        write.run();
        return context(statementAfter(start));
    }

    /** What InjectContext makes of this statement. */
    private static Map<String, String> context(String statement) {
        InjectContext<SourceRecord> transform = new InjectContext<>();
        transform.configure(Map.of("sources", "comment"));
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
