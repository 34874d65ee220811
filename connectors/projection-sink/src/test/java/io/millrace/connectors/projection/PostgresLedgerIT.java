package io.millrace.connectors.projection;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;

/** On PostgreSQL. */
class PostgresLedgerIT extends LedgerIT {
    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new PostgresSinkDatabase("ledger-postgres"));
    }
}
