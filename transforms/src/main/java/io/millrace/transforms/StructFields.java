package io.millrace.transforms;

import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** What a Struct really has, without the defaults that Connect puts in the place of nulls. */
public final class StructFields {
    private StructFields() {}

    /** The value of a field of the Struct's own schema, which may be null; null for no field. */
    public static Object get(Struct struct, Field field) {
        if (field == null) {
            return null;
        }
        // By the field is quicker than by its name, but gives the default.
        return field.schema().defaultValue() == null ? struct.get(field) : struct.getWithoutDefault(field.name());
    }
}
