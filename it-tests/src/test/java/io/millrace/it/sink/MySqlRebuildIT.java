package io.millrace.it.sink;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;

/** On MySQL. */
class MySqlRebuildIT extends RebuildIT {
    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new MySqlSinkDatabase("rebuild-mysql"));
    }
}
