package io.millrace.connectors.projection.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.Views;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
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

class ConnectToSqlTest {
    private static final java.util.Date NEW_YEAR = java.util.Date.from(Instant.parse("2026-01-01T10:20:30.456Z"));

    @ParameterizedTest
    @CsvSource({
        "io.debezium.time.Timestamp,1767262830456,2026-01-01T10:20:30.456",
        "io.debezium.time.MicroTimestamp,1767262830456789,2026-01-01T10:20:30.456789",
        "io.debezium.time.NanoTimestamp,1767262830456789000,2026-01-01T10:20:30.456789",
        "io.debezium.time.MicroTimestamp,-1,1969-12-31T23:59:59.999999"
    })
    void readsDebeziumsTimestamps(String name, long value, LocalDateTime expected) {
        Schema schema = SchemaBuilder.int64().name(name).build();

        assertThat(convert(schema, value, ColumnKind.DATETIME, 6)).isEqualTo(expected);
        assertThat(convert(schema, value, ColumnKind.INTEGER, 0)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"49830456789,6,13:50:30.456789", "49830000000,0,13:50:30", "-3020399000000,0,-838:59:59"})
    void readsTimesThatAreNegativeOrLongerThanADay(long micros, int digits, String expected) {
        Schema schema = SchemaBuilder.int64().name("io.debezium.time.MicroTime").build();

        assertThat(convert(schema, micros, ColumnKind.TIME, digits)).isEqualTo(expected);
    }

    @Test
    void readsConnectsOwnLogicalTypes() {
        assertThat(convert(Timestamp.SCHEMA, NEW_YEAR, ColumnKind.DATETIME, 3))
                .isEqualTo(LocalDateTime.parse("2026-01-01T10:20:30.456"));
        assertThat(convert(Date.SCHEMA, java.util.Date.from(Instant.parse("2026-01-01T00:00:00Z")), ColumnKind.DATE, 0))
                .isEqualTo(LocalDate.parse("2026-01-01"));
        assertThatThrownBy(() -> convert(Date.SCHEMA, NEW_YEAR, ColumnKind.DATE, 0))
                .isInstanceOf(DataException.class);
        assertThat(convert(Decimal.schema(1), new BigDecimal("1.5"), ColumnKind.DECIMAL, 2))
                .isEqualTo(new BigDecimal("1.50"));
    }

    @Test
    void keepsANullInsideAStructureThatHasADefault() {
        Schema schema = SchemaBuilder.struct()
                .field("theme", Schema.OPTIONAL_STRING_SCHEMA)
                .field(
                        "language",
                        SchemaBuilder.string().optional().defaultValue("en").build())
                .field(
                        "sizes",
                        SchemaBuilder.array(SchemaBuilder.struct()
                                        .field(
                                                "n",
                                                SchemaBuilder.int32()
                                                        .optional()
                                                        .defaultValue(7)
                                                        .build())
                                        .build())
                                .build())
                .build();
        Struct size = new Struct(schema.field("sizes").schema().valueSchema()).put("n", null);
        Struct value =
                new Struct(schema).put("theme", "dark").put("language", null).put("sizes", List.of(size));

        assertThat(convert(schema, value, ColumnKind.JSON, 0))
                .isEqualTo("{\"theme\":\"dark\",\"language\":null,\"sizes\":[{\"n\":null}]}");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T10:20:30Z,2026-01-01T10:20:30",
        "2026-01-01T10:20:30.123456+02:00,2026-01-01T08:20:30.123456",
        "2026-01-01T10:20:30.123456000Z,2026-01-01T10:20:30.123456",
        "2026-01-01 10:20:30,2026-01-01T10:20:30",
        "2026-01-01,2026-01-01T00:00:00",
        "2026-01-01Z,2026-01-01T00:00:00"
    })
    void readsTextsOfMoments(String text, LocalDateTime expected) {
        assertThat(convert(Schema.STRING_SCHEMA, text, ColumnKind.DATETIME, 6)).isEqualTo(expected);
        assertThat(convert(null, text, ColumnKind.DATETIME, 6)).isEqualTo(expected);
    }

    @Test
    void givesEqualNumbersOneForm() {
        assertThat(convert(Schema.INT8_SCHEMA, (byte) 7, ColumnKind.INTEGER, 0)).isEqualTo(7L);
        assertThat(convert(null, "7", ColumnKind.INTEGER, 0)).isEqualTo(7L);
        assertThat(convert(null, new BigDecimal("7.0"), ColumnKind.INTEGER, 0)).isEqualTo(7L);
        assertThat(convert(null, true, ColumnKind.INTEGER, 0)).isEqualTo(1L);
        assertThat(convert(null, new BigInteger("18446744073709551615"), ColumnKind.INTEGER, 0))
                .isEqualTo(new BigInteger("18446744073709551615"));
        assertThat(convert(null, 7L, ColumnKind.TEXT, 0)).isEqualTo("7");
    }

    @Test
    void fillsUpFixedByteStringsAndDropsTrailingSpacesAsTheColumnDoes() {
        assertThat((byte[]) convert(Schema.BYTES_SCHEMA, new byte[] {1}, ColumnKind.PADDED_BINARY, 3))
                .containsExactly(1, 0, 0);
        assertThat(convert(null, "a  ", ColumnKind.PADDED_TEXT, 0)).isEqualTo("a");
    }

    @Test
    void readsBitsWithTheLowestByteFirst() {
        Schema bits = SchemaBuilder.bytes().name("io.debezium.data.Bits").build();

        assertThat(convert(bits, new byte[] {1, 2}, ColumnKind.INTEGER, 0)).isEqualTo(513L);
    }

    @Test
    void writesStructuresAsJson() {
        Schema schema = SchemaBuilder.struct()
                .field("amount", Decimal.schema(2))
                .field("at", Timestamp.SCHEMA)
                .field("tags", SchemaBuilder.array(Schema.STRING_SCHEMA).build())
                .build();
        Struct struct = new Struct(schema)
                .put("amount", new BigDecimal("1.50"))
                .put("at", NEW_YEAR)
                .put("tags", List.of("a\"b"));

        String expected = """
            {"amount":1.50,"at":"2026-01-01T10:20:30.456Z","tags":["a\\"b"]}\
            """;
        assertThat(convert(schema, struct, ColumnKind.JSON, 0)).isEqualTo(expected);
        assertThat(convert(null, Map.of("a", List.of(1, true)), ColumnKind.JSON, 0))
                .isEqualTo("{\"a\":[1,true]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "1e999999999", "2026-13-01"})
    void neverQuotesAValueThatDoesNotFit(String value) {
        for (ColumnKind kind : List.of(
                ColumnKind.INTEGER, ColumnKind.DECIMAL, ColumnKind.DATETIME, ColumnKind.DATE, ColumnKind.TIME)) {
            assertThatThrownBy(() -> convert(Schema.STRING_SCHEMA, value, kind, 0))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("column_type")
                    .hasNoCause()
                    .message()
                    .doesNotContain(value);
        }
    }

    @Test
    void refusesDigitsThatMySqlWouldDropSilently() {
        assertThatThrownBy(() -> convert(Decimal.schema(3), new BigDecimal("1.005"), ColumnKind.DECIMAL, 2))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("at most 2 fractional digits")
                .hasMessageContaining("found 3");
        assertThatThrownBy(() -> convert(null, 1.5, ColumnKind.INTEGER, 0)).isInstanceOf(DataException.class);
    }

    @Test
    void refusesTextsThatUtf8HasNoFormFor() {
        assertThat(convert(null, "\ud83d\ude00", ColumnKind.TEXT, 0)).isEqualTo("\ud83d\ude00");
        for (String text : List.of("a\ud83d", "\ude00a", "\ude00\ud83d")) {
            assertThatThrownBy(() -> convert(null, text, ColumnKind.TEXT, 0)).isInstanceOf(DataException.class);
            assertThatThrownBy(() -> convert(null, text, ColumnKind.JSON, 0)).isInstanceOf(DataException.class);
        }
    }

    @Test
    void countsCharactersAndDropsNoWhiteSpaceButPadding() {
        assertThat(convert(null, "\ud83d\ude00b", ColumnKind.TEXT, 2)).isEqualTo("\ud83d\ude00b");
        assertThat(convert(null, "a\t  ", ColumnKind.PADDED_TEXT, 2)).isEqualTo("a\t");
        assertThatThrownBy(() -> convert(null, "abc", ColumnKind.TEXT, 2))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("at most 2 characters")
                .hasMessageContaining("found 3");
    }

    @Test
    void refusesATimeThatIsOutOfEveryRange() {
        Schema schema = SchemaBuilder.int64().name("io.debezium.time.MicroTime").build();

        assertThatThrownBy(() -> convert(schema, Long.MAX_VALUE, ColumnKind.TIME, 6))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("column_type");
    }

    @ParameterizedTest
    @CsvSource({
        "io.debezium.time.MicroDuration,2700000000,00:45:00.000000",
        "io.debezium.time.MicroDuration,9876543210,02:44:36.543210",
        "io.debezium.time.MicroDuration,-1500000,-00:00:01.500000",
        "io.debezium.time.NanoDuration,2700000000000,00:45:00.000000",
        "io.debezium.time.MicroTime,49830456789,13:50:30.456789"
    })
    void readsLengthsOfTime(String name, long value, String expected) {
        Schema schema = SchemaBuilder.int64().name(name).build();

        assertThat(convert(schema, value, Views.column("c", ColumnKind.PARSED, "interval", 0)))
                .isEqualTo(expected);
        assertThat(convert(schema, value, ColumnKind.TEXT, 0)).isEqualTo(expected);
        assertThat(convert(schema, value, ColumnKind.TIME, 6)).isEqualTo(expected);
        assertThat(convert(schema, value, ColumnKind.JSON, 0)).isEqualTo('"' + expected + '"');
    }

    @Test
    void refusesANumberOfAnUnknownTypeUnlessTheColumnHasNumbers() {
        for (String name : List.of("io.debezium.time.Fortnight", "com.example.Cents")) {
            Schema schema = SchemaBuilder.int64().name(name).build();

            assertThat(convert(schema, 7L, ColumnKind.INTEGER, 0)).isEqualTo(7L);
            for (ColumnKind kind : List.of(ColumnKind.TEXT, ColumnKind.PARSED, ColumnKind.JSON, ColumnKind.DATETIME)) {
                assertThatThrownBy(() -> convert(schema, 7L, kind, 0))
                        .isInstanceOf(DataException.class)
                        .hasMessageContaining(name);
            }
        }
        Schema year = SchemaBuilder.int32().name("io.debezium.time.Year").build();
        assertThat(convert(year, 2026, ColumnKind.TEXT, 0)).isEqualTo("2026");
    }

    @ParameterizedTest
    @CsvSource({
        "io.debezium.time.Timestamp",
        "io.debezium.time.MicroDuration",
        "io.debezium.time.Date",
        "io.debezium.data.Bits",
        "io.debezium.data.VariableScaleDecimal",
        "io.debezium.data.Json",
        "org.apache.kafka.connect.data.Timestamp"
    })
    void refusesASemanticTypeOverAnotherType(String name) {
        Schema text = SchemaBuilder.string().name(name).build();
        Schema bool = SchemaBuilder.bool().name(name).build();
        for (ColumnKind kind : List.of(ColumnKind.DATETIME, ColumnKind.DECIMAL, ColumnKind.INTEGER)) {
            assertThatThrownBy(() -> convert(text, "x", kind, 0)).isInstanceOf(DataException.class);
            assertThatThrownBy(() -> convert(bool, true, ColumnKind.DATETIME, 0))
                    .isInstanceOf(DataException.class);
        }
    }

    @Test
    void refusesADecimalWithoutItsParts() {
        Schema schema = SchemaBuilder.struct()
                .name("io.debezium.data.VariableScaleDecimal")
                .field("scale", Schema.OPTIONAL_INT32_SCHEMA)
                .field("value", Schema.OPTIONAL_BYTES_SCHEMA)
                .build();
        Struct withoutValue = new Struct(schema).put("scale", 2);
        Struct withoutScale = new Struct(schema).put("value", new byte[] {1});

        for (Struct struct : List.of(withoutValue, withoutScale)) {
            assertThatThrownBy(() -> convert(schema, struct, ColumnKind.DECIMAL, 2))
                    .isInstanceOf(DataException.class);
        }
    }

    @Test
    void cutsNothingOffMoments() {
        Schema micros =
                SchemaBuilder.int64().name("io.debezium.time.MicroTimestamp").build();
        Schema nanos =
                SchemaBuilder.int64().name("io.debezium.time.NanoTimestamp").build();
        Schema time = SchemaBuilder.int64().name("io.debezium.time.MicroTime").build();

        for (ColumnKind kind : List.of(ColumnKind.DATETIME, ColumnKind.DATE)) {
            assertThatThrownBy(() -> convert(micros, 1767262830456789L, kind, 3))
                    .isInstanceOf(DataException.class);
        }
        assertThatThrownBy(() -> convert(nanos, 1767262830456789123L, ColumnKind.DATETIME, 6))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("at most 6 fractional digits");
        assertThatThrownBy(() -> convert(time, 49830456789L, ColumnKind.TIME, 0))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(() -> convert(null, "2026-01-01T10:20:30.1234567Z", ColumnKind.DATETIME, 6))
                .isInstanceOf(DataException.class);
        assertThat(convert(null, "2026-01-01T00:00:00Z", ColumnKind.DATE, 0)).isEqualTo(LocalDate.parse("2026-01-01"));
        Column interval = Views.column("c", ColumnKind.PARSED, "interval(3)", 0);
        assertThat(convert(null, "PT0.500S", interval)).isEqualTo("PT0.500S");
        assertThatThrownBy(() -> convert(null, "PT0.5001S", interval)).isInstanceOf(DataException.class);
    }

    @Test
    void refusesTheInfinityOfPostgres() {
        Schema micros =
                SchemaBuilder.int64().name("io.debezium.time.MicroTimestamp").build();
        Schema millis = SchemaBuilder.int64().name("io.debezium.time.Timestamp").build();

        assertThatThrownBy(() -> convert(micros, 9223372036825200000L, ColumnKind.DATETIME, 6))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(() -> convert(millis, -9223372036832400L, ColumnKind.TEXT, 0))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(() -> convert(null, "infinity", ColumnKind.DATETIME, 6))
                .isInstanceOf(DataException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0.1,0.1",
        "1e300,1e300",
        "9007199254740993,",
        "0.1234567890123456789,",
        "1e350,",
        "1e-350,",
        "1e999999999,"
    })
    void keepsNumbersInFloatingColumnsOrRefusesThem(String text, Double expected) {
        for (Object value : List.of(text, new BigDecimal(text))) {
            if (expected == null) {
                assertThatThrownBy(() -> convert(null, value, ColumnKind.FLOATING, 0))
                        .isInstanceOf(DataException.class);
            } else {
                assertThat(convert(null, value, ColumnKind.FLOATING, 0)).isEqualTo(expected);
            }
        }
    }

    @Test
    void keepsDoublesInColumnsOfFloatsOrRefusesThem() {
        Column real = Views.column("c", ColumnKind.FLOATING, "real", 0);
        Column scaled = Views.column("c", ColumnKind.FLOATING, "float(7,2)", 0);

        assertThat(convert(null, 0.1, real)).isEqualTo(0.1);
        assertThat(convert(Schema.FLOAT32_SCHEMA, 0.3f, real)).isEqualTo(0.3);
        assertThat(convert(null, 1.25, scaled)).isEqualTo(1.25);
        for (double value : new double[] {0.12345678901, 1e39, 1e-60}) {
            assertThatThrownBy(() -> convert(null, value, real)).isInstanceOf(DataException.class);
        }
        assertThatThrownBy(() -> convert(null, 1.125, scaled)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> convert(Schema.FLOAT32_SCHEMA, Float.POSITIVE_INFINITY, real))
                .isInstanceOf(DataException.class);
    }

    @Test
    void roundsNoDoublesInDecimalColumns() {
        assertThat(convert(null, 12.5, ColumnKind.DECIMAL, 2)).isEqualTo(new BigDecimal("12.50"));
        assertThatThrownBy(() -> convert(null, 12.345, ColumnKind.DECIMAL, 2)).isInstanceOf(DataException.class);
    }

    @Test
    void writesOutNoHugeNumbers() {
        Schema variable = SchemaBuilder.struct()
                .name("io.debezium.data.VariableScaleDecimal")
                .field("scale", Schema.INT32_SCHEMA)
                .field("value", Schema.BYTES_SCHEMA)
                .build();
        Struct huge = new Struct(variable).put("scale", -999_999_999).put("value", new byte[] {1});
        Schema nested = SchemaBuilder.struct().field("n", Decimal.schema(0)).build();
        byte[] million = new byte[1_000_000];
        million[0] = 1;

        for (ColumnKind kind : List.of(ColumnKind.TEXT, ColumnKind.JSON, ColumnKind.DECIMAL, ColumnKind.INTEGER)) {
            assertThatThrownBy(() -> convert(variable, huge, kind, -1)).isInstanceOf(DataException.class);
            assertThatThrownBy(() -> convert(null, new BigDecimal(new BigInteger(million)), kind, -1))
                    .isInstanceOf(DataException.class);
            assertThatThrownBy(() -> convert(null, new BigInteger(million), kind, -1))
                    .isInstanceOf(DataException.class);
        }
        assertThatThrownBy(() ->
                        convert(nested, new Struct(nested).put("n", new BigDecimal("1e10000")), ColumnKind.JSON, 0))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(() -> convert(null, "1".repeat(1_000_000), ColumnKind.INTEGER, 0))
                .isInstanceOf(DataException.class);
    }

    @Test
    void guessesNoYearsAndNoPlacesInLists() {
        Column year = Views.column("c", ColumnKind.INTEGER, "year", 0);
        Column list = Views.column("c", ColumnKind.TEXT, "enum('a','it''s','7')", 0);
        Column set = Views.column("c", ColumnKind.PARSED, "set('a','b')", 0);

        assertThat(convert(null, 2026, year)).isEqualTo(2026L);
        assertThat(convert(null, "0", year)).isEqualTo(0L);
        for (Object value : List.of(5, "70", 1900, 2156, new BigDecimal("99"))) {
            assertThatThrownBy(() -> convert(null, value, year)).isInstanceOf(DataException.class);
        }
        assertThat(convert(null, "it's", list)).isEqualTo("it's");
        assertThat(convert(null, 7L, list)).isEqualTo("7");
        assertThat(convert(null, "a,b", set)).isEqualTo("a,b");
        for (Object value : List.of(1L, "1", "+1", " 2")) {
            assertThatThrownBy(() -> convert(null, value, list)).isInstanceOf(DataException.class);
            assertThatThrownBy(() -> convert(null, value, set)).isInstanceOf(DataException.class);
        }
    }

    @Test
    void refusesANumberWhoseUnitNobodySaid() {
        assertThatThrownBy(() -> convert(Schema.INT64_SCHEMA, 1767262830456L, ColumnKind.DATETIME, 6))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("without a schema");
    }

    private static Object convert(Schema schema, Object value, ColumnKind kind, int size) {
        return convert(schema, value, Views.column("c", kind, "column_type", size));
    }

    private static Object convert(Schema schema, Object value, Column column) {
        return ConnectToSql.between(schema, column).convert(value);
    }
}
