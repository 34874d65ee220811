package io.millrace.payloads.connect;

import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.ErasedPayloadException;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.RefusedPayloadException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;

/**
 * The exceptions of Connect for a payload that could not be stored or read. Never a {@code RetriableException}: the store
 * has retried already, for as long as it is configured to.
 */
public final class PayloadFailure {
    private PayloadFailure() {}

    /**
     * The exception to throw.
     *
     * @param place the payload's place
     * @param failure the reason why it could not be stored or read
     * @return a {@link DataException} if the record is wrong and will be the next time; another
     *     {@link ConnectException} if the store was not available, or if the reason is not in the record
     */
    public static ConnectException of(String place, Throwable failure) {
        String message = place + ": " + failure.getMessage();
        return failure instanceof DataException
                        || failure instanceof RefusedPayloadException
                        || failure instanceof CorruptPayloadException
                        || failure instanceof MissingPayloadException
                        || failure instanceof ErasedPayloadException
                ? new DataException(message, failure)
                : new ConnectException(message, failure);
    }

    /** Waits for a record, and throws what it failed with. */
    static <R> R await(CompletableFuture<R> record) {
        try {
            return record.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("Interrupted while waiting for payloads", e);
        } catch (ExecutionException e) {
            throw withStackOfCaller(Objects.requireNonNull(e.getCause()));
        }
    }

    /** The same failure with the stack of who waited for it. */
    private static ConnectException withStackOfCaller(Throwable failure) {
        return failure instanceof DataException
                ? new DataException(failure.getMessage(), failure.getCause())
                : new ConnectException(
                        failure.getMessage(), failure instanceof ConnectException ? failure.getCause() : failure);
    }
}
