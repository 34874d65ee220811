package io.millrace.benchmarks;

import io.millrace.transforms.ToOfficialEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;

/** Rules on tables whose conditions are over the same columns; the last one, on the table of orders, is the one that is measured. */
final class MeasuredRules {
    /** The condition that the peer has too. */
    private static final String CONDITION = "op == 'u' && before.status != 'PAID' && after.status == 'PAID'";

    private static final String FIELDS =
            "key: order_id = row.id; fields: order_id = row.id, customer_id, status, total, "
                    + "currency, placed_at, paid_at, shipped_at; revision: row.version";

    private MeasuredRules() {}

    /**
     * A transform with rules.
     *
     * @param tables how many tables there are, the table of orders last
     * @param rules how many rules each table has
     * @param before what each condition begins with
     * @param others further options
     */
    static Transformation<SourceRecord> transform(int tables, int rules, String before, Map<String, String> others) {
        Map<String, String> options = new HashMap<>(Map.of("source", "/shop"));
        options.putAll(others);
        List<String> names = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int table = 1; table <= tables; table++) {
            String name = table == tables ? "shop.orders" : "shop.orders_" + table;
            names.add(name);
            for (int rule = 1; rule <= rules; rule++) {
                int number = (table - 1) * rules + rule;
                String condition = rule == rules ? CONDITION : CONDITION.replace("PAID", "PAID" + rule);
                texts.add("Order" + number + "; table: " + name + "; on: update; when: " + before + condition + "; "
                        + FIELDS);
            }
        }
        // One option may have several, one a line.
        options.put("table.1", String.join("\n", names));
        options.put("rule.1", String.join("\n", texts));
        ToOfficialEvent<SourceRecord> transform = new ToOfficialEvent<>();
        transform.configure(options);
        return transform;
    }
}
