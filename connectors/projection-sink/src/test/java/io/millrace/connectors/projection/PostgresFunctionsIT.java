package io.millrace.connectors.projection;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;

/** On PostgreSQL. */
class PostgresFunctionsIT extends SqlFunctionsIT {
    @BeforeAll
    static void startServer() throws SQLException {
        database = new PostgresSinkDatabase("functions-postgres");
    }

    @Override
    String row() {
        return "SELECT ?::text AS s, ?::numeric(30,6) AS x, ?::numeric(30,6) AS y, ?::text::timestamp(3) AS a,"
                + " ?::text::timestamp(3) AS b, decode(?, 'hex') AS id";
    }

    private static String moment(String sql) {
        return "to_char(" + sql + ", 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";
    }

    @Override
    Map<String, String> functions() {
        Map<String, String> functions = new LinkedHashMap<>();
        functions.put("uuid(row.id)", "encode(id, 'hex')::uuid::text");
        functions.put("row.s.trim()", "trim(s)");
        functions.put("row.s.lowerAscii()", "lower(s COLLATE \"C\")");
        functions.put("row.s.upperAscii()", "upper(s COLLATE \"C\")");
        functions.put("row.s.replace('a', 'xy')", "replace(s, 'a', 'xy')");
        functions.put("row.s.reverse()", "reverse(s)");
        functions.put(
                "size(row.s) < 4 ? 'short' : row.s.substring(2, 4)",
                "CASE WHEN length(s) < 4 THEN 'short' ELSE substr(s, 3, 2) END");
        functions.put("string(row.s.indexOf('b') + 1)", "strpos(s, 'b')::text");
        functions.put("row.s.split(',')[0]", "split_part(s, ',', 1)");
        functions.put("row.s.split('b').join('+')", "array_to_string(string_to_array(s, 'b'), '+')");
        functions.put("regex.replace(row.s, '([ab]+)', '<\\\\1>')", "regexp_replace(s, '([ab]+)', '<\\1>', 'g')");
        functions.put("regex.extract(row.s, '-([0-9]+)')", "substring(s FROM '-([0-9]+)')");
        functions.put("string(row.s.matches('^ *a'))", "(s ~ '^ *a')::text");
        functions.put("string(decimal(row.x) + row.y)", "(x + y)::text");
        functions.put("string(decimal(row.x) - row.y - 1)", "(x - y - 1)::text");
        functions.put("string(decimal(row.x) * row.y)", "(x * y)::text");
        functions.put("string(decimal(row.x) < row.y)", "(x < y)::text");
        functions.put("string(decimal(row.x) >= row.y)", "(x >= y)::text");
        functions.put("string(decimal(row.x) > '2.4999')", "(x > 2.4999)::text");
        functions.put("string(round(row.x, 2))", "round(x, 2)::text");
        functions.put("string(round(row.x, 0))", "round(x)::text");
        functions.put("string(round(row.x, 0, 'floor'))", "floor(x)::text");
        functions.put("string(round(row.x, 0, 'ceiling'))", "ceil(x)::text");
        functions.put("string(divide(row.x, row.y, 4))", "round(x / y, 4)::text");
        functions.put("nullIf(row.s, '')", "nullif(s, '')");
        functions.put("string(nullIf(decimal(row.x), decimal('2.5')))", "nullif(x, 2.5)::text");
        functions.put(
                "string(clamp(decimal(row.x), decimal('-1.000000'), decimal('9.000000')))",
                "CASE WHEN x IS NOT NULL THEN least(greatest(x, -1.000000), 9.000000)::text END");
        functions.put(
                "string(clamp(row.a, timestamp('2000-01-01T00:00:00Z'), timestamp('2026-06-01T00:00:00Z')))"
                        + ".substring(0, 10)",
                "CASE WHEN a IS NOT NULL THEN to_char(least(greatest(a, '2000-01-01'), '2026-06-01'), 'YYYY-MM-DD') END");
        functions.put("string(date(row.a))", moment("a::date::timestamp"));
        functions.put(
                "string(date(row.a, 'Europe/Berlin'))",
                moment("(a AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin')::date::timestamp"));
        for (String unit : new String[] {"second", "minute", "hour", "day", "week", "month", "quarter", "year"}) {
            functions.put("string(truncate(row.a, '" + unit + "'))", moment("date_trunc('" + unit + "', a)"));
            functions.put(
                    "string(truncate(row.a, '" + unit + "', 'America/New_York'))",
                    moment("date_trunc('" + unit + "', a AT TIME ZONE 'UTC', 'America/New_York') AT TIME ZONE 'UTC'"));
        }
        functions.put(
                "string(truncate(moment(row.a) + duration('36h'), 'second'))",
                moment("date_trunc('second', a + interval '36 hours')"));
        functions.put(
                "string((moment(row.a) - moment(row.b)).getSeconds())", "extract(epoch FROM a - b)::bigint::text");
        functions.put("string(moment(row.a).getFullYear())", "extract(year FROM a)::text");
        functions.put("string(moment(row.a).getMonth() + 1)", "extract(month FROM a)::text");
        functions.put("string(moment(row.a).getDayOfWeek())", "extract(dow FROM a)::text");
        functions.put("string(moment(row.a).getDayOfYear() + 1)", "extract(doy FROM a)::text");
        functions.put(
                "string(moment(row.a).getHours('Europe/Berlin'))",
                "extract(hour FROM a AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin')::text");
        return functions;
    }
}
