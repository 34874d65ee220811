package io.millrace.tables;

/** How a field lies in a row. */
public enum FieldType {
    BOOLEAN(1),
    INT32(Integer.BYTES),
    INT64(Long.BYTES),
    FLOAT64(Double.BYTES),
    TEXT(0),
    BYTES(0);

    private final int width;

    FieldType(int width) {
        this.width = width;
    }

    /** The bytes of every value; 0 if the values have different lengths. */
    int width() {
        return width;
    }
}
