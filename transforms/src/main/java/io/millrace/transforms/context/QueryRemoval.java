package io.millrace.transforms.context;

import io.millrace.transforms.SchemaCache;
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
    private final SchemaCache<Schema> shortened = new SchemaCache<>();

    /**
     * The value without the text, under the schema without the field; the value itself where its schema has none.
     *
     * @param value a struct with a field {@code source} that is a struct
     */
    Struct from(Struct value) {
        Schema schema = value.schema();
        Schema sourceSchema = schema.field(Envelope.SOURCE).schema();
        if (sourceSchema.field(Envelope.QUERY) == null) {
            return value;
        }
        return shorten(value, shortened.get(schema, QueryRemoval::shorten));
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

    /** A copy under a schema that has some of the value's fields; structs under another schema are copied likewise. */
    private static Struct shorten(Struct value, Schema schema) {
        Struct copy = new Struct(schema);
        for (Field field : schema.fields()) {
            Field original = value.schema().field(field.name());
            Object content = value.getWithoutDefault(field.name());
            if (content instanceof Struct struct && original.schema() != field.schema()) {
                copy.put(field, shorten(struct, field.schema()));
            } else if (content != null) {
                copy.put(field, content);
            }
        }
        return copy;
    }
}
