package io.millrace.payloads.s3;

import java.nio.ByteBuffer;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/**
 * The body of a request. It is sent in slices: the client copies each buffer into memory outside of the heap before it writes its
 * first byte, so a whole payload would be copied before anything of it is sent, and would need its own size in addition.
 */
final class S3Body {
    /** Large enough that a slice costs nothing, small enough that the client takes its copy from a pool. */
    private static final int SLICE_BYTES = 256 * 1024;

    private S3Body() {}

    /** A body of the remaining bytes, which are not copied and must not change until the request is complete. */
    static AsyncRequestBody of(ByteBuffer bytes) {
        int size = bytes.remaining();
        ByteBuffer[] slices = new ByteBuffer[Math.max(1, (size + SLICE_BYTES - 1) / SLICE_BYTES)];
        for (int i = 0; i < slices.length; i++) {
            int from = i * SLICE_BYTES;
            slices[i] = bytes.slice(bytes.position() + from, Math.min(SLICE_BYTES, size - from));
        }
        return AsyncRequestBody.fromByteBuffersUnsafe(slices);
    }
}
