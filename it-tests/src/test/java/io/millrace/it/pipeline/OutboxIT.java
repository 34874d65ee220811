package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.it.shop.Comparison;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.RandomTraffic;
import io.millrace.it.shop.Shop;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.local.LocalPipeline;
import io.millrace.local.ShopTopics;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.ServerDirectories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The shipped connector with its outbox: rows that are written and deleted in the transactions of the shop's changes. */
class OutboxIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> ROUTES = List.of("invoice", "shipment");
    private static final String OUTBOX = "shop.outbox.";

    /** An event as it was written to the outbox and must be seen; context that is null must have no header. */
    private record Written(
            String key, String type, String payload, String requestId, String userId, String traceparent) {}

    @Test
    void everyOutboxRowBecomesOneEventBesideTheOfficialOnes() throws Exception {
        Random random = new Random(Seeds.next());
        Shop shop = new Shop();
        try (LocalPipeline pipeline =
                        LocalPipeline.start(Installation.locate(), ServerDirectories.newDirectory("outbox"));
                Connection connection = pipeline.mysql().connectAsRoot()) {
            connection.setCatalog("shop");
            ShopConnectors.postOrdersAndSites(pipeline);
            RandomTraffic traffic = new RandomTraffic(random, connection, shop);
            Map<String, Map<String, Written>> committed = new TreeMap<>();
            ROUTES.forEach(route -> committed.put(route, new TreeMap<>()));
            for (int i = 0; i < 400; i++) {
                Map<String, Map<String, Written>> written = write(random, connection, i);
                if (traffic.transaction()) {
                    written.forEach((route, rows) -> committed.get(route).putAll(rows));
                }
            }

            for (String route : ROUTES) {
                Map<String, Written> expected = committed.get(route);
                assertThat(expected).hasSizeGreaterThan(100);
                await(route).atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(
                                records(pipeline, OUTBOX + route))
                        .hasSizeGreaterThanOrEqualTo(expected.size()));
                List<ConsumerRecord<byte[], byte[]>> records = records(pipeline, OUTBOX + route);
                assertThat(records)
                        .extracting(record -> EventLog.header(record, "id"))
                        .doesNotHaveDuplicates();
                Map<String, Written> seen = new TreeMap<>();
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    seen.put(EventLog.header(record, "id"), seen(record));
                }
                assertThat(seen).isEqualTo(expected);
                assertThat(records).allSatisfy(OutboxIT::hasNothingOfTheTable);
            }
            new Comparison(pipeline, shop).assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());
            new Comparison(pipeline, shop).assertEventsExactlyOnce(Comparison.SITES, shop.siteEvents());
            new Comparison(pipeline, shop).assertViews();
            List<String> created = ShopTopics.read(
                            ProjectFiles.of(Installation.locate()).topicScript())
                    .stream()
                    .map(NewTopic::name)
                    .toList();
            assertThat(EventLog.topics(pipeline.broker().bootstrapServers()))
                    .filteredOn(topic -> topic.startsWith("shop.") && !created.contains(topic))
                    .containsExactlyInAnyOrder(
                            "shop.orders",
                            "shop.sites",
                            "shop.schema-history",
                            "shop.heartbeat",
                            OUTBOX + "invoice",
                            OUTBOX + "shipment");
        }
    }

    /** Inserts some rows, each with a context of its own, and deletes them again, one by one or all at once. */
    private static Map<String, Map<String, Written>> write(Random random, Connection connection, int transaction)
            throws SQLException {
        Map<String, Map<String, Written>> written = new TreeMap<>();
        List<String> ids = new ArrayList<>();
        int rows = random.nextInt(4);
        for (int row = 0; row < rows; row++) {
            String id = "%08d-%04d".formatted(transaction, row);
            String route = ROUTES.get(random.nextInt(ROUTES.size()));
            int n = random.nextInt(50);
            Written event = new Written(
                    "k-" + n,
                    n % 2 == 0 ? "Issued" : "Sent",
                    "{\"amount\": " + n + ", \"note\": \"Grüße 🎈 " + n + "\", \"lines\": [{\"sku\": \"s\"}]}",
                    random.nextInt(5) == 0 ? null : "outbox-" + id,
                    random.nextInt(5) == 0 ? null : "u " + n,
                    random.nextInt(5) == 0
                            ? null
                            : "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0" + random.nextInt(2));
            insert(connection, id, route, event);
            written.computeIfAbsent(route, name -> new TreeMap<>()).put(id, event);
            ids.add(id);
        }
        delete(connection, ids);
        return written;
    }

    private static void insert(Connection connection, String id, String route, Written event) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, request_id, user_id, traceparent)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""")) {
            int column = 1;
            for (String value : Arrays.asList(
                    id,
                    route,
                    event.key(),
                    event.type(),
                    event.payload(),
                    event.requestId(),
                    event.userId(),
                    event.traceparent())) {
                insert.setString(column++, value);
            }
            insert.executeUpdate();
        }
    }

    private static void delete(Connection connection, List<String> ids) throws SQLException {
        try (Statement delete = connection.createStatement()) {
            for (String id : ids) {
                // Whoever made the change, the row's own context is the event's: the delete's comment is nobody's.
                delete.executeUpdate("DELETE FROM outbox WHERE id = '" + id + "' /*requestId='the%20delete'*/");
            }
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(LocalPipeline pipeline, String topic) {
        return EventLog.records(pipeline.broker().bootstrapServers(), topic);
    }

    private static Written seen(ConsumerRecord<byte[], byte[]> record) throws IOException {
        JsonNode payload = JSON.readTree(record.value()).path("payload");
        return new Written(
                JSON.readTree(record.key()).path("payload").asText(),
                EventLog.header(record, "eventType"),
                "{\"amount\": " + payload.path("amount") + ", \"note\": " + payload.path("note")
                        + ", \"lines\": [{\"sku\": "
                        + payload.path("lines").path(0).path("sku") + "}]}",
                EventLog.header(record, "requestId"),
                EventLog.header(record, "userId"),
                EventLog.header(record, "traceparent"));
    }

    private static void hasNothingOfTheTable(ConsumerRecord<byte[], byte[]> record) {
        assertThat(StreamSupport.stream(record.headers().spliterator(), false).map(header -> header.key()))
                .doesNotHaveDuplicates()
                .isSubsetOf("id", "eventType", "requestId", "userId", "traceparent");
        assertThat(new String(record.value(), StandardCharsets.UTF_8))
                .doesNotContain("INSERT INTO", "aggregatetype", "\"query\"");
    }
}
