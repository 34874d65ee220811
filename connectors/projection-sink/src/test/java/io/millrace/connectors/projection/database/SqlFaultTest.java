package io.millrace.connectors.projection.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFaultTest {
    @ParameterizedTest
    @CsvSource({
        "08S01, 0, TRANSIENT",
        "40001, 1213, TRANSIENT",
        "40001, 1205, TRANSIENT",
        "HY000, 1290, TRANSIENT",
        "HY000, 1836, TRANSIENT",
        "HY000, 4031, TRANSIENT",
        "22001, 1406, RECORD",
        "22003, 1264, RECORD",
        "22032, 3140, RECORD",
        "23000, 1452, RECORD",
        "01000, 1265, RECORD",
        "HY000, 1366, RECORD",
        "HY000, 3819, RECORD",
        "42S02, 1146, OTHER",
        "28000, 1045, OTHER",
        "42000, 1142, OTHER"
    })
    void saysWhoIsToBlame(String state, int code, SqlFault expected) {
        assertThat(SqlFault.of(new SQLException("text", state, code))).isEqualTo(expected);
        assertThat(SqlFault.of(new SQLException("wrapped", "HY000", 0, new SQLException("text", state, code))))
                .isEqualTo(expected);
    }

    @Test
    void handsOnNoTextThatMayHoldPayload() {
        SQLException payload = new SQLException("You have an error in your SQL syntax near 'secret'", "42000", 1064);

        assertThat(SqlReason.of(payload)).isEqualTo("MySQL error 1064, SQLState 42000");
        assertThat((Throwable) SqlReason.cause(payload)).isNull();
        assertThat(SqlReason.of(new SQLException("Table 'views.t' doesn't exist", "42S02", 1146)))
                .isEqualTo("Table 'views.t' doesn't exist (MySQL error 1146, SQLState 42S02)");
    }
}
