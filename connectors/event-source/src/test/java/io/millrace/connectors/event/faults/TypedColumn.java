package io.millrace.connectors.event.faults;

import java.util.Random;
import java.util.function.Function;

/**
 * A column of a certain type.
 *
 * @param type as a statement declares it, with its default
 * @param value a random value that is not NULL
 */
record TypedColumn(String name, String type, Function<Random, Cell> value) {
    private static final int NULL_OF = 4;

    /** A random value, which may be NULL. */
    Cell randomCell(Random random) {
        return random.nextInt(NULL_OF) == 0 ? Cell.NULL : value.apply(random);
    }
}
