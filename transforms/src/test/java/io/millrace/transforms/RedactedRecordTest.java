package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.changes.RedactedRecord;
import io.millrace.events.EventHeaders;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactedRecordTest {
    private static final String SECRET = "UPDATE orders SET status = 'hush' /*requestId='r-1'*/";
    private static final String FIELDS =
            "key: order_id = row.id; fields: order_id = row.id, status, total; revision: row.version";

    private final SourceRecord change = change();
    private final InjectContext<SourceRecord> context = new InjectContext<>();

    RedactedRecordTest() {
        context.configure(Map.of("keys", "requestId", "sources", "comment"));
    }

    private static SourceRecord change() {
        SourceRecord change = Changes.change("u", Changes.row(7, "NEW", 1), Changes.row(7, "PAID", 2));
        ((Struct) change.value()).getStruct("source").put("query", SECRET).put("gtid", "a:1");
        return change;
    }

    /** The change as InjectContext hands it on, with a copy that cannot be made. */
    private SourceRecord uncopyable() {
        return new RedactedRecord(
                change,
                change.headers(),
                (Struct) change.value(),
                context.apply(change).valueSchema(),
                whole -> {
                    throw new IllegalStateException("somebody asked for the copy");
                });
    }

    private static ToOfficialEvent<SourceRecord> rule(String rule) {
        return rule(rule, "drop");
    }

    private static ToOfficialEvent<SourceRecord> rule(String rule, String onUnmatched) {
        ToOfficialEvent<SourceRecord> transform = new ToOfficialEvent<>();
        transform.configure(Map.of(
                "table.1",
                "shop.orders; " + FIELDS,
                "rule.1",
                "Paid; table: shop.orders; " + rule,
                "on.unmatched",
                onUnmatched));
        return transform;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "on: update",
                "on: update; when: changed('status') && before.status != 'PAID' && after.status == 'PAID' && op == 'u'",
                "on: update; when: 'requestId' in headers || row.version == 2",
                "on: update; fields: *, label = 'order ' + string(row.id), tags: [string] = json(row.document).tags"
            })
    void isNotCopiedForARuleThatDoesNotNameTheSource(String rule) {
        SourceRecord copied = rule(rule).apply(withoutQuery());

        assertThat(rule(rule).apply(uncopyable())).isNotNull().isEqualTo(copied);
    }

    /** The change that a service without comments would have made. */
    private static SourceRecord withoutQuery() {
        SourceRecord bare = change();
        ((Struct) bare.value()).getStruct("source").put("query", null);
        return bare;
    }

    @Test
    void isNotCopiedWhereItIsDroppedOrRefused() {
        assertThat(rule("on: delete").apply(uncopyable())).isNull();
        assertThatThrownBy(() -> rule("on: delete", "fail").apply(uncopyable()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no rule matches")
                .hasMessageNotContaining("hush");
    }

    @Test
    void isCopiedForARuleThatNamesTheSource() {
        for (String rule :
                new String[] {"on: update; when: source.db == 'shop'", "on: update; fields: *, at = source.ts_ms"}) {
            assertThatThrownBy(() -> rule(rule).apply(uncopyable())).hasStackTraceContaining("asked for the copy");
        }
    }

    @Test
    void showsExpressionsASourceWithoutAQuery() {
        SourceRecord unqueried = context.apply(change);

        assertThat(rule("on: update; when: 'query' in source || has(source.query)")
                        .apply(unqueried))
                .isNull();
        assertThat(rule("on: update; when: source.exists(name, name == 'query')")
                        .apply(unqueried))
                .isNull();
        SourceRecord whole = rule("on: update; fields: source = source, db = source.db, gtid = source['gtid']")
                .apply(unqueried);
        Struct value = (Struct) whole.value();
        assertThat(value.getStruct("source").schema().fields())
                .extracting(Field::name)
                .contains("db", "gtid")
                .doesNotContain("query");
        assertThat(value.getString("db")).isEqualTo("shop");
        assertThat(value.getString("gtid")).isEqualTo("a:1");
        assertThat(whole.toString()).doesNotContain("hush");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"fields: q = source.query", "fields: q = string(source[row.note])", "when: source.query == 'x'"})
    void refusesARuleThatAsksForTheQueryAndNeverSaysIt(String clause) {
        SourceRecord asked = context.apply(noted());

        assertThatThrownBy(() -> rule("on: update; " + clause).apply(asked))
                .isInstanceOf(DataException.class)
                .satisfies(e -> {
                    for (Throwable at = e; at != null; at = at.getCause()) {
                        assertThat(at.toString()).doesNotContain("hush");
                    }
                });
    }

    private SourceRecord noted() {
        ((Struct) change.value()).getStruct("after").put("note", "query");
        return change;
    }

    @Test
    void isReadAsATransformBeforeTheRulesLeftIt() {
        SourceRecord unqueried = context.apply(change);
        ((Struct) unqueried.value()).put("op", "d");

        assertThat(rule("on: delete").apply(unqueried)).isNotNull();
    }

    @Test
    void isPassedOnWithoutTheQuery() {
        SourceRecord passed = rule("on: delete", "pass").apply(context.apply(change));

        assertThat(((Struct) passed.value()).getStruct("source").schema().field("query"))
                .isNull();
        assertThat(passed.valueSchema()).isSameAs(((Struct) passed.value()).schema());
        assertThat(passed.toString()).contains("r-1").doesNotContain("hush");
        assertThat(EventHeaders.text(passed.headers(), "requestId")).hasValue("r-1");
    }

    @Test
    void showsOneValueHoweverOftenItIsAsked() {
        SourceRecord unqueried = context.apply(change);

        assertThat(unqueried.value()).isSameAs(unqueried.value());
        assertThat(unqueried.headers()).isSameAs(unqueried.headers());
        unqueried.headers().addString("later", "1");
        assertThat(EventHeaders.text(unqueried.headers(), "later")).hasValue("1");
    }

    @Test
    void equalsWhatShowsTheSame() {
        SourceRecord one = context.apply(change);
        SourceRecord other = context.apply(change());
        SourceRecord plain = one.newRecord(
                one.topic(),
                one.kafkaPartition(),
                one.keySchema(),
                one.key(),
                one.valueSchema(),
                one.value(),
                one.timestamp(),
                one.headers());

        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).hasToString(plain.toString());
        assertThat(one.equals(plain)).isFalse();
        assertThat(plain.equals(one)).isFalse();
        SourceRecord another = change();
        ((Struct) another.value()).getStruct("after").put("version", 3L);
        assertThat(context.apply(another)).isNotEqualTo(one);
        // What tells them apart is not shown.
        SourceRecord elsewhere = change();
        ((Struct) elsewhere.value()).getStruct("source").put("query", SECRET.replace("hush", "hash"));
        assertThat(context.apply(elsewhere)).isEqualTo(one);
    }
}
