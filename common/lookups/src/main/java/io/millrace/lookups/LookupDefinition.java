package io.millrace.lookups;

import io.millrace.expressions.Condition;
import io.millrace.expressions.ExpressionCompiler;
import io.millrace.expressions.Field;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.TopLevel;
import io.millrace.expressions.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;

/**
 * A table as one option defines it.
 *
 * <pre>
 * lookup = name { ";" clause }
 * clause = "topic:" topic                required
 *        | "fields:" field { "," field } required; each with its type: name: string, region: string? = value.after.region
 *        | "delete.when:" condition      the record deletes its key, as a tombstone does
 * </pre>
 *
 * The expressions read the {@code key} and the {@code value} of the topic's records; a bare field is the value's field of that
 * name.
 *
 * @param text as it was parsed
 * @param name in expressions
 * @param fields what is kept of a record
 */
record LookupDefinition(String text, String name, String topic, List<Field> fields, Optional<Condition> deleteWhen) {
    /** The variables of a table's expressions; their order is the index in {@link TableRecord}. */
    static final List<Variable> VARIABLES =
            List.of(new Variable("key", Variable.Kind.DATA), new Variable("value", Variable.Kind.DATA));

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final String TOPIC_CLAUSE = "topic";
    private static final String FIELDS_CLAUSE = "fields";
    private static final String DELETE_CLAUSE = "delete.when";
    private static final Set<String> CLAUSES = Set.of(TOPIC_CLAUSE, FIELDS_CLAUSE, DELETE_CLAUSE);
    private static final int MAX_FIELDS = 100;

    LookupDefinition {
        fields = List.copyOf(fields);
    }

    /**
     * Parses a definition.
     *
     * @throws InvalidExpressionException naming the table and the clause, with the reason
     */
    static LookupDefinition parse(String text) {
        List<String> parts = TopLevel.split(text, ';');
        String name = parts.isEmpty() ? "" : parts.get(0);
        if (!NAME.matcher(name).matches()) {
            throw new InvalidExpressionException(
                    "a table begins with its name, as in 'countries; topic: …', found '" + name + "'");
        }
        try {
            Map<String, String> clauses = parseClauses(parts.subList(1, parts.size()));
            String topic = require(clauses, TOPIC_CLAUSE);
            if (!TOPIC.matcher(topic).matches()) {
                throw new InvalidExpressionException("'" + topic + "' is not a valid name of a Kafka topic");
            }
            ExpressionCompiler compiler = new ExpressionCompiler(VARIABLES);
            return new LookupDefinition(
                    text,
                    name,
                    topic,
                    parseFields(compiler, require(clauses, FIELDS_CLAUSE), name),
                    Optional.ofNullable(clauses.get(DELETE_CLAUSE)).map(compiler::condition));
        } catch (InvalidExpressionException e) {
            throw new InvalidExpressionException("table " + name + ": " + e.getMessage());
        }
    }

    private static Map<String, String> parseClauses(List<String> parts) {
        Map<String, String> clauses = new LinkedHashMap<>();
        for (String part : parts) {
            int colon = part.indexOf(':');
            String clause = (colon < 0 ? part : part.substring(0, colon)).strip();
            if (colon < 0 || !CLAUSES.contains(clause)) {
                throw new InvalidExpressionException(
                        "unknown clause '" + clause + "'; expected topic:, fields: or delete.when:");
            }
            if (clauses.put(clause, part.substring(colon + 1).strip()) != null) {
                throw new InvalidExpressionException("the clause '" + clause + "' is a duplicate");
            }
        }
        return clauses;
    }

    private static String require(Map<String, String> clauses, String clause) {
        String text = clauses.get(clause);
        if (text == null || text.isEmpty()) {
            throw new InvalidExpressionException("the clause '" + clause + ":' is missing");
        }
        return text;
    }

    private static List<Field> parseFields(ExpressionCompiler compiler, String list, String table) {
        List<Field> fields = compiler.fields(list, "value", table);
        if (fields.size() > MAX_FIELDS) {
            throw new InvalidExpressionException("expected at most " + MAX_FIELDS + " fields, found " + fields.size());
        }
        for (Field field : fields) {
            Optional<Schema> type = field.expression().declared();
            if (type.isEmpty()) {
                throw new InvalidExpressionException("field '" + field.name()
                        + "': its type is not known; declare it, as in '" + field.name() + ": string'");
            }
            if (StoredType.find(type.get()).isEmpty()) {
                throw new InvalidExpressionException("field '" + field.name() + "': expected a scalar type, found "
                        + type.get().type());
            }
        }
        return fields;
    }

    /** The types of the fields in the table's entries. */
    List<StoredType> storedTypes() {
        return fields.stream()
                .map(field ->
                        field.expression().declared().flatMap(StoredType::find).orElseThrow())
                .toList();
    }
}
