package io.millrace.connectors.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** PostgreSQL's types, and the table of {@code docs/rules.md} with what they become in events. */
final class PostgresTypeTable {
    /** The line before the first row in the page. */
    static final String HEADING = """
        | PostgreSQL | in the event | for example | has |
        | --- | --- | --- | --- |
        """;

    /** A value of each type, as a literal that is cast to the type. */
    private static final Map<String, String> VALUES = new LinkedHashMap<>();

    static {
        VALUES.put("SMALLINT", "-32768");
        VALUES.put("INTEGER", "2147483647");
        VALUES.put("BIGINT", "9223372036854775807");
        VALUES.put("NUMERIC(12, 2)", "1234567890.10");
        VALUES.put("NUMERIC", "1.500");
        VALUES.put("REAL", "0.5");
        VALUES.put("DOUBLE PRECISION", "1e300");
        VALUES.put("MONEY", "12.50");
        VALUES.put("BOOLEAN", "true");
        VALUES.put("BIT(1)", "1");
        VALUES.put("BIT(9)", "100000001");
        VALUES.put("BIT VARYING(9)", "101");
        VALUES.put("CHAR(5)", "ab");
        VALUES.put("VARCHAR(20)", "it''s");
        VALUES.put("TEXT", "ä€𝄞");
        VALUES.put("shop.colour", "dark blue");
        VALUES.put("UUID", "6b1d7f0e-0000-4000-8000-000000000001");
        VALUES.put("BYTEA", "\\x00ff");
        VALUES.put("DATE", "2001-02-03");
        VALUES.put("TIME(3)", "23:59:59.999");
        VALUES.put("TIME", "23:59:59.999999");
        VALUES.put("TIME WITH TIME ZONE", "13:00:00+02");
        VALUES.put("TIMESTAMP(3)", "2001-02-03 04:05:06.007");
        VALUES.put("TIMESTAMP", "2001-02-03 04:05:06.000007");
        VALUES.put("TIMESTAMP WITH TIME ZONE", "2001-02-03 04:05:06.000007+02");
        VALUES.put("INTERVAL", "1 day 02:00:00");
        VALUES.put("JSON", "{\"b\": 1,  \"a\": [1.50, null]}");
        VALUES.put("JSONB", "{\"b\": 1,  \"a\": [1.50, null]}");
        VALUES.put("XML", "<a/>");
        VALUES.put("INET", "10.0.0.1");
        VALUES.put("INT4RANGE", "[1,5)");
        VALUES.put("INTEGER[]", "{1,NULL,3}");
        VALUES.put("TEXT[]", "{a,\"b,c\"}");
        VALUES.put("POINT", "(1.5,2)");
    }

    private PostgresTypeTable() {}

    /** The statements that create a table with a column of each type. */
    static List<String> definitions(String table) {
        List<String> columns = new ArrayList<>(List.of("id BIGINT PRIMARY KEY"));
        int number = 0;
        for (String type : VALUES.keySet()) {
            columns.add("c" + ++number + " " + type);
        }
        return List.of(
                "CREATE TYPE shop.colour AS ENUM ('red', 'dark blue')",
                "CREATE TABLE " + table + " (" + String.join(", ", columns) + ")");
    }

    /** The names of the columns. */
    static List<String> columns() {
        List<String> columns = new ArrayList<>();
        VALUES.forEach((type, value) -> columns.add("c" + (columns.size() + 1)));
        return columns;
    }

    /** The statement that inserts a row with a value of each type. */
    static String insertion(String table) {
        return VALUES.values().stream()
                .map(value -> "'" + value + "'")
                .collect(Collectors.joining(", ", "INSERT INTO " + table + " VALUES (1, ", ")"));
    }

    /** The rows of the page's table, of an event in JSON with its schema. */
    static String rows(JsonNode event) {
        Map<String, JsonNode> schemas = new LinkedHashMap<>();
        event.at("/schema/fields")
                .forEach(field -> schemas.put(field.path("field").asText(), field));
        StringBuilder rows = new StringBuilder();
        int number = 0;
        for (Map.Entry<String, String> value : VALUES.entrySet()) {
            String column = "c" + ++number;
            rows.append("| ")
                    .append(value.getKey().startsWith("shop.") ? "an enumeration" : "`" + value.getKey() + "`")
                    .append(" | ")
                    .append(describe(schemas.getOrDefault(column, event)))
                    .append(" | `")
                    .append(value.getValue().replace("''", "'"))
                    .append("` | `")
                    .append(event.at("/payload/" + column))
                    .append("` |\n");
        }
        return rows.toString();
    }

    private static String describe(JsonNode schema) {
        String type = schema.path("type").asText();
        String name = schema.path("name").asText();
        String described = type.equals("array")
                ? "array of " + describe(schema.path("items"))
                : type.equals("struct") ? "structure" : "`" + type + "`";
        return name.isEmpty() ? described : described + " (`" + name.substring(name.lastIndexOf('.') + 1) + "`)";
    }
}
