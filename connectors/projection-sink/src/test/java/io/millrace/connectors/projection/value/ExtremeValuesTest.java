package io.millrace.connectors.projection.value;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.changes.SemanticType;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.Views;
import io.millrace.testing.Seeds;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

/**
 * Extreme values of every type for columns of every kind: each is converted or refused as data, and costs no more than its size.
 * The bound of the memory is one of the time, too: digits that are written out, or counted, are allocated.
 */
class ExtremeValuesTest {
    private static final int VALUES = 20_000;
    private static final long MAX_ALLOCATED = 50_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final BigInteger MILLION_DIGITS = BigInteger.ONE.shiftLeft(4_000_000);
    private static final List<Object> VALUES_OF_ALL_TYPES = List.of(
            Byte.MIN_VALUE,
            Short.MAX_VALUE,
            Integer.MIN_VALUE,
            0L,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            9_223_372_036_825_200_000L,
            -9_223_372_036_832_400L,
            Float.MIN_VALUE,
            Float.NaN,
            Double.MAX_VALUE,
            Double.MIN_VALUE,
            Double.NEGATIVE_INFINITY,
            true,
            "",
            "1e999999999",
            "-1e-999999999",
            "9".repeat(1_000_000),
            "0x10",
            "2026-01-01T10:20:30.999999999+18:00",
            "+999999999-12-31T23:59:59Z",
            "P999999999999Y",
            "[".repeat(100_000),
            "\"" + "\\".repeat(100_000),
            "a\ud83d",
            new BigDecimal("1e999999999"),
            new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE),
            new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE),
            new BigDecimal(MILLION_DIGITS, 2),
            MILLION_DIGITS,
            new byte[1_000_000],
            new byte[0],
            ByteBuffer.allocate(16),
            Date.from(Instant.ofEpochMilli(Long.MAX_VALUE)),
            Date.from(Instant.ofEpochMilli(Long.MIN_VALUE)),
            List.of(List.of(List.of(1))),
            Arrays.asList(null, "x"),
            Map.of("k", new BigDecimal("1e999999999")),
            Map.of("k", Double.NaN),
            new Object());

    private final long seed = Seeds.next();
    private final Random random = new Random(seed);

    private static Object nested(int depth) {
        Object value = 1;
        for (int i = 0; i < depth; i++) {
            value = List.of(value);
        }
        return value;
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private Schema schema() {
        if (random.nextInt(4) == 0) {
            return null;
        }
        if (random.nextInt(6) == 0) {
            return Decimal.schema(random.nextInt(5) - 2);
        }
        Schema.Type type = pick(List.of(Schema.Type.values()));
        SchemaBuilder builder =
                switch (type) {
                    case ARRAY -> SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA);
                    case MAP -> SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_FLOAT64_SCHEMA);
                    case STRUCT ->
                        SchemaBuilder.struct()
                                .field("scale", Schema.OPTIONAL_INT32_SCHEMA)
                                .field("value", Schema.OPTIONAL_BYTES_SCHEMA);
                    default -> SchemaBuilder.type(type);
                };
        if (random.nextBoolean()) {
            builder.name(
                    random.nextInt(10) == 0
                            ? "io.debezium.time.Unknown"
                            : pick(List.of(SemanticType.values())).schemaName());
        }
        return builder.build();
    }

    private Object value(Schema schema) {
        if (schema != null && schema.type() == Schema.Type.STRUCT && random.nextInt(3) > 0) {
            return new Struct(schema)
                    .put("scale", random.nextInt(4) == 0 ? null : random.nextInt())
                    .put("value", random.nextInt(4) == 0 ? null : new byte[random.nextInt(3) == 0 ? 500_000 : 3]);
        }
        return random.nextInt(50) == 0 ? nested(2_000) : pick(VALUES_OF_ALL_TYPES);
    }

    private Column column() {
        ColumnKind kind;
        do {
            kind = pick(List.of(ColumnKind.values()));
        } while (kind == ColumnKind.ARRAY);
        String type =
                switch (kind) {
                    case INTEGER -> random.nextBoolean() ? "year" : "bigint";
                    case FLOATING -> random.nextBoolean() ? "real" : "float(7,2)";
                    case TEXT -> random.nextBoolean() ? "enum('a','1')" : "text";
                    case PARSED -> random.nextBoolean() ? "interval(3)" : "set('a')";
                    default -> "type";
                };
        return Views.column("c", kind, type, random.nextInt(7) - (kind == ColumnKind.DECIMAL ? 1 : 0));
    }

    @Test
    void costNoMoreThanTheirSize() {
        Map<String, Integer> answers = new HashMap<>();
        for (int i = 0; i < VALUES; i++) {
            Schema schema = schema();
            Object value = value(schema);
            Column column = column();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            String answer;
            try {
                ConnectToSql.between(schema, column).convert(value);
                answer = "converted";
            } catch (DataException e) {
                assertThat(e.getMessage()).hasSizeLessThan(1_000);
                answer = "refused";
            }
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as("%s of %s for %s, seed %s", value.getClass(), schema, column, seed)
                    .isLessThan(MAX_ALLOCATED);
            answers.merge(answer, 1, Integer::sum);
        }
        assertThat(answers.get("converted")).isGreaterThan(500);
        assertThat(answers.get("refused")).isGreaterThan(500);
    }
}
