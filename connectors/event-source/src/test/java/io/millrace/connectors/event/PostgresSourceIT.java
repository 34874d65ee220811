package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connectors.event.PostgresPipeline.Event;
import io.millrace.testing.campaigns.AwaitedCondition;
import io.millrace.testing.servers.ConnectRestException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The event source with Debezium's connector for PostgreSQL, on a real server. */
class PostgresSourceIT {
    private static final Path PAGE = Path.of("../../docs/rules.md");
    private static PostgresPipeline pipeline;

    private Connection connection;
    private Statement sql;

    @BeforeAll
    static void startServers() throws Exception {
        pipeline = PostgresPipeline.start();
    }

    @AfterAll
    static void stopServers() {
        if (pipeline != null) {
            pipeline.close();
        }
    }

    @BeforeEach
    void connect() throws SQLException {
        connection = pipeline.connect();
        sql = connection.createStatement();
    }

    @AfterEach
    void disconnect() throws Exception {
        connection.close();
        for (String name : pipeline.rest().connectors()) {
            pipeline.rest().delete(name);
        }
    }

    @Test
    void sendsRowsOfTheSnapshotAndChangesWithIdsOfTheirOwn() throws Exception {
        sql.execute("CREATE TABLE shop.orders (id BIGINT PRIMARY KEY, status TEXT DEFAULT 'NEW', total NUMERIC(10,2))");
        sql.execute("ALTER TABLE shop.orders REPLICA IDENTITY FULL");
        sql.execute("CREATE TABLE shop.notes (id BIGINT PRIMARY KEY)");
        sql.execute("CREATE PUBLICATION orders FOR TABLE shop.orders, shop.notes");
        sql.execute("INSERT INTO shop.orders VALUES (1, 'NEW', 5.50)");
        ObjectNode body = pipeline.connector("orders", "shop.orders,shop.notes");
        config(body)
                .put("skipped.operations", "none")
                .put("events.table.1", "shop.orders; key: id; fields: id, status; topic: orders")
                .put("events.table.2", "shop.notes; topic: orders")
                .put("events.rule.1", "Found; table: shop.orders; on: read")
                .put(
                        "events.rule.2",
                        "Paid; table: shop.orders; on: update;"
                                + " when: changed('status') && before.status == 'NEW' && after.status == 'PAID'")
                .put("events.rule.3", "Changed; table: shop.orders; on: create, update, delete")
                .put(
                        "events.rule.4",
                        "Cleared; table: shop.orders; on: truncate; key: none; fields: t: string = table.name")
                .put("events.rule.5", "Cleared; table: shop.notes; on: truncate; fields: t: string = table.name");
        pipeline.post(body);
        pipeline.awaitEvents("orders", 1);

        sql.execute("UPDATE shop.orders SET status = 'PAID' WHERE id = 1");
        copy("shop.orders", 2, 5);
        sql.execute("UPDATE shop.orders SET id = 9 WHERE id = 1");
        sql.execute("DELETE FROM shop.orders WHERE id = 2");
        sql.execute("TRUNCATE shop.orders, shop.notes");

        List<Event> events = pipeline.awaitEvents("orders", 11);
        assertThat(events)
                .extracting(Event::toString)
                .startsWith("Found {\"id\":1,\"status\":\"NEW\"}", "Paid {\"id\":1,\"status\":\"PAID\"}")
                .contains(
                        "Changed {\"id\":2,\"status\":\"NEW\"}",
                        "Changed {\"id\":5,\"status\":\"NEW\"}",
                        "Changed {\"id\":9,\"status\":\"PAID\"}",
                        "Cleared {\"t\":\"orders\"}",
                        "Cleared {\"t\":\"notes\"}");
        assertThat(events)
                .extracting(Event::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("snapshot:\\d+:0:shop\\.orders:[0-9a-f]{32}|\\d+:\\d+:\\d+:[cudt]"));
        assertThat(events.get(0).headers())
                .containsEntry("ce_snapshot", "initial")
                .containsEntry("ce_source", "/orders");
    }

    /** One record of the log has many rows of a COPY: Debezium itself would resume behind all of them. */
    @Test
    void losesAndRepeatsNothingIfItIsKilledOrStoppedInTheMiddleOfTransactions() throws Exception {
        sql.execute("CREATE TABLE shop.items (id BIGINT PRIMARY KEY, status TEXT)");
        sql.execute("CREATE PUBLICATION items FOR TABLE shop.items");
        ObjectNode body = pipeline.connector("items", "shop.items");
        config(body)
                .put("max.batch.size", "7")
                .put("max.queue.size", "14")
                .put("context.sources", "message")
                .put("events.table.1", "shop.items; key: id; fields: id; topic: items")
                .put("events.rule.1", "Created; table: shop.items; on: create")
                .put("events.rule.2", "Moved; table: shop.items; on: update");
        pipeline.post(body);

        List<Integer> ids = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            int first = round * 1000;
            connection.setAutoCommit(false);
            attach("r-" + round);
            copy("shop.items", first, first + 499);
            attach("s-" + round);
            copy("shop.items", first + 500, first + 599);
            connection.commit();
            connection.setAutoCommit(true);
            IntStream.range(first, first + 600).forEach(ids::add);
            int before = round * 600;
            AwaitedCondition.requireWithin(
                    PostgresPipeline.TIME_TO_ACT,
                    "some events",
                    () -> pipeline.events("items").size() > before + 20);
            if (round % 2 == 0) {
                pipeline.worker().kill();
                pipeline.worker().restart();
                pipeline.rest().awaitRunning("items", PostgresPipeline.TIME_TO_ACT);
            } else {
                pipeline.stop("items");
                pipeline.resume("items");
            }
            pipeline.awaitEvents("items", ids.size());
        }
        List<Event> events = pipeline.events("items");
        assertEachOnce(events, ids);
        assertThat(events)
                .extracting(event -> event.headers().get("requestId"))
                .containsExactlyElementsOf(ids.stream()
                        .map(id -> (id % 1000 < 500 ? "r-" : "s-") + id / 1000)
                        .toList());
    }

    /** The log continues behind a commit with a change of another transaction, which began before it and ends after the restart. */
    @Test
    void losesNoChangeOfATransactionThatWasOpenWhenItWasStopped() throws Exception {
        sql.execute("CREATE TABLE shop.readings (id BIGINT, status TEXT)");
        sql.execute("CREATE PUBLICATION readings FOR TABLE shop.readings");
        ObjectNode body = pipeline.connector("readings", "shop.readings");
        config(body)
                .put("context.sources", "message")
                .put("events.table.1", "shop.readings; fields: id; topic: readings")
                .put("events.rule.1", "Read; table: shop.readings; on: create");
        pipeline.post(body);
        awaitSlot("readings");

        List<Integer> ids = new ArrayList<>();
        try (Connection other = pipeline.connect();
                Statement open = other.createStatement()) {
            other.setAutoCommit(false);
            for (int first = 0; first < 50; first += 10) {
                open.execute(
                        "SELECT pg_logical_emit_message(true, 'millrace.context', 'requestId=''open-" + first + "''')");
                open.execute("INSERT INTO shop.readings VALUES (" + (first + 1) + ")");
                sql.execute("INSERT INTO shop.readings VALUES (" + first + ")");
                for (int i = 2; i < 5; i++) {
                    open.execute("INSERT INTO shop.readings VALUES (" + (first + i) + ")");
                }
                ids.add(first);
                pipeline.awaitEvents("readings", ids.size());
                pipeline.stop("readings");
                other.commit();
                IntStream.range(first + 1, first + 5).forEach(ids::add);
                pipeline.resume("readings");
                pipeline.awaitEvents("readings", ids.size());
            }
        }

        List<Event> events = pipeline.events("readings");
        assertEachOnce(events, ids);
        assertThat(events)
                .filteredOn(event -> !event.value().endsWith("0}"))
                .extracting(event -> event.headers().get("requestId"))
                .allMatch(id -> id != null && id.startsWith("open-"));
    }

    @Test
    void refusesToPublishALargeValueThatTheLogDoesNotRepeat() throws Exception {
        sql.execute("CREATE TABLE shop.pages (id BIGINT PRIMARY KEY, views INT, body TEXT)");
        // Not compressed, so that it is stored outside of the row.
        sql.execute("ALTER TABLE shop.pages ALTER COLUMN body SET STORAGE EXTERNAL");
        sql.execute("INSERT INTO shop.pages VALUES (1, 0, repeat('x', 20000)), (2, 0, repeat('y', 20000))");
        sql.execute("CREATE PUBLICATION pages FOR TABLE shop.pages");
        ObjectNode body = pipeline.connector("pages", "shop.pages");
        config(body)
                .put("events.table.1", "shop.pages; key: id; topic: pages")
                .put("events.rule.1", "Written; table: shop.pages; on: update; when: after.id == 2; fields: id, body")
                .put("events.rule.2", "Viewed; table: shop.pages; on: update; fields: id, views");
        pipeline.post(body);
        awaitSlot("pages");

        sql.execute("UPDATE shop.pages SET views = 1 WHERE id = 1");
        assertThat(pipeline.awaitEvents("pages", 1)).hasToString("[Viewed {\"id\":1,\"views\":1}]");
        sql.execute("UPDATE shop.pages SET views = 1 WHERE id = 2");
        assertThat(pipeline.awaitFailure("pages"))
                .contains("rule Written", "row.body", "REPLICA IDENTITY FULL")
                .doesNotContain("__debezium_unavailable_value");
        assertThat(pipeline.events("pages")).hasSize(1);
    }

    @Test
    void findsPartitionsUnderTheNameOfTheirTable() throws Exception {
        sql.execute("CREATE TABLE shop.visits (id BIGINT, region TEXT, PRIMARY KEY (id, region))"
                + " PARTITION BY LIST (region)");
        sql.execute("CREATE TABLE shop.visits_eu PARTITION OF shop.visits FOR VALUES IN ('eu')");
        sql.execute("CREATE TABLE shop.visits_us PARTITION OF shop.visits FOR VALUES IN ('us')");
        sql.execute("CREATE PUBLICATION visits FOR TABLE shop.visits WITH (publish_via_partition_root = true)");
        sql.execute("INSERT INTO shop.visits VALUES (1, 'eu')");
        ObjectNode body = pipeline.connector("visits", "shop.visits");
        config(body)
                .put("events.table.1", "shop.visits; key: id; fields: id, region; topic: visits")
                .put("events.rule.1", "Visit; table: shop.visits; on: create, update, delete, read");
        pipeline.post(body);
        pipeline.awaitEvents("visits", 1);

        sql.execute("INSERT INTO shop.visits VALUES (2, 'us')");
        sql.execute("UPDATE shop.visits SET region = 'eu' WHERE id = 2");

        assertThat(pipeline.awaitEvents("visits", 4))
                .extracting(Event::value)
                .containsExactly(
                        "{\"id\":1,\"region\":\"eu\"}",
                        "{\"id\":2,\"region\":\"us\"}",
                        "{\"id\":2,\"region\":\"us\"}",
                        "{\"id\":2,\"region\":\"eu\"}");
    }

    /** With {@code -Dmillrace.generate} the page is written again. */
    @Test
    void everyTypeBecomesWhatThePageStates() throws Exception {
        for (String statement : PostgresTypeTable.definitions("shop.types")) {
            sql.execute(statement);
        }
        sql.execute("CREATE PUBLICATION types FOR TABLE shop.types");
        ObjectNode body = pipeline.connector("types", "shop.types");
        config(body)
                .put("value.converter.schemas.enable", "true")
                .put("value.converter.decimal.format", "NUMERIC")
                .put(
                        "events.table.1",
                        "shop.types; key: id; fields: id, " + String.join(", ", PostgresTypeTable.columns())
                                + "; topic: types")
                .put("events.rule.1", "Typed; table: shop.types; on: create, read");
        pipeline.post(body);
        awaitSlot("types");
        sql.execute(PostgresTypeTable.insertion("shop.types"));

        String event = pipeline.awaitEvents("types", 1).get(0).value();
        String rows = PostgresTypeTable.HEADING
                + PostgresTypeTable.rows(JsonMapper.builder()
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                        .build()
                        .readTree(event));
        String page = Files.readString(PAGE);
        int begin = page.indexOf(PostgresTypeTable.HEADING);
        int end = page.indexOf("\n\n", begin) + 1;
        if (System.getProperty("millrace.generate") != null) {
            Files.writeString(PAGE, page.substring(0, begin) + rows + page.substring(end));
        }
        assertThat(Files.readString(PAGE)).contains("\n" + rows + "\n");
    }

    @Test
    void advancesTheSlotWhileNoEventIsSent() throws Exception {
        sql.execute("CREATE TABLE shop.quiet (id BIGINT PRIMARY KEY)");
        sql.execute("CREATE TABLE shop.elsewhere (id BIGINT PRIMARY KEY)");
        sql.execute("CREATE PUBLICATION quiet FOR TABLE shop.quiet");
        ObjectNode body = pipeline.connector("quiet", "shop.quiet");
        config(body)
                .put("events.table.1", "shop.quiet; key: id; fields: id; topic: quiet")
                .put("events.rule.1", "Never; table: shop.quiet; on: delete");
        pipeline.post(body);

        sql.execute("INSERT INTO shop.quiet VALUES (1)");
        awaitSlot("quiet");
        // No change of a captured table: only what the heartbeat writes advances the slot.
        sql.execute("INSERT INTO shop.elsewhere VALUES (1)");
        awaitSlot("quiet");
        assertThat(pipeline.events("quiet.message")).isEmpty();
        assertThat(pipeline.events("quiet")).isEmpty();
    }

    @Test
    void refusesWhatTheDatabaseLacksWhenPosted() throws Exception {
        sql.execute("CREATE TYPE shop.mood AS ENUM ('GOOD', 'BAD')");
        sql.execute("CREATE TABLE shop.checked (id BIGINT PRIMARY KEY, mood shop.mood, total NUMERIC(10,2),"
                + " doubled BIGINT GENERATED ALWAYS AS (id * 2) STORED)");
        sql.execute("CREATE TABLE shop.unpublished (id BIGINT PRIMARY KEY)");
        sql.execute("CREATE PUBLICATION checked FOR TABLE shop.checked WITH (publish = 'insert, update')");
        sql.execute("CREATE USER plain PASSWORD 'plain-7'");
        sql.execute("GRANT USAGE ON SCHEMA shop TO plain");
        sql.execute("GRANT SELECT ON shop.checked, shop.unpublished TO plain");

        assertThat(refusal("Made; table: shop.checked; on: create; fields: id, mod"))
                .contains("mod", "mood");
        assertThat(refusal("Made; table: shop.checked; on: create; fields: id, doubled"))
                .contains("doubled");
        assertThat(refusal("Made; table: shop.checked; on: create; when: after.mood == 'GOOT'; fields: id"))
                .contains("GOOT", "GOOD");
        assertThat(refusal("Made; table: shop.checked; on: create; when: after.total > 'x'; fields: id"))
                .contains("total");
        assertThat(refusal("Changed; table: shop.checked; on: update; when: changed('mood'); fields: id"))
                .contains("ALTER TABLE shop.checked REPLICA IDENTITY FULL");
        assertThat(refusal("Gone; table: shop.checked; on: delete; fields: id"))
                .contains("the rule Gone is for delete, which the publication checked leaves out");
        assertThat(refusal("Made; table: shop.unpublished; on: create; fields: id"))
                .contains("ALTER PUBLICATION checked ADD TABLE shop.unpublished");
        assertThat(refusal("Made; table: shop.checked; on: create; fields: id", "database.user", "plain"))
                .contains("ALTER ROLE plain REPLICATION");
        assertThat(refusal("Made; table: shop.checked; on: create; fields: id", "publication.name", "absent"))
                .contains("no publication absent");
        assertThat(refusal("Made; table: shop.checked; on: create; fields: id", "plugin.name", "decoderbufs"))
                .contains("pgoutput");

        sql.execute("ALTER TABLE shop.checked REPLICA IDENTITY FULL");
        sql.execute("ALTER PUBLICATION checked SET (publish = 'insert, update, delete')");
        pipeline.post(
                checked("Gone; table: shop.checked; on: update, delete; when: changed('mood'); fields: id, mood"));
    }

    private static String refusal(String rule, String... options) {
        ObjectNode body = checked(rule);
        for (int i = 0; i < options.length; i += 2) {
            config(body).put(options[i], options[i + 1]);
        }
        if (List.of(options).contains("plain")) {
            config(body).put("database.password", "plain-7");
        }
        ConnectRestException refusal = catchThrowableOfType(
                ConnectRestException.class, () -> pipeline.rest().post(body));
        assertThat(refusal.status()).as(refusal.getMessage()).isEqualTo(400);
        return refusal.getMessage();
    }

    private static ObjectNode checked(String rule) {
        ObjectNode body = pipeline.connector("checked", "shop.checked,shop.unpublished");
        config(body)
                .put("events.table.1", "shop.checked; topic: checked")
                .put("events.table.2", "shop.unpublished; topic: checked")
                .put("events.rule.1", rule);
        return body;
    }

    /** Waits until the slot has passed what is in the log now. */
    private void awaitSlot(String name) throws Exception {
        String now = pipeline.queryText("SELECT pg_current_wal_lsn()");
        AwaitedCondition.requireWithin(
                PostgresPipeline.TIME_TO_ACT, "the slot to pass " + now, () -> pipeline.queryText(
                                "SELECT confirmed_flush_lsn >= '" + now
                                        + "' FROM pg_replication_slots WHERE slot_name = '" + name + "'")
                        .equals("t"));
    }

    /** Requires one event for each row's id, in this order. */
    private static void assertEachOnce(List<Event> events, List<Integer> ids) {
        assertThat(events)
                .extracting(Event::value)
                .containsExactlyElementsOf(
                        ids.stream().map(id -> "{\"id\":" + id + "}").toList());
        assertThat(events).extracting(Event::id).doesNotHaveDuplicates();
    }

    private void attach(String request) throws SQLException {
        sql.execute("SELECT pg_logical_emit_message(true, 'millrace.context', 'requestId=''" + request + "''')");
    }

    /** Writes rows in such a way that one record of the log has many of them. */
    private void copy(String table, int first, int last) throws SQLException {
        sql.execute("COPY " + table + " (id) FROM PROGRAM 'seq " + first + " " + last + "'");
    }

    private static ObjectNode config(ObjectNode body) {
        return (ObjectNode) body.path("config");
    }
}
