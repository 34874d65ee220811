package io.millrace.transforms.official;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What happened to a row, with the code that Debezium's envelope has for it in {@code op}. */
enum Operation {
    CREATE("c"),
    UPDATE("u"),
    DELETE("d"),
    /** A row that a snapshot read. */
    READ("r"),
    /** All rows of the table went at once. */
    TRUNCATE("t");

    private static final Operation[] ALL = values();

    private final String code;

    Operation(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }

    /** The operation with this code; null where there is none. */
    static Operation ofCodeOrNull(Object code) {
        for (Operation operation : ALL) {
            if (operation.code.equals(code)) {
                return operation;
            }
        }
        return null;
    }

    static Optional<Operation> ofName(String name) {
        return Arrays.stream(values())
                .filter(operation -> operation.toString().equals(name))
                .findAny();
    }

    /** As a rule's {@code on} clause writes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
