package io.millrace.clients.spooling;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.spool.SpooledHeader;
import io.millrace.spool.SpooledRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record that its caller waits for. Its fields that change belong to the {@link RecordRouter}, which has a lock for them; future and callback
 * complete once, without the lock.
 */
final class PendingRecord {
    private static final Logger LOG = LoggerFactory.getLogger(PendingRecord.class);

    /** Where a record is. */
    enum Place {
        /** With Kafka's producer. */
        DIRECT,
        /** In the queue of the spool, or in an object that is being stored. */
        SPOOL,
        /** In memory, until what the spool has of its slot is in Kafka. */
        HELD,
        /** Its caller has an answer. */
        DONE
    }

    final ProducerRecord<byte[], byte[]> record;
    private final byte[] eventId;
    final long acceptedMs;
    final long acceptedWallMs;
    final int bytes;
    /** Null if the record has no order with others. */
    final @Nullable Slot slot;

    private final Answer answer = new Answer();
    private final @Nullable Callback callback;

    Place place = Place.DIRECT;
    /** In the order of the calls; 0 if it was not accepted. */
    long order;
    /** The producer that it was sent with; null if it was not. */
    @Nullable
    Attempt attempt;

    /** The partition of an attempt that may have been written; null without one. */
    @Nullable
    Integer attempted;

    @Nullable
    Throwable kafkaFailure;
    /** Its neighbours among those that Kafka's producer has. */
    final RecordChain.Links direct = new RecordChain.Links();
    /** Its neighbours among those without an answer. */
    final RecordChain.Links unanswered = new RecordChain.Links();

    PendingRecord(
            ProducerRecord<byte[], byte[]> record,
            byte[] eventId,
            long acceptedMs,
            long acceptedWallMs,
            int bytes,
            @Nullable Slot slot,
            @Nullable Callback callback) {
        this.record = record;
        this.eventId = eventId;
        this.acceptedMs = acceptedMs;
        this.acceptedWallMs = acceptedWallMs;
        this.bytes = bytes;
        this.slot = slot;
        this.callback = callback;
    }

    /** The caller's future, which cannot be cancelled: the record may be on its way. */
    private static final class Answer extends CompletableFuture<RecordMetadata> {
        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
        }
    }

    CompletableFuture<RecordMetadata> answer() {
        return answer;
    }

    void succeed(RecordMetadata metadata) {
        call(metadata, null);
        answer.complete(metadata);
    }

    void fail(Exception failure) {
        call(metadata(), failure);
        answer.completeExceptionally(failure);
    }

    private void call(RecordMetadata metadata, @Nullable Exception failure) {
        if (callback == null) {
            return;
        }
        try {
            callback.onCompletion(metadata, failure);
        } catch (Throwable e) {
            // Also an error, or a checked exception that was not declared: the thread has other records to answer.
            LOG.error("A callback failed for a record of the topic {}", record.topic(), e);
        }
    }

    /** The metadata of a record that Kafka has not acknowledged: {@code hasOffset()} is false. */
    RecordMetadata metadata() {
        Integer partition = partition();
        byte[] key = record.key();
        byte[] value = record.value();
        return new RecordMetadata(
                new TopicPartition(record.topic(), partition == null ? RecordMetadata.UNKNOWN_PARTITION : partition),
                -1,
                0,
                record.timestamp(),
                key == null ? -1 : key.length,
                value == null ? -1 : value.length);
    }

    private @Nullable Integer partition() {
        return attempted == null ? record.partition() : attempted;
    }

    /** The record as it is spooled. */
    SpooledRecord spooled() {
        List<SpooledHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new SpooledHeader(header.key(), header.value()));
        }
        return new SpooledRecord(
                attempted != null,
                record.topic(),
                partition(),
                record.timestamp(),
                acceptedWallMs,
                attempted == null || attempt == null
                        ? SpooledRecord.NO_FLOOR
                        : attempt.floor(record.topic(), attempted),
                new String(eventId, UTF_8),
                record.key(),
                record.value(),
                headers);
    }
}
