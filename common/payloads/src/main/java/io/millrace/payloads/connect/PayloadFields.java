package io.millrace.payloads.connect;

import io.millrace.payloads.PayloadWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.jspecify.annotations.Nullable;

/**
 * Replaces fields in the values of records by payloads, see {@link PayloadSchema}, and stores the large ones. All
 * fields of a record, and of as many records as are begun, are stored at once, within the writer's byte budget; a value
 * that is the same in several of them is stored once.
 *
 * <p>A record without a value, and one without any of the fields, is returned as the same object. Records are never
 * changed; the new one shares with its original what is not on a path. One input schema gives one instance of an output
 * schema. A field's schema changes also where its value is null.
 *
 * <p>For use by one thread. A record's future may be completed by another.
 */
public final class PayloadFields {
    private final RecordRewriter rewriting;

    /**
     * Fields of records.
     *
     * @param paths which ones
     * @param writer stores their values; stays the caller's to close
     * @param contentType their values' media type; null if it is unknown
     */
    public PayloadFields(List<FieldPath> paths, PayloadWriter writer, @Nullable String contentType) {
        this.rewriting = new RecordRewriter(PathTree.of(paths), new StoreRule(writer, contentType));
    }

    /**
     * Begins to store a record's large fields. Waits only if too many bytes are in flight.
     *
     * @param record neither it nor what its value has in it may change before the future completes
     * @return the record with the payloads, complete only when all of them are stored; or an exception that names the
     *     record's place and the path: {@link org.apache.kafka.connect.errors.DataException} if a path leads to
     *     something other than bytes and strings or a value is larger than allowed,
     *     {@link org.apache.kafka.connect.errors.ConnectException} if the store was not available within the retry
     *     timeout
     */
    public <R extends ConnectRecord<R>> CompletableFuture<R> store(R record) {
        return rewriting.rewrite(record);
    }

    /** Stores a record's large fields and waits for them; throws what {@link #store} fails with. */
    public <R extends ConnectRecord<R>> R storeNow(R record) {
        return await(store(record));
    }

    /** Waits for a record that is being stored, or throws its failure. */
    public static <R> R await(CompletableFuture<R> record) {
        return PayloadFailure.await(record);
    }
}
