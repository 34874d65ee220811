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
        "io.debezium.time.NanoTimestamp,1767262830456789123,2026-01-01T10:20:30.456789",
        "io.debezium.time.MicroTimestamp,-1,1969-12-31T23:59:59.999999"
    })
    void readsDebeziumsTimestamps(String name, long value, LocalDateTime expected) {
        Schema schema = SchemaBuilder.int64().name(name).build();

        assertThat(convert(schema, value, ColumnKind.DATETIME, 6)).isEqualTo(expected);
        assertThat(convert(schema, value, ColumnKind.INTEGER, 0)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"49830456789,6,13:50:30.456789", "49830456789,0,13:50:30", "-3020399000000,0,-838:59:59"})
    void readsTimesThatAreNegativeOrLongerThanADay(long micros, int digits, String expected) {
        Schema schema = SchemaBuilder.int64().name("io.debezium.time.MicroTime").build();

        assertThat(convert(schema, micros, ColumnKind.TIME, digits)).isEqualTo(expected);
    }

    @Test
    void readsConnectsOwnLogicalTypes() {
        assertThat(convert(Timestamp.SCHEMA, NEW_YEAR, ColumnKind.DATETIME, 3))
                .isEqualTo(LocalDateTime.parse("2026-01-01T10:20:30.456"));
        assertThat(convert(Date.SCHEMA, NEW_YEAR, ColumnKind.DATE, 0)).isEqualTo(LocalDate.parse("2026-01-01"));
        assertThat(convert(Decimal.schema(1), new BigDecimal("1.5"), ColumnKind.DECIMAL, 2))
                .isEqualTo(new BigDecimal("1.50"));
    }

    @Test
    void keepsANullInsideAStructureThatHasADefault() {
        Schema schema = SchemaBuilder.struct()
                .field("theme", Schema.OPTIONAL_STRING_SCHEMA)
                .field("language", SchemaBuilder.string().optional().defaultValue("en").build())
                .field("sizes", SchemaBuilder.array(SchemaBuilder.struct()
                                .field("n", SchemaBuilder.int32().optional().defaultValue(7).build())
                                .build())
                        .build())
                .build();
        Struct size = new Struct(schema.field("sizes").schema().valueSchema()).put("n", null);
        Struct value = new Struct(schema)
                .put("theme", "dark")
                .put("language", null)
                .put("sizes", List.of(size));

        assertThat(convert(schema, value, ColumnKind.JSON, 0))
                .isEqualTo("{\"theme\":\"dark\",\"language\":null,\"sizes\":[{\"n\":null}]}");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T10:20:30Z,2026-01-01T10:20:30",
        "2026-01-01T10:20:30.1234567+02:00,2026-01-01T08:20:30.123456",
        "2026-01-01 10:20:30,2026-01-01T10:20:30",
        "2026-01-01,2026-01-01T00:00:00"
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
                {"amount":1.50,"at":"2026-01-01T10:20:30.456Z","tags":["a\\"b"]}""";
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

    @Test
    void refusesANumberWhoseUnitNobodySaid() {
        assertThatThrownBy(() -> convert(Schema.INT64_SCHEMA, 1767262830456L, ColumnKind.DATETIME, 6))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("without a schema");
    }

    private static Object convert(Schema schema, Object value, ColumnKind kind, int size) {
        Column column = Views.column("c", kind, "column_type", size);
        return ConnectToSql.between(schema, column).convert(value);
    }
}
