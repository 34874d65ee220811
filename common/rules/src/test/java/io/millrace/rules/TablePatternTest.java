package io.millrace.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.expressions.InvalidExpressionException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TablePatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "shop_*.orders ; shop_eu.orders ; {database=shop_eu, name=orders}",
                "shop_*.orders ; shop_.orders ; {database=shop_, name=orders}",
                "shop_*.orders ; shop.orders ;",
                "shop_*.orders ; shop_eu.orders2 ;",
                "*.* ; a.b ; {database=a, name=b}",
                "shop_{tenant}.orders ; shop_eu.orders ; {database=shop_eu, name=orders, tenant=eu}",
                "shop_{tenant}.orders ; shop_.orders ;",
                "shop.orders_{shard:[0-9]{2}} ; shop.orders_07 ; {database=shop, name=orders_07, shard=07}",
                "shop.orders_{shard:[0-9]{2}} ; shop.orders_7 ;",
                "{tenant:eu|us}.orders_{shard} ; us.orders_1 ; {database=us, name=orders_1, tenant=us, shard=1}",
                "{tenant:eu|us}.orders_{shard} ; asia.orders_1 ;",
                "{a:(x)(y)}.t_{b} ; xy.t_z ; {database=xy, name=t_z, a=xy, b=z}",
                "shop.a+b ; shop.a+b ; {database=shop, name=a+b}",
                "shop.a+b* ; shop.a+bc ; {database=shop, name=a+bc}",
                "shop.a+b* ; shop.aab ;",
                "sh.op.orders ; sh.op.orders ; {database=sh, name=op.orders}"
            })
    void matchesTheWholeNamesAndNamesTheParts(String pattern, String table, String parts) {
        assertThat(TablePattern.parse(pattern)
                        .match(Table.parse(table))
                        .map(found -> found.values().toString())
                        .orElse(null))
                .isEqualTo(parts);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "orders | expected a table as database.table",
                "shop. | expected a table as database.table",
                "{a.b} | expected a table as database.table",
                "shop.{a | is not closed",
                "shop.{} | expected a part as {name} or {name:expression}",
                "shop.{A} | expected a part as {name}",
                "shop.{a_b} | expected a part as {name}",
                "{a}.{a} | the part '{a}' is a duplicate",
                "{name}.x | is a duplicate, or one of [database, name]",
                "x.{a:(} | '(' is not a regular expression"
            })
    void refusesAnotherForm(String pattern, String reason) {
        assertThatThrownBy(() -> TablePattern.parse(pattern))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aNameWithoutThemIsOneTable() {
        assertThat(TablePattern.parse("shop.orders").only()).contains(new Table("shop", "orders"));
        assertThat(TablePattern.parse("shop.*").only()).isEmpty();
        assertThat(TablePattern.parse("shop_{tenant:[a-z]+}.o*").plainName()).isEqualTo("shop_tenant.o_");
    }

    @Test
    void anOptionHasOneDefinitionALine() {
        assertThat(Definition.split("A; x\n\nB; y\n  ; z\n\tw\r\nC"))
                .containsExactly(
                        new Definition("A; x", 1, false),
                        new Definition("B; y\n  ; z\n\tw", 3, false),
                        new Definition("C", 6, false));
        assertThat(Definition.split("  A; x\n  ; y ")).isEqualTo(List.of(new Definition("A; x\n  ; y", 1, true)));
    }
}
