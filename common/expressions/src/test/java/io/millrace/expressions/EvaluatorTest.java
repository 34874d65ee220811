package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an evaluator decides, CEL's interpreter decides likewise. */
class EvaluatorTest {
    private static final int EXPRESSIONS = 4_000;
    private static final int RECORDS = 25;
    private static final Schema NESTED = SchemaBuilder.struct()
            .optional()
            .field("s", Schema.OPTIONAL_STRING_SCHEMA)
            .field("i", Schema.OPTIONAL_INT64_SCHEMA)
            .build();
    private static final Schema ROW = SchemaBuilder.struct()
            .field("s", Schema.OPTIONAL_STRING_SCHEMA)
            .field("t", Schema.OPTIONAL_STRING_SCHEMA)
            .field("i16", Schema.OPTIONAL_INT16_SCHEMA)
            .field("i32", Schema.OPTIONAL_INT32_SCHEMA)
            .field("i64", Schema.OPTIONAL_INT64_SCHEMA)
            .field("d", Schema.OPTIONAL_FLOAT64_SCHEMA)
            .field("f", Schema.OPTIONAL_FLOAT32_SCHEMA)
            .field("b", Schema.OPTIONAL_BOOLEAN_SCHEMA)
            .field("dec", Decimal.builder(2).optional().build())
            .field("bytes", Schema.OPTIONAL_BYTES_SCHEMA)
            .field("ts", Timestamp.builder().optional().build())
            .field("nested", NESTED)
            .field(
                    "m",
                    SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA)
                            .optional()
                            .build())
            .field("list", SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build())
            .field("defaulted", SchemaBuilder.int32().optional().defaultValue(7).build())
            .build();
    /** Whole, broken, of as many digits as a double has, of more, and of none that are written. */
    private static final List<String> DECIMALS = List.of(
            "0.00",
            "1.00",
            "-1.00",
            "7.00",
            "1.50",
            "19.90",
            "7",
            "0.0000000000000000000001",
            "999999999999999",
            "99999999999999.9",
            "9007199254740993.00",
            "0.1234567890123456789",
            "1E+3",
            "1E+300",
            "1E-300");

    private static final Schema OTHER_ROW = copy();
    private static final List<Variable> VARIABLES = List.of(
            new Variable("op", Variable.Kind.TEXT),
            new Variable("before", Variable.Kind.DATA),
            new Variable("after", Variable.Kind.DATA),
            new Variable("headers", Variable.Kind.TEXTS),
            new Variable("count", Variable.Kind.INTEGER));
    private static final ExpressionCompiler COMPILER = new ExpressionCompiler(VARIABLES);
    private static final ExpressionCompiler KNOWING = new ExpressionCompiler(
            VARIABLES,
            Set.of("before", "after"),
            ROW.fields().stream().collect(Collectors.toMap(Field::name, EvaluatorTest::columnType)));

    private static ColumnType columnType(Field field) {
        return switch (field.name()) {
            case "s", "t" -> ColumnType.TEXT;
            case "i16", "i32", "i64" -> ColumnType.INTEGER;
            case "d", "f" -> ColumnType.REAL;
            case "b" -> ColumnType.BOOLEAN;
            default -> ColumnType.UNKNOWN;
        };
    }

    private static Schema copy() {
        SchemaBuilder builder = SchemaBuilder.struct().field("first", Schema.OPTIONAL_STRING_SCHEMA);
        ROW.fields().forEach(field -> builder.field(field.name(), field.schema()));
        return builder.build();
    }

    private record Values(List<Object> values) implements Scope {
        static Values of(Object... values) {
            return new Values(Arrays.asList(values));
        }

        @Override
        public Object value(int variable) {
            return values.get(variable);
        }

        @Override
        public Schema schema(int variable) {
            return null;
        }

        @Override
        public boolean structured() {
            return true;
        }
    }

    @Test
    void decidesAsTheInterpreterDoes() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        System.out.println("EvaluatorTest: -Dmillrace.seed=" + seed);
        Random random = new Random(seed);
        RandomExpressions expressions = new RandomExpressions(random);
        long decided = 0;
        long cases = 0;
        long ruledOut = 0;
        int compiled = 0;
        while (compiled < EXPRESSIONS) {
            String source =
                    switch (random.nextInt(8)) {
                        case 0 -> expressions.value();
                        case 1 -> expressions.asking();
                        default -> expressions.condition(random.nextInt(4));
                    };
            Evaluator evaluator;
            CelProgram program;
            List<RequiredText> requirements;
            try {
                ExpressionCompiler compiler = random.nextInt(3) == 0 ? KNOWING : COMPILER;
                var ast = compiler.checkTypes(source);
                evaluator = compiler.compileEvaluator(ast, ast.getExpr());
                program = compiler.createProgram(source, ast, ast.getExpr());
                requirements = compiler.findRequirements(ast);
            } catch (InvalidExpressionException e) {
                continue;
            }
            compiled++;
            for (int i = 0; i < RECORDS; i++) {
                Scope scope = Values.of(
                        random.nextBoolean() ? "u" : "c",
                        random.nextInt(5) == 0 ? null : row(random),
                        random.nextInt(5) == 0 ? null : row(random),
                        random.nextBoolean() ? Map.of("a", "a") : Map.of("a", "b", "z", "7"),
                        random.nextLong(3));
                Object value = evaluator.evaluate(scope);
                cases++;
                for (RequiredText requirement : requirements) {
                    String found = requirement.findText(scope);
                    if (found != null && !found.equals(requirement.text())) {
                        ruledOut++;
                        assertThat(outcome(() -> program.evaluateIn(scope)))
                                .as("%s without %s over %s, seed %s", source, requirement, scope, seed)
                                .isEqualTo(false);
                    }
                }
                if (value != Evaluator.UNDECIDED) {
                    decided++;
                    assertThat(outcome(() -> CelValues.fromCel(CelValues.toCel(value), true)))
                            .as("%s over %s, seed %s", source, scope, seed)
                            .isEqualTo(outcome(() -> CelValues.fromCel(program.evaluateIn(scope), true)));
                }
            }
        }
        assertThat(cases).isEqualTo(100_000);
        assertThat(ruledOut)
                .as("cases that a required text decided, seed %s", seed)
                .isGreaterThan(1_000);
        assertThat(decided)
                .as("cases that needed no interpreter, seed %s", seed)
                .isGreaterThan(cases / 5);
    }

    /** By the types of the other operands the checker chooses overloads that do not accept every value of these columns. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(op == 'u' ? after['t'] : count) > after.s",
                "(op == 'u' ? after['d'] : count) <= after.f",
                "(op == 'u' ? after['i16'] : 1.5) < after.i64",
                "size(op == 'u' ? after['t'] : headers)"
            })
    void leavesValuesOfOtherTypesToTheInterpreter(String source) {
        var ast = COMPILER.checkTypes(source);
        Map<String, Object> row = Map.of("t", "b", "s", "a", "d", 1.5, "f", 2.5, "i16", 1, "i64", 2L);
        Scope scope = Values.of("u", null, row, Map.of(), 1L);

        Object value = COMPILER.compileEvaluator(ast, ast.getExpr()).evaluate(scope);

        Object interpreted =
                outcome(() -> COMPILER.createProgram(source, ast, ast.getExpr()).evaluateIn(scope));
        assertThat(interpreted).asString().contains("OVERLOAD_NOT_FOUND");
        assertThat(value).isSameAs(Evaluator.UNDECIDED);
    }

    private static Object outcome(Supplier<Object> evaluation) {
        try {
            return evaluation.get();
        } catch (DataException e) {
            return e.getMessage();
        }
    }

    private static Object row(Random random) {
        if (random.nextInt(4) == 0) {
            Map<String, Object> map = new HashMap<>();
            ROW.fields().forEach(field -> map.put(field.name(), cell(field.name(), random)));
            return map;
        }
        Struct struct = new Struct(random.nextBoolean() ? ROW : OTHER_ROW);
        for (Field field : ROW.fields()) {
            struct.put(field.name(), cell(field.name(), random));
        }
        return struct;
    }

    private static Object cell(String name, Random random) {
        if (random.nextInt(6) == 0) {
            return null;
        }
        return switch (name) {
            case "s", "t" -> List.of("a", "b", "", "ab", "\u00e4\ud834\udd1e").get(random.nextInt(5));
            case "i16" -> (short) random.nextInt(-1, 8);
            case "i32", "defaulted" -> random.nextInt(-1, 8);
            case "i64" ->
                List.of(0L, 1L, 7L, 9007199254740993L, Long.MAX_VALUE, Long.MIN_VALUE)
                        .get(random.nextInt(6));
            case "d" ->
                List.of(0.0, -0.0, 1.0, 1.5, 7.0, 9007199254740992.0, 1e300, Double.NaN, Double.NEGATIVE_INFINITY)
                        .get(random.nextInt(9));
            case "f" -> List.of(0f, -0f, 1f, 1.5f, Float.NaN).get(random.nextInt(5));
            case "b" -> random.nextBoolean();
            case "dec" -> new BigDecimal(DECIMALS.get(random.nextInt(DECIMALS.size())));
            case "bytes" -> random.nextBoolean() ? new byte[] {'a'} : ByteBuffer.wrap(new byte[] {'b'});
            case "ts" -> java.util.Date.from(Instant.ofEpochSecond(random.nextInt(2)));
            case "nested" ->
                new Struct(NESTED).put("s", random.nextBoolean() ? "a" : null).put("i", 7L);
            case "m" -> {
                Map<String, String> map = new HashMap<>();
                map.put("a", random.nextBoolean() ? "a" : null);
                yield map;
            }
            // The interpreter copies every row that has one, which takes its time.
            case "list" -> random.nextInt(8) == 0 ? List.of("a", "b") : null;
            default -> throw new IllegalArgumentException(name);
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "op == 'u' && before.s != 'a' && after.s == 'a'",
                "after.i32 in [1, 7] || after['d'] > 1.5",
                "has(after.s) && !has(before.missing)",
                "after.s.startsWith('a') ? after.i64 <= 7 : size(after.s) == 0",
                "'a' in headers && headers.a == 'a'",
                "after.dec > 10 && after.dec <= 19.9 && before.dec == after.dec && !(after.dec in [1, 2.5])"
            })
    void needsNoInterpreterForEverydayConditions(String condition) {
        Struct row = new Struct(ROW)
                .put("s", "a")
                .put("i32", 3)
                .put("i64", 7L)
                .put("d", 1.0)
                .put("dec", new BigDecimal("19.90"));
        Scope scope = Values.of("u", row, row, Map.of("a", "a"), 1L);
        var ast = COMPILER.checkTypes(condition);
        assertThat(COMPILER.compileEvaluator(ast, ast.getExpr()).evaluate(scope))
                .isInstanceOf(Boolean.class);
    }

    @Test
    void aDecimalOfFewDigitsIsTheNumberItself() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        System.out.println("EvaluatorTest: -Dmillrace.seed=" + seed);
        Random random = new Random(seed);
        int broken = 0;
        for (int i = 0; i < 100_000; i++) {
            long digits = random.nextLong(1L << (1 + random.nextInt(55))) * (random.nextBoolean() ? 1 : -1);
            BigDecimal decimal = BigDecimal.valueOf(digits, random.nextInt(-2, 26));
            Number number = CelValues.ofFewDigits(decimal);
            if (number == null) {
                assertThat(decimal.precision() > 15 || decimal.scale() < 0 || decimal.scale() > 22)
                        .as("%s, seed %s", decimal, seed)
                        .isTrue();
            } else if (number instanceof Long whole) {
                assertThat(decimal).as("seed %s", seed).isEqualByComparingTo(BigDecimal.valueOf(whole));
            } else {
                broken++;
                assertThat(decimal.stripTrailingZeros().scale())
                        .as("%s, seed %s", decimal, seed)
                        .isPositive();
                assertThat(decimal).as("seed %s", seed).isEqualByComparingTo(BigDecimal.valueOf((Double) number));
            }
        }
        assertThat(broken).isGreaterThan(10_000);
    }
}
