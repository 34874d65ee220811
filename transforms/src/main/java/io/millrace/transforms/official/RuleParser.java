package io.millrace.transforms.official;

import io.millrace.changes.Operation;
import io.millrace.expressions.ColumnType;
import io.millrace.expressions.Condition;
import io.millrace.expressions.Expression;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Field;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.Path;
import io.millrace.expressions.TopLevel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses a rule from the text of one option.
 *
 * <pre>
 * rule   = type [ "v" version ] { ";" clause }
 * clause = "table:" database "." table        required
 *        | "on:" operation { "," operation }  required; create, update, delete, read, truncate
 *        | "when:" condition                  CEL over op, before, after, row, source, headers
 *        | "key:" fields                      the event's key; without it the key is null
 *        | "fields:" fields                   the event's body; "*" in it means the table's fields
 *        | "tombstone"                        instead of fields: the event has no body
 *        | "topic:" name                      default: the table's name
 *        | "revision:" expression             a whole number
 * </pre>
 *
 * Key, fields, topic and revision default to the table's; the value "none" removes them.
 */
final class RuleParser {
    /** Parses rules without the tables' columns. */
    static final RuleParser UNCHECKED = new RuleParser(new ExpressionCompiler(ChangeScope.VARIABLES), Map.of());

    private static final Pattern HEAD = Pattern.compile("([A-Za-z][A-Za-z0-9._-]*)(?:\\s+v([1-9][0-9]{0,8}))?");
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Set<String> CLAUSES =
            Set.of("table", "on", "when", "key", "fields", RuleClauses.TOMBSTONE, "topic", "revision");
    private static final String ROW = "row";
    private static final String TABLE_FIELDS = "*";

    private final ExpressionCompiler compiler;
    private final Map<String, ColumnType> columns;

    private RuleParser(ExpressionCompiler compiler, Map<String, ColumnType> columns) {
        this.compiler = compiler;
        this.columns = columns;
    }

    /** A parser of rules of a table with these columns, which refuses other columns and types. */
    static RuleParser withColumns(Map<String, ColumnType> columns) {
        return new RuleParser(new ExpressionCompiler(ChangeScope.VARIABLES, ChangeScope.ROWS, columns), columns);
    }

    /**
     * Parses a rule.
     *
     * @param tables the tables that it may name
     * @throws InvalidExpressionException naming the rule and its clause, with the reason
     */
    Rule parse(String text, Collection<TableDefaults> tables) {
        RuleClauses own = RuleClauses.parse(text, CLAUSES);
        Matcher head = HEAD.matcher(own.head());
        if (!head.matches()) {
            throw new InvalidExpressionException("a rule begins with the event's type, as in 'OrderPaid' or "
                    + "'OrderPaid v2', found '" + own.head() + "'");
        }
        try {
            return makeRule(head.group(1), Optional.ofNullable(head.group(2)), own, tables);
        } catch (InvalidExpressionException e) {
            throw new InvalidExpressionException("rule " + own.head() + ": " + e.getMessage());
        }
    }

    private Rule makeRule(String type, Optional<String> version, RuleClauses own, Collection<TableDefaults> tables) {
        Table table = own.require("table", Table::parse);
        TableDefaults defaults = tables.stream()
                .filter(known -> known.table().equals(table))
                .findAny()
                .orElseThrow(() -> new InvalidExpressionException("the table " + table + " is not declared; there are "
                        + tables.stream().map(TableDefaults::table).toList()));
        RuleClauses clauses = own.withDefaults(defaults.clauses());
        String topic = clauses.find("topic", RuleParser::parseTopic).orElseGet(() -> parseTopic(table.toString()));
        return new Rule(
                type,
                version.map(Integer::parseInt).orElse(1),
                version.map(v -> type + ".v" + v).orElse(type),
                table,
                clauses.require("on", RuleParser::parseOperations),
                clauses.find("when", this::parseCondition),
                clauses.find("key", list -> parseFields(list, Rule.keyName(topic)))
                        .orElse(List.of()),
                parseBody(type, clauses, defaults.clauses()),
                topic,
                clauses.find("revision", this::parseExpression));
    }

    private Optional<List<Field>> parseBody(String type, RuleClauses clauses, RuleClauses defaults) {
        Optional<List<Field>> fields =
                clauses.find("fields", list -> parseFields(insertTableFields(list, defaults), type));
        if (fields.isPresent() == clauses.has(RuleClauses.TOMBSTONE)) {
            throw new InvalidExpressionException(
                    "expected either 'fields' or 'tombstone', found " + (fields.isPresent() ? "both" : "neither"));
        }
        return fields;
    }

    private static String insertTableFields(String list, RuleClauses defaults) {
        List<String> parts = new ArrayList<>();
        for (String part : TopLevel.split(list, ',')) {
            parts.add(
                    part.equals(TABLE_FIELDS)
                            ? defaults.find("fields", fields -> fields)
                                    .orElseThrow(() -> new InvalidExpressionException(
                                            "'*' means the table's fields, but the table has none"))
                            : part);
        }
        return String.join(", ", parts);
    }

    /**
     * Parses fields. An event promises its types, so a field whose type depends on the record is refused.
     *
     * @param owner the schema name of the key or event that has the fields
     */
    List<Field> parseFields(String list, String owner) {
        List<Field> fields = compiler.fields(list, ROW, owner);
        for (Field field : fields) {
            if (field.expression().dynamic()) {
                throw new InvalidExpressionException(
                        "field '" + field.name() + "': its type cannot be known before the "
                                + "first record; declare it, as in '" + field.name() + ": string = …'");
            }
        }
        return fields;
    }

    private static Set<Operation> parseOperations(String list) {
        Set<Operation> operations = EnumSet.noneOf(Operation.class);
        for (String name : list.split(",", -1)) {
            operations.add(Operation.findByName(name.strip())
                    .orElseThrow(() -> new InvalidExpressionException("expected operations out of "
                            + List.of(Operation.values()) + ", found '" + name.strip() + "'")));
        }
        return operations;
    }

    private Condition parseCondition(String source) {
        Condition condition = compiler.condition(source);
        for (Path path : condition.paths()) {
            // CEL's checker takes the columns of changed() for texts.
            if (!columns.isEmpty()
                    && path.variable().equals(ChangeScope.CHANGES)
                    && !columns.containsKey(path.steps().get(0))) {
                throw new InvalidExpressionException("changed('" + path.steps().get(0)
                        + "') names a column that the table does not have; it has " + columns.keySet());
            }
        }
        return condition;
    }

    Expression parseExpression(String source) {
        return compiler.expression(source);
    }

    static String parseTopic(String name) {
        if (!TOPIC.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            throw new InvalidExpressionException("'" + name + "' is no name for a Kafka topic");
        }
        return name;
    }
}
