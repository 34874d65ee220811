package io.millrace.expressions;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Follows a path and hands on what it finds, with its schema. A null on the way ends at null. */
final class PathExpression implements Expression {
    private final int variable;
    private final Path path;
    private final String[] steps;
    private final PathStep[] places;
    private final boolean texts;
    private final @Nullable Schema declared;

    PathExpression(int variable, Path path, Variable.Kind kind) {
        this.variable = variable;
        this.path = path;
        this.steps = path.steps().toArray(String[]::new);
        this.places = path.steps().stream().map(PathStep::new).toArray(PathStep[]::new);
        this.texts = kind == Variable.Kind.TEXTS;
        this.declared = path.steps().isEmpty() == (kind == Variable.Kind.TEXTS)
                ? null
                : switch (kind) {
                    case TEXT, TEXTS -> Schema.OPTIONAL_STRING_SCHEMA;
                    case INTEGER -> Schema.INT64_SCHEMA;
                    case DATA, CHANGES -> null;
                };
    }

    @Override
    public @Nullable Schema schema(Scope scope) {
        if (texts) {
            return steps.length == 0
                    ? SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA)
                            .build()
                    : Schema.OPTIONAL_STRING_SCHEMA;
        }
        Schema schema = scope.schema(variable);
        for (int i = 0; i < steps.length && schema != null; i++) {
            schema = stepSchema(schema, i);
        }
        return schema;
    }

    private Schema stepSchema(Schema schema, int i) {
        return switch (schema.type()) {
            case STRUCT -> {
                Field field = schema.field(steps[i]);
                if (field == null) {
                    throw new DataException("'" + steps[i] + "' of " + path + " is not there; "
                            + new Path(path.variable(), path.steps().subList(0, i)) + " has "
                            + schema.fields().stream().map(Field::name).toList());
                }
                yield field.schema();
            }
            case MAP -> schema.valueSchema();
            default ->
                throw new DataException("'" + steps[i] + "' of " + path + " is looked for in a value of type "
                        + schema.type() + "; only a STRUCT or a MAP has fields");
        };
    }

    @Override
    public @Nullable Object value(Scope scope) {
        Object value = scope.value(variable);
        for (int i = 0; i < steps.length && value != null; i++) {
            value = stepValue(value, i);
        }
        return value;
    }

    private @Nullable Object stepValue(Object value, int i) {
        if (value instanceof Struct struct) {
            Object member = places[i].valueIn(struct);
            return member == PathStep.MISSING ? stepSchema(struct.schema(), i) : member;
        }
        if (value instanceof Map<?, ?> map) {
            return map.get(steps[i]);
        }
        throw new DataException("'" + steps[i] + "' of " + path + " is looked for in a value of type "
                + value.getClass().getSimpleName() + "; only a Struct or a Map has fields");
    }

    @Override
    public Optional<Schema> declared() {
        return Optional.ofNullable(declared);
    }

    @Override
    public Set<Path> paths() {
        return Set.of(path);
    }

    @Override
    public boolean dynamic() {
        return false;
    }

    List<String> steps() {
        return path.steps();
    }
}
