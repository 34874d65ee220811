package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
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
        fixture.execute(
                "ALTER TABLE orders ADD COLUMN number BIGINT NOT NULL AUTO_INCREMENT UNIQUE,"
                        + " ADD COLUMN station BIGINT, ADD CONSTRAINT at_station FOREIGN KEY (station) REFERENCES stations (id)");

        String prefix = "the table orders cannot be replaced, because ";
        assertThat(errors(options))
                .containsExactlyInAnyOrder(
                        prefix + "its foreign key at_station would stay with the old one",
                        prefix + "the column number would number the rows anew");
        fixture.execute("DROP TABLE orders, stations");
    }
}
