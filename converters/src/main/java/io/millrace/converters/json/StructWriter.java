package io.millrace.converters.json;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverterConfig;
import org.jspecify.annotations.Nullable;

/** Writes a {@link Struct} as an object, with its fields in the schema's order. */
final class StructWriter implements ValueWriter.ContentWriter {
    private final Schema schema;
    private final Field[] fields;
    private final ValueWriter[] writers;
    /** What is before each value: the separator and the field's name. */
    private final byte[][] beginnings;
    /**
     * The last schema of a struct that is equal to this one, but another object. No other thread has to see it at once,
     * because it saves only a comparison.
     */
    private @Nullable Schema equalSchema;

    private StructWriter(Schema schema, List<ValueWriter> writers) throws UnsupportedJsonException {
        this.schema = schema;
        this.fields = schema.fields().toArray(Field[]::new);
        this.writers = writers.toArray(ValueWriter[]::new);
        this.beginnings = new byte[fields.length][];
        JsonOutput out = new JsonOutput();
        for (int i = 0; i < fields.length; i++) {
            out.clear();
            out.write(i == 0 ? '{' : ',');
            out.writeText(fields[i].name());
            out.write(':');
            beginnings[i] = out.toBytes();
        }
    }

    /** Null if a field is JsonConverter's alone, is a duplicate, or is not at its index. */
    static @Nullable StructWriter of(Schema schema, JsonConverterConfig config, int depth) {
        Set<String> names = new HashSet<>();
        List<ValueWriter> writers = new ArrayList<>();
        for (Field field : schema.fields()) {
            ValueWriter writer = ValueWriter.of(field.schema(), config, depth + 1);
            if (writer == null || !names.add(field.name()) || field.index() != writers.size()) {
                return null;
            }
            writers.add(writer);
        }
        try {
            return new StructWriter(schema, writers);
        } catch (UnsupportedJsonException e) {
            return null;
        }
    }

    @Override
    public void write(JsonOutput out, Object value) throws UnsupportedJsonException {
        // A subclass might have other values than its fields.
        if (value.getClass() != Struct.class) {
            throw new UnsupportedJsonException();
        }
        Struct struct = (Struct) value;
        Schema other = struct.schema();
        if (other != schema && other != equalSchema) {
            compare(other);
        }
        for (int i = 0; i < fields.length; i++) {
            out.write(beginnings[i]);
            Field field = fields[i];
            ValueWriter writer = writers[i];
            // Looking a field up by its name is slower.
            writer.write(out, writer.ignoresDefault() ? struct.getWithoutDefault(field.name()) : struct.get(field));
        }
        if (fields.length == 0) {
            out.write('{');
        }
        out.write('}');
    }

    private void compare(Schema other) throws UnsupportedJsonException {
        if (other.getClass() != ConnectSchema.class || !other.equals(schema)) {
            throw new UnsupportedJsonException();
        }
        equalSchema = other;
    }
}
