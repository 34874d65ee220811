package io.millrace.it.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.it.shop.PostgresShopPipeline;
import io.millrace.testing.servers.SqlScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code millrace new}, {@code check}, {@code record} and {@code preview} for tables in PostgreSQL with every usual type: what new
 * writes is posted, and the views equal the tables.
 */
class PostgresCommandsIT {
    private static final Duration ENOUGH = Duration.ofMinutes(3);
    private static final String SOURCE_PASSWORD = "hush-1133";
    private static final String SINK_PASSWORD = "hush-7351";
    private static final List<String> TABLES = List.of(
            "CREATE TYPE mood AS ENUM ('good', 'it''s')",
            "CREATE TABLE all_types (id BIGINT PRIMARY KEY, c_int2 SMALLINT, c_int4 INTEGER, c_numeric NUMERIC(12, 2),"
                    + " c_float4 REAL, c_float8 DOUBLE PRECISION, c_bool BOOLEAN, c_date DATE, c_time TIME,"
                    + " c_timestamp TIMESTAMP, c_timestamp3 TIMESTAMP(3), c_timestamptz TIMESTAMPTZ, c_char CHAR(5),"
                    + " c_varchar VARCHAR(40), c_text TEXT, c_mood mood, c_uuid UUID, c_json JSON, c_jsonb JSONB,"
                    + " c_bytea BYTEA, c_inet INET, c_twice BIGINT GENERATED ALWAYS AS (id * 2) STORED,"
                    + " row_version INTEGER NOT NULL)",
            "CREATE TABLE \"order-lines\" (\"order\" UUID, \"line no\" INTEGER, note TEXT, PRIMARY KEY (\"order\", \"line no\"))",
            "CREATE TABLE plain (id INTEGER PRIMARY KEY, amount INTEGER)",
            "CREATE TABLE keyless (a INTEGER)",
            "CREATE VIEW a_view AS SELECT 1 AS one",
            "INSERT INTO all_types VALUES (1, -32768, 2147483647, 1234567890.12, 1.1, -2.5e-300, true, '2001-02-03',"
                    + " '23:59:59.999999', '2001-02-03 04:05:06.000007', '2001-02-03 04:05:06.007',"
                    + " '2101-02-03 04:05:06.000007+00', 'ab', 'it''s', 'ä€𝄞', 'it''s',"
                    + " '6b1d7f0e-0000-4000-8000-000000000001', '{\"a\": [1, null]}', '{\"b\": \"ä\"}', '\\x00ff', '::1',"
                    + " DEFAULT, 1)",
            "INSERT INTO all_types (id, row_version) VALUES (2, 1)",
            "INSERT INTO \"order-lines\" VALUES ('6b1d7f0e-0000-4000-8000-000000000002', 1, 'first')",
            "INSERT INTO plain VALUES (1, 5)");

    private PostgresShopPipeline pipeline;
    private Connection owner;
    private Statement sql;

    @TempDir
    Path folder;

    @BeforeEach
    void createTheTables() throws Exception {
        pipeline = PostgresShopPipeline.shared();
        try (Connection superuser = pipeline.postgres().connectAsSuperuser("postgres");
                Statement statement = superuser.createStatement()) {
            statement.execute("CREATE DATABASE odd");
            statement.execute("CREATE DATABASE odd_views");
            statement.execute("CREATE ROLE odd_source LOGIN PASSWORD '" + SOURCE_PASSWORD + "'");
            statement.execute("CREATE ROLE odd_sink LOGIN PASSWORD '" + SINK_PASSWORD + "'");
        }
        owner = pipeline.postgres().connectAsSuperuser("odd");
        sql = owner.createStatement();
        for (String statement : TABLES) {
            sql.execute(statement);
        }
        sql.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO odd_source");
    }

    @AfterEach
    void removeConnectors() throws Exception {
        for (String connector : List.of("odd-views", "odd-source")) {
            if (pipeline.rest().connectors().contains(connector)) {
                pipeline.rest().delete(connector);
            }
        }
        owner.close();
    }

    @Test
    void viewsEqualTheTables() throws Exception {
        Path out = folder.resolve("out");
        CommandRun created = create(out);
        assertThat(created.exitCode()).as(created.out() + created.err()).isEqualTo(1);
        assertThat(created.out())
                .contains(
                        "left out: public.keyless: the table has no primary key",
                        "ADD COLUMN id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
                        "left out  c_inet (inet): a view cannot have its type",
                        "OrderLineCreated, OrderLineChanged, OrderLineDeleted on the topic odd.order_lines",
                        "renamed   line no to line_no",
                        "revision  row_version; precondition: ",
                        "ALTER TABLE \"public\".\"all_types\" REPLICA IDENTITY FULL;",
                        "CREATE PUBLICATION odd FOR TABLE ",
                        "ODD_DATABASE_PASSWORD")
                .doesNotContain(SOURCE_PASSWORD, "\"plain\" REPLICA IDENTITY", "c_twice");
        String source = withValues(out.resolve("10-odd-source.json"));
        String sink = withValues(out.resolve("20-odd-views.json"));
        assertThat(CommandRun.of(checkWords(source)).out())
                .contains("ALTER ROLE odd_source REPLICATION", "no publication odd");
        applyStatementsAndViews(created, out);

        check(source);
        pipeline.rest().post(new ObjectMapper().readTree(Path.of(source).toFile()));
        pipeline.rest().awaitRunning("odd-source", ENOUGH);
        check(source);
        await().atMost(ENOUGH)
                .untilAsserted(
                        () -> assertThat(CommandRun.of(checkWords(sink)).out()).doesNotContain("does not exist"));
        check(sink);
        pipeline.rest().post(new ObjectMapper().readTree(Path.of(sink).toFile()));
        pipeline.rest().awaitRunning("odd-views", ENOUGH);
        assertViewsEqualTheTables();

        sql.execute("UPDATE all_types SET c_int2 = 7, c_text = repeat('x', 9000), row_version = 2 WHERE id = 1");
        sql.execute("UPDATE all_types SET c_int2 = 8, row_version = 3 WHERE id = 1");
        sql.execute("DELETE FROM all_types WHERE id = 2");
        sql.execute("UPDATE \"order-lines\" SET \"line no\" = 2");
        sql.execute("INSERT INTO plain VALUES (2, NULL)");
        assertViewsEqualTheTables();
        recordsWithoutTouchingTheSlot(source);
    }

    /** The records have what ids are made of, and the context, which is a message in the log. */
    private void recordsWithoutTouchingTheSlot(String source) throws Exception {
        CommandRun rows = record(source, "--rows", "1");
        assertThat(rows.exitCode()).as(rows.err()).isZero();
        assertThat(rows.out().lines()).hasSize(3);
        assertThat(queryRows("SELECT slot_name FROM pg_replication_slots WHERE database = 'odd'"))
                .containsExactly("[odd]");

        CompletableFuture<CommandRun> recording =
                CompletableFuture.supplyAsync(() -> record(source, "--changes", "2", "--timeout", "120"));
        await().atMost(ENOUGH).pollInterval(Duration.ofSeconds(1)).until(() -> {
            owner.setAutoCommit(false);
            sql.execute("SELECT pg_logical_emit_message(true, 'millrace.context', 'requestId=''r-9''')");
            sql.execute("UPDATE plain SET amount = 1");
            owner.commit();
            owner.setAutoCommit(true);
            return recording.isDone();
        });
        CommandRun changes = recording.join();
        assertThat(changes.exitCode()).as(changes.err()).isZero();
        Path events = Files.writeString(folder.resolve("changes.jsonl"), changes.out());
        CommandRun preview = CommandRun.of("preview", "--config", source, "--events", events.toString(), "--json");
        assertThat(preview.exitCode()).as(preview.out() + preview.err()).isZero();
        assertThat(preview.out().lines().filter(line -> line.contains("PlainChanged")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("\"requestId\":\"r-9\""));
    }

    private CommandRun record(String source, String... words) {
        List<String> command = new ArrayList<>(List.of("record", "--config", source, "--plugin-path", plugins()));
        command.addAll(List.of(words));
        try {
            CommandRun run = CommandRun.inAnotherProcess(folder, command.toArray(String[]::new));
            // The log of tests is printed too.
            String records = run.out()
                    .lines()
                    .filter(line -> line.startsWith("{"))
                    .map(line -> line + "\n")
                    .collect(Collectors.joining());
            return new CommandRun(run.exitCode(), records, run.err());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private CommandRun create(Path out) throws IOException {
        return CommandRun.of(
                "new",
                "--database-url",
                pipeline.postgres().jdbcUrl("odd"),
                "--user",
                "odd_source",
                "--password-file",
                Files.writeString(folder.resolve("password"), SOURCE_PASSWORD + "\n")
                        .toString(),
                "--tables",
                "*",
                "--out",
                out.toString(),
                "--views-url",
                pipeline.postgres().jdbcUrl("odd_views"),
                "--views-user",
                "odd_sink",
                "--payload-store",
                "kafka:odd.chunks");
    }

    /** The printed statements, of the source in its database, and of the sink in that of the views, after the views. */
    private void applyStatementsAndViews(CommandRun created, Path out) throws SQLException {
        List<String> statements = created.out()
                .lines()
                .map(String::strip)
                .filter(line -> line.matches("(GRANT|ALTER|CREATE) .*;"))
                .toList();
        for (String statement : statements) {
            if (!statement.contains("odd_sink")) {
                sql.execute(statement);
            }
        }
        try (Connection views = pipeline.postgres().connectAsSuperuser("odd_views");
                Statement statement = views.createStatement()) {
            new SqlScript(out).apply(views, Map.of());
            for (String grant : statements) {
                if (grant.contains("odd_sink")) {
                    statement.execute(grant);
                }
            }
        }
    }

    private String withValues(Path file) throws IOException {
        String text = Files.readString(file);
        assertThat(text).doesNotContain(SOURCE_PASSWORD, SINK_PASSWORD);
        String filled = text.replace("${env:ODD_DATABASE_PASSWORD}", SOURCE_PASSWORD)
                .replace("${env:VIEWS_DATABASE_PASSWORD}", SINK_PASSWORD)
                .replace("${env:KAFKA_BOOTSTRAP_SERVERS}", pipeline.bootstrapServers());
        assertThat(filled).doesNotContain("${env:");
        return Files.writeString(folder.resolve(file.getFileName()), filled).toString();
    }

    private static String plugins() {
        return PostgresShopPipeline.pluginPath().stream().map(Path::toString).collect(Collectors.joining(","));
    }

    private String[] checkWords(String file) {
        return new String[] {
            "check",
            file,
            "--bootstrap-servers",
            pipeline.bootstrapServers(),
            "--rest",
            pipeline.rest().address().toString(),
            "--plugin-path",
            plugins()
        };
    }

    private void check(String file) {
        CommandRun checked = CommandRun.of(checkWords(file));
        assertThat(checked.exitCode()).as(checked.out() + checked.err()).isZero();
        assertThat(checked.out()).contains("No problems found.");
    }

    private void assertViewsEqualTheTables() {
        Map<String, String> queries = Map.of(
                "SELECT id, c_int2, c_int4, c_numeric, c_float4, c_float8, c_bool, c_date, c_time, c_timestamp, c_timestamp3,"
                        + " c_timestamptz, c_char, c_varchar, c_text, c_mood, c_uuid, c_json::jsonb, c_jsonb, c_bytea,"
                        + " row_version FROM all_types ORDER BY id",
                "SELECT id, c_int2, c_int4, c_numeric, c_float4, c_float8, c_bool, c_date, c_time, c_timestamp, c_timestamp3,"
                        + " c_timestamptz, c_char, c_varchar, c_text, c_mood, c_uuid, c_json::jsonb, c_jsonb, c_bytea,"
                        + " row_version FROM all_types ORDER BY id",
                "SELECT \"order\", \"line no\", note FROM \"order-lines\" ORDER BY 1, 2",
                "SELECT \"order\", line_no, note FROM order_lines ORDER BY 1, 2",
                "SELECT id, amount FROM plain ORDER BY 1",
                "SELECT id, amount FROM plain ORDER BY 1");
        await().atMost(ENOUGH).untilAsserted(() -> {
            try (Connection views = pipeline.postgres().connectAsSuperuser("odd_views")) {
                for (Map.Entry<String, String> query : queries.entrySet()) {
                    assertThat(queryRows(views, query.getValue()))
                            .as(query.getValue())
                            .isEqualTo(queryRows(owner, query.getKey()));
                }
            }
        });
    }

    private List<String> queryRows(String query) throws SQLException {
        return queryRows(owner, query);
    }

    /** Each row as a text of its values. */
    private static List<String> queryRows(Connection connection, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            int columns = row.getMetaData().getColumnCount();
            while (row.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    values.add(row.getString(i));
                }
                rows.add(values.toString());
            }
        }
        return rows;
    }
}
