package io.millrace.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;

class ValueTextTest {
    @Test
    void writesScalars() {
        assertThat(ValueText.ofScalar(null, "a")).contains("a");
        assertThat(ValueText.ofScalar(null, 7L)).contains("7");
        assertThat(ValueText.ofScalar(null, true)).contains("true");
        assertThat(ValueText.ofScalar(null, new byte[] {'t', '1'})).contains("t1");
        assertThat(ValueText.ofScalar(null, ByteBuffer.wrap(new byte[] {'t', '2'})))
                .contains("t2");
        assertThat(ValueText.ofScalar(Timestamp.SCHEMA, Date.from(Instant.parse("2026-01-31T10:15:30.123Z"))))
                .contains("2026-01-31T10:15:30.123Z");
        assertThat(ValueText.ofScalar(null, Date.from(Instant.EPOCH))).isEmpty();
        assertThat(ValueText.ofScalar(null, null)).isEmpty();
        assertThat(ValueText.ofScalar(null, List.of("a"))).isEmpty();
    }

    @Test
    void writesNoZerosOfAForgedExponent() {
        assertThat(ValueText.ofScalar(null, new BigDecimal("1E+3"))).contains("1000");
        assertThat(ValueText.ofKey(new BigDecimal("1.50"), "/")).isEqualTo("1.50");
        assertThat(ValueText.ofScalar(null, new BigDecimal("1E+999999999"))).contains("1E+999999999");
        assertThat(ValueText.ofKey(new BigDecimal("1E-999999999"), "/")).isEqualTo("1E-999999999");
    }

    /** Neither without its milliseconds nor in the zone of the machine. */
    @Test
    void writesTimesOfAKeyInUtc() {
        assertThat(ValueText.ofKey(Date.from(Instant.parse("2026-01-31T23:15:30.500Z")), "/"))
                .isEqualTo("2026-01-31T23:15:30.500Z");
        assertThat(ValueText.ofIdentity(Date.from(Instant.ofEpochMilli(1_000))))
                .isNotEqualTo(ValueText.ofIdentity(Date.from(Instant.ofEpochMilli(1_500))));
    }

    @Test
    void joinsTheValuesOfAKeyAndTakesNoDefault() {
        Schema schema = SchemaBuilder.struct()
                .field("a", SchemaBuilder.string().optional().defaultValue("x").build())
                .field("b", Schema.BYTES_SCHEMA)
                .build();
        Struct key = new Struct(schema).put("b", ByteBuffer.wrap(new byte[] {1, 16}));
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", null);
        map.put("b", new byte[] {1, 16});

        assertThat(ValueText.ofKey(key, "/")).isEqualTo("null/0110");
        assertThat(ValueText.ofKey(map, "/")).isEqualTo("null/0110");
        assertThat(ValueText.ofIdentity(key)).isEqualTo("-4:0110");
        assertThat(ValueText.ofIdentity(map)).isEqualTo("-4:0110");
        assertThat(ValueText.ofIdentity(null)).isEqualTo("-");
    }
}
