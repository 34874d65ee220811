package io.millrace.transforms.context;

import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;

/** A place where the value of a header may be found. For one thread. */
interface ContextSource {
    /**
     * The value for this header, which {@link ValueLimit} has no objection to; empty where this place has none.
     *
     * @param key the header
     * @param record the record that the header is for
     * @param change the record's value: a change of a row
     */
    Optional<String> value(String key, ConnectRecord<?> record, Envelope change);
}
