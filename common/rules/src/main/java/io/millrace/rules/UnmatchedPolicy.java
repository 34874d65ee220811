package io.millrace.rules;

import java.util.Locale;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** The treatment of a record that no rule matches. */
enum UnmatchedPolicy {
    DROP,
    PASS,
    FAIL;

    /**
     * The record if it passes, null if it is dropped.
     *
     * @param reason why no rule matches
     * @throws DataException with the reason if the record is refused
     */
    <R extends ConnectRecord<R>> @Nullable R applyTo(R record, String reason) {
        return switch (this) {
            case DROP -> null;
            case PASS -> record;
            case FAIL -> throw new DataException(reason);
        };
    }

    /** The name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
