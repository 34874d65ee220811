package io.millrace.it.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.TestPipeline;
import io.millrace.it.shop.EventLog;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.documents.Troubleshooting;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectRestException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The event source under everyday operations: stops, restarts, purges of the binlog, schema changes, odd transactions. */
class EventSourceIT {
    private static final Duration TIME_TO_ACT = Duration.ofMinutes(2);
    private static final String PAID =
            "on: update; when: changed('status') && after.status == 'PAID'; fields: id, status";

    private final LocalPipeline pipeline = TestPipeline.shared();
    private final ConnectRest rest = pipeline.rest();
    private final EventSources sources =
            new EventSources(rest, pipeline.broker().bootstrapServers());
    private Connection connection;
    private Statement sql;

    @BeforeEach
    void connect() throws SQLException {
        connection = pipeline.mysql().connectAsRoot();
        sql = connection.createStatement();
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        sources.deletePosted();
    }

    @Test
    void losesNothingBetweenAStopAndAResumeBeforeItsFirstEvent() throws Exception {
        sql.execute("CREATE TABLE shop.unpaid (id BIGINT PRIMARY KEY, status VARCHAR(20))");
        sources.post("unpaid", 5431, "Paid; table: shop.unpaid; " + PAID);
        sources.awaitOffset("unpaid");
        sql.execute("INSERT INTO shop.unpaid VALUES (1, 'NEW')");

        sources.stop("unpaid");
        sql.execute("UPDATE shop.unpaid SET status = 'PAID' WHERE id = 1");
        sources.resume("unpaid");

        sources.awaitEvents("unpaid", "Paid 1 {\"id\":1,\"status\":\"PAID\"}");
    }

    @Test
    void resumesBehindAPurgeOfTheBinlogWhileNoRuleMatches() throws Exception {
        sql.execute("CREATE TABLE shop.dropped (id BIGINT PRIMARY KEY, status VARCHAR(20), n INT)");
        sources.post("dropped", 5432, "Paid; table: shop.dropped; " + PAID);
        sources.awaitOffset("dropped");
        sql.execute("INSERT INTO shop.dropped VALUES (1, 'NEW', 0)");
        for (int file = 0; file < 3; file++) {
            sql.execute("UPDATE shop.dropped SET n = n + 1 WHERE id = 1");
            sql.execute("FLUSH BINARY LOGS");
        }
        sql.execute("UPDATE shop.dropped SET n = n + 1 WHERE id = 1");
        String newest = newestBinlog();
        await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(
                        sources.offset("dropped").path("file").asText())
                .isEqualTo(newest));

        sources.stop("dropped");
        sql.execute("PURGE BINARY LOGS TO '" + newest + "'");
        sql.execute("UPDATE shop.dropped SET status = 'PAID' WHERE id = 1");
        sources.resume("dropped");

        sources.awaitEvents("dropped", "Paid 1 {\"id\":1,\"status\":\"PAID\"}");
    }

    @Test
    void readsRowsBeforeASchemaChangeAsTheyWereAfterARestart() throws Exception {
        sql.execute("CREATE TABLE shop.moved (id BIGINT PRIMARY KEY, a VARCHAR(20), b VARCHAR(20), total INT)");
        sources.post(
                "moved",
                5433,
                "Paid; table: shop.moved; on: create, update; when: after.a == 'PAID'; fields: id, a, b");
        sources.awaitOffset("moved");
        sql.execute("INSERT INTO shop.moved VALUES (1, 'PAID', 'B1', 5)");
        sources.awaitEvents("moved", "Paid 1 {\"id\":1,\"a\":\"PAID\",\"b\":\"B1\"}");

        sources.stop("moved");
        sql.execute("INSERT INTO shop.moved VALUES (2, 'NEW', 'PAID', 5)");
        sql.execute("INSERT INTO shop.moved VALUES (3, 'PAID', 'B3', 5)");
        sql.execute("ALTER TABLE shop.moved MODIFY COLUMN a VARCHAR(20) AFTER b, ADD COLUMN extra INT FIRST");
        sql.execute("INSERT INTO shop.moved (id, a, b, total) VALUES (4, 'PAID', 'B4', 5)");
        sources.resume("moved");
        sources.awaitEvents(
                "moved",
                "Paid 1 {\"id\":1,\"a\":\"PAID\",\"b\":\"B1\"}",
                "Paid 3 {\"id\":3,\"a\":\"PAID\",\"b\":\"B3\"}",
                "Paid 4 {\"id\":4,\"a\":\"PAID\",\"b\":\"B4\"}");

        rest.restart("moved");
        rest.awaitRunning("moved", TIME_TO_ACT);
        sql.execute("UPDATE shop.moved SET b = 'B5' WHERE id = 4");
        await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(sources.events("moved"))
                .hasSize(4)
                .endsWith("Paid 4 {\"id\":4,\"a\":\"PAID\",\"b\":\"B5\"}"));
    }

    @Test
    void readsTheRightColumnsAfterASwapOfTablesAndRestarts() throws Exception {
        sql.execute("CREATE TABLE shop.swapped (id BIGINT PRIMARY KEY, qty BIGINT NOT NULL, note VARCHAR(20))");
        sql.execute("INSERT INTO shop.swapped VALUES (0, 1, 'zero')");
        sources.post("swapped", 5434, "Seen; table: shop.swapped; on: create, update, read; fields: id, qty, note");
        sources.awaitEvents("swapped", "Seen 0 {\"id\":0,\"qty\":1,\"note\":\"zero\"}");
        sql.execute("CREATE TABLE shop._swapped_new LIKE shop.swapped");
        sql.execute("ALTER TABLE shop._swapped_new ADD COLUMN shop_id BIGINT NOT NULL DEFAULT 7 AFTER id");
        sql.execute("UPDATE shop.swapped SET qty = 4 WHERE id = 0");
        await().atMost(TIME_TO_ACT)
                .untilAsserted(() -> assertThat(sources.events("swapped")).hasSize(2));
        rest.restart("swapped");
        rest.awaitRunning("swapped", TIME_TO_ACT);
        sql.execute("INSERT INTO shop._swapped_new (id, qty, note) SELECT id, qty, note FROM shop.swapped");
        sql.execute("RENAME TABLE shop.swapped TO shop._swapped_del, shop._swapped_new TO shop.swapped");
        sql.execute("UPDATE shop.swapped SET qty = 5 WHERE id = 0");
        sql.execute("INSERT INTO shop.swapped VALUES (2, 7, 6, 'second')");
        await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(sources.events("swapped"))
                .endsWith(
                        "Seen 0 {\"id\":0,\"qty\":5,\"note\":\"zero\"}",
                        "Seen 2 {\"id\":2,\"qty\":6,\"note\":\"second\"}"));

        rest.restart("swapped");
        rest.awaitRunning("swapped", TIME_TO_ACT);
        sql.execute("UPDATE shop.swapped SET note = 'last' WHERE id = 2");
        await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(sources.events("swapped"))
                .endsWith("Seen 2 {\"id\":2,\"qty\":6,\"note\":\"last\"}"));
    }

    @Test
    void refusesAnXaTransactionAndPassesItByTheNamedRemedy() throws Exception {
        sql.execute("CREATE TABLE shop.prepared (id BIGINT PRIMARY KEY, status VARCHAR(20))");
        sql.execute("INSERT INTO shop.prepared VALUES (1, 'NEW'), (2, 'NEW')");
        String rule = "Paid; table: shop.prepared; " + PAID;
        ObjectNode config = sources.post("prepared", 5435, rule);
        sources.awaitOffset("prepared");
        sql.execute("XA START 'x1'");
        sql.execute("UPDATE shop.prepared SET status = 'PAID' WHERE id = 1");
        sql.execute("UPDATE shop.prepared SET status = 'PAID' WHERE id = 2");
        sql.execute("XA END 'x1'");
        sql.execute("XA PREPARE 'x1'");
        await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(sources.trace("prepared"))
                .containsPattern(Troubleshooting.symptom("An XA transaction is refused"))
                .contains("belongs to an XA transaction")
                .contains("xa=at_prepare"));
        assertThat(sources.events("prepared")).isEmpty();
        sql.execute("XA COMMIT 'x1'");

        Troubleshooting.readOptions("An XA transaction is refused").forEach(config::put);
        assertThat(config.path("events.xa").asText()).isEqualTo("at_prepare");
        rest.put("prepared", config);
        rest.restart("prepared");

        sources.awaitEvents(
                "prepared", "Paid 1 {\"id\":1,\"status\":\"PAID\"}", "Paid 2 {\"id\":2,\"status\":\"PAID\"}");
        assertThat(EventLog.records(pipeline.broker().bootstrapServers(), "prepared"))
                .extracting(record -> EventLog.header(record, "ce_id"))
                .doesNotHaveDuplicates();
    }

    /** Debezium's offset of a truncated table is the one before it, and so are those of the heartbeats that follow. */
    @Test
    void sendsATruncatedTableOnceIfItIsRestartedBehindIt() throws Exception {
        sql.execute("CREATE TABLE shop.cleared (id BIGINT PRIMARY KEY, status VARCHAR(20))");
        sql.execute("INSERT INTO shop.cleared VALUES (1, 'NEW')");
        ObjectNode body = EventSources.connector(
                "cleared", 5441, "Cleared; table: shop.cleared; on: truncate; key: none; fields: what: string = 'all'");
        ((ObjectNode) body.path("config")).put("skipped.operations", "none");
        sources.post(body);
        sources.awaitOffset("cleared");
        sql.execute("TRUNCATE TABLE shop.cleared");
        awaitCleared(1);
        awaitHeartbeat("cleared");

        sources.stop("cleared");
        sources.resume("cleared");
        sql.execute("TRUNCATE TABLE shop.cleared");

        awaitCleared(2);
        assertThat(EventLog.records(pipeline.broker().bootstrapServers(), "cleared"))
                .extracting(record -> EventLog.header(record, "ce_id"))
                .doesNotHaveDuplicates();
    }

    private void awaitCleared(int times) {
        await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(
                        EventLog.records(pipeline.broker().bootstrapServers(), "cleared"))
                .hasSize(times));
    }

    private void awaitHeartbeat(String connector) {
        String brokers = pipeline.broker().bootstrapServers();
        int before = EventLog.records(brokers, connector + ".heartbeat").size();
        await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(EventLog.records(brokers, connector + ".heartbeat"))
                .hasSizeGreaterThan(before));
    }

    @Test
    void sendsTheEventsBeforeARefusedChangeAndResumesWithIt() throws Exception {
        sql.execute("CREATE TABLE shop.refused (id BIGINT PRIMARY KEY, document JSON)");
        ObjectNode config = sources.post(
                "refused",
                5436,
                "Seen; table: shop.refused; on: create; fields: id, tags: [string] = " + "json(row.document).tags");
        sources.awaitOffset("refused");
        sql.execute("INSERT INTO shop.refused VALUES (1, '{\"tags\": []}'), (2, '{}'), (3, '{\"tags\": []}')");
        await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(sources.trace("refused"))
                .containsPattern(Troubleshooting.symptom("A change does not fit its rule"))
                .contains("rule Seen: tags"));
        sources.awaitEvents("refused", "Seen 1 {\"id\":1,\"tags\":[]}");
        JsonNode behindTheFirst = sources.offset("refused");
        assertThat(behindTheFirst.path("row").asInt()).isEqualTo(1);

        // It refuses the second row again. Until then Debezium's heartbeats have the offset of the transaction's begin.
        rest.restart("refused");
        awaitHeartbeat("refused");
        await().atMost(TIME_TO_ACT)
                .untilAsserted(() -> assertThat(sources.trace("refused")).contains("rule Seen: tags"));
        assertThat(sources.offset("refused")).isEqualTo(behindTheFirst);

        rest.put(
                "refused",
                config.put(
                        "events.rule.1",
                        "Seen; table: shop.refused; on: create; fields: id, tags: [string]? ="
                                + " json(row.document).tags"));
        rest.restart("refused");

        sources.awaitEvents(
                "refused",
                "Seen 1 {\"id\":1,\"tags\":[]}",
                "Seen 2 {\"id\":2,\"tags\":null}",
                "Seen 3 {\"id\":3,\"tags\":[]}");
    }

    @Test
    void readsRowsFromBeforeAndAfterAChangeOfTheColumnsThatRulesName() throws Exception {
        sql.execute("CREATE TABLE shop.altered (id BIGINT PRIMARY KEY, name VARCHAR(20))");
        ObjectNode config = sources.post("altered", 5440, "Seen; table: shop.altered; on: create; fields: id, name");
        sources.awaitOffset("altered");
        sources.stop("altered");
        sql.execute("INSERT INTO shop.altered VALUES (1, 'one')");
        sql.execute("ALTER TABLE shop.altered ADD COLUMN coupon VARCHAR(20), RENAME COLUMN name TO label");
        sql.execute("INSERT INTO shop.altered VALUES (2, 'two', 'X')");

        rest.put(
                "altered",
                config.put(
                        "events.rule.1",
                        "Seen; table: shop.altered; on: create; fields: id, coupon: string?,"
                                + " label: string = has(row.label) ? row.label : has(row.name) ? row.name : null"));
        sources.resume("altered");

        sources.awaitEvents(
                "altered",
                "Seen 1 {\"id\":1,\"coupon\":null,\"label\":\"one\"}",
                "Seen 2 {\"id\":2,\"coupon\":\"X\",\"label\":\"two\"}");
    }

    @Test
    void routesEventsByTheirRows() throws Exception {
        sql.execute("CREATE TABLE shop.routed (id BIGINT PRIMARY KEY, region VARCHAR(20), customer_id BIGINT,"
                + " placed_at DATETIME(6))");
        ObjectNode body = EventSources.connector(
                "routed",
                5442,
                "Placed; table: shop.routed; on: create; fields: id; topic: 'routed.' + row.region;"
                        + " partition.by: row.customer_id; timestamp: row.placed_at;"
                        + " headers: tenant = row.customer_id, schedule-at = row.placed_at");
        ((ObjectNode) body.path("config"))
                .put("topic.creation.default.partitions", "4")
                .put("events.topic.allowed", "routed\\.(eu|us)")
                .put("events.topic.partitions", "routed\\..*=4");
        sources.post(body);
        sources.awaitOffset("routed");
        sql.execute("INSERT INTO shop.routed VALUES (1, 'eu', 41, '2026-11-01 10:00:00.123456'),"
                + " (2, 'us', 42, '2026-11-02 10:00:00'), (3, 'eu', 43, '2026-11-03 10:00:00'),"
                + " (4, 'asia', 43, '2026-11-03 10:00:00')");

        await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(sources.trace("routed"))
                .contains("rule Placed: the computed 'topic' is not permitted"));
        assertRouted("routed.eu", "1@41@2026-11-01T10:00:00.123Z 3@43@2026-11-03T10:00:00Z");
        assertRouted("routed.us", "2@42@2026-11-02T10:00:00Z");
    }

    @Test
    void readsTheTablesOfAPatternAndNamesThoseThatDoNotFit() throws Exception {
        for (String tenant : List.of("eu", "us", "old")) {
            sql.execute("CREATE TABLE shop.part_" + tenant + " (id BIGINT PRIMARY KEY, "
                    + (tenant.equals("old") ? "state" : "status") + " VARCHAR(20))");
        }
        ObjectNode body = EventSources.connector("tenants", 5443, "Seen; table: shop.any; on: create; fields: id");
        ObjectNode config = ((ObjectNode) body.path("config"))
                .put("table.include.list", "shop\\.part_.*")
                .put("events.table.1", "shop.part_{tenant}; key: id; fields: id, status, tenant = table.tenant")
                .put("events.rule.1", "Seen; table: shop.part_{tenant}; on: create; topic: tenants");

        ConnectRestException refusal = catchThrowableOfType(ConnectRestException.class, () -> rest.post(body));
        assertThat(refusal.getMessage())
                .contains("1 of 3 tables that shop.part_{tenant} matches do not fit: shop.part_old: ")
                .contains("unknown column 'status'");

        String pattern = "shop.part_{tenant:eu|us}";
        config.put("events.table.1", pattern + "; key: id; fields: id, status, tenant = table.tenant")
                .put("events.rule.1", "Seen; table: " + pattern + "; on: create; topic: tenants");
        sources.post(body);
        sources.awaitOffset("tenants");
        sql.execute("INSERT INTO shop.part_eu VALUES (1, 'NEW')");
        sql.execute("INSERT INTO shop.part_old VALUES (2, 'NEW')");
        sql.execute("INSERT INTO shop.part_us VALUES (3, 'NEW')");

        sources.awaitEvents(
                "tenants",
                "Seen 1 {\"id\":1,\"status\":\"NEW\",\"tenant\":\"eu\"}",
                "Seen 3 {\"id\":3,\"status\":\"NEW\",\"tenant\":\"us\"}");
    }

    /** Each event has the partition of a producer whose key is the customer, its row's time and its headers. */
    private void assertRouted(String topic, String expected) {
        List<String> found = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                EventLog.records(pipeline.broker().bootstrapServers(), topic)) {
            String customer = EventLog.header(record, "tenant");
            assertThat(record.partition())
                    .isEqualTo(Utils.toPositive(Utils.murmur2(customer.getBytes(StandardCharsets.UTF_8))) % 4);
            assertThat(EventLog.header(record, "schedule-at")).startsWith("2026-11-0");
            found.add(EventLog.header(record, "ce_subject") + "@" + customer + "@"
                    + Instant.ofEpochMilli(record.timestamp()));
        }
        assertThat(found).containsExactlyInAnyOrder(expected.split(" "));
    }

    /** The broker refuses the second event, so the task ends between the events of a change. */
    @Test
    void sendsAllEventsOfAChangeOnceIfTheTaskEndsBetweenThem() throws Exception {
        sql.execute("CREATE TABLE shop.booked (id BIGINT PRIMARY KEY, status VARCHAR(20))");
        sql.execute("INSERT INTO shop.booked VALUES (1, 'NEW'), (2, 'NEW')");
        createTopic("booked.inventory", Map.of("max.message.bytes", "100"));
        ObjectNode body = EventSources.connector("booked", 5445, "OrderPaid; table: shop.booked; " + PAID);
        ((ObjectNode) body.path("config"))
                .put(
                        "events.rule.2",
                        "InventoryReserved; table: shop.booked; " + PAID + "; topic: booked.inventory; also")
                .put("events.rule.3", "OrderPaid v2; table: shop.booked; " + PAID + ", version = 2; also");
        sources.post(body);
        sources.awaitOffset("booked");
        sql.execute("UPDATE shop.booked SET status = 'PAID' WHERE id = 1");
        await().atMost(TIME_TO_ACT)
                .untilAsserted(() -> assertThat(sources.trace("booked")).contains("RecordTooLargeException"));
        assertThat(sources.events("booked")).isEmpty();

        changeTopic("booked.inventory", "max.message.bytes", "1000000");
        rest.restart("booked");
        String first = "OrderPaid 1 {\"id\":1,\"status\":\"PAID\"}";
        String second = "OrderPaid.v2 1 {\"id\":1,\"status\":\"PAID\",\"version\":2}";
        sources.awaitEvents("booked", first, second);
        sources.stop("booked");
        sql.execute("UPDATE shop.booked SET status = 'PAID' WHERE id = 2");
        sources.resume("booked");

        sources.awaitEvents(
                "booked",
                first,
                second,
                "OrderPaid 2 {\"id\":2,\"status\":\"PAID\"}",
                "OrderPaid.v2 2 {\"id\":2,\"status\":\"PAID\",\"version\":2}");
        sources.awaitEvents(
                "booked.inventory",
                "InventoryReserved 1 {\"id\":1,\"status\":\"PAID\"}",
                "InventoryReserved 2 {\"id\":2,\"status\":\"PAID\"}");
        List<String> ids = ids("booked");
        assertThat(ids.get(1)).isEqualTo(ids.get(0) + ":OrderPaid.v2");
        assertThat(ids("booked.inventory"))
                .containsExactly(ids.get(0) + ":InventoryReserved", ids.get(2) + ":InventoryReserved");
    }

    private List<String> ids(String topic) {
        return EventLog.records(pipeline.broker().bootstrapServers(), topic).stream()
                .map(record -> EventLog.header(record, "ce_id"))
                .toList();
    }

    private void createTopic(String topic, Map<String, String> configs) throws Exception {
        try (Admin admin = openAdmin()) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(configs)))
                    .all()
                    .get();
        }
    }

    private void changeTopic(String topic, String option, String value) throws Exception {
        try (Admin admin = openAdmin()) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(new ConfigEntry(option, value), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    private void deleteTopic(String topic) throws Exception {
        try (Admin admin = openAdmin()) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    private Admin openAdmin() {
        return Admin.create(Map.of("bootstrap.servers", pipeline.broker().bootstrapServers()));
    }

    /** A table's topic is created after the rows, and the connector reads no change before all tables are complete. */
    @Test
    void looksUpTheTablesOfRules() throws Exception {
        sql.execute("CREATE TABLE shop.visited (id BIGINT PRIMARY KEY, country VARCHAR(20))");
        writeCountries("visited.countries", Map.of("\"DE\"", "{\"name\":\"Germany\"}"));
        createTopic("visited.closed", Map.of("cleanup.policy", "compact"));
        ObjectNode body = EventSources.connector(
                "visited",
                5444,
                "Visited; table: shop.visited; on: create;"
                        + " when: found('countries', row.country) && !found('closed', row.country);"
                        + " fields: id, name: string? = lookup('countries', row.country).name");
        ((ObjectNode) body.path("config"))
                .put("events.lookup.1", "countries; topic: visited.countries; fields: name: string")
                .put("events.lookup.2", "closed; topic: visited.closed; fields: name: string")
                .put("events.tables.kafka.bootstrap.servers", pipeline.broker().bootstrapServers());
        sources.post(body);
        sources.awaitOffset("visited");
        sources.stop("visited");
        deleteTopic("visited.closed");
        sql.execute("INSERT INTO shop.visited VALUES (1, 'DE'), (2, 'XX')");
        sources.resume("visited");
        assertThat(sources.events("visited")).isEmpty();
        createTopic("visited.closed", Map.of("cleanup.policy", "compact"));
        sources.awaitEvents("visited", "Visited 1 {\"id\":1,\"name\":\"Germany\"}");

        ((ObjectNode) body.path("config"))
                .put(
                        "events.rule.1",
                        "Visited; table: shop.visited; on: create; fields: id, name: string?"
                                + " = lookup('country', row.country).name");
        assertThat(catchThrowableOfType(ConnectRestException.class, () -> rest.post(body)))
                .hasMessageContaining("events.rule.1")
                .hasMessageContaining("unknown table 'country'; expected one of [closed, countries]");
    }

    private void writeCountries(String topic, Map<String, String> records) throws Exception {
        createTopic(topic, Map.of("cleanup.policy", "compact"));
        Map<String, Object> clients =
                Map.of("bootstrap.servers", pipeline.broker().bootstrapServers());
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(clients, new StringSerializer(), new StringSerializer())) {
            for (Map.Entry<String, String> record : records.entrySet()) {
                producer.send(new ProducerRecord<>(topic, record.getKey(), record.getValue()))
                        .get();
            }
        }
    }

    /** As after gtid_mode was switched on under a running source. */
    @Test
    void namesTheRemedyForAnOffsetWithoutGtids() throws Exception {
        sql.execute("CREATE TABLE shop.ungtid (id BIGINT PRIMARY KEY, status VARCHAR(20))");
        sources.post("ungtid", 5439, "Seen; table: shop.ungtid; on: create; fields: id, status");
        sources.awaitOffset("ungtid");
        sql.execute("INSERT INTO shop.ungtid VALUES (1, 'NEW')");
        sources.awaitEvents("ungtid", "Seen 1 {\"id\":1,\"status\":\"NEW\"}");
        sources.stop("ungtid");
        ObjectNode offsets = (ObjectNode) rest.offsets("ungtid");
        ObjectNode offset = (ObjectNode) offsets.at("/offsets/0/offset");
        String gtids = offset.path("gtids").asText();
        offset.remove("gtids");
        rest.patchOffsets("ungtid", offsets);
        rest.resume("ungtid");
        await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(sources.trace("ungtid"))
                .containsPattern(Troubleshooting.symptom("The connector's offset has no GTIDs"))
                .contains("the connector's offset"));

        sources.stop("ungtid");
        offset.put("gtids", gtids);
        rest.patchOffsets("ungtid", offsets);
        sources.resume("ungtid");
        sql.execute("INSERT INTO shop.ungtid VALUES (2, 'NEW')");

        sources.awaitEvents("ungtid", "Seen 1 {\"id\":1,\"status\":\"NEW\"}", "Seen 2 {\"id\":2,\"status\":\"NEW\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wrapped.connector.class | io.nowhere.Connector | No plugin of the worker",
                "database.hostname | 127.0.0.2 | database.hostname",
                "database.password | wrong | Access denied",
                "topic.prefix | a b | topic.prefix",
                "snapshot.mode | sometimes | snapshot.mode",
                "table.include.list | shop.other | leaves out",
                "events.table.1 | shop.nowhere | the source has no table shop.nowhere",
                "events.table.1 | shop.Checked; key: id | the source has no table shop.Checked",
                "events.rule.1 | Seen; table: shop.checked; on: create; fields: nme | events.rule.1",
                "events.rule.1 | Seen; table: shop.checked; on: truncate; key: none; fields: what = 'x' |"
                        + " skipped.operations",
                "events.rlue.1 | x | unknown option",
                "context.sources | tea leaves | context.sources",
                "transaction.boundary | poll | transaction.boundary=connector",
                "exactly.once.support | requested | exactly.once.support=required",
                "payload.fields | before..image | payload.fields",
                "transforms | nowhere | transforms"
            })
    void answersAWrongConfigurationWithItsReason(String option, String value, String reason) throws Exception {
        sql.execute("CREATE TABLE IF NOT EXISTS shop.checked (id BIGINT PRIMARY KEY, name VARCHAR(20))");
        ObjectNode body =
                EventSources.connector("checked", 5437, "Seen; table: shop.checked; on: create; fields: id, name");
        ((ObjectNode) body.path("config")).put(option, value);

        ConnectRestException refusal = catchThrowableOfType(ConnectRestException.class, () -> rest.post(body));

        assertThat(refusal).as("%s=%s", option, value).isNotNull();
        assertThat(refusal.status()).as(refusal.getMessage()).isEqualTo(400);
        assertThat(refusal.getMessage()).contains(reason);
        assertThat(rest.connectors()).doesNotContain("checked");
    }

    @ParameterizedTest
    @CsvSource({
        "binlog_row_value_options, PARTIAL_JSON, ''",
        "binlog_row_image, MINIMAL, FULL",
        "binlog_rows_query_log_events, OFF, ON"
    })
    void refusesAServerWhoseBinlogLacksWhatEventsNeed(String variable, String wrong, String right) throws Exception {
        sql.execute("CREATE TABLE IF NOT EXISTS shop.checked (id BIGINT PRIMARY KEY, name VARCHAR(20))");
        ObjectNode body =
                EventSources.connector("unsafe", 5438, "Seen; table: shop.checked; on: create; fields: id, name");
        sql.execute("SET GLOBAL " + variable + " = '" + wrong + "'");
        try {
            ConnectRestException refusal = catchThrowableOfType(ConnectRestException.class, () -> rest.post(body));

            assertThat(refusal).isNotNull();
            assertThat(refusal.status()).isEqualTo(400);
            assertThat(refusal.getMessage()).contains(variable + "=" + wrong);
        } finally {
            sql.execute("SET GLOBAL " + variable + " = '" + right + "'");
        }
    }

    private String newestBinlog() throws SQLException {
        String newest = "";
        try (ResultSet logs = sql.executeQuery("SHOW BINARY LOGS")) {
            while (logs.next()) {
                newest = logs.getString(1);
            }
        }
        return newest;
    }
}
