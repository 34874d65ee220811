package io.millrace.it.formats;

import static io.millrace.it.formats.ColumnType.bit;
import static io.millrace.it.formats.ColumnType.bits;
import static io.millrace.it.formats.ColumnType.bytes;
import static io.millrace.it.formats.ColumnType.date;
import static io.millrace.it.formats.ColumnType.datetime;
import static io.millrace.it.formats.ColumnType.decimal;
import static io.millrace.it.formats.ColumnType.enumeration;
import static io.millrace.it.formats.ColumnType.geometry;
import static io.millrace.it.formats.ColumnType.integer;
import static io.millrace.it.formats.ColumnType.json;
import static io.millrace.it.formats.ColumnType.real;
import static io.millrace.it.formats.ColumnType.set;
import static io.millrace.it.formats.ColumnType.text;
import static io.millrace.it.formats.ColumnType.time;
import static io.millrace.it.formats.ColumnType.timestamp;
import static io.millrace.it.formats.ColumnType.twice;
import static io.millrace.it.formats.ColumnType.unsignedBigint;
import static io.millrace.it.formats.ColumnType.year;
import static io.millrace.it.formats.ColumnType.zero;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.TestPipeline;
import io.millrace.it.formats.TypedTable.Column;
import io.millrace.it.formats.TypedTable.Event;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.Seeds;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/**
 * Every column type of MySQL in ten tables with forty rules, changed at random: what the events mean is what was written,
 * in the snapshot and in the binlog, with schemas in the messages and without.
 */
class TypesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATABASE = "types";
    private static final Duration TIME_TO_ARRIVE = Duration.ofMinutes(3);
    private static final int CHANGES = 3_000;

    private final LocalPipeline pipeline = TestPipeline.shared();
    private final List<TypedTable> tables = tables();

    @Test
    void everyTypeKeepsItsMeaning() throws Exception {
        Random random = new Random(Seeds.next());
        try (Connection connection = pipeline.mysql().connectAsRoot();
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE DATABASE " + DATABASE);
            sql.execute("GRANT SELECT ON " + DATABASE + ".* TO 'debezium'@'%'");
            sql.execute("USE " + DATABASE);
            // Zero dates are refused otherwise.
            sql.execute("SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION,STRICT_TRANS_TABLES'");
            for (TypedTable table : tables) {
                sql.execute(table.ddl());
            }
            change(connection, sql, random, CHANGES / 10);
            tables.forEach(TypedTable::readByTheSnapshot);
            Map<TypedTable, Integer> found = new LinkedHashMap<>();
            tables.forEach(table -> found.put(table, table.events().size()));

            pipeline.rest().post(connector("types-with", true));
            pipeline.rest().post(connector("types-without", false));
            for (String name : List.of("types-with", "types-without")) {
                pipeline.rest().awaitRunning(name, Duration.ofSeconds(90));
                for (TypedTable table : tables) {
                    awaitEvents(name, table, found.get(table));
                }
            }
            change(connection, sql, random, CHANGES);
            for (TypedTable table : tables) {
                compare("types-with", table, found.get(table));
                compare("types-without", table, found.get(table));
            }
        } finally {
            for (String name : List.of("types-with", "types-without")) {
                if (pipeline.rest().connectors().contains(name)) {
                    pipeline.rest().delete(name);
                }
            }
        }
    }

    private static List<TypedTable> tables() {
        ColumnType latin = text("VARCHAR(40) CHARACTER SET latin1", 40, false);
        return List.of(
                new TypedTable(
                        "numbers",
                        List.of(
                                new Column("a", integer("INT UNSIGNED", "int64", "0", "4294967295"), false),
                                new Column("b", unsignedBigint(), false)),
                        new Column("tiny", integer("TINYINT", "int16", "-128", "127"), true),
                        new Column("flag", integer("TINYINT(1)", "int16", "-128", "127"), true),
                        new Column("utiny", integer("TINYINT UNSIGNED", "int16", "0", "255"), false),
                        new Column("small", integer("SMALLINT", "int16", "-32768", "32767"), true),
                        new Column("usmall", integer("SMALLINT UNSIGNED", "int32", "0", "65535"), true),
                        new Column("medium", integer("MEDIUMINT", "int32", "-8388608", "8388607"), true),
                        new Column("umedium", integer("MEDIUMINT UNSIGNED", "int32", "0", "16777215"), true),
                        new Column("plain", integer("INT", "int32", "-2147483648", "2147483647"), true),
                        new Column(
                                "big", integer("BIGINT", "int64", "-9223372036854775808", "9223372036854775807"), true),
                        new Column("ubig", unsignedBigint(), true)),
                new TypedTable(
                        "fractions",
                        List.of(new Column("id", integer("BIGINT", "int64", "0", "999999999"), false)),
                        new Column("most", decimal(65, 30), true),
                        new Column("whole", decimal(10, 0), true),
                        new Column("money", decimal(12, 2).with("DEFAULT 7.50"), true),
                        new Column("required", decimal(5, 5), false),
                        new Column("single", real(), true),
                        new Column("twice", twice(), true)),
                new TypedTable(
                        "times",
                        List.of(new Column("id", integer("INT", "int32", "0", "999999999"), false)),
                        new Column("micros", datetime(6), true),
                        new Column("day", date(), true),
                        new Column("seconds", datetime(0), true),
                        new Column("millis", datetime(3), false),
                        new Column("stamp", timestamp(0), true),
                        new Column("stamp6", timestamp(6), true),
                        new Column("span", time(0), true),
                        new Column("span3", time(3), true),
                        new Column("span6", time(6), false),
                        new Column("born", year(), true)),
                new TypedTable(
                        "zeros",
                        List.of(new Column("id", integer("INT", "int32", "0", "999999999"), false)),
                        new Column("n", integer("INT", "int32", "0", "9"), false),
                        new Column("day", zero(date(), null, "0000-00-00", "2024-00-00", "2024-05-00"), true),
                        new Column("day_needed", zero(date(), "1970-01-01", "0000-00-00"), false),
                        new Column("moment", zero(datetime(6), null, "0000-00-00 00:00:00"), true),
                        new Column(
                                "moment_needed", zero(datetime(0), "1970-01-01T00:00", "0000-00-00 00:00:00"), false),
                        new Column("stamp", zero(timestamp(6), null, "0000-00-00 00:00:00"), true),
                        new Column(
                                "stamp_needed",
                                zero(timestamp(0), "1970-01-01T00:00:00Z", "0000-00-00 00:00:00"),
                                false)),
                new TypedTable(
                        "texts",
                        List.of(new Column("word", text("VARCHAR(60)", 60, true), false)),
                        new Column("fixed", text("CHAR(10)", 10, true), true),
                        new Column("latin", latin, true),
                        new Column("tiny", text("TINYTEXT", 50, true), true),
                        new Column("plain", text("TEXT", 5_000, true), true),
                        new Column("medium", text("MEDIUMTEXT", 20_000, true), true),
                        new Column("huge", text("LONGTEXT", 1_000, true), true)),
                new TypedTable(
                        "binaries",
                        List.of(new Column("id", integer("INT", "int32", "0", "999999999"), false)),
                        new Column("fixed", bytes("BINARY(8)", 8, 8), true),
                        new Column("uuid", bytes("BINARY(16)", 16, 16), false),
                        new Column("varied", bytes("VARBINARY(30)", 0, 30), true),
                        new Column("tiny", bytes("TINYBLOB", 0, 255), true),
                        new Column("plain", bytes("BLOB", 0, 3_000), true),
                        new Column("medium", bytes("MEDIUMBLOB", 0, 20_000), true),
                        new Column("huge", bytes("LONGBLOB", 0, 1_000), true)),
                new TypedTable(
                        "choices",
                        List.of(new Column("id", integer("INT", "int32", "0", "999999999"), false)),
                        new Column("rating", enumeration("G", "PG", "PG-13", "it's", "ü漢"), true),
                        new Column("needed", enumeration("a", "b"), false),
                        new Column("features", set("Trailers", "Deleted Scenes", "Grüße", "d"), true),
                        new Column("active", bit(), true),
                        new Column("some_bits", bits(13), true),
                        new Column("all_bits", bits(64), false)),
                new TypedTable(
                        "documents",
                        List.of(new Column("id", integer("INT", "int32", "0", "999999999"), false)),
                        new Column("document", json(), true),
                        new Column("needed", json(), false)),
                new TypedTable(
                        "shapes",
                        List.of(new Column("id", integer("INT", "int32", "0", "999999999"), false)),
                        new Column("place", geometry("POINT", 1), true),
                        new Column("line", geometry("LINESTRING", 2), true),
                        new Column("area", geometry("POLYGON", 3), true),
                        new Column("places", geometry("MULTIPOINT", 4), true),
                        new Column("parts", geometry("GEOMETRYCOLLECTION", 7), true),
                        new Column("anything", geometry("GEOMETRY", 1, 2, 3, 4, 7), false)),
                new TypedTable(
                        "films",
                        List.of(
                                new Column("store", integer("SMALLINT UNSIGNED", "int32", "0", "65535"), false),
                                new Column("shelf", enumeration("A", "B", "C"), false),
                                new Column("since", date(), false)),
                        new Column("rate", decimal(4, 2), true),
                        new Column("amount", integer("INT", "int32", "0", "1000"), true),
                        new Column("release_year", year(), true),
                        new Column(
                                "amount_twice",
                                integer("INT", "int32", "0", "0").with("GENERATED ALWAYS AS (amount * 2) STORED"),
                                true,
                                row -> row.get("amount") == null
                                        ? null
                                        : String.valueOf(2 * Long.parseLong(row.get("amount")))),
                        new Column(
                                "rate_more",
                                decimal(5, 2).with("GENERATED ALWAYS AS (rate + 1) VIRTUAL"),
                                true,
                                row -> row.get("rate") == null
                                        ? null
                                        : new BigDecimal(row.get("rate"))
                                                .add(BigDecimal.ONE)
                                                .toPlainString())));
    }

    private void change(Connection connection, Statement sql, Random random, int changes) throws Exception {
        connection.setAutoCommit(false);
        for (int i = 0; i < changes; i++) {
            String statement = tables.get(random.nextInt(tables.size())).change(random);
            if (statement != null) {
                sql.executeUpdate(statement);
            }
            if (random.nextInt(5) == 0) {
                connection.commit();
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    private ObjectNode connector(String name, boolean schemas) throws IOException {
        ObjectNode body =
                (ObjectNode) JSON.readTree(ShopConnectors.file("10-shop-source").toFile());
        ObjectNode config = (ObjectNode) body.path("config");
        config.properties().removeIf(option -> option.getKey()
                .matches("(transforms|predicates|events\\.(table|rule|unmapped)).*"));
        config.put("topic.prefix", name)
                .put("database.server.id", schemas ? "5411" : "5412")
                .put("schema.history.internal.kafka.topic", name + ".schema-history")
                .put("table.include.list", DATABASE + "[.].*")
                .put("bigint.unsigned.handling.mode", "precise")
                .put("topic.creation.default.partitions", "1")
                .put("key.converter.schemas.enable", schemas)
                .put("key.converter.decimal.format", "NUMERIC")
                .put("value.converter.schemas.enable", schemas)
                .put("context.keys", "requestId")
                .put("context.sources", "comment");
        int rule = 1;
        for (int i = 0; i < tables.size(); i++) {
            TypedTable table = tables.get(i);
            config.put("events.table." + (i + 1), table.defaults(DATABASE, name + "." + table.name()));
            for (Map.Entry<String, String> clauses : table.rules().entrySet()) {
                config.put(
                        "events.rule." + rule++,
                        table.name() + clauses.getKey() + "; table: " + DATABASE + "." + table.name() + "; "
                                + clauses.getValue());
            }
        }
        return body.put("name", name);
    }

    private List<ConsumerRecord<byte[], byte[]>> awaitEvents(String connector, TypedTable table, int count) {
        String topic = connector + "." + table.name();
        return await(topic)
                .atMost(TIME_TO_ARRIVE)
                .pollInterval(Duration.ofMillis(500))
                .failFast(() -> pipeline.rest().awaitRunning(connector, Duration.ofSeconds(60)))
                .until(() -> EventLog.records(pipeline.broker().bootstrapServers(), topic), r -> r.size() >= count);
    }

    private void compare(String connector, TypedTable table, int found) throws IOException {
        List<ConsumerRecord<byte[], byte[]>> records =
                awaitEvents(connector, table, table.events().size());
        boolean schemas = connector.equals("types-with");
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < records.size(); i++) {
            assertThat(ids.add(EventLog.header(records.get(i), "ce_id"))).isTrue();
        }
        List<Event> seen = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            seen.add(event(table, record, schemas));
        }
        // A snapshot reads rows in the order of their keys, whatever order that is.
        assertThat(new HashSet<>(seen.subList(0, found)))
                .as(connector + "." + table.name())
                .isEqualTo(new HashSet<>(table.events().subList(0, found)));
        for (int i = found; i < table.events().size(); i++) {
            assertThat(i < seen.size() ? seen.get(i) : null)
                    .as(connector + "." + table.name() + ", event " + i)
                    .isEqualTo(table.events().get(i));
        }
        assertThat(seen).hasSameSizeAs(table.events());
    }

    private static Event event(TypedTable table, ConsumerRecord<byte[], byte[]> record, boolean schemas)
            throws IOException {
        JsonNode key = ColumnType.JSON.readTree(record.key());
        JsonNode value = ColumnType.JSON.readTree(record.value());
        String type = EventLog.header(record, "ce_type");
        List<Column> fields = type.endsWith("Gone") ? table.key() : table.columns();
        if (schemas) {
            checkSchema(key.path("schema"), table.key());
            checkSchema(value.path("schema"), fields);
            key = key.path("payload");
            value = value.path("payload");
        }
        return new Event(type, meanings(key, table.key()), meanings(value, fields));
    }

    private static void checkSchema(JsonNode schema, List<Column> columns) {
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            JsonNode field = schema.path("fields").path(i);
            assertThat(field.path("field").asText()).isEqualTo(column.name());
            assertThat(field.path("type").asText())
                    .as(column.name())
                    .isEqualTo(column.type().connect());
            assertThat(field.path("name").textValue())
                    .as(column.name())
                    .isEqualTo(column.type().name());
            // Debezium's geometries may be null, whatever the column says.
            boolean optional = column.nullable() || column.type().connect().equals("struct");
            assertThat(field.path("optional").asBoolean()).as(column.name()).isEqualTo(optional);
        }
    }

    private static Map<String, String> meanings(JsonNode row, List<Column> columns) {
        Map<String, String> meanings = new LinkedHashMap<>();
        assertThat(row.size()).isEqualTo(columns.size());
        for (Column column : columns) {
            JsonNode cell = row.path(column.name());
            assertThat(cell.isMissingNode()).as(column.name()).isFalse();
            meanings.put(
                    column.name(), cell.isNull() ? null : column.type().reader().apply(cell));
        }
        return meanings;
    }
}
