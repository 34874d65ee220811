package io.millrace.rules;

import io.millrace.expressions.ColumnType;
import io.millrace.expressions.Expression;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Field;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.TopLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;

/** Parses the clauses of a rule or of a table's defaults that determine topic, partition, timestamp and headers. */
final class RoutingParser {
    static final String TOPIC = "topic";
    static final String PARTITION = "partition.by";
    static final String TIMESTAMP = "timestamp";
    static final String HEADERS = "headers";

    private static final Set<Schema.Type> PARTITION_TYPES =
            Set.of(Schema.Type.STRING, Schema.Type.INT32, Schema.Type.INT64, Schema.Type.BYTES);

    /** A name that is a path too: the value of the column, or a topic that has this name. */
    private static final Pattern AMBIGUOUS = Pattern.compile("(?:row|before|after|table)\\.[A-Za-z_][A-Za-z0-9_]*");

    private static final Pattern HEADER = Pattern.compile("([A-Za-z_][A-Za-z0-9_.-]*)(.*)", Pattern.DOTALL);

    private final ExpressionCompiler compiler;
    private final TopicOptions options;
    private final Function<Expression, Optional<SourceColumn>> columns;
    private final Consumer<Field> fit;

    /**
     * A parser.
     *
     * @param columns finds the column that an expression only reads, if the table's columns are known
     * @param fit throws {@link InvalidExpressionException} if no value of a field's column fits its declared type
     */
    RoutingParser(
            ExpressionCompiler compiler,
            TopicOptions options,
            Function<Expression, Optional<SourceColumn>> columns,
            Consumer<Field> fit) {
        this.compiler = compiler;
        this.options = options;
        this.columns = columns;
        this.fit = fit;
    }

    /**
     * Parses the clauses.
     *
     * @param table its name is the topic of a rule without the clause
     * @throws InvalidExpressionException naming the clause, with the reason
     */
    EventRouting parse(RuleClauses clauses, TablePattern table) {
        EventTopic topic = clauses.find(TOPIC, this::parseTopic).orElseGet(() -> defaultTopic(table));
        return new EventRouting(
                topic,
                clauses.find(PARTITION, source -> {
                    PartitionKey key = parsePartition(source);
                    requireCount(topic);
                    return key;
                }),
                clauses.find(TIMESTAMP, this::parseTimestamp),
                clauses.find(HEADERS, this::parseHeaders).orElse(List.of()));
    }

    /**
     * Checks the clauses of a table, each by itself: its rules may have others.
     *
     * @throws InvalidExpressionException naming the clause, with the reason
     */
    void checkDefaults(RuleClauses clauses) {
        clauses.find(TOPIC, this::parseTopic);
        clauses.find(PARTITION, this::parsePartition);
        clauses.find(TIMESTAMP, this::parseTimestamp);
        clauses.find(HEADERS, this::parseHeaders);
    }

    private static EventTopic defaultTopic(TablePattern table) {
        if (table.only().isEmpty()) {
            throw new InvalidExpressionException("the table is a pattern, so the clause 'topic' is required: a name, or"
                    + " an expression such as table.database + '.orders'");
        }
        return EventTopic.of(table.toString());
    }

    private EventTopic parseTopic(String text) {
        if (AMBIGUOUS.matcher(text).matches()) {
            throw new InvalidExpressionException("'" + text + "' is a topic's name and a column; write string(" + text
                    + ") for the column's value, or '" + text + "' in quotes for a topic of this name");
        }
        if (EventTopic.Names.areValid(text)) {
            return EventTopic.of(text);
        }
        if (!looksComputed(text)) {
            throw new InvalidExpressionException("'" + text + "' is not a valid name of a Kafka topic");
        }
        Expression name = compiler.expression(text);
        requireText(name);
        Pattern allowed = options.allowed()
                .orElseThrow(
                        () -> new InvalidExpressionException("the topic is computed, so the option topic.allowed is"
                                + " required: a regular expression that matches every permitted topic, such as"
                                + " orders\\.(eu|us)"));
        return new EventTopic.Computed(text, name, allowed);
    }

    /** A misspelt name has none of the characters without which nothing is computed. */
    private static boolean looksComputed(String text) {
        return text.chars().anyMatch(c -> c == '\'' || c == '"' || c == '(' || c == '[' || c == '+' || c == '?');
    }

    private void requireText(Expression expression) {
        Optional<Schema.Type> type = expression.declared().map(Schema::type);
        if (type.isPresent() && type.get() != Schema.Type.STRING) {
            throw new InvalidExpressionException("expected a text, found a value of type " + type.get());
        }
        columns.apply(expression)
                .filter(column -> column.type() != ColumnType.TEXT && column.type() != ColumnType.UNKNOWN)
                .ifPresent(column -> {
                    throw new InvalidExpressionException(
                            "expected a text, but the column has " + column.describeType() + "; write string(…)");
                });
    }

    private PartitionKey parsePartition(String source) {
        Expression value = compiler.expression(source);
        Optional<Schema.Type> type = value.declared().map(Schema::type);
        if (type.isPresent() && !PARTITION_TYPES.contains(type.get())) {
            throw new InvalidExpressionException(
                    "expected a text, a whole number or bytes, found a value of type " + type.get());
        }
        columns.apply(value)
                .filter(column -> column.type() == ColumnType.REAL || column.type() == ColumnType.BOOLEAN)
                .ifPresent(column -> {
                    throw new InvalidExpressionException(
                            "expected a text, a whole number or bytes, but the column has " + column.describeType());
                });
        return new PartitionKey(value, options.partitions());
    }

    private void requireCount(EventTopic topic) {
        boolean isKnown = topic.expression().isPresent()
                ? !options.partitions().entries().isEmpty()
                : options.partitions().find(topic.toString()).isPresent();
        if (!isKnown) {
            throw new InvalidExpressionException("the number of partitions of the topic " + topic
                    + " is not known; expected an entry in topic.partitions, such as "
                    + (topic.expression().isPresent() ? "orders\\..*" : topic) + "=12");
        }
    }

    private Field parseTimestamp(String source) {
        int count = TopLevel.split(source, ',').size();
        if (count != 1) {
            throw new InvalidExpressionException("expected one expression, found " + count);
        }
        Field field = parseFields(TIMESTAMP + ": timestamp = " + source).get(0);
        fit.accept(field);
        return field;
    }

    private List<EventHeader> parseHeaders(String list) {
        List<String> parts = new ArrayList<>();
        for (String part : TopLevel.split(list, ',')) {
            Matcher header = HEADER.matcher(part);
            // A header's name need not be an identifier.
            parts.add(header.matches() ? "`" + header.group(1) + "`" + header.group(2) : part);
        }
        List<Field> fields = parseFields(String.join(", ", parts));
        List<EventHeader> headers = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            EventHeader header = new EventHeader(fields.get(i), isTyped(parts.get(i)));
            if (header.typed()) {
                fit.accept(header.field());
            }
            headers.add(header);
        }
        return List.copyOf(headers);
    }

    private static boolean isTyped(String part) {
        int end = part.startsWith("`") ? part.indexOf('`', 1) + 1 : 0;
        return part.substring(end).strip().startsWith(":");
    }

    private List<Field> parseFields(String list) {
        return compiler.fields(list, RuleParser.ROW, HEADERS);
    }
}
