package io.millrace.connectors.projection.faults;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code aggregate} without members: an event that took effect twice, or not at all, is in the sums for good. */
final class ActivityView implements ViewModel {
    private static final int BUCKETS = 20;

    private final Map<Long, long[]> buckets = new TreeMap<>();

    @Override
    public String name() {
        return "activity";
    }

    @Override
    public Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("bucket", "BIGINT NOT NULL");
        columns.put("events", "BIGINT NOT NULL");
        columns.put("amount", "BIGINT NOT NULL");
        return columns;
    }

    @Override
    public List<String> key() {
        return List.of("bucket");
    }

    @Override
    public Map<String, String> projection() {
        return Map.of(
                "kind", "aggregate",
                "topics", Orders.TOPIC,
                "key", "bucket = key.id % " + BUCKETS,
                "columns", "events = count(), amount = sum(value.amount)",
                "when", "!has(value.deleted)");
    }

    @Override
    public void apply(Event event) {
        if (event.topic().equals(Orders.TOPIC) && !event.isDelete()) {
            long[] sums = buckets.computeIfAbsent(event.id() % BUCKETS, bucket -> new long[2]);
            sums[0]++;
            sums[1] += event.value().path("amount").asLong();
        }
    }

    @Override
    public boolean countsAgain() {
        return true;
    }

    @Override
    public Map<String, String> rows() {
        Map<String, String> rows = new TreeMap<>();
        buckets.forEach((bucket, sums) -> rows.put(ViewModel.text(bucket), ViewModel.text(sums[0], sums[1])));
        return rows;
    }
}
