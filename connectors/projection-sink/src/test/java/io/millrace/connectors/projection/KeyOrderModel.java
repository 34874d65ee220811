package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.events.DeadLetterHeaders;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A sink that holds the order of keys, and a model of it: random records, some of them refused by the projection or by the database;
 * random dead letters that come back, mended or not, in any order and more than once; tasks that are stopped, with both topics in one
 * task or each in its own. After each step the view's rows and the held rows are those of the model.
 */
final class KeyOrderModel {
    private static final String NAME = "held";
    private static final TopicPartition RETRIES = new TopicPartition(NAME + ".retry", 0);
    private static final int KEYS = 6;

    private final SinkFixture fixture;
    private final Random random;
    private final Map<String, String> options;
    private final Map<String, String> view = new TreeMap<>();
    /** The offsets of held records, by key, in their order. */
    private final Map<String, Deque<Long>> held = new TreeMap<>();

    private final Map<Long, String> keys = new TreeMap<>();
    private final List<Long> letters = new ArrayList<>();
    private long nextOffset;
    private long nextRetry;
    private int expectedReports;
    private int reports;

    private FakeContext context = new FakeContext(true);
    private FakeContext otherContext = context;
    private ProjectionSinkTask task;
    private ProjectionSinkTask other;

    KeyOrderModel(SinkFixture fixture, Random random) throws SQLException {
        this.fixture = fixture;
        this.random = random;
        fixture.execute("DROP TABLE IF EXISTS places");
        fixture.execute("CREATE TABLE places (id " + fixture.database.text(20)
                + " PRIMARY KEY, name VARCHAR(5), at VARCHAR(40), n BIGINT)");
        this.options = fixture.options(
                NAME,
                "places",
                "places.kind",
                "upsert",
                "places.key",
                "id = key.id",
                "places.columns",
                "name = value.name, at = topic + '@' + string(offset), n = int(value.n)");
        options.put("topics", "events," + RETRIES.topic());
        options.put("hold.key.order", "true");
        options.put("errors.deadletterqueue.context.headers.enable", "true");
        start();
    }

    private void start() {
        context = new FakeContext(true);
        task = fixture.task(options, context);
        if (random.nextBoolean()) {
            task.open(List.of(SinkFixture.partition(0), RETRIES));
            other = task;
            otherContext = context;
        } else {
            task.open(List.of(SinkFixture.partition(0)));
            otherContext = new FakeContext(true);
            other = fixture.task(options, otherContext);
            other.open(List.of(RETRIES));
            SinkFixture.awaitClaims(other, otherContext);
        }
        SinkFixture.awaitClaims(task, context);
        assertThat(context.seeks).containsEntry(SinkFixture.partition(0), nextOffset);
        assertThat(otherContext.seeks).containsEntry(RETRIES, nextRetry);
        reports = 0;
        expectedReports = 0;
    }

    void stop() {
        task.stop();
        if (other != task) {
            other.stop();
        }
    }

    /** Random steps, and then all that is held comes back mended. */
    void run(int steps) throws SQLException {
        for (int step = 0; step < steps; step++) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    stop();
                    start();
                }
                case 1, 2, 3 -> put(takeRetries(), List.of());
                case 4 -> put(takeRetries(), takeRecords());
                default -> put(List.of(), takeRecords());
            }
            assertAll();
        }
        while (held.values().stream().anyMatch(waiting -> !waiting.isEmpty())) {
            List<SinkRecord> mended = new ArrayList<>();
            held.forEach((key, waiting) -> waiting.forEach(offset -> mended.add(retry(offset, true, false))));
            mended.forEach(record -> applyRetry(record, new TreeMap<>()));
            deliver(mended, List.of());
            assertAll();
        }
        assertThat(view).hasSizeBetween(1, KEYS);
    }

    private List<SinkRecord> takeRecords() {
        List<String> taken = new ArrayList<>();
        for (int count = 1 + random.nextInt(8); count > 0; count--) {
            taken.add("key" + random.nextInt(KEYS));
        }
        List<SinkRecord> records = new ArrayList<>();
        for (String key : taken) {
            keys.put(nextOffset, key);
            boolean isAlone = Collections.frequency(taken, key) == 1;
            records.add(SinkFixture.record(
                    nextOffset, Map.of("id", key), value(nextOffset, random.nextInt(6) > 0, isAlone)));
            nextOffset++;
        }
        return records;
    }

    /** A value that the database refuses is one only if no later row of its key takes its place in the batch. */
    private Map<String, Object> value(long n, boolean right, boolean isAlone) {
        if (right) {
            return Map.of("name", "n", "n", String.valueOf(n));
        }
        return isAlone && random.nextBoolean()
                ? Map.of("name", "too long for it", "n", String.valueOf(n))
                : Map.of("name", "n", "n", "no number");
    }

    private List<SinkRecord> takeRetries() {
        List<Long> taken = new ArrayList<>();
        for (int count = random.nextInt(6); count > 0 && !letters.isEmpty(); count--) {
            long offset = letters.get(random.nextInt(letters.size()));
            Deque<Long> waiting = held.getOrDefault(keys.get(offset), new ArrayDeque<>());
            // Mostly in order, as a tool would send them.
            if (!waiting.isEmpty() && random.nextInt(3) > 0) {
                offset = waiting.getFirst();
            }
            taken.add(offset);
        }
        List<String> ofKeys = taken.stream().map(keys::get).toList();
        List<SinkRecord> retries = new ArrayList<>();
        for (long offset : taken) {
            boolean isAlone = Collections.frequency(ofKeys, keys.get(offset)) == 1;
            retries.add(retry(offset, random.nextInt(3) > 0, isAlone));
        }
        return retries;
    }

    private SinkRecord retry(long offset, boolean mended, boolean isAlone) {
        ConnectHeaders headers = new ConnectHeaders();
        headers.addString(DeadLetterHeaders.ORIGIN, SinkFixture.partition(0) + "@" + offset);
        return new SinkRecord(
                RETRIES.topic(),
                0,
                null,
                Map.of("id", keys.get(offset)),
                null,
                value(offset, mended, isAlone),
                nextRetry++,
                0L,
                TimestampType.CREATE_TIME,
                headers);
    }

    /** What becomes of the records, and then whether the sink agrees. */
    private void put(List<SinkRecord> retries, List<SinkRecord> records) {
        Set<String> closed = closedKeys();
        Map<String, Long> failed = new TreeMap<>();
        retries.forEach(record -> applyRetry(record, failed));
        if (other != task) {
            // Each task has its own transaction, and this one comes later.
            closed = closedKeys();
        }
        for (SinkRecord record : records) {
            String key = keys.get(record.kafkaOffset());
            if (closed.contains(key) || !isRight(record)) {
                held.computeIfAbsent(key, any -> new ArrayDeque<>()).addLast(record.kafkaOffset());
                letters.add(record.kafkaOffset());
                closed.add(key);
                expectedReports++;
            } else {
                apply(key, record.kafkaOffset());
            }
        }
        deliver(retries, records);
    }

    private Set<String> closedKeys() {
        Set<String> closed = new HashSet<>();
        held.forEach((key, waiting) -> {
            if (!waiting.isEmpty()) {
                closed.add(key);
            }
        });
        return closed;
    }

    private void applyRetry(SinkRecord record, Map<String, Long> failed) {
        String origin =
                (String) record.headers().lastWithName(DeadLetterHeaders.ORIGIN).value();
        long offset = Long.parseLong(origin.substring(origin.indexOf('@') + 1));
        String key = keys.get(offset);
        Deque<Long> waiting = held.get(key);
        if (waiting == null || !waiting.contains(offset)) {
            return;
        }
        boolean isHead = waiting.getFirst() == offset && failed.getOrDefault(key, offset) == offset;
        if (isHead && isRight(record)) {
            waiting.removeFirst();
            apply(key, offset);
        } else {
            if (isHead) {
                failed.put(key, offset);
            }
            expectedReports++;
        }
    }

    private void apply(String key, long offset) {
        view.put(key, "events@" + offset + " " + offset);
    }

    private static boolean isRight(SinkRecord record) {
        Map<?, ?> value = (Map<?, ?>) record.value();
        return value.get("name").equals("n") && !value.get("n").equals("no number");
    }

    private void deliver(List<SinkRecord> retries, List<SinkRecord> records) {
        if (other == task) {
            List<SinkRecord> all = new ArrayList<>(retries);
            all.addAll(records);
            task.put(all);
            SinkFixture.settle(task);
            reports = context.reports.size();
        } else {
            other.put(retries);
            SinkFixture.settle(other);
            task.put(records);
            SinkFixture.settle(task);
            reports = context.reports.size() + otherContext.reports.size();
        }
    }

    private void assertAll() throws SQLException {
        Map<String, String> found = new TreeMap<>();
        fixture.rows("SELECT id, at, n FROM places")
                .forEach(row -> found.put(row.get(0), row.get(1) + " " + row.get(2)));
        assertThat(found).isEqualTo(view);
        List<Long> expected =
                held.values().stream().flatMap(Deque::stream).sorted().toList();
        assertThat(fixture
                        .rows("SELECT record_offset FROM millrace_held WHERE connector = '" + NAME
                                + "' ORDER BY record_offset")
                        .stream()
                        .map(row -> Long.valueOf(row.get(0))))
                .containsExactlyElementsOf(expected);
        assertThat(reports).isEqualTo(expectedReports);
    }
}
