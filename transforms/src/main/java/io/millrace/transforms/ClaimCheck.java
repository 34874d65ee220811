package io.millrace.transforms;

import io.millrace.transforms.payload.StoringOptions;
import org.apache.kafka.connect.connector.ConnectRecord;

/**
 * Stores large values of fields elsewhere and replaces them with references. {@link RestorePayload} restores them.
 *
 * <pre>{@code
 * "transforms": "claim",
 * "transforms.claim.type": "io.millrace.transforms.ClaimCheck",
 * "transforms.claim.fields": "before.image,after.image",
 * "transforms.claim.payload.store": "s3://shop-payloads/changes",
 * "transforms.claim.payload.threshold.bytes": "65536"
 * }</pre>
 *
 * <p>A field becomes a {@link io.millrace.payloads.connect.PayloadSchema payload}: the value if it has no more bytes
 * than the threshold, otherwise its location, and in both cases its size and hash. The schema is the same for both. A
 * reference is in a record only when its payload is stored, so every reader of the record can read the payload.
 *
 * <p>Records without a value and those that have none of the fields pass as they are. The transform processes one
 * record at a time, and stores all fields of a record at once; for a source of many large records, a source connector
 * that stores whole batches is faster. A replayed record stores the same objects again.
 *
 * <p>Throws {@code DataException} if a field is neither bytes nor a string or its value is larger than allowed,
 * {@code ConnectException} if the store was not available within the retry timeout; both name the record's place and
 * the path. Used by one thread, as Connect does.
 *
 * @param <R> the record's type
 */
public final class ClaimCheck<R extends ConnectRecord<R>> extends StoringTransform<R> {
    public ClaimCheck() {
        super(StoringOptions.ANY_STORE);
    }
}
