package io.millrace.expressions;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * A CEL expression that computes a value. One that only follows a path ({@code after.total}) hands on the very value and
 * schema that it finds there, so that decimals, temporal types and whatever CEL has no type for keep their meaning.
 * Safe for use by many threads.
 */
public interface Expression {
    /**
     * The schema that {@link #value} has in records whose variables have the scope's schemas; null where it has none,
     * because the record has no schema there or because the expression is {@link #dynamic}.
     *
     * @throws DataException where the expression names something that the schema does not have
     */
    @Nullable
    Schema schema(Scope scope);

    /**
     * The value, as Connect represents it.
     *
     * @throws DataException where the expression cannot be evaluated on this record
     */
    @Nullable
    Object value(Scope scope);

    /** The paths that the expression reads, e.g. {@code after.status}, so that a schema can be checked for them. */
    Set<Path> paths();

    /** The schema that {@link #value} has whatever the record is; empty where that depends on the record. */
    default Optional<Schema> declared() {
        return Optional.empty();
    }

    /** Whether the type of the value can be known only by looking at it, even in a record with schemas. */
    boolean dynamic();
}
