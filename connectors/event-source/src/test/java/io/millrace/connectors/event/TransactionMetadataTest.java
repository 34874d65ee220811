package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TransactionMetadataTest {
    private static List<String> refusals(String rule, String... more) {
        Map<String, String> options = new HashMap<>(Map.of(
                "name", "orders",
                "connector.class", EventSourceConnector.class.getName(),
                "wrapped.connector.class", "io.debezium.connector.mysql.MySqlConnector",
                "exactly.once.support", "required",
                "transaction.boundary", "connector",
                "events.table.1", "shop.orders; key: id",
                "events.rule.1", "Seen; table: shop.orders; on: create; fields: id",
                "events.rule.2", rule));
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return UnwrappedConfiguration.validateOwnOptions(options).stream()
                .flatMap(value -> value.errorMessages().stream().map(error -> value.name() + ": " + error))
                .toList();
    }

    @Test
    void aRuleThatReadsTransactionsNeedsAConnectorThatProvidesThem() {
        String rule = "Other; table: shop.orders; on: update; fields: id, tx = transaction.id";

        assertThat(refusals(rule))
                .singleElement()
                .asString()
                .startsWith("events.rule.2: ")
                .contains("provide.transaction.metadata=true");
        assertThat(refusals(rule, "provide.transaction.metadata", "true")).isEmpty();
        assertThat(refusals("Other; table: shop.orders; on: update; fields: id"))
                .isEmpty();
    }
}
