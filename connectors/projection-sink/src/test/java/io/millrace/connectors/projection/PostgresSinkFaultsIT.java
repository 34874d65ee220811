package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.testing.servers.PgBouncer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On PostgreSQL. */
class PostgresSinkFaultsIT extends SinkFaultsIT {
    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new PostgresSinkDatabase("sink-faults-postgres"));
    }

    /** Each transaction may have another session, and other clients have that session afterwards. */
    @ParameterizedTest
    @ValueSource(strings = {"", "?prepareThreshold=0"})
    void writesThroughAPoolerOfTransactions(String parameters) throws SQLException {
        PostgresSinkDatabase database = (PostgresSinkDatabase) fixture.database;
        Optional<PgBouncer> started = database.startPooler("sink-pooler-" + parameters.length());
        assumeTrue(started.isPresent(), "There is no pgbouncer on this machine");
        fixture.execute("DROP TABLE IF EXISTS days, moments;"
                + "CREATE TABLE days (id bigint PRIMARY KEY, d date);"
                + "CREATE TABLE moments (id bigint PRIMARY KEY, at timestamptz)");
        try (PgBouncer pooler = started.get()) {
            String url = pooler.jdbcUrl() + parameters;
            ProjectionSinkTask days = fixture.opened(pooled(url, "days", "d"), new FakeContext(true));
            ProjectionSinkTask moments = fixture.opened(pooled(url, "moments", "at"), new FakeContext(true));
            int size = 0;
            // Rows that are staged, and then the same statements more often than a driver leaves them without names.
            for (int count : List.of(3000, 3000, 1, 1, 1, 1, 1, 1, 1, 1)) {
                int from = size;
                size += count;
                put(days, from, size, Map.of("d", "2026-01-31"));
                put(moments, from, size, Map.of("at", "2026-01-31T10:15:30Z"));
            }

            assertThat(fixture.rows("SELECT d, count(*) FROM days GROUP BY d"))
                    .containsExactly(List.of("2026-01-31", "" + size));
            assertThat(fixture.rows("SELECT (at AT TIME ZONE 'UTC')::text, count(*) FROM moments GROUP BY 1"))
                    .containsExactly(List.of("2026-01-31 10:15:30", "" + size));
            assertNothingIsLeft(url);
            days.stop();
            moments.stop();
        }
    }

    private static Map<String, String> pooled(String url, String view, String column) {
        Map<String, String> options = fixture.options(
                view + " " + url.contains("?"),
                view,
                view + ".kind",
                "upsert",
                view + ".key",
                "id = key.id",
                view + ".columns",
                column);
        options.put("connection.url", url);
        // Nothing is written by a second attempt.
        options.put("retry.timeout.ms", "0");
        return options;
    }

    private static void put(ProjectionSinkTask task, int from, int to, Map<String, Object> value) {
        task.put(IntStream.range(from, to)
                .mapToObj(i -> SinkFixture.record(i, Map.of("id", i), value))
                .toList());
        SinkFixture.settle(task);
    }

    /** What another client finds in the one session that all of them share. */
    private static void assertNothingIsLeft(String url) throws SQLException {
        try (Connection other = DriverManager.getConnection(url, SinkDatabase.USER, SinkDatabase.PASSWORD);
                Statement statement = other.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('lock_timeout'),"
                        + " current_setting('idle_in_transaction_session_timeout'),"
                        + " current_setting('default_transaction_isolation'),"
                        + " (SELECT count(*) FROM pg_prepared_statements),"
                        + " (SELECT count(*) FROM pg_class WHERE relname LIKE 'millrace_stage%')")) {
            row.next();
            assertThat(List.of(
                            row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5)))
                    .containsExactly("0", "0", "serializable", "0", "0");
        }
    }

    /** A statement that reads its columns was prepared before. */
    @Test
    void writesOnAfterAColumnOfItsTablesWasAltered() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS spent, spent_members;"
                + "CREATE TABLE spent (customer bigint PRIMARY KEY, orders bigint NOT NULL, amount numeric(20,2))");
        ProjectionSinkTask task = fixture.opened(
                fixture.options(
                        "altered",
                        "spent",
                        "spent.kind",
                        "aggregate",
                        "spent.key",
                        "customer = value.customer",
                        "spent.member.key",
                        "order_id: int64 = key.id",
                        "spent.columns",
                        "orders = count(), amount = sum(value.amount)"),
                new FakeContext(true));
        for (int i = 0; i < 20; i++) {
            if (i == 10) {
                fixture.execute("ALTER TABLE spent ALTER amount TYPE numeric(20,4);"
                        + "ALTER TABLE spent_members ALTER amount TYPE numeric(20,4)");
            }
            task.put(List.of(
                    SinkFixture.record(i, Map.of("id", (long) i % 15), Map.of("customer", 1L, "amount", "1.50"))));
            SinkFixture.settle(task);
        }
        task.stop();

        assertThat(fixture.rows("SELECT customer, orders, amount FROM spent"))
                .containsExactly(List.of("1", "15", "22.5000"));
    }
}
