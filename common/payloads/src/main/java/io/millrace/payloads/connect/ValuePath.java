package io.millrace.payloads.connect;

import org.jspecify.annotations.Nullable;

/**
 * Where a value is inside of a record's value, for messages.
 *
 * @param around what it is in; null for the record's value itself
 * @param step from there, as in {@link FieldPath}
 */
record ValuePath(@Nullable ValuePath around, String step) {
    static final ValuePath ROOT = new ValuePath(null, "");

    ValuePath field(String name) {
        return new ValuePath(this, around == null && step.isEmpty() ? name : "." + name);
    }

    ValuePath elements() {
        return new ValuePath(this, "[]");
    }

    @Override
    public String toString() {
        return around == null ? step : around + step;
    }
}
