package io.millrace.payloads.connect;

import io.millrace.payloads.PayloadReader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.connector.ConnectRecord;

/**
 * Finds payloads in the values of records, see {@link PayloadSchema}, and replaces them by the original values, byte
 * for byte and with their original schemas. All payloads of a record, and of as many records as are begun, are read at
 * once, within the reader's byte budget.
 *
 * <p>A record without a value, and one without a schema in which there are no payloads, pass as the same object; so
 * does one whose schema has none. Records are never changed. For use by one thread; a record's future may be completed
 * by another.
 */
public final class RestoredFields {
    private final RecordRewriter rewriting;

    private RestoredFields(List<FieldPath> paths, LeafRule rule) {
        this.rewriting = new RecordRewriter(paths.isEmpty() ? PathTree.everywhere() : PathTree.of(paths), rule);
    }

    /**
     * Fields that become what they were.
     *
     * @param paths which ones; all payloads at any depth if there are none
     * @param reader reads their values; stays the caller's to close
     */
    public static RestoredFields values(List<FieldPath> paths, PayloadReader reader) {
        return new RestoredFields(paths, new RestoreRule(reader));
    }

    /**
     * Fields that become URLs: those of their store, see {@link PayloadReader#presign}, and {@code data:} URLs of what
     * is inline.
     *
     * @param paths which ones; all payloads at any depth if there are none
     * @param reader has the stores; stays the caller's to close
     * @param validity how long a store's URL can be used
     */
    public static RestoredFields presignedUrls(List<FieldPath> paths, PayloadReader reader, Duration validity) {
        return new RestoredFields(paths, new PresignRule(reader, validity));
    }

    /**
     * Begins to read a record's payloads. Waits only if too many bytes are in flight.
     *
     * @return the record with the values; or an exception that names the record's place and the path:
     *     {@link org.apache.kafka.connect.errors.DataException} if a payload is malformed, refers to a location that is
     *     not permitted, is missing, or differs from its reference,
     *     {@link org.apache.kafka.connect.errors.ConnectException} if the store was not available within the retry
     *     timeout
     */
    public <R extends ConnectRecord<R>> CompletableFuture<R> restore(R record) {
        return rewriting.rewrite(record);
    }

    /**
     * How many bytes {@link #restore} reads from a store; 0 if the record has no payloads, or small ones that it contains
     * itself. Parts that are malformed, which {@link #restore} refuses, count nothing.
     *
     * @throws org.apache.kafka.connect.errors.DataException if the record's schema is malformed
     */
    public long bytesToRead(ConnectRecord<?> record) {
        return rewriting.bytesToRead(record);
    }

    /** Reads a record's payloads and waits for them; throws what {@link #restore} fails with. */
    public <R extends ConnectRecord<R>> R restoreNow(R record) {
        return PayloadFailure.await(restore(record));
    }
}
