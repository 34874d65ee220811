package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On PostgreSQL. */
class PostgresProjectionSinkIT extends ProjectionSinkIT {
    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new PostgresSinkDatabase("projection-sink-postgres"));
        fixture.execute("CREATE EXTENSION citext");
    }

    @Test
    void takesKeysWhoseColumnsTellAllTextsApart() throws SQLException {
        for (String type : List.of("text", "varchar(20) COLLATE \"C\"", "char(20)", "bytea", "uuid", "numeric")) {
            assertThat(problemsOfKey(type)).as(type).isEmpty();
        }
        for (String type : List.of("text COLLATE loose", "citext")) {
            assertThat(problemsOfKey(type)).as(type).singleElement().asString().contains("\"C\"", "accept");
        }
        for (String type : List.of("inet", "interval", "jsonb")) {
            assertThat(problemsOfKey(type)).as(type).singleElement().asString().contains("cannot be part of a key");
        }
    }

    /** Two numbers that are written in two ways but are one key, one row after the other. */
    @Test
    void takesEqualNumbersForOneKey() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS numbered; CREATE TABLE numbered (id numeric PRIMARY KEY, n integer)");
        ProjectionSinkTask task = fixture.opened(
                fixture.options(
                        connector,
                        "numbered",
                        "numbered.kind",
                        "upsert",
                        "numbered.key",
                        "id = key.id",
                        "numbered.columns",
                        "n"),
                context);
        task.put(List.of(
                SinkFixture.record(0, Map.of("id", "1.0"), Map.of("n", 1)),
                SinkFixture.record(1, Map.of("id", "1.00"), null),
                SinkFixture.record(2, Map.of("id", "100"), Map.of("n", 2)),
                SinkFixture.record(3, Map.of("id", "1e2"), Map.of("n", 3))));
        SinkFixture.settle(task);
        task.stop();

        assertThat(fixture.rows("SELECT n FROM numbered")).containsExactly(List.of("3"));
        assertThat(context.reports).isEmpty();
    }
}
