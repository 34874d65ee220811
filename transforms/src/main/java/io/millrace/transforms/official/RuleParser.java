package io.millrace.transforms.official;

import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Field;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.TopLevel;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a rule from the text of one option.
 *
 * <pre>
 * rule   = type [ "v" version ] { ";" clause }
 * clause = "table:" database "." table        required
 *        | "on:" operation { "," operation }  required; create, update, delete, read, truncate
 *        | "when:" condition                  CEL over op, before, after, row, source, headers
 *        | "key:" fields                      the event's key; without it the key is null
 *        | "fields:" fields                   the event's body
 *        | "tombstone"                        instead of fields: the event has no body
 *        | "topic:" name                      default: the table's name
 *        | "revision:" expression             a whole number
 * </pre>
 */
final class RuleParser {
    private static final Pattern HEAD = Pattern.compile("([A-Za-z][A-Za-z0-9._-]*)(?:\\s+v([1-9][0-9]{0,8}))?");
    private static final Pattern CLAUSE = Pattern.compile("([a-z]+)\\s*(?::(.*))?", Pattern.DOTALL);
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Set<String> CLAUSES =
            Set.of("table", "on", "when", "key", "fields", "tombstone", "topic", "revision");
    private static final ExpressionCompiler COMPILER = new ExpressionCompiler(ChangeEvent.VARIABLES);
    private static final String ROW = "row";

    private final String type;
    private final Optional<String> version;
    private final Map<String, String> clauses;

    private RuleParser(String type, Optional<String> version, Map<String, String> clauses) {
        this.type = type;
        this.version = version;
        this.clauses = clauses;
    }

    /**
     * The rule that the text says.
     *
     * @throws InvalidExpressionException naming the rule and its clause, with the reason
     */
    static Rule parse(String text) {
        List<String> parts = TopLevel.split(text, ';');
        Matcher head = HEAD.matcher(parts.isEmpty() ? "" : parts.get(0));
        if (!head.matches()) {
            throw new InvalidExpressionException("a rule begins with the event's type, as in 'OrderPaid' or "
                    + "'OrderPaid v2', found '" + (parts.isEmpty() ? "" : parts.get(0)) + "'");
        }
        try {
            return new RuleParser(head.group(1), Optional.ofNullable(head.group(2)), clauses(parts)).rule();
        } catch (InvalidExpressionException e) {
            throw new InvalidExpressionException("rule " + parts.get(0) + ": " + e.getMessage());
        }
    }

    private static Map<String, String> clauses(List<String> parts) {
        Map<String, String> clauses = new LinkedHashMap<>();
        for (String part : parts.subList(1, parts.size())) {
            Matcher clause = CLAUSE.matcher(part);
            if (!clause.matches() || !CLAUSES.contains(clause.group(1))) {
                throw new InvalidExpressionException("expected one of the clauses "
                        + CLAUSES.stream().sorted().toList() + ", found '" + part + "'");
            }
            String name = clause.group(1);
            String value = clause.group(2) == null ? "" : clause.group(2).strip();
            if (value.isEmpty() != name.equals("tombstone")) {
                throw new InvalidExpressionException(
                        name.equals("tombstone")
                                ? "'tombstone' takes no value, found '" + value + "'"
                                : "'" + name + "' has no value");
            }
            if (clauses.put(name, value) != null) {
                throw new InvalidExpressionException("'" + name + "' is there twice");
            }
        }
        return clauses;
    }

    private Rule rule() {
        Table table = required("table", RuleParser::table);
        return new Rule(
                type,
                version.map(Integer::parseInt).orElse(1),
                version.map(v -> type + ".v" + v).orElse(type),
                table,
                required("on", RuleParser::operations),
                optional("when", COMPILER::condition),
                optional("key", list -> typed(COMPILER.fields(list, ROW))).orElse(List.of()),
                fields(),
                optional("topic", RuleParser::topic).orElseGet(() -> topic(table.toString())),
                optional("revision", COMPILER::expression));
    }

    private Optional<List<Field>> fields() {
        Optional<List<Field>> fields = optional("fields", list -> typed(COMPILER.fields(list, ROW)));
        if (fields.isPresent() == clauses.containsKey("tombstone")) {
            throw new InvalidExpressionException(
                    "expected either 'fields' or 'tombstone', found " + (fields.isPresent() ? "both" : "neither"));
        }
        return fields;
    }

    /** A promised event has a promised type, so a value of whatever type happens to come is refused. */
    private static List<Field> typed(List<Field> fields) {
        for (Field field : fields) {
            if (field.expression().dynamic()) {
                throw new InvalidExpressionException(
                        "field '" + field.name() + "': its type cannot be known before the "
                                + "first record; declare it, as in '" + field.name() + ": string = …'");
            }
        }
        return fields;
    }

    private static Table table(String text) {
        try {
            return Table.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidExpressionException(e.getMessage());
        }
    }

    private static Set<Operation> operations(String list) {
        Set<Operation> operations = EnumSet.noneOf(Operation.class);
        for (String name : list.split(",", -1)) {
            operations.add(Operation.ofName(name.strip())
                    .orElseThrow(() -> new InvalidExpressionException("expected operations out of "
                            + List.of(Operation.values()) + ", found '" + name.strip() + "'")));
        }
        return operations;
    }

    private static String topic(String name) {
        if (!TOPIC.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            throw new InvalidExpressionException("'" + name + "' is no name for a Kafka topic");
        }
        return name;
    }

    private <T> T required(String clause, Function<String, T> reader) {
        return optional(clause, reader)
                .orElseThrow(() -> new InvalidExpressionException("the clause '" + clause + "' is missing"));
    }

    private <T> Optional<T> optional(String clause, Function<String, T> reader) {
        String text = clauses.get(clause);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(text));
        } catch (InvalidExpressionException e) {
            throw new InvalidExpressionException("'" + clause + "': " + e.getMessage());
        }
    }
}
