package io.millrace.changes;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The operation on a row, with its code in the field {@code op} of Debezium's envelope. */
public enum Operation {
    CREATE("c"),
    UPDATE("u"),
    DELETE("d"),
    /** A row that a snapshot read. */
    READ("r"),
    /** All rows of the table were removed at once. */
    TRUNCATE("t");

    private static final Operation[] ALL = values();

    private final String code;

    Operation(String code) {
        this.code = code;
    }

    /** The value of {@code op}. */
    public String code() {
        return code;
    }

    /** The operation with this code; null if there is none. */
    public static @Nullable Operation findByCode(@Nullable Object code) {
        for (Operation operation : ALL) {
            if (operation.code.equals(code)) {
                return operation;
            }
        }
        return null;
    }

    /** The operation that {@link #toString} writes like this. */
    public static Optional<Operation> findByName(String name) {
        return Arrays.stream(ALL)
                .filter(operation -> operation.toString().equals(name))
                .findAny();
    }

    /** Whether a statement changed rows: what a snapshot read and what was truncated has no text of a statement. */
    public boolean isChangeOfRows() {
        return this == CREATE || this == UPDATE || this == DELETE;
    }

    /** Whether the change has the row as it was before. */
    boolean requiresBefore() {
        return this == UPDATE || this == DELETE;
    }

    /** Whether the change has the row as it is afterwards. */
    boolean requiresAfter() {
        return this == CREATE || this == UPDATE || this == READ;
    }

    /** The name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
