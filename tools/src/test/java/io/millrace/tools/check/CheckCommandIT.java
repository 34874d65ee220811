package io.millrace.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.millrace.testing.documents.Troubleshooting;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.PostgresServer;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.testing.servers.SqlScript;
import io.millrace.tools.CommandRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Typical mistakes in a configuration, each of which the command answers before a connector runs. */
class CheckCommandIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "hush-7351";
    private static final String REMOVED = "-";
    private static final String MYSQL = "io.debezium.connector.mysql.MySqlConnector";

    @TempDir
    static Path folder;

    private static MySqlServer mysql;
    private static KafkaBroker broker;
    private static HttpServer rest;
    private static Map<String, String> source;
    private static Map<String, String> sink;

    @BeforeAll
    static void start() throws Exception {
        mysql = MySqlServer.start(
                Installation.locate(),
                ServerDirectories.newDirectory("check-mysql"),
                Map.of("binlog_rows_query_log_events", "ON", "gtid_mode", "ON", "enforce_gtid_consistency", "ON"));
        broker = KafkaBroker.start(Installation.locate(), ServerDirectories.newDirectory("check-kafka"), Map.of());
        try (Connection connection = mysql.connectAsRoot();
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE DATABASE shop");
            sql.execute("CREATE DATABASE views");
            sql.execute("CREATE TABLE shop.orders (id BIGINT PRIMARY KEY, name VARCHAR(40) NOT NULL,"
                    + " status ENUM('PLACED', 'PAID') NOT NULL, fee DECIMAL(10, 2), version INT NOT NULL,"
                    + " changed_at TIMESTAMP(6) NULL)");
            sql.execute("CREATE TABLE shop.outbox (id BIGINT PRIMARY KEY)");
            sql.execute("CREATE TABLE views.order_view (order_id BIGINT PRIMARY KEY, status VARCHAR(10) NOT NULL,"
                    + " total DECIMAL(10, 2), revision BIGINT NOT NULL)");
            sql.execute("CREATE USER operator IDENTIFIED BY '" + PASSWORD + "'");
            sql.execute("GRANT ALL ON *.* TO operator");
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(
                            new NewTopic("shop.orders", 2, (short) 1),
                            new NewTopic("shop.history", 1, (short) 1).configs(Map.of("retention.ms", "-1")),
                            new NewTopic("shop.short", 1, (short) 1).configs(Map.of("retention.ms", "3600000")),
                            new NewTopic("shop.compacted", 2, (short) 1)
                                    .configs(Map.of("retention.ms", "-1", "cleanup.policy", "compact"))))
                    .all()
                    .get();
        }
        Path secrets =
                Files.writeString(folder.resolve("secrets.properties"), "password=" + PASSWORD + "\nwrong=x-4711\n");
        source = source("${file:" + secrets + ":password}");
        sink = sink("${file:" + secrets + ":password}");
        rest = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve("/connector-plugins", plugins());
        serve("/connectors", neighbours());
        rest.start();
    }

    @AfterAll
    static void stop() {
        if (rest != null) {
            rest.stop(0);
        }
        if (broker != null) {
            broker.close();
        }
        if (mysql != null) {
            mysql.close();
        }
    }

    private static Map<String, String> source(String password) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("connector.class", "io.millrace.connectors.event.EventSourceConnector");
        options.put("tasks.max", "1");
        options.put("wrapped.connector.class", MYSQL);
        options.put("database.hostname", "127.0.0.1");
        options.put("database.port", Integer.toString(mysql.port()));
        options.put("database.user", "operator");
        options.put("database.password", password);
        options.put("database.server.id", "5401");
        options.put("topic.prefix", "shop");
        options.put("table.include.list", "shop.orders");
        options.put("schema.history.internal.kafka.topic", "shop.history");
        options.put("schema.history.internal.kafka.bootstrap.servers", broker.bootstrapServers());
        options.put("exactly.once.support", "required");
        options.put("transaction.boundary", "connector");
        options.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        options.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        options.put("context.keys", "requestId");
        options.put("context.sources", "comment");
        options.put(
                "events.table.1",
                "shop.orders; key: order_id = row.id; fields: order_id = row.id, status, fee; revision: row.version");
        options.put("events.rule.1", "OrderChanged; table: shop.orders; on: create, update");
        return options;
    }

    private static Map<String, String> sink(String password) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("connector.class", "io.millrace.connectors.projection.ProjectionSinkConnector");
        options.put("tasks.max", "2");
        options.put("topics", "shop.orders");
        options.put("kafka.bootstrap.servers", broker.bootstrapServers());
        options.put("connection.url", "jdbc:mysql://127.0.0.1:" + mysql.port() + "/views");
        options.put("connection.user", "operator");
        options.put("connection.password", password);
        options.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        options.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        options.put("consumer.override.isolation.level", "read_committed");
        options.put("errors.tolerance", "all");
        options.put("errors.deadletterqueue.topic.name", "order-view.dlq");
        options.put("projections", "order_view");
        options.put("projection.order_view.kind", "upsert");
        options.put("projection.order_view.key", "order_id = key.order_id");
        options.put(
                "projection.order_view.columns",
                "status = value.status, total = value.fee, revision = int(headers.ce_revision)");
        options.put("projection.order_view.revision", "revision");
        return options;
    }

    private static String plugins() {
        return JSON.createArrayNode()
                .add(plugin("source", MYSQL))
                .add(plugin("source", source.get("connector.class")))
                .add(plugin("sink", sink.get("connector.class")))
                .add(plugin("transformation", "io.millrace.transforms.InjectContext"))
                .add(plugin("transformation", "io.example.Mask"))
                .add(plugin("converter", source.get("value.converter")))
                .toString();
    }

    private static ObjectNode plugin(String type, String name) {
        return JSON.createObjectNode().put("class", name).put("type", type);
    }

    /** Another source with an id, a prefix and a history of its own, and another sink with a view of its own. */
    private static String neighbours() {
        Map<String, String> otherSource = new LinkedHashMap<>(source);
        otherSource.put("database.server.id", "5499");
        otherSource.put("topic.prefix", "media");
        otherSource.put("schema.history.internal.kafka.topic", "media.history");
        Map<String, String> otherSink = new LinkedHashMap<>(sink);
        otherSink.put("consumer.override.group.id", "others");
        otherSink.put("projections", "other");
        otherSink.put("projection.other.table", "other_view");
        Map<String, String> owner = new LinkedHashMap<>(sink);
        owner.put("connection.url", "jdbc:mysql://127.0.0.1:" + mysql.port() + "/views?connectionTimeZone=UTC");
        ObjectNode root = JSON.createObjectNode();
        Map.of("media-source", otherSource, "other-sink", otherSink, "owner", owner)
                .forEach((name, config) -> root.putObject(name)
                        .putObject("info")
                        .put("name", name)
                        .set("config", JSON.valueToTree(config)));
        return root.toString();
    }

    private static void serve(String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        rest.createContext(path, exchange -> {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private static CommandRun check(String name, Map<String, String> options, String... more) throws IOException {
        ObjectNode body = JSON.createObjectNode().put("name", name);
        body.set("config", JSON.valueToTree(options));
        Path file = Files.writeString(folder.resolve(name + ".json"), body.toString());
        List<String> words = new ArrayList<>(List.of(
                "check",
                file.toString(),
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--rest",
                "http://127.0.0.1:" + rest.getAddress().getPort()));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray(String[]::new));
    }

    @Test
    void configurationsWithoutAMistakeHaveNoProblem() throws IOException {
        for (Map.Entry<String, Map<String, String>> connector :
                Map.of("shop-source", source, "order-view", sink).entrySet()) {
            CommandRun run = check(connector.getKey(), connector.getValue());
            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.out()).contains("No problems found.").doesNotContain(PASSWORD);
        }
    }

    /** The option that is changed, its value, the option of the answer, and what the answer has. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "connector.class | io.millrace.connectors.event.EventSourceConector | connector.class | io.millrace.connectors.event.EventSourceConnector",
                "wrapped.connector.class | io.debezium.connector.mysql.MySqlConector | wrapped.connector.class | io.debezium.connector.mysql.MySqlConnector",
                "wrapped.connector.class | - | wrapped.connector.class | expected a value, found none",
                "database.user | nobody | database.hostname | Access denied",
                "database.password | x-4711 | database.hostname | Access denied",
                "database.hostname | no-such-host.invalid | database.hostname | the database cannot be reached",
                "database.port | 33o6 | database.port | Not a number",
                "database.server.id | - | database.server.id | expected a value, found none",
                "database.password | ${env:MILLRACE_NO_SUCH_VARIABLE} | database.password | ${env:MILLRACE_NO_SUCH_VARIABLE} has no value",
                "table.include.list | shop.ordres | table.include.list | shop.orders",
                "table.include.list | shop.outbox | wrapped.connector.class | a rule names the table shop.orders, which table.include.list=shop.outbox leaves out",
                "database.include.list | shp | database.include.list | shop",
                "tables.include.list | shop.orders | tables.include.list | no class has an option of this name",
                "topicprefix | shop | topicprefix | no class has an option of this name",
                "task.max | 1 | task.max | no class has an option of this name",
                "events.tabel.2 | shop.outbox | events.tabel.2 | unknown option",
                "events.table.1 | shop.order; key: id = row.id; fields: id | events.table.1 | the source has no table shop.order",
                "events.rule.1 | OrderChanged; table: shop.ordres; on: update | events.rule.1 | the table shop.ordres is not declared",
                "events.rule.1 | OrderChanged; table: shop.orders | events.rule.1 | the clause 'on' is missing",
                "events.rule.1 | OrderChanged; table: shop.orders; on: updated | events.rule.1 | found 'updated'",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; wen: true | events.rule.1 | found 'wen: true'",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; when: afer.id == 1 | events.rule.1 | after",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; when: after.statsu == 'PAID' | events.rule.1 | status",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; when: changed('statsu') | events.rule.1 | status",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; when: after.fee > '20' | events.rule.1 | compare it with a number",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; when: after.version > '20' | events.rule.1 | the operator '>' cannot be applied to a whole number and a text",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; when: after.status == 'PIAD' | events.rule.1 | PAID",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; when: after.status = 'PAID' | events.rule.1 | unexpected",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; when: after.status | events.rule.1 | expected a condition",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; fields: nmae | events.rule.1 | name",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; fields: n: int32 = row.name | events.rule.1 | the column has texts",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; fields: n: strin = row.name | events.rule.1 | unknown type 'strin'",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; revision: row.name | events.rule.1 | expected a whole number",
                "events.table.1 | shop.orders; key: id = row.id; fields: id; revision: row.changed_at | events.table.1 | timestamps, which are texts",
                "events.table.1 | shop.orders; fields: id, status | events.rule.1 | the rule's events have no key",
                "events.rule.1 | - | events.rule.1 | No rule is set",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; topic: 'o.' + row.status | events.rule.1 | events.topic.allowed",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; partition.by: row.id | events.rule.1 | events.topic.partitions",
                "events.rule.1 | OrderChanged; table: shop.orders; on: update; headers: tenant = row.nmae | events.rule.1 | name",
                "events.unmapped.tables | shop.outbx | events.unmapped.tables | shop.outbox",
                "transforms.outbox.type | io.debezium.transforms.outbox.EventRouter | transforms | the transform 'outbox' is configured, but not in the list",
                "transforms | outbx | transforms.outbx.type | expected a value, found none",
                "context.sources | coment | context.sources | coment",
                "exactly.once.support | - | processing.guarantee | exactly.once.support",
                "tasks.max | two | tasks.max | Not a number",
                "database.server.id | 5499 | database.server.id | the connector 'media-source' reads the same server with the same id",
                "topic.prefix | media | topic.prefix | the connector 'media-source' has the same prefix",
                "schema.history.internal.kafka.topic | media.history | schema.history.internal.kafka.topic | the connector 'media-source' has the same schema history topic",
                "schema.history.internal.kafka.topic | shop.compacted | schema.history.internal.kafka.topic | cleanup.policy=compact",
                "schema.history.internal.kafka.topic | shop.short | schema.history.internal.kafka.topic | retention.ms=3600000, expected -1"
            })
    void aMistakeInASourceIsAnswered(String option, String value, String answered, String text) throws IOException {
        assertAnswered("shop-source", source, option, value, answered, text);
    }

    @Test
    void aNumberOfPartitionsThatTheTopicDoesNotHaveIsAnswered() throws IOException {
        Map<String, String> options = new LinkedHashMap<>(source);
        options.put(
                "events.rule.1",
                "OrderChanged; table: shop.orders; on: update; topic: shop.orders; partition.by: row.id");

        assertAnswered(
                "shop-source",
                options,
                "events.topic.partitions",
                "shop.orders=4711",
                "events.topic.partitions",
                "expected 4711");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "connector.class | io.millrace.connectors.projection.ProjectionSinkConector | connector.class | io.millrace.connectors.projection.ProjectionSinkConnector",
                "topics | shop.ordres | topics | shop.orders",
                "topics | - | topics | expected either topics or topics.regex, found neither",
                "topics.regex | shop.* | topics | expected either topics or topics.regex, found both",
                "topcs | shop.orders | topcs | no class has an option of this name",
                "connection.url | jdbc:mysq://127.0.0.1/views | connection.url | expected a URL that begins with jdbc:mysql:",
                "connection.url | jdbc:mysql://127.0.0.1/views?user=me&password=x-4711 | connection.url | password",
                "connection.user | nobody | connection.url | cannot use the database",
                "connection.password | x-4711 | connection.url | cannot use the database",
                "connection.password | ${env:MILLRACE_NO_SUCH_VARIABLE} | connection.password | ${env:MILLRACE_NO_SUCH_VARIABLE} has no value",
                "kafka.bootstrap.servers | - | kafka.bootstrap.servers | expected the brokers of the topics",
                "consumer.override.isolation.level | - | consumer.override.isolation.level | expected read_committed",
                "consumer.override.group.id | others | consumer.override.group.id | the connector 'other-sink' has the same consumer group",
                "projections | order_veiw | projection.order_veiw.kind | expected a value, found none",
                "projection.order_view.kind | upsrt | projection.order_view.kind | upsert",
                "projection.order_view.table | order_veiw | projection.order_view.table | the table order_veiw does not exist",
                "projection.order_view.table | other_view | projection.order_view.table | the connector 'other-sink' writes the same view other_view",
                "projection.order_view.key | status = value.status | projection.order_view.columns | the column status is a duplicate",
                "projection.order_view.key | order_id = ky.order_id | projection.order_view.key | key",
                "projection.order_view.columns | state = value.status, total = value.fee, revision = int(headers.ce_revision) | projection.order_view.columns | state",
                "projection.order_view.colums | status | projection.order_view.colums | there is no such option",
                "projection.order_view.delete.when | 'yes' | projection.order_view.delete.when | expected a condition",
                "projection.order_view.revision | version | projection.order_view.revision | expected one of projection.order_view.columns",
                "errors.tolerance | some | errors.tolerance | none, all"
            })
    void aMistakeInASinkIsAnswered(String option, String value, String answered, String text) throws IOException {
        assertAnswered("order-view", sink, option, value, answered, text);
    }

    private static void assertAnswered(
            String name, Map<String, String> right, String option, String value, String answered, String text)
            throws IOException {
        Map<String, String> options = new LinkedHashMap<>(right);
        if (value.equals(REMOVED)) {
            options.remove(option);
        } else {
            options.put(option, value);
        }

        CommandRun run = check(name, options, "--json");

        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(run.out() + run.err()).doesNotContain(PASSWORD, "x-4711");
        JsonNode problems = JSON.readTree(run.out()).path("problems");
        assertThat(problems).as(run.out()).anySatisfy(problem -> {
            assertThat(problem.path("option").asText()).isEqualTo(answered);
            assertThat(problem.path("place").asText()
                            + problem.path("problem").asText()
                            + problem.path("candidates")
                            + problem.path("remedy").asText())
                    .contains(text);
        });
        assertThat(run.out()).doesNotContain("(in container", "overload", "expecting {", "<EOF>");
    }

    /** {@code millrace new} writes what this command accepts, here with views in PostgreSQL. */
    @Test
    void whatNewWritesHasNoProblem() throws Exception {
        Path out = folder.resolve("new");
        try (PostgresServer views = PostgresServer.start(
                        Installation.locate(), ServerDirectories.newDirectory("check-postgres"), Map.of());
                Connection connection = mysql.connectAsRoot();
                Statement sql = connection.createStatement();
                Connection superuser = views.connectAsSuperuser("postgres");
                Statement viewsSql = superuser.createStatement()) {
            sql.execute("SET GLOBAL binlog_rows_query_log_events = OFF");
            sql.execute("CREATE DATABASE odd CHARACTER SET utf8mb4");
            sql.execute("USE odd");
            new SqlScript(CommandRun.PROJECT.resolve("tools/src/test/sql/tables")).apply(connection, Map.of());
            CommandRun run = CommandRun.of(
                    "new",
                    "--database-url",
                    "jdbc:mysql://127.0.0.1:" + mysql.port() + "/odd",
                    "--user",
                    "operator",
                    "--password-file",
                    Files.writeString(folder.resolve("operator"), PASSWORD).toString(),
                    "--tables",
                    "*",
                    "--views-url",
                    views.jdbcUrl("postgres"),
                    "--views-user",
                    "odd_sink",
                    "--bootstrap-servers",
                    broker.bootstrapServers(),
                    "--out",
                    out.toString());
            assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
            assertThat(run.out())
                    .contains(
                            "for PostgreSQL",
                            "left out  c_long (longtext): a value can be larger",
                            "left out  c_image (mediumblob): a value can be larger",
                            "Without the request's context:",
                            "the server has binlog_rows_query_log_events=OFF, expected ON")
                    .doesNotContain("Not read:");
            viewsSql.execute("CREATE ROLE odd_sink LOGIN PASSWORD '" + PASSWORD + "'");
            new SqlScript(out).apply(superuser, Map.of());
            for (String grant : run.out().lines().map(String::strip).toList()) {
                if (grant.startsWith("GRANT") && grant.contains("\"odd_sink\"")) {
                    viewsSql.execute(grant);
                }
            }

            for (String name : List.of("10-odd-source.json", "20-odd-views.json")) {
                String text = Files.readString(out.resolve(name));
                assertThat(text).doesNotContain(PASSWORD, "\"context.");
                Path file = Files.writeString(
                        folder.resolve(name), text.replaceAll("\\$\\{env:[A-Z]+_DATABASE_PASSWORD}", PASSWORD));
                CommandRun checked = CommandRun.of("check", file.toString());
                assertThat(checked.exitCode()).as(checked.out() + checked.err()).isZero();
                assertThat(checked.out()).contains("No problems found.");
            }
        } finally {
            try (Connection connection = mysql.connectAsRoot();
                    Statement sql = connection.createStatement()) {
                sql.execute("SET GLOBAL binlog_rows_query_log_events = ON");
            }
        }
    }

    @Test
    void aTopicThatDoesNotExistIsNamedAsThePageQuotesIt() throws IOException {
        Map<String, String> options = new LinkedHashMap<>(sink);
        options.put("topics", "shop.ordres");

        CommandRun run = check("order-view", options);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .containsPattern(Troubleshooting.symptom("The sink runs and its view stays empty"))
                .containsSubsequence("similar     shop.orders");
    }

    /** The first is like a class of the command, the second like one of the worker alone. */
    @ParameterizedTest
    @CsvSource({
        "io.millrace.transforms.InjectContex, io.millrace.transforms.InjectContext",
        "io.example.Mesk, io.example.Mask"
    })
    void theClassOfATransformThatIsMisspeltIsAnswered(String wrong, String right) throws IOException {
        Map<String, String> options = new LinkedHashMap<>(source);
        options.put("transforms", "first");
        options.put("transforms.first.type", wrong);

        CommandRun run = check("shop-source", options);

        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(run.out()).containsSubsequence("transforms.first.type\n", wrong, "similar     " + right);
    }

    @Test
    void theTextHasOptionPlaceValueSimilarNamesAndRemedy() throws IOException {
        Map<String, String> options = new LinkedHashMap<>(source);
        options.put("events.rule.1", "OrderChanged; table: shop.orders; on: update; when: after.statsu == 'PAID'");
        options.put("table.include.list", "shop.orders, shop.outbx");

        CommandRun run = check("shop-source", options);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .containsSubsequence(
                        "events.rule.1\n",
                        "place       rule OrderChanged: 'when': \"after.statsu == 'PAID'\", line 1, column 6",
                        "found       OrderChanged; table: shop.orders",
                        "problem     unknown column 'statsu'; expected one of",
                        "similar     status")
                .containsSubsequence(
                        "table.include.list\n",
                        "problem     no table of the source matches 'shop.outbx'",
                        "similar     shop.outbox",
                        "remedy      Correct the expression")
                .contains("2 problems.");
    }

    @Test
    void aFileThatIsNotAConfigurationIsWrongUsage() throws IOException {
        Path file = folder.resolve("wrong.json");
        for (Map.Entry<String, String> text : Map.of(
                        "{\"connector.class\": \"x\",", "is not JSON",
                        "{\"connector.class\": \"x\", \"topics\": \"a\", \"topics\": \"b\"}",
                                "Duplicate field 'topics'",
                        "{\"topics\": \"a\"}", "it has no 'connector.class'",
                        "{\"connector.class\": \"x\", \"topics\": [\"a\"]}", "the option 'topics' is not a text")
                .entrySet()) {
            Files.writeString(file, text.getKey());
            CommandRun run = CommandRun.of("check", file.toString());
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains(text.getValue());
        }
    }
}
