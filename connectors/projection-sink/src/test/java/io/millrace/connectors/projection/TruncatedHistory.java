package io.millrace.connectors.projection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Random events of rows over the partitions of a topic, some of which empty the table, and the rows that a view must have
 * after them. All events of a row are in one partition, in their order; those that empty the table are in any.
 */
final class TruncatedHistory {
    private static final int ROWS = 12;

    final List<List<SinkRecord>> topic = new ArrayList<>();
    private final Random random;
    private final Map<Integer, SinkRecord> last = new TreeMap<>();
    private final List<SinkRecord> all = new ArrayList<>();
    private int emptiedAt = -1;
    private int revision;

    TruncatedHistory(Random random, int partitions) {
        this.random = random;
        for (int i = 0; i < partitions; i++) {
            topic.add(new ArrayList<>());
        }
    }

    /** Adds events; about one in forty empties the table. */
    void add(int events) {
        for (int i = 0; i < events; i++) {
            revision++;
            if (random.nextInt(40) == 0) {
                emptiedAt = revision;
                append(random.nextInt(topic.size()), null, Map.of("op", "t", "rev", revision));
            } else {
                int id = random.nextInt(ROWS);
                boolean gone = random.nextInt(5) == 0;
                last.put(
                        id,
                        append(
                                id % topic.size(),
                                Map.of("id", id),
                                gone ? Map.of("op", "d", "rev", revision) : written()));
            }
        }
    }

    private Map<String, Object> written() {
        List<Integer> items =
                random.ints(random.nextInt(4), 0, 9).distinct().boxed().toList();
        Map<String, Object> value = new HashMap<>(Map.of("op", "w", "rev", revision, "items", items));
        value.put("v", random.nextInt(100));
        value.put("g", random.nextInt(3));
        return value;
    }

    private SinkRecord append(int partition, Object key, Map<String, Object> value) {
        List<SinkRecord> records = topic.get(partition);
        SinkRecord record = SinkFixture.record(partition, records.size(), key, value);
        records.add(record);
        all.add(record);
        return record;
    }

    /** Whether the view has a row of this record. */
    private boolean isSince(SinkRecord record) {
        return (int) field(record, "rev") > emptiedAt;
    }

    /** Id, value and revision of the rows that exist, and, if rows are marked, of those that were deleted. */
    List<List<String>> rows(boolean marks) {
        List<List<String>> rows = new ArrayList<>();
        last.forEach((id, record) -> {
            boolean gone = field(record, "op").equals("d");
            if (isSince(record) && (marks || !gone)) {
                rows.add(List.of(id + "", field(record, "rev") + "", gone ? "gone" : "there"));
            }
        });
        return rows;
    }

    /** Id, element and value of the elements. */
    List<List<String>> elements() {
        List<List<String>> rows = new ArrayList<>();
        last.forEach((id, record) -> {
            if (isSince(record) && field(record, "op").equals("w")) {
                ((List<?>) field(record, "items"))
                        .stream().sorted().forEach(item -> rows.add(List.of(id + "", item + "", value(record))));
            }
        });
        return rows;
    }

    /** Offset and value of the writes. */
    List<List<String>> writes() {
        return all.stream()
                .filter(record -> field(record, "op").equals("w") && isSince(record))
                .sorted(Comparator.comparing(SinkRecord::kafkaOffset))
                .map(record -> List.of(record.kafkaOffset() + "", value(record)))
                .toList();
    }

    /** Of each group the number of rows and the sum of their values. */
    List<List<String>> sums() {
        return group(last.values());
    }

    /** Of each group the number of writes and the sum of their values. */
    List<List<String>> counts() {
        return group(all);
    }

    private List<List<String>> group(Iterable<SinkRecord> records) {
        Map<String, int[]> groups = new TreeMap<>();
        for (SinkRecord record : records) {
            if (field(record, "op").equals("w") && isSince(record)) {
                int[] group = groups.computeIfAbsent(field(record, "g") + "", key -> new int[2]);
                group[0]++;
                group[1] += (int) field(record, "v");
            }
        }
        List<List<String>> rows = new ArrayList<>();
        groups.forEach((key, group) -> rows.add(List.of(key, group[0] + "", group[1] + "")));
        return rows;
    }

    private static String value(SinkRecord record) {
        return field(record, "v") + "";
    }

    private static Object field(SinkRecord record, String name) {
        return ((Map<?, ?>) record.value()).get(name);
    }
}
