package io.millrace.context;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.RowValues;
import io.millrace.changes.SchemaCache;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Copies envelopes without {@code source.query}: the schema of the copy does not have the field, even if the value is null.
 * The copy shares the rows with the input, which is not changed. One input schema gives one output schema object, within the
 * bound of {@link SchemaCache}. For use by one thread.
 */
final class QueryRemoval {
    static final String QUERY = "query";

    private final SchemaCache<StructCopy> copies = new SchemaCache<>();

    /** How values of this schema are copied; safe for use by many threads. */
    StructCopy copyOf(Schema schema) {
        return copies.get(schema, QueryRemoval::deriveCopy);
    }

    /** A map without the query; the map itself if it does not have one. */
    static Map<?, ?> removeQuery(Map<?, ?> envelope) {
        if (!(envelope.get(ChangeReader.SOURCE) instanceof Map<?, ?> source) || !source.containsKey(QUERY)) {
            return envelope;
        }
        Map<Object, Object> shorterSource = new LinkedHashMap<>(source);
        shorterSource.remove(QUERY);
        Map<Object, Object> copy = new LinkedHashMap<>(envelope);
        copy.put(ChangeReader.SOURCE, shorterSource);
        return copy;
    }

    private static StructCopy deriveCopy(Schema schema) {
        Field source = schema.field(ChangeReader.SOURCE);
        boolean hasQuery = source != null
                && source.schema().type() == Schema.Type.STRUCT
                && source.schema().field(QUERY) != null;
        return StructCopy.between(schema, hasQuery ? shortenEnvelope(schema, source.schema()) : schema);
    }

    private static Schema shortenEnvelope(Schema schema, Schema source) {
        SchemaBuilder shorterSource = copyProperties(source);
        for (Field field : source.fields()) {
            if (!field.name().equals(QUERY)) {
                shorterSource.field(field.name(), field.schema());
            }
        }
        Schema newSource = buildWithDefault(source, shorterSource);
        SchemaBuilder envelope = copyProperties(schema);
        for (Field field : schema.fields()) {
            envelope.field(field.name(), field.name().equals(ChangeReader.SOURCE) ? newSource : field.schema());
        }
        return buildWithDefault(schema, envelope);
    }

    private static SchemaBuilder copyProperties(Schema schema) {
        SchemaBuilder builder = SchemaBuilder.struct()
                .name(schema.name())
                .version(schema.version())
                .doc(schema.doc());
        if (schema.parameters() != null) {
            builder.parameters(schema.parameters());
        }
        return schema.isOptional() ? builder.optional() : builder;
    }

    private static Schema buildWithDefault(Schema schema, SchemaBuilder builder) {
        if (schema.defaultValue() instanceof Struct struct) {
            builder.defaultValue(StructCopy.between(struct.schema(), builder).apply(struct));
        }
        return builder.build();
    }

    /** How a value is copied under a schema that has some of its fields; structs under another schema are copied likewise. */
    record StructCopy(Schema target, List<FieldCopy> fields, boolean changesNothing) implements UnaryOperator<Struct> {
        record FieldCopy(Field from, Field to, Optional<StructCopy> inside) {}

        static StructCopy between(Schema original, Schema target) {
            List<FieldCopy> fields = new ArrayList<>();
            for (Field to : target.fields()) {
                Field from = Objects.requireNonNull(original.field(to.name()));
                boolean differs = from.schema() != to.schema() && from.schema().type() == Schema.Type.STRUCT;
                fields.add(new FieldCopy(
                        from, to, differs ? Optional.of(between(from.schema(), to.schema())) : Optional.empty()));
            }
            return new StructCopy(target, List.copyOf(fields), original == target);
        }

        @Override
        public Struct apply(Struct value) {
            Struct copy = new Struct(target);
            for (int i = 0; i < fields.size(); i++) {
                FieldCopy field = fields.get(i);
                Object content = RowValues.get(value, field.from);
                if (content != null) {
                    copy.put(
                            field.to,
                            field.inside.isPresent() ? field.inside.get().apply((Struct) content) : content);
                }
            }
            return copy;
        }
    }
}
