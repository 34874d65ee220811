package io.millrace.connectors.projection;

import org.apache.kafka.connect.errors.DataException;

/** Makes a non-null value fit. */
@FunctionalInterface
interface ValueConverter {
    /**
     * The value in its new form.
     *
     * @throws DataException where it does not fit; the message never has the value
     */
    Object convert(Object value);
}
