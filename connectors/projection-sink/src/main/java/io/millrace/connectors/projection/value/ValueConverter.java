package io.millrace.connectors.projection.value;

import org.apache.kafka.connect.errors.DataException;

/** Makes a non-null value fit. */
@FunctionalInterface
public interface ValueConverter {
    /**
     * The value in its new form.
     *
     * @throws DataException if it does not fit; the message never has the value
     */
    Object convert(Object value);
}
