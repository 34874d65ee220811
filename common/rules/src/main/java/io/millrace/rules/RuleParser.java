package io.millrace.rules;

import io.millrace.changes.Operation;
import io.millrace.expressions.ColumnType;
import io.millrace.expressions.ComparedText;
import io.millrace.expressions.Condition;
import io.millrace.expressions.Expression;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Field;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.LookupTable;
import io.millrace.expressions.NearestNames;
import io.millrace.expressions.Path;
import io.millrace.expressions.TopLevel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;

/**
 * Parses a rule from the text of one option.
 *
 * <pre>
 * rule   = type [ "v" version ] { ";" clause }
 * clause = "table:" pattern                   required; see {@link TablePattern}
 *        | "on:" operation { "," operation }  required; create, update, delete, read, truncate
 *        | "when:" condition                  CEL over op, before, after, row, source, headers, table,
 *                                             transaction
 *        | "key:" fields                      the event's key; without it the key is null
 *        | "fields:" fields                   the event's body; "*" in it means the table's fields
 *        | "tombstone"                        instead of fields: the event has no body
 *        | "topic:" name                      default: the table's name
 *        | "topic:" expression                a name that topic.allowed matches
 *        | "partition.by:" expression         a text, a whole number or bytes
 *        | "timestamp:" expression            a time
 *        | "headers:" headers                 the event's own headers
 *        | "revision:" expression             a whole number
 *        | "also"                             an event in addition to that of an earlier rule
 * header = field                              its name may have dots and hyphens
 * </pre>
 *
 * <p>A topic that is a valid name of a Kafka topic is a name, and an expression otherwise. Clauses other than table, on, when,
 * tombstone and also default to the table's; the value "none" removes them.
 */
final class RuleParser {
    /** Parses rules without the tables' columns. */
    static final RuleParser UNCHECKED =
            new RuleParser(new ExpressionCompiler(ChangeScope.VARIABLES), Map.of(), TopicOptions.NONE);

    private static final Pattern HEAD = Pattern.compile("([A-Za-z][A-Za-z0-9._-]*)(?:\\s+v([1-9][0-9]{0,8}))?");
    private static final Set<String> CLAUSES = Set.of(
            "table",
            "on",
            "when",
            "key",
            "fields",
            RuleClauses.TOMBSTONE,
            RuleClauses.ALSO,
            RoutingParser.TOPIC,
            RoutingParser.PARTITION,
            RoutingParser.TIMESTAMP,
            RoutingParser.HEADERS,
            "revision");
    /** The variable of a field without an expression. */
    static final String ROW = "row";

    private static final String TABLE_FIELDS = "*";

    private final ExpressionCompiler compiler;
    private final Map<String, SourceColumn> columns;
    private final TopicOptions topics;

    /** The same parser for rules that look up these tables. */
    RuleParser withLookups(Collection<LookupTable> tables) {
        return tables.isEmpty() ? this : new RuleParser(compiler.withLookups(tables), columns, topics);
    }

    private RuleParser(ExpressionCompiler compiler, Map<String, SourceColumn> columns, TopicOptions topics) {
        this.compiler = compiler;
        this.columns = columns;
        this.topics = topics;
    }

    /** The same parser for rules whose topics have these options. */
    RuleParser withTopics(TopicOptions options) {
        return new RuleParser(compiler, columns, options);
    }

    /** A parser of rules of a table with these columns, which refuses other columns and types. */
    static RuleParser withColumns(Map<String, SourceColumn> columns) {
        Map<String, ColumnType> types = new LinkedHashMap<>();
        columns.forEach((name, column) -> types.put(name, column.type()));
        return new RuleParser(
                new ExpressionCompiler(ChangeScope.VARIABLES, ChangeScope.ROWS, types), columns, TopicOptions.NONE);
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

    /** The {@code ce_type} of a rule's events; empty if the text is not a rule. */
    static Optional<String> findTypeHeader(String text) {
        Matcher head = HEAD.matcher(text.split(";", 2)[0].strip());
        return head.matches()
                ? Optional.of(typeHeader(head.group(1), Optional.ofNullable(head.group(2))))
                : Optional.empty();
    }

    /** Whether the rule or its table has the clause {@code key}, also if it states that the event has no key. */
    static boolean namesKey(String text, Collection<TableDefaults> tables) {
        RuleClauses own = RuleClauses.parse(text, CLAUSES);
        TablePattern table = own.require("table", TablePattern::parse);
        return own.has("key")
                || tables.stream()
                        .anyMatch(known ->
                                known.table().equals(table) && known.clauses().has("key"));
    }

    private static String typeHeader(String type, Optional<String> version) {
        return version.map(v -> type + ".v" + v).orElse(type);
    }

    private Rule makeRule(String type, Optional<String> version, RuleClauses own, Collection<TableDefaults> tables) {
        TablePattern table = own.require("table", TablePattern::parse);
        TableDefaults defaults = tables.stream()
                .filter(known -> known.table().equals(table))
                .findAny()
                .orElseThrow(() -> new InvalidExpressionException("the table " + table + " is not declared; there are "
                        + tables.stream().map(TableDefaults::table).toList()));
        RuleClauses clauses = own.withDefaults(defaults.clauses());
        EventRouting routing = routing().parse(clauses, table);
        String typeHeader = typeHeader(type, version);
        Rule rule = new Rule(
                type,
                version.map(Integer::parseInt).orElse(1),
                typeHeader,
                table,
                clauses.require("on", RuleParser::parseOperations),
                clauses.find("when", this::parseCondition),
                clauses.find("key", list -> parseFields(list, Rule.keyName(routing.topic(), table)))
                        .orElse(List.of()),
                parseBody(Rule.schemaName(typeHeader), clauses, defaults.clauses()),
                routing,
                clauses.find("revision", this::parseRevision),
                clauses.has(RuleClauses.ALSO));
        if (rule.operations().contains(Operation.TRUNCATE)) {
            requireNoRow(rule);
        }
        rule.readPaths().forEach(path -> requirePart(path, table));
        return rule;
    }

    private static void requirePart(Path path, TablePattern table) {
        if (!path.variable().equals(ChangeScope.TABLE) || path.steps().isEmpty()) {
            return;
        }
        List<String> known = new ArrayList<>(TableParts.RESERVED);
        known.addAll(table.parts());
        if (!known.contains(path.steps().get(0))) {
            throw new InvalidExpressionException(path + " names a part that the table " + table
                    + " does not have; expected one of " + known
                    + NearestNames.suggest(path.steps().get(0), known));
        }
    }

    /** A truncate has no row, so what reads one would be null, or refuse the change. */
    private static void requireNoRow(Rule rule) {
        Stream.of(rule.key().stream(), rule.fields().stream().flatMap(List::stream))
                .flatMap(fields -> fields)
                .forEach(field -> requireNoRow("field '" + field.name() + "'", field.expression()));
        rule.revision().ifPresent(revision -> requireNoRow("revision", revision));
        rule.routing().forEachExpression(RuleParser::requireNoRow);
    }

    private static void requireNoRow(String what, Expression expression) {
        for (Path path : expression.paths()) {
            if (ChangeScope.ROWS.contains(path.variable())) {
                throw new InvalidExpressionException(
                        "the rule matches truncate, which has no row, but its " + what + " reads "
                                + path
                                + "; write a rule for truncate alone, with 'key: none', 'revision: none' and fields"
                                + " that read no row");
            }
        }
    }

    private Optional<List<Field>> parseBody(String schemaName, RuleClauses clauses, RuleClauses defaults) {
        Optional<List<Field>> fields =
                clauses.find("fields", list -> parseFields(insertTableFields(list, defaults), schemaName));
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
                                            "'*' stands for the table's fields, but the table has none"))
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
                        "field '" + field.name() + "': its type cannot be derived before the first record;"
                                + " declare it, as in '" + field.name() + ": string = …'");
            }
            requireFit(field);
        }
        return fields;
    }

    /** A declared type that no value of the column fits would fail the task with the first change. */
    private void requireFit(Field field) {
        Optional<Schema> declared = field.expression().declared();
        Optional<String> misfit =
                findColumn(field.expression()).flatMap(column -> declared.flatMap(schema -> column.findMisfit(schema)));
        if (misfit.isPresent()) {
            throw new InvalidExpressionException("field '" + field.name() + "': " + misfit.get());
        }
    }

    /** The column that an expression only reads. */
    private Optional<SourceColumn> findColumn(Expression expression) {
        return expression.path().flatMap(this::findColumn);
    }

    private Optional<SourceColumn> findColumn(Path path) {
        return ChangeScope.ROWS.contains(path.variable()) && path.steps().size() == 1
                ? Optional.ofNullable(columns.get(path.steps().get(0)))
                : Optional.empty();
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
                        + "') names a column that the table does not have; it has " + columns.keySet()
                        + NearestNames.suggest(path.steps().get(0), columns.keySet()));
            }
        }
        condition.comparedTexts().forEach(compared -> findColumn(compared.path())
                .ifPresent(column -> requireComparable(compared, column)));
        return condition;
    }

    private static void requireComparable(ComparedText compared, SourceColumn column) {
        String text = "'" + compared.text() + "'";
        if (column.type() == ColumnType.DECIMAL && compared.ordered()) {
            throw new InvalidExpressionException(compared.path() + " is compared with the text " + text
                    + ", but the column has decimals; compare it with a number, without quotes");
        }
        // An ENUM that was given an invalid value has the empty text.
        boolean isKnown = column.texts().isEmpty()
                || compared.text().isEmpty()
                || column.texts().contains(compared.text());
        if (!compared.ordered() && !isKnown) {
            throw new InvalidExpressionException(compared.path() + " is compared with " + text
                    + ", which the column cannot have; expected one of " + column.texts()
                    + NearestNames.suggest(compared.text(), column.texts()));
        }
    }

    /** A revision is a whole number; any other value would fail the task with the first change. */
    Expression parseRevision(String source) {
        Expression revision = compiler.expression(source);
        Optional<SourceColumn> column = findColumn(revision);
        if (column.isPresent() && !column.get().canBeWhole()) {
            throw new InvalidExpressionException("expected a whole number, but the column has "
                    + column.get().describeType());
        }
        Optional<Schema> type = revision.declared();
        if (type.isPresent() && type.get().type() != Schema.Type.INT64) {
            throw new InvalidExpressionException("expected a whole number, found a value of type "
                    + type.get().type());
        }
        return revision;
    }

    /** The parser of the clauses for topic, partition, timestamp and headers. */
    RoutingParser routing() {
        return new RoutingParser(compiler, topics, this::findColumn, this::requireFit);
    }
}
