package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cel.common.CelAbstractSyntaxTree;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

/** Tables in expressions: the fields' types, missing rows, and one answer of evaluator and interpreter. */
class LookupTest {
    private static final long SEED = Long.getLong("millrace.seed", System.nanoTime());
    private static final Schema MONEY = Decimal.builder(2).optional().build();
    private static final List<Variable> VARIABLES = List.of(new Variable("row", Variable.Kind.DATA));

    /** Rows in a list; a row's own form is its index. */
    private static final class ListedTable implements LookupTable {
        private final Map<Object, Byte> keys = new HashMap<>();
        private final List<List<Object>> rows = new ArrayList<>();
        private boolean available = true;

        void put(Object key, Object... row) {
            keys.put(key, (byte) rows.size());
            rows.add(Arrays.asList(row));
        }

        @Override
        public String name() {
            return "countries";
        }

        @Override
        public List<Field> fields() {
            return List.of(
                    new Field("name", Schema.OPTIONAL_STRING_SCHEMA),
                    new Field("population", Schema.OPTIONAL_INT64_SCHEMA),
                    new Field("open", Schema.OPTIONAL_BOOLEAN_SCHEMA),
                    new Field("fee", MONEY));
        }

        @Override
        public byte[] find(Object key) {
            if (!available) {
                throw new ConnectException("The table of countries is LOADING");
            }
            if (key instanceof Boolean) {
                throw new DataException("not a key");
            }
            Byte row = keys.get(key);
            return row == null ? null : new byte[] {row};
        }

        @Override
        public String place(byte[] row) {
            return "0@" + row[0];
        }

        @Override
        public Object value(byte[] row, int field) {
            return rows.get(row[0]).get(field);
        }

        @Override
        public boolean isNull(byte[] row, int field) {
            return value(row, field) == null;
        }

        @Override
        public boolean isText(byte[] row, int field, String text) {
            return value(row, field).equals(text);
        }

        @Override
        public long integer(byte[] row, int field) {
            return (Long) value(row, field);
        }
    }

    private record RowScope(Map<String, Object> row) implements Scope {
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
            return true;
        }
    }

    private final ListedTable countries = new ListedTable();
    private final ExpressionCompiler compiler = new ExpressionCompiler(VARIABLES).withLookups(List.of(countries));

    LookupTest() {
        countries.put("DE", "Germany", 83L, true, new BigDecimal("1.50"));
        countries.put("FR", "France", 68L, false, null);
        countries.put("XX", null, null, null, null);
        countries.put(7L, "Seven", 7L, true, new BigDecimal("7.00"));
        countries.put(List.of("DE", 1L), "Pair", 1L, true, null);
    }

    private static Scope row(Object country) {
        Map<String, Object> row = new HashMap<>();
        row.put("country", country);
        row.put("text", "Germany");
        return new RowScope(row);
    }

    private Object value(String expression, Object country) {
        return compiler.expression(expression).value(row(country));
    }

    private boolean holds(String condition, Object country) {
        return compiler.condition(condition).test(row(country));
    }

    @Test
    void readsAFieldWithItsDeclaredType() {
        Expression fee = compiler.expression("lookup('countries', row.country).fee");
        assertThat(fee.value(row("DE"))).isEqualTo(new BigDecimal("1.50"));
        assertThat(fee.schema(row("DE"))).isEqualTo(MONEY);
        assertThat(fee.paths()).containsExactly(new Path("row", List.of("country")));
        assertThat(value("lookup('countries', row.country).name", "FR")).isEqualTo("France");
        assertThat(value("lookup('countries', row.country).name + '!'", "FR")).isEqualTo("France!");
        assertThat(value("lookup('countries', 'DE').population", "FR")).isEqualTo(83L);
        assertThat(value("lookup('countries', row.country).name", 7)).isNull();
        assertThat(value("lookup('countries', [row.country, 1]).name", "DE")).isEqualTo("Pair");
    }

    @Test
    void readsAWholeRow() {
        Expression country = compiler.expression("lookup('countries', row.country)");
        assertThat(country.schema(row("DE")).fields())
                .extracting(org.apache.kafka.connect.data.Field::name)
                .containsExactly("name", "population", "open", "fee");
        assertThat(((Struct) country.value(row("DE"))).get("population")).isEqualTo(83L);
        assertThat(country.value(row("IT"))).isNull();
        assertThat(country.lookup().orElseThrow().find(row("FR"))).containsExactly(1);
    }

    @Test
    void readsAMissingRowAsARowOfNulls() {
        for (Object country : Arrays.asList("IT", null)) {
            assertThat(value("lookup('countries', row.country).name", country)).isNull();
            assertThat(value("coalesce(lookup('countries', row.country).name, 'unknown')", country))
                    .isEqualTo("unknown");
            assertThat(holds("found('countries', row.country)", country)).isFalse();
            assertThat(holds("has(lookup('countries', row.country).name)", country))
                    .isFalse();
            assertThat(holds("lookup('countries', row.country).name == null", country))
                    .isTrue();
            assertThat(holds("lookup('countries', row.country).name != 'Germany'", country))
                    .isTrue();
            assertThat(holds("lookup('countries', row.country).population < 100", country))
                    .isFalse();
            assertThat(holds("!(lookup('countries', row.country).population < 100)", country))
                    .isFalse();
        }
        assertThat(holds("found('countries', row.country)", "XX")).isTrue();
        assertThat(holds("lookup('countries', row.country).name == null", "XX")).isTrue();
    }

    @Test
    void testsAFieldAsAValue() {
        assertThat(value("has(lookup('countries', row.country).name)", "DE")).isEqualTo(true);
        assertThat(value("has(lookup('countries', row.country).name)", "XX")).isEqualTo(false);
    }

    @Test
    void decidesConditions() {
        assertThat(holds("lookup('countries', row.country).name == 'Germany'", "DE"))
                .isTrue();
        assertThat(holds("row.text == lookup('countries', row.country).name", "DE"))
                .isTrue();
        assertThat(holds("lookup('countries', row.country).name in ['France', 'Italy']", "FR"))
                .isTrue();
        assertThat(holds("lookup('countries', row.country).population >= 80", "DE"))
                .isTrue();
        assertThat(holds("lookup('countries', row.country).population >= 80", "FR"))
                .isFalse();
        assertThat(holds("lookup('countries', row.country).open && row.country != 'AT'", "DE"))
                .isTrue();
        assertThat(holds("lookup('countries', row.country).fee > 1", "DE")).isTrue();
    }

    @Test
    void refusesWrongTablesAndFieldsWithCandidates() {
        assertThatThrownBy(() -> compiler.expression("lookup('countrys', row.country).name"))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessageContaining("line 1, column 8")
                .hasMessageContaining("unknown table 'countrys'; expected one of [countries]");
        assertThatThrownBy(() -> compiler.expression("lookup('countries', row.country).nam"))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessageContaining("unknown field 'nam' of the table; expected one of [fee, name, open, population]")
                .hasMessageContaining("'name'");
        assertThatThrownBy(() -> compiler.expression("lookup(row.country, 'DE').name"))
                .hasMessageContaining("expects the name of a table as a text in quotes");
        assertThatThrownBy(() -> compiler.condition("lookup('countries', row.country).name > 3"))
                .hasMessageContaining("cannot be applied to a text and a whole number");
        assertThatThrownBy(() -> compiler.condition("lookup('countries', row.country) == null"))
                .hasMessageContaining("write found('table', key)");
        assertThatThrownBy(() -> new ExpressionCompiler(VARIABLES).expression("lookup('countries', row.c).name"))
                .hasMessageContaining("unknown table 'countries'; no table is declared");
        assertThatThrownBy(() -> new ExpressionCompiler(VARIABLES).withLookups(List.of(countries, countries)))
                .hasMessageContaining("the table 'countries' is a duplicate");
    }

    @Test
    void failsIfTheTableCannotAnswerAndRefusesAKeyThatIsNone() {
        assertThatThrownBy(() -> value("lookup('countries', row.country).name", true))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("not a key");
        countries.available = false;
        assertThatThrownBy(() -> value("lookup('countries', row.country).name", "DE"))
                .isExactlyInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> holds("lookup('countries', row.country).name == 'Germany'", "DE"))
                .isExactlyInstanceOf(ConnectException.class);
    }

    /** Each expression once with the evaluator and once with the interpreter alone. */
    @Test
    void evaluatorAndInterpreterAnswerAlike() {
        Random random = new Random(SEED);
        List<String> reads = List.of(
                "lookup('countries', row.country).name",
                "lookup('countries', row.country).population",
                "lookup('countries', row.country).open",
                "lookup('countries', row.country).fee",
                "lookup('countries', 'FR').name",
                "row.text",
                "row.country",
                "'Germany'",
                "83",
                "1.5",
                "null",
                "true");
        List<String> operators = List.of("==", "!=", "<", "<=", ">", ">=", "&&", "||", "+");
        int decided = 0;
        for (int i = 0; i < 1_500; i++) {
            String source = pick(reads, random) + " " + pick(operators, random) + " " + pick(reads, random);
            switch (random.nextInt(6)) {
                case 0 -> source = "!(" + source + ")";
                case 1 -> source = "(" + source + ") ? 1 : 2";
                case 2 -> source = pick(reads, random) + " in ['Germany', 83, 7, null]";
                case 3 -> source = "has(lookup('countries', row.country).name) && " + source;
                case 4 -> source = "found('countries', row.country) || " + source;
                default -> {}
            }
            Evaluator evaluator;
            CelProgram program;
            try {
                CelAbstractSyntaxTree ast = compiler.checkTypes(source);
                evaluator = compiler.compileEvaluator(ast, ast.getExpr());
                program = compiler.createProgram(source, ast, ast.getExpr());
            } catch (InvalidExpressionException e) {
                continue;
            }
            for (Object country : Arrays.asList("DE", "FR", "XX", "IT", null, 7L, true)) {
                Object fast = evaluator.evaluate(row(country));
                if (fast != Evaluator.UNDECIDED) {
                    decided++;
                    Object slow = CelValues.fromCel(program.evaluateIn(row(country)), true);
                    assertThat(CelValues.fromCel(CelValues.toCel(fast), true))
                            .as("%s with %s, -Dmillrace.seed=%s", source, country, SEED)
                            .matches(value -> Objects.equals(value, slow), "the interpreter's " + slow);
                }
            }
        }
        assertThat(decided).isGreaterThan(2_000);
    }

    private static String pick(List<String> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }
}
