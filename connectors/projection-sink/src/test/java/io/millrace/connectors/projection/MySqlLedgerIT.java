package io.millrace.connectors.projection;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;

/** On MySQL. */
class MySqlLedgerIT extends LedgerIT {
    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new MySqlSinkDatabase("ledger-mysql"));
    }
}
