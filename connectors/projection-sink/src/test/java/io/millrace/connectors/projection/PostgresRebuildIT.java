package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On PostgreSQL. */
class PostgresRebuildIT extends RebuildIT {
    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new PostgresSinkDatabase("rebuild-postgres"));
    }

    @Test
    void saysWhenPostedThatTheTableBelongsToSomebodyElse() throws SQLException {
        fixture.opened(options("old", "value.status"), new FakeContext(true)).stop();
        fixture.execute("ALTER TABLE orders OWNER TO postgres");
        Map<String, String> options = options("new", "value.status");
        options.put("rebuild.replaces", "old");

        assertThat(errors(options))
                .containsExactly(
                        "the table orders cannot be replaced, because it belongs to the role postgres, which the"
                                + " user does not have");
    }
}
