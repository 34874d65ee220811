package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On PostgreSQL. */
class PostgresSinkFaultsIT extends SinkFaultsIT {
    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new PostgresSinkDatabase("sink-faults-postgres"));
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
