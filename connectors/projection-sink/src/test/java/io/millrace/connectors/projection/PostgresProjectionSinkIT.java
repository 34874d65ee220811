package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;
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

    /** With the statistics of the table alone, the server would read all of it for so many keys. */
    @Test
    void readsNoTableAsAWholeForManyKeys() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS parts; CREATE TABLE parts (site bigint, part bigint, version text,"
                + " PRIMARY KEY (site, part));"
                + " INSERT INTO parts SELECT n / 10, n, 'old' FROM generate_series(10, 60009) AS n");
        fixture.execute("VACUUM ANALYZE parts");
        ProjectionSinkTask task = fixture.opened(
                fixture.options(
                        connector,
                        "parts",
                        "parts.kind",
                        "explode",
                        "parts.key",
                        "site = key.site",
                        "parts.elements",
                        "value.parts",
                        "parts.element.key",
                        "part = element",
                        "parts.columns",
                        "version = value.version"),
                context);
        List<SinkRecord> records = new ArrayList<>();
        for (long site = 1; site <= 3000; site++) {
            records.add(SinkFixture.siteRecord(
                    site, Map.of("site", site), Map.of("version", "new", "parts", List.of(site * 10, site * 10 + 3))));
        }
        String read = "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'parts'";
        String deleted = "SELECT n_tup_del FROM pg_stat_user_tables WHERE relname = 'parts'";
        List<List<String>> readBefore = fixture.rows(read);

        task.put(records);
        SinkFixture.settle(task);
        task.stop();

        // A session reports what it did when it ends, if not before.
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(fixture.rows(deleted)).containsExactly(List.of("24000")));
        assertThat(fixture.rows(read)).isEqualTo(readBefore);
        assertThat(fixture.rows("SELECT version, count(*) FROM parts GROUP BY 1 ORDER BY 1"))
                .containsExactly(List.of("new", "6000"), List.of("old", "30000"));
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
