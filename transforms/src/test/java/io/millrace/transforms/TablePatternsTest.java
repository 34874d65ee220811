package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.events.EventHeaders;
import io.millrace.rules.OfficialEventConfig;
import io.millrace.rules.OfficialEventOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of several tables, and options with several rules. */
class TablePatternsTest {
    private static ToOfficialEvent<SourceRecord> transform(String... options) {
        ToOfficialEvent<SourceRecord> transform = new ToOfficialEvent<>();
        transform.configure(options(options));
        return transform;
    }

    private static Map<String, String> options(String... options) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < options.length; i += 2) {
            map.put(options[i], options[i + 1]);
        }
        return map;
    }

    private static SourceRecord created(String table) {
        return Changes.change("c", null, Changes.row(7, "NEW", 1), table, Changes.offset(3, 1));
    }

    private static List<String> refusals(Map<String, String> options) {
        return OfficialEventOptions.DEFINITION.validate(options).stream()
                .flatMap(value -> value.errorMessages().stream())
                .toList();
    }

    @Test
    void mapsEachTableThatThePatternMatches() {
        ToOfficialEvent<SourceRecord> transform = transform(
                "table.1",
                "shop.orders_{shard:[0-9]+}; key: id; fields: id, shard = table.shard, of = table.name",
                "topic.allowed",
                "orders\\..*",
                "rule.1",
                "Placed; table: shop.orders_{shard:[0-9]+}; on: create; topic: 'orders.' + table.shard;"
                        + " when: table.shard != '9' && after.status == 'NEW'; headers: db = table.database");

        for (SourceRecord change : List.of(created("orders_7"), Schemaless.of(created("orders_7")))) {
            SourceRecord event = transform.apply(change);
            assertThat(event.topic()).isEqualTo("orders.7");
            assertThat(Schemaless.of(event).value()).isEqualTo(Map.of("id", 7L, "shard", "7", "of", "orders_7"));
            assertThat(EventHeaders.texts(event.headers())).containsEntry("db", "shop");
        }
        assertThat(transform.apply(created("orders_8")).topic()).isEqualTo("orders.8");
        assertThat(transform.apply(created("orders_7")).topic()).isEqualTo("orders.7");
        assertThat(transform.apply(created("orders_9"))).isNull();
        assertThat(transform.apply(created("orders_x"))).isNull();
        assertThat(transform.apply(created("orders"))).isNull();
    }

    @Test
    void triesRulesOfATableAndOfPatternsInTheirOrder() {
        ToOfficialEvent<SourceRecord> transform = transform(
                "table.1", "shop.orders; key: id; fields: id",
                "table.2", "shop.o*; key: id; fields: id; topic: all",
                "rule.1", "New; table: shop.o*; on: create; when: after.status == 'PAID'",
                "rule.2", "One; table: shop.orders; on: create",
                "rule.3", "Other; table: shop.o*; on: create");

        assertThat(type(transform.apply(created("orders")))).isEqualTo("One");
        assertThat(type(transform.apply(created("others")))).isEqualTo("Other");
        assertThat(type(transform.apply(
                        Changes.change("c", null, Changes.row(7, "PAID", 1), "orders", Changes.offset(3, 1)))))
                .isEqualTo("New");
    }

    @Test
    void anOptionMayHaveSeveralTablesAndRules() {
        String tables = IntStream.range(0, 150)
                .mapToObj(i -> "shop.t" + i + "; key: id; fields: id")
                .collect(Collectors.joining("\n"));
        String rules = IntStream.range(0, 400)
                .mapToObj(i -> "E" + i + "; table: shop.t" + i % 150 + "; on: create;\n   when: after.version == " + i)
                .collect(Collectors.joining("\n"));
        Map<String, String> options =
                options("table.1", tables, "rule.1", rules, "rule.2", "Last; table: shop.t0; on: create");

        assertThat(refusals(options)).isEmpty();
        ToOfficialEvent<SourceRecord> transform = new ToOfficialEvent<>();
        transform.configure(options);
        assertThat(type(transform.apply(
                        Changes.change("c", null, Changes.row(1, "NEW", 399), "t99", Changes.offset(3, 1)))))
                .isEqualTo("E399");
        assertThat(type(transform.apply(
                        Changes.change("c", null, Changes.row(1, "NEW", 9999), "t0", Changes.offset(3, 1)))))
                .isEqualTo("Last");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "table.1 | shop.orders_{shard; key: id | table.1 | is not closed",
                "rule.1 | E; table: shop.o*; on: create; fields: id; topic: t | rule.1 | the table shop.o* is not declared",
                "rule.1 | E; table: shop.{a}; on: create; fields: id | rule.1 | the table is a pattern, so the clause 'topic' is required",
                "rule.1 | E; table: shop.{a}; on: create; topic: t; fields: x = table.b | rule.1 | table.b names a part that the table shop.{a} does not have; expected one of [database, name, a]",
                "rule.1 | E; table: shop.{a}; on: create; topic: t; fields: id; when: table.b == 'x' | rule.1 | table.b names a part",
                "rule.1 | E; table: shop.{a}; on: create; topic: t; fields: id; headers: h = table.b | rule.1 | table.b names a part"
            })
    void refusesAPatternThatCannotWorkWhenItIsPosted(String option, String value, String named, String reason) {
        Map<String, String> options = options(
                "table.1", "shop.{a}; key: id", "rule.1", "E; table: shop.{a}; on: create; fields: id; topic: t");
        assertThat(refusals(options)).isEmpty();
        options.put(option, value);

        assertThat(refusals(options))
                .anySatisfy(refusal -> assertThat(refusal).contains(named).contains(reason));
    }

    @Test
    void namesTheLineOfAnOption() {
        Map<String, String> options = options(
                "table.1",
                "shop.orders; key: id; fields: id",
                "rule.1",
                "A; table: shop.orders; on: create\nB; table: shop.orders; on: crate");
        assertThat(refusals(options)).singleElement().asString().contains("line 2: rule B: 'on'");

        options.put("rule.1", "A; table: shop.orders;\non: create");
        assertThat(refusals(options)).singleElement().asString().contains("line 1: rule A: the clause 'on' is missing");

        options.put("rule.1", "A; table: shop.orders; on: create");
        options.put("table.1", "shop.orders; key: id; fields: id\nshop.sites\nshop.orders");
        assertThat(refusals(options))
                .singleElement()
                .asString()
                .contains("the table shop.orders is in table.1, line 1 already");
    }

    @ParameterizedTest
    @CsvSource({"rule.301", "table.101", "rule.0", "rule.00000000000000000001"})
    void refusesANumberThatDoesNotExist(String option) {
        Map<String, String> options =
                options("table.1", "shop.orders; key: id; fields: id", "rule.1", "A; table: shop.orders; on: create");
        options.put(option, "B; table: shop.orders; on: update");

        assertThatThrownBy(() -> new OfficialEventConfig(options))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        option + " is not an option: expected table.1 to table.100 and rule.1 to rule.300");
    }

    private static String type(SourceRecord event) {
        return EventHeaders.text(event.headers(), "ce_type").orElse(null);
    }
}
