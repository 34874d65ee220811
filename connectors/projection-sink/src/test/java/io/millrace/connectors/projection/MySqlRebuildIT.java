package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On MySQL. */
class MySqlRebuildIT extends RebuildIT {
    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new MySqlSinkDatabase("rebuild-mysql"));
    }

    /** The server keeps the time of a table's creation in seconds, and the sink identifies a table by it. */
    @Test
    void createsAShadowInALaterSecondThanItsView() throws SQLException {
        writeOld().stop();
        Map<String, String> options = replacing("new", "old", "'new ' + value.status");
        fixture.rows("SELECT SLEEP((1000000 - MICROSECOND(NOW(6))) / 1000000)");
        fixture.execute("ALTER TABLE orders FORCE");

        SinkWorker builder = new SinkWorker(fixture, options, topic, List.of(0));
        await(() -> state("new").equals(List.of("replaying")), List.of(builder));

        assertThat(fixture.rows("SELECT shadow.create_time > orders.create_time FROM information_schema.tables orders"
                        + " JOIN information_schema.tables shadow USING (table_schema)"
                        + " WHERE orders.table_name = 'orders' AND shadow.table_name = 'orders__rebuild'"))
                .containsExactly(List.of("1"));
        builder.abandon();
        reset(options);
    }

    @Test
    void saysWhenPostedWhatTheNewTableWouldNotHave() throws SQLException {
        fixture.opened(options("old", "value.status"), new FakeContext(true)).stop();
        Map<String, String> options = options("new", "value.status");
        options.put("rebuild.replaces", "old");
        fixture.execute("CREATE TABLE stations (id BIGINT PRIMARY KEY)");
        fixture.execute("ALTER TABLE orders ADD COLUMN number BIGINT NOT NULL AUTO_INCREMENT UNIQUE,"
                + " ADD COLUMN station BIGINT, ADD CONSTRAINT at_station FOREIGN KEY (station)"
                + " REFERENCES stations (id)");

        String prefix = "the table orders cannot be replaced, because ";
        assertThat(errors(options))
                .containsExactlyInAnyOrder(
                        prefix + "its foreign key at_station would stay with the old one",
                        prefix + "the column number would number the rows again");
        fixture.execute("DROP TABLE orders, stations");
    }

    @Test
    void refusesTablesWithTriggersAndThoseWhoseTriggersTheUserCannotSee() throws SQLException {
        fixture.opened(options("old", "value.status"), new FakeContext(true)).stop();
        Map<String, String> options = options("new", "value.status");
        options.put("rebuild.replaces", "old");
        fixture.execute("CREATE TRIGGER audited AFTER INSERT ON orders FOR EACH ROW SET @audited = 1");
        String prefix = "the table orders cannot be replaced, because ";
        assertThat(errors(options)).containsExactly(prefix + "the trigger audited would stay with the old one");

        String user = "'" + SinkDatabase.USER + "'@'%'";
        fixture.execute("REVOKE TRIGGER ON views.* FROM " + user);
        String hidden = prefix + "the user needs the privilege TRIGGER on orders: without it the server does not show"
                + " whether the table has triggers";
        assertThat(errors(options)).containsExactly(hidden);
        for (String object : List.of("views.orders", "*.*")) {
            fixture.execute("GRANT TRIGGER ON " + object + " TO " + user);
            assertThat(errors(options))
                    .as(object)
                    .containsExactly(prefix + "the trigger audited would stay with the old one");
            fixture.execute("REVOKE TRIGGER ON " + object + " FROM " + user);
        }
        fixture.execute("GRANT TRIGGER ON `view_`.* TO " + user);
        assertThat(errors(options))
                .as("the grant on the database itself is the one that counts")
                .containsExactly(hidden);
        fixture.execute("REVOKE TRIGGER ON `view_`.* FROM " + user);
        fixture.execute("DROP TRIGGER audited");
        assertThat(errors(options)).containsExactly(hidden);
        fixture.execute("GRANT TRIGGER ON views.* TO " + user);
        assertThat(errors(options)).isEmpty();
    }
}
