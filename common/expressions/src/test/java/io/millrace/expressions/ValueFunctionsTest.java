package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The functions of texts, UUIDs, decimals and times: exact values, NULL and refusals. */
class ValueFunctionsTest {
    private static final byte[] UUID = {
        0x55,
        0x0e,
        (byte) 0x84,
        0x00,
        (byte) 0xe2,
        (byte) 0x9b,
        0x41,
        (byte) 0xd4,
        (byte) 0xa7,
        0x16,
        0x44,
        0x66,
        0x55,
        0x44,
        0x00,
        0x00
    };
    private static final Schema VARIABLE = SchemaBuilder.struct()
            .name("io.debezium.data.VariableScaleDecimal")
            .optional()
            .field("scale", Schema.INT32_SCHEMA)
            .field("value", Schema.BYTES_SCHEMA)
            .build();
    private static final Schema ROW = SchemaBuilder.struct()
            .field("s", Schema.OPTIONAL_STRING_SCHEMA)
            .field("n", Schema.OPTIONAL_INT64_SCHEMA)
            .field("i", Schema.OPTIONAL_INT32_SCHEMA)
            .field("f", Schema.OPTIONAL_FLOAT32_SCHEMA)
            .field("d", Schema.OPTIONAL_FLOAT64_SCHEMA)
            .field("total", Decimal.builder(2).optional().build())
            .field("long", Decimal.builder(20).optional().build())
            .field("huge", Decimal.builder(0).optional().build())
            .field("text_total", Schema.OPTIONAL_STRING_SCHEMA)
            .field("variable", VARIABLE)
            .field("id", Schema.OPTIONAL_BYTES_SCHEMA)
            .field("short_id", Schema.OPTIONAL_BYTES_SCHEMA)
            .field(
                    "list",
                    SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA)
                            .optional()
                            .build())
            .field("day", named("io.debezium.time.Date", SchemaBuilder.int32()))
            .field("at_ms", named("io.debezium.time.Timestamp", SchemaBuilder.int64()))
            .field("at_us", named("io.debezium.time.MicroTimestamp", SchemaBuilder.int64()))
            .field("at_ns", named("io.debezium.time.NanoTimestamp", SchemaBuilder.int64()))
            .field("at_zoned", named("io.debezium.time.ZonedTimestamp", SchemaBuilder.string()))
            .field("at_iso", named("io.debezium.time.IsoTimestamp", SchemaBuilder.string()))
            .field("at_unknown", named("com.example.Ticks", SchemaBuilder.int64()))
            .field(
                    "connect_at",
                    org.apache.kafka.connect.data.Timestamp.builder().optional().build())
            .field(
                    "connect_day",
                    org.apache.kafka.connect.data.Date.builder().optional().build())
            .field(
                    "connect_time",
                    org.apache.kafka.connect.data.Time.builder().optional().build())
            .field("time_us", named("io.debezium.time.MicroTime", SchemaBuilder.int64()))
            .field("year", named("io.debezium.time.Year", SchemaBuilder.int32()))
            .field("null_text", Schema.OPTIONAL_STRING_SCHEMA)
            .field("null_total", Decimal.builder(2).optional().build())
            .field("null_at", named("io.debezium.time.MicroTimestamp", SchemaBuilder.int64()))
            .field("null_id", Schema.OPTIONAL_BYTES_SCHEMA)
            .build();

    private static Schema named(String name, SchemaBuilder builder) {
        return builder.name(name).optional().build();
    }

    /** 2026-03-29T01:30:15.123456Z, an hour after the clocks of Berlin went forward. */
    private static final long MICROS = 1_774_747_815_123_456L;

    private static final Struct VALUES = new Struct(ROW)
            .put("s", " Grüße, Welt \u00a0")
            .put("n", 7L)
            .put("i", -3)
            .put("f", 0.1f)
            .put("d", 0.1)
            .put("total", new BigDecimal("19.90"))
            .put("long", new BigDecimal("12345678901234567890.12345678901234567890"))
            .put("huge", new BigDecimal("1e999999999"))
            .put("text_total", "19.90")
            .put(
                    "variable",
                    new Struct(VARIABLE)
                            .put("scale", 3)
                            .put("value", BigInteger.valueOf(1500).toByteArray()))
            .put("id", UUID)
            .put("short_id", new byte[] {1, 2, 3})
            .put("list", List.of("a", "b", "c"))
            .put("day", 20_541)
            .put("at_ms", MICROS / 1_000)
            .put("at_us", MICROS)
            .put("at_ns", MICROS * 1_000)
            .put("at_zoned", "2026-03-29T03:30:15.123456+02:00")
            .put("at_iso", "2026-03-29T01:30:15.123456Z")
            .put("at_unknown", 5L)
            .put("connect_at", java.util.Date.from(Instant.ofEpochMilli(MICROS / 1_000)))
            .put("connect_day", java.util.Date.from(Instant.ofEpochMilli(20_541L * 86_400_000)))
            .put("connect_time", java.util.Date.from(Instant.ofEpochMilli(3_600_000)))
            .put("time_us", -3_600_000_000L)
            .put("year", 2026);

    private static final ExpressionCompiler COMPILER = new ExpressionCompiler(
            List.of(new Variable("row", Variable.Kind.DATA), new Variable("n", Variable.Kind.INTEGER)));
    private static final ExpressionCompiler KNOWING = new ExpressionCompiler(
            List.of(new Variable("row", Variable.Kind.DATA), new Variable("n", Variable.Kind.INTEGER)),
            Set.of("row"),
            columns());

    private static Map<String, ColumnType> columns() {
        Map<String, ColumnType> columns = new HashMap<>();
        ROW.fields()
                .forEach(field -> columns.put(
                        field.name(),
                        switch (field.name()) {
                            case "s", "null_text" -> ColumnType.TEXT;
                            case "n", "i", "year" -> ColumnType.INTEGER;
                            case "f", "d" -> ColumnType.REAL;
                            case "total", "long", "huge", "null_total" -> ColumnType.DECIMAL;
                            default -> ColumnType.UNKNOWN;
                        }));
        return columns;
    }

    private record Row(Object value, Schema schema) implements Scope {
        @Override
        public Object value(int variable) {
            return variable == 0 ? value : (Object) 5L;
        }

        @Override
        public Schema schema(int variable) {
            return variable == 0 ? schema : null;
        }

        @Override
        public boolean structured() {
            return schema != null;
        }

        @Override
        public boolean keepsNanoseconds() {
            return true;
        }
    }

    private static final Row ROWS = new Row(VALUES, ROW);

    private static boolean holds(ExpressionCompiler compiler, String condition) {
        return compiler.condition(condition).test(ROWS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "uuid(row.id) == '550e8400-e29b-41d4-a716-446655440000'",
                "uuid(row.id, 'standard') == uuid(row.id)",
                // UUID_TO_BIN('e29b41d4-8400-550e-a716-446655440000', 1) has these bytes.
                "uuid(row.id, 'swapped') == 'e29b41d4-8400-550e-a716-446655440000'",
                "row.s.trim() == 'Grüße, Welt'",
                "' a\\t'.trim() == 'a'",
                "row.s.trim().lowerAscii() == 'grüße, welt'",
                "row.s.trim().upperAscii() == 'GRüßE, WELT'",
                "row.s.trim().substring(7) == 'Welt'",
                "row.s.trim().substring(0, 5) == 'Grüße'",
                "'a\\U0001D11Eb'.substring(2) == 'b'",
                "'a\\U0001D11Eb'.charAt(1) == '\\U0001D11E'",
                "'abc'.charAt(3) == ''",
                "row.s.trim().replace('W', 'w') == 'Grüße, welt'",
                "'banana'.replace('a', 'o', 2) == 'bonona'",
                "'ab'.replace('', '-') == '-a-b-'",
                "'a,b,,c'.split(',') == ['a', 'b', '', 'c']",
                "'a,b,c'.split(',', 2) == ['a', 'b,c']",
                "row.list.join('-') == 'a-b-c'",
                "row.list.join() == 'abc'",
                "'a\\U0001D11Eb'.indexOf('b') == 2",
                "'abab'.lastIndexOf('ab') == 2",
                "'abab'.indexOf('ab', 1) == 2",
                "'abab'.indexOf('x') == -1",
                "'a\\U0001D11E'.reverse() == '\\U0001D11Ea'",
                "regex.replace('+49 (30) 123', '[^0-9]', '') == '4930123'",
                "regex.replace('Doe, Jane', '(\\\\w+), (\\\\w+)', '\\\\2 \\\\1') == 'Jane Doe'",
                "regex.replace('aaa', 'a', 'b', 2) == 'bba'",
                "regex.replace('aaa', 'a', 'b', 0) == 'aaa'",
                "regex.extract('order-1234-x', '[0-9]+') == '1234'",
                "regex.extract('order-1234-x', 'order-([0-9]+)') == '1234'",
                "regex.extractAll('a1b22', '[0-9]+') == ['1', '22']",
                "coalesce(regex.extract('abc', '[0-9]+'), 'none') == 'none'",
                "row.s.matches('Welt')",
            })
    void ofTexts(String condition) {
        assertThat(holds(COMPILER, condition)).as(condition).isTrue();
        assertThat(holds(KNOWING, condition)).as(condition).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "decimal(row.total) * decimal('0.19') == decimal('3.781')",
                "decimal(row.total) == decimal('19.9')",
                "decimal(row.total) != decimal('19.91')",
                "decimal(row.total) == '19.90'",
                "'19.9' == decimal(row.total)",
                "decimal(row.total) > '19.89'",
                "decimal(row.total) > 19 && 20 > decimal(row.total)",
                "decimal(row.total) >= row.total && decimal(row.total) <= row.text_total",
                "row.total + decimal('0.10') == 20",
                "decimal(row.total) + 1 == decimal('20.90')",
                "1 - decimal(row.total) == decimal('-18.90')",
                "2 * decimal(row.total) == decimal('39.8')",
                "-decimal(row.total) == decimal('-19.9')",
                "decimal(row.long) == decimal('12345678901234567890.1234567890123456789')",
                "decimal(row.long) * 2 == '24691357802469135780.2469135780246913578'",
                "decimal(row.long) > row.n",
                "decimal(row.variable) == '1.5'",
                "decimal(row['total']) == '19.9'",
                "decimal(row.f) == '0.1'",
                "decimal(row.d) + decimal(row.d) + decimal(row.d) == '0.3'",
                "decimal(row.n) == 7 && decimal(row.i) == -3 && decimal(n) == 5",
                "decimal(9223372036854775807) + 1 == '9223372036854775808'",
                "string(decimal(row.total)) == '19.90'",
                "string(decimal('1e3')) == '1000'",
                "int(decimal('12.00')) == 12",
                "double(decimal('0.1')) == 0.1",
                "round(decimal('2.345'), 2) == '2.35'",
                "round(decimal('-2.345'), 2) == '-2.35'",
                "round(decimal('2.345'), 2, 'half_even') == '2.34'",
                "round(decimal('2.349'), 2, 'down') == '2.34'",
                "round(row.total, 0) == 20",
                "string(round(row.total, 4)) == '19.9000'",
                "divide(decimal(1), decimal(3), 5) == '0.33333'",
                "divide(row.total, 3, 2) == '6.63'",
                "divide(decimal(2), 3, 2, 'down') == '0.66'",
                "divide(1, 3, 2) == '0.33'",
                "[row.total, row.total].map(e, decimal(e)).all(e, e == '19.9')",
                "decimal(row.total) in [decimal('19.9'), decimal(1)]",
                "(row.n > 5 ? decimal(row.total) : decimal(0)) == '19.9'",
                "coalesce(decimal(row.null_total), decimal(0)) == 0",
                "coalesce(row.long, decimal(0)) == row.long",
                "decimal(json('{\"price\": 12345678901234567890.5}').price) == '12345678901234567890.5'",
                "decimal(json('{\"price\": 123456789012345678901}').price) == '123456789012345678901'",
            })
    void ofDecimals(String condition) {
        assertThat(holds(COMPILER, condition)).as(condition).isTrue();
        assertThat(holds(KNOWING, condition)).as(condition).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "moment(row.at_us) == timestamp('2026-03-29T01:30:15.123456Z')",
                "moment(row.at_ns) == moment(row.at_us)",
                "moment(row.at_zoned) == moment(row.at_us)",
                "moment(row.at_iso) == moment(row.at_us)",
                "moment(row.at_ms) == timestamp('2026-03-29T01:30:15.123Z')",
                "moment(row.connect_at) == moment(row.at_ms)",
                "moment(row.day) == timestamp('2026-03-29T00:00:00Z')",
                "moment(row.connect_day) == moment(row.day)",
                "moment(row.at_us) == moment(dyn(row).at_us)",
                "moment('2026-03-29') == moment(row.day)",
                "moment('2026-03-29 01:30:15') == timestamp('2026-03-29T01:30:15Z')",
                "moment(row.n, 's') == timestamp('1970-01-01T00:00:07Z')",
                "moment(1774747815123456, 'us') == moment(row.at_us)",
                "moment(timestamp('2026-03-29T00:00:00Z')) == moment(row.day)",
                "moment(row.at_us).getFullYear() == 2026",
                "moment(row.at_us).getMonth() == 2",
                "moment(row.at_us).getHours('Europe/Berlin') == 3",
                "moment(row.at_us) + duration('1h') > moment(row.at_us)",
                "moment(row.at_us) - moment(row.day) == duration('5415.123456s')",
                "(moment(row.at_us) - moment(row.day)).getMinutes() == 90",
                "time(row.time_us) == duration('-1h')",
                "time(row.connect_time) == duration('1h')",
                "time('-838:59:59.5') == duration('-3020399.5s')",
                "time('10:20') == duration('10h20m')",
                "time(row.n, 'ms') == duration('7ms')",
                "moment(row.day) + time(row.connect_time) == timestamp('2026-03-29T01:00:00Z')",
                "date(row.at_us) == moment(row.day)",
                "date(row.at_us, 'America/New_York') == timestamp('2026-03-28T00:00:00Z')",
                "date(moment('2026-03-28T23:30:00Z'), 'Europe/Berlin') == moment(row.day)",
                "date(moment('2026-03-28T23:30:00Z'), '+01:00') == moment(row.day)",
                "truncate(row.at_us, 'second') == timestamp('2026-03-29T01:30:15Z')",
                "truncate(row.at_us, 'minute') == timestamp('2026-03-29T01:30:00Z')",
                "truncate(row.at_us, 'hour') == timestamp('2026-03-29T01:00:00Z')",
                "truncate(row.at_us, 'day') == timestamp('2026-03-29T00:00:00Z')",
                "truncate(row.at_us, 'day', 'Europe/Berlin') == timestamp('2026-03-28T23:00:00Z')",
                "truncate(row.at_us, 'week') == timestamp('2026-03-23T00:00:00Z')",
                "truncate(row.at_us, 'month') == timestamp('2026-03-01T00:00:00Z')",
                "truncate(row.at_us, 'quarter') == timestamp('2026-01-01T00:00:00Z')",
                "truncate(row.at_us, 'year', 'Europe/Berlin') == timestamp('2025-12-31T23:00:00Z')",
                "truncate(moment('2026-10-25T01:30:00Z'), 'hour', 'Europe/Berlin') == timestamp('2026-10-25T01:00:00Z')",
            })
    void ofTimes(String condition) {
        assertThat(holds(COMPILER, condition)).as(condition).isTrue();
        assertThat(holds(KNOWING, condition)).as(condition).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "uuid(row.null_id)",
                "uuid(row.null_id, 'swapped')",
                "uuid(row.id, row.null_text)",
                "row.null_text.trim()",
                "row.null_text.lowerAscii()",
                "row.null_text.reverse()",
                "row.null_text.substring(1)",
                "row.s.substring(0, row.null_text)",
                "row.null_text.charAt(0)",
                "row.null_text.replace('a', 'b')",
                "row.s.replace('a', row.null_text)",
                "row.null_text.split(',')",
                "row.s.indexOf(row.null_text)",
                "row.null_text.lastIndexOf('a')",
                "['a', row.null_text].join(',')",
                "row.null_list.join(',')",
                "regex.replace(row.null_text, 'a', 'b')",
                "regex.replace('a', 'a', row.null_text)",
                "regex.extract(row.null_text, 'a')",
                "regex.extract('b', 'a')",
                "regex.extract('b', '(a)|b')",
                "regex.extractAll(row.null_text, 'a')",
                "row.null_text.matches('a')",
                "decimal(row.null_total)",
                "decimal(row.null_total) + 1",
                "1 * decimal(row.null_total)",
                "decimal(row.total) - row.null_total",
                "-decimal(row.null_total)",
                "decimal(row.null_total) < 1",
                "decimal(1) >= row.null_total",
                "round(row.null_total, 2)",
                "round(row.total, row.null_text)",
                "divide(row.total, row.null_total, 2)",
                "string(decimal(row.null_total))",
                "moment(row.null_at)",
                "moment(row.null_at, 'ms')",
                "moment(row.null_at) - moment(row.at_us)",
                "moment(row.null_at).getFullYear()",
                "time(row.null_at)",
                "date(row.null_at)",
                "date(row.at_us, row.null_text)",
                "truncate(row.null_at, 'day')",
                "truncate(row.at_us, 'day', row.null_text)",
                "nullIf(row.s.trim(), 'Grüße, Welt')",
                "nullIf(row.n, 7)",
                "nullIf(row.n, 7.0)",
                "nullIf(row.d, 0.1)",
                "nullIf(double('NaN'), double('NaN'))",
                "nullIf(clamp(row.i, 0, 5), 0)",
                "nullIf(row.null_text, 'a')",
                "nullIf(row.null_text, row.null_text)",
                "nullIf(row.null_total, decimal(0))",
                "nullIf(row.null_at, moment(row.day))",
                "clamp(row.null_total, 0, 1)",
                "clamp(1, row.null_total, 2)",
                "clamp(decimal(row.total), 0, row.null_total)",
                "clamp(row.null_at, moment(row.day), moment(row.at_us))",
            })
    void areUnknownOfNull(String expression) {
        Map<String, Object> row = new HashMap<>();
        ROW.fields().forEach(field -> row.put(field.name(), VALUES.getWithoutDefault(field.name())));
        row.put("null_list", null);

        assertThat(COMPILER.expression(expression).value(new Row(new Struct(WIDER), WIDER)))
                .as("a row of nulls")
                .isNull();
        assertThat(COMPILER.expression(expression).value(new Row(widen(), WIDER)))
                .isNull();
        assertThat(COMPILER.expression(expression).value(new Row(null, null)))
                .as("no row")
                .isNull();
    }

    private static final Schema WIDER = wider();

    private static Schema wider() {
        SchemaBuilder builder = SchemaBuilder.struct();
        ROW.fields().forEach(field -> builder.field(field.name(), field.schema()));
        return builder.field(
                        "null_list",
                        SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build())
                .build();
    }

    private static Struct widen() {
        Struct row = new Struct(WIDER);
        ROW.fields().forEach(field -> row.put(field.name(), VALUES.getWithoutDefault(field.name())));
        return row;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nullIf(row.s, '') == row.s",
                "nullIf(row.s.replace(' ', ''), '\\u00a0') == 'Grüße,Welt\\u00a0'",
                "nullIf(row.n, 8) == 7",
                "nullIf(row.d, 0) == 0.1",
                "nullIf(9007199254740993, 9007199254740992.0) == 9007199254740993",
                "nullIf(true, false)",
                "nullIf(row.id, row.id) == null",
                "nullIf(row.n, row.null_total) == 7",
                "nullIf(decimal(row.long), decimal('12345678901234567890.12345678901234567890')) == null",
                "nullIf(decimal(row.total), 0) == '19.9'",
                "nullIf(row.total, decimal('19.900')) == null",
                "nullIf(row.at_us, timestamp('2026-03-29T01:30:15.123456Z')) == null",
                "nullIf(row.day, timestamp('2026-03-29T00:00:00Z')) == null",
                "nullIf(row.at_zoned, moment(row.day)) == moment(row.at_us)",
                "nullIf(row.time_us, duration('-1h')) == null",
                "clamp(row.n, 0, 5) == 5",
                "clamp(row.i, 0, 5) == 0",
                "clamp(row.n, 0, 9) == 7",
                "clamp(row['n'], 0, 5) == 5",
                "clamp(row.d, 0, 1) == 0.1",
                "clamp(row.d, 1, 2) == 1",
                "clamp(row.d, 0.5, 2.5) == 0.5",
                "clamp(row.n, 0.5, 2.5) == 2.5",
                "clamp(9223372036854775807, 0, 9223372036854775807.0) == 9223372036854775807",
                "clamp(double('-Infinity'), -1e308, 1e308) == -1e308",
                "clamp(decimal(row.long), 0, decimal('99.99')) == '99.99'",
                "clamp(row.long, decimal(0), 5) == 5",
                "clamp(decimal(row.total), 0, row.n) == 7",
                "clamp(row.at_us, moment(row.day), timestamp('2026-03-29T01:00:00Z'))"
                        + " == timestamp('2026-03-29T01:00:00Z')",
                "clamp(row.day, moment(row.day), moment(row.at_us)) == moment(row.day)",
                "clamp(moment(row.at_us), moment(row.day), moment(row.at_us)) == moment(row.at_us)",
                "clamp(json('\"-4713-01-01\"'), timestamp('1000-01-01T00:00:00Z'), moment(row.at_us))"
                        + " == timestamp('1000-01-01T00:00:00Z')",
                "clamp(json('\"+294247-01-10T04:00:25.2Z\"'), moment(row.day), timestamp('9999-12-31T23:59:59Z'))"
                        + " == timestamp('9999-12-31T23:59:59Z')",
                "clamp(row.time_us, duration('0s'), duration('24h')) == duration('0s')",
            })
    void mapWhatATargetCannotHold(String condition) {
        assertThat(holds(COMPILER, condition)).as(condition).isTrue();
        assertThat(holds(KNOWING, condition)).as(condition).isTrue();
    }

    @Test
    void theResultOfALimitHasTheTypeOfItsOperands() {
        assertThat(COMPILER.expression("nullIf(row.s, '')").declared()).contains(Schema.OPTIONAL_STRING_SCHEMA);
        assertThat(COMPILER.expression("nullIf(row.at_us, moment(row.day))").declared())
                .contains(Timestamp.builder().optional().build());
        assertThat(COMPILER.expression("clamp(row.at_us, moment(row.day), moment(row.day))")
                        .declared())
                .contains(Timestamp.builder().optional().build());
        assertThat(KNOWING.expression("clamp(row.n, 0, 5)").declared()).contains(Schema.OPTIONAL_INT64_SCHEMA);
        assertThat(KNOWING.expression("nullIf(row.d, 0)").declared()).contains(Schema.OPTIONAL_FLOAT64_SCHEMA);
        // A bound may be of another type than the value.
        assertThat(COMPILER.expression("clamp(row.n, 0, 5)").dynamic()).isTrue();
        assertThat(KNOWING.expression("clamp(row.d, 0, 5)").dynamic()).isTrue();
        assertThat(KNOWING.expression("clamp(decimal(row.total), 0, 5)").value(ROWS))
                .isEqualTo(new BigDecimal("5"));
        assertThat(KNOWING.expression("nullIf(decimal(row.total), 0)").value(ROWS))
                .isEqualTo(new BigDecimal("19.90"));
    }

    @Test
    void aDecimalThatIsNullEqualsNullAlone() {
        assertThat(holds(COMPILER, "decimal(row.null_total) == decimal(row.null_total)"))
                .isTrue();
        assertThat(holds(COMPILER, "decimal(row.null_total) != decimal(row.total)"))
                .isTrue();
        assertThat(holds(COMPILER, "decimal(row.null_total) == 0")).isFalse();
        assertThat(holds(COMPILER, "decimal(row.null_total) == row.null_total")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "uuid(row.short_id) == 'x'                       | uuid() expects 16 bytes, found 3",
                "uuid(row.id, row.s) == 'x'                      | unknown order of bytes; expected standard or swapped",
                "uuid(row.s) == 'x'                              | OVERLOAD_NOT_FOUND",
                "row.s.substring(99) == 'x'                      | expected a place in the text",
                "row.s.substring(-1) == 'x'                      | expected a place in the text",
                "row.s.substring(3, 2) == 'x'                    | a beginning that is not after the end",
                "row.s.charAt(99) == 'x'                         | expected a place in the text",
                "[row.s, row.n].join() == 'x'                    | join() expects a list of texts",
                "row.n.trim() == 'x'                             | OVERLOAD_NOT_FOUND",
                "regex.replace('a', 'a', row.s + '\\\\9') == 'x' | found another escape",
                "decimal(row.s) == 1                             | decimal() expects a number, found another text",
                "decimal(row.huge) == 1                          | found one of more digits",
                "decimal(row.at_us) == 1                         | found io.debezium.time.MicroTimestamp",
                "decimal(row.id) == 1                            | decimal() expects a number, found a byte[]",
                "decimal(row.at_unknown) == 1                    | unknown type com.example.Ticks",
                "divide(decimal(1), row.n - 7, 2) == 1           | divided by zero",
                "round(row.total, row.n * 1000) == 1             | 0 to 1000 digits",
                "round(row.total, 2, row.s) == 1                 | unknown rounding",
                "int(decimal(row.total)) == 1                    | int() expects a whole decimal",
                "decimal(row.total) < row.s                      | decimal() expects a number, found another text",
                "moment(row.n) == moment(row.day)                | moment() expects a date or a timestamp, found a Long",
                "moment(row.time_us) == moment(row.day)          | found io.debezium.time.MicroTime",
                "moment(row.connect_time) == moment(row.day)     | found org.apache.kafka.connect.data.Time",
                "moment(row.at_unknown) == moment(row.day)       | unknown type com.example.Ticks",
                "moment(row.s) == moment(row.day)                | found another text",
                "moment(row.year) == moment(row.day)             | found io.debezium.time.Year",
                "moment(9223372036854775807, 's') == moment(row.day) | a timestamp is of the years 1 to 9999",
                "moment(row.n, row.s) == moment(row.day)         | unknown unit",
                "time(row.at_us) == duration('1h')               | found io.debezium.time.MicroTimestamp",
                "time(row.s) == duration('1h')                   | time() expects a time of day or an interval",
                "date(row.at_us, row.s) == moment(row.day)       | unknown time zone",
                "truncate(row.at_us, row.s) == moment(row.day)   | unknown unit",
                "clamp(double('NaN'), 0, 1) == 0                 | clamp() expects numbers, found not-a-number",
                "clamp(row.n, row.n, row.i) == 0                 | a low bound that is not greater than the high one",
                "clamp(row.s, 0, 1) == 0                         | OVERLOAD_NOT_FOUND",
                "nullIf(row.s, 0) == 0                           | OVERLOAD_NOT_FOUND",
                "clamp(row.long, 0, 1) == 0                      | compared only as decimal(column)",
                "clamp(row.s, moment(row.day), moment(row.at_us)) == moment(row.day) | found another text",
                "clamp(row.n, moment(row.day), moment(row.at_us)) == moment(row.day) | clamp() expects a date or a timestamp, found a Long",
            })
    void refuseARecordWithAnotherValue(String condition, String message) {
        assertThatThrownBy(() -> holds(COMPILER, condition))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("Welt \u00a0")
                .hasMessageNotContaining("1774747815123456'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "uuid('x') == 'x'                       | the function 'uuid' cannot be applied to a text",
                "uuid(row.id, 'swaped') == 'x'          | uuid(): unknown order of bytes; expected standard or swapped, found 'swaped'",
                "row.n.trim() == 'x'                    | the function 'trim' cannot be applied to a whole number",
                "row.s.substring('1') == 'x'            | the function 'substring' cannot be applied to a text and a text",
                "row.s.trimm() == 'x'                   | unknown name 'trimm'; did you mean 'trim'?",
                "row.s.lowerAsci() == 'x'               | did you mean 'lowerAscii'?",
                "decimals(row.total) == 1               | did you mean 'decimal'?",
                "trunc(row.at_us, 'day') == row.day     | unknown name 'trunc'",
                "momnt(row.at_us) == row.day            | did you mean 'moment'?",
                "regex.extract(row.s, '(a') == 'x'      | is not a regular expression of RE2",
                "regex.extract(row.s, '(a)(b)') == 'x'  | at most one group, found 2",
                "regex.extract(row.s, row.s) == 'x'     | the pattern of regex.extract() must be a text between quotes",
                "regex.replace(row.s, '(a)', '\\\\2') == 'x' | found another escape",
                "regex.replce(row.s, 'a', 'b') == 'x'   | unknown name 'regex'; expected one of [regex.extract, regex.extractAll, regex.replace]",
                "row.s.matches('(a')                    | is not a regular expression of RE2",
                "decimal('12a') == 1                    | decimal() expects a number, found another text",
                "decimal(row.total) == 'abc'            | decimal() expects a number, found another text",
                "decimal(1) == 1 && 1 == null           | the operator '==' cannot be applied to a whole number and null",
                "decimal(1) == 1 && null < 1            | the operator '<' cannot be applied to null and a whole number",
                "decimal(true) == 1                     | the function 'decimal' cannot be applied to true or false",
                "decimal(row.total) / decimal(2) == 1   | the operator '/' cannot be applied to a decimal and a decimal",
                "decimal(row.total) * 0.19 == 1         | the operator '*' cannot be applied to a decimal and a floating-point number",
                "decimal(row.total) + '1' == 1          | the operator '+' cannot be applied to a decimal and a text",
                "decimal(row.total) > 19.9              | the operator '>' cannot be applied to a decimal and a floating-point number",
                "coalesce(decimal(row.total), 0) == 0   | coalesce(x, decimal(0))",
                "round(row.total, 2, 'halfup') == 1     | unknown rounding",
                "divide(row.total, 2, 2, 'x') == 1      | unknown rounding",
                "moment(row.n) == moment(row.day)       | the function 'moment' cannot be applied to a whole number",
                "moment(row.n, 'sec') == moment(row.day) | moment(): unknown unit; expected s, ms, us or ns, found 'sec'",
                "moment('x') == moment(row.day)         | moment() expects a date or a timestamp, found another text",
                "time('25') == duration('1h')           | time() expects a time of day or an interval",
                "date(row.at_us, 'Berlin') == moment(row.day) | date(): unknown time zone",
                "truncate(row.at_us, 'days') == moment(row.day) | truncate(): unknown unit; expected second,",
                "truncate(row.at_us, 'day', 'Berlin') == moment(row.day) | truncate(): unknown time zone",
                "clamp(row.s, 0, 1) == 0                | the function 'clamp' cannot be applied to a text and a whole number and a whole number",
                "clamp(row.n, 0, '1') == 0              | the function 'clamp' cannot be applied to",
                "clamp(row.n, 5, 1) == 0                | clamp() expects a low bound that is not greater than the high one",
                "clamp(row.total, decimal('5'), -decimal('1')) == 0 | a low bound that is not greater",
                "clamp(row.at_us, timestamp('2026-01-01T00:00:00Z'), timestamp('2025-01-01T00:00:00Z')) == null | a low bound that is not greater",
                "clamp(row.at_us, timestamp('2026'), timestamp('2027')) == null | clamp(): a bound cannot be evaluated",
                "nullIf(row.s, 0) == ''                 | the function 'nullIf' cannot be applied to a text and a whole number",
                "nullif(row.s, '') == ''                | did you mean 'nullIf'?",
                "nullIf(row.s) == ''                    | the function 'nullIf' cannot be applied to a text",
            })
    void refuseAConfiguration(String condition, String message) {
        assertThatThrownBy(() -> KNOWING.condition(condition))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("overload");
    }

    @Test
    void giveFieldsOfTheirTypes() {
        List<Field> fields = COMPILER.fields(
                "tax: decimal(4) = decimal(row.total) * decimal('0.19'), id = uuid(row.id), day: date = date(row.at_us),"
                        + " at = moment(row.at_us), words = row.s.trim().split(' '), text = string(decimal(row.long)),"
                        + " net: float64 = decimal(row.total), n: int64 = int(decimal('7.0'))",
                "row");

        List<Object> values =
                fields.stream().map(field -> field.expression().value(ROWS)).toList();
        assertThat(values)
                .containsExactly(
                        new BigDecimal("3.7810"),
                        "550e8400-e29b-41d4-a716-446655440000",
                        java.util.Date.from(Instant.ofEpochMilli(20_541L * 86_400_000)),
                        java.sql.Timestamp.from(Instant.parse("2026-03-29T01:30:15.123456Z")),
                        List.of("Grüße,", "Welt"),
                        "12345678901234567890.12345678901234567890",
                        19.9,
                        7L);
        assertThat(fields.get(1).expression().schema(ROWS)).isEqualTo(Schema.OPTIONAL_STRING_SCHEMA);
        assertThat(fields.get(4).expression().schema(ROWS).valueSchema()).isEqualTo(Schema.OPTIONAL_STRING_SCHEMA);
        assertThat(COMPILER.expression("decimal(row.total)").dynamic()).isTrue();
        Expression rounded = COMPILER.fields("tax: decimal(2) = decimal(row.total) * decimal('0.19')", "row")
                .get(0)
                .expression();
        assertThatThrownBy(() -> rounded.value(ROWS))
                .isInstanceOf(DataException.class)
                .hasMessage("tax: expected at most 2 decimal places, found 4");
    }

    @Test
    void takeNumbersWithoutASchemaOnlyWithAUnit() {
        Row schemaless = new Row(Map.of("at", MICROS, "total", new BigDecimal("12345678901234567890.1")), null);

        assertThatThrownBy(() -> COMPILER.condition("moment(row.at) > moment('2020-01-01')")
                        .test(schemaless))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("moment() expects a date or a timestamp, found a Long");
        assertThat(COMPILER.condition("moment(row.at, 'us') > moment('2020-01-01')")
                        .test(schemaless))
                .isTrue();
        assertThat(COMPILER.condition("decimal(row.total) == '12345678901234567890.1'")
                        .test(schemaless))
                .isTrue();
    }
}
