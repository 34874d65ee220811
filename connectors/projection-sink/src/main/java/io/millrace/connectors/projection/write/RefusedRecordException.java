package io.millrace.connectors.projection.write;

import java.util.Map;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** A refused record. The message names the record's place; neither the message nor the details contain payload. */
final class RefusedRecordException extends DataException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, String> details;

    RefusedRecordException(String message, Map<String, String> details, @Nullable Throwable cause) {
        super(message, cause);
        this.details = Map.copyOf(details);
    }

    /** The same with an addition to the message. */
    RefusedRecordException with(String addition) {
        return new RefusedRecordException(getMessage() + addition, details, getCause());
    }

    /** The details, by the names of {@link io.millrace.events.DeadLetterHeaders}. */
    Map<String, String> details() {
        return details;
    }
}
