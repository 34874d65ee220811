package io.millrace.connectors.projection.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

class SqlReasonTest {
    @Test
    void namesTheServerThatSaysIt() {
        assertThat(SqlReason.of(new SQLException("Duplicate entry 'secret'", "23000", 1062)))
                .isEqualTo("MySQL error 1062, SQLState 23000");
        assertThat(SqlReason.of(new PSQLException("Key (id)=(secret)", PSQLState.UNIQUE_VIOLATION)))
                .isEqualTo("PostgreSQL SQLState 23505");
    }

    @Test
    void namesNoServerWhereTheSinkSaysItItself() {
        SQLException own = new StateException("The tables are not as they were made", "58000");

        assertThat(SqlReason.of(own)).isEqualTo("The tables are not as they were made (SQLState 58000)");
        assertThat(SqlReason.codes(own)).isEqualTo("SQLState 58000");
        assertThat((Throwable) SqlReason.cause(own)).isSameAs(own);
    }

    @Test
    void namesNoErrorThatADriverDoesNotGive() {
        SQLException lost = new SQLException("Communications link failure\n\nThe last packet", "08S01");

        assertThat(SqlReason.of(lost)).isEqualTo("Communications link failure (SQLState 08S01)");
    }
}
