package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionCompilerTest {
    private static final Schema ROW = SchemaBuilder.struct()
            .field("id", Schema.INT32_SCHEMA)
            .field("status", Schema.OPTIONAL_STRING_SCHEMA)
            .field("total", Decimal.builder(2).build())
            .field("document", Schema.OPTIONAL_STRING_SCHEMA)
            .build();
    private static final ExpressionCompiler COMPILER = new ExpressionCompiler(List.of(
            new Variable("op", Variable.Kind.TEXT),
            new Variable("before", Variable.Kind.DATA),
            new Variable("after", Variable.Kind.DATA),
            new Variable("headers", Variable.Kind.TEXTS)));

    /** Of rows whose columns are known. */
    private static final ExpressionCompiler KNOWING = new ExpressionCompiler(
            List.of(new Variable("row", Variable.Kind.DATA)),
            Set.of("row"),
            Map.of(
                    "id", ColumnType.INTEGER,
                    "status", ColumnType.TEXT,
                    "note", ColumnType.TEXT,
                    "total", ColumnType.UNKNOWN));

    private record Row(Struct before, Struct after, boolean structured) implements Scope {
        @Override
        public Object value(int variable) {
            return switch (variable) {
                case 0 -> "u";
                case 1 -> before;
                case 2 -> after;
                default -> Map.of("tenant", "acme");
            };
        }

        @Override
        public Schema schema(int variable) {
            return variable == 1 || variable == 2 ? ROW : null;
        }
    }

    private static Struct row(String status) {
        return new Struct(ROW)
                .put("id", 7)
                .put("status", status)
                .put("total", new BigDecimal("12.50"))
                .put("document", "{\"name\":\"x\",\"apps\":[{\"id\":\"a\",\"stars\":4.5,\"n\":3}]}");
    }

    private static final Scope PAID = new Row(row("NEW"), row("PAID"), true);
    private static final Scope CREATED = new Row(null, row("PAID"), true);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "op == 'u' && before.status != 'PAID' && after.status == 'PAID'",
                "after.id == 7",
                "after.id in [1, 7]",
                "after.total > 12",
                "after.total == 12.5",
                "after.total < 12.51",
                "headers.tenant == 'acme'",
                "'tenant' in headers && !('other' in headers)",
                "has(after.status) && !has(after.nothing)",
                "json(after.document).apps.exists(a, a.id == 'a' && a.n == 3 && a.stars > 4)",
                "after['status'].startsWith('PA')",
                "size(after.status) == 4"
            })
    void holdsForAnUpdate(String condition) {
        assertThat(COMPILER.condition(condition).test(PAID)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"before.status != 'PAID' && after.status == 'PAID'", "before.status == null", "before.id != 7"})
    void readsAnAbsentRowAsARowOfNulls(String condition) {
        assertThat(COMPILER.condition(condition).test(CREATED)).isTrue();
    }

    @Test
    void comparesANullColumnWithNull() {
        Scope scope = new Row(row(null), row("PAID"), true);
        assertThat(COMPILER.condition("before.status == null").test(scope)).isTrue();
        assertThat(COMPILER.condition("after.status == null").test(scope)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "befor.status == 'x'      | column 1: unknown name 'befor'",
                "op + 1 == 2              | the operator '+' cannot be applied to a text and a whole number",
                "op                       | expected a condition, found a value of type string",
                "frobnicate(after.status) | unknown name 'frobnicate'",
                "after.status ==          | column",
                "before == null           | 'before' is compared with null"
            })
    void refusesAConditionByPlaceAndReason(String condition, String reason) {
        assertThatThrownBy(() -> COMPILER.condition(condition))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void neverQuotesAValueWhenEvaluationFails() {
        assertThatThrownBy(() -> COMPILER.condition("int(after.status) == 3").test(PAID))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("int(after.status)")
                .hasMessageNotContaining("PAID");
    }

    @Test
    void handsOnValueAndSchemaOfAPath() {
        Expression total = COMPILER.expression("after.total");
        assertThat(total.value(PAID)).isEqualTo(new BigDecimal("12.50"));
        assertThat(total.schema(PAID)).isSameAs(ROW.field("total").schema());
        assertThat(total.paths()).containsExactly(new Path("after", List.of("total")));
    }

    /** Parentheses make an expression of a path that only CEL's compiler reads. */
    @ParameterizedTest
    @ValueSource(
            strings = {"after", "after.total", "before.status", "after._x.Y2.size", "headers", "headers.tenant", "op"})
    void readsAPathAsCelDoes(String path) {
        Expression read = COMPILER.expression(path);
        Expression parsed = COMPILER.expression("(" + path + ")");
        assertThat(read.paths()).isEqualTo(parsed.paths());
        assertThat(read).isInstanceOf(PathExpression.class).hasSameClassAs(parsed);
        if (!path.contains("_x")) {
            assertThat(read.value(PAID)).isEqualTo(parsed.value(PAID));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"after.in", "in", "other.total", "after..total", "after.", ".", "", "after.1x", "op.x"})
    void refusesWhatIsAlmostAPath(String path) {
        assertThatThrownBy(() -> COMPILER.expression(path)).isInstanceOf(InvalidExpressionException.class);
    }

    @Test
    void namesAColumnThatIsNotThere() {
        assertThatThrownBy(() -> COMPILER.expression("after.totl").schema(PAID))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'totl' of after.totl does not exist")
                .hasMessageContaining("total");
    }

    @Test
    void knowsTheTypeOfAComputedValue() {
        Expression text = COMPILER.expression("op + '-' + string(after.id)");
        assertThat(text.value(PAID)).isEqualTo("u-7");
        assertThat(text.schema(PAID)).isEqualTo(Schema.OPTIONAL_STRING_SCHEMA);
        assertThat(text.dynamic()).isFalse();
        assertThat(COMPILER.expression("json(after.document).apps.map(a, a.id)").dynamic())
                .isTrue();
    }

    @Test
    void readsAHeaderThatIsNotThereAsNull() {
        assertThat(COMPILER.expression("headers.tenant").value(PAID)).isEqualTo("acme");
        assertThat(COMPILER.expression("headers.nobody").value(PAID)).isNull();
    }

    @Test
    void makesDeclaredStructureOfAJsonColumn() {
        Field apps = COMPILER.fields(
                        "apps: [{id: string, n: int32, stars: decimal(1)?, note: string?}] = "
                                + "json(after.document).apps",
                        "after")
                .get(0);
        Struct app = (Struct) ((List<?>) apps.expression().value(PAID)).get(0);
        assertThat(app.schema()).isEqualTo(apps.expression().schema(PAID).valueSchema());
        assertThat(app.get("id")).isEqualTo("a");
        assertThat(app.get("n")).isEqualTo(3);
        assertThat(app.get("stars")).isEqualTo(new BigDecimal("4.5"));
        assertThat(app.get("note")).isNull();

        Scope schemaless = new Row(null, row("PAID"), false);
        assertThat(((List<?>) apps.expression().value(schemaless)).get(0)).isInstanceOf(Map.class);
        assertThat(apps.expression().schema(schemaless)).isNull();
    }

    @Test
    void namesDeclaredStructuresAfterTheirOwnerAndTheWayToThem() {
        List<Field> fields = COMPILER.fields(
                "apps: [{id: string, by: {id: int32}?}] = json(after.document).apps, "
                        + "a_b: {c: {d: string}?}? = json(after.document).x, a: {b_c: {d: int32}?}? ="
                        + " json(after.document).x, "
                        + "`odd na'me`: map({x: string}) = json(after.document).y",
                "after",
                "shop-eu.SiteChanged");
        List<Schema> schemas =
                fields.stream().map(f -> f.expression().schema(PAID)).toList();

        Schema apps = schemas.get(0).valueSchema();
        assertThat(apps.name()).isEqualTo("shop_eu.SiteChanged_apps");
        assertThat(apps.field("by").schema().name()).isEqualTo("shop_eu.SiteChanged_apps_by");
        assertThat(schemas.get(1).name()).isEqualTo("shop_eu.SiteChanged_a_b");
        assertThat(schemas.get(1).field("c").schema().name()).isEqualTo("shop_eu.SiteChanged_a_b_c");
        assertThat(schemas.get(2).name()).isEqualTo("shop_eu.SiteChanged_a");
        assertThat(schemas.get(2).field("b_c").schema().name()).isEqualTo("shop_eu.SiteChanged_a_b_c_2");
        assertThat(schemas.get(3).valueSchema().name()).isEqualTo("shop_eu.SiteChanged_odd_na_me");
    }

    @Test
    void saysWhereADocumentDoesNotFitItsType() {
        Field apps = COMPILER.fields("apps: [{id: int64}] = json(after.document).apps", "after")
                .get(0);
        assertThatThrownBy(() -> apps.expression().value(PAID))
                .isInstanceOf(DataException.class)
                .hasMessage("apps[0].id: expected INT64, found String");
    }

    @Test
    void readsAListOfFields() {
        List<Field> fields = COMPILER.fields(
                "id, label = 'a, b = c', sum: float64 = after.total * 2.0, `odd ``na'm,e` = after.id", "after");
        assertThat(fields).extracting(Field::name).containsExactly("id", "label", "sum", "odd `na'm,e");
        assertThat(fields).extracting(f -> f.expression().value(PAID)).containsExactly(7, "a, b = c", 25.0, 7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id, id           | the field 'id' is a duplicate",
                "id order_id      | after the field name 'id': expected '=' or ':', found 'order_id'",
                "x: strin = op    | field 'x': unknown type 'strin'",
                "x = (op          | a bracket is not closed",
                "= op             | expected 'name'",
                "x: [string = op  | a bracket is not closed",
                "x: {a: string, a: string} = op | has 'a' twice"
            })
    void refusesAListOfFieldsByName(String list, String reason) {
        assertThatThrownBy(() -> COMPILER.fields(list, "after"))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "row.status == 'x' && row.id > 3 && row.note == null |",
                "row.total > 3 && row.total == 'x'                   |",
                "row.statsu == 'x'                                   | unknown column 'statsu'",
                "has(row.gone) && row.gone == 'x'                    |",
                "has(row.gone) && row.went == 'x'                    | unknown column 'went'",
                "row.status == 5                                     | cannot be applied to",
                "row.id.startsWith('x')                              | cannot be applied to"
            })
    void holdsConditionsAgainstTheColumnsOfARow(String condition, String reason) {
        if (reason == null) {
            assertThat(KNOWING.condition(condition)).isNotNull();
        } else {
            assertThatThrownBy(() -> KNOWING.condition(condition))
                    .isInstanceOf(InvalidExpressionException.class)
                    .hasMessageContaining(reason);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"row", "row.status", "row.id", "row.total", "row.total.cents"})
    void readsKnownColumns(String path) {
        assertThat(KNOWING.expression(path).paths())
                .isEqualTo(KNOWING.expression("(" + path + ")").paths())
                .extracting(Path::toString)
                .containsExactly(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"row.statsu", "row.id.cents"})
    void refusesColumnsThatTheRowsDoNotHave(String path) {
        assertThatThrownBy(() -> KNOWING.expression(path)).isInstanceOf(InvalidExpressionException.class);
    }
}
