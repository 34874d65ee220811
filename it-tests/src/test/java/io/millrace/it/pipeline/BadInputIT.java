package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.TestPipeline;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.documents.Troubleshooting;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectRestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is said clearly, where it is wrong, and costs nothing else. */
class BadInputIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIME_TO_ACT = Duration.ofSeconds(90);

    private final LocalPipeline pipeline = TestPipeline.shared();
    private final ConnectRest rest = pipeline.rest();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10 | events.rule.2 | OrderPaid; table: shop.ordrs; on: update; fields: status | rule.2 | the table"
                        + " shop.ordrs is not declared",
                "10 | events.rule.2 | OrderPaid; table: shop.orders; on: update; when: afer.status == 'PAID'; fields:"
                        + " status | rule.2 | unknown name 'afer'",
                "10 | events.rule.2 | OrderPaid; table: shop.orders; on: update; when: op + 1 == 2; fields: status |"
                        + " rule.2 | cannot be applied to",
                "10 | events.rule.2 | OrderPaid; table: shop.orders; fields: status | rule.2 | the clause 'on' is"
                        + " missing",
                "10 | events.rule.2 | OrderPaid; table: shop.orders; on: update; when: after.statsu == 'PAID' | rule.2"
                        + " | unknown column 'statsu'",
                "10 | events.rule.2 | OrderPaid; table: shop.orders; on: update; when: after.status == 5 | rule.2 |"
                        + " cannot be applied to",
                "10 | events.rule.2 | OrderPaid; table: shop.orders; on: update; when: changed('statsu') | rule.2 |"
                        + " changed('statsu') names a column that the table does not have",
                "10 | events.rule.2 | OrderPaid; table: shop.orders; on: update; fields: *, colour | rule.2 |"
                        + " unknown column 'colour'",
                "10 | events.table.3 | shop.nowhere | table.3 | the source has no table shop.nowhere",
                "10 | events.on.unmatched | maybe | on.unmatched | maybe",
                "10 | context.sources | comment,tea leaves | sources | tea leaves",
                "20 | projection.installed_apps.kind | implode | projection.installed_apps.kind | implode",
                "20 | projection.installed_apps.elements | valu.apps | projection.installed_apps.elements | unknown"
                        + " name 'valu'",
                "20 | projection.installed_apps.table | nowhere | projection.installed_apps.table | nowhere",
                "20 | projection.installed_apps.columns | app_version = element.version, colour = 'red' |"
                        + " projection.installed_apps.columns | colour",
                "20 | connection.url | jdbc:mysql://127.0.0.1:1/views | connection.url | 127.0.0.1",
                "20 | connection.password | ${env:NO_SUCH_VARIABLE} | connection.password | has no value on this worker"
            })
    void aWrongOptionIsRefusedWhenItIsPosted(String file, String option, String value, String name, String reason)
            throws IOException {
        ObjectNode body = shipped(file).deepCopy();
        ((ObjectNode) body.path("config")).put(option, value);
        body.put("name", "refused");
        ConnectRestException refusal = catchThrowableOfType(ConnectRestException.class, () -> rest.post(body));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.getMessage()).contains(name).contains(reason);
        assertThat(rest.connectors()).doesNotContain("refused");
    }

    @Test
    void aChangeThatNoRuleCanMapStopsTheConnectorAndNothingIsLost() throws Exception {
        String name = "unmappable";
        try (Connection root = pipeline.mysql().connectAsRoot();
                Statement sql = root.createStatement()) {
            sql.execute("CREATE TABLE shop.notes (id BIGINT PRIMARY KEY, document JSON)");
            ObjectNode body = shipped("10").deepCopy();
            ObjectNode config = (ObjectNode) body.path("config");
            String rule = "NoteWritten; table: shop.notes; on: create, read; key: id; fields: id, tags: [string]%s = "
                    + "json(row.document).tags; topic: notes";
            config.properties().removeIf(option -> option.getKey().matches(".*\\.(rule|table)\\..*"));
            config.put("topic.prefix", name)
                    .put("database.server.id", "5402")
                    .put("schema.history.internal.kafka.topic", name + ".schema-history")
                    .put("table.include.list", "shop.notes")
                    .put("events.table.1", "shop.notes")
                    .put("events.rule.1", rule.formatted(""))
                    .put("topic.creation.default.partitions", "1");
            rest.post(body.put("name", name));
            rest.awaitRunning(name, TIME_TO_ACT);

            sql.execute("INSERT INTO shop.notes VALUES (1, '{\"tags\": [\"a\"]}')");
            // The snapshot, which may have read this row, is over: what follows is read from the binlog.
            await().atMost(TIME_TO_ACT)
                    .untilAsserted(() -> assertThat(keys("notes")).containsExactly("1"));
            sql.execute("INSERT INTO shop.notes VALUES (2, '{\"secret\": \"hush\"}')");
            sql.execute("INSERT INTO shop.notes VALUES (3, '{\"tags\": []}')");
            await().atMost(TIME_TO_ACT).untilAsserted(() -> {
                String trace =
                        rest.status(name).path("tasks").path(0).path("trace").asText();
                assertThat(trace)
                        .contains("shop.notes (create) at binlog.")
                        .contains("rule NoteWritten: tags: expected ARRAY, found null")
                        .doesNotContain("hush");
            });

            config.put("events.rule.1", rule.formatted("?"));
            rest.put(name, config);
            rest.restart(name);
            await().atMost(TIME_TO_ACT)
                    .untilAsserted(() -> assertThat(keys("notes")).containsExactly("1", "2", "3"));
        } finally {
            rest.delete(name);
        }
    }

    @Test
    void aRecordThatDoesNotFitGoesToTheDeadLetterQueueByItself() throws Exception {
        String name = "misfits";
        ObjectNode body = shipped("21").deepCopy();
        ObjectNode config = (ObjectNode) body.path("config");
        config.properties().removeIf(option -> option.getKey().startsWith("projection"));
        config.put("topics", name)
                .put("key.converter.schemas.enable", "false")
                .put("value.converter.schemas.enable", "false")
                .put("errors.deadletterqueue.topic.name", name + ".dlq")
                .put("projections", name)
                .put("projection.misfits.kind", "upsert")
                .put("projection.misfits.key", "id = key.id")
                .put("projection.misfits.columns", "name");
        try (Connection views = pipeline.mysql().connectAsRoot();
                Statement sql = views.createStatement();
                KafkaProducer<String, String> producer = producer()) {
            sql.execute("CREATE TABLE views.misfits (id BIGINT PRIMARY KEY, name VARCHAR(10) NOT NULL)");
            for (int i = 0; i < 100; i++) {
                send(producer, name, "{\"id\": " + i + "}", i == 40 ? "hush, a secret" : "name " + i);
            }
            send(producer, name, "{\"identity\": 1}", "no key");
            send(producer, name, "{\"id\": 100}", "name 100");
            rest.post(body.put("name", name));
            rest.awaitRunning(name, TIME_TO_ACT);

            await().atMost(TIME_TO_ACT)
                    .untilAsserted(() -> assertThat(rows(sql)).hasSize(100));
            assertThat(rows(sql))
                    .doesNotContain("40=hush, a se", "40=hush, a secret")
                    .contains("39=name 39", "100=name 100");
            List<ConsumerRecord<String, String>> refused = read(name + ".dlq");
            assertThat(refused)
                    .extracting(r -> header(r, "__connect.errors.offset"))
                    .containsExactly("40", "100");
            assertThat(refused).allSatisfy(r -> {
                assertThat(header(r, "__connect.errors.topic")).isEqualTo(name);
                assertThat(header(r, "__connect.errors.partition")).isEqualTo("0");
                assertThat(header(r, "__connect.errors.exception.message"))
                        .contains("misfits-0@" + header(r, "__connect.errors.offset"))
                        .doesNotContain("hush");
                assertThat(header(r, "millrace.error.reason"))
                        .isEqualTo(header(r, "__connect.errors.exception.message"));
                assertThat(header(r, "millrace.error.view")).isEqualTo(name);
            });
            assertThat(JSON.readTree(refused.get(0).key())).isEqualTo(JSON.readTree("{\"id\": 40}"));
            assertThat(JSON.readTree(refused.get(0).value()))
                    .isEqualTo(JSON.readTree("{\"name\": \"hush, a secret\"}"));
            assertThat(header(refused.get(0), "millrace.error.reason"))
                    .containsPattern(Troubleshooting.symptom("The sink runs and refuses records", 2));
            assertThat(header(refused.get(1), "millrace.error.reason"))
                    .containsPattern(Troubleshooting.symptom("The sink runs and refuses records", 3));
            assertThat(header(refused.get(0), "millrace.error.sqlstate")).isEqualTo("22001");
            assertThat(header(refused.get(1), "millrace.error.column")).isEqualTo("id");
        } finally {
            rest.delete(name);
        }
    }

    /** Compressed, it fits the topic; the queue's producer refuses it by its size, and Connect does not show that. */
    @Test
    void aRefusedRecordThatIsTooLargeForTheDeadLetterQueueIsThereWithoutItsValue() throws Exception {
        String name = "oversized";
        ObjectNode body = shipped("21").deepCopy();
        ObjectNode config = (ObjectNode) body.path("config");
        config.properties().removeIf(option -> option.getKey().startsWith("projection"));
        config.put("topics", name)
                .put("key.converter.schemas.enable", "false")
                .put("value.converter.schemas.enable", "false")
                .put("errors.deadletterqueue.topic.name", name + ".dlq")
                .put("projections", name)
                .put("projection.oversized.kind", "upsert")
                .put("projection.oversized.key", "id = key.id")
                .put("projection.oversized.columns", "name");
        Map<String, Object> compressing = Map.of(
                "bootstrap.servers",
                pipeline.broker().bootstrapServers(),
                "compression.type",
                "gzip",
                "max.request.size",
                8 << 20);
        try (Connection views = pipeline.mysql().connectAsRoot();
                Statement sql = views.createStatement();
                KafkaProducer<String, String> producer =
                        new KafkaProducer<>(compressing, new StringSerializer(), new StringSerializer())) {
            sql.execute("CREATE TABLE views.oversized (id BIGINT PRIMARY KEY, name VARCHAR(10) NOT NULL)");
            send(producer, name, "{\"id\": 1}", "x".repeat(2 << 20));
            send(producer, name, "{\"id\": 2}", "good");
            rest.post(body.put("name", name));
            rest.awaitRunning(name, TIME_TO_ACT);

            await().atMost(TIME_TO_ACT).untilAsserted(() -> {
                try (ResultSet row = sql.executeQuery("SELECT id, name FROM views.oversized")) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getString(1) + "=" + row.getString(2)).isEqualTo("2=good");
                    assertThat(row.next()).isFalse();
                }
            });
            List<ConsumerRecord<String, String>> refused = read(name + ".dlq");
            assertThat(refused).hasSize(1);
            assertThat(JSON.readTree(refused.get(0).key())).isEqualTo(JSON.readTree("{\"id\": 1}"));
            assertThat(refused.get(0).value()).isNull();
            assertThat(header(refused.get(0), "millrace.error.record")).isEqualTo("oversized-0@0");
            assertThat(header(refused.get(0), "millrace.error.column")).isEqualTo("name");
            rest.awaitRunning(name, TIME_TO_ACT);
        } finally {
            rest.delete(name);
        }
    }

    private static ObjectNode shipped(String number) throws IOException {
        JsonNode body = JSON.readTree(ShopConnectors.files().stream()
                .filter(file -> file.getFileName().toString().startsWith(number))
                .findAny()
                .orElseThrow()
                .toFile());
        return (ObjectNode) body;
    }

    private KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", pipeline.broker().bootstrapServers()),
                new StringSerializer(),
                new StringSerializer());
    }

    /** To one partition, so that what is refused keeps its order. */
    private static void send(KafkaProducer<String, String> producer, String topic, String key, String name)
            throws Exception {
        producer.send(new ProducerRecord<>(topic, 0, key, "{\"name\": \"" + name + "\"}"))
                .get();
    }

    private List<ConsumerRecord<String, String>> read(String topic) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        pipeline.broker().bootstrapServers(),
                        "group.id",
                        "test-" + topic + System.nanoTime(),
                        "auto.offset.reset",
                        "earliest",
                        "isolation.level",
                        "read_committed"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            for (int i = 0; i < 20; i++) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    private List<String> keys(String topic) throws IOException {
        List<String> keys = new ArrayList<>();
        for (ConsumerRecord<String, String> record : read(topic)) {
            keys.add(JSON.readTree(record.key()).path("payload").path("id").asText());
        }
        return keys;
    }

    private static List<String> rows(Statement sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (ResultSet result = sql.executeQuery("SELECT id, name FROM views.misfits ORDER BY id")) {
            while (result.next()) {
                rows.add(result.getLong(1) + "=" + result.getString(2));
            }
        }
        return rows;
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
