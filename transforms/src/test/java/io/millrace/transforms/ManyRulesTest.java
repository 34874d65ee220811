package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Of many rules on one table the first that means the change decides, however the rules are looked up. */
class ManyRulesTest {
    private interface Meaning {
        boolean of(String op, String before, String after);
    }

    private record Choice(String on, String when, Meaning meaning) {}

    @Test
    void firstOfManyRulesDecides() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        System.out.println("ManyRulesTest: -Dmillrace.seed=" + seed);
        Random random = new Random(seed);
        int dropped = 0;
        for (int round = 0; round < 20; round++) {
            List<Choice> rules = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                rules.add(choice(random));
            }
            ToOfficialEvent<SourceRecord> transform = transform(rules);
            for (int i = 0; i < 500; i++) {
                String op = List.of("c", "u", "d").get(random.nextInt(3));
                String before = op.equals("c") ? null : status(random);
                String after = op.equals("d") ? null : status(random);
                SourceRecord event = transform.apply(Changes.change(op, row(before), row(after)));
                String type = event == null
                        ? null
                        : (String) event.headers().lastWithName("ce_type").value();
                assertThat(type)
                        .as("%s of '%s' to '%s' under %s, seed %s", op, before, after, rules, seed)
                        .isEqualTo(expected(rules, op, before, after));
                dropped += type == null ? 1 : 0;
            }
        }
        assertThat(dropped).isBetween(1, 9_999);
    }

    private static String expected(List<Choice> rules, String op, String before, String after) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).meaning.of(op, before, after)) {
                return "T" + (i + 1);
            }
        }
        return null;
    }

    private static Choice choice(Random random) {
        String x = status(random);
        String y = status(random);
        return switch (random.nextInt(7)) {
            case 0 -> new Choice("create", "after.status == '" + x + "'", (op, b, a) -> op.equals("c") && x.equals(a));
            case 1 ->
                new Choice(
                        "update",
                        "before.status != '" + x + "' && after.status == '" + x + "'",
                        (op, b, a) -> op.equals("u") && !x.equals(b) && x.equals(a));
            case 2 ->
                new Choice(
                        "update, delete",
                        "'" + x + "' == before.status && (after.status == '" + y + "' || after.id == 0)",
                        (op, b, a) -> !op.equals("c") && x.equals(b) && y.equals(a));
            case 3 ->
                new Choice(
                        "update",
                        "after.status == '" + x + "' && after.status == '" + y + "'",
                        (op, b, a) -> op.equals("u") && x.equals(a) && y.equals(a));
            case 4 ->
                new Choice(
                        "create, update",
                        "after.status.startsWith('" + x + "')",
                        (op, b, a) -> !op.equals("d") && a.startsWith(x));
            case 5 ->
                new Choice(
                        "delete",
                        "op == 'd' && before.status == '" + x + "'",
                        (op, b, a) -> op.equals("d") && x.equals(b));
            default ->
                new Choice(
                        "create, update, delete",
                        "changed('status') && after.status == '" + x + "'",
                        (op, b, a) -> !Objects.equals(b, a) && x.equals(a));
        };
    }

    private static String status(Random random) {
        return "S" + random.nextInt(60);
    }

    private static Struct row(String status) {
        return status == null ? null : Changes.row(7, status, 1);
    }

    private static ToOfficialEvent<SourceRecord> transform(List<Choice> rules) {
        Map<String, String> options = new HashMap<>(Map.of("table.1", "shop.orders"));
        for (int i = 1; i <= rules.size(); i++) {
            Choice rule = rules.get(i - 1);
            options.put(
                    "rule." + i,
                    "T" + i + "; table: shop.orders; on: " + rule.on + "; when: " + rule.when
                            + "; fields: id = row.id");
        }
        ToOfficialEvent<SourceRecord> transform = new ToOfficialEvent<>();
        transform.configure(options);
        return transform;
    }
}
