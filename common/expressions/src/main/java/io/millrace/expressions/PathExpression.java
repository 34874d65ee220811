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

/**
 * Follows a path and hands on what it finds, with its schema. A null on the way ends at null, so a part of something optional
 * is optional. Caches the last schema.
 */
final class PathExpression implements Expression {
    private record Derived(
            Schema root, boolean absent, @Nullable Schema schema) {}

    private final int variable;
    private final Path path;
    private final Variable.Kind kind;
    private final String[] steps;
    private final PathStep[] places;
    private final boolean texts;
    private final boolean missingIsNull;
    private final @Nullable Schema declared;
    // Not synchronized: a lost write costs a derivation, and a Derived is immutable.
    private @Nullable Derived last;

    PathExpression(int variable, Path path, Variable.Kind kind) {
        this(variable, path, kind, false);
    }

    private PathExpression(int variable, Path path, Variable.Kind kind, boolean missingIsNull) {
        this.missingIsNull = missingIsNull;
        this.kind = kind;
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
        Schema root = scope.schema(variable);
        if (root == null) {
            return scope.structured() ? declared : null;
        }
        boolean absent = scope.mayBeAbsent(variable);
        Derived derived = last;
        if (derived == null || derived.root() != root || derived.absent() != absent) {
            derived = new Derived(root, absent, deriveSchema(root, absent));
            last = derived;
        }
        return derived.schema();
    }

    private @Nullable Schema deriveSchema(Schema root, boolean absent) {
        Schema schema = root;
        boolean optional = absent;
        for (int i = 0; i < steps.length; i++) {
            // The variable's own schema is optional in every envelope; the scope decides whether it may be absent.
            optional |= (i > 0 && schema.isOptional()) || schema.type() == Schema.Type.MAP;
            if (isMissing(schema, i)) {
                return null;
            }
            schema = stepSchema(schema, i);
        }
        return optional ? makeOptional(schema) : schema;
    }

    private static Schema makeOptional(Schema schema) {
        if (schema.isOptional()) {
            return schema;
        }
        SchemaBuilder builder =
                switch (schema.type()) {
                    case ARRAY -> SchemaBuilder.array(schema.valueSchema());
                    case MAP -> SchemaBuilder.map(schema.keySchema(), schema.valueSchema());
                    default -> SchemaBuilder.type(schema.type());
                };
        if (schema.type() == Schema.Type.STRUCT) {
            schema.fields().forEach(field -> builder.field(field.name(), field.schema()));
        }
        builder.name(schema.name()).version(schema.version()).doc(schema.doc()).optional();
        if (schema.parameters() != null) {
            builder.parameters(schema.parameters());
        }
        return builder.build();
    }

    private boolean isMissing(Schema schema, int i) {
        return missingIsNull && schema.type() == Schema.Type.STRUCT && schema.field(steps[i]) == null;
    }

    private Schema stepSchema(Schema schema, int i) {
        return switch (schema.type()) {
            case STRUCT -> {
                Field field = schema.field(steps[i]);
                if (field == null) {
                    throw new DataException("'" + steps[i] + "' of " + path + " does not exist; "
                            + new Path(path.variable(), path.steps().subList(0, i)) + " has "
                            + schema.fields().stream().map(Field::name).toList());
                }
                yield field.schema();
            }
            case MAP -> schema.valueSchema();
            default ->
                throw new DataException("'" + steps[i] + "' of " + path + " is not available in a value of type "
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
            if (member != PathStep.MISSING) {
                return member;
            }
            return isMissing(struct.schema(), i) ? null : stepSchema(struct.schema(), i);
        }
        if (value instanceof Map<?, ?> map) {
            return map.get(steps[i]);
        }
        throw new DataException("'" + steps[i] + "' of " + path + " is not available in a value of type "
                + value.getClass().getSimpleName() + "; only a Struct or a Map has fields");
    }

    @Override
    public Expression nullIfMissing() {
        return new PathExpression(variable, path, kind, true);
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
    public Optional<Path> path() {
        return Optional.of(path);
    }

    @Override
    public Set<Path> requiredPaths() {
        return missingIsNull ? Set.of() : paths();
    }

    @Override
    public boolean dynamic() {
        return false;
    }

    List<String> steps() {
        return path.steps();
    }
}
