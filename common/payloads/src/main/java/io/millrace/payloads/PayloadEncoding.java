package io.millrace.payloads;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The compression of one payload: when its result is first needed, on that thread; or already while the payload is hashed, on
 * another thread. Safe for use by many threads.
 */
final class PayloadEncoding {
    /** Smaller payloads are compressed in less time than another thread needs to wake up. */
    static final int BACKGROUND_BYTES = 256 * 1024;

    private final Codec codec;
    private final byte[] payload;
    /** Null if it begins when the result is needed; null as a result if it was given up before it began. */
    private @Nullable CompletableFuture<Codec.@Nullable Encoded> begun;

    private volatile boolean ended;

    private PayloadEncoding(Codec codec, byte[] payload) {
        this.codec = codec;
        this.payload = payload;
    }

    /** Begins nothing yet. */
    static PayloadEncoding onDemand(Codec codec, byte[] payload) {
        return new PayloadEncoding(codec, payload);
    }

    /** Begins to compress a large payload on a thread of the executor; a small one on demand. */
    static PayloadEncoding inBackground(Codec codec, byte[] payload, Executor executor) {
        PayloadEncoding encoding = new PayloadEncoding(codec, payload);
        if (codec != Codec.NONE && payload.length >= BACKGROUND_BYTES) {
            try {
                encoding.begun =
                        CompletableFuture.supplyAsync(() -> encoding.ended ? null : codec.encode(payload), executor);
            } catch (RejectedExecutionException e) {
                // The writer is being closed; the store answers that.
                return encoding;
            }
        }
        return encoding;
    }

    /** The payload as it is to be stored. Not to be called after {@link #end}. */
    CompletableFuture<Codec.Encoded> result() {
        return begun == null
                ? CompletableFuture.completedFuture(codec.encode(payload))
                : begun.thenApply(encoded -> {
                    if (encoded == null) {
                        throw new IllegalStateException("The compression was given up");
                    }
                    return encoded;
                });
    }

    /** Begins no compression that has not begun, and runs an action when none holds memory any longer. */
    @SuppressWarnings("FutureReturnValueIgnored") // The caller has the result, if it needs it.
    void end(Runnable action) {
        ended = true;
        if (begun == null) {
            action.run();
        } else {
            begun.whenComplete((encoded, failure) -> action.run());
        }
    }
}
