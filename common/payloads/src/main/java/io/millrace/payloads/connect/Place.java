package io.millrace.payloads.connect;

/**
 * Where a value is inside of a record's value, for messages.
 *
 * @param around what it is in; null for the record's value itself
 * @param step from there, as in {@link FieldPath}
 */
record Place(Place around, String step) {
    static final Place ROOT = new Place(null, "");

    Place field(String name) {
        return new Place(this, around == null && step.isEmpty() ? name : "." + name);
    }

    Place elements() {
        return new Place(this, "[]");
    }

    @Override
    public String toString() {
        return around == null ? step : around + step;
    }
}
