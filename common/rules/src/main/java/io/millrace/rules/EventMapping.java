package io.millrace.rules;

import io.millrace.changes.RowValues;
import io.millrace.expressions.Condition;
import io.millrace.expressions.Expression;
import io.millrace.expressions.Field;
import io.millrace.expressions.Path;
import io.millrace.expressions.RequiredText;
import io.millrace.expressions.Scope;
import io.millrace.expressions.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * How a rule maps change events of one schema: the schemas of key and event, derived once. A column that the schema does not
 * have is found here, with the first record of that schema.
 */
final class EventMapping {
    private static final List<String> VARIABLES =
            ChangeScope.VARIABLES.stream().map(Variable::name).toList();

    private final Rule rule;
    private final TableParts parts;
    private final Optional<String> conditionFault;
    private final Optional<String> fault;
    private final @Nullable Schema keySchema;
    private final @Nullable Schema valueSchema;
    private final List<Expression> routed;
    private final Set<Path> conditionPaths;
    private final Set<Path> readPaths;

    private EventMapping(
            Rule rule,
            TableParts parts,
            Optional<String> conditionFault,
            Optional<String> fault,
            @Nullable Schema keySchema,
            @Nullable Schema valueSchema) {
        this.rule = rule;
        this.parts = parts;
        this.conditionFault = conditionFault;
        this.fault = fault;
        this.keySchema = keySchema;
        this.valueSchema = valueSchema;
        this.routed = rule.routing().expressions();
        this.conditionPaths =
                rule.condition().map(condition -> Set.copyOf(condition.paths())).orElse(Set.of());
        this.readPaths = rule.readPaths();
    }

    /**
     * The mapping of the rule for records of the same table and schema as this one.
     *
     * @param parts the matched parts of the table's names
     */
    static EventMapping of(Rule rule, TableParts parts, ChangeScope first) {
        first.setParts(parts);
        Optional<String> conditionFault = rule.condition().flatMap(c -> findMissingColumn(c.requiredPaths(), first));
        if (!first.structured()) {
            return new EventMapping(rule, parts, conditionFault, Optional.empty(), null, null);
        }
        try {
            Schema key = rule.key().isEmpty() ? null : deriveSchema(rule.keyName(), null, rule.key(), first);
            // Not for the key: a row that is not there has none.
            RuleScope scope = new RuleScope(first, rule.operations());
            Schema value = rule.fields()
                    .map(fields -> deriveSchema(rule.schemaName(), rule.version(), fields, scope))
                    .orElse(null);
            rule.revision().ifPresent(revision -> revision.schema(first));
            rule.routing().expressions().forEach(expression -> expression.schema(first));
            return new EventMapping(rule, parts, conditionFault, Optional.empty(), key, value);
        } catch (DataException e) {
            return new EventMapping(
                    rule, parts, conditionFault, Optional.of(String.valueOf(e.getMessage())), null, null);
        }
    }

    private static Optional<String> findMissingColumn(Iterable<Path> paths, ChangeScope first) {
        for (Path path : paths) {
            Schema schema = first.schema(indexOf(path.variable()));
            if (schema != null
                    && !path.steps().isEmpty()
                    && schema.type() == Schema.Type.STRUCT
                    && schema.field(path.steps().get(0)) == null) {
                return Optional.of("its condition names " + path + ", but there are only "
                        + schema.fields().stream()
                                .map(org.apache.kafka.connect.data.Field::name)
                                .toList());
            }
        }
        return Optional.empty();
    }

    private static int indexOf(String variable) {
        return VARIABLES.indexOf(variable);
    }

    private static Schema deriveSchema(String name, @Nullable Integer version, List<Field> fields, Scope scope) {
        SchemaBuilder builder = SchemaBuilder.struct().name(name);
        if (version != null) {
            builder.version(version);
        }
        for (Field field : fields) {
            Schema schema = field.expression().schema(scope);
            if (schema == null) {
                schema = field.expression().declared().orElse(null);
            }
            if (schema == null) {
                throw new DataException("the field '" + field.name() + "' has no schema in a record that has one");
            }
            builder.field(field.name(), removeDefault(schema));
        }
        return builder.build();
    }

    /**
     * Removes a column's default. Converters would write it instead of a null that the row really has.
     */
    private static Schema removeDefault(Schema schema) {
        if (schema.defaultValue() == null || !schema.type().isPrimitive()) {
            return schema;
        }
        SchemaBuilder builder =
                SchemaBuilder.type(schema.type()).name(schema.name()).doc(schema.doc());
        if (schema.version() != null) {
            builder.version(schema.version());
        }
        if (schema.parameters() != null) {
            builder.parameters(schema.parameters());
        }
        return schema.isOptional() ? builder.optional().build() : builder.build();
    }

    /**
     * The texts that a record must have for the condition to be true, by which mappings can be selected without evaluating
     * them. Empty if the records are refused, because then each of them has to be.
     */
    List<RequiredText> requirements() {
        return conditionFault.isPresent()
                ? List.of()
                : rule.condition().map(Condition::requirements).orElse(List.of()).stream()
                        // It is one text for all records, and not there before a rule is chosen.
                        .filter(required -> !required.path().variable().equals(ChangeScope.TABLE))
                        .toList();
    }

    Rule rule() {
        return rule;
    }

    /** The reason why the rule cannot map records of this schema; empty if it can. */
    Optional<String> fault() {
        return conditionFault.isPresent() ? conditionFault : fault;
    }

    /** Whether the rule's condition is true for the change, whose operation is one of the rule's. */
    boolean matches(ChangeScope change) {
        change.setParts(parts);
        if (rule.condition().isEmpty()) {
            return true;
        }
        if (conditionFault.isPresent()) {
            throw new DataException(conditionFault.get());
        }
        if (change.hasMissingValues()) {
            MissingValues.requirePresent(conditionPaths, change);
        }
        return rule.condition().get().test(change);
    }

    /** Whether the rule matches the change and, if not, the reason. */
    String explainMatch(ChangeScope change) {
        if (!rule.operations().contains(change.operation())) {
            return "matches " + rule.operations() + ", not " + change.operation();
        }
        try {
            return matches(change) ? "matches" : "its condition is false";
        } catch (DataException e) {
            return "cannot be decided: " + e.getMessage();
        }
    }

    /**
     * Requires that the rule can map records of this schema.
     *
     * @throws DataException with the reason if it cannot
     */
    void requireMappable() {
        if (fault.isPresent()) {
            throw new DataException(fault.get());
        }
    }

    /**
     * Requires that the change has the values that the rule reads.
     *
     * @throws DataException naming one that is missing
     */
    void requireValues(ChangeScope change) {
        if (change.hasMissingValues()) {
            MissingValues.requirePresent(readPaths, change);
        }
    }

    /**
     * Requires that the change has the columns that the rule reads for topic, partition, timestamp and headers.
     *
     * @throws DataException naming the column that does not exist
     */
    void requireRoutingColumns(ChangeScope change) {
        if (!routed.isEmpty() && !change.structured()) {
            routed.forEach(expression -> requireColumns(expression, change));
        }
    }

    @Nullable
    Schema keySchema() {
        return keySchema;
    }

    @Nullable
    Schema valueSchema() {
        return valueSchema;
    }

    @Nullable
    Object makeKey(ChangeScope change) {
        return rule.key().isEmpty() ? null : buildData(keySchema, rule.key(), change);
    }

    @Nullable
    Object makeValue(ChangeScope change) {
        return rule.fields().isEmpty()
                ? null
                : buildData(valueSchema, rule.fields().get(), change);
    }

    /** Without a schema only the row itself shows whether a column is missing or null. */
    private static void requireColumns(Expression expression, ChangeScope change) {
        for (Path path : expression.requiredPaths()) {
            if (!path.steps().isEmpty()
                    && change.value(indexOf(path.variable())) instanceof Map<?, ?> row
                    && !path.variable().equals("headers")
                    && !row.containsKey(path.steps().get(0))) {
                throw new DataException("'" + path.steps().get(0) + "' of " + path + " does not exist");
            }
        }
    }

    private static Object buildData(@Nullable Schema schema, List<Field> fields, ChangeScope change) {
        if (schema == null) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (Field field : fields) {
                requireColumns(field.expression(), change);
                map.put(field.name(), field.expression().value(change));
            }
            return map;
        }
        Struct struct = new Struct(schema);
        List<org.apache.kafka.connect.data.Field> targets = schema.fields();
        for (int i = 0; i < targets.size(); i++) {
            Object value = fields.get(i).expression().value(change);
            if (value == null && !targets.get(i).schema().isOptional()) {
                throw new DataException("the field '" + targets.get(i).name() + "' is null; expected "
                        + targets.get(i).schema().type());
            }
            struct.put(targets.get(i), withSchema(targets.get(i).schema(), value));
        }
        return struct;
    }

    /** A structure that is optional in the event alone, because what it is a part of is optional, gets the event's schema. */
    private static @Nullable Object withSchema(Schema schema, @Nullable Object value) {
        if (!(value instanceof Struct struct) || struct.schema().isOptional() == schema.isOptional()) {
            return value;
        }
        Struct copy = new Struct(schema);
        struct.schema().fields().forEach(field -> copy.put(field.name(), RowValues.get(struct, field)));
        return copy;
    }
}
