package io.millrace.it.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.it.TestPipeline;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.SqlScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace new} for tables with every usual type and odd names: what it writes is posted, and the views equal the tables. */
class NewCommandIT {
    private static final Path SQL = Path.of("../tools/src/test/sql");
    private static final Duration ENOUGH = Duration.ofMinutes(2);
    private static final String SOURCE_PASSWORD = "hush-1133";
    private static final String SINK_PASSWORD = "hush-7351";

    /** The views, with the tables that they are of. */
    private static final Map<String, String> TABLES = new LinkedHashMap<>();

    /** The columns of views that have other names than the tables'. */
    private static final Map<String, String> COLUMNS = Map.of(
            "line_no", "line no",
            "grosse", "größe",
            "a_b", "a'b",
            "it_s", "it`s",
            "column_8", "注文",
            "preis_netto", "preis.netto");

    static {
        TABLES.put("all_types", "all_types");
        TABLES.put("order_lines", "order-lines");
        TABLES.put("Select", "Select");
        TABLES.put("grossen", "größen");
        TABLES.put("uuids", "uuids");
        TABLES.put("slots", "slots");
        TABLES.put("notes", "notes");
    }

    private final LocalPipeline pipeline = TestPipeline.shared();

    @TempDir
    Path folder;

    private Connection root;
    private Statement sql;

    @BeforeEach
    void createTheTables() throws SQLException {
        root = pipeline.connectAsRoot();
        sql = root.createStatement();
        sql.execute("CREATE DATABASE odd_views");
        sql.execute("CREATE DATABASE odd CHARACTER SET utf8mb4");
        sql.execute("USE odd");
        new SqlScript(SQL.resolve("tables")).apply(root, Map.of());
        new SqlScript(SQL.resolve("rows")).apply(root, Map.of());
        sql.execute("CREATE USER odd_source IDENTIFIED BY '" + SOURCE_PASSWORD + "'");
        sql.execute("CREATE USER odd_sink IDENTIFIED BY '" + SINK_PASSWORD + "'");
        sql.execute("GRANT SELECT ON odd.* TO odd_source");
    }

    @AfterEach
    void removeThem() throws Exception {
        for (String connector : List.of("odd-views", "odd-source")) {
            if (pipeline.rest().connectors().contains(connector)) {
                pipeline.rest().delete(connector);
            }
        }
        sql.execute("DROP DATABASE odd");
        sql.execute("DROP DATABASE odd_views");
        sql.execute("DROP USER odd_source, odd_sink");
        root.close();
    }

    @Test
    void viewsEqualTheTables() throws Exception {
        Path out = folder.resolve("out");
        CommandRun created = create(out);

        assertThat(created.exitCode()).as(created.out() + created.err()).isEqualTo(1);
        assertThat(created.out())
                .contains(
                        "wrote " + out.resolve("10-odd-source.json"),
                        "wrote " + out.resolve("20-odd-views.json"),
                        "wrote " + out.resolve("views.sql"),
                        "left out: odd.keyless: the table has no primary key",
                        "left out  c_point (point): a view cannot have its type",
                        "OrderLineCreated, OrderLineChanged, OrderLineDeleted on the topic odd.order_lines",
                        "renamed   line no to line_no, größe to grosse",
                        "revision  Row_Version; precondition: ",
                        "warning   the foreign key note_of_uuid changes rows without the binlog",
                        "Not read:",
                        "ODD_DATABASE_PASSWORD")
                .doesNotContain(SOURCE_PASSWORD, "To change on the server", "Without the request's context");
        applyGrantsAndViews(created, out);
        String source = withValues(out.resolve("10-odd-source.json"));
        String sink = withValues(out.resolve("20-odd-views.json"));

        check(source);
        post(source);
        pipeline.rest().awaitRunning("odd-source", ENOUGH);
        // A topic exists when it has an event.
        sql.execute("INSERT INTO notes VALUES (2, NULL)");
        await().atMost(ENOUGH)
                .untilAsserted(
                        () -> assertThat(CommandRun.of(checkWords(sink)).out()).doesNotContain("does not exist"));
        check(sink);
        post(sink);
        pipeline.rest().awaitRunning("odd-views", ENOUGH);
        assertViewsEqualTheTables();

        new SqlScript(SQL.resolve("changes")).apply(root, Map.of());
        assertViewsEqualTheTables();
        assertThat(readRows("odd_views", "all_types", columnsOf("all_types"))).hasSize(3);
        assertThat(CommandRun.of(
                                "redrive",
                                "stats",
                                "--topic",
                                "odd-views.dlq",
                                "--bootstrap-servers",
                                pipeline.bootstrapServers())
                        .out())
                .isEmpty();

        CommandRun again = create(out);
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("exists; name another folder");
        assertAWrongTableIsNamed();
    }

    @Test
    void theDocumentHasWhatTheCommandPrints() throws Exception {
        String document = Files.readString(Path.of("../docs/new.md"));
        List<String> blocks = Pattern.compile("(?ms)^```\\w*\\n(.*?)^```")
                .matcher(document)
                .results()
                .map(block -> block.group(1))
                .toList();
        Path out = folder.resolve("my-connectors");
        String password = pipeline.environment().get("SHOP_DATABASE_PASSWORD");
        List<String> words = new ArrayList<>(
                List.of(blocks.get(0).replace("\\\n", " ").strip().split("\\s+")));
        assertThat(words.remove(0)).isEqualTo("deploy/millrace");
        words.replaceAll(word -> word.replace(
                        "mysql-1:3306", "127.0.0.1:" + pipeline.mysql().port())
                .replace("my-connectors", out.toString()));
        words.set(
                words.indexOf("--password-file") + 1,
                Files.writeString(folder.resolve("password"), password).toString());

        CommandRun created = CommandRun.of(words.toArray(String[]::new));

        assertThat(created.exitCode()).as(created.err()).isZero();
        assertThat(created.out().replace(out.toString(), "my-connectors")).isEqualTo(blocks.get(1));
        String rules = Files.readString(out.resolve("10-shop-source.json"))
                .lines()
                .map(String::strip)
                .filter(line -> line.matches("\"events\\.(table|rule)\\..*"))
                .collect(Collectors.joining("\n", "", "\n"));
        assertThat(rules).isEqualTo(blocks.get(2));

        words.set(words.indexOf("--tables") + 1, "shop_eu.customers,shop_us.customers");
        words.set(words.indexOf("--out") + 1, folder.resolve("shards").toString());
        assertThat(CommandRun.of(words.toArray(String[]::new)).out()).contains(blocks.get(3));
    }

    private CommandRun create(Path out) throws IOException {
        return CommandRun.of(newWords(
                "*",
                out,
                "--views-url",
                pipeline.mysql().jdbcUrl("odd_views"),
                "--views-user",
                "odd_sink",
                "--payload-store",
                "kafka:odd.chunks"));
    }

    private String[] newWords(String tables, Path out, String... more) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), SOURCE_PASSWORD + "\n");
        return Stream.concat(
                        Stream.of(
                                "new",
                                "--database-url",
                                "jdbc:mysql://127.0.0.1:" + pipeline.mysql().port() + "/odd",
                                "--user",
                                "odd_source",
                                "--password-file",
                                password.toString(),
                                "--tables",
                                tables,
                                "--out",
                                out.toString()),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private void assertAWrongTableIsNamed() throws IOException {
        Path out = folder.resolve("wrong");
        for (Map.Entry<String, String> table : Map.of(
                        "all_tpyes", "the database odd has no table all_tpyes", "a_view", "odd.a_view is a view")
                .entrySet()) {
            CommandRun wrong = CommandRun.of(newWords("uuids," + table.getKey(), out));
            assertThat(wrong.exitCode()).isEqualTo(2);
            assertThat(wrong.err()).contains(table.getValue());
        }
        assertThat(out).doesNotExist();
    }

    private void applyGrantsAndViews(CommandRun created, Path out) throws SQLException {
        List<String> grants = created.out()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("GRANT "))
                .toList();
        assertThat(grants).hasSize(3);
        for (String grant : grants) {
            sql.execute(grant);
        }
        sql.execute("USE odd_views");
        new SqlScript(out).apply(root, Map.of());
        sql.execute("USE odd");
    }

    /** The configuration with the values of its variables, which the worker of this test does not have. */
    private String withValues(Path file) throws IOException {
        String text = Files.readString(file);
        assertThat(text).doesNotContain(SOURCE_PASSWORD, SINK_PASSWORD);
        String filled = text.replace("${env:ODD_DATABASE_PASSWORD}", SOURCE_PASSWORD)
                .replace("${env:VIEWS_DATABASE_PASSWORD}", SINK_PASSWORD)
                .replace("${env:KAFKA_BOOTSTRAP_SERVERS}", pipeline.bootstrapServers());
        assertThat(Pattern.compile("\\$\\{[a-z]+:").matcher(filled).find()).isFalse();
        return Files.writeString(folder.resolve(file.getFileName()), filled).toString();
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
            LocalPipeline.pluginFolder(Installation.locate()).toString()
        };
    }

    private void check(String file) {
        CommandRun checked = CommandRun.of(checkWords(file));
        assertThat(checked.exitCode()).as(checked.out() + checked.err()).isZero();
        assertThat(checked.out()).contains("No problems found.");
    }

    private void post(String file) throws IOException {
        pipeline.rest().post(new ObjectMapper().readTree(Path.of(file).toFile()));
    }

    private void assertViewsEqualTheTables() {
        await().atMost(ENOUGH).untilAsserted(() -> {
            for (Map.Entry<String, String> table : TABLES.entrySet()) {
                List<String> columns = columnsOf(table.getKey());
                assertThat(readRows("odd_views", table.getKey(), columns))
                        .as("%s %s", table.getValue(), columns)
                        .isEqualTo(readRows(
                                "odd",
                                table.getValue(),
                                columns.stream()
                                        .map(column -> COLUMNS.getOrDefault(column, column))
                                        .toList()));
            }
        });
    }

    private List<String> columnsOf(String view) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (ResultSet row = sql.executeQuery("SELECT column_name FROM information_schema.columns"
                + " WHERE table_schema = 'odd_views' AND table_name = '" + view + "' ORDER BY ordinal_position")) {
            while (row.next()) {
                columns.add(row.getString(1));
            }
        }
        return columns;
    }

    /** Every value as the bytes of its text, sorted by rows. */
    private List<String> readRows(String database, String table, List<String> columns) throws SQLException {
        String values = columns.stream()
                .map(column -> "IFNULL(HEX(CONCAT(" + quote(column) + ")), 'NULL')")
                .collect(Collectors.joining(", ', ', ", "CONCAT(", ")"));
        List<String> rows = new ArrayList<>();
        try (ResultSet row = sql.executeQuery("SELECT " + values + " FROM " + quote(database) + "." + quote(table))) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        Collections.sort(rows);
        return rows;
    }

    private static String quote(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
