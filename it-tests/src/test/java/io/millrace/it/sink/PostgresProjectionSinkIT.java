package io.millrace.it.sink;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;

/** On PostgreSQL. */
class PostgresProjectionSinkIT extends ProjectionSinkIT {
    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new PostgresSinkDatabase("projection-sink-postgres"));
    }
}
