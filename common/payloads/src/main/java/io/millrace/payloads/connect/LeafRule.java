package io.millrace.payloads.connect;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Decides which of the selected values are replaced, and creates the replacements. */
interface LeafRule {
    /**
     * The schema of what replaces values of this schema; null if they stay.
     *
     * @param name the value's place, for schemas' names
     * @throws DataException if they can neither be replaced nor stay
     */
    @Nullable
    Schema target(Schema schema, ValuePath path, String name);

    /**
     * Whether a value without a schema is replaced.
     *
     * @throws DataException if it can neither be replaced nor stay
     */
    boolean replaces(Object value, ValuePath path);

    /**
     * How many bytes are read from a store for the value that replaces this one.
     *
     * @throws DataException if the value is malformed
     */
    long bytesToRead(Leaf leaf);

    /** How many of these bytes a record may have if it has several such values. */
    long maxBytesToRead();

    /** The replacement of a value; or a {@code PayloadException} or a {@link DataException}. */
    CompletableFuture<?> replacement(String topic, Leaf leaf);

    /** The replacement of a schema's default value; stores and reads nothing. */
    Object replacementInDefault(Leaf leaf);
}
