package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.changes.TopicPosition;
import io.millrace.events.EventHeaders;
import io.millrace.events.Heartbeat;
import io.millrace.events.OriginalBytes;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToOfficialEventTest {
    private static final String PLACED = "OrderPlaced; table: shop.orders; on: create, read; key: order_id = row.id; "
            + "fields: order_id = row.id, status, total; topic: orders; revision: row.version";
    private static final String PLACED_AT_ONCE =
            "OrderPlaced; table: shop.orders; on: create; fields: order_id = row.id";
    private static final String PAID = "OrderPaid v2; table: shop.orders; on: update; "
            + "when: before.status != 'PAID' && after.status == 'PAID'; key: order_id = row.id; "
            + "fields: order_id = row.id, label = 'order ' + string(row.id), "
            + "tags: [string] = json(row.document).tags; topic: orders";
    private static final String GONE =
            "OrderGone; table: shop.orders; on: delete; key: order_id = row.id; tombstone; topic: orders";
    private static final String EMPTIED =
            "OrdersEmptied; table: shop.orders; on: truncate; fields: reason = 'truncate'; topic: orders";

    private static ToOfficialEvent<SourceRecord> transform(Map<String, String> more, String... rules) {
        ToOfficialEvent<SourceRecord> transform = new ToOfficialEvent<>();
        transform.configure(options(more, rules));
        return transform;
    }

    private static Map<String, String> options(Map<String, String> more, String... rules) {
        Map<String, String> options = new HashMap<>(more);
        options.putIfAbsent("table.1", "shop.orders");
        for (int i = 0; i < rules.length; i++) {
            options.put("rule." + (i + 1), rules[i]);
        }
        return options;
    }

    private static String header(SourceRecord event, String name) {
        return EventHeaders.text(event.headers(), name).orElse(null);
    }

    private final ToOfficialEvent<SourceRecord> transform = transform(Map.of(), PLACED, PAID, GONE, EMPTIED);

    @Test
    void makesAnEventOfACreation() {
        SourceRecord event = transform.apply(Changes.change("c", null, Changes.row(7, "NEW", 1)));

        assertThat(event.topic()).isEqualTo("orders");
        assertThat(event.kafkaPartition()).isNull();
        assertThat(event.keySchema().name()).isEqualTo("orders.Key");
        assertThat(((Struct) event.key()).get("order_id")).isEqualTo(7L);
        Struct value = (Struct) event.value();
        assertThat(value.schema().name()).isEqualTo("OrderPlaced");
        assertThat(value.schema().version()).isEqualTo(1);
        assertThat(value.schema().fields()).extracting(f -> f.name()).containsExactly("order_id", "status", "total");
        assertThat(value.get("total")).isEqualTo(new BigDecimal("19.90"));
        assertThat(header(event, "ce_id")).isEqualTo("1:binlog.000002:157:3:1:c");
        assertThat(header(event, "ce_type")).isEqualTo("OrderPlaced");
        assertThat(header(event, "ce_source")).isEqualTo("/shop");
        assertThat(header(event, "ce_subject")).isEqualTo("7");
        assertThat(header(event, "ce_time")).isEqualTo("2023-11-14T22:13:20.123456Z");
        assertThat(header(event, "ce_specversion")).isEqualTo("1.0");
        assertThat(header(event, "ce_revision")).isEqualTo("1");
    }

    @Test
    void firstRuleThatMatchesDecides() {
        SourceRecord event = transform.apply(Changes.change("u", Changes.row(7, "NEW", 1), Changes.row(7, "PAID", 2)));

        assertThat(header(event, "ce_type")).isEqualTo("OrderPaid.v2");
        Struct value = (Struct) event.value();
        assertThat(value.schema().name()).isEqualTo("OrderPaid.v2");
        assertThat(value.schema().version()).isEqualTo(2);
        assertThat(value.get("label")).isEqualTo("order 7");
        assertThat(value.get("tags")).isEqualTo(List.of("a", "b"));
    }

    @Test
    void givesTheSameEventWithoutSchemas() {
        SourceRecord change = Changes.change("u", Changes.row(7, "NEW", 1), Changes.row(7, "PAID", 2));
        SourceRecord event = transform.apply(Schemaless.of(change));

        assertThat(event.valueSchema()).isNull();
        assertThat(event.key()).isEqualTo(Map.of("order_id", 7L));
        assertThat(event.value()).isEqualTo(Map.of("order_id", 7L, "label", "order 7", "tags", List.of("a", "b")));
        assertThat(header(event, "ce_id")).isEqualTo(header(transform.apply(change), "ce_id"));
    }

    /** A row from before its column was added, or from after it was removed. */
    @Test
    void givesNullForAMissingColumnIfTheDeclaredTypeIsOptional() {
        String fields = "fields: order_id = row.id, coupon: string?, tags: [string]? = json(row.documents).tags,"
                + " label: string = has(row.label) ? row.label : row.status";
        SourceRecord change = Changes.change("c", null, Changes.row(7, "NEW", 1));
        for (SourceRecord each : List.of(change, Schemaless.of(change))) {
            SourceRecord event = transform(Map.of(), "OrderPlaced; table: shop.orders; on: create; " + fields)
                    .apply(each);

            Map<String, Object> expected = new HashMap<>(Map.of("order_id", 7L, "label", "NEW"));
            expected.put("coupon", null);
            expected.put("tags", null);
            assertThat(Schemaless.of(event).value()).isEqualTo(expected);
        }
        assertThat(header(
                        transform(
                                        Map.of(),
                                        "Used; table: shop.orders; on: create; when: has(after.coupon) && after.coupon =="
                                                + " 'X'; fields: id",
                                        "Placed; table: shop.orders; on: create; fields: id")
                                .apply(change),
                        "ce_type"))
                .isEqualTo("Placed");
        for (String declared : List.of("coupon", "coupon: string", "coupon: string? = row.coupon + 'x'")) {
            ToOfficialEvent<SourceRecord> strict =
                    transform(Map.of(), "OrderPlaced; table: shop.orders; on: create; fields: " + declared);
            assertThatThrownBy(() -> strict.apply(change)).isInstanceOf(DataException.class);
        }
    }

    @Test
    void namesSchemasAsAvroCan() {
        SourceRecord event = transform(
                        Map.of(),
                        "shop.order-placed v3; table: shop.orders; on: create; key: id = row.id; topic: shop.2-orders;"
                                + " fields: of: {id: int64} = {'id': row.id}")
                .apply(Changes.change("c", null, Changes.row(7, "NEW", 1)));

        assertThat(event.topic()).isEqualTo("shop.2-orders");
        assertThat(header(event, "ce_type")).isEqualTo("shop.order-placed.v3");
        assertThat(event.keySchema().name()).isEqualTo("shop._2_orders.Key");
        assertThat(event.valueSchema().name()).isEqualTo("shop.order_placed.v3");
        assertThat(event.valueSchema().field("of").schema().name()).isEqualTo("shop.order_placed.v3_of");
        assertThatThrownBy(() -> transform(
                        Map.of(),
                        "order-placed; table: shop.orders; on: create; fields: id",
                        "order_placed; table: shop.orders; on: update; fields: id"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("rule.1")
                .hasMessageContaining("the types order-placed and order_placed have one name, order_placed");
    }

    @Test
    void dropsWhatNoRuleMatches() {
        assertThat(transform.apply(Changes.change("u", Changes.row(7, "NEW", 1), Changes.row(7, "NEW", 2))))
                .isNull();
        assertThat(transform.apply(
                        Changes.change("c", null, Changes.row(7, "NEW", 1), "customers", Changes.offset(1, 1))))
                .isNull();
    }

    @Test
    void passesOrRefusesWhatNoRuleMatchesAsConfigured() {
        SourceRecord change = Changes.change("u", Changes.row(7, "NEW", 1), Changes.row(7, "NEW", 2));
        assertThat(transform(Map.of("on.unmatched", "pass"), PAID).apply(change))
                .isSameAs(change);
        ToOfficialEvent<SourceRecord> strict = transform(Map.of("on.unmatched", "fail"), PAID);
        assertThatThrownBy(() -> strict.apply(change))
                .isInstanceOf(DataException.class)
                .hasMessage("ToOfficialEvent refuses a record of shop.orders (update) at binlog.000002:157, event 3, "
                        + "row 1: no rule matches");
    }

    @Test
    void makesATombstoneWhereTheRuleSaysSo() {
        SourceRecord event = transform.apply(Changes.change("d", Changes.row(7, "PAID", 3), null));
        assertThat(event.value()).isNull();
        assertThat(event.valueSchema()).isNull();
        assertThat(((Struct) event.key()).get("order_id")).isEqualTo(7L);
        assertThat(header(event, "ce_type")).isEqualTo("OrderGone");
    }

    @Test
    void makesAnEventWithoutAKeyOfATruncate() {
        SourceRecord event = transform.apply(Changes.change("t", null, null));
        assertThat(event.key()).isNull();
        assertThat(header(event, "ce_subject")).isNull();
        assertThat(((Struct) event.value()).get("reason")).isEqualTo("truncate");
    }

    @Test
    void dropsTombstonesOfThePrivateTable() {
        SourceRecord tombstone = new SourceRecord(
                Map.of(), Changes.offset(1, 1), "shop.shop.orders", Changes.KEY, new Struct(Changes.KEY), null, null);
        assertThat(transform.apply(tombstone)).isNull();
    }

    /** A heartbeat moves the source offset. */
    @Test
    void alwaysPassesHeartbeats() {
        SourceRecord heartbeat = message("io.debezium.connector.common.Heartbeat");
        for (String policy : List.of("pass", "drop", "fail")) {
            assertThat(transform(Map.of("on.other", policy), PAID).apply(heartbeat))
                    .isSameAs(heartbeat);
        }
        SourceRecord own = Heartbeat.of("beats", "shop", Map.of(), Map.of(), 1);
        assertThat(transform(Map.of("on.other", "drop"), PAID).apply(own)).isSameAs(own);
    }

    @Test
    void passesMessagesThatAreNotChangeEvents() {
        SourceRecord message = message("io.debezium.connector.common.TransactionMetadataValue");
        assertThat(transform.apply(message)).isSameAs(message);
        assertThat(transform(Map.of("on.other", "drop"), PAID).apply(message)).isNull();
        ToOfficialEvent<SourceRecord> strict = transform(Map.of("on.other", "fail"), PAID);
        assertThatThrownBy(() -> strict.apply(message))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("shop.messages");
    }

    /** A row that another transform unwrapped, and an operation that is not known. */
    @Test
    void neverPassesARecordThatMayContainARow() {
        SourceRecord row =
                new SourceRecord(Map.of(), Map.of(), "shop.shop.orders", Changes.ROW, Changes.row(7, "NEW", 1));
        SourceRecord unknown = Changes.change("m", null, Changes.row(7, "NEW", 1));
        for (SourceRecord record : List.of(row, unknown, Schemaless.of(row), Schemaless.of(unknown))) {
            assertThatThrownBy(() -> transform.apply(record))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("on.other=drop");
            assertThat(transform(Map.of("on.other", "drop"), PAID).apply(record))
                    .isNull();
        }
    }

    @Test
    void passesChangesOfUnmappedTables() {
        SourceRecord change = Changes.change("c", null, Changes.row(7, "NEW", 1));
        ToOfficialEvent<SourceRecord> withOutbox =
                transform(Map.of("unmapped.tables", "shop.outbox, shop.orders"), PAID);

        assertThat(withOutbox.apply(change)).isSameAs(change);
        assertThatThrownBy(() -> transform(Map.of("unmapped.tables", "outbox"), PAID))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("database.table");
    }

    /** Debezium asks for no uniqueness of message.key.columns. */
    @Test
    void identifiesRowsOfASnapshotWhoseKeysAreShared() {
        SourceRecord first = Changes.change("r", null, Changes.row(7, "NEW", 1));
        SourceRecord other = Changes.change("r", null, Changes.row(7, "PAID", 2));
        assertThat(header(transform.apply(first), "ce_id")).isEqualTo(header(transform.apply(other), "ce_id"));

        ToOfficialEvent<SourceRecord> shared =
                transform(Map.of("message.key.columns", "shop.(orders|lines):customer_id;x.y:z"), PLACED);
        assertThat(header(shared.apply(first), "ce_id"))
                .isEqualTo(header(shared.apply(first), "ce_id"))
                .isNotEqualTo(header(shared.apply(other), "ce_id"));
    }

    /** Their rows are read when the transaction is prepared, and nothing identifies them but their place. */
    @Test
    void refusesRowsOfXaTransactionsUnlessTheyAreWanted() {
        SourceRecord first = xaChange(100);
        SourceRecord second = xaChange(200);
        ToOfficialEvent<SourceRecord> refusing = transform(Map.of(), PLACED_AT_ONCE);
        assertThatThrownBy(() -> refusing.apply(first))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("XA transaction")
                .hasMessageContaining("3e11fa47-71ca-11e1-9e33-c80aa9429562:23")
                .hasMessageContaining("xa=at_prepare");

        ToOfficialEvent<SourceRecord> preparing = transform(Map.of("xa", "at_prepare"), PLACED_AT_ONCE);
        assertThat(header(preparing.apply(first), "ce_id"))
                .isEqualTo("3e11fa47-71ca-11e1-9e33-c80aa9429562:23:binlog.000002:100:0:1:c")
                .isNotEqualTo(header(preparing.apply(second), "ce_id"));
    }

    private static SourceRecord xaChange(long position) {
        Map<String, Object> offset = new HashMap<>(Changes.offset(1, 1));
        offset.remove("event");
        offset.put("pos", position);
        SourceRecord change = Changes.change("c", null, Changes.row(7, "NEW", 1), "orders", offset);
        ((Struct) change.value()).getStruct("source").put("gtid", "3e11fa47-71ca-11e1-9e33-c80aa9429562:23");
        return change;
    }

    @Test
    void refusesARuleOfATruncateThatReadsARow() {
        assertThatThrownBy(() -> transform(
                        Map.of("table.1", "shop.orders; key: id = row.id; fields: id = row.id"),
                        "OrdersEmptied; table: shop.orders; on: truncate"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("truncate, which has no row")
                .hasMessageContaining("key: none");
    }

    @Test
    void givesTheOperationItsType() {
        SourceRecord event = transform(Map.of(), "Seen; table: shop.orders; on: create; fields: id = row.id, op = op")
                .apply(Changes.change("c", null, Changes.row(7, "NEW", 1)));
        assertThat(((Struct) event.value()).get("op")).isEqualTo("c");
    }

    private static SourceRecord message(String schemaName) {
        Schema schema = SchemaBuilder.struct()
                .name(schemaName)
                .field("ts_ms", Schema.INT64_SCHEMA)
                .build();
        return new SourceRecord(Map.of(), Map.of(), "shop.messages", schema, new Struct(schema).put("ts_ms", 1L));
    }

    @Test
    void givesTheTwoHalvesOfAMovedRowTwoIds() {
        SourceRecord gone = Changes.change("d", Changes.row(7, "NEW", 1), null);
        gone.headers().add("__debezium.newkey", new Struct(Changes.KEY).put("id", 8L), Changes.KEY);
        SourceRecord come = Changes.change("c", null, Changes.row(8, "NEW", 1));
        SourceRecord goneEvent = transform.apply(gone);
        SourceRecord comeEvent = transform.apply(come);
        assertThat(header(goneEvent, "ce_id")).isNotEqualTo(header(comeEvent, "ce_id"));
        assertThat(goneEvent.headers().lastWithName("__debezium.newkey")).isNull();
        assertThat(gone.headers().lastWithName("__debezium.newkey")).isNotNull();
    }

    @Test
    void identifiesARowOfASnapshotByPositionTableAndKey() {
        SourceRecord first = transform.apply(Changes.change("r", null, Changes.row(7, "NEW", 1)));
        SourceRecord again = transform.apply(Changes.change("r", null, Changes.row(7, "NEW", 1)));
        SourceRecord other = transform.apply(Changes.change("r", null, Changes.row(8, "NEW", 1)));
        SourceRecord later =
                transform.apply(Changes.change("r", null, Changes.row(7, "NEW", 1), "orders", Changes.offset(4, 1)));
        assertThat(header(first, "ce_id")).startsWith("snapshot:binlog.000002:157:3:1:shop.orders:");
        assertThat(header(again, "ce_id")).isEqualTo(header(first, "ce_id"));
        assertThat(header(other, "ce_id")).isNotEqualTo(header(first, "ce_id"));
        assertThat(header(later, "ce_id")).isNotEqualTo(header(first, "ce_id"));
    }

    /** Whatever the record's own source block says of its place: a topic may have changes of several Debeziums. */
    @Test
    void identifiesAChangeThatWasReadFromATopicByItsPlaceInTheTopic() {
        SourceRecord first = readFromTopic(Changes.change("c", null, Changes.row(7, "NEW", 1)), 42);
        SourceRecord snapshot = readFromTopic(Changes.change("r", null, Changes.row(7, "NEW", 1)), 43);
        assertThat(header(transform.apply(first), "ce_id")).isEqualTo("c1uster:raw.orders:3@42");
        assertThat(header(transform.apply(snapshot), "ce_id")).isEqualTo("c1uster:raw.orders:3@43");
        assertThat(header(transform.apply(Schemaless.of(first)), "ce_id")).isEqualTo("c1uster:raw.orders:3@42");

        Map<String, Object> set = new TopicPosition("raw.orders", 3, 43, null, null).toSourceOffset();
        SourceRecord withoutIds =
                first.newRecord("t", null, first.keySchema(), first.key(), first.valueSchema(), first.value(), null);
        SourceRecord unknown = new SourceRecord(
                first.sourcePartition(), set, "t", null, null, withoutIds.valueSchema(), withoutIds.value());
        assertThatThrownBy(() -> transform.apply(unknown))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("raw.orders-3@42")
                .hasMessageContaining("kafka_cluster_id");
    }

    private static SourceRecord readFromTopic(SourceRecord change, long offset) {
        return new SourceRecord(
                TopicPosition.toSourcePartition("raw.orders", 3),
                new TopicPosition("raw.orders", 3, offset + 1, "c1uster", "t0pic").toSourceOffset(),
                "raw.orders",
                null,
                change.keySchema(),
                change.key(),
                change.valueSchema(),
                change.value());
    }

    @Test
    void alwaysPassesRecordsThatCouldNotBeDecoded() {
        for (byte[] value : new byte[][] {{1, 2}, null}) {
            SourceRecord undecodable = new SourceRecord(
                    Map.of(), Map.of(), "undecodable", OriginalBytes.SCHEMA, value, OriginalBytes.SCHEMA, value);
            for (String policy : List.of("pass", "drop", "fail")) {
                assertThat(transform(Map.of("on.other", policy), PAID).apply(undecodable))
                        .isSameAs(undecodable);
            }
            InjectContext<SourceRecord> context = new InjectContext<>();
            context.configure(Map.of("sources", "header,generated"));
            assertThat(context.apply(undecodable)).isSameAs(undecodable);
        }
    }

    @Test
    void keepsTheHeadersThatAreThere() {
        SourceRecord change = Changes.change("c", null, Changes.row(7, "NEW", 1));
        change.headers().addString("requestId", "r-1");
        SourceRecord event = transform.apply(change);
        assertThat(header(event, "requestId")).isEqualTo("r-1");
        assertThat(change.headers()).hasSize(1);
    }

    @Test
    void keepsANullThatTheColumnHasADefaultFor() {
        SourceRecord event = transform.apply(Changes.change("c", null, Changes.row(7, null, 1)));
        Struct value = (Struct) event.value();
        assertThat(value.get("status")).isNull();
        assertThat(value.schema().field("status").schema().defaultValue()).isNull();
    }

    @Test
    void derivesTheSchemasOnce() {
        SourceRecord first = transform.apply(Changes.change("c", null, Changes.row(7, "NEW", 1)));
        SourceRecord second = transform.apply(Changes.change("c", null, Changes.row(8, "NEW", 1)));
        assertThat(second.valueSchema()).isSameAs(first.valueSchema());
        assertThat(second.keySchema()).isSameAs(first.keySchema());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fields: a = row.nothing             | 'nothing' of row.nothing does not exist",
                "when: after.nothing == 1; fields: id | its condition names after.nothing, but there are only [id",
                "fields: note_text: string = row.note | note_text: expected STRING, found null",
                "fields: id; key: n: string = row.note | n: expected STRING, found null",
                "fields: id; revision: row.note       | 'revision' is null; expected a whole number",
                "when: int(after.status) > 1; fields: id | cannot be evaluated"
            })
    void refusesAChangeThatARuleCannotMap(String clauses, String reason) {
        ToOfficialEvent<SourceRecord> broken = transform(Map.of(), "X; table: shop.orders; on: create; " + clauses);
        assertThatThrownBy(() -> broken.apply(Changes.change("c", null, Changes.row(7, "SECRET", 1))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("shop.orders (create) at binlog.000002:157, event 3, row 1: rule X: ")
                .hasMessageContaining(reason)
                .hasMessageNotContaining("SECRET");
    }

    @Test
    void refusesToMakeEventsInASink() {
        SourceRecord change = Changes.change("c", null, Changes.row(7, "NEW", 1));
        ToOfficialEvent<SinkRecord> inSink = new ToOfficialEvent<>();
        inSink.configure(options(Map.of(), PLACED));
        SinkRecord record =
                new SinkRecord("t", 3, change.keySchema(), change.key(), change.valueSchema(), change.value(), 42);
        assertThatThrownBy(() -> inSink.apply(record))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("at t-3@42")
                .hasMessageContaining("only a source connector has");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OrderPaid                                                | the clause 'table' is missing",
                "OrderPaid; table: orders; on: create; fields: id         | expected a table as database.table",
                "OrderPaid; table: shop.ordrs; on: create; fields: id     | the table shop.ordrs is not declared;"
                        + " there are [shop.orders]",
                "OrderPaid; table: shop.orders; on: insert; fields: id    | found 'insert'",
                "OrderPaid; table: shop.orders; on: create                | either 'fields' or 'tombstone', found"
                        + " neither",
                "OrderPaid; table: shop.orders; on: create; fields: id; tombstone | found both",
                "OrderPaid; table: shop.orders; on: create; fields: id; when: afer.id == 1 | unknown name" + " 'afer'",
                "OrderPaid; table: shop.orders; on: create; fields: id; when: op + 1 == 2  | cannot be applied to",
                "OrderPaid; table: shop.orders; on: create; fields: x = json(row.d).y      | declare it",
                "OrderPaid; table: shop.orders; on: create; fields: id; topic: a b         | is not a valid"
                        + " name of a Kafka"
                        + " topic",
                "OrderPaid; table: shop.orders; on: create; fields: id; whn: true          | expected one of the"
                        + " clauses",
                "Order Paid; table: shop.orders; on: create; fields: id                    | begins with the event's"
                        + " type",
                "OrderPaid; table: shop.orders; on: create; fields: id; key: id; key: id   | 'key' is a duplicate"
            })
    void refusesARuleWhenItIsValidated(String rule, String reason) {
        Map<String, String> options = options(Map.of(), PLACED, rule);
        List<ConfigValue> values = new ToOfficialEvent<SourceRecord>().config().validate(options);
        ConfigValue wrong =
                values.stream().filter(v -> v.name().equals("rule.2")).findAny().orElseThrow();
        assertThat(wrong.errorMessages()).isNotEmpty().allSatisfy(message -> assertThat(message)
                .contains("rule.2"));
        assertThat(wrong.errorMessages())
                .anySatisfy(message -> assertThat(message).contains(reason));
        assertThat(values).filteredOn(v -> !v.name().equals("rule.2")).allSatisfy(v -> assertThat(v.errorMessages())
                .isEmpty());
        assertThatThrownBy(() -> new ToOfficialEvent<SourceRecord>().configure(options))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "orders                                 | expected a table as database.table, found 'orders'",
                "shop.                                  | expected a table as database.table",
                "shop.orders                            | the table shop.orders is in table.1 already",
                "shop.sites; key: id id                 | table shop.sites: 'key': after the field name 'id'",
                "shop.sites; fields: a = rw.x           | unknown name 'rw'",
                "shop.sites; when: true                 | expected one of the clauses [fields, headers, key, partition.by, revision, timestamp, topic]"
            })
    void refusesATableWhenItIsValidated(String table, String reason) {
        Map<String, String> options = options(Map.of("table.2", table), PLACED);
        List<ConfigValue> values = new ToOfficialEvent<SourceRecord>().config().validate(options);
        assertThat(values)
                .filteredOn(v -> v.name().equals("table.2"))
                .flatExtracting(ConfigValue::errorMessages)
                .singleElement()
                .asString()
                .contains(reason);
        assertThat(values).filteredOn(v -> !v.name().equals("table.2")).allSatisfy(v -> assertThat(v.errorMessages())
                .isEmpty());
        assertThatThrownBy(() -> new ToOfficialEvent<SourceRecord>().configure(options))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aRuleInheritsWhatItsTableSays() {
        ToOfficialEvent<SourceRecord> inheriting = transform(
                Map.of(
                        "table.1",
                        "shop.orders; key: order_id = row.id; fields: order_id = row.id, status; topic: orders; "
                                + "revision: row.version"),
                "OrderPaid; table: shop.orders; on: update; when: changed('status') && after.status == 'PAID'",
                "OrderNoted; table: shop.orders; on: update; when: changed('note'); fields: *, note; revision: none",
                "OrderGone; table: shop.orders; on: delete; tombstone; topic: gone",
                "OrdersEmptied; table: shop.orders; on: truncate; key: none; revision: none; fields: why = 'truncate'");
        SourceRecord paid = inheriting.apply(Changes.change("u", Changes.row(7, "NEW", 1), Changes.row(7, "PAID", 2)));
        assertThat(header(paid, "ce_type")).isEqualTo("OrderPaid");
        assertThat(header(paid, "ce_revision")).isEqualTo("2");
        assertThat(paid.topic()).isEqualTo("orders");
        assertThat(paid.valueSchema().fields()).extracting(f -> f.name()).containsExactly("order_id", "status");

        SourceRecord noted = inheriting.apply(Changes.change(
                "u", Changes.row(7, "PAID", 2), Changes.row(7, "PAID", 3).put("note", "n")));
        assertThat(noted.valueSchema().fields())
                .extracting(f -> f.name())
                .containsExactly("order_id", "status", "note");
        assertThat(header(noted, "ce_revision")).isNull();

        SourceRecord gone = inheriting.apply(Changes.change("d", Changes.row(7, "PAID", 3), null));
        assertThat(gone.topic()).isEqualTo("gone");
        assertThat(gone.value()).isNull();
        assertThat(((Struct) gone.key()).get("order_id")).isEqualTo(7L);

        assertThat(inheriting.apply(Changes.change("t", null, null)).key()).isNull();
    }

    @Test
    void knowsWhatChanged() {
        ToOfficialEvent<SourceRecord> changed = transform(
                Map.of(),
                "Changed; table: shop.orders; on: create, update, delete; when: changed('total'); fields: id");
        Struct before = Changes.row(7, "NEW", 1);
        assertThat(changed.apply(Changes.change("u", before, Changes.row(7, "PAID", 2))))
                .isNull();
        Struct cheaper = Changes.row(7, "NEW", 2).put("total", new BigDecimal("19.89"));
        assertThat(changed.apply(Changes.change("u", before, cheaper))).isNotNull();
        assertThat(changed.apply(Schemaless.of(Changes.change("u", before, cheaper))))
                .isNotNull();
        assertThat(changed.apply(Changes.change("c", null, before))).isNotNull();
        assertThat(changed.apply(Changes.change("d", before, null))).isNotNull();

        ToOfficialEvent<SourceRecord> unknown =
                transform(Map.of(), "X; table: shop.orders; on: create; when: changed('totl'); fields: id");
        assertThatThrownBy(() -> unknown.apply(Changes.change("c", null, before)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("totl");
    }

    @Test
    void masksAndFillsIn() {
        ToOfficialEvent<SourceRecord> masking = transform(
                Map.of(),
                "X; table: shop.orders; on: create; fields: a = mask(row.status), b = mask(row.status, 2), "
                        + "c = sha256(row.status), d: string = coalesce(row.note, 'none'), e = mask(row.note), "
                        + "f = coalesce(row.note, 'x')");
        Struct value = (Struct) masking.apply(Changes.change("c", null, Changes.row(7, "SECRET", 1)))
                .value();
        assertThat(value.get("a")).isEqualTo("***");
        assertThat(value.get("b")).isEqualTo("***ET");
        assertThat((String) value.get("c")).hasSize(64).doesNotContain("SECRET");
        assertThat(value.get("d")).isEqualTo("none");
        assertThat(value.schema().field("d").schema()).isEqualTo(Schema.STRING_SCHEMA);
        assertThat(value.get("e")).isNull();
        assertThat(value.get("f")).isEqualTo("x");
    }

    @Test
    void marksWhatASnapshotFound() {
        SourceRecord read = transform.apply(Changes.change("r", null, Changes.row(7, "NEW", 1)));
        assertThat(header(read, "ce_snapshot")).isEqualTo("initial");
        SourceRecord change = Changes.change("r", null, Changes.row(7, "NEW", 1));
        ((Struct) change.value()).getStruct("source").put("snapshot", "incremental");
        assertThat(header(transform.apply(change), "ce_snapshot")).isEqualTo("incremental");
        assertThat(header(transform.apply(Changes.change("c", null, Changes.row(7, "NEW", 1))), "ce_snapshot"))
                .isNull();
    }

    @Test
    void refusesToCompareADecimalThatCelCannotHold() {
        ToOfficialEvent<SourceRecord> comparing =
                transform(Map.of(), "X; table: shop.orders; on: create; when: after.total > 1; fields: id");
        Struct row = Changes.row(7, "NEW", 1).put("total", new BigDecimal("12345678901234567890.01"));
        assertThatThrownBy(() -> comparing.apply(Changes.change("c", null, row)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("CEL has no type for a decimal of 22 digits");
    }

    @Test
    void refusesToBeWithoutRules() {
        assertThatThrownBy(() -> transform(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("No rule is set");
    }
}
