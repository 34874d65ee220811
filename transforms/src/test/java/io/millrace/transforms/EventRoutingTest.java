package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.events.EventHeaders;
import io.millrace.rules.OfficialEventOptions;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topic, partition, timestamp and headers of an event by expressions. */
class EventRoutingTest {
    private static final Schema ROW = SchemaBuilder.struct()
            .optional()
            .field("id", Schema.INT64_SCHEMA)
            .field("region", Schema.OPTIONAL_STRING_SCHEMA)
            .field("customer_id", Schema.OPTIONAL_INT64_SCHEMA)
            .field("weight", Schema.OPTIONAL_FLOAT64_SCHEMA)
            .field("total", Decimal.builder(2).optional().build())
            .field(
                    "placed_at",
                    SchemaBuilder.int64()
                            .name("io.debezium.time.MicroTimestamp")
                            .optional()
                            .build())
            .field(
                    "paid_at",
                    SchemaBuilder.string()
                            .name("io.debezium.time.ZonedTimestamp")
                            .optional()
                            .build())
            .field(
                    "day",
                    SchemaBuilder.int32()
                            .name("io.debezium.time.Date")
                            .optional()
                            .build())
            .field("image", Schema.OPTIONAL_BYTES_SCHEMA)
            .build();
    private static final Schema ENVELOPE = SchemaBuilder.struct()
            .name("shop.shop.orders.Envelope")
            .field("before", ROW)
            .field("after", ROW)
            .field("source", Changes.SOURCE)
            .field("op", Schema.STRING_SCHEMA)
            .build();

    private static final String RULE = "OrderPlaced; table: shop.orders; on: create; key: id; fields: id; ";

    private static Struct row() {
        return new Struct(ROW)
                .put("id", 7L)
                .put("region", "eu")
                .put("customer_id", 42L)
                .put("weight", 1.5)
                .put("total", new BigDecimal("19.90"))
                .put("placed_at", 1_700_000_000_123_456L)
                .put("paid_at", "2026-11-29T13:10:00.5Z")
                .put("day", 20_000)
                .put("image", new byte[] {1});
    }

    private static SourceRecord change(Struct after) {
        Struct value = new Struct(ENVELOPE)
                .put("after", after)
                .put(
                        "source",
                        ((Struct) Changes.change("c", null, Changes.row(7, "NEW", 1))
                                        .value())
                                .get("source"))
                .put("op", "c");
        return new SourceRecord(
                Map.of("server", "shop"),
                Changes.offset(3, 1),
                "shop.shop.orders",
                null,
                null,
                null,
                ENVELOPE,
                value,
                1_600_000_000_000L);
    }

    private static Map<String, String> options(String clauses, String... more) {
        Map<String, String> options = new HashMap<>(Map.of("table.1", "shop.orders", "rule.1", RULE + clauses));
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return options;
    }

    private static ToOfficialEvent<SourceRecord> transform(String clauses, String... more) {
        ToOfficialEvent<SourceRecord> transform = new ToOfficialEvent<>();
        transform.configure(options(clauses, more));
        return transform;
    }

    private static SourceRecord map(Struct row, String clauses, String... more) {
        return transform(clauses, more).apply(change(row));
    }

    private static List<String> refusals(Map<String, String> options) {
        return OfficialEventOptions.DEFINITION.validate(options).stream()
                .flatMap(value -> value.errorMessages().stream())
                .toList();
    }

    @Test
    void computesTheTopic() {
        SourceRecord event = map(row(), "topic: 'orders.' + row.region", "topic.allowed", "orders\\.(eu|us)");

        assertThat(event.topic()).isEqualTo("orders.eu");
        assertThat(event.keySchema().name()).isEqualTo("shop.orders.Key");
        assertThat(event.kafkaPartition()).isNull();
        assertThat(event.timestamp()).isEqualTo(1_600_000_000_000L);
    }

    @Test
    void aNameStaysAName() {
        assertThat(map(row(), "topic: orders-eu.v2").topic()).isEqualTo("orders-eu.v2");
        assertThat(map(row(), "topic: headers.x").topic()).isEqualTo("headers.x");
        assertThat(map(row(), "revision: row.id").topic()).isEqualTo("shop.orders");
        assertThat(map(row(), "topic: 'row.region'", "topic.allowed", ".*").topic())
                .isEqualTo("row.region");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "asia | not permitted: expected a name that topic.allowed=orders\\.(eu|us) matches",
                "a b | is not a valid name of a Kafka topic",
                "| 'topic' is null; expected a text",
            })
    void refusesAChangeWhoseTopicIsNotPermitted(String region, String reason) {
        String message = assertThatThrownBy(() -> map(
                        row().put("region", region),
                        "topic: 'orders.' + row.region",
                        "topic.allowed",
                        "orders\\.(eu|us)"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("rule OrderPlaced: ")
                .hasMessageContaining(reason.replace('"', '\''))
                .actual()
                .getMessage();
        assertThat(message).doesNotContain("asia").doesNotContain("a b");
    }

    @ParameterizedTest
    @CsvSource(value = {"eu", "Ünïcode", "''", "a longer text than a few bytes"})
    void choosesThePartitionOfAProducerWithThisKey(String region) {
        SourceRecord event =
                map(row().put("region", region), "partition.by: row.region", "topic.partitions", "x=3, shop\\..*=12");

        assertThat(event.kafkaPartition())
                .isEqualTo(BuiltInPartitioner.partitionForKey(region.getBytes(StandardCharsets.UTF_8), 12));
    }

    @Test
    void choosesThePartitionByTheTextOfANumberAndByBytes() {
        for (SourceRecord change : List.of(change(row()), Schemaless.of(change(row())))) {
            assertThat(transform("partition.by: row.customer_id", "topic.partitions", "shop.orders=12")
                            .apply(change)
                            .kafkaPartition())
                    .isEqualTo(BuiltInPartitioner.partitionForKey("42".getBytes(StandardCharsets.UTF_8), 12));
            assertThat(transform("partition.by: row.image", "topic.partitions", "shop.orders=12")
                            .apply(change)
                            .kafkaPartition())
                    .isEqualTo(BuiltInPartitioner.partitionForKey(new byte[] {1}, 12));
        }
    }

    @Test
    void refusesAChangeWithoutAPartition() {
        assertThatThrownBy(() -> map(
                        row().put("customer_id", null),
                        "partition.by: row.customer_id",
                        "topic.partitions",
                        "shop.orders=12"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'partition.by' is null; expected a text, a whole number or bytes");
        assertThatThrownBy(() -> map(row(), "partition.by: row.weight", "topic.partitions", "shop.orders=12"))
                .hasMessageContaining("'partition.by' is a Double");
        assertThatThrownBy(() -> map(
                        row(),
                        "topic: 'orders.' + row.region; partition.by: row.customer_id",
                        "topic.allowed",
                        ".*",
                        "topic.partitions",
                        "orders.us=12"))
                .hasMessageContaining("expected an entry of topic.partitions that matches the topic");
    }

    @Test
    void takesTheTimestampOfAColumn() {
        assertThat(map(row(), "timestamp: row.placed_at").timestamp()).isEqualTo(1_700_000_000_123L);
        assertThat(map(row(), "timestamp: row.paid_at").timestamp()).isEqualTo(1_795_957_800_500L);
        assertThat(transform("timestamp: row.paid_at")
                        .apply(Schemaless.of(change(row())))
                        .timestamp())
                .isEqualTo(1_795_957_800_500L);
        assertThatThrownBy(() -> map(row().put("placed_at", null), "timestamp: row.placed_at"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("found null");
        assertThatThrownBy(() -> map(row().put("placed_at", -1_000L), "timestamp: row.placed_at"))
                .hasMessageContaining("expected a time since 1970");
    }

    @Test
    void givesHeadersAsTextsOrAsDeclared() {
        SourceRecord event = map(
                row(),
                "headers: tenant = row.customer_id, schedule-at = row.placed_at, paid = row.paid_at, total, day,"
                        + " weight, tries: int32 = 3, at: timestamp = row.paid_at, label = row.region + '!',"
                        + " none: string? = row.region == 'x' ? row.region : null");

        Map<String, String> texts = EventHeaders.texts(event.headers());
        assertThat(texts)
                .containsEntry("tenant", "42")
                .containsEntry("schedule-at", "2023-11-14T22:13:20.123456Z")
                .containsEntry("paid", "2026-11-29T13:10:00.500Z")
                .containsEntry("total", "19.90")
                .containsEntry("day", "2024-10-04")
                .containsEntry("weight", "1.5")
                .containsEntry("label", "eu!")
                .containsEntry("ce_id", "1:binlog.000002:157:3:1:c")
                .doesNotContainKey("none");
        assertThat(event.headers().lastWithName("tenant").schema()).isEqualTo(Schema.STRING_SCHEMA);
        assertThat(event.headers().lastWithName("tries").value()).isEqualTo(3);
        Header at = event.headers().lastWithName("at");
        assertThat(at.value()).isEqualTo(Date.from(Instant.ofEpochMilli(1_795_957_800_500L)));
        assertThat(at.schema()).isEqualTo(Timestamp.SCHEMA);
        assertThat(new String(
                        new SimpleHeaderConverter().fromConnectHeader("t", "at", at.schema(), at.value()),
                        StandardCharsets.UTF_8))
                .isEqualTo("2026-11-29T13:10:00.500Z");
    }

    @Test
    void aHeaderOfTheRuleReplacesOneOfTheRecord() {
        SourceRecord change = change(row());
        change.headers().addString("tenant", "from the statement").addString("requestId", "r-1");

        SourceRecord event = transform("headers: tenant = row.region").apply(change);

        assertThat(event.headers().allWithName("tenant"))
                .toIterable()
                .extracting(Header::value)
                .containsExactly("eu");
        assertThat(EventHeaders.texts(event.headers())).containsEntry("requestId", "r-1");
        assertThat(change.headers().lastWithName("tenant").value()).isEqualTo("from the statement");
    }

    @Test
    void refusesAChangeWithoutTheColumnAlsoWithoutSchemas() {
        for (String clauses : List.of("headers: x = row.missing", "timestamp: row.missing")) {
            for (SourceRecord change : List.of(change(row()), Schemaless.of(change(row())))) {
                assertThatThrownBy(() -> transform(clauses).apply(change))
                        .isInstanceOf(DataException.class)
                        .hasMessageContaining("'missing' of row.missing does not exist");
            }
        }
    }

    @Test
    void inheritsFromTheTable() {
        Map<String, String> options = options("", "topic.allowed", "orders\\..*", "topic.partitions", "orders.*=4");
        options.put(
                "table.1",
                "shop.orders; topic: 'orders.' + row.region; partition.by: row.region; timestamp: row.placed_at;"
                        + " headers: tenant = row.region");
        options.put("rule.2", "Other; table: shop.orders; on: update; fields: id; partition.by: none; headers: none");

        assertThat(refusals(options)).isEmpty();
        ToOfficialEvent<SourceRecord> transform = new ToOfficialEvent<>();
        transform.configure(options);
        SourceRecord event = transform.apply(change(row()));
        assertThat(event.topic()).isEqualTo("orders.eu");
        assertThat(event.kafkaPartition()).isBetween(0, 3);
        assertThat(event.timestamp()).isEqualTo(1_700_000_000_123L);
        assertThat(EventHeaders.texts(event.headers())).containsEntry("tenant", "eu");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "topic: 'orders.' + row.region | the topic is computed, so the option topic.allowed is required",
                "topic: row.region | 'row.region' is a topic's name and a column; write string(row.region)",
                "topic: shop orders | 'shop orders' is not a valid name of a Kafka topic",
                "topic: 'a' + | 'topic': \"'a' +\", line 1",
                "topic: row.id + 1 | 'topic': expected a text, found a value of type INT64",
                "partition.by: row.id | the number of partitions of the topic shop.orders is not known",
                "partition.by: row.id == 1 | expected a text, a whole number or bytes, found a value of type BOOLEAN",
                "timestamp: row.id, row.id | expected one expression, found 2",
                "headers: ce_id = row.id | the header 'ce_id' is reserved",
                "headers: CE_tenant = row.id | the header 'CE_tenant' is reserved",
                "headers: __debezium.newkey = row.id | is reserved",
                "headers: a = row.id, a = row.id | the field 'a' is a duplicate",
                "headers: a: [string] = row.id | header 'a': expected a scalar, found a value of type ARRAY",
                "headers: a = [1, 2] | header 'a': expected a scalar, found a value of type ARRAY",
                "headers: a = {'b': 'c'} | header 'a': expected a scalar, found a value of type MAP",
                "headers: a: strin = row.id | 'strin'",
                "partition: row.id | expected one of the clauses",
            })
    void refusesARuleThatCannotWorkWhenItIsPosted(String clauses, String reason) {
        assertThat(refusals(options(clauses)))
                .singleElement()
                .asString()
                .contains("rule.1")
                .contains("OrderPlaced")
                .contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "topic.allowed | ( | expected a regular expression",
                "topic.partitions | orders | expected a topic and its number of partitions, as in orders=12",
                "topic.partitions | orders=0 | expected a topic and its number of partitions",
                "topic.partitions | ord(=3 | is not a regular expression",
            })
    void refusesAnOptionThatIsNotValid(String option, String value, String reason) {
        assertThat(refusals(options("", option, value)))
                .singleElement()
                .asString()
                .contains(option)
                .contains(reason);
    }

    @Test
    void aTruncateHasNoRowForThem() {
        for (String clause : List.of(
                "topic: 'o' + row.region",
                "partition.by: row.region",
                "timestamp: row.placed_at",
                "headers: t = row.id")) {
            Map<String, String> options = options("", "topic.allowed", ".*", "topic.partitions", ".*=3");
            options.put("rule.2", "Emptied; table: shop.orders; on: truncate; fields: a = 'x'; " + clause);
            assertThat(refusals(options)).singleElement().asString().contains("truncate, which has no row");
        }
    }
}
