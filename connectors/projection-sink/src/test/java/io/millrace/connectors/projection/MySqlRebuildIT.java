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
