package io.millrace.payloads.connect;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * How values of one schema become values of another in which some leaves are replaced. First the leaves are visited, so that
 * all replacements can be begun; then a new value is made of them. Both go through the value in the same order. Values
 * are never changed; those in which nothing is replaced are shared. Safe for use by many threads.
 */
sealed interface ValueMapping {
    /** The schema of the values that are made. */
    Schema target();

    /** Visits the leaves of a value that is not null. */
    void visitLeaves(Object value, Consumer<Leaf> visitor);

    /** Makes a new value with one replacement for each leaf, in the order of the visits. */
    Object replace(Object value, Iterator<?> replacements);

    /**
     * The mapping of a schema; null if nothing in its values is replaced.
     *
     * @param name the value's path, for schemas' names; empty at the record's value
     */
    static @Nullable ValueMapping of(Schema schema, PathTree paths, LeafRule rule, ValuePath path, String name) {
        Schema replaced = paths.isEnd() ? rule.target(schema, path, name) : null;
        if (replaced != null) {
            return new LeafMapping(schema, replaced, path);
        }
        return switch (schema.type()) {
            case STRUCT -> StructMapping.of(schema, paths, rule, path, schema.name() == null ? name : schema.name());
            case ARRAY -> ArrayMapping.of(schema, paths, rule, path, name);
            case MAP -> MapMapping.of(schema, paths, rule, path, name);
            default -> null;
        };
    }

    /** A value that is replaced. */
    record LeafMapping(Schema schema, Schema target, ValuePath path) implements ValueMapping {
        @Override
        public void visitLeaves(Object value, Consumer<Leaf> visitor) {
            visitor.accept(new Leaf(path, schema, target, value));
        }

        @Override
        public Object replace(Object value, Iterator<?> replacements) {
            return replacements.next();
        }
    }

    /** A structure, and those of its fields that are not just copied. */
    record StructMapping(Schema target, List<Part> parts) implements ValueMapping {
        /** A field here and there; the mapping is null if its value is copied. */
        record Part(Field from, Field to, @Nullable ValueMapping inside) {
            /** The field's value, which is null if the Struct has none. */
            @Nullable
            Object value(Struct struct) {
                if (from.schema().defaultValue() == null) {
                    return struct.get(from);
                }
                Object own = struct.getWithoutDefault(from.name());
                // A field that must have a value would have none there, for payloads have no default.
                return own == null && inside != null && !from.schema().isOptional() ? struct.get(from) : own;
            }
        }

        static @Nullable ValueMapping of(Schema schema, PathTree paths, LeafRule rule, ValuePath path, String name) {
            if (!paths.isEverywhere() || schema.fields().isEmpty()) {
                return mapFields(schema, paths, rule, path, name);
            }
            if (path.isInside(schema)) {
                return null;
            }
            ValuePath visiting = path.visiting(schema);
            ValueMapping mapping = mapFields(schema, paths, rule, visiting, name);
            if (mapping != null && Objects.requireNonNull(visiting.structure()).isRecursive()) {
                throw new DataException("the schema " + schema.name() + " contains itself and payloads; set '"
                        + FieldOptions.RESTORED_FIELDS + "' to the paths of the payloads");
            }
            return mapping;
        }

        private static @Nullable ValueMapping mapFields(
                Schema schema, PathTree paths, LeafRule rule, ValuePath path, String name) {
            List<@Nullable ValueMapping> inside = new ArrayList<>();
            List<Field> fields = new ArrayList<>();
            boolean changes = false;
            for (Field field : schema.fields()) {
                PathTree below = paths.field(field.name());
                ValueMapping mapping = below == null
                        ? null
                        : ValueMapping.of(
                                field.schema(),
                                below,
                                rule,
                                path.field(field.name()),
                                name.isEmpty() ? field.name() : name + "_" + field.name());
                changes |= mapping != null;
                inside.add(mapping);
                fields.add(mapping == null ? field : new Field(field.name(), field.index(), mapping.target()));
            }
            if (!changes) {
                return null;
            }
            Schema target = copy(schema, fields, null, null);
            StructMapping mapping = between(schema, target, inside);
            return schema.defaultValue() == null
                    ? mapping
                    : between(schema, withDefault(schema, mapping, rule), inside);
        }

        private static StructMapping between(Schema schema, Schema target, List<@Nullable ValueMapping> inside) {
            List<Part> parts = new ArrayList<>();
            for (Field field : schema.fields()) {
                parts.add(new Part(field, target.fields().get(field.index()), inside.get(field.index())));
            }
            return new StructMapping(target, List.copyOf(parts));
        }

        @Override
        public void visitLeaves(Object value, Consumer<Leaf> visitor) {
            Struct struct = (Struct) value;
            for (Part part : parts) {
                ValueMapping inside = part.inside;
                Object content = inside == null ? null : part.value(struct);
                if (inside != null && content != null) {
                    inside.visitLeaves(content, visitor);
                }
            }
        }

        @Override
        public Object replace(Object value, Iterator<?> replacements) {
            Struct struct = (Struct) value;
            Struct made = new Struct(target);
            for (Part part : parts) {
                Object content = part.value(struct);
                if (content != null) {
                    made.put(part.to, part.inside == null ? content : part.inside.replace(content, replacements));
                }
            }
            return made;
        }
    }

    /** An array, in whose elements something is replaced. */
    record ArrayMapping(Schema target, ValueMapping inside) implements ValueMapping {
        static @Nullable ValueMapping of(Schema schema, PathTree paths, LeafRule rule, ValuePath path, String name) {
            PathTree below = paths.elements();
            ValueMapping inside =
                    below == null ? null : ValueMapping.of(schema.valueSchema(), below, rule, path.elements(), name);
            if (inside == null) {
                return null;
            }
            ArrayMapping mapping = new ArrayMapping(copy(schema, null, null, inside.target()), inside);
            return schema.defaultValue() == null
                    ? mapping
                    : new ArrayMapping(withDefault(schema, mapping, rule), inside);
        }

        @Override
        public void visitLeaves(Object value, Consumer<Leaf> visitor) {
            for (Object element : (List<?>) value) {
                if (element != null) {
                    inside.visitLeaves(element, visitor);
                }
            }
        }

        @Override
        public Object replace(Object value, Iterator<?> replacements) {
            List<?> list = (List<?>) value;
            List<Object> made = new ArrayList<>(list.size());
            for (Object element : list) {
                made.add(element == null ? null : inside.replace(element, replacements));
            }
            return made;
        }
    }

    /** A map, in whose values something is replaced. */
    record MapMapping(Schema target, ValueMapping inside) implements ValueMapping {
        static @Nullable ValueMapping of(Schema schema, PathTree paths, LeafRule rule, ValuePath path, String name) {
            PathTree below = paths.values();
            ValueMapping inside =
                    below == null ? null : ValueMapping.of(schema.valueSchema(), below, rule, path.field("*"), name);
            if (inside == null) {
                return null;
            }
            MapMapping mapping = new MapMapping(copy(schema, null, schema.keySchema(), inside.target()), inside);
            return schema.defaultValue() == null ? mapping : new MapMapping(withDefault(schema, mapping, rule), inside);
        }

        @Override
        public void visitLeaves(Object value, Consumer<Leaf> visitor) {
            for (Object content : ((Map<?, ?>) value).values()) {
                if (content != null) {
                    inside.visitLeaves(content, visitor);
                }
            }
        }

        @Override
        public Object replace(Object value, Iterator<?> replacements) {
            Map<Object, Object> made = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                Object content = entry.getValue();
                made.put(entry.getKey(), content == null ? null : inside.replace(content, replacements));
            }
            return made;
        }
    }

    /** The schema with other contents and without its default. */
    private static Schema copy(
            Schema schema, @Nullable List<Field> fields, @Nullable Schema keySchema, @Nullable Schema valueSchema) {
        return copy(schema, null, fields, keySchema, valueSchema);
    }

    private static Schema copy(
            Schema schema,
            @Nullable Object defaultValue,
            @Nullable List<Field> fields,
            @Nullable Schema keySchema,
            @Nullable Schema valueSchema) {
        return new ConnectSchema(
                schema.type(),
                schema.isOptional(),
                defaultValue,
                schema.name(),
                schema.version(),
                schema.doc(),
                schema.parameters(),
                fields,
                keySchema,
                valueSchema);
    }

    /** The mapping's target with the default of the schema, in which the leaves are replaced too. */
    private static Schema withDefault(Schema schema, ValueMapping mapping, LeafRule rule) {
        List<Object> replacements = new ArrayList<>();
        mapping.visitLeaves(schema.defaultValue(), leaf -> replacements.add(rule.replacementInDefault(leaf)));
        Schema target = mapping.target();
        boolean struct = target.type() == Schema.Type.STRUCT;
        return copy(
                schema,
                mapping.replace(schema.defaultValue(), replacements.iterator()),
                struct ? target.fields() : null,
                struct ? null : mapKey(target),
                struct ? null : target.valueSchema());
    }

    private static @Nullable Schema mapKey(Schema schema) {
        return schema.type() == Schema.Type.MAP ? schema.keySchema() : null;
    }
}
