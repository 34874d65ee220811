package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On PostgreSQL. */
class PostgresColumnTypesIT extends ColumnTypesIT {
    private static final String PATTERN = "'YYYY-MM-DD HH24:MI:SS.US'";
    private static final String MOMENT = "to_char(%s, " + PATTERN + ")";
    private static final String MOMENT_WITH_ZONE = "to_char(%s AT TIME ZONE 'UTC', " + PATTERN + ")";

    @BeforeAll
    static void startServer() throws SQLException {
        fixture = new SinkFixture(new PostgresSinkDatabase("column-types-postgres"));
        fixture.execute("CREATE TYPE \"mood; of\" AS ENUM ('one', 'it''s', 'b\\c')");
        fixture.execute("CREATE DOMAIN price AS numeric(9,2) CHECK (VALUE > -10000000)");
        fixture.execute("CREATE DOMAIN code AS varchar(10)");
        fixture.execute("CREATE EXTENSION citext");
    }

    @Override
    List<ColumnType> types() {
        LocalDateTime first = LocalDateTime.of(1, 1, 1, 0, 0);
        LocalDateTime last = LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_999);
        return List.of(
                new ColumnType("smallint", "%s", values.integers(Short.MIN_VALUE, Short.MAX_VALUE)),
                new ColumnType("integer", "%s", values.integers(Integer.MIN_VALUE, Integer.MAX_VALUE)),
                new ColumnType("bigint", "%s", values.integers(Long.MIN_VALUE, Long.MAX_VALUE)),
                new ColumnType("boolean", "%s::text", values.booleans("true", "false")),
                new ColumnType("numeric(9,4)", "%s", values.decimals(9, 4)),
                new ColumnType("numeric(60,30)", "%s", values.decimals(60, 30)),
                new ColumnType("numeric", "%s::text", values.anyDecimals()),
                new ColumnType("price", "%s", values.decimals(7, 2)),
                new ColumnType("double precision", "%s", values.doubles()),
                new ColumnType("real", "%s", values.floats()),
                new ColumnType("varchar(30)", "%s", values.texts(30)),
                new ColumnType("text", "%s", values.texts(300)),
                new ColumnType("char(9)", "rtrim(%s, ' ')", values.padded(9)),
                new ColumnType("code", "%s", values.texts(10)),
                new ColumnType("citext", "%s", values.texts(10)),
                new ColumnType("\"mood; of\"", "%s", values.oneOf("one", "it's", "b\\c")),
                new ColumnType("uuid", "%s", values.uuids()),
                new ColumnType("inet", "%s::text", values.oneOf("10.0.0.1/24", "2001:db8::1/128")),
                new ColumnType("interval", "%s::text", values.oneOf("P1Y2M3DT4H", "PT-5S")),
                new ColumnType("bytea", "encode(%s, 'hex')", values.bytes(300, 0)),
                new ColumnType("jsonb", "%s", values.documents(JsonForm::of)),
                new ColumnType("json", "%s", values.documents(JsonForm::of)),
                new ColumnType(
                        "date",
                        "%s::text",
                        values.dates(
                                LocalDate.of(-4712, 1, 1),
                                LocalDate.of(5_874_897, 12, 31),
                                PostgresColumnTypesIT::era)),
                new ColumnType("timestamp(0)", MOMENT, values.moments(first, last, 0)),
                new ColumnType("timestamp", MOMENT, values.moments(first, last, 6)),
                new ColumnType("timestamptz(3)", MOMENT_WITH_ZONE, values.moments(first, last, 3)),
                new ColumnType("time(6)", "to_char(%s, 'HH24:MI:SS.US')", values.times(6)),
                new ColumnType("time(0)", "%s::text", values.times(0)),
                new ColumnType("timetz(6)", "to_char((%s AT TIME ZONE 'UTC')::time, 'HH24:MI:SS.US')", values.times(6)),
                new ColumnType("integer[]", "to_json(%s)", values.arrays(1, values.integers(-5, 5), text -> text)),
                new ColumnType(
                        "text[]",
                        "to_json(%s)",
                        SentValues.comparedAs(JsonForm::of, values.arrays(1, values.texts(9), SentValues::quoted))),
                new ColumnType(
                        "text[]",
                        "to_json(%s)",
                        SentValues.comparedAs(JsonForm::of, values.arrays(2, values.texts(9), SentValues::quoted))),
                new ColumnType(
                        "numeric(9,2)[]",
                        "to_json(%s)",
                        SentValues.comparedAs(
                                text -> text.replace(" ", ""), values.arrays(1, values.decimals(9, 2), text -> text))),
                new ColumnType(
                        "boolean[]", "to_json(%s)", values.arrays(1, values.booleans("true", "false"), text -> text)),
                new ColumnType("uuid[]", "to_json(%s)", values.arrays(1, values.uuids(), SentValues::quoted)),
                new ColumnType(
                        "bytea[]",
                        "to_json(%s)",
                        SentValues.comparedAs(
                                text -> text.replace("\\\\x", ""),
                                values.arrays(1, values.bytes(9, 0), SentValues::quoted))),
                new ColumnType(
                        "timestamp[]",
                        "CASE WHEN %s IS NOT NULL THEN to_json(ARRAY(SELECT " + MOMENT.replace("%s", "e")
                                + " FROM unnest(%s) WITH ORDINALITY AS u(e, n) ORDER BY n)) END",
                        values.arrays(1, values.moments(first, last, 6), SentValues::quoted)),
                new ColumnType(
                        "\"mood; of\"[]",
                        "to_json(%s)",
                        SentValues.comparedAs(
                                JsonForm::of,
                                values.arrays(1, values.oneOf("one", "it's", "b\\c"), SentValues::quoted))));
    }

    /** A day as PostgreSQL tells years before the first one from others. */
    private static String era(String date) {
        LocalDate day = LocalDate.parse(date);
        int year = day.getYear();
        return (year > 0 ? date.replace("+", "") : "%04d%s".formatted(1 - year, date.substring(date.length() - 6)))
                + (year > 0 ? "" : " BC");
    }

    @Test
    void refusesColumnsThatTheDatabaseFills() throws SQLException {
        fixture.execute("CREATE TABLE filled (id bigint PRIMARY KEY, twice bigint GENERATED ALWAYS AS (id * 2) STORED,"
                + " serial bigint GENERATED ALWAYS AS IDENTITY, shape point)");
        Map<String, String> options = fixture.options(
                "filled",
                "filled",
                "filled.kind",
                "upsert",
                "filled.key",
                "id = key.id",
                "filled.columns",
                "twice, serial, shape");

        assertThat(new ProjectionSinkConnector().validate(options).configValues())
                .filteredOn(value -> value.name().equals("projection.filled.columns"))
                .singleElement()
                .satisfies(value -> assertThat(value.errorMessages())
                        .hasSize(3)
                        .anyMatch(message -> message.contains("twice is generated"))
                        .anyMatch(message -> message.contains("serial is generated"))
                        .anyMatch(message -> message.contains("shape has the type point")));
    }
}
