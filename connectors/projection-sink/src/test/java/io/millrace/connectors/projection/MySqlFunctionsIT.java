package io.millrace.connectors.projection;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;

/** On MySQL. */
class MySqlFunctionsIT extends SqlFunctionsIT {
    @BeforeAll
    static void startServer() throws SQLException {
        database = new MySqlSinkDatabase("functions-mysql");
    }

    @Override
    String row() {
        return "SELECT CONVERT(? USING utf8mb4) COLLATE utf8mb4_bin AS s, CAST(? AS DECIMAL(30,6)) AS x,"
                + " CAST(? AS DECIMAL(30,6)) AS y, CAST(? AS DATETIME(3)) AS a, CAST(? AS DATETIME(3)) AS b,"
                + " UNHEX(?) AS id";
    }

    private static String moment(String sql) {
        return "DATE_FORMAT(" + sql + ", '%Y-%m-%dT%H:%i:%sZ')";
    }

    private static String truth(String sql) {
        return "CASE " + sql + " WHEN 1 THEN 'true' WHEN 0 THEN 'false' END";
    }

    @Override
    Map<String, String> functions() {
        Map<String, String> functions = new LinkedHashMap<>();
        functions.put("uuid(row.id)", "BIN_TO_UUID(id)");
        functions.put("uuid(row.id, 'swapped')", "BIN_TO_UUID(id, 1)");
        functions.put("row.s.trim()", "TRIM(s)");
        functions.put("row.s.replace('a', 'xy')", "REPLACE(s, 'a', 'xy')");
        functions.put("row.s.reverse()", "REVERSE(s)");
        functions.put(
                "size(row.s) < 4 ? 'short' : row.s.substring(2, 4)",
                "CASE WHEN CHAR_LENGTH(s) < 4 THEN 'short' ELSE SUBSTRING(s, 3, 2) END");
        functions.put("string(row.s.indexOf('b') + 1)", "CAST(INSTR(s, 'b') AS CHAR)");
        functions.put("row.s.split(',')[0]", "SUBSTRING_INDEX(s, ',', 1)");
        functions.put("regex.replace(row.s, '[ab]+', '<>')", "REGEXP_REPLACE(s, '[ab]+', '<>')");
        functions.put("regex.extract(row.s, '[0-9]+')", "REGEXP_SUBSTR(s, '[0-9]+')");
        functions.put("string(row.s.matches('^ *a'))", truth("REGEXP_LIKE(s, '^ *a')"));
        functions.put("string(decimal(row.x) + row.y)", "CAST(x + y AS CHAR)");
        functions.put("string(decimal(row.x) - row.y - 1)", "CAST(x - y - 1 AS CHAR)");
        functions.put("string(decimal(row.x) * row.y)", "CAST(x * y AS CHAR)");
        functions.put("string(-decimal(row.x) - 1)", "CAST(-x - 1 AS CHAR)");
        functions.put("string(decimal(row.x) < row.y)", truth("x < y"));
        functions.put("string(decimal(row.x) >= row.y)", truth("x >= y"));
        functions.put("string(decimal(row.x) > '2.4999')", truth("x > 2.4999"));
        functions.put("string(round(row.x, 2))", "CAST(ROUND(x, 2) AS CHAR)");
        functions.put("string(round(row.x, 0))", "CAST(ROUND(x) AS CHAR)");
        functions.put("string(round(row.x, 1, 'down'))", "CAST(TRUNCATE(x, 1) AS CHAR)");
        functions.put("string(divide(row.x, row.y, 4))", "CAST(ROUND(x / y, 4) AS CHAR)");
        functions.put("nullIf(row.s, '')", "NULLIF(s, '')");
        functions.put("string(nullIf(decimal(row.x), decimal('2.5')))", "CAST(NULLIF(x, 2.5) AS CHAR)");
        functions.put(
                "string(clamp(decimal(row.x), row.y, decimal('9.000000')))",
                "CAST(LEAST(GREATEST(x, y), 9.000000) AS CHAR)");
        functions.put(
                "string(clamp(row.a, timestamp('2000-01-01T00:00:00Z'), timestamp('2026-06-01T00:00:00Z')))"
                        + ".substring(0, 10)",
                "DATE_FORMAT(LEAST(GREATEST(a, '2000-01-01'), '2026-06-01'), '%Y-%m-%d')");
        functions.put("string(truncate(row.a, 'second'))", moment("a"));
        functions.put("string(truncate(row.a, 'hour'))", "DATE_FORMAT(a, '%Y-%m-%dT%H:00:00Z')");
        functions.put("string(truncate(row.a, 'month'))", "DATE_FORMAT(a, '%Y-%m-01T00:00:00Z')");
        functions.put("string(date(row.a))", moment("DATE(a)"));
        functions.put("string(date(row.a, '+02:00'))", moment("DATE(CONVERT_TZ(a, '+00:00', '+02:00'))"));
        functions.put("string(truncate(moment(row.a) + duration('36h'), 'second'))", moment("a + INTERVAL 36 HOUR"));
        functions.put("string(truncate(moment(row.a) - duration('90s'), 'second'))", moment("a - INTERVAL 90 SECOND"));
        functions.put(
                "string((moment(row.a) - moment(row.b)).getSeconds())", "CAST(TIMESTAMPDIFF(SECOND, b, a) AS CHAR)");
        functions.put("string(moment(row.a).getFullYear())", "CAST(YEAR(a) AS CHAR)");
        functions.put("string(moment(row.a).getMonth() + 1)", "CAST(MONTH(a) AS CHAR)");
        functions.put("string(moment(row.a).getDate())", "CAST(DAY(a) AS CHAR)");
        functions.put("string(moment(row.a).getDayOfWeek() + 1)", "CAST(DAYOFWEEK(a) AS CHAR)");
        functions.put("string(moment(row.a).getDayOfYear() + 1)", "CAST(DAYOFYEAR(a) AS CHAR)");
        functions.put("string(moment(row.a).getHours('+02:00'))", "CAST(HOUR(a + INTERVAL 2 HOUR) AS CHAR)");
        return functions;
    }
}
