package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.common.CelOptions;
import dev.cel.extensions.CelExtensions;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelVariableResolver;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

/** Without a NULL, the interpreter answers as CEL's own does. */
class InterpreterTest {
    private static final int EXPRESSIONS = 1_500;
    private static final String[] OPERANDS = {
        "row.s",
        "row.t",
        "row.i",
        "row.n",
        "row.d",
        "row.b",
        "row.dec",
        "row.list",
        "row.names",
        "row.m",
        "row.m.a",
        "row.at",
        "row.bytes",
        "row.missing",
        "row",
        "'a'",
        "'2026-01-01T00:00:00Z'",
        "'12'",
        "1",
        "0",
        "-7",
        "2.5",
        "7u",
        "b'a'",
        "true",
        "[]",
        "[1, 2]",
        "['a', 'b']",
        "{'a': 1}",
        "{}",
        "[[1], [2]]",
        "1e300",
        "9223372036854775807",
        "duration('1h')",
        "timestamp('2026-01-31T10:15:30.5Z')"
    };
    private static final String[] BINARY = {"==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "in", "&&", "||"
    };
    private static final String[] UNARY = {
        "!(%s)",
        "-(%s)",
        "size(%s)",
        "string(%s)",
        "int(%s)",
        "double(%s)",
        "uint(%s)",
        "bytes(%s)",
        "dyn(%s)",
        "timestamp(%s)",
        "duration(%s)",
        "(%s).getFullYear()",
        "(%s).getHours('Europe/Berlin')",
        "(%s).getDayOfWeek()",
        "(%s).getMilliseconds()",
        "(%s).startsWith('a')",
        "(%s).contains('b')",
        "(%s).matches('[a-c]+')",
        "(%s).endsWith(row.t)",
        "json(%s)",
        "mask(%s, 2)",
        "sha256(%s)",
        "coalesce(%s, 1)",
        "type(%s) == int",
        "type(%s) == type(row.s)",
        "type(%s) == string",
        "[%s]",
        "{'k': %s}",
        "{'k': %s}.k",
        "(%s)[0]",
        "(%s)['a']",
        "(%s).a",
        "has(row.m.a) ? %s : 1",
        "has(row.z) || %s",
        "bool(%s)",
        "clamp(%s, 0, 2)",
        "clamp(%s, row.d, 2.5)",
        "clamp(row.i, -1.5, %s)",
        "(%s).trim()",
        "(%s).lowerAscii()",
        "(%s).upperAscii()",
        "(%s).reverse()",
        "(%s).charAt(1)",
        "(%s).substring(1)",
        "(%s).substring(0, 1)",
        "(%s).substring(row.i, size(row.t) + 1)",
        "(%s).replace('a', row.t)",
        "(%s).replace(row.t, 'xy')",
        "(%s).replace(row.t, 'x', row.i)",
        "(%s).split(row.t)",
        "(%s).map(e, string(e)).join(row.t)"
    };
    private static final String[] LOOPS = {
        "(%s).all(e, %s)",
        "(%s).exists(e, %s)",
        "(%s).exists_one(e, %s)",
        "(%s).filter(e, %s)",
        "(%s).map(e, %s)",
        "(%s).map(e, e != 1, %s)",
        "(%s).map(e, [1, 2].map(f, f))",
        "(%s).all(e, [1].exists(e, %s))"
    };
    private static final String[] BODIES = {
        "e == 1", "e > 1", "e in [1, 'a']", "e + e", "true", "e == 'a' || e.a == 1", "size(e) > 0", "[e]", "row.i == e"
    };

    private static final CelOptions OPTIONS =
            CelOptions.current().enableHeterogeneousNumericComparisons(true).build();
    private static final CelRuntime CEL = CelRuntimeFactory.legacyCelRuntimeBuilder()
            .setOptions(OPTIONS)
            .addFunctionBindings(Functions.BINDINGS)
            .addFunctionBindings(LimitFunctions.BINDINGS)
            .addLibraries(CelExtensions.strings())
            .build();
    private static final ExpressionCompiler COMPILER =
            new ExpressionCompiler(List.of(new Variable("row", Variable.Kind.DATA)));

    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private record Row(Map<String, Object> row) implements Scope {
        @Override
        public Object value(int variable) {
            return row;
        }

        @Override
        public Schema schema(int variable) {
            return null;
        }

        @Override
        public boolean structured() {
            return false;
        }
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String expression(int depth) {
        if (depth == 0) {
            return pick(OPERANDS);
        }
        return switch (random.nextInt(5)) {
            case 0 -> pick(UNARY).formatted(expression(depth - 1));
            case 1 -> {
                String loop = pick(LOOPS);
                yield loop.formatted(expression(depth - 1), pick(BODIES));
            }
            case 2 -> "(" + expression(depth - 1) + " ? " + expression(depth - 1) + " : " + expression(depth - 1) + ")";
            default -> "(" + expression(depth - 1) + " " + pick(BINARY) + " " + expression(depth - 1) + ")";
        };
    }

    private Row row() {
        Map<String, Object> row = new HashMap<>();
        row.put("s", pick("a", "b", "ab", "", "2026-05-01T10:00:00Z", "{\"a\":1}"));
        row.put("t", pick("a", "b", ""));
        row.put("i", random.nextInt(4) - 1);
        row.put("n", pick("1", "9").equals("1") ? 1L : Long.MAX_VALUE);
        row.put("d", List.of(0.0, -0.0, 1.0, 2.5, Double.NaN, 1e300).get(random.nextInt(6)));
        row.put("b", random.nextBoolean());
        row.put("dec", new BigDecimal(pick("1.50", "2", "1e10")));
        row.put("list", List.of(1, 2L, 3).subList(0, random.nextInt(4)));
        row.put("names", List.of("a", "b"));
        row.put("m", Map.of("a", random.nextInt(3), "b", "x"));
        row.put("at", java.util.Date.from(Instant.ofEpochMilli(random.nextInt(100_000))));
        row.put("bytes", new byte[] {'a'});
        return new Row(row);
    }

    @Test
    void answersAsCelDoes() throws CelEvaluationException {
        System.out.println("InterpreterTest: -Dmillrace.seed=" + seed);
        int compiled = 0;
        int values = 0;
        while (compiled < EXPRESSIONS) {
            String source = expression(1 + random.nextInt(3));
            CelProgram interpreter;
            CelRuntime.Program cel;
            try {
                var ast = COMPILER.checkTypes(source);
                interpreter = COMPILER.createProgram(source, ast, ast.getExpr());
                cel = CEL.createProgram(ast);
            } catch (InvalidExpressionException e) {
                continue;
            }
            compiled++;
            for (int i = 0; i < 4; i++) {
                Row row = row();
                CelVariableResolver resolver = name -> Optional.of(CelValues.toCel(row.row()));
                Object expected = outcome(() -> {
                    try {
                        return cel.eval(resolver);
                    } catch (CelEvaluationException e) {
                        throw new DataException("");
                    }
                });
                values += expected.equals("refused") ? 0 : 1;
                assertThat(outcome(() -> interpreter.evaluateIn(row)))
                        .as("%s over %s, seed %s", source, row, seed)
                        .isEqualTo(expected);
            }
        }
        assertThat(values).as("values, seed %s", seed).isGreaterThan(EXPRESSIONS / 2);
    }

    private static Object outcome(Supplier<Object> evaluation) {
        try {
            return evaluation.get();
        } catch (DataException e) {
            return "refused";
        }
    }
}
