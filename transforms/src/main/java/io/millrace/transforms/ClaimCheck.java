package io.millrace.transforms;

import io.millrace.transforms.payload.StoringOptions;
import org.apache.kafka.connect.connector.ConnectRecord;

/**
 * Stores large values of fields elsewhere and leaves references in their places. {@link RestorePayload} gives them back.
 *
 * <pre>{@code
 * "transforms": "claim",
 * "transforms.claim.type": "io.millrace.transforms.ClaimCheck",
 * "transforms.claim.fields": "before.image,after.image",
 * "transforms.claim.payload.store": "s3://shop-payloads/changes",
 * "transforms.claim.payload.threshold.bytes": "65536"
 * }</pre>
 *
 * <p>A field becomes a {@link io.millrace.payloads.connect.PayloadSchema payload}: the value itself where it has no more
 * bytes than the threshold, where it is stored otherwise, and its size and hash either way. The schema is the same for both.
 * A reference is in a record only when its payload is stored, so whoever has the record can read the payload.
 *
 * <p>Records without a value and those that have none of the fields pass as they are. All fields of a record are stored at
 * once, one record after the other; a source of many large records is better off with a source connector that stores whole
 * batches. A replayed record stores the same objects again.
 *
 * <p>Throws {@code DataException} where a field is neither bytes nor a string or its value is larger than allowed,
 * {@code ConnectException} where the store was not available within the retry timeout; both name the record's place and the
 * path. Used by one thread, as Connect does.
 *
 * @param <R> the record's type
 */
public final class ClaimCheck<R extends ConnectRecord<R>> extends StoringTransform<R> {
    public ClaimCheck() {
        super(StoringOptions.ANY_STORE);
    }
}
