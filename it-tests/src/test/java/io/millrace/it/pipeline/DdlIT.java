package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.TestPipeline;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.ConnectRest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** A table's definition changes between its rows: what a rule can still map goes on, what it cannot is refused by name. */
class DdlIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "redefined";
    private static final Duration TIME_TO_ACT = Duration.ofMinutes(2);

    private final LocalPipeline pipeline = TestPipeline.shared();
    private final ConnectRest rest = pipeline.rest();

    @Test
    void goesOnWithWhatCanBeMappedAndRefusesTheRestByName() throws Exception {
        try (Connection connection = pipeline.mysql().connectAsRoot();
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE TABLE shop.things (id BIGINT PRIMARY KEY, name VARCHAR(20), price DECIMAL(10, 2), "
                    + "note VARCHAR(20))");
            ObjectNode body = connector();
            ObjectNode config = (ObjectNode) body.path("config");
            rest.post(body);
            rest.awaitRunning(NAME, TIME_TO_ACT);
            sql.execute("INSERT INTO shop.things VALUES (1, 'one', 1.50, NULL)");
            awaitEvents("ThingSeen 1 {\"id\":1,\"price\":1.50}");

            sql.execute("ALTER TABLE shop.things ADD COLUMN colour VARCHAR(10) DEFAULT 'red' AFTER id");
            sql.execute("UPDATE shop.things SET name = 'uno' WHERE id = 1");
            sql.execute("ALTER TABLE shop.things RENAME COLUMN note TO remark");
            sql.execute("UPDATE shop.things SET price = 1.75, remark = 'r' WHERE id = 1");
            sql.execute("ALTER TABLE shop.things MODIFY COLUMN price DECIMAL(14, 4)");
            sql.execute("UPDATE shop.things SET price = 1.7501 WHERE id = 1");
            sql.execute("ALTER TABLE shop.things MODIFY COLUMN name TEXT CHARACTER SET utf8mb4, DROP COLUMN colour");
            sql.execute("UPDATE shop.things SET name = 'eins' WHERE id = 1");
            awaitEvents(
                    "ThingSeen 1 {\"id\":1,\"price\":1.50}",
                    "ThingNamed 1 {\"id\":1,\"name\":\"uno\"}",
                    "ThingPriced 1 {\"id\":1,\"price\":1.75}",
                    "ThingPriced 1 {\"id\":1,\"price\":1.7501}",
                    "ThingNamed 1 {\"id\":1,\"name\":\"eins\"}");

            // A column that a rule's condition and its fields use.
            sql.execute("ALTER TABLE shop.things RENAME COLUMN name TO label");
            sql.execute("INSERT INTO shop.things VALUES (2, 'hush', 2.5, NULL)");
            // Its rule uses other columns.
            await().atMost(TIME_TO_ACT)
                    .untilAsserted(
                            () -> assertThat(events()).last().isEqualTo("ThingSeen 2 {\"id\":2,\"price\":2.5000}"));
            sql.execute("UPDATE shop.things SET price = 3 WHERE id = 2");
            sql.execute("DELETE FROM shop.things WHERE id = 1");
            await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(rest.status(NAME)
                            .path("tasks")
                            .path(0)
                            .path("trace")
                            .asText())
                    .contains("shop.things (update) at binlog.")
                    .contains("rule ThingNamed")
                    .contains("name")
                    .doesNotContain("hush"));
            config.put("events.rule.2", rule("ThingNamed", "on: update; when: changed('label')", "name = row.label"));
            rest.put(NAME, config);
            rest.restart(NAME);
            await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(events())
                    .hasSize(8)
                    .endsWith("ThingPriced 2 {\"id\":2,\"price\":3.0000}", "ThingGone 1 {\"id\":1}"));
        } finally {
            rest.delete(NAME);
        }
    }

    private static ObjectNode connector() throws IOException {
        ObjectNode body =
                (ObjectNode) JSON.readTree(ShopConnectors.file("10-shop-source").toFile());
        ObjectNode config = (ObjectNode) body.path("config");
        config.properties().removeIf(option -> option.getKey().matches(".*\\.(rule|table)\\..*"));
        config.put("topic.prefix", NAME)
                .put("database.server.id", "5421")
                .put("schema.history.internal.kafka.topic", NAME + ".schema-history")
                .put("table.include.list", "shop.things")
                .put("key.converter.schemas.enable", "false")
                .put("value.converter.schemas.enable", "false")
                .put("topic.creation.default.partitions", "1")
                .put("events.table.1", "shop.things; key: id; topic: " + NAME)
                .put("events.rule.1", rule("ThingSeen", "on: create, read", "price"))
                .put("events.rule.2", rule("ThingNamed", "on: update; when: changed('name')", "name"))
                .put("events.rule.3", rule("ThingPriced", "on: update; when: changed('price')", "price"))
                .put("events.rule.4", "ThingGone; table: shop.things; on: delete; fields: id");
        return body.put("name", NAME);
    }

    private static String rule(String type, String clauses, String field) {
        return type + "; table: shop.things; " + clauses + "; fields: id, " + field;
    }

    private void awaitEvents(String... expected) {
        await().atMost(TIME_TO_ACT).untilAsserted(() -> assertThat(events()).containsExactly(expected));
    }

    private List<String> events() throws IOException {
        List<String> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                EventLog.records(pipeline.broker().bootstrapServers(), NAME)) {
            JsonNode key = JSON.readTree(record.key());
            events.add(EventLog.header(record, "ce_type") + " " + key.path("id") + " "
                    + new String(record.value(), StandardCharsets.UTF_8));
        }
        return events;
    }
}
