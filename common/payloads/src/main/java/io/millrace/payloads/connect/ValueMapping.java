package io.millrace.payloads.connect;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * How values of one schema become values of another in which some leaves are replaced. First the leaves are shown, so that
 * all replacements can be begun; then the value is made anew of them. Both go through the value in the same order. Values
 * are never changed; those in which nothing is replaced are shared. Safe for use by many threads.
 */
sealed interface ValueMapping {
    /** The schema of the values that are made. */
    Schema target();

    /** Shows the leaves of a value that is not null. */
    void leaves(Object value, Consumer<Leaf> visitor);

    /** Makes the value anew with one replacement for each leaf, in the order in which they were shown. */
    Object replace(Object value, Iterator<?> replacements);

    /**
     * The mapping of a schema; null where nothing in its values is replaced.
     *
     * @param name the value's place, for schemas' names; empty at the record's value
     */
    static ValueMapping of(Schema schema, Selection selection, LeafRule rule, Place place, String name) {
        Schema replaced = selection.isEnd() ? rule.target(schema, place, name) : null;
        if (replaced != null) {
            return new OfLeaf(schema, replaced, place);
        }
        return switch (schema.type()) {
            case STRUCT -> OfStruct.of(schema, selection, rule, place, schema.name() == null ? name : schema.name());
            case ARRAY -> OfArray.of(schema, selection, rule, place, name);
            case MAP -> OfMap.of(schema, selection, rule, place, name);
            default -> null;
        };
    }

    /** A value that is replaced. */
    record OfLeaf(Schema schema, Schema target, Place place) implements ValueMapping {
        @Override
        public void leaves(Object value, Consumer<Leaf> visitor) {
            visitor.accept(new Leaf(place, schema, target, value));
        }

        @Override
        public Object replace(Object value, Iterator<?> replacements) {
            return replacements.next();
        }
    }

    /** A structure, and those of its fields that are not just copied. */
    record OfStruct(Schema target, List<Part> parts) implements ValueMapping {
        /** A field here and there; the mapping is null where its value is copied. */
        record Part(Field from, Field to, ValueMapping inside) {
            /** The field's value, which is null where the Struct has none. */
            Object value(Struct struct) {
                if (from.schema().defaultValue() == null) {
                    return struct.get(from);
                }
                Object own = struct.getWithoutDefault(from.name());
                // A field that must have a value would have none there, for payloads have no default.
                return own == null && inside != null && !from.schema().isOptional() ? struct.get(from) : own;
            }
        }

        static ValueMapping of(Schema schema, Selection selection, LeafRule rule, Place place, String name) {
            List<ValueMapping> inside = new ArrayList<>();
            List<Field> fields = new ArrayList<>();
            boolean changes = false;
            for (Field field : schema.fields()) {
                Selection selected = selection.field(field.name());
                ValueMapping mapping = selected == null
                        ? null
                        : ValueMapping.of(
                                field.schema(),
                                selected,
                                rule,
                                place.field(field.name()),
                                name.isEmpty() ? field.name() : name + "_" + field.name());
                changes |= mapping != null;
                inside.add(mapping);
                fields.add(mapping == null ? field : new Field(field.name(), field.index(), mapping.target()));
            }
            if (!changes) {
                return null;
            }
            Schema target = copy(schema, fields, null, null);
            OfStruct mapping = between(schema, target, inside);
            return schema.defaultValue() == null
                    ? mapping
                    : between(schema, withDefault(schema, mapping, rule), inside);
        }

        private static OfStruct between(Schema schema, Schema target, List<ValueMapping> inside) {
            List<Part> parts = new ArrayList<>();
            for (Field field : schema.fields()) {
                parts.add(new Part(field, target.fields().get(field.index()), inside.get(field.index())));
            }
            return new OfStruct(target, List.copyOf(parts));
        }

        @Override
        public void leaves(Object value, Consumer<Leaf> visitor) {
            Struct struct = (Struct) value;
            for (Part part : parts) {
                Object content = part.inside == null ? null : part.value(struct);
                if (content != null) {
                    part.inside.leaves(content, visitor);
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
    record OfArray(Schema target, ValueMapping inside) implements ValueMapping {
        static ValueMapping of(Schema schema, Selection selection, LeafRule rule, Place place, String name) {
            Selection selected = selection.elements();
            ValueMapping inside = selected == null
                    ? null
                    : ValueMapping.of(schema.valueSchema(), selected, rule, place.elements(), name);
            if (inside == null) {
                return null;
            }
            OfArray mapping = new OfArray(copy(schema, null, null, inside.target()), inside);
            return schema.defaultValue() == null ? mapping : new OfArray(withDefault(schema, mapping, rule), inside);
        }

        @Override
        public void leaves(Object value, Consumer<Leaf> visitor) {
            for (Object element : (List<?>) value) {
                if (element != null) {
                    inside.leaves(element, visitor);
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
    record OfMap(Schema target, ValueMapping inside) implements ValueMapping {
        static ValueMapping of(Schema schema, Selection selection, LeafRule rule, Place place, String name) {
            Selection selected = selection.values();
            ValueMapping inside = selected == null
                    ? null
                    : ValueMapping.of(schema.valueSchema(), selected, rule, place.field("*"), name);
            if (inside == null) {
                return null;
            }
            OfMap mapping = new OfMap(copy(schema, null, schema.keySchema(), inside.target()), inside);
            return schema.defaultValue() == null ? mapping : new OfMap(withDefault(schema, mapping, rule), inside);
        }

        @Override
        public void leaves(Object value, Consumer<Leaf> visitor) {
            for (Object content : ((Map<?, ?>) value).values()) {
                if (content != null) {
                    inside.leaves(content, visitor);
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
    private static Schema copy(Schema schema, List<Field> fields, Schema keySchema, Schema valueSchema) {
        return copy(schema, null, fields, keySchema, valueSchema);
    }

    private static Schema copy(
            Schema schema, Object defaultValue, List<Field> fields, Schema keySchema, Schema valueSchema) {
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
        mapping.leaves(schema.defaultValue(), leaf -> replacements.add(rule.replacementInDefault(leaf)));
        Schema target = mapping.target();
        boolean struct = target.type() == Schema.Type.STRUCT;
        return copy(
                schema,
                mapping.replace(schema.defaultValue(), replacements.iterator()),
                struct ? target.fields() : null,
                struct ? null : mapKey(target),
                struct ? null : target.valueSchema());
    }

    private static Schema mapKey(Schema schema) {
        return schema.type() == Schema.Type.MAP ? schema.keySchema() : null;
    }
}
