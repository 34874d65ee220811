package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On MySQL. */
class MySqlSinkFaultsIT extends SinkFaultsIT {
    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new MySqlSinkDatabase("sink-faults-mysql"));
    }

    /** A proxy during a switch-over, and a server that blocks the host. */
    @ParameterizedTest
    @ValueSource(ints = {9001, 1129})
    void writesOnceAProxyOrAHostThatWasBlockedAnswersAgain(int code) throws Exception {
        fixture.execute("DROP TABLE IF EXISTS outage");
        fixture.execute("CREATE TABLE outage (x INT)");
        fixture.execute("INSERT INTO outage VALUES (1)");
        fixture.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON orders FOR EACH ROW IF EXISTS (SELECT * FROM outage) THEN"
                        + " SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = " + code + "; END IF");
        String connector = "outage " + code;
        ProjectionSinkTask task = fixture.opened(options(connector), new FakeContext(true));
        task.put(List.of(SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x"))));
        await().until(() -> (long) metric(connector, "Retries") > 2);
        fixture.execute("DELETE FROM outage");
        SinkFixture.settle(task);
        task.stop();

        assertThat(fixture.rows("SELECT id, a FROM orders")).containsExactly(List.of("1", "x"));
    }

    /** A backup, or an ALTER TABLE that copies the table, ends the wait within a bound, and so does its end. */
    @Test
    void writesOnceATableThatWasLockedIsFree() throws Exception {
        ProjectionSinkTask task = fixture.opened(options("locked"), new FakeContext(true));
        try (Connection backup = fixture.database.connect();
                Statement statement = backup.createStatement()) {
            statement.execute("LOCK TABLES orders WRITE");
            task.put(List.of(SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x"))));
            await().atMost(Duration.ofSeconds(15)).until(() -> (long) metric("locked", "Retries") > 0);
        }
        SinkFixture.settle(task);
        task.stop();

        assertThat(fixture.rows("SELECT id, a FROM orders")).containsExactly(List.of("1", "x"));
    }

    /** Operators watch the number of clients that went without a word. */
    @Test
    void endsItsSessionsItselfWhenItIdlesAndWhenItStops() throws Exception {
        fixture.database.cutOffSessions();
        long before = abortedClients();
        ProjectionSinkTask task = fixture.opened(options("idle"), new FakeContext(true));
        task.put(List.of(SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x"))));
        SinkFixture.settle(task);
        assertThat(sessions()).isNotEmpty();
        await().atMost(Duration.ofSeconds(15)).until(() -> sessions().isEmpty());
        task.put(List.of(SinkFixture.record(1, Map.of("id", "1"), Map.of("a", "y"))));
        SinkFixture.settle(task);
        task.stop();
        await().until(() -> sessions().isEmpty());

        assertThat(abortedClients()).isEqualTo(before);
        assertThat(fixture.rows("SELECT id, a FROM orders")).containsExactly(List.of("1", "y"));
    }

    private static List<List<String>> sessions() throws SQLException {
        return fixture.rows("SELECT id FROM information_schema.processlist WHERE user = '" + SinkDatabase.USER + "'");
    }

    private static long abortedClients() throws SQLException {
        return Long.parseLong(
                fixture.rows("SHOW GLOBAL STATUS LIKE 'Aborted_clients'").get(0).get(1));
    }
}
