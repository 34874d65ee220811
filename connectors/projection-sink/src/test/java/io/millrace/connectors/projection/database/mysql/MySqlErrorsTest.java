package io.millrace.connectors.projection.database.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.SqlFault;
import io.millrace.connectors.projection.database.StateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlErrorsTest {
    private final SqlErrors errors = new MySqlDialect().errors();

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
    void classifiesCodes(String state, int code, SqlFault expected) {
        assertThat(errors.classify(new SQLException("text", state, code))).isEqualTo(expected);
        assertThat(errors.classify(new SQLException("wrapped", "HY000", 0, new SQLException("text", state, code))))
                .isEqualTo(expected);
    }

    /** What servers, group replication, and proxies between the sink and the server answer while they cannot serve it. */
    @ParameterizedTest
    @ValueSource(
            ints = {
                1020, 1021, 1026, 1037, 1040, 1041, 1053, 1114, 1129, 1135, 1180, 1181, 1203, 1206, 1226, 1290, 1317,
                        1412,
                1615, 1637, 1689, 1792, 1836, 1878, 1927, 2002, 2003, 2005, 2006, 2013, 2055, 3024, 3032, 3100, 3101,
                        3168,
                3169, 3572, 3675, 3781, 3782, 3783, 3796, 3797, 3798, 3989, 4031, 9001, 9002, 9004, 9501
            })
    void retriesWhatPasses(int code) {
        assertThat(errors.classify(new SQLException("text", "HY000", code))).isEqualTo(SqlFault.TRANSIENT);
    }

    /** A wrong configuration of a proxy or of the group does not pass. */
    @ParameterizedTest
    @ValueSource(ints = {3092, 3098, 9003, 9006})
    void retriesNothingElse(int code) {
        assertThat(errors.classify(new SQLException("text", "HY000", code))).isEqualTo(SqlFault.OTHER);
    }

    @ParameterizedTest
    @CsvSource({
        "28000, 1045, true",
        "28000, 1698, true",
        "HY000, 1130, true",
        "HY000, 1862, true",
        "HY000, 3118, true",
        "HY000, 3955, true",
        "42000, 1044, false",
        "HY000, 1040, false"
    })
    void findsRefusedLogins(String state, int code, boolean refused) {
        assertThat(errors.isLoginRefused(new SQLException("text", state, code))).isEqualTo(refused);
    }

    @Test
    void showsNoTextThatMayContainPayload() {
        SQLException payload = new SQLException("You have an error in your SQL syntax near 'secret'", "42000", 1064);

        assertThat(errors.describe(payload)).isEqualTo("MySQL error 1064, SQLState 42000");
        assertThat((Throwable) errors.safeCause(payload)).isNull();
        assertThat(errors.describe(new SQLException("Duplicate entry 'secret'", "23000", 1062)))
                .isEqualTo("MySQL error 1062, SQLState 23000");
        assertThat(errors.describe(new SQLException("Table 'views.t' doesn't exist", "42S02", 1146)))
                .isEqualTo("Table 'views.t' doesn't exist (MySQL error 1146, SQLState 42S02)");
    }

    @Test
    void namesNoServerIfTheSinkItselfFoundIt() {
        SQLException own = new StateException("The tables differ from the created ones", "58000");

        assertThat(errors.describe(own)).isEqualTo("The tables differ from the created ones (SQLState 58000)");
        assertThat(errors.describeCodes(own)).isEqualTo("SQLState 58000");
        assertThat((Throwable) errors.safeCause(own)).isSameAs(own);
    }

    @Test
    void namesNoErrorThatTheDriverDoesNotGive() {
        SQLException lost = new SQLException("Communications link failure\n\nThe last packet", "08S01");

        assertThat(errors.describe(lost)).isEqualTo("Communications link failure (SQLState 08S01)");
    }

    @Test
    void findsDuplicateKeysAndColumns() {
        assertThat(errors.isDuplicateKey(new SQLException("Duplicate entry 'secret'", "23000", 1062)))
                .isTrue();
        assertThat(errors.isDuplicateKey(new SQLException("foreign key", "23000", 1452)))
                .isFalse();
        assertThat(errors.findColumns(new SQLException("Data too long for column 'a' at row 1", "22001", 1406)))
                .containsExactly("a");
    }
}
