package io.millrace.converters;

import io.millrace.payloads.PayloadException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;

/** The exceptions of a producer or a consumer for a payload that could not be stored or read. */
final class SerdeFailure {
    private SerdeFailure() {}

    /**
     * The exception to throw.
     *
     * @return a {@link TimeoutException}, which Kafka calls retriable, if the store was not available within the retry
     *     timeout; a {@link SerializationException} if the message is wrong and will be the next time
     */
    static KafkaException of(String place, PayloadException failure) {
        String message = place + ": " + failure.getMessage();
        return failure.isTransient()
                ? new TimeoutException(message, failure)
                : new SerializationException(message, failure);
    }
}
