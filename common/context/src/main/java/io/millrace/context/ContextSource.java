package io.millrace.context;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.LogicalMessage;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;

/** A place in which the value of a header is looked for. For use by one thread. */
interface ContextSource {
    /**
     * The value for a header, valid by {@link ValueLimit}; empty if this place has none.
     *
     * @param key the header
     * @param record the record that gets the header
     * @param change the record's value: a change of a row
     */
    Optional<String> find(String key, ConnectRecord<?> record, ChangeReader change);

    /**
     * Takes a message of the source's log, which comes before the changes that it concerns.
     *
     * @return whether the message is this source's
     */
    default boolean observe(LogicalMessage message) {
        return false;
    }
}
