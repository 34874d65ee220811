package io.millrace.connectors.projection.kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connectors.projection.table.TableName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicPatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shop.{tenant}.orders | orders_{tenant} | shop.acme.orders | orders_acme",
                "shop.{tenant}.orders | `{tenant}`.orders | shop.acme-eu.orders | acme-eu.orders",
                "shop.{tenant}.{table} | v_{table}_of_{tenant} | shop.acme.orders | v_orders_of_acme",
                "*.{tenant:[a-z]+} | {tenant} | shop.eu.acme | acme"
            })
    void namesTheTableByTheParts(String pattern, String table, String topic, String expected) {
        TopicPattern parsed = pattern(pattern);

        assertThat(parsed.matches(topic)).isTrue();
        assertThat(parsed.nameTable(TableName.parse(table), topic)).hasToString(expected);
        assertThat(parsed.mayName(TableName.parse(table), TableName.parse(expected)))
                .isTrue();
    }

    @Test
    void matchesWholeNames() {
        TopicPattern pattern = pattern("shop.{tenant:[a-z]+}.orders");

        assertThat(List.of("shop.acme.orders2", "shop.ACME.orders", "a.shop.acme.orders", "shopxacme.orders"))
                .noneMatch(pattern::matches);
        assertThat(pattern.mayName(TableName.parse("orders_{tenant}"), TableName.parse("sites_acme")))
                .isFalse();
    }

    @Test
    void refusesATopicWhosePartsCannotBeInTheNameOfATable() {
        assertThatThrownBy(() -> pattern("shop.{tenant}.orders")
                        .nameTable(TableName.parse("orders_{tenant}"), "shop.acme.eu.orders"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the part {tenant} of the topic shop.acme.eu.orders is 'acme.eu'")
                .hasMessageContaining("{tenant:[a-z0-9]+}");
    }

    @Test
    void requiresAPartInTheNameOfEachTable() {
        TopicPattern pattern = pattern("shop.{tenant}.orders");

        assertThat(pattern.findObstacle(TableName.parse("orders_{tenant}"))).isEmpty();
        assertThat(pattern.findObstacle(TableName.parse("orders")))
                .hasValueSatisfying(reason -> assertThat(reason).contains("as in 'orders_{tenant}'"));
        assertThat(pattern.findObstacle(TableName.parse("orders_{tenat}")))
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("one of the parts [tenant]", "found {tenat}"));
    }

    private static TopicPattern pattern(String text) {
        TopicPattern.requireTopics(List.of(text));
        return TopicPattern.find(List.of(text)).orElseThrow();
    }
}
