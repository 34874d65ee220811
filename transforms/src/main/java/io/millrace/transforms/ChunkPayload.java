package io.millrace.transforms;

import io.millrace.transforms.payload.StoringOptions;
import org.apache.kafka.connect.connector.ConnectRecord;

/**
 * Stores large values of fields as chunks on another topic, for systems without an object store: {@link ClaimCheck}
 * with a {@code payload.store} that is a topic; everything else is the same.
 *
 * <pre>{@code
 * "transforms": "chunk",
 * "transforms.chunk.type": "io.millrace.transforms.ChunkPayload",
 * "transforms.chunk.fields": "document",
 * "transforms.chunk.payload.store": "kafka:shop.payloads"
 * }</pre>
 *
 * @param <R> the record's type
 */
public final class ChunkPayload<R extends ConnectRecord<R>> extends StoringTransform<R> {
    public ChunkPayload() {
        super(StoringOptions.CHUNKS);
    }
}
