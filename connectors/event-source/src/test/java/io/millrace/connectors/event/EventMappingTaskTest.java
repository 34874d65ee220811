package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A task that makes events of a scripted source's changes. */
class EventMappingTaskTest {
    private static final Schema DEBEZIUM_HEARTBEAT = SchemaBuilder.struct()
            .name("io.debezium.connector.common.Heartbeat")
            .field("ts_ms", Schema.INT64_SCHEMA)
            .build();

    private final Map<String, String> properties = new HashMap<>();
    private final List<String> boundaries = new ArrayList<>();
    private Map<String, Object> stored;

    @BeforeEach
    void options() {
        ScriptedSource.reset();
        properties.putAll(Map.of(
                "name", "orders",
                "connector.class", EventSourceConnector.class.getName(),
                "wrapped.connector.class", ScriptedSource.class.getName(),
                "exactly.once.support", "required",
                "transaction.boundary", "connector",
                "context.sources", "comment",
                "events.heartbeat.interval.ms", "3600000",
                "events.table.1", "shop.orders; key: id = row.id; fields: id = row.id, status; topic: orders",
                "events.rule.1", "OrderPaid; table: shop.orders; on: create, update; when: after.status == 'PAID'",
                "events.rule.2", "OrderGone; table: shop.orders; on: delete"));
        properties.put("speed", "5");
    }

    @Test
    void sendsEventsWithTheRequestsContext() throws Exception {
        ScriptedSource.BATCHES.add(List.of(
                change(1, "c", 1, "NEW", "INSERT INTO orders VALUES (1) /*requestId='r1'*/"),
                change(2, "u", 1, "PAID", "UPDATE orders SET status = 'PAID' /*requestId='r2'*/")));
        EventSourceTask task = startedTask();

        List<SourceRecord> sent = task.poll();

        assertThat(sent).singleElement().satisfies(event -> {
            assertThat(event.topic()).isEqualTo("orders");
            assertThat(event.value()).isEqualTo(Map.of("id", 1L, "status", "PAID"));
            assertThat(header(event, "ce_type")).isEqualTo("OrderPaid");
            assertThat(header(event, "ce_id")).isEqualTo("1:binlog.000001:2:1:1:u");
            assertThat(header(event, "requestId")).isEqualTo("r2");
        });
        assertThat(boundaries).containsExactly(commitOf(sent.get(0)));
        task.stop();
    }

    /** A connector without an offset would begin with a new snapshot. */
    @Test
    void sendsAHeartbeatAtOnceForTheFirstDroppedChange() throws Exception {
        ScriptedSource.BATCHES.add(List.of(change(1, "c", 1, "NEW"), change(2, "c", 2, "NEW")));
        ScriptedSource.BATCHES.add(List.of(change(3, "c", 3, "NEW")));
        EventSourceTask task = startedTask();

        List<SourceRecord> sent = task.poll();

        assertThat(sent).singleElement().satisfies(heartbeat -> {
            assertThat(heartbeat.topic()).isEqualTo("orders.heartbeat");
            assertThat(((Struct) heartbeat.key()).getString("connector")).isEqualTo("orders");
            assertThat(heartbeat.sourceOffset()).isEqualTo(offset(2));
            assertThat(((Struct) heartbeat.value()).getInt64("ts_ms")).isPositive();
        });
        assertThat(boundaries).containsExactly(commitOf(sent.get(0)));
        assertThat(task.poll()).as("within the interval").isNull();
        task.stop();
    }

    @Test
    void sendsHeartbeatsOnceAnInterval() throws Exception {
        properties.put("events.heartbeat.interval.ms", "1");
        properties.put("events.heartbeat.topic", "beats");
        ScriptedSource.BATCHES.add(List.of(change(1, "c", 1, "PAID"), change(2, "c", 2, "NEW")));
        EventSourceTask task = startedTask();

        List<SourceRecord> sent = new ArrayList<>(task.poll());
        while (sent.size() < 2) {
            List<SourceRecord> later = task.poll();
            if (later != null) {
                sent.addAll(later);
            }
        }

        assertThat(sent.get(0).sourceOffset()).isEqualTo(offset(1));
        assertThat(sent.get(1).topic()).isEqualTo("beats");
        assertThat(sent.get(1).sourceOffset()).isEqualTo(offset(2));
        task.stop();
    }

    @Test
    void needsNoHeartbeatForChangesBeforeAnEvent() throws Exception {
        ScriptedSource.BATCHES.add(List.of(change(1, "c", 1, "NEW"), change(2, "c", 2, "PAID")));
        EventSourceTask task = startedTask();

        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("orders");
        assertThat(task.poll()).isNull();
        task.stop();
    }

    @Test
    void passesADebeziumHeartbeatThatWasAskedFor() throws Exception {
        SourceRecord heartbeat = new SourceRecord(
                Map.of("server", "shop"),
                offset(9),
                "__debezium-heartbeat.shop",
                DEBEZIUM_HEARTBEAT,
                new Struct(DEBEZIUM_HEARTBEAT).put("ts_ms", 1L));
        properties.put("events.on.other", "drop");
        ScriptedSource.BATCHES.add(List.of(heartbeat));
        EventSourceTask task = startedTask();

        assertThat(task.poll()).singleElement().satisfies(sent -> assertThat(sent.sourceOffset())
                .isEqualTo(offset(9)));
        task.stop();
    }

    /** Connect may store the offset of the first record when it knows nothing of the second. */
    @Test
    void givesTheOffsetOfAKeyChangeToItsLastRecordAlone() throws Exception {
        ScriptedSource.BATCHES.add(List.of(change(1, "c", 1, "PAID"), keyChange(change(2, "d", 1, "PAID"))));
        ScriptedSource.BATCHES.add(List.of(change(2, "c", 5, "PAID"), change(3, "c", 6, "PAID")));
        EventSourceTask task = startedTask();

        assertThat(task.poll()).extracting(SourceRecord::sourceOffset).containsExactly(offset(1));
        List<SourceRecord> sent = task.poll();

        assertThat(sent).extracting(SourceRecord::sourceOffset).containsExactly(offset(1), offset(2), offset(3));
        assertThat(sent)
                .extracting(event -> header(event, "ce_id"))
                .startsWith("1:binlog.000001:2:1:1:d", "1:binlog.000001:2:1:1:c");
        task.stop();
    }

    @Test
    void givesTheOffsetToTheDeleteIfNoRuleMatchesTheCreate() throws Exception {
        ScriptedSource.BATCHES.add(
                List.of(change(1, "c", 1, "PAID"), keyChange(change(2, "d", 1, "PAID")), change(2, "c", 5, "NEW")));
        EventSourceTask task = startedTask();

        assertThat(task.poll()).extracting(SourceRecord::sourceOffset).containsExactly(offset(1), offset(2));
        task.stop();
    }

    @Test
    void sendsWhatIsBeforeARefusedChangeAndThenFails() throws Exception {
        properties.put("events.on.unmatched", "fail");
        ScriptedSource.BATCHES.add(
                List.of(change(1, "c", 1, "PAID"), change(2, "c", 2, "NEW"), change(3, "c", 3, "PAID")));
        EventSourceTask task = startedTask();

        List<SourceRecord> sent = task.poll();

        assertThat(sent).extracting(SourceRecord::sourceOffset).containsExactly(offset(1));
        assertThat(boundaries).containsExactly(commitOf(sent.get(0)));
        assertThatThrownBy(task::poll).isInstanceOf(DataException.class).hasMessageContaining("no rule matches");
        assertThatThrownBy(task::poll).isInstanceOf(DataException.class);
        task.stop();
    }

    /** As after a lost connection: Debezium's task begins again at the committed offset. */
    @Test
    void sendsAKeyChangeOnceIfTheWrappedTaskStartsAgainInTheMiddle() throws Exception {
        ScriptedSource.BATCHES.add(List.of(change(1, "c", 1, "PAID"), keyChange(change(2, "d", 1, "PAID"))));
        EventSourceTask task = startedTask();
        assertThat(task.poll()).extracting(SourceRecord::sourceOffset).containsExactly(offset(1));
        ScriptedSource.duringPoll = context -> {
            throw new RetriableException("the connection is lost");
        };
        assertThatThrownBy(task::poll).isInstanceOf(RetriableException.class);
        ScriptedSource.duringPoll = context -> {};
        ScriptedSource.BATCHES.add(List.of(keyChange(change(2, "d", 1, "PAID")), change(2, "c", 5, "PAID")));

        assertThat(task.poll()).extracting(event -> header(event, "ce_type")).containsExactly("OrderGone", "OrderPaid");
        task.stop();
    }

    /** The delete would come again. */
    @Test
    void doesNotSplitAKeyChangeBeforeARefusedRecord() throws Exception {
        properties.put("events.on.unmatched", "fail");
        ScriptedSource.BATCHES.add(
                List.of(change(1, "c", 1, "PAID"), keyChange(change(2, "d", 1, "PAID")), change(2, "c", 5, "NEW")));
        EventSourceTask task = startedTask();

        assertThat(task.poll()).extracting(SourceRecord::sourceOffset).containsExactly(offset(1));
        assertThatThrownBy(task::poll).isInstanceOf(DataException.class);
        task.stop();
    }

    @Test
    void storesTheOffsetOfDroppedChangesBeforeARefusedOne() throws Exception {
        ScriptedSource.BATCHES.add(List.of(change(1, "c", 1, "NEW"), change(2, "x", 2, "NEW")));
        properties.put("events.on.other", "fail");
        EventSourceTask task = startedTask();

        assertThat(task.poll()).singleElement().satisfies(heartbeat -> {
            assertThat(heartbeat.topic()).isEqualTo("orders.heartbeat");
            assertThat(heartbeat.sourceOffset()).isEqualTo(offset(1));
        });
        assertThatThrownBy(task::poll).isInstanceOf(DataException.class);
        task.stop();
    }

    @Test
    void endsTheWrappedConnectorsTransactionsAlsoAtDroppedChanges() throws Exception {
        ScriptedSource.definesBoundaries = true;
        SourceRecord dropped = change(2, "c", 2, "NEW");
        ScriptedSource.BATCHES.add(List.of(change(1, "c", 1, "PAID"), dropped, change(3, "c", 3, "PAID")));
        ScriptedSource.duringPoll = context -> context.transactionContext().commitTransaction(dropped);
        EventSourceTask task = startedTask();

        List<SourceRecord> sent = task.poll();

        assertThat(sent).extracting(SourceRecord::topic).containsExactly("orders", "orders.heartbeat", "orders");
        assertThat(sent.get(1).sourceOffset()).isEqualTo(offset(2));
        assertThat(boundaries).containsExactly(commitOf(sent.get(1)));
        task.stop();
    }

    /** A task that ends between them resumes before the change, and sends all of its events again. */
    @Test
    void givesTheOffsetOfAChangeToItsLastEventAlone() throws Exception {
        addFurtherRules();
        ScriptedSource.BATCHES.add(List.of(change(1, "c", 1, "NEW"), change(2, "c", 2, "PAID")));
        ScriptedSource.BATCHES.add(List.of(change(3, "c", 3, "PAID")));
        EventSourceTask task = startedTask();

        List<SourceRecord> sent = task.poll();

        assertThat(sent).extracting(SourceRecord::sourceOffset).containsExactly(offset(1), offset(1), offset(2));
        assertThat(sent)
                .extracting(event -> header(event, "ce_id"))
                .containsExactly(
                        "1:binlog.000001:2:1:1:c",
                        "1:binlog.000001:2:1:1:c:OrderPaid.v2",
                        "1:binlog.000001:2:1:1:c:InventoryReserved");
        assertThat(boundaries).containsExactly(commitOf(sent.get(2)));
        assertThat(task.poll())
                .as("the next batch")
                .extracting(SourceRecord::sourceOffset)
                .containsExactly(offset(2), offset(2), offset(3));
        task.stop();
    }

    @Test
    void givesTheStoredOffsetToTheFirstEventsOfATask() throws Exception {
        addFurtherRules();
        stored = offset(1);
        ScriptedSource.BATCHES.add(List.of(change(2, "c", 2, "PAID")));
        EventSourceTask task = startedTask();

        assertThat(task.poll()).extracting(SourceRecord::sourceOffset).containsExactly(offset(1), offset(1), offset(2));
        task.stop();
    }

    @Test
    void givesTheOffsetOfAKeyChangeToTheLastOfAllItsEvents() throws Exception {
        addFurtherRules();
        properties.put("events.rule.5", "OrderGone v2; table: shop.orders; on: delete; also");
        ScriptedSource.BATCHES.add(List.of(
                change(1, "c", 1, "NEW"),
                keyChange(change(2, "d", 1, "PAID")),
                change(2, "c", 5, "PAID"),
                change(3, "d", 5, "PAID")));
        EventSourceTask task = startedTask();

        List<SourceRecord> sent = task.poll();

        assertThat(sent)
                .extracting(event -> header(event, "ce_type"))
                .containsExactly(
                        "OrderGone",
                        "OrderGone.v2",
                        "OrderPaid",
                        "OrderPaid.v2",
                        "InventoryReserved",
                        "OrderGone",
                        "OrderGone.v2");
        assertThat(sent)
                .extracting(SourceRecord::sourceOffset)
                .containsExactly(offset(1), offset(1), offset(1), offset(1), offset(2), offset(2), offset(3));
        assertThat(sent).extracting(event -> header(event, "ce_id")).doesNotHaveDuplicates();
        task.stop();
    }

    /** The first event is not lost: the change is read again when the rule fits it. */
    @Test
    void sendsNoEventOfAChangeThatOneOfItsRulesRefuses() throws Exception {
        addFurtherRules();
        properties.computeIfPresent(
                "events.rule.4", (rule, text) -> text + "; fields: share: int64 = 6 / (row.id - 2)");
        ScriptedSource.BATCHES.add(
                List.of(change(1, "c", 1, "PAID"), change(2, "c", 2, "PAID"), change(3, "c", 3, "PAID")));
        EventSourceTask task = startedTask();

        List<SourceRecord> sent = task.poll();

        assertThat(sent).extracting(event -> header(event, "ce_subject")).containsExactly("1", "1", "1");
        assertThat(sent.get(2).sourceOffset()).isEqualTo(offset(1));
        assertThat(boundaries).containsExactly(commitOf(sent.get(2)));
        assertThatThrownBy(task::poll)
                .isInstanceOf(DataException.class)
                .hasMessageContaining("rule InventoryReserved: ")
                .hasMessageContaining("DIVIDE_BY_ZERO");
        task.stop();
    }

    @Test
    void endsTheWrappedConnectorsTransactionsAtTheLastEventOfAChange() throws Exception {
        addFurtherRules();
        ScriptedSource.definesBoundaries = true;
        SourceRecord last = change(1, "c", 1, "PAID");
        ScriptedSource.BATCHES.add(List.of(last, change(2, "c", 2, "PAID")));
        ScriptedSource.duringPoll = context -> context.transactionContext().commitTransaction(last);
        EventSourceTask task = startedTask();

        List<SourceRecord> sent = task.poll();

        assertThat(sent).hasSize(6);
        assertThat(boundaries).containsExactly(commitOf(sent.get(2)));
        for (SourceRecord record : sent) {
            task.commitRecord(record, null);
        }
        assertThat(ScriptedSource.COMMITTED).containsExactlyElementsOf(sent);
        task.stop();
    }

    /** Debezium goes on without the rows; a task that starts again at the stored offset reads them. */
    @Test
    void startsTheWrappedTaskAgainBeforeATableOfASnapshotIsLeftOut() throws Exception {
        ScriptedSource.BATCHES.add(
                List.of(change(1, "c", 1, "PAID"), notification("SQL_EXCEPTION"), change(2, "c", 2, "PAID")));
        ScriptedSource.BATCHES.add(List.of(notification("SUCCEEDED"), change(2, "c", 2, "PAID")));
        EventSourceTask task = startedTask();

        assertThat(task.poll()).extracting(SourceRecord::sourceOffset).containsExactly(offset(1));
        List<SourceRecord> sent = null;
        while (sent == null) {
            sent = task.poll();
        }

        assertThat(sent).extracting(SourceRecord::sourceOffset).containsExactly(offset(2));
        assertThat(ScriptedSource.CALLS.stream().filter(call -> call.contains(" task")))
                .hasSize(3)
                .element(1)
                .isEqualTo("stop task");
        task.stop();
    }

    private static SourceRecord notification(String status) {
        Schema schema = SchemaBuilder.struct()
                .name("io.debezium.connector.common.Notification")
                .field("aggregate_type", Schema.STRING_SCHEMA)
                .field("type", Schema.STRING_SCHEMA)
                .field("additional_data", SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA))
                .build();
        Struct value = new Struct(schema)
                .put("aggregate_type", "Incremental Snapshot")
                .put("type", "TABLE_SCAN_COMPLETED")
                .put("additional_data", Map.of("scanned_collection", "shop.orders", "status", status));
        return new SourceRecord(Map.of("server", "shop"), offset(1), SnapshotRetries.TOPIC, schema, value);
    }

    private void addFurtherRules() {
        String paid = "table: shop.orders; on: create; when: after.status == 'PAID'; also; topic: ";
        properties.put("events.rule.3", "OrderPaid v2; " + paid + "orders.v2");
        properties.put("events.rule.4", "InventoryReserved; " + paid + "inventory");
    }

    private EventSourceTask startedTask() {
        EventSourceConnector connector = new EventSourceConnector();
        connector.start(properties);
        Map<String, String> options = connector.taskConfigs(1).get(0);
        connector.stop();
        EventSourceTask task = new EventSourceTask();
        task.initialize(new FakeWorker(options, boundaries, true, stored));
        task.start(options);
        return task;
    }

    private static String commitOf(SourceRecord record) {
        return "commit " + System.identityHashCode(record);
    }

    private static Object header(SourceRecord record, String name) {
        return record.headers().lastWithName(name) == null
                ? null
                : record.headers().lastWithName(name).value();
    }

    private static Map<String, Object> offset(long position) {
        return Map.of("file", "binlog.000001", "pos", position, "event", 1L, "row", 1L, "server_id", 1L);
    }

    private static SourceRecord keyChange(SourceRecord delete) {
        delete.headers().addString("__debezium.newkey", "{}");
        return delete;
    }

    private static SourceRecord change(long position, String op, long id, String status) {
        return change(position, op, id, status, "INSERT INTO orders VALUES (1)");
    }

    private static SourceRecord change(long position, String op, long id, String status, String query) {
        Map<String, Object> source = Map.of(
                "name", "shop", "db", "shop", "table", "orders", "ts_ms", 1L, "query", query, "snapshot", "false");
        Map<String, Object> row = Map.of("id", id, "status", status);
        Map<String, Object> value = new HashMap<>(Map.of("op", op, "source", source));
        if (!op.equals("d")) {
            value.put("after", row);
        }
        if (op.equals("d") || op.equals("u")) {
            value.put("before", row);
        }
        return new SourceRecord(
                Map.of("server", "shop"), offset(position), "shop.shop.orders", null, Map.of("id", id), null, value);
    }
}
