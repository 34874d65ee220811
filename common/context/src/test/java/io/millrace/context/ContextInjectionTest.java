package io.millrace.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.RedactedRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContextInjectionTest {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String SQL = "UPDATE orders SET status = 'PAID' /*requestId='r-1',userId='u%2F42',other='x'*/";

    @Test
    void putsTheCommentsAllowListedKeysIntoHeaders() {
        SourceRecord out = injection(Map.of()).inject(RowChanges.update(SQL));

        assertThat(headers(out)).isEqualTo(Map.of("requestId", "r-1", "userId", "u/42"));
        assertThat(out.headers())
                .allSatisfy(header -> assertThat(header.schema()).isEqualTo(Schema.STRING_SCHEMA));
    }

    /** Debezium keeps the text until a commit, and an XA transaction that is prepared has none. */
    @ParameterizedTest
    @ValueSource(strings = {"t", "r"})
    void doesNotReadAFormerStatementForWhatNoStatementChanged(String operation) {
        SourceRecord record = RowChanges.update(SQL);
        ((Struct) record.value()).put("op", operation);

        SourceRecord out = injection(Map.of()).inject(record);

        assertThat(headers(out)).isEmpty();
        assertThat(((Struct) out.value()).getStruct("source").schema().field("query"))
                .isNull();
    }

    @Test
    void removesTheQueryFromSchemaAndValueAndKeepsTheRest() {
        SourceRecord in = RowChanges.update(SQL);
        SourceRecord out = injection(Map.of()).inject(in);

        Struct value = (Struct) out.value();
        assertThat(out.valueSchema()).isSameAs(value.schema());
        assertThat(fieldNames(value.schema())).containsExactly("before", "after", "source", "op", "ts_ms");
        assertThat(value.schema().name()).isEqualTo("shop.shop.orders.Envelope");
        assertThat(value.schema().version()).isEqualTo(2);
        assertThat(value.schema().parameters()).containsEntry("parameter", "kept");
        assertThat(value.get("after")).isSameAs(((Struct) in.value()).get("after"));
        Struct source = value.getStruct("source");
        assertThat(fieldNames(source.schema())).containsExactly("snapshot", "server_id", "gtid", "file", "pos", "row");
        assertThat(source.schema().doc()).isEqualTo("Where the change was made");
        assertThat(source.getInt64("pos")).isEqualTo(4711);
        assertThat(source.getWithoutDefault("snapshot")).isNull();
        assertThat(out.topic()).isEqualTo(in.topic());
        assertThat(out.kafkaPartition()).isEqualTo(3);
        assertThat(out.timestamp()).isEqualTo(99L);
        assertThat(out.sourceOffset()).isEqualTo(in.sourceOffset());
        value.validate();
    }

    @Test
    void leavesTheCopyToWhoeverAsksForTheValue() {
        SourceRecord in = RowChanges.update(SQL);
        SourceRecord out = injection(Map.of()).inject(in);

        assertThat(out).isInstanceOf(RedactedRecord.class);
        assertThat(RedactedRecord.readWholeValue(out)).isSameAs(in.value());
        assertThat(out.value()).isNotSameAs(in.value());
    }

    @Test
    void showsNobodyTheQuery() {
        SourceRecord out = injection(Map.of()).inject(RowChanges.update(SQL));
        SourceRecord renamed = out.newRecord(
                "other", null, out.keySchema(), out.key(), out.valueSchema(), out.value(), out.timestamp());

        assertThat(out.toString()).contains("binlog.000002").doesNotContain("UPDATE orders");
        assertThat(renamed.toString()).contains("binlog.000002").doesNotContain("UPDATE orders");
        assertThat(headers(renamed)).isEqualTo(headers(out));
        try (JsonConverter converter = new JsonConverter()) {
            converter.configure(Map.of("converter.type", "value"));
            assertThat(new String(
                            converter.fromConnectData(out.topic(), out.valueSchema(), out.value()),
                            StandardCharsets.UTF_8))
                    .contains("binlog.000002")
                    .doesNotContain("UPDATE orders", "\"query\"");
        }
    }

    /** Debezium's own records are plain; a subclass may carry more. */
    @Test
    void hasARecordOfAnotherClassMakeItsOwnCopy() {
        SourceRecord in = RowChanges.update(SQL);
        SourceRecord out = injection(Map.of()).inject(new Marked(in));

        assertThat(out).isInstanceOf(Marked.class);
        assertThat(((Struct) out.value()).getStruct("source").schema().field("query"))
                .isNull();
        assertThat(headers(out)).containsEntry("requestId", "r-1");
    }

    private static final class Marked extends SourceRecord {
        Marked(SourceRecord record) {
            super(
                    record.sourcePartition(),
                    record.sourceOffset(),
                    record.topic(),
                    record.kafkaPartition(),
                    record.keySchema(),
                    record.key(),
                    record.valueSchema(),
                    record.value(),
                    record.timestamp(),
                    record.headers());
        }

        @Override
        public SourceRecord newRecord(
                String topic,
                Integer partition,
                Schema keySchema,
                Object key,
                Schema valueSchema,
                Object value,
                Long timestamp,
                Iterable<Header> headers) {
            return new Marked(
                    super.newRecord(topic, partition, keySchema, key, valueSchema, value, timestamp, headers));
        }
    }

    @Test
    void leavesItsInputAsItWas() {
        SourceRecord in = RowChanges.update(SQL);
        in.headers().addString("requestId", "incoming");
        SourceRecord twin = RowChanges.update(SQL);
        twin.headers().addString("requestId", "incoming");

        injection(Map.of("sources", "comment")).inject(in);
        assertThat(in).isEqualTo(twin);

        SourceRecord map = Schemaless.of(in);
        injection(Map.of("sources", "comment")).inject(map);
        assertThat(map).isEqualTo(Schemaless.of(twin));
    }

    @Test
    void givesOneOutputSchemaForOneInputSchemaWithOrWithoutAQuery() {
        ContextInjection injection = injection(Map.of());

        SourceRecord first = injection.inject(RowChanges.update(SQL));
        SourceRecord second = injection.inject(RowChanges.update((String) null));

        assertThat(second.valueSchema()).isSameAs(first.valueSchema());
        assertThat(second.headers()).isEmpty();
    }

    @Test
    void treatsMapsAsStructs() {
        SourceRecord in = Schemaless.of(RowChanges.update(SQL));
        SourceRecord out = injection(Map.of()).inject(in);

        assertThat(headers(out)).isEqualTo(Map.of("requestId", "r-1", "userId", "u/42"));
        Map<?, ?> value = (Map<?, ?>) out.value();
        assertThat(value.get("source"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .doesNotContainKey("query")
                .containsEntry("pos", 4711L);
        assertThat(value.get("after")).isSameAs(((Map<?, ?>) in.value()).get("after"));
        assertThat(out.valueSchema()).isNull();
    }

    @Test
    void returnsWhatIsNoEnvelopeAsItIs() {
        ContextInjection injection = injection(Map.of("fixed", "userId=x"));
        Schema flat = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
        SourceRecord[] records = {
            new SourceRecord(Map.of(), Map.of(), "t", null, null),
            new SourceRecord(Map.of(), Map.of(), "t", flat, new Struct(flat).put("id", 1L)),
            new SourceRecord(Map.of(), Map.of(), "t", null, Map.of("id", 1L, "source", "web", "op", "u")),
            new SourceRecord(Map.of(), Map.of(), "t", Schema.STRING_SCHEMA, "text")
        };

        for (SourceRecord record : records) {
            assertThat(injection.inject(record)).isSameAs(record);
        }
    }

    @Test
    void takesTheQueryOutOfASchemaChangeAndAddsNoContext() {
        Schema schema = SchemaBuilder.struct()
                .field("source", RowChanges.SOURCE)
                .field("ddl", Schema.STRING_SCHEMA)
                .build();
        Struct value = new Struct(schema).put("source", RowChanges.source(SQL)).put("ddl", "DROP TABLE t");
        SourceRecord record = RowChanges.record(value, RowChanges.offset(4));
        record.headers().addString("own", "1");

        SourceRecord out = injection(Map.of()).inject(record);

        assertThat(headers(out)).isEqualTo(Map.of("own", "1"));
        assertThat(((Struct) out.value()).getStruct("source").schema().field("query"))
                .isNull();
    }

    @Test
    void returnsAChangeWithoutQueryAndContextAsItIs() {
        SourceRecord once = injection(Map.of()).inject(RowChanges.update((String) null));

        assertThat(injection(Map.of()).inject(once)).isSameAs(once);
    }

    @Test
    void asksTheSourcesInTheirOrder() {
        Map<String, String> options = Map.of(
                "keys", "requestId,userId,tenant,traceparent",
                "column.names", "userId=updated_by",
                "fixed", "tenant=shop,userId=nobody",
                "generate", "requestId,traceparent");
        SourceRecord record = RowChanges.update(SQL);
        record.headers().addString("requestId", "incoming");

        assertThat(headers(injection(options).inject(record)))
                .containsEntry("requestId", "incoming")
                .containsEntry("userId", "u/42")
                .containsEntry("tenant", "shop")
                .hasEntrySatisfying("traceparent", value -> assertThat(value)
                        .matches("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01"));
        assertThat(headers(injection(with(options, "sources", "column,comment,header,fixed,generated"))
                        .inject(record)))
                .containsEntry("requestId", "r-1")
                .containsEntry("userId", "ann");
    }

    @Test
    void callsKeysByTheirConfiguredNames() {
        Map<String, String> options = Map.of(
                "keys", "requestId,userId,tenant",
                "comment.names", "requestId=request_id",
                "header.names", "tenant=x-tenant",
                "column.names", "userId=updated_by");
        SourceRecord record = RowChanges.update("/*request_id='r',requestId='no'*/ UPDATE orders SET id = 1");
        record.headers().add("x-tenant", new byte[] {'t', '1'}, Schema.BYTES_SCHEMA);
        record.headers().addString("tenant", "stale");

        Map<String, String> headers = headers(injection(options).inject(record));

        assertThat(headers).containsEntry("requestId", "r").containsEntry("userId", "ann");
        assertThat(headers).containsEntry("tenant", "t1").containsKey("x-tenant");
    }

    @Test
    void replacesAllHeadersOfAKeyAndKeepsOthers() {
        SourceRecord record = RowChanges.update(SQL);
        record.headers()
                .addString("requestId", "1")
                .addLong("n", 5)
                .addString("requestId", "2")
                .addString("traceparent", PARENT);

        SourceRecord out = injection(Map.of("sources", "comment")).inject(record);

        assertThat(StreamSupport.stream(out.headers().spliterator(), false).map(Header::key))
                .containsExactlyInAnyOrder("n", "traceparent", "requestId", "userId");
        assertThat(out.headers().lastWithName("n").value()).isEqualTo(5L);
        assertThat(out.headers().lastWithName("requestId").value()).isEqualTo("r-1");
    }

    @Test
    void readsTheColumnsOfADeletedRowAndNotOfANullOne() {
        Map<String, String> options = Map.of("column.names", "userId=updated_by,requestId=missing");

        assertThat(headers(injection(options).inject(RowChanges.delete(null, RowChanges.row(7, "bob")))))
                .isEqualTo(Map.of("userId", "bob"));
        assertThat(headers(injection(options).inject(RowChanges.delete(null, RowChanges.row(7, null)))))
                .isEmpty();
        assertThat(headers(injection(Map.of("column.names", "userId=id"))
                        .inject(Schemaless.of(RowChanges.update(SQL.replace("userId", "x"))))))
                .containsEntry("userId", "7");
    }

    @Test
    void refusesAColumnThatCannotBecomeText() {
        SourceRecord record = new SourceRecord(
                Map.of(),
                RowChanges.offset(1),
                "shop.orders",
                null,
                Map.of("op", "u", "source", Map.of(), "after", Map.of("tags", List.of("secret"))));

        assertThatThrownBy(
                        () -> injection(Map.of("column.names", "userId=tags")).inject(record))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'tags'")
                .hasMessageContaining("shop.orders")
                .hasMessageNotContaining("secret");
    }

    @Test
    void asksTheNextSourceWhereAValueIsTooLongOrHasControlCharactersOrIsEmpty() {
        Map<String, String> options = Map.of(
                "keys", "requestId", "fixed", "requestId=fixed", "max.length", "8", "sources", "header,comment,fixed");
        for (String encoded : List.of("123456789", "a%0D%0Ab", "%00", "%C2%85", "%E2%80%A8", "")) {
            SourceRecord record = RowChanges.update("UPDATE t SET a=1 /*requestId='" + encoded + "'*/");
            assertThat(headers(injection(options).inject(record))).as(encoded).containsEntry("requestId", "fixed");
        }
        SourceRecord record = RowChanges.update("UPDATE t SET a=1 /*requestId='12345678'*/");
        record.headers().add("requestId", "a\nb".getBytes(StandardCharsets.UTF_8), Schema.BYTES_SCHEMA);
        assertThat(headers(injection(options).inject(record))).containsEntry("requestId", "12345678");
    }

    @Test
    void prefersTheLeadingCommentAndOfSeveralTheOutermost() {
        assertThat(requestId("/*requestId='1'*/ /*requestId='2'*/ SET a = 1 /*requestId='3'*/"))
                .isEqualTo("1");
        assertThat(requestId("/* note */ SET a = 1 /*requestId='3'*/ /*requestId='4'*/"))
                .isEqualTo("4");
        assertThat(requestId("/*requestId='1',requestId='2'*/ SET a = 1 /*requestId='3'*/"))
                .isEqualTo("3");
        assertThat(requestId("/*requestId='" + "%41".repeat(30_000) + "'*/ SET a = 1"))
                .isNull();
    }

    @Test
    void readsAStatementOnceForAllItsRows() {
        String megabyte = "INSERT INTO orders VALUES " + "(1,'it\\'s','/*requestId=\\'no\\'*/'),".repeat(30_000)
                + "(2,'','') /*requestId='r-1'*/";
        assertThat(megabyte.length()).isGreaterThan(1_000_000);
        ContextInjection injection = injection(Map.of());

        for (int i = 0; i < 10_000; i++) {
            assertThat(requestId(injection.inject(RowChanges.update(megabyte)))).isEqualTo("r-1");
        }
        assertThat(injection.countStatementsRead()).isEqualTo(1);

        injection.inject(RowChanges.update(SQL));
        assertThat(injection.countStatementsRead()).isEqualTo(2);
    }

    /** Debezium leaves the GTID of the transaction that was streamed before in the source block of these rows. */
    @Test
    void generatesAnIdOfItsOwnForAnIncrementalSnapshot() {
        Map<String, String> options = Map.of("keys", "requestId", "sources", "generated", "generate", "requestId");
        Map<String, Object> asked = new HashMap<>(RowChanges.offset(157));
        asked.put("incremental_snapshot_correlation_id", "signal-1");
        Map<String, Object> later = new HashMap<>(RowChanges.offset(999));
        later.put("incremental_snapshot_correlation_id", "signal-1");

        Map<String, String> streamed = headers(injection(options).inject(withGtid("false", RowChanges.offset(157))));
        Map<String, String> first = headers(injection(options).inject(withGtid("incremental", asked)));
        Map<String, String> second = headers(injection(options).inject(withGtid("incremental", later)));

        assertThat(first).isNotEqualTo(streamed).isEqualTo(second);
    }

    private static SourceRecord withGtid(String snapshot, Map<String, Object> offset) {
        Map<String, Object> source = Map.of("gtid", "3e11fa47:23", "server_id", 1L, "snapshot", snapshot);
        return new SourceRecord(
                Map.of("server", "shop"),
                offset,
                "t",
                null,
                Map.of("op", "r", "source", source, "after", Map.of("id", 1)));
    }

    @Test
    void generatesOneIdForATransactionAndAgainOnReplay() {
        Map<String, String> options = Map.of("generate", "requestId,userId");
        ContextInjection injection = injection(options);
        SourceRecord first = RowChanges.update(RowChanges.source(null), RowChanges.row(1, "a"), RowChanges.offset(157));
        SourceRecord second =
                RowChanges.update(RowChanges.source(null), RowChanges.row(2, "b"), RowChanges.offset(157));
        SourceRecord other = RowChanges.update(RowChanges.source(null), RowChanges.row(2, "b"), RowChanges.offset(900));

        Map<String, String> headers = headers(injection.inject(first));
        assertThat(UUID.fromString(headers.get("requestId"))).isNotEqualTo(UUID.fromString(headers.get("userId")));
        assertThat(headers(injection.inject(second))).isEqualTo(headers);
        assertThat(headers(injection.inject(other))).doesNotContainEntry("requestId", headers.get("requestId"));
        assertThat(headers(injection(options).inject(Schemaless.of(second)))).isEqualTo(headers);
    }

    @Test
    void namesTheTransactionByItsGtidElseByItsPlace() {
        Struct gtid = RowChanges.source(null).put("gtid", "3e11fa47:23");
        Struct snapshot = RowChanges.source(null).put("snapshot", "first");
        Struct row = RowChanges.row(1, "a");
        Struct value = (Struct) RowChanges.update(SQL).value();

        assertThat(origin(RowChanges.update(gtid, row, RowChanges.offset(157)))).isEqualTo("3e11fa47:23");
        assertThat(origin(RowChanges.update(SQL))).isEqualTo("1:binlog.000002:157");
        assertThat(origin(RowChanges.update(snapshot, row, RowChanges.offset(157))))
                .isEqualTo("snapshot:1:binlog.000002:157");
        assertThat(origin(new SinkRecord("t", 1, null, null, value.schema(), value, 12)))
                .isEqualTo("1:binlog.000002:4711");
        Map<String, Object> bare = Map.of("op", "c", "source", Map.of());
        assertThat(origin(new SinkRecord("t", 1, null, null, null, bare, 12))).isEqualTo("t:1:12");
        assertThat(origin(new SourceRecord(Map.of("db", "x"), Map.of("lsn", 5L), "t", null, bare)))
                .isEqualTo("{db=x}:{lsn=5}");
    }

    @Test
    void asksTheNextSourceForWhatIsNoTraceContextOrBaggage() {
        Map<String, String> options =
                Map.of("keys", "traceparent,baggage", "sources", "comment,header,generated", "generate", "traceparent");
        SourceRecord record = RowChanges.update("UPDATE t SET a=1 /*baggage='two words',traceparent='00-1-2-01'*/");
        record.headers().addString("baggage", "userId=alice").addString("traceparent", PARENT);

        assertThat(headers(injection(options).inject(record)))
                .isEqualTo(Map.of("baggage", "userId=alice", "traceparent", PARENT));
        assertThat(headers(injection(options)
                        .inject(RowChanges.update(
                                "UPDATE t SET a=1 /*traceparent='" + PARENT.replace("01", "1") + "'*/"))))
                .hasEntrySatisfying("traceparent", value -> assertThat(TraceContext.findParentObjection(value))
                        .isEmpty());
    }

    @Test
    void boundsTraceContextAndBaggageByTheSpecificationAndNotByTheirLength() {
        Map<String, String> options =
                Map.of("keys", "traceparent,tracestate,baggage,requestId", "max.length", "10", "sources", "comment");
        String baggage = "k=" + "v".repeat(8_000);
        SourceRecord record = RowChanges.update("UPDATE t SET a=1 /*baggage='" + baggage.replace("=", "%3D")
                + "',traceparent='" + PARENT + "',tracestate='congo%3Dt61rcWkgMzE%2Crojo%3D00f067aa0ba902b7'"
                + ",requestId='12345678901'*/");

        assertThat(headers(injection(options).inject(record)))
                .isEqualTo(Map.of(
                        "baggage",
                        baggage,
                        "traceparent",
                        PARENT,
                        "tracestate",
                        "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"));
    }

    @Test
    void takesTheTraceStateOfTheTraceParentAlone() {
        Map<String, String> options = Map.of("keys", "tracestate,traceparent", "sources", "comment,header");
        SourceRecord record = RowChanges.update("UPDATE t SET a=1 /*traceparent='" + PARENT + "'*/");
        record.headers()
                .addString("traceparent", PARENT.replace("4bf9", "5bf9"))
                .addString("tracestate", "rojo=1");
        assertThat(headers(injection(options).inject(record))).isEqualTo(Map.of("traceparent", PARENT));

        SourceRecord orphan = RowChanges.update("UPDATE t SET a=1 /*tracestate='rojo%3D1'*/");
        assertThat(headers(injection(options).inject(orphan))).isEmpty();
        orphan.headers().addString("traceparent", PARENT).addString("tracestate", "congo=2");
        assertThat(headers(injection(options).inject(orphan)))
                .isEqualTo(Map.of("traceparent", PARENT, "tracestate", "congo=2"));

        SourceRecord without = RowChanges.update("UPDATE t SET a=1");
        without.headers().addString("tracestate", "congo=2");
        assertThat(headers(injection(Map.of("keys", "tracestate", "sources", "comment"))
                        .inject(without)))
                .as("a state that no source replaces")
                .isEqualTo(Map.of("tracestate", "congo=2"));

        SourceRecord alone = RowChanges.update("UPDATE t SET a=1 /*tracestate='rojo%3D1'*/");
        assertThat(headers(injection(Map.of("keys", "tracestate")).inject(alone)))
                .isEqualTo(Map.of("tracestate", "rojo=1"));
    }

    @Test
    void worksOnSinkRecords() {
        Struct value = (Struct) RowChanges.update(SQL).value();
        SinkRecord out = injection(Map.of()).inject(new SinkRecord("t", 1, null, null, value.schema(), value, 12));

        assertThat(headers(out)).containsEntry("requestId", "r-1");
        assertThat(out.kafkaOffset()).isEqualTo(12);
    }

    private static String origin(ConnectRecord<?> record) {
        ChangeReader change = new ChangeReader();
        assertThat(change.read(record.value())).isTrue();
        return ChangeOrigin.of(record, change).orElseThrow();
    }

    private static String requestId(String sql) {
        return requestId(injection(Map.of()).inject(RowChanges.update(sql)));
    }

    private static String requestId(SourceRecord record) {
        return headers(record).get("requestId");
    }

    private static ContextInjection injection(Map<String, String> options) {
        return new ContextInjection(options);
    }

    private static Map<String, String> with(Map<String, String> options, String name, String value) {
        Map<String, String> copy = new LinkedHashMap<>(options);
        copy.put(name, value);
        return copy;
    }

    private static List<String> fieldNames(Schema schema) {
        return schema.fields().stream().map(Field::name).toList();
    }

    private static Map<String, String> headers(ConnectRecord<?> record) {
        Map<String, String> headers = new LinkedHashMap<>();
        record.headers()
                .forEach(header -> headers.put(
                        header.key(),
                        header.value() instanceof byte[] bytes
                                ? new String(bytes, StandardCharsets.UTF_8)
                                : String.valueOf(header.value())));
        return headers;
    }
}
