package io.millrace.connectors.projection;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;

/** On PostgreSQL. */
class PostgresSinkFaultsIT extends SinkFaultsIT {
    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new PostgresSinkDatabase("sink-faults-postgres"));
    }
}
