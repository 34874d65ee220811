package io.millrace.connectors.projection;

import java.math.BigInteger;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** On MySQL. */
class MySqlConversionsIT extends ConversionsIT {
    private static final String MOMENT = "DATE_FORMAT(%s, '%Y-%m-%dT%H:%i:%S.%f')";

    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new MySqlSinkDatabase("conversions-mysql"));
    }

    @Override
    List<TargetType> targets() {
        return List.of(
                TargetType.whole("TINYINT", "integer", "%s", -128, 127),
                TargetType.whole("BIGINT", "integer", "%s", Long.MIN_VALUE, Long.MAX_VALUE),
                TargetType.whole(
                        "BIGINT UNSIGNED",
                        "integer",
                        "%s",
                        0,
                        BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE)),
                TargetType.whole("BIT(12)", "integer", "%s + 0", 0, 4095),
                TargetType.whole("YEAR", "year", "%s + 0", 0, 2155),
                TargetType.decimal("DECIMAL(9,2)", "%s", 9, 2),
                TargetType.decimal("DECIMAL(65,30)", "%s", 65, 30),
                TargetType.floating("FLOAT", "CAST(%s AS DOUBLE)", Float.BYTES),
                TargetType.floating("DOUBLE", "%s", Double.BYTES),
                TargetType.sized("VARCHAR(30)", "text", "%s", 30),
                TargetType.sized("LONGTEXT", "text", "%s", 0),
                TargetType.sized("ENUM('a','it''s','7')", "enum, set", "%s", 0),
                TargetType.sized("SET('a','b')", "enum, set", "%s", 0),
                TargetType.sized("VARBINARY(20)", "binary", "LOWER(HEX(%s))", 20),
                TargetType.sized("JSON", "json", "%s", 0),
                TargetType.sized("DATE", "date", "CAST(%s AS CHAR)", 0),
                TargetType.sized("DATETIME", "datetime", MOMENT, 0),
                TargetType.sized("DATETIME(6)", "datetime", MOMENT, 6),
                TargetType.sized("TIMESTAMP(3)", "datetime", MOMENT, 3),
                TargetType.sized("TIME", "time", "CAST(%s AS CHAR)", 0),
                TargetType.sized("TIME(6)", "time", "CAST(%s AS CHAR)", 6));
    }
}
