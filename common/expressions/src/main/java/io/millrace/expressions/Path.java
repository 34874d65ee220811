package io.millrace.expressions;

import java.util.List;

/**
 * A way from a variable into its value: {@code after.address.city}.
 *
 * @param variable the variable's name
 * @param steps the names of the fields or keys to follow, in order; may be empty
 */
public record Path(String variable, List<String> steps) {
    /** Copies the steps. */
    public Path {
        steps = List.copyOf(steps);
    }

    @Override
    public String toString() {
        return steps.isEmpty() ? variable : variable + "." + String.join(".", steps);
    }
}
