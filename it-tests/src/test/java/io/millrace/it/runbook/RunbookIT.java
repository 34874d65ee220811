package io.millrace.it.runbook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.it.spool.SpooledEvents;
import io.millrace.local.LocalPipeline;
import io.millrace.local.PipelineSettings;
import io.millrace.local.quickstart.CountryTopic;
import io.millrace.local.quickstart.OfficialEvents;
import io.millrace.local.quickstart.RenewalService;
import io.millrace.local.quickstart.ShopService;
import io.millrace.local.quickstart.ShopTraffic;
import io.millrace.local.quickstart.ViewCheck;
import io.millrace.local.quickstart.ViewComparison;
import io.millrace.spool.SpoolStore;
import io.millrace.testing.Seeds;
import io.millrace.testing.documents.Troubleshooting;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * docs/runbook.md, command by command as it stands there, on the shop's connectors: what a section is about is brought about
 * here, its blocks are run in their order, and afterwards connectors and views are as the section promises.
 */
class RunbookIT {
    private static final Path DOCUMENT = Path.of("../docs/runbook.md");
    private static final Path TOOLS = Path.of(System.getProperty("millrace.it.kafka-tools", "target/kafka-tools"));
    private static final Path ARCHIVE = Path.of(System.getProperty("millrace.archive", ""));
    private static final String UPGRADE = "Upgrade the plugins, and go back";
    private static final String BEGINNING = "Before you begin";
    /** Blocks that are not run, and why. */
    private static final Map<String, String> NOT_RUN =
            Map.of(BEGINNING, "its first block are example values, in whose place this test has its own");

    private static final String SOURCE = "shop-source";
    private static final String ORDERS = "shop.orders";
    private static final Duration TIME_TO_ACT = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static LocalPipeline pipeline;
    private static ConnectWorker other;
    private static ConnectWorker second;
    private static RunbookMachines machines;
    private static Connection operator;
    private static Connection views;
    private static Random random;
    private static ShopTraffic traffic;
    private static RenewalService renewals;
    private static ViewCheck check;
    private static CommandDocument runbook;
    private static DocumentShell shell;
    private static Path plugins;
    private static Path secondPlugins;
    private static Map<String, String> variables;

    /** What a section is about, and what must be so behind it. */
    private interface Story {
        void tell(Script script) throws Exception;
    }

    /** The blocks of a section that have not been run yet. */
    private static final class Script {
        private final Deque<String> blocks;

        private Script(List<String> blocks) {
            this.blocks = new ArrayDeque<>(blocks);
        }

        /** Runs the next block; returns what it wrote. */
        private String run() throws Exception {
            return shell.run(blocks.removeFirst());
        }

        /** Runs as many. */
        private void run(int count) throws Exception {
            for (int i = 0; i < count; i++) {
                run();
            }
        }
    }

    @BeforeAll
    static void startAll() throws Exception {
        List<String> missing = DocumentShell.missing("bash", "curl", "jq", "unzip");
        assumeTrue(missing.isEmpty(), () -> "The runbook needs programs that are not on this machine: " + missing);
        runbook = CommandDocument.read(DOCUMENT);
        assertThat(runbook.sections().values()).allSatisfy(blocks -> assertThat(blocks)
                .as("the runbook shows no outputs, which would not be compared")
                .allSatisfy(block -> assertThat(block.output()).isEmpty()));
        Installation installation = Installation.locate();
        Path directory = ServerDirectories.newDirectory("runbook");
        plugins = copy(LocalPipeline.pluginFolder(installation), directory.resolve("plugins"));
        secondPlugins = copy(LocalPipeline.pluginFolder(installation), directory.resolve("second-plugins"));
        pipeline = LocalPipeline.start(
                installation,
                directory.resolve("servers"),
                new PipelineSettings(true, Map.of(), Map.of("plugin.path", plugins.toString()), step -> {}));
        CompletableFuture<ConnectWorker> starting = CompletableFuture.supplyAsync(() -> ConnectWorker.start(
                installation,
                List.of(LocalPipeline.pluginFolder(installation)),
                directory.resolve("other"),
                pipeline.broker(),
                otherCluster(),
                pipeline.environment()));
        ShopConnectors.postAll(pipeline);
        machines = new RunbookMachines();
        operator = pipeline.connectAsRoot();
        operator.setCatalog("shop");
        views = pipeline.connectToViews();
        check = new ViewCheck(operator, views);
        long seed = Seeds.next();
        random = new Random(seed);
        traffic = new ShopTraffic(new ShopService(pipeline.connectToShop()), seed);
        try (OfficialEvents events = new OfficialEvents(pipeline.bootstrapServers())) {
            CountryTopic.awaitAll(operator, events);
        }
        renewals = RenewalService.start(pipeline.connectToShop(), pipeline.bootstrapServers(), Duration.ofSeconds(1));
        traffic.subscribe(Duration.ZERO);
        traffic.run(80);
        other = starting.join();

        variables = variables(directory, installation);
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("MYSQL_PWD", createOperator());
        // With the variables of the connectors' options the command reads the ledger.
        environment.putAll(pipeline.environment());
        shell = DocumentShell.openWithKafkaTools(
                Files.createDirectories(directory.resolve("shell")),
                installation,
                TOOLS,
                environment,
                runbook.commandsOf(BEGINNING).get(1));
        renewals.endSubscriptions(operator);
        awaitViews();
    }

    @AfterAll
    static void stopAll() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {machines, renewals, operator, views, second, other, pipeline}) {
            if (each != null) {
                each.close();
            }
        }
    }

    /** Links to the files, so that a folder can be exchanged without another's. */
    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.createLink(copy, file);
                }
            }
        }
        return to.toAbsolutePath();
    }

    private static Map<String, String> otherCluster() {
        return Map.of(
                "group.id", "other",
                "config.storage.topic", "other-configs",
                "offset.storage.topic", "other-offsets",
                "status.storage.topic", "other-status");
    }

    private static String createOperator() throws SQLException {
        String password = UUID.randomUUID().toString();
        try (Statement sql = operator.createStatement()) {
            sql.execute("CREATE USER 'operator'@'%' IDENTIFIED BY '" + password + "'");
            sql.execute("GRANT ALL ON *.* TO 'operator'@'%' WITH GRANT OPTION");
        }
        return password;
    }

    /** What the runbook's first block has examples of. */
    private static Map<String, String> variables(Path directory, Installation installation) {
        String mysql = "mysql -h127.0.0.1 -P" + pipeline.mysql().port() + " -uoperator ";
        return Map.ofEntries(
                Map.entry("CONNECT", pipeline.rest().address().toString()),
                Map.entry("CONNECT2", other.rest().address().toString()),
                Map.entry("BOOTSTRAP", pipeline.bootstrapServers()),
                Map.entry("SHOP", mysql + "shop"),
                Map.entry("VIEWS", mysql + "views"),
                Map.entry("PLUGINS", plugins.toString()),
                Map.entry("ARCHIVE", ARCHIVE.toAbsolutePath().toString()),
                Map.entry("LOG", pipeline.worker().log().toAbsolutePath().toString()),
                Map.entry("OLD", directory.resolve("before").toAbsolutePath().toString()),
                Map.entry(
                        "STOP", machines.command("stop", () -> pipeline.worker().close())),
                Map.entry("START", machines.command("start", () -> pipeline.worker()
                        .restart())),
                Map.entry(
                        "START2",
                        machines.command(
                                "start2",
                                () -> second = ConnectWorker.start(
                                        installation,
                                        List.of(secondPlugins),
                                        directory.resolve("second"),
                                        pipeline.broker(),
                                        Map.of(),
                                        pipeline.environment()))));
    }

    @TestFactory
    Stream<DynamicTest> everySectionDoesWhatItPromises() {
        Map<String, Story> stories = new LinkedHashMap<>();
        stories.put(BEGINNING, this::begin);
        stories.put("Look around", this::lookAround);
        stories.put(UPGRADE, this::upgrade);
        stories.put("Move a connector to another Connect cluster", this::move);
        // The sink's own tests create a topic again, drop a view, and do what these sections say.
        stories.put("The topic is not the one that was read", script -> {});
        stories.put("A view is refused", script -> {});
        stories.put("Add a table", this::addTable);
        stories.put("Alter a table", this::alterTable);
        stories.put("Skip a transaction", this::skipTransaction);
        stories.put("Take a new snapshot", this::snapshot);
        stories.put("Refused records", this::refusedRecords);
        stories.put("Refused records of a sink without hold.key.order", this::refusedRecordsReadAgain);
        stories.put("Rebuild a view", this::rebuild);
        stories.put("A lost binlog", this::lostBinlog);
        stories.put("A lost schema history", this::lostHistory);
        stories.put("The payload store is down, or refuses", this::payloadStore);
        stories.put("Kafka was away", this::recover);
        stories.put("An object of the spool cannot be recovered", this::recoverDamaged);
        stories.put("A transaction has no end", this::endTransaction);
        stories.put("From one machine to many", this::grow);
        stories.put("Channels for browsers", script -> {});
        stories.put("How large", script -> {});
        assertThat(runbook.sections().keySet()).containsExactlyElementsOf(stories.keySet());
        AtomicBoolean failed = new AtomicBoolean();
        return stories.entrySet().stream()
                .map(story -> DynamicTest.dynamicTest(story.getKey(), () -> {
                    assumeTrue(!failed.get(), "A section before it failed, and left the servers as nobody knows");
                    failed.set(true);
                    Script script = new Script(runbook.commandsOf(story.getKey()));
                    story.getValue().tell(script);
                    assertThat(script.blocks).as("blocks that were not run").isEmpty();
                    failed.set(false);
                }));
    }

    private void begin(Script script) throws Exception {
        assertThat(NOT_RUN).containsOnlyKeys(BEGINNING);
        String examples = script.blocks.removeFirst();
        Set<String> names = new TreeSet<>();
        Matcher name = Pattern.compile("(?m)^([A-Z0-9]+)=").matcher(examples);
        while (name.find()) {
            names.add(name.group(1));
        }
        assertThat(variables.keySet()).isEqualTo(names);
        // The functions, which come before every block.
        script.run();
    }

    private void lookAround(Script script) throws Exception {
        assertThat(script.run())
                .contains(SOURCE + " RUNNING RUNNING@127.0.0.1", "order-status RUNNING RUNNING@")
                .doesNotContain("FAILED");
        assertThat(script.run())
                .contains("order-status  sink, RUNNING", "by the ledger", SOURCE + "  source, RUNNING")
                .contains("No problems found.", "next_offset");
        assertThat(script.run()).contains("\"server\":\"shop\"", "\"file\":\"binlog.", "Position");
        assertThat(script.run()).contains("ce_type:OrderPlaced", "requestId:req-");
    }

    private void upgrade(Script script) throws Exception {
        Path marker = markOldVersion(plugins);
        whileTheShopGoesOn(() -> {
            script.run();
            assertThat(marker).doesNotExist();
            assertThat(script.run()).contains("io.millrace.transforms.ToOfficialEvent ");
            assertThat(running()).contains(SOURCE, "order-status", "shop-media");
            script.run();
            assertThat(marker).exists();
            assertThat(running()).contains(SOURCE, "order-status", "shop-media");
        });
        awaitViews();
        requireEventsOnce();
    }

    private static Path markOldVersion(Path folder) throws IOException {
        try (Stream<Path> plugin = Files.list(folder)) {
            return Files.createFile(
                    plugin.filter(each -> each.getFileName().toString().startsWith("millrace-connect-"))
                            .findFirst()
                            .orElseThrow()
                            .resolve("of-the-old-version"));
        }
    }

    private void move(Script script) throws Exception {
        Script back = new Script(List.copyOf(script.blocks));
        DocumentShell here = shell;
        whileTheShopGoesOn(() -> {
            script.run(3);
            assertThat(pipeline.rest().connectors()).doesNotContain(SOURCE, "order-status");
            assertThat(other.rest().connectors()).containsExactlyInAnyOrder(SOURCE, "order-status");
            shell = here.with(Map.of("CONNECT", variables.get("CONNECT2"), "CONNECT2", variables.get("CONNECT")));
            back.run(3);
            shell = here;
        });
        assertThat(other.rest().connectors()).isEmpty();
        awaitViews();
        requireEventsOnce();
        assertThat(snapshotEvents(ORDERS)).as("rows found by snapshots").isZero();
    }

    private void addTable(Script script) throws Exception {
        ConnectRest rest = pipeline.rest();
        keepHistoryOfCapturedTables();
        ObjectNode config = config(SOURCE);
        String listed = config.path("table.include.list").asText();
        rest.put(SOURCE, config.put("table.include.list", listed + ",shop.order_lines"));
        whileTheShopGoesOn(() -> awaitFailed(SOURCE));
        assertThat(rest.status(SOURCE).path("tasks").path(0).path("trace").asText())
                .containsPattern(Troubleshooting.symptom("The source does not have the definition of a table"))
                .contains("table shop.order_lines whose schema isn't known to this connector");
        whileTheShopGoesOn(() -> script.run(4));
        await("an event of every line of an order").atMost(TIME_TO_ACT).untilAsserted(() -> {
            Set<String> lines = new HashSet<>();
            for (ConsumerRecord<byte[], byte[]> event :
                    EventLog.records(pipeline.bootstrapServers(), "shop.order-lines")) {
                JsonNode key = JSON.readTree(event.key()).path("payload");
                lines.add(key.path("order_id").asText() + "/"
                        + key.path("line_no").asText());
            }
            assertThat(lines).containsAll(texts("SELECT CONCAT(order_id, '/', line_no) FROM order_lines"));
        });
        assertThat(config(SOURCE).has("snapshot.mode")).isFalse();

        whileTheShopGoesOn(script::run);
        try (Statement sql = operator.createStatement()) {
            sql.execute("INSERT INTO coupons VALUES ('SPRING', 15)");
        }
        await("an event of a table's that was made later").atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(
                        EventLog.records(pipeline.bootstrapServers(), "shop.coupons"))
                .extracting(event -> EventLog.header(event, "ce_type"))
                .containsExactly("CouponIssued"));
        awaitViews();
        requireEventsOnce();
    }

    /** Makes the source as one that was configured with another setting than the shipped one. */
    private void keepHistoryOfCapturedTables() throws Exception {
        ConnectRest rest = pipeline.rest();
        ObjectNode config = config(SOURCE).put("schema.history.internal.store.only.captured.tables.ddl", "true");
        stop(SOURCE);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", pipeline.bootstrapServers()))) {
            admin.deleteTopics(List.of("shop.schema-history")).all().get();
        }
        rest.put(SOURCE, config.put("snapshot.mode", "recovery"));
        rest.resume(SOURCE);
        rest.awaitRunning(SOURCE, TIME_TO_ACT);
        config.remove("snapshot.mode");
        rest.put(SOURCE, config);
        rest.awaitRunning(SOURCE, TIME_TO_ACT);
    }

    private void alterTable(Script script) throws Exception {
        whileTheShopGoesOn(script::run);
        try (Statement sql = operator.createStatement()) {
            sql.execute("INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price, note)"
                    + " SELECT order_id, 99, product_id, 1, unit_price, 'a gift' FROM order_lines LIMIT 1");
        }
        await("an event with the new column").atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(
                        EventLog.records(pipeline.bootstrapServers(), "shop.order-lines"))
                .extracting(event -> JSON.readTree(event.value())
                        .path("payload")
                        .path("note")
                        .asText())
                .containsOnlyOnce("a gift"));
        whileTheShopGoesOn(() -> script.run(2));
        assertThat(config(SOURCE).has("ddl.parser.type")).isFalse();
        try (Statement sql = operator.createStatement()) {
            sql.execute("DELETE FROM order_lines WHERE line_no = 99");
        }
        awaitViews();
        requireEventsOnce();
    }

    private void skipTransaction(Script script) throws Exception {
        try (Connection session = pipeline.connectAsRoot();
                Statement sql = session.createStatement()) {
            sql.execute("SET SESSION binlog_row_image = 'MINIMAL'");
            sql.execute("UPDATE shop.coupons SET percent = 20 WHERE code = 'SPRING'");
        }
        whileTheShopGoesOn(() -> {
            awaitFailed(SOURCE);
            assertThat(pipeline.rest()
                            .status(SOURCE)
                            .path("tasks")
                            .path(0)
                            .path("trace")
                            .asText())
                    .containsPattern(Troubleshooting.symptom("A row in the binlog lacks columns"));
            assertThat(script.run()).contains("GTID_NEXT");
            script.run();
        });
        try (Statement sql = operator.createStatement()) {
            sql.execute("INSERT INTO coupons VALUES ('AUTUMN', 10)");
        }
        await("an event behind the skipped transaction").atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(
                        EventLog.records(pipeline.bootstrapServers(), "shop.coupons"))
                .hasSize(2));
        awaitViews();
        requireEventsOnce();
    }

    private void snapshot(Script script) throws Exception {
        int before = snapshotEvents(ORDERS);
        int rows = texts("SELECT id FROM orders").size();
        assertThat(rows).isPositive();
        script.run();
        await("the snapshot").atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(snapshotEvents(ORDERS))
                .isGreaterThanOrEqualTo(before + rows));
        traffic.run(20);
        awaitViews();
        requireEventsOnce();
    }

    private void refusedRecords(Script script) throws Exception {
        String payments = "SELECT COALESCE(SUM(payments), 0) FROM subscriptions WHERE id IN (4711, 4712)";
        String held = "SELECT COUNT(*) FROM views.millrace_held WHERE connector = 'renewals'";
        try (Statement sql = operator.createStatement()) {
            sql.execute("ALTER TABLE views.subscription_renewals MODIFY spent DECIMAL(8, 2) NOT NULL");
            sql.execute("INSERT INTO subscriptions (id, customer_id, price, next_payment_at)"
                    + " VALUES (4711, 1, 2000000, UTC_TIMESTAMP(3)), (4712, 1, 3000000, UTC_TIMESTAMP(3))");
            await("payments").atMost(TIME_TO_ACT).until(() -> number(payments) >= 2);
            renewals.endSubscriptions(operator);
            await("held records").atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(number(held))
                    .isEqualTo(number(payments)));
            whileTheShopGoesOn(() -> {
                assertThat(script.run()).contains("connector renewals", "spent");
                script.run(2);
                assertThat(script.run())
                        .containsPattern("[1-9]\\d* letters were parked")
                        .contains("released shop.renewals-");
                assertThat(number(held)).isEqualTo(number("SELECT payments FROM subscriptions WHERE id = 4712"));
                assertThat(script.run()).contains("to renewals.retry", "from shop.renewals");
                script.run();
            });
            assertThat(number(held)).isZero();
            // What the released records would have counted.
            assertThat(check.compare().differences())
                    .anyMatch(difference -> difference.equals("subscription_renewals [4711]: no row"));
            sql.execute("UPDATE subscriptions SET payments = 0 WHERE id = 4711");
        }
        awaitViews();
    }

    private static long number(String query) throws SQLException {
        return Long.parseLong(texts(query).iterator().next());
    }

    private void refusedRecordsReadAgain(Script script) throws Exception {
        try (Statement sql = operator.createStatement()) {
            sql.execute("ALTER TABLE views.order_status MODIFY total DECIMAL(8, 2) NOT NULL");
            for (int i = 0; i < 5; i++) {
                long order = traffic.placeOrder().id();
                sql.execute("UPDATE orders SET total = 12345678.90, version = version + 1 WHERE id = " + order);
                sql.execute("UPDATE orders SET status = 'CANCELLED', version = version + 1 WHERE id = " + order);
            }
        }
        await("refused records").atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(
                        EventLog.records(pipeline.bootstrapServers(), "order-status.dlq"))
                .hasSize(10));
        assertThat(check.compare().differences()).isNotEmpty();
        assertThat(script.run()).containsPattern("(?m)^ +10  ").contains("total");
        whileTheShopGoesOn(() -> script.run(3));
        awaitViews();
        // Nothing was refused once more.
        assertThat(EventLog.records(pipeline.bootstrapServers(), "order-status.dlq"))
                .isEmpty();
    }

    private void rebuild(Script script) throws Exception {
        whileTheShopGoesOn(() -> script.run(3));
        assertThat(pipeline.rest().connectors()).contains("order-status-2").doesNotContain("order-status");
        awaitViews();
    }

    private void lostBinlog(Script script) throws Exception {
        ConnectRest rest = pipeline.rest();
        stop(SOURCE);
        traffic.run(60);
        try (Statement sql = operator.createStatement()) {
            sql.execute("DELETE FROM order_lines WHERE order_id = (SELECT MIN(id) FROM orders)");
            sql.execute("DELETE FROM orders ORDER BY id LIMIT 1");
            sql.execute("FLUSH BINARY LOGS");
            // The other sources have to be in the new one before the old ones go.
            int products = countEvents("shop.products");
            int customers = countEvents("shop.customers");
            sql.execute("UPDATE products SET version = version + 1 LIMIT 1");
            sql.execute("INSERT INTO shop_eu.customers (name, street, city, country)"
                    + " VALUES ('Ada', '1 Mill Lane', 'Fordham', 'DE')");
            await().atMost(TIME_TO_ACT).untilAsserted(() -> {
                assertThat(countEvents("shop.products")).isGreaterThan(products);
                assertThat(countEvents("shop.customers")).isGreaterThan(customers);
            });
            List<String> logs = new ArrayList<>();
            try (ResultSet row = sql.executeQuery("SHOW BINARY LOGS")) {
                while (row.next()) {
                    logs.add(row.getString(1));
                }
            }
            sql.execute("PURGE BINARY LOGS TO '" + logs.get(logs.size() - 1) + "'");
        }
        rest.resume(SOURCE);
        awaitFailed(SOURCE);
        assertThat(script.run())
                .contains(SOURCE + ": ", "no longer available on the server")
                .containsPattern(Troubleshooting.symptom("The binlog was purged"));
        assertThat(check.compare().differences()).isNotEmpty();
        script.run(2);
        awaitViews();
        traffic.run(20);
        awaitViews();
    }

    private static int countEvents(String topic) {
        return EventLog.records(pipeline.bootstrapServers(), topic).size();
    }

    private void lostHistory(Script script) throws Exception {
        ConnectRest rest = pipeline.rest();
        stop(SOURCE);
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, pipeline.bootstrapServers()))) {
            admin.deleteTopics(List.of("shop.schema-history")).all().get();
        }
        traffic.run(20);
        rest.resume(SOURCE);
        awaitFailed(SOURCE);
        assertThat(script.run())
                .contains(SOURCE + ": ", "The db history topic is missing")
                .containsPattern(Troubleshooting.symptom("The schema history is missing"));
        script.run(2);
        traffic.run(20);
        awaitViews();
        assertThat(config(SOURCE).has("snapshot.mode")).isFalse();
        requireEventsOnce();
    }

    private void payloadStore(Script script) throws Exception {
        ConnectRest rest = pipeline.rest();
        pipeline.s3().close();
        traffic.run(10);
        saveImages();
        await("events that wait for their payloads")
                .during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(20))
                .until(() -> !check.compare().isEqual());
        pipeline.s3().restart();
        awaitViews();
        assertThat(running()).contains("shop-media");

        ObjectNode config = config("shop-media");
        // A task that still ran would store what comes with the credentials that it has.
        stop("shop-media");
        rest.put(
                "shop-media",
                config.put("payload.s3.secret.access.key", "wrong").put("payload.retry.timeout.ms", "2000"));
        rest.resume("shop-media");
        saveImages();
        awaitFailed("shop-media");
        // A server that refuses what is still being sent may close the connection before its answer is read.
        assertThat(script.run())
                .contains("shop-media: ", "Cannot write s3://")
                .containsPattern(Troubleshooting.symptom("The payload store refuses or cannot be reached"))
                .containsAnyOf("status 403", "connection was closed");
        script.run(2);
        awaitViews();
    }

    /** Gives the products images that are objects of their own in the store. */
    private static void saveImages() throws SQLException {
        try (PreparedStatement sql =
                operator.prepareStatement("UPDATE products SET image = ?, version = version + 1 WHERE id = ?")) {
            for (String product : texts("SELECT id FROM products")) {
                byte[] image = new byte[200_000];
                random.nextBytes(image);
                sql.setBytes(1, image);
                sql.setString(2, product);
                sql.executeUpdate();
            }
        }
    }

    /** One of the two events is in Kafka already, which its producer did not hear. */
    private void recover(Script script) throws Exception {
        ObjectNode config = (ObjectNode) pipeline.rest().config("spool");
        pipeline.rest().put("spool", config.put("recover.delay.ms", "0"));
        try (SpoolStore store = SpoolStore.open(spoolSettings());
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", pipeline.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            ProducerRecord<String, String> written = new ProducerRecord<>("shop.visits", 0, "key", "written");
            written.headers().add("ce_id", "written".getBytes(UTF_8));
            producer.send(written).get();
            SpooledEvents spooled = new SpooledEvents(store, "visits");
            spooled.store("shop.visits", "written");
            spooled.store("shop.visits", "unwritten");
            assertThat(script.run()).contains("spool RUNNING");
            script.run(2);
            assertThat(store.list().incarnations().values())
                    .allSatisfy(waiting -> assertThat(waiting.objects()).isEmpty());
            store.deleteMarkers(spooled.incarnation());
        }
        assertThat(valuesOf("shop.visits")).containsExactly("written", "unwritten");
    }

    /** The topic of the first object can be created, that of the second one must not be, and the third one is damaged. */
    private void recoverDamaged(Script script) throws Exception {
        try (SpoolStore store = SpoolStore.open(spoolSettings())) {
            SpooledEvents spooled = new SpooledEvents(store, "searches");
            spooled.store("shop.searches", "search");
            spooled.store("shop.deleted", "deleted");
            String corrupt = spooled.storeCorrupt();
            spooled.store("shop.visits", "behind");
            awaitSpoolFailure("expected the topic shop.searches");
            assertThat(script.run())
                    .contains(
                            "spool: org.apache.kafka.connect.errors.ConnectException",
                            "object 1 of searches/",
                            corrupt);
            script.run();
            awaitSpoolFailure("expected the topic shop.deleted");
            assertThat(script.run()).contains("shop.deleted-0", "deleted  ambiguous");
            awaitSpoolFailure(corrupt);
            assertThat(script.run()).contains("refused/" + corrupt);
            assertThat(store.list().refused()).hasSize(1);
        }
        assertThat(valuesOf("shop.searches")).containsExactly("search");
        assertThat(valuesOf("shop.visits")).containsExactly("written", "unwritten", "behind");
        pipeline.rest().awaitRunning("spool", TIME_TO_ACT);
    }

    /** The broker loses the end of a committed transaction. */
    private void endTransaction(Script script) throws Exception {
        String topic = "shop.clicks";
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", pipeline.bootstrapServers()));
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", pipeline.bootstrapServers(), "transactional.id", "clicks"),
                        new StringSerializer(),
                        new StringSerializer())) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            producer.initTransactions();
            producer.beginTransaction();
            long anHourAgo = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
            producer.send(new ProducerRecord<>(topic, 0, anHourAgo, "key", "click"))
                    .get();
            producer.commitTransaction();
        }
        pipeline.broker().loseMarkers(List.of(new TopicPartition(topic, 0)));
        assertThat(valuesOf(topic)).isEmpty();
        assertThat(script.run()).contains("committed  shop.clicks-0@0");
        script.run();
        assertThat(valuesOf(topic)).containsExactly("click");
        awaitViews();
    }

    private static Map<String, String> spoolSettings() {
        Map<String, String> shop = pipeline.environment();
        return Map.of(
                "spool.store", "s3://" + shop.get("SHOP_PAYLOADS_BUCKET") + "/spool",
                "payload.s3.endpoint", shop.get("SHOP_S3_ENDPOINT"),
                "payload.s3.region", shop.get("SHOP_S3_REGION"),
                "payload.s3.path.style", "true",
                "payload.s3.access.key.id", shop.get("SHOP_S3_ACCESS_KEY_ID"),
                "payload.s3.secret.access.key", shop.get("SHOP_S3_SECRET_ACCESS_KEY"));
    }

    private static void awaitSpoolFailure(String reason) {
        await(reason).atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(
                        pipeline.rest().status("spool").toString())
                .contains("FAILED", reason));
    }

    /** The committed values of partition 0. */
    private static List<String> valuesOf(String topic) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", pipeline.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    private void grow(Script script) throws Exception {
        whileTheShopGoesOn(() -> {
            script.run();
            assertThat(script.run()).contains("installed-apps RUNNING RUNNING@");
            await("tasks of both workers")
                    .atMost(TIME_TO_ACT)
                    .untilAsserted(() -> assertThat(workers()).hasSize(2).contains("127.0.0.1:" + second.port()));
        });
        assertThat(pipeline.rest().status("installed-apps").path("tasks")).hasSize(4);
        awaitViews();

        // One worker after the other, as the section about upgrades says.
        Path marker = markOldVersion(secondPlugins);
        DocumentShell here = shell;
        shell = here.with(Map.of(
                "PLUGINS", secondPlugins.toString(),
                "OLD", secondPlugins.resolveSibling("second-before").toString(),
                "STOP", machines.command("stop2", () -> second.close()),
                "START", machines.command("restart2", () -> second.restart())));
        Script upgrade = new Script(runbook.commandsOf(UPGRADE));
        whileTheShopGoesOn(() -> upgrade.run(2));
        shell = here;
        assertThat(marker).doesNotExist();
        await("tasks of both workers").atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(workers())
                .hasSize(2));
        awaitViews();
        requireEventsOnce();
    }

    /** Something to be done. */
    private interface Action {
        void act() throws Exception;
    }

    private static void whileTheShopGoesOn(Action action) throws Exception {
        AtomicBoolean goOn = new AtomicBoolean(true);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try {
                while (goOn.get()) {
                    traffic.run(1);
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            } catch (SQLException | InterruptedException e) {
                throw new IllegalStateException("The shop could not go on", e);
            }
        });
        try {
            action.act();
        } finally {
            goOn.set(false);
        }
        writer.get(1, TimeUnit.MINUTES);
    }

    private static void awaitViews() {
        await("views as the shop says").atMost(TIME_TO_ACT).untilAsserted(() -> {
            ViewComparison comparison = check.compare();
            assertThat(comparison.differences()).isEmpty();
            assertThat(comparison.rows().values()).doesNotContain(0);
        });
    }

    /** No change became two events. Rows that a snapshot found come as often as there are snapshots. */
    private static void requireEventsOnce() {
        assertThat(EventLog.records(pipeline.bootstrapServers(), ORDERS))
                .filteredOn(event -> EventLog.header(event, "ce_snapshot") == null)
                .extracting(event -> EventLog.header(event, "ce_id"))
                .isNotEmpty()
                .doesNotHaveDuplicates();
    }

    private static int snapshotEvents(String topic) {
        return (int) EventLog.records(pipeline.bootstrapServers(), topic).stream()
                .filter(event -> EventLog.header(event, "ce_snapshot") != null)
                .count();
    }

    /** Stops a connector; returns when it has no tasks. */
    private static void stop(String connector) throws IOException {
        pipeline.rest().stop(connector);
        await(connector + " stops").atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(
                        pipeline.rest().status(connector).path("tasks"))
                .isEmpty());
    }

    private static void awaitFailed(String connector) {
        await(connector + " fails").atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(pipeline.rest()
                        .status(connector)
                        .path("tasks")
                        .path(0)
                        .path("state")
                        .asText())
                .isEqualTo("FAILED"));
    }

    /** The connectors all of whose parts run. */
    private static List<String> running() throws IOException {
        List<String> running = new ArrayList<>();
        for (String name : pipeline.rest().connectors()) {
            List<String> states = pipeline.rest().status(name).findValuesAsText("state");
            if (states.size() > 1 && states.stream().allMatch("RUNNING"::equals)) {
                running.add(name);
            }
        }
        return running;
    }

    private static Set<String> workers() throws IOException {
        Set<String> workers = new TreeSet<>();
        for (String name : pipeline.rest().connectors()) {
            pipeline.rest()
                    .status(name)
                    .path("tasks")
                    .forEach(task -> workers.add(task.path("worker_id").asText()));
        }
        return workers;
    }

    private static ObjectNode config(String name) throws IOException {
        return (ObjectNode) pipeline.rest().config(name);
    }

    private static Set<String> texts(String query) throws SQLException {
        Set<String> texts = new TreeSet<>();
        try (Statement sql = operator.createStatement();
                ResultSet row = sql.executeQuery(query)) {
            while (row.next()) {
                texts.add(row.getString(1));
            }
        }
        return texts;
    }
}
