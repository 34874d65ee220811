package io.millrace.payloads.connect;

import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Where a value is inside of a record's value, for messages, and to notice schemas that contain themselves.
 *
 * @param around the path of its container; null for the record's value itself
 * @param step from there, as in {@link FieldPath}
 * @param structure the structure that is being visited here; null if it is none
 */
record ValuePath(
        @Nullable ValuePath around, String step, @Nullable VisitedStructure structure) {
    static final ValuePath ROOT = new ValuePath(null, "", null);

    /** A structure whose fields are being visited. Its wrappers, as converters make them of recursive schemas, have the same fields. */
    static final class VisitedStructure {
        private final Field first;
        private boolean recursive;

        private VisitedStructure(Field first) {
            this.first = first;
        }

        /** Whether it was met inside of itself. */
        boolean isRecursive() {
            return recursive;
        }
    }

    ValuePath field(String name) {
        return new ValuePath(this, around == null && step.isEmpty() ? name : "." + name, null);
    }

    ValuePath elements() {
        return new ValuePath(this, "[]", null);
    }

    /** This place, while a structure that has fields is visited. */
    ValuePath visiting(Schema struct) {
        return new ValuePath(around, step, new VisitedStructure(struct.fields().get(0)));
    }

    /** Whether the structure is inside of itself here; then the outer one is recursive. */
    @SuppressWarnings("ReferenceEquality") // To compare recursive fields would not end.
    boolean isInside(Schema struct) {
        Field first = struct.fields().get(0);
        for (ValuePath at = around; at != null; at = at.around) {
            if (at.structure != null && at.structure.first == first) {
                at.structure.recursive = true;
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return around == null ? step : around + step;
    }
}
