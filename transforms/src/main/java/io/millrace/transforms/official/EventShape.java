package io.millrace.transforms.official;

import io.millrace.expressions.Condition;
import io.millrace.expressions.Field;
import io.millrace.expressions.Path;
import io.millrace.expressions.Requirement;
import io.millrace.expressions.Scope;
import io.millrace.expressions.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * What a rule makes of change events of one schema: the schemas of key and event, derived once. What the schema lacks is
 * found here, with the first record of that schema.
 */
final class EventShape {
    private final Rule rule;
    private final Optional<String> conditionFault;
    private final Optional<String> fault;
    private final Schema keySchema;
    private final Schema valueSchema;

    private EventShape(
            Rule rule, Optional<String> conditionFault, Optional<String> fault, Schema keySchema, Schema valueSchema) {
        this.rule = rule;
        this.conditionFault = conditionFault;
        this.fault = fault;
        this.keySchema = keySchema;
        this.valueSchema = valueSchema;
    }

    /** The shape of the rule's event for records like this one. */
    static EventShape of(Rule rule, ChangeEvent first) {
        Optional<String> conditionFault = rule.condition().flatMap(c -> missing(c.paths(), first));
        if (!first.structured()) {
            return new EventShape(rule, conditionFault, Optional.empty(), null, null);
        }
        try {
            Schema key = rule.key().isEmpty() ? null : schema(Rule.keyName(rule.topic()), null, rule.key(), first);
            Schema value = rule.fields()
                    .map(fields -> schema(rule.type(), rule.version(), fields, first))
                    .orElse(null);
            rule.revision().ifPresent(revision -> revision.schema(first));
            return new EventShape(rule, conditionFault, Optional.empty(), key, value);
        } catch (DataException e) {
            return new EventShape(rule, conditionFault, Optional.of(e.getMessage()), null, null);
        }
    }

    private static Optional<String> missing(Iterable<Path> paths, ChangeEvent first) {
        for (Path path : paths) {
            Schema schema = first.schema(index(path.variable()));
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

    private static int index(String variable) {
        return ChangeEvent.VARIABLES.stream().map(Variable::name).toList().indexOf(variable);
    }

    private static Schema schema(String name, Integer version, List<Field> fields, Scope scope) {
        SchemaBuilder builder = SchemaBuilder.struct().name(name);
        if (version != null) {
            builder.version(version);
        }
        for (Field field : fields) {
            Schema schema = field.expression().schema(scope);
            if (schema == null) {
                throw new DataException("the field '" + field.name() + "' has no schema in a record that has one");
            }
            builder.field(field.name(), withoutDefault(schema));
        }
        return builder.build();
    }

    /**
     * A column's default is the database's business. Left in, converters would write it in the place of a null that the row
     * really has.
     */
    private static Schema withoutDefault(Schema schema) {
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
     * What this record must have for the condition to hold, by which shapes can be told apart without trying them. None where
     * the records are refused, because then each of them has to be.
     */
    List<Requirement> requirements() {
        return conditionFault.isPresent()
                ? List.of()
                : rule.condition().map(Condition::requirements).orElse(List.of());
    }

    Rule rule() {
        return rule;
    }

    /** What records of this schema lack for the rule, if anything. */
    Optional<String> fault() {
        return conditionFault.isPresent() ? conditionFault : fault;
    }

    /** Whether the change, whose operation is one of the rule's, is one that the rule means. */
    boolean matches(ChangeEvent change) {
        if (rule.condition().isEmpty()) {
            return true;
        }
        if (conditionFault.isPresent()) {
            throw new DataException(conditionFault.get());
        }
        return rule.condition().get().test(change);
    }

    /** Whether the change is one that the rule means and, if not, why, in words. */
    String explain(ChangeEvent change) {
        if (!rule.operations().contains(change.operation())) {
            return "means " + rule.operations() + ", not " + change.operation();
        }
        try {
            return matches(change) ? "matches" : "its condition is false";
        } catch (DataException e) {
            return "cannot be decided: " + e.getMessage();
        }
    }

    /** Refuses records that the rule's event cannot be made of. */
    void requireMappable() {
        if (fault.isPresent()) {
            throw new DataException(fault.get());
        }
    }

    Schema keySchema() {
        return keySchema;
    }

    Schema valueSchema() {
        return valueSchema;
    }

    Object key(ChangeEvent change) {
        return rule.key().isEmpty() ? null : build(keySchema, rule.key(), change);
    }

    Object value(ChangeEvent change) {
        return rule.fields().isEmpty() ? null : build(valueSchema, rule.fields().get(), change);
    }

    /** Without a schema only the row itself tells a column that is gone from one that is null. */
    private static void requireColumns(Field field, ChangeEvent change) {
        for (Path path : field.expression().paths()) {
            if (!path.steps().isEmpty()
                    && change.value(index(path.variable())) instanceof Map<?, ?> row
                    && !path.variable().equals("headers")
                    && !row.containsKey(path.steps().get(0))) {
                throw new DataException("'" + path.steps().get(0) + "' of " + path + " is not there");
            }
        }
    }

    private static Object build(Schema schema, List<Field> fields, ChangeEvent change) {
        if (schema == null) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (Field field : fields) {
                requireColumns(field, change);
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
            struct.put(targets.get(i), value);
        }
        return struct;
    }
}
