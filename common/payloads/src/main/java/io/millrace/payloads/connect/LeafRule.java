package io.millrace.payloads.connect;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;

/** Which of the values that were selected are replaced, and by what. */
interface LeafRule {
    /**
     * The schema of what replaces values of this schema; null where they stay.
     *
     * @param name the value's place, for schemas' names
     * @throws DataException where they can neither be replaced nor stay
     */
    Schema target(Schema schema, Place place, String name);

    /**
     * Whether a value without a schema is replaced.
     *
     * @throws DataException where it can neither be replaced nor stay
     */
    boolean replaces(Object value, Place place);

    /** What replaces a value; or a {@code PayloadException} or a {@link DataException}. */
    CompletableFuture<?> replacement(String topic, Leaf leaf);

    /** What replaces a value in a schema's default; stores and reads nothing. */
    Object replacementInDefault(Leaf leaf);
}
