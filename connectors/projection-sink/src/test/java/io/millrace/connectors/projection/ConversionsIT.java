package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Every pair of the table of conversions, with everyday and extreme values: each is kept exactly or refused. */
abstract class ConversionsIT {
    private static final int BATCH = 400;
    static SinkFixture fixture;

    /** A value on its way to a column. */
    private record Pair(String source, Sample sample, TargetType target, int column, Optional<String> expected) {
        @Override
        public String toString() {
            return source + ", " + sample + " in " + target.ddl();
        }
    }

    /** The types of columns. */
    abstract List<TargetType> targets();

    @AfterAll
    static void stopServer() {
        fixture.close();
    }

    @Test
    void keepsEveryValueExactlyOrRefusesIt() throws SQLException {
        List<TargetType> targets = targets();
        createTable(targets);
        FakeContext context = new FakeContext(true);
        ProjectionSinkTask task = fixture.opened(options(targets), context);
        List<Pair> pairs = pairs(targets);
        for (int from = 0; from < pairs.size(); from += BATCH) {
            List<SinkRecord> records = new ArrayList<>();
            for (int id = from; id < Math.min(pairs.size(), from + BATCH); id++) {
                records.add(record(id, pairs.get(id)));
            }
            task.put(records);
            SinkFixture.settle(task);
        }
        task.stop();

        Set<Long> refused = context.reports.stream()
                .map(report -> report.record().kafkaOffset())
                .collect(Collectors.toSet());
        Map<Integer, List<String>> rows = readRows(targets);
        List<String> wrong = new ArrayList<>();
        for (int id = 0; id < pairs.size(); id++) {
            Pair pair = pairs.get(id);
            Optional<String> found = refused.contains((long) id)
                    ? Optional.empty()
                    : Optional.ofNullable(rows.get(id).get(pair.column()));
            if (!normal(pair, found).equals(normal(pair, pair.expected()))) {
                wrong.add(pair + ": expected " + normal(pair, pair.expected()) + ", found " + normal(pair, found));
            }
        }
        assertThat(wrong).as(wrong.size() + " of " + pairs.size()).isEmpty();
        assertThat(refused.size()).isBetween(pairs.size() / 4, pairs.size() * 9 / 10);
    }

    private static Optional<String> normal(Pair pair, Optional<String> text) {
        return text.map(value -> ConversionTable.normalize(
                pair.target(), pair.target().column().equals("json") ? JsonForm.of(value) : value));
    }

    private static List<Pair> pairs(List<TargetType> targets) {
        List<Pair> pairs = new ArrayList<>();
        ConversionTable.rows().forEach((source, words) -> {
            for (Sample sample : SourceType.samples(source)) {
                for (int i = 0; i < targets.size(); i++) {
                    TargetType target = targets.get(i);
                    pairs.add(new Pair(
                            source,
                            sample,
                            target,
                            i,
                            ConversionTable.expected(words.get(target.column()), sample, target)));
                }
            }
        });
        return pairs;
    }

    private static void createTable(List<TargetType> targets) throws SQLException {
        StringBuilder columns = new StringBuilder("id BIGINT PRIMARY KEY");
        for (int i = 0; i < targets.size(); i++) {
            columns.append(", c")
                    .append(i)
                    .append(' ')
                    .append(targets.get(i).ddl())
                    .append(" NULL");
        }
        fixture.execute("CREATE TABLE conversions (" + columns + ")");
    }

    /** A projection for each column, so that a record gives a value to one of them. */
    private static Map<String, String> options(List<TargetType> targets) {
        List<String> names = new ArrayList<>();
        Map<String, String> more = new HashMap<>();
        for (int i = 0; i < targets.size(); i++) {
            names.add("p" + i);
            more.put("projection.p" + i + ".kind", "upsert");
            more.put("projection.p" + i + ".table", "conversions");
            more.put("projection.p" + i + ".key", "id = key.id");
            more.put("projection.p" + i + ".when", "key.column == " + i);
            more.put("projection.p" + i + ".columns", "c" + i + " = value.v");
        }
        Map<String, String> options = fixture.options("conversions", String.join(",", names));
        options.putAll(more);
        return options;
    }

    private static SinkRecord record(int id, Pair pair) {
        Map<String, Integer> key = Map.of("id", id, "column", pair.column());
        if (pair.sample().schema() == null) {
            return new SinkRecord(
                    "events", 0, null, key, null, Map.of("v", pair.sample().value()), id);
        }
        Schema schema =
                SchemaBuilder.struct().field("v", pair.sample().schema()).build();
        return new SinkRecord(
                "events",
                0,
                null,
                key,
                schema,
                new Struct(schema).put("v", pair.sample().value()),
                id);
    }

    private static Map<Integer, List<String>> readRows(List<TargetType> targets) throws SQLException {
        StringBuilder columns = new StringBuilder("id");
        for (int i = 0; i < targets.size(); i++) {
            columns.append(", ").append(targets.get(i).read().replace("%s", "c" + i));
        }
        Map<Integer, List<String>> rows = new HashMap<>();
        for (List<String> row : fixture.rows("SELECT " + columns + " FROM conversions")) {
            rows.put(Integer.parseInt(row.get(0)), row.subList(1, row.size()));
        }
        return rows;
    }
}
