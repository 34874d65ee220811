package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Random values of every type that Connect and Debezium have, in columns of every type that a projection can write. */
abstract class ColumnTypesIT {
    private static final int ROWS = 400;
    static SinkFixture fixture;

    private final long seed = Seeds.next();
    final SentValues values = new SentValues(new Random(seed));
    private final Random random = new Random(seed);

    /**
     * A type of columns.
     *
     * @param ddl the type
     * @param read SQL that makes a text of the column, whose name stands for {@code %s}
     * @param values makes values and the texts that are expected of them
     */
    record ColumnType(String ddl, String read, SentValues.Source values) {}

    /** All that the database has. */
    abstract List<ColumnType> types();

    @AfterAll
    static void stopServer() {
        fixture.close();
    }

    @Test
    void readsBackWhatWasSent() throws SQLException {
        List<ColumnType> types = types();
        fixture.execute("CREATE TABLE every_type (id BIGINT PRIMARY KEY, "
                + columns(types, (name, type) -> name + " " + type.ddl()) + ")");
        ProjectionSinkTask task = fixture.opened(
                fixture.options(
                        "types",
                        "every_type",
                        "every_type.kind",
                        "upsert",
                        "every_type.key",
                        "id = key.id",
                        "every_type.columns",
                        columns(types, (name, type) -> name)),
                new FakeContext(false));
        List<List<String>> expected = new ArrayList<>();
        List<SinkRecord> records = new ArrayList<>();
        for (int id = 0; id < ROWS; id++) {
            String[] texts = new String[types.size()];
            Struct row = row(types, texts);
            records.add(new SinkRecord("events", 0, null, Map.of("id", id), row.schema(), row, id));
            expected.add(Arrays.asList(texts));
        }
        int at = 0;
        while (at < ROWS) {
            int to = Math.min(ROWS, at + 1 + random.nextInt(150));
            task.put(records.subList(at, to));
            at = to;
        }
        SinkFixture.settle(task);
        task.stop();

        List<List<String>> found = fixture.rows("SELECT "
                + columns(types, (name, type) -> type.read().replace("%s", name)) + " FROM every_type ORDER BY id");
        assertThat(found).hasSize(ROWS);
        for (int id = 0; id < ROWS; id++) {
            for (int column = 0; column < types.size(); column++) {
                assertThat(types.get(column).values().normal(found.get(id).get(column)))
                        .as("%s in row %d, seed %d", types.get(column).ddl(), id, seed)
                        .isEqualTo(types.get(column)
                                .values()
                                .normal(expected.get(id).get(column)));
            }
        }
    }

    private Struct row(List<ColumnType> types, String[] texts) {
        SchemaBuilder builder = SchemaBuilder.struct();
        List<SentValues.Sent> sent = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            SentValues.Sent value = random.nextInt(8) == 0
                    ? new SentValues.Sent(Schema.OPTIONAL_STRING_SCHEMA, null, null)
                    : types.get(i).values().next();
            sent.add(value);
            texts[i] = value.expected();
            builder.field("c" + i, value.schema());
        }
        Struct struct = new Struct(builder.build());
        for (int i = 0; i < types.size(); i++) {
            struct.put("c" + i, sent.get(i).value());
        }
        return struct;
    }

    private interface Named {
        String of(String name, ColumnType type);
    }

    private static String columns(List<ColumnType> types, Named text) {
        return IntStream.range(0, types.size())
                .mapToObj(i -> text.of("c" + i, types.get(i)))
                .collect(Collectors.joining(", "));
    }
}
