package io.millrace.tools.create;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The patterns that are proposed for tables. A {@code !} behind a table gives it another column. */
class SimilarTablesTest {
    private static CapturedTable table(String name) {
        String[] parts = name.replace("!", "").split("\\.", -1);
        CapturedColumn id = new MySqlColumn("id", "bigint", "bigint", false, 0, 0, "");
        CapturedColumn count =
                new MySqlColumn("count", "int", name.endsWith("!") ? "int unsigned" : "int", true, 0, 0, "");
        return new CapturedTable(parts[0], parts[1], List.of(id, count), List.of("id"), false, List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "shop_eu.customers shop_us.customers                 | shop_{shard}.customers",
                "shop_eu.customers shop_es.customers                 | shop_{shard}.customers",
                "my_shop_eu.customers my_shop_us.customers           | my_shop_{shard}.customers",
                "a_.customers a_b.customers                          | {shard}.customers",
                "eu.customers us.customers                           | {shard}.customers",
                "shop.orders_1 shop.orders_2 shop.orders_10          | shop.orders_{shard}",
                "shop.orders shop.customers                          | none",
                "shop.order_tags shop.order_labels                   | none",
                "shop.orders shop.orders_1                           | none",
                "shop_eu.customers shop_us.customers!                | none",
                "shop.orders_1 crm.orders_2                          | none",
            })
    void proposesAPatternForTheShardsOfATable(String tables, String pattern) {
        List<CapturedTable> all =
                Arrays.stream(tables.split(" +")).map(SimilarTablesTest::table).toList();

        List<SimilarTables> found = SimilarTables.find(all);

        if (pattern == null) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).containsExactly(new SimilarTables(all, pattern));
            assertThat(found.get(0))
                    .hasToString(tables.replace(" ", ", ") + ": table: " + pattern
                            + ", with shard = table.shard in the key");
        }
    }
}
