package io.millrace.connectors.projection;

import java.math.BigInteger;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** On MySQL. */
class MySqlColumnTypesIT extends ColumnTypesIT {
    private static final String MOMENT = "DATE_FORMAT(%s, '%Y-%m-%d %H:%i:%S.%f')";

    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new MySqlSinkDatabase("column-types-mysql"));
    }

    @Override
    List<ColumnType> types() {
        LocalDateTime firstMoment = LocalDateTime.of(1000, 1, 1, 0, 0);
        LocalDateTime lastMoment = LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_999);
        return List.of(
                new ColumnType("TINYINT", "%s", values.integers(-128, 127)),
                new ColumnType("SMALLINT UNSIGNED", "%s", values.integers(0, 65535)),
                new ColumnType("MEDIUMINT", "%s", values.integers(-8388608, 8388607)),
                new ColumnType("INT", "%s", values.integers(Integer.MIN_VALUE, Integer.MAX_VALUE)),
                new ColumnType("BIGINT", "%s", values.integers(Long.MIN_VALUE, Long.MAX_VALUE)),
                new ColumnType(
                        "BIGINT UNSIGNED",
                        "%s",
                        values.integers(
                                BigInteger.ZERO, BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE))),
                new ColumnType("YEAR", "%s + 0", values.integers(1901, 2155)),
                new ColumnType("BIT(12)", "%s + 0", values.bits(12)),
                new ColumnType("BOOLEAN", "%s + 0", values.booleans("1", "0")),
                new ColumnType("DECIMAL(9,4)", "%s", values.decimals(9, 4)),
                new ColumnType("DECIMAL(65,30)", "CAST(%s AS CHAR)", values.decimals(65, 30)),
                new ColumnType("DECIMAL(20)", "%s", values.decimals(20, 0)),
                new ColumnType("DOUBLE", "%s", values.doubles()),
                new ColumnType("FLOAT", "CAST(%s AS DOUBLE)", values.floats()),
                new ColumnType("VARCHAR(30)", "%s", values.texts(30)),
                new ColumnType("LONGTEXT", "%s", values.texts(300)),
                new ColumnType("CHAR(9)", "%s", values.padded(9)),
                new ColumnType("ENUM('one', 'it''s', 'b\\\\c')", "%s", values.oneOf("one", "it's", "b\\c")),
                new ColumnType("SET('a', 'b')", "%s", values.oneOf("a", "b", "a,b", "")),
                new ColumnType("VARBINARY(20)", "LOWER(HEX(%s))", values.bytes(20, 0)),
                new ColumnType("LONGBLOB", "LOWER(HEX(%s))", values.bytes(300, 0)),
                new ColumnType("BINARY(8)", "LOWER(HEX(%s))", values.bytes(8, 8)),
                new ColumnType("JSON", "%s", values.documents(JsonForm::of)),
                new ColumnType(
                        "DATE",
                        "CAST(%s AS CHAR)",
                        values.dates(LocalDate.of(1000, 1, 1), LocalDate.of(9999, 12, 31), d -> d)),
                new ColumnType("DATETIME", MOMENT, values.moments(firstMoment, lastMoment, 0)),
                new ColumnType("DATETIME(6)", MOMENT, values.moments(firstMoment, lastMoment, 6)),
                new ColumnType(
                        "TIMESTAMP(3) NULL",
                        MOMENT,
                        values.moments(
                                LocalDateTime.of(1970, 1, 1, 0, 0, 1), LocalDateTime.of(2038, 1, 19, 3, 14, 7), 3)),
                new ColumnType("TIME(6)", "CAST(%s AS CHAR)", values.durations(6)),
                new ColumnType("TIME", "CAST(%s AS CHAR)", values.durations(0)),
                new ColumnType("TIME(3)", "CAST(%s AS CHAR)", values.times(3)));
    }
}
