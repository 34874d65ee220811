package io.millrace.connectors.projection.write;

import java.util.Map;
import org.apache.kafka.connect.errors.DataException;

/** Why a record is refused. The message says where the record is; neither it nor the details hold payload. */
public final class RefusedRecordException extends DataException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, String> details;

    RefusedRecordException(String message, Map<String, String> details, Throwable cause) {
        super(message, cause);
        this.details = Map.copyOf(details);
    }

    /** What is known, by the names of {@link ErrorHeaders}. */
    public Map<String, String> details() {
        return details;
    }
}
