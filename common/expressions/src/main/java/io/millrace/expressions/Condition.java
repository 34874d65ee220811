package io.millrace.expressions;

import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.errors.DataException;

/** A CEL expression whose value is a boolean. Safe for use by many threads. */
public interface Condition {
    /**
     * Evaluates the condition on a record. One that is unknown, because of a NULL, does not hold.
     *
     * @throws DataException if the expression cannot be evaluated on this record; the message names the place in the
     *     expression and never a value
     */
    boolean test(Scope scope);

    /** The paths that the condition reads, e.g. {@code after.status}, so that a schema can be checked for them. */
    Set<Path> paths();

    /** Those of the paths whose first field every record must have: fields that the condition does not test with {@code has()}. */
    Set<Path> requiredPaths();

    /** The texts that the condition compares with paths, by equality, order or {@code in}. */
    Set<ComparedText> comparedTexts();

    /** Texts without which the condition is false; may be empty. */
    List<RequiredText> requirements();
}
