package io.millrace.connectors.projection;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;

/** On MySQL. */
class MySqlSinkFaultsIT extends SinkFaultsIT {
    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new MySqlSinkDatabase("sink-faults-mysql"));
    }
}
