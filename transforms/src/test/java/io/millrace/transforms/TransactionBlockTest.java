package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.events.EventHeaders;
import io.millrace.rules.OfficialEventOptions;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** What expressions see of a change's transaction, and the names of changed columns. */
class TransactionBlockTest {
    private static final Schema BLOCK = SchemaBuilder.struct()
            .name("event.block")
            .version(1)
            .optional()
            .field("id", Schema.STRING_SCHEMA)
            .field("total_order", Schema.INT64_SCHEMA)
            .field("data_collection_order", Schema.INT64_SCHEMA)
            .build();
    private static final Schema ENVELOPE = SchemaBuilder.struct()
            .name("shop.shop.orders.Envelope")
            .field("before", Changes.ROW)
            .field("after", Changes.ROW)
            .field("source", Changes.SOURCE)
            .field("op", Schema.STRING_SCHEMA)
            .field("transaction", BLOCK)
            .build();
    private static final String RULE = "OrderChanged; table: shop.orders; on: create, update, delete; ";

    private static SourceRecord change(String op, Struct before, Struct after, Struct block) {
        SourceRecord plain = Changes.change(op, before, after);
        Struct value = new Struct(ENVELOPE)
                .put("before", before)
                .put("after", after)
                .put("source", ((Struct) plain.value()).get("source"))
                .put("op", op)
                .put("transaction", block);
        return plain.newRecord(
                plain.topic(), null, plain.keySchema(), plain.key(), ENVELOPE, value, null, plain.headers());
    }

    private static Struct block() {
        return new Struct(BLOCK).put("id", "gtid:7").put("total_order", 3L).put("data_collection_order", 2L);
    }

    private static ToOfficialEvent<SourceRecord> transform(String rule) {
        ToOfficialEvent<SourceRecord> transform = new ToOfficialEvent<>();
        transform.configure(Map.of("table.1", "shop.orders; key: id", "rule.1", rule));
        return transform;
    }

    @Test
    void expressionsSeeTheTransaction() {
        SourceRecord change = change("c", null, Changes.row(7, "NEW", 1), block());
        for (SourceRecord each : List.of(change, Schemaless.of(change))) {
            SourceRecord event = transform(RULE
                            + "fields: id, tx = transaction.id, n = transaction.total_order; headers: order ="
                            + " transaction.data_collection_order; when: transaction.total_order > 2")
                    .apply(each);

            assertThat(Schemaless.of(event).value()).isEqualTo(Map.of("id", 7L, "tx", "gtid:7", "n", 3L));
            assertThat(EventHeaders.texts(event.headers())).containsEntry("order", "2");
        }
    }

    @Test
    void aChangeWithoutItsTransactionIsRefusedIfTheEventRequiresIt() {
        SourceRecord change = change("c", null, Changes.row(7, "NEW", 1), null);

        assertThatThrownBy(() -> transform(RULE + "fields: tx = transaction.id").apply(change))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("the field 'tx' is null");
        assertThat(((Struct) transform(RULE + "fields: tx: string? = transaction.id")
                                .apply(change)
                                .value())
                        .get("tx"))
                .isNull();
        SourceRecord read = change("r", null, Changes.row(7, "NEW", 1), null);
        assertThat(((Struct) transform("Seen; table: shop.orders; on: read; fields: tx = transaction.id")
                                .apply(read)
                                .value())
                        .get("tx"))
                .as("a snapshot has no transaction")
                .isNull();
    }

    @Test
    void namesTheChangedColumns() {
        ToOfficialEvent<SourceRecord> transform = transform(
                RULE + "fields: id, columns = changed(); headers: changed = changed(); when: 'version' in changed()");
        SourceRecord update = change("u", Changes.row(7, "NEW", 1), Changes.row(7, "PAID", 2), null);
        for (SourceRecord change : List.of(update, Schemaless.of(update))) {
            SourceRecord event = transform.apply(change);
            assertThat(Schemaless.of(event).value())
                    .extracting("columns")
                    .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                    .containsExactlyInAnyOrder("status", "version");
            assertThat(EventHeaders.text(event.headers(), "changed")
                            .orElseThrow()
                            .split(",", -1))
                    .containsExactlyInAnyOrder("status", "version");
        }
        SourceRecord created = transform.apply(change("c", null, Changes.row(7, "NEW", 1), null));
        assertThat(EventHeaders.text(created.headers(), "changed")).contains("id,status,total,document,version");
        assertThat(transform.apply(change("u", Changes.row(7, "NEW", 1), Changes.row(7, "PAID", 1), null)))
                .isNull();
    }

    @Test
    void areCheckedWhenTheyArePosted() {
        assertThat(OfficialEventOptions.DEFINITION
                        .validate(Map.of(
                                "table.1",
                                "shop.orders; key: id",
                                "rule.1",
                                RULE + "fields: id, t = transaction.id, c = changed(); when: chnged() == []"))
                        .stream()
                        .flatMap(value -> value.errorMessages().stream()))
                .singleElement()
                .asString()
                .contains("did you mean 'changed'?");
    }
}
