package io.millrace.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.millrace.events.EventHeaders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Rules with the clause {@code also}. */
class FurtherMatchesTest {
    private static final String TABLE = "shop.orders; key: id; fields: id, status; topic: orders";
    private static final String ID = "1:binlog.000002:157:3:1:u";

    @Test
    void makesAFurtherEventOfEachLaterRuleWithTheClause() {
        List<SourceRecord> events = map(
                "OrderNoted; table: shop.orders; on: update; when: changed('note'); also",
                "OrderPaid; table: shop.orders; on: update; when: after.status == 'PAID'",
                "OrderChanged; table: shop.orders; on: update",
                "InventoryReserved; table: shop.orders; on: update; when: after.status == 'PAID'; key: none;"
                        + " fields: order = row.id; topic: inventory; also",
                "OrderDeleted; table: shop.orders; on: delete; also",
                "OrderPaid v2; table: shop.orders; on: update; fields: *, version = 2; topic: orders.v2; also");

        assertThat(events)
                .extracting(SourceRecord::topic, event -> header(event, EventHeaders.TYPE), SourceRecord::value)
                .containsExactly(
                        tuple("orders", "OrderPaid", Map.of("id", 7L, "status", "PAID")),
                        tuple("inventory", "InventoryReserved", Map.of("order", 7L)),
                        tuple("orders.v2", "OrderPaid.v2", Map.of("id", 7L, "status", "PAID", "version", 2L)));
        assertThat(events)
                .extracting(event -> header(event, EventHeaders.ID))
                .containsExactly(ID, ID + ":InventoryReserved", ID + ":OrderPaid.v2");
        assertThat(events.get(1).key()).isNull();
        assertThat(events).extracting(SourceRecord::sourceOffset).containsOnly(update().sourceOffset());
    }

    @Test
    void treatsARuleThatMatchesFirstAsAnyOther() {
        List<SourceRecord> events = map(
                "OrderPaid; table: shop.orders; on: update; also",
                "OrderChanged; table: shop.orders; on: update",
                "OrderSeen; table: shop.orders; on: update; tombstone; also");

        assertThat(events)
                .extracting(event -> header(event, EventHeaders.TYPE), event -> header(event, EventHeaders.ID))
                .containsExactly(tuple("OrderPaid", ID), tuple("OrderSeen", ID + ":OrderSeen"));
        assertThat(events.get(1).value()).isNull();
    }

    @Test
    void givesEachFurtherEventOfOneTypeAnIdOfItsOwn() {
        List<SourceRecord> events = map(
                "OrderPaid; table: shop.orders; on: update",
                "OrderPaid; table: shop.orders; on: update; topic: audit; also",
                "OrderPaid; table: shop.orders; on: update; topic: archive; also");

        assertThat(events)
                .extracting(event -> header(event, EventHeaders.ID))
                .containsExactly(ID, ID + ":OrderPaid", ID + ":OrderPaid:2");
    }

    /** Each rule has parts of its own. */
    @Test
    void mapsEachEventWithTheNamesOfItsOwnPattern() {
        Map<String, String> options = Map.of(
                "topic.allowed", "[a-z.]+",
                "table.1", "{tenant}.orders; key: id; fields: id, tenant = table.tenant",
                "table.2", "shop.{part}; key: id; fields: id, part = table.part",
                "rule.1", "OrderPaid; table: {tenant}.orders; on: update; topic: table.tenant + '.paid'",
                "rule.2", "RowChanged; table: shop.{part}; on: update; topic: table.part + '.changed'; also",
                "rule.3", "OrderPaid v2; table: {tenant}.orders; on: update; topic: table.tenant + '.paid.new'; also");

        List<SourceRecord> events = map(options, update());

        assertThat(events)
                .extracting(SourceRecord::topic, SourceRecord::value)
                .containsExactly(
                        tuple("shop.paid", Map.of("id", 7L, "tenant", "shop")),
                        tuple("orders.changed", Map.of("id", 7L, "part", "orders")),
                        tuple("shop.paid.new", Map.of("id", 7L, "tenant", "shop")));
    }

    @Test
    void refusesAChangeThatAFurtherRuleCannotMap() {
        String[] rules = {
            "OrderPaid; table: shop.orders; on: update",
            "OrderPriced; table: shop.orders; on: update; fields: total = row.total; also"
        };

        assertThatThrownBy(() -> map(rules))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("shop.orders (update) at binlog.000002:157")
                .hasMessageContaining("rule OrderPriced: 'total' of row.total does not exist");
    }

    @Test
    void refusesAChangeForWhichTheConditionOfAFurtherRuleHasAFault() {
        assertThatThrownBy(() -> map(
                        "OrderPaid; table: shop.orders; on: update",
                        "OrderPriced; table: shop.orders; on: update; when: after.total > 5; also"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("rule OrderPriced: ");
    }

    @Test
    void isRefusedByATransformWhenItIsPostedAndWhenItStarts() {
        Map<String, String> options = Map.of(
                "table.1",
                TABLE,
                "rule.3",
                "OrderPaid; table: shop.orders; on: update\nOrderPaid v2; table: shop.orders; on: update; also");
        String refusal = "line 2: rule OrderPaid.v2: 'also' makes a further event of a change, but a transform returns"
                + " one record. EventSourceConnector makes several events of one change; use it, or remove 'also'";

        List<ConfigValue> refused = OfficialEventOptions.OF_TRANSFORM.validate(options).stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .toList();

        assertThat(refused).singleElement().satisfies(value -> {
            assertThat(value.name()).isEqualTo("rule.3");
            assertThat(value.errorMessages()).singleElement().asString().contains(refusal);
        });
        assertThatThrownBy(() -> OfficialEventConfig.ofTransform(options))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("rule.3")
                .hasMessageContaining(refusal);
        assertThat(OfficialEventOptions.DEFINITION.validate(options))
                .as("EventSourceConnector")
                .allMatch(value -> value.errorMessages().isEmpty());
    }

    @Test
    void takesNoValue() {
        assertThatThrownBy(() -> map("OrderPaid; table: shop.orders; on: update; also: true"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'also' takes no value, found 'true'");
    }

    private static List<SourceRecord> map(String... rules) {
        Map<String, String> options = new HashMap<>(Map.of("table.1", TABLE));
        for (int i = 0; i < rules.length; i++) {
            options.put("rule." + (i + 1), rules[i]);
        }
        return map(options, update());
    }

    private static List<SourceRecord> map(Map<String, String> options, SourceRecord record) {
        List<SourceRecord> further = new ArrayList<>();
        SourceRecord first = new OfficialEventMapper(new OfficialEventConfig(options)).mapRecord(record, further::add);
        List<SourceRecord> events = new ArrayList<>(List.of(first));
        events.addAll(further);
        return events;
    }

    private static String header(SourceRecord event, String name) {
        return EventHeaders.text(event.headers(), name).orElse(null);
    }

    private static SourceRecord update() {
        Map<String, Object> source = Map.of("name", "shop", "db", "shop", "table", "orders", "ts_ms", 1L);
        Map<String, Object> change = Map.of(
                "op",
                "u",
                "source",
                source,
                "before",
                Map.of("id", 7L, "status", "NEW", "note", "a"),
                "after",
                Map.of("id", 7L, "status", "PAID", "note", "a"));
        Map<String, Object> offset =
                Map.of("server_id", 1L, "file", "binlog.000002", "pos", 157L, "event", 3L, "row", 1L);
        return new SourceRecord(Map.of("server", "shop"), offset, "shop.shop.orders", null, change);
    }
}
