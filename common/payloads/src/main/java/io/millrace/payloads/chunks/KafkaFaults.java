package io.millrace.payloads.chunks;

import io.millrace.payloads.PayloadException;
import io.millrace.payloads.UnavailableStoreException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** Translates failures of Kafka's clients. */
final class KafkaFaults {
    private KafkaFaults() {}

    /** The failure as one of a store: transient, but where only a change of settings or rights would help. */
    static PayloadException translate(String what, Throwable thrown) {
        Throwable failure = cause(thrown);
        if (failure instanceof PayloadException known) {
            return known;
        }
        String message = what + ": " + failure;
        if (failure instanceof InterruptException || failure instanceof InterruptedException) {
            return new PayloadException(what + ": interrupted", failure);
        }
        boolean isTransient =
                failure instanceof KafkaException && !isLasting(failure) && !isLasting(failure.getCause());
        return isTransient ? new UnavailableStoreException(message, failure) : new PayloadException(message, failure);
    }

    /**
     * Whether a producer can continue after this failure. An idempotent one may have lost its sequence, and some
     * failures are permanent.
     */
    static boolean leavesProducerUsable(Throwable thrown) {
        Throwable failure = cause(thrown);
        return failure instanceof RetriableException
                || failure instanceof RecordTooLargeException
                || failure instanceof TopicAuthorizationException
                || failure instanceof PayloadException;
    }

    private static boolean isLasting(@Nullable Throwable failure) {
        return failure instanceof RecordTooLargeException
                || failure instanceof AuthorizationException
                || failure instanceof InvalidTopicException
                || failure instanceof InvalidConfigurationException
                || failure instanceof InvalidPartitionsException
                || failure instanceof PolicyViolationException
                || failure instanceof UnsupportedVersionException
                || failure instanceof ConfigException;
    }

    static Throwable cause(Throwable thrown) {
        return (thrown instanceof ExecutionException || thrown instanceof CompletionException)
                        && thrown.getCause() != null
                ? thrown.getCause()
                : thrown;
    }
}
