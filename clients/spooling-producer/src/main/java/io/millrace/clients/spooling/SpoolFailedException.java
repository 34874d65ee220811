package io.millrace.clients.spooling;

import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Neither Kafka nor the spool has acknowledged a record: it counts as lost, and the caller has to decide what is
 * done. As after a timeout of Kafka's producer, it may arrive all the same. The cause is what happened at Kafka; the failure of the store
 * is a suppressed exception. The same call may succeed later.
 */
public final class SpoolFailedException extends RetriableException {
    private static final long serialVersionUID = 1L;

    SpoolFailedException(@Nullable Throwable kafka, String location, Throwable store) {
        super(
                "Neither Kafka nor the spool took the record. Kafka: "
                        + (kafka == null ? "no answer before" : reason(kafka)) + ". " + location + ": " + reason(store),
                kafka == null ? store : kafka);
        if (kafka != null) {
            addSuppressed(store);
        }
    }

    /** Some failures, such as those of the JVM, have no message. */
    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }
}
