package io.millrace.connectors.projection.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.SqlFault;
import io.millrace.connectors.projection.database.StateException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

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
        "57P03, TRANSIENT",
        "57P05, TRANSIENT",
        "57014, TRANSIENT",
        "08P01, TRANSIENT",
        "25P03, TRANSIENT",
        "25P04, TRANSIENT",
        "26000, TRANSIENT",
        "42P05, TRANSIENT",
        "53100, TRANSIENT",
        "53200, TRANSIENT",
        "53400, TRANSIENT",
        "55006, TRANSIENT",
        "58000, TRANSIENT",
        "58030, TRANSIENT",
        "21000, RECORD",
        "22001, RECORD",
        "23505, RECORD",
        "54000, RECORD",
        "0A000, OTHER",
        "25001, OTHER",
        "28000, OTHER",
        "28P01, OTHER",
        "55000, OTHER",
        "42P01, OTHER"
    })
    void classifiesStates(String state, SqlFault expected) {
        assertThat(errors.classify(new SQLException("text", state))).isEqualTo(expected);
    }

    /** Whatever the language of its message. */
    @Test
    void retriesAStatementWhoseTableWasAltered() {
        assertThat(errors.classify(refusal("0A000", "Zwischengespeicherter Plan", "RevalidateCachedQuery")))
                .isEqualTo(SqlFault.TRANSIENT);
        assertThat(errors.classify(refusal("0A000", "cannot insert into column", "rewriteTargetListIU")))
                .isEqualTo(SqlFault.OTHER);
        assertThat(errors.classify(
                        new PSQLException("cached plan must not change result type", PSQLState.NOT_IMPLEMENTED)))
                .isEqualTo(SqlFault.OTHER);
    }

    private static PSQLException refusal(String state, String message, String routine) {
        return new PSQLException(
                new ServerErrorMessage("SERROR\0C" + state + "\0M" + message + "\0R" + routine + "\0"));
    }

    @Test
    void findsRefusedLogins() {
        for (String state : List.of("28000", "28P01")) {
            assertThat(errors.isLoginRefused(new SQLException("text", state))).isTrue();
        }
        for (String state : List.of("3D000", "42501", "53300")) {
            assertThat(errors.isLoginRefused(new SQLException("text", state))).isFalse();
        }
    }

    @Test
    void namesTheServerAndNoValue() {
        assertThat(errors.describe(new PSQLException("Key (id)=(secret)", PSQLState.UNIQUE_VIOLATION)))
                .isEqualTo("PostgreSQL SQLState 23505");
    }

    @Test
    void namesNoServerIfTheSinkItselfFoundIt() {
        SQLException own = new StateException("The tables differ from the created ones", "58000");

        assertThat(errors.describe(own)).isEqualTo("The tables differ from the created ones (SQLState 58000)");
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
