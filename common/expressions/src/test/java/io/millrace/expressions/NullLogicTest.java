package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What NULL does in expressions, compared with a model of SQL's three-valued logic. */
class NullLogicTest {
    private static final int EXPRESSIONS = 1_500;
    private static final int ROWS = 10;
    private static final Schema PART = SchemaBuilder.struct()
            .optional()
            .field("n", Schema.OPTIONAL_INT64_SCHEMA)
            .build();
    private static final Schema ROW = SchemaBuilder.struct()
            .field("a", Schema.OPTIONAL_INT64_SCHEMA)
            .field("b", Schema.OPTIONAL_INT32_SCHEMA)
            .field("s", Schema.OPTIONAL_STRING_SCHEMA)
            .field("t", Schema.OPTIONAL_STRING_SCHEMA)
            .field("f", Schema.OPTIONAL_BOOLEAN_SCHEMA)
            .field(
                    "list",
                    SchemaBuilder.array(Schema.OPTIONAL_INT64_SCHEMA).optional().build())
            .field("part", PART)
            .build();
    private static final ExpressionCompiler COMPILER = new ExpressionCompiler(
            List.of(new Variable("before", Variable.Kind.DATA), new Variable("after", Variable.Kind.DATA)));

    private record Rows(Object before, Object after) implements Scope {
        @Override
        public Object value(int variable) {
            return variable == 0 ? before : after;
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

    /** An expression: its text, and its value of a row as the model has it. */
    private record Model<T>(String text, Function<Rows, T> value) {
        T of(Rows rows) {
            return value.apply(rows);
        }
    }

    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private static Object column(Object row, String name) {
        return row instanceof Struct struct
                ? struct.schema().field(name) == null ? null : struct.getWithoutDefault(name)
                : row instanceof Map<?, ?> map ? map.get(name) : null;
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private Model<Object> column(String name) {
        return random.nextInt(3) == 0
                ? new Model<>("before." + name, rows -> column(rows.before(), name))
                : new Model<>("after." + name, rows -> column(rows.after(), name));
    }

    private Model<Long> number(int depth) {
        switch (random.nextInt(depth == 0 ? 4 : 11)) {
            case 0 -> {
                long constant = random.nextLong(5) - 1;
                return new Model<>("" + constant, rows -> constant);
            }
            case 1, 2 -> {
                Model<Object> column = column(random.nextBoolean() ? "a" : "b");
                return new Model<>(
                        column.text(), rows -> column.of(rows) == null ? null : ((Number) column.of(rows)).longValue());
            }
            case 3 -> {
                Model<Object> part = column("part");
                return new Model<>(part.text() + ".n", rows -> (Long) column(part.of(rows), "n"));
            }
            case 4 -> {
                Model<Long> x = number(depth - 1);
                Model<Long> y = number(depth - 1);
                return new Model<>(
                        "(" + x.text() + " + " + y.text() + ")",
                        rows -> x.of(rows) == null || y.of(rows) == null ? null : x.of(rows) + y.of(rows));
            }
            case 5 -> {
                Model<String> text = text(depth - 1);
                return new Model<>(
                        "size(" + text.text() + ")",
                        rows -> text.of(rows) == null
                                ? null
                                : (long) text.of(rows).length());
            }
            case 6 -> {
                Model<Long> x = number(depth - 1);
                Model<Long> y = number(depth - 1);
                return new Model<>(
                        "coalesce(" + x.text() + ", " + y.text() + ")",
                        rows -> x.of(rows) == null ? y.of(rows) : x.of(rows));
            }
            case 7 -> {
                Model<Long> x = number(depth - 1);
                return new Model<>("int(string(" + x.text() + "))", x::of);
            }
            case 8 -> {
                Model<Long> x = number(depth - 1);
                Model<Long> y = number(depth - 1);
                return new Model<>(
                        "nullIf(" + x.text() + ", " + y.text() + ")",
                        rows -> x.of(rows) == null || x.of(rows).equals(y.of(rows)) ? null : x.of(rows));
            }
            case 9 -> {
                Model<Long> x = number(depth - 1);
                return new Model<>(
                        "clamp(" + x.text() + ", 0, 2)",
                        rows -> x.of(rows) == null ? null : Math.max(0, Math.min(2, x.of(rows))));
            }
            default -> {
                Model<Boolean> condition = condition(depth - 1);
                Model<Long> x = number(depth - 1);
                Model<Long> y = number(depth - 1);
                return new Model<>(
                        "(" + condition.text() + " ? " + x.text() + " : " + y.text() + ")",
                        rows -> condition.of(rows) == null ? null : condition.of(rows) ? x.of(rows) : y.of(rows));
            }
        }
    }

    private Model<String> text(int depth) {
        switch (random.nextInt(depth == 0 ? 3 : 4)) {
            case 0 -> {
                String constant = pick(List.of("", "x", "xy"));
                return new Model<>("'" + constant + "'", rows -> constant);
            }
            case 1, 2 -> {
                Model<Object> column = column(random.nextBoolean() ? "s" : "t");
                return new Model<>(column.text(), rows -> (String) column.of(rows));
            }
            default -> {
                Model<String> x = text(depth - 1);
                Model<String> y = text(depth - 1);
                return new Model<>(
                        "(" + x.text() + " + " + y.text() + ")",
                        rows -> x.of(rows) == null || y.of(rows) == null ? null : x.of(rows) + y.of(rows));
            }
        }
    }

    private Model<Boolean> condition(int depth) {
        if (depth > 0) {
            Model<Boolean> x = condition(depth - 1);
            Model<Boolean> y = condition(depth - 1);
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    return new Model<>("(" + x.text() + " && " + y.text() + ")", rows -> both(x.of(rows), y.of(rows)));
                }
                case 2, 3 -> {
                    return new Model<>(
                            "(" + x.text() + " || " + y.text() + ")",
                            rows -> not(both(not(x.of(rows)), not(y.of(rows)))));
                }
                case 4 -> {
                    return new Model<>("!(" + x.text() + ")", rows -> not(x.of(rows)));
                }
                case 5 -> {
                    return new Model<>(
                            "(" + x.text() + ") == (" + y.text() + ")", rows -> same(x.of(rows), y.of(rows)));
                }
                default -> {}
            }
        }
        return comparison(Math.max(0, depth - 1));
    }

    private Model<Boolean> comparison(int depth) {
        Model<Long> x = number(depth);
        Model<Long> y = number(depth);
        Model<String> text = text(depth);
        Model<String> other = text(depth);
        switch (random.nextInt(14)) {
            case 0 -> {
                return ordered(x, "<", y, order -> order < 0);
            }
            case 1 -> {
                return ordered(x, "<=", y, order -> order <= 0);
            }
            case 2 -> {
                return ordered(text, ">", other, order -> order > 0);
            }
            case 3 -> {
                return ordered(text, ">=", other, order -> order >= 0);
            }
            case 4 -> {
                return new Model<>(x.text() + " == " + y.text(), rows -> same(x.of(rows), y.of(rows)));
            }
            case 5 -> {
                return new Model<>(text.text() + " != " + other.text(), rows -> !same(text.of(rows), other.of(rows)));
            }
            case 6 -> {
                return new Model<>(x.text() + " == null", rows -> x.of(rows) == null);
            }
            case 7 -> {
                return new Model<>(
                        text.text() + " in ['x', 'xy']",
                        rows -> "x".equals(text.of(rows)) || "xy".equals(text.of(rows)));
            }
            case 8 -> {
                return new Model<>(
                        text.text() + ".startsWith(" + other.text() + ")",
                        rows -> (text.of(rows) == null || other.of(rows) == null)
                                ? null
                                : text.of(rows).startsWith(other.of(rows)));
            }
            case 9 -> {
                return new Model<>(
                        text.text() + ".matches('x.*')",
                        rows -> text.of(rows) == null ? null : text.of(rows).contains("x"));
            }
            case 10 -> {
                Model<Object> part = column("part");
                String name = pick(List.of("s", "a", "missing"));
                return random.nextBoolean()
                        ? new Model<>("has(after." + name + ")", rows -> column(rows.after(), name) != null)
                        : new Model<>("has(" + part.text() + ".n)", rows -> column(part.of(rows), "n") != null);
            }
            case 11 -> {
                Model<Object> flag = column("f");
                return new Model<>(flag.text(), rows -> (Boolean) flag.of(rows));
            }
            case 12 -> {
                return loop(random.nextBoolean(), x);
            }
            default -> {
                Model<Object> list = column("list");
                return new Model<>(
                        x.text() + " in " + list.text(),
                        rows -> list.of(rows) == null ? null : ((List<?>) list.of(rows)).contains(x.of(rows)));
            }
        }
    }

    private Model<Boolean> loop(boolean all, Model<Long> limit) {
        Model<Object> list = column("list");
        return new Model<>(list.text() + (all ? ".all(e, e < " : ".exists(e, e < ") + limit.text() + ")", rows -> {
            if (list.of(rows) == null) {
                return null;
            }
            Boolean result = all;
            for (Object element : (List<?>) list.of(rows)) {
                Boolean less = (element == null || limit.of(rows) == null)
                        ? null
                        : (Boolean) ((Long) element < limit.of(rows));
                result = all ? both(result, less) : not(both(not(result), not(less)));
            }
            return result;
        });
    }

    private static <T extends Comparable<T>> Model<Boolean> ordered(
            Model<T> x, String operator, Model<T> y, Function<Integer, Boolean> wanted) {
        return new Model<>(
                x.text() + " " + operator + " " + y.text(),
                rows -> (x.of(rows) == null || y.of(rows) == null)
                        ? null
                        : wanted.apply(x.of(rows).compareTo(y.of(rows))));
    }

    private static boolean same(Object x, Object y) {
        return x == null ? y == null : x.equals(y);
    }

    private static Boolean not(Boolean value) {
        return value == null ? null : !value;
    }

    private static Boolean both(Boolean x, Boolean y) {
        if (Boolean.FALSE.equals(x) || Boolean.FALSE.equals(y)) {
            return false;
        }
        return (x == null || y == null) ? null : true;
    }

    private Object row() {
        if (random.nextInt(5) == 0) {
            return null;
        }
        Map<String, Object> cells = new HashMap<>();
        cells.put("a", (long) random.nextInt(5) - 1);
        cells.put("b", random.nextInt(5) - 1);
        cells.put("s", pick(List.of("", "x", "xy")));
        cells.put("t", pick(List.of("", "x", "yx")));
        cells.put("f", random.nextBoolean());
        cells.put(
                "list", Arrays.asList(1L, random.nextBoolean() ? null : 0L, 2L).subList(0, random.nextInt(4)));
        cells.put("part", new Struct(PART).put("n", random.nextBoolean() ? null : 1L));
        cells.replaceAll((name, value) -> random.nextInt(3) == 0 ? null : value);
        if (random.nextBoolean()) {
            return cells;
        }
        Struct struct = new Struct(ROW);
        cells.forEach(struct::put);
        return struct;
    }

    @Test
    void isAsTheModelHasIt() {
        System.out.println("NullLogicTest: -Dmillrace.seed=" + seed);
        int unknown = 0;
        int decided = 0;
        int compiled = 0;
        while (compiled < EXPRESSIONS) {
            Model<?> model = random.nextInt(4) == 0 ? number(2) : condition(random.nextInt(4));
            Evaluator evaluator;
            CelProgram interpreter;
            try {
                var ast = COMPILER.checkTypes(model.text());
                evaluator = COMPILER.compileEvaluator(ast, ast.getExpr());
                interpreter = COMPILER.createProgram(model.text(), ast, ast.getExpr());
            } catch (InvalidExpressionException e) {
                // The checker refuses the comparison of a computed number with null.
                continue;
            }
            compiled++;
            for (int j = 0; j < ROWS; j++) {
                Rows rows = new Rows(row(), row());
                Object expected = model.of(rows);
                unknown += expected == null ? 1 : 0;
                assertThat(CelValues.fromCel(interpreter.evaluateIn(rows), true))
                        .as("%s over %s, seed %s", model.text(), rows, seed)
                        .isEqualTo(expected);
                Object evaluated = evaluator.evaluate(rows);
                if (evaluated != Evaluator.UNDECIDED) {
                    decided++;
                    assertThat(CelValues.fromCel(CelValues.toCel(evaluated), true))
                            .as("%s over %s without the interpreter, seed %s", model.text(), rows, seed)
                            .isEqualTo(expected);
                }
            }
        }
        assertThat(unknown).as("unknown values, seed %s", seed).isGreaterThan(EXPRESSIONS);
        assertThat(decided)
                .as("evaluated without the interpreter, seed %s", seed)
                .isGreaterThan(EXPRESSIONS);
    }

    private static final Rows NULLS = new Rows(null, new Struct(ROW));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "after.a > 1000",
                "!(after.a > 1000)",
                "after.a > before.a",
                "after.s.startsWith('VIP')",
                "has(after.s) && after.s.startsWith('VIP')",
                "after.s > 'a' || after.a < 1",
                "after.f",
                "!after.f",
                "after.a + 1 == 2",
                "after.part.n == 1",
                "before.part.n > 1",
                "timestamp(after.s) < timestamp('2026-01-01T00:00:00Z')",
                "timestamp(after.s).getFullYear() == 2026",
                "after.list.all(e, e > 1)",
                "after.list[0] == 1",
                "size(after.list) == 0",
                "json(after.s).a == 1",
                "(after.a > 1) ? true : true"
            })
    void aConditionThatIsUnknownDoesNotHold(String condition) {
        assertThat(COMPILER.condition(condition).test(NULLS)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "before.s != 'PAID'",
                "after.s != 'PAID'",
                "after.s == null",
                "before.part.n == null",
                "!(after.s in ['PAID'])",
                "after.s in ['PAID', null]",
                "!has(after.s)",
                "!has(before.s)",
                "!has(after.part.n)",
                "after.a > 1 || after.s == null",
                "!(after.a > 1 && after.s != null)",
                "coalesce(after.a, 0) < 1",
                "coalesce(after.a > 1, true)",
                "dyn(after.a > 1) == null",
                "[1, null].exists(e, e == 1)",
                "[1, null, 3].filter(e, e > 1) == [3]",
                "[1, null, 3].exists_one(e, e > 1)",
                "{'a': after.a}.a == null"
            })
    void comparesANullAsAValue(String condition) {
        assertThat(COMPILER.condition(condition).test(NULLS)).isTrue();
    }

    @Test
    void aFieldThatIsUnknownIsNullIfItsTypePermitsIt() {
        List<Field> fields =
                COMPILER.fields("sum = after.a + 1, twice: int64? = after.a * 2, once: int64 = after.a * 1", "after");

        assertThat(fields.get(0).expression().value(NULLS)).isNull();
        assertThat(fields.get(1).expression().value(NULLS)).isNull();
        assertThatThrownBy(() -> fields.get(2).expression().value(NULLS))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("once: expected INT64, found null");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "after.missing > 1                    ; ATTRIBUTE_NOT_FOUND",
                "after.a > 1 && after.missing == 1    ; ATTRIBUTE_NOT_FOUND",
                "after.missing == 1 || after.a > 1    ; ATTRIBUTE_NOT_FOUND",
                "after.a > 1 && int(\"x\") == 1         ; BAD_FORMAT"
            })
    void aFaultIsNotUnknown(String condition, String code) {
        assertThatThrownBy(() -> COMPILER.condition(condition).test(NULLS))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(code);
    }
}
