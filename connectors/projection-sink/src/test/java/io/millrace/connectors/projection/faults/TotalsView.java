package io.millrace.connectors.projection.faults;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code aggregate} with members: what the orders of each group come to, which most events move to another group. */
final class TotalsView implements ViewModel {
    private static final int GROUPS = 50;

    private record Member(long group, long amount, long revision) {}

    private final Map<Long, Member> members = new TreeMap<>();

    @Override
    public String name() {
        return "totals";
    }

    @Override
    public Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("grp", "BIGINT NOT NULL");
        columns.put("orders", "BIGINT NOT NULL");
        columns.put("amount", "BIGINT NOT NULL");
        columns.put("newest", "BIGINT");
        return columns;
    }

    @Override
    public List<String> key() {
        return List.of("grp");
    }

    @Override
    public Map<String, String> projection() {
        return Map.of(
                "kind", "aggregate",
                "topics", Orders.TOPIC,
                "key", "grp = value.amount % " + GROUPS,
                "member.key", "id: int64 = key.id",
                "columns", "orders = count(), amount = sum(value.amount), newest = max(value.revision)",
                "delete.when", "has(value.deleted)");
    }

    @Override
    public void apply(Event event) {
        if (!event.topic().equals(Orders.TOPIC)) {
            return;
        }
        if (event.isDelete()) {
            members.remove(event.id());
            return;
        }
        long amount = event.value().path("amount").asLong();
        members.put(event.id(), new Member(amount % GROUPS, amount, event.revision()));
    }

    @Override
    public Map<String, String> rows() {
        Map<Long, List<Long>> totals = new TreeMap<>();
        members.values()
                .forEach(member -> totals.merge(
                        member.group(),
                        List.of(1L, member.amount(), member.revision()),
                        (sum, one) -> List.of(
                                sum.get(0) + one.get(0), sum.get(1) + one.get(1), Math.max(sum.get(2), one.get(2)))));
        Map<String, String> rows = new TreeMap<>();
        totals.forEach((group, values) -> rows.put(ViewModel.text(group), ViewModel.text(values.toArray())));
        return rows;
    }
}
