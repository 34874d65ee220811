package io.millrace.expressions;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * A CEL expression that computes a value. An expression that is only a path ({@code after.total}) returns the value and
 * schema at that path unchanged, so that decimals, temporal types and types that CEL does not have are preserved. Safe
 * for use by many threads.
 */
public interface Expression {
    /**
     * The schema that {@link #value} has in records whose variables have the scope's schemas; null if it has none,
     * because the record has no schema there or because the expression is {@link #dynamic}.
     *
     * @throws DataException if the expression names something that the schema does not have
     */
    @Nullable
    Schema schema(Scope scope);

    /**
     * The value, as Connect represents it.
     *
     * @throws DataException if the expression cannot be evaluated on this record
     */
    @Nullable
    Object value(Scope scope);

    /** The same expression, but null if it only follows a path and the record has no field of a name of the path. */
    default Expression nullIfMissing() {
        return this;
    }

    /** The paths that the expression reads, e.g. {@code after.status}, so that a schema can be checked for them. */
    Set<Path> paths();

    /** Those of the paths whose first field every record must have: fields that the expression does not test with {@code has()}. */
    default Set<Path> requiredPaths() {
        return paths();
    }

    /** The path, if the expression only follows one; a declared type does not matter. */
    default Optional<Path> path() {
        return Optional.empty();
    }

    /** Whether the expression has this text as a constant. */
    default boolean containsText(String text) {
        return false;
    }

    /** What the expression reads of a table, if it only does that; a declared type does not matter. */
    default Optional<LookupExpression> lookup() {
        return Optional.empty();
    }

    /** The schema that {@link #value} has whatever the record is; empty if that depends on the record. */
    default Optional<Schema> declared() {
        return Optional.empty();
    }

    /** Whether only the value itself shows its type, even in a record with schemas. */
    boolean dynamic();
}
