package io.millrace.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.expressions.ColumnType;
import io.millrace.expressions.InvalidExpressionException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that are checked against the columns of the source's table. */
class ColumnChecksTest {
    private static final TableDefaults TABLE = TableDefaults.parse("shop.orders; key: id = row.id");

    private static RuleParser parser() {
        Map<String, SourceColumn> columns = new LinkedHashMap<>();
        columns.put("id", SourceColumn.of("bigint", "bigint"));
        columns.put("name", SourceColumn.of("varchar", "varchar(40)"));
        columns.put("version", SourceColumn.of("int", "int unsigned"));
        columns.put("fee", SourceColumn.of("decimal", "decimal(10,2)"));
        columns.put("weight", SourceColumn.of("double", "double"));
        columns.put("changed_at", SourceColumn.of("timestamp", "timestamp(6)"));
        columns.put("placed_at", SourceColumn.of("datetime", "datetime(6)"));
        columns.put("document", SourceColumn.of("json", "json"));
        columns.put("order-no", SourceColumn.of("varchar", "varchar(20)"));
        columns.put("in", SourceColumn.of("int", "int"));
        columns.put("status", SourceColumn.of("enum", "enum('PLACED','PAID','IT''S')"));
        return RuleParser.withColumns(columns);
    }

    private static Rule parse(String clauses) {
        TopicOptions topics =
                new TopicOptions(Optional.of(Pattern.compile(".*")), PartitionCounts.parse(List.of("shop.*=3")));
        return parser().withTopics(topics)
                .parse("OrderChanged; table: shop.orders; on: update; " + clauses, List.of(TABLE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "fields: n: int32 = row.name           | field 'n': the column has texts, which is not converted to INT32",
                "fields: n: boolean = row.version      | field 'n': the column has whole numbers, which is not converted to BOOLEAN",
                "fields: n: string = row.version       | field 'n': the column has whole numbers, which is not converted to STRING",
                "fields: n: int64 = row.fee            | field 'n': the column has decimals, which is not converted to INT64",
                "fields: n: int64 = row.weight         | field 'n': the column has floating-point numbers, which is not converted to INT64",
                "fields: n: decimal(2) = row.name      | not converted to Decimal",
                "fields: n: {a: string} = row.name     | not converted to STRUCT",
                "fields: n: [string] = row.name        | not converted to ARRAY",
                "fields: name; revision: row.name       | 'revision': expected a whole number, but the column has texts",
                "fields: name; revision: row.weight     | 'revision': expected a whole number, but the column has floating-point numbers",
                "fields: name; revision: row.changed_at | expected a whole number, but the column has timestamps, which are texts",
                "fields: name; revision: string(row.id) | 'revision': expected a whole number, found a value of type STRING",
                "fields: name; when: after.fee > '20'   | after.fee is compared with the text '20', but the column has decimals",
                "fields: name; when: '20' >= row.fee    | compare it with a number, without quotes",
                "fields: name; when: after.version > '20' | the operator '>' cannot be applied to a whole number and a text",
                "fields: name; when: after.status == 'PIAD' | after.status is compared with 'PIAD', which the column cannot have; expected one of [PLACED, PAID, IT'S]; did you mean 'PAID'?",
                "fields: name; when: before.status != 'paid' | which the column cannot have",
                "fields: name; when: after.status in ['PAID', 'SHIPPED'] | compared with 'SHIPPED', which the column cannot have",
                "fields: name; when: op == 'u' && (after.id > 3 && row.status == 'X') | compared with 'X'",
                "fields: name; when: after.nmae == 'x'   | unknown column 'nmae'",
                "fields: name; when: after.nmae == 'x'   | did you mean 'name'?",
                "fields: name; when: changed('nmae')    | did you mean 'name'?",
                "fields: nmae                            | did you mean 'name'?",
                "fields: name; when: chnged('name')      | unknown name 'chnged'; did you mean 'changed'?",
                "fields: name; when: afer.name == 'x'    | unknown name 'afer'; did you mean 'after'?",
                "fields: name; when: after.name == 'x    | the literal is not closed",
                "fields: name; when: after.name ==       | the expression ends too early",
                "fields: name; when: after.name          | expected a condition",
                "fields: n: int32 = row['order-no']      | field 'n': the column has texts, which is not converted to INT32",
                "fields: name; topic: 'o' + row.nmae      | 'topic': \"'o' + row.nmae\", line 1, column 10: unknown column 'nmae'",
                "fields: name; topic: (row.version)       | 'topic': expected a text, but the column has whole numbers",
                "fields: name; partition.by: row.weight   | 'partition.by': expected a text, a whole number or bytes, but the column has floating-point numbers",
                "fields: name; partition.by: row.nmae     | unknown column 'nmae'",
                "fields: name; timestamp: row.weight      | the column has floating-point numbers, which is not converted to Timestamp",
                "fields: name; headers: tenant = row.nmae | 'headers': field 'tenant'",
                "fields: name; headers: schedule-at: int32 = row.name | field 'schedule-at': the column has texts, which is not converted to INT32",
                "fields: `order-on`                      | unknown column 'order-on'; expected one of",
                "fields: name; when: after['order-no'] > 3 | the operator '>' cannot be applied to a text and a whole number",
                "fields: name; when: after['stauts'] == 'PAID' | did you mean 'status'?"
            })
    void whatCannotWorkIsRefused(String clauses, String reason) {
        assertThatThrownBy(() -> parse(clauses))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "fields: n: int32 = row.version, m: decimal(2) = row.version, d: float64 = row.version",
                "fields: n: decimal(2)? = row.fee, f: float64 = row.fee, t: string = row.fee",
                "fields: n: string? = row.name, t: timestamp = row.name, d: date = row.name",
                "fields: n: {a: string} = json(row.name), x: [string] = row.document, t: timestamp = row.placed_at",
                "fields: name; revision: row.version",
                "fields: name; revision: row.fee",
                "fields: name; revision: row.placed_at",
                "fields: name; revision: row.id + 1",
                "fields: name; when: after.fee > 20 && after.fee == '20'",
                "fields: name; when: after.status in ['PAID', \"IT'S\"] && before.status != 'PLACED' && row.status != ''",
                "fields: name; when: after.name > 'a' && after.document == 'x'",
                "fields: name; topic: 'o' + row.name; partition.by: row.version; timestamp: row.placed_at; headers: a = row.fee, b-c = row.changed_at",
                "fields: `order-no`, in, n: string = row['order-no'], i: int32 = row['in']; revision: row['in']",
                "fields: name; when: after['order-no'].startsWith('A') && after['in'] > 3 && changed('order-no')"
            })
    void whatCanWorkIsAccepted(String clauses) {
        assertThat(parse(clauses).type()).isEqualTo("OrderChanged");
    }

    @Test
    void theDefaultsOfATableAreCheckedToo() {
        TableDefaults defaults = TableDefaults.parse("shop.orders; revision: row.name");

        assertThatThrownBy(() -> defaults.checkClauses(parser()))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessageContaining("table shop.orders: 'revision': expected a whole number");
    }

    @Test
    void readsTheTextsOfAnEnum() {
        assertThat(SourceColumn.of("enum", "enum('a','it''s','','x,y')").texts())
                .containsExactly("a", "it's", "", "x,y");
        assertThat(SourceColumn.of("set", "set('a','b')"))
                .isEqualTo(new SourceColumn(ColumnType.TEXT, List.of(), false));
    }
}
