package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.expressions.Expression;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Scope;
import io.millrace.expressions.Variable;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The functions of expressions give what the functions of a database give for the same values, and NULL for NULL. */
abstract class SqlFunctionsIT {
    private static final int SCALE = 6;
    private static final List<List<String>> ROWS = List.of(
            values(
                    "Order a-12, b-7",
                    "19.90",
                    "3",
                    "2026-03-29 00:30:15.123",
                    "2025-12-31 23:59:59.123",
                    "550e8400e29b41d4a716446655440000"),
            values(
                    "  abba  ",
                    "-2.345",
                    "7.25",
                    "2024-02-29 23:59:59.999",
                    "2024-03-01 00:00:00.999",
                    "00000000000000000000000000000000"),
            values(
                    "\u00c4b\u00df\ud834\udd1e99",
                    "12345678901234567.890123",
                    "-0.000001",
                    "1999-12-31 12:00:00.000",
                    "2038-01-19 03:14:08.000",
                    "ffffffffffffffffffffffffffffffff"),
            values(
                    "",
                    "0",
                    "1",
                    "1970-01-01 00:00:00.000",
                    "1969-07-20 20:17:40.000",
                    "0123456789abcdeffedcba9876543210"),
            values(
                    "aBc,",
                    "2.5",
                    "2.500000",
                    "2026-10-25 01:30:00.500",
                    "2026-10-25 01:30:00.500",
                    "11ee1234567890ab80000242ac120002"),
            values(null, null, null, null, null, null));

    static SinkDatabase database;

    private static List<String> values(String... values) {
        return Arrays.asList(values);
    }

    @AfterAll
    static void stopServer() throws Exception {
        database.close();
    }

    /** A query of the columns {@code s}, {@code x}, {@code y}, {@code a}, {@code b} and {@code id} by parameters. */
    abstract String row();

    /** Expressions and the SQL for the same texts. */
    abstract Map<String, String> functions();

    private record Row(Map<String, Object> value) implements Scope {
        static Row of(List<String> texts) {
            Map<String, Object> row = new HashMap<>();
            row.put("s", texts.get(0));
            row.put("x", number(texts.get(1)));
            row.put("y", number(texts.get(2)));
            row.put("a", moment(texts.get(3)));
            row.put("b", moment(texts.get(4)));
            row.put("id", texts.get(5) == null ? null : HexFormat.of().parseHex(texts.get(5)));
            return new Row(row);
        }

        private static BigDecimal number(String text) {
            return text == null ? null : new BigDecimal(text).setScale(SCALE);
        }

        private static Date moment(String text) {
            return text == null
                    ? null
                    : Date.from(LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC));
        }

        @Override
        public Object value(int variable) {
            return value;
        }

        @Override
        public Schema schema(int variable) {
            return null;
        }

        @Override
        public boolean structured() {
            return false;
        }
    }

    @Test
    void giveWhatTheDatabaseGives() throws SQLException {
        ExpressionCompiler compiler = new ExpressionCompiler(List.of(new Variable("row", Variable.Kind.DATA)));
        int compared = 0;
        try (Connection connection = database.connect()) {
            for (Map.Entry<String, String> function : functions().entrySet()) {
                Expression expression = compiler.expression(function.getKey());
                for (List<String> texts : ROWS) {
                    assertThat(expression.value(Row.of(texts)))
                            .as("%s and %s of %s", function.getKey(), function.getValue(), texts)
                            .isEqualTo(query(connection, function.getValue(), texts));
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(20 * ROWS.size());
    }

    private String query(Connection connection, String function, List<String> texts) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT " + function + " FROM (" + row() + ") AS sample")) {
            for (int i = 0; i < texts.size(); i++) {
                statement.setString(i + 1, texts.get(i));
            }
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getString(1);
            }
        }
    }
}
