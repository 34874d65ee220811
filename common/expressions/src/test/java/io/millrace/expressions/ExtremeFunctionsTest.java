package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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
 * The functions of values over extreme ones: each result is bounded, or the record is refused as data. The bound of the memory is one
 * of the time, too, and the slowest evaluation is bounded by itself.
 */
class ExtremeFunctionsTest {
    private static final int EVALUATIONS = 20_000;
    private static final long MAX_ALLOCATED = 50_000_000;
    private static final Duration MAX_TIME = Duration.ofSeconds(60);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final List<BigDecimal> DECIMALS = Arrays.asList(
            null,
            new BigDecimal("0"),
            new BigDecimal("19.90"),
            new BigDecimal("9".repeat(1_000)),
            new BigDecimal("1e999"),
            new BigDecimal("-1e-1000"),
            new BigDecimal("1e999999999"),
            new BigDecimal("-1e-999999999"),
            new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE),
            new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE),
            new BigDecimal(BigInteger.ONE.shiftLeft(4_000_000), 2));
    private static final List<String> TEXTS = Arrays.asList(
            null,
            "",
            "9",
            "9".repeat(250_000),
            "9".repeat(250_000) + "8",
            "9".repeat(500_000),
            "\u00e4".repeat(400_000),
            "\ud834\udd1e".repeat(200_000),
            "a,".repeat(60_000),
            "1e999999999",
            "-1e-999999999",
            "1e2147483648",
            "+999999999-12-31T23:59:59Z",
            "2026-01-01T00:00:00Z",
            "9999:59:59",
            "Europe/Berlin",
            "half_even",
            "a\ud83d",
            "\\".repeat(100_000),
            " ".repeat(500_000));
    private static final List<Long> NUMBERS = Arrays.asList(null, 0L, 7L, -1L, 1_000L, Long.MIN_VALUE, Long.MAX_VALUE);
    private static final List<Double> DOUBLES =
            Arrays.asList(null, 0.0, -0.0, 1e300, Double.NaN, Double.MIN_VALUE, Double.NEGATIVE_INFINITY);
    private static final Schema ROW = SchemaBuilder.struct()
            .field("s", Schema.OPTIONAL_STRING_SCHEMA)
            .field("t", Schema.OPTIONAL_STRING_SCHEMA)
            .field("u", Schema.OPTIONAL_STRING_SCHEMA)
            .field("n", Schema.OPTIONAL_INT64_SCHEMA)
            .field("d", Schema.OPTIONAL_FLOAT64_SCHEMA)
            .field("x", Decimal.builder(2).optional().build())
            .field("y", Decimal.builder(2).optional().build())
            .field("id", Schema.OPTIONAL_BYTES_SCHEMA)
            .field(
                    "at",
                    SchemaBuilder.int64()
                            .name("io.debezium.time.MicroTimestamp")
                            .optional()
                            .build())
            .field(
                    "time",
                    SchemaBuilder.int64()
                            .name("io.debezium.time.MicroTime")
                            .optional()
                            .build())
            .build();
    private static final List<String> EXPRESSIONS = List.of(
            "uuid(row.id)",
            "uuid(row.id, row.s)",
            "row.s.trim()",
            "row.s.lowerAscii().reverse()",
            "row.s.charAt(row.n)",
            "row.s.substring(row.n)",
            "row.s.substring(7, row.n)",
            "row.s.indexOf(row.t)",
            "row.s.indexOf(row.t, row.n)",
            "row.s.lastIndexOf(row.t)",
            "row.s.replace(row.t, row.u)",
            "row.s.replace('9', row.u)",
            "row.s.replace('', row.u, row.n)",
            "size(row.s.split(row.t))",
            "row.s.split('9').join(row.u)",
            "row.s.split(',').join(row.u)",
            "regex.replace(row.s, '9', row.u)",
            "regex.replace(row.s, '(9+)8|9', '<\\\\1>')",
            "regex.replace(row.s, '9*?8|9', 'x')",
            "regex.extract(row.s, '(9+)8')",
            "size(regex.extractAll(row.s, '9|,'))",
            "row.s.matches('(9|8)+$')",
            "string(decimal(row.x) * row.y)",
            "string(decimal(row.x) + row.y - 1)",
            "string(decimal(row.x) * row.x * row.x * row.x)",
            "string(decimal(row.s) * row.x)",
            "decimal(row.x) < row.y && decimal(row.y) >= row.s",
            "decimal(row.x) == row.s || decimal(row.d) == row.n",
            "string(round(row.x, row.n))",
            "string(round(row.x, 2, row.s))",
            "string(divide(row.x, row.y, row.n))",
            "string(divide(row.x, row.y, 1000))",
            "int(decimal(row.x))",
            "double(decimal(row.y)) + double(decimal(row.s))",
            "-decimal(row.x) == decimal(row.d)",
            "moment(row.at) + time(row.time) > moment(row.s)",
            "moment(row.n, 's') - moment(row.at) < time(row.n, 's')",
            "time(row.s) + time(row.time) == time(row.n, 'ns')",
            "moment(row.n, row.s)",
            "date(row.at, row.s)",
            "truncate(row.at, 'week', row.s)",
            "truncate(row.at, 'quarter')",
            "moment(row.s).getDayOfWeek('Asia/Kolkata')",
            "nullIf(row.s, row.t)",
            "nullIf(decimal(row.x), row.y)",
            "clamp(row.n, row.d, 1e300)",
            "clamp(decimal(row.x), row.y, 1000)",
            "clamp(row.at, timestamp('0001-01-01T00:00:00Z'), timestamp('9999-12-31T23:59:59Z'))",
            "clamp(row.s, moment(row.at), timestamp('9999-12-31T23:59:59Z'))",
            "clamp(row.time, duration('0s'), duration('1h')) < time(row.time)");

    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private record Row(Object value) implements Scope {
        @Override
        public Object value(int variable) {
            return value;
        }

        @Override
        public Schema schema(int variable) {
            return ROW;
        }

        @Override
        public boolean structured() {
            return true;
        }
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private Row row() {
        return new Row(new Struct(ROW)
                .put("s", pick(TEXTS))
                .put("t", pick(TEXTS))
                .put("u", pick(TEXTS))
                .put("n", pick(NUMBERS))
                .put("d", pick(DOUBLES))
                .put("x", pick(DECIMALS))
                .put("y", pick(DECIMALS))
                .put("id", random.nextInt(5) == 0 ? null : new byte[random.nextInt(3) == 0 ? 1_000_000 : 16])
                .put("at", pick(NUMBERS))
                .put("time", pick(NUMBERS)));
    }

    @Test
    void costNoMoreThanTheirSize() {
        System.out.println("ExtremeFunctionsTest: -Dmillrace.seed=" + seed);
        ExpressionCompiler compiler = new ExpressionCompiler(List.of(new Variable("row", Variable.Kind.DATA)));
        List<Expression> expressions = new ArrayList<>();
        EXPRESSIONS.forEach(source -> expressions.add(compiler.expression(source)));
        Map<String, Integer> answers = new HashMap<>();
        for (int i = 0; i < EVALUATIONS; i++) {
            int chosen = random.nextInt(expressions.size());
            Row row = row();
            Instant start = Instant.now();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            String answer;
            try {
                answer = expressions.get(chosen).value(row) == null ? "null" : "given";
            } catch (DataException e) {
                assertThat(e.getMessage()).hasSizeLessThan(1_000);
                answer = "refused";
            }
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as("%s, evaluation %s, seed %s", EXPRESSIONS.get(chosen), i, seed)
                    .isLessThan(MAX_ALLOCATED);
            assertThat(Duration.between(start, Instant.now()))
                    .as("%s, evaluation %s, seed %s", EXPRESSIONS.get(chosen), i, seed)
                    .isLessThan(MAX_TIME);
            answers.merge(answer, 1, Integer::sum);
        }
        assertThat(answers).containsOnlyKeys("null", "given", "refused").allSatisfy((answer, count) -> assertThat(count)
                .isGreaterThan(1_000));
    }
}
