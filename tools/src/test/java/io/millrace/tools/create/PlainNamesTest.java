package io.millrace.tools.create;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainNamesTest {
    @ParameterizedTest
    @CsvSource({
        "orders, Order",
        "order_items, OrderItem",
        "OrderItems, OrderItem",
        "ORDERS, Order",
        "order-items, OrderItem",
        "addresses, Address",
        "address, Address",
        "categories, Category",
        "boxes, Box",
        "branches, Branch",
        "courses, Course",
        "purchases, Purchase",
        "status, Status",
        "statuses, Status",
        "analysis, Analysis",
        "people, Person",
        "order_people, OrderPerson",
        "movies, Movie",
        "heroes, Hero",
        "data, Data",
        "HTTPRequests, HttpRequest",
        "größen, Grossen",
        "cafés, Cafe",
        "2fa_tokens, 2faToken",
        "注文, ''",
        "s, S"
    })
    void aTableHasOneNameForItsRows(String table, String entity) {
        assertThat(PlainNames.toSingularCamelCase(table)).isEqualTo(entity);
    }

    @ParameterizedTest
    @CsvSource({
        "id, id",
        "Order_ID, Order_ID",
        "_private, _private",
        "order-no, order_no",
        "order no., order_no",
        "größe, grosse",
        "1st, _1st",
        "a`b'c, a_b_c",
        "in, in",
        "注文, ''"
    })
    void aColumnHasAnIdentifier(String column, String field) {
        assertThat(PlainNames.toIdentifier(column)).isEqualTo(field);
    }

    @Test
    void eachNameIsChosenOnce() {
        UniqueNames names = UniqueNames.ofAnyCase("_").reserveNames(List.of("millrace_ledger"));

        assertThat(names.chooseName(List.of("orders"))).isEqualTo("orders");
        assertThat(names.chooseName(List.of("Orders"))).isEqualTo("Orders_2");
        assertThat(names.chooseName(List.of("orders", "shop_orders"))).isEqualTo("shop_orders");
        assertThat(names.chooseName(List.of("orders", "shop_orders"))).isEqualTo("orders_3");
        assertThat(names.chooseName(List.of("Millrace_Ledger"))).isEqualTo("Millrace_Ledger_2");
    }

    @Test
    void topicsDifferByMoreThanDotsAndUnderscores() {
        UniqueNames names = UniqueNames.ofTopics();

        assertThat(names.chooseName(List.of("shop.order_items"))).isEqualTo("shop.order_items");
        assertThat(names.chooseName(List.of("shop.order.items"))).isEqualTo("shop.order.items-2");
    }
}
