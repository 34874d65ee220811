package io.millrace.connectors.projection.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.SqlFault;
import io.millrace.connectors.projection.database.StateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

class PostgresErrorsTest {
    private final SqlErrors errors = new PostgresDialect().errors();

    @ParameterizedTest
    @CsvSource({
        "08006, TRANSIENT",
        "40P01, TRANSIENT",
        "25006, TRANSIENT",
        "53300, TRANSIENT",
        "55P03, TRANSIENT",
        "57P01, TRANSIENT",
        "21000, RECORD",
        "22001, RECORD",
        "23505, RECORD",
        "54000, RECORD",
        "25001, OTHER",
        "42P01, OTHER"
    })
    void classifiesStates(String state, SqlFault expected) {
        assertThat(errors.classify(new SQLException("text", state))).isEqualTo(expected);
    }

    @Test
    void namesTheServerAndNoValue() {
        assertThat(errors.describe(new PSQLException("Key (id)=(secret)", PSQLState.UNIQUE_VIOLATION)))
                .isEqualTo("PostgreSQL SQLState 23505");
    }

    @Test
    void namesNoServerIfTheSinkItselfFoundIt() {
        SQLException own = new StateException("The tables are not as they were made", "58000");

        assertThat(errors.describe(own)).isEqualTo("The tables are not as they were made (SQLState 58000)");
        assertThat(errors.describeCodes(own)).isEqualTo("SQLState 58000");
        assertThat((Throwable) errors.safeCause(own)).isSameAs(own);
    }

    @Test
    void findsDuplicateKeysAndColumns() {
        assertThat(errors.isDuplicateKey(new PSQLException("Key (id)=(secret)", PSQLState.UNIQUE_VIOLATION)))
                .isTrue();
        assertThat(errors.findColumns(new SQLException("null value in column \"a\" of relation", "23502")))
                .containsExactly("a");
    }
}
