package io.millrace.transforms.context;

import io.millrace.transforms.SchemaCache;
import io.millrace.transforms.StructFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Takes {@code source.query} out of envelopes: the field from the schema, whether or not a value has it, and the text
 * from the value. The rows are shared with the input, which stays as it is. One input schema gives one
 * instance of an output schema, within the bound of {@link SchemaCache}. For one thread.
 */
final class QueryRemoval {
    private final SchemaCache<Copy> copies = new SchemaCache<>();

    /**
     * The value without the text, under the schema without the field; the value itself where its schema has none.
     *
     * @param value a struct with a field {@code source} that is a struct
     */
    Struct from(Struct value) {
        Copy copy = copy(value.schema());
        return copy.changesNothing() ? value : copy.apply(value);
    }

    /** How values of this schema are copied; safe for use by many threads. */
    Copy copy(Schema schema) {
        return copies.get(schema, QueryRemoval::derive);
    }

    private static Copy derive(Schema schema) {
        boolean hasQuery = schema.field(Envelope.SOURCE).schema().field(Envelope.QUERY) != null;
        return Copy.between(schema, hasQuery ? shorten(schema) : schema);
    }

    private static Schema shorten(Schema schema) {
        Schema source = schema.field(Envelope.SOURCE).schema();
        SchemaBuilder shorterSource = like(source);
        for (Field field : source.fields()) {
            if (!field.name().equals(Envelope.QUERY)) {
                shorterSource.field(field.name(), field.schema());
            }
        }
        Schema newSource = withDefault(source, shorterSource);
        SchemaBuilder envelope = like(schema);
        for (Field field : schema.fields()) {
            envelope.field(field.name(), field.name().equals(Envelope.SOURCE) ? newSource : field.schema());
        }
        return withDefault(schema, envelope);
    }

    private static SchemaBuilder like(Schema schema) {
        SchemaBuilder builder = SchemaBuilder.struct()
                .name(schema.name())
                .version(schema.version())
                .doc(schema.doc());
        if (schema.parameters() != null) {
            builder.parameters(schema.parameters());
        }
        return schema.isOptional() ? builder.optional() : builder;
    }

    private static Schema withDefault(Schema schema, SchemaBuilder builder) {
        if (schema.defaultValue() instanceof Struct struct) {
            builder.defaultValue(shorten(struct, builder));
        }
        return builder.build();
    }

    private static Struct shorten(Struct value, Schema schema) {
        return Copy.between(value.schema(), schema).apply(value);
    }

    /** How a value is copied under a schema that has some of its fields; structs under another schema are copied likewise. */
    record Copy(Schema target, List<Copied> fields, boolean changesNothing) implements UnaryOperator<Struct> {
        record Copied(Field from, Field to, Optional<Copy> inside) {}

        static Copy between(Schema original, Schema target) {
            List<Copied> fields = new ArrayList<>();
            for (Field to : target.fields()) {
                Field from = original.field(to.name());
                boolean differs = from.schema() != to.schema() && from.schema().type() == Schema.Type.STRUCT;
                fields.add(new Copied(
                        from, to, differs ? Optional.of(between(from.schema(), to.schema())) : Optional.empty()));
            }
            return new Copy(target, List.copyOf(fields), original == target);
        }

        @Override
        public Struct apply(Struct value) {
            Struct copy = new Struct(target);
            for (int i = 0; i < fields.size(); i++) {
                Copied field = fields.get(i);
                Object content = StructFields.get(value, field.from);
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
