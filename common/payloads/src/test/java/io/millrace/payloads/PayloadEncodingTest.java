package io.millrace.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A large payload is compressed while it is hashed, and its share of the budget is held until the compression ends. */
class PayloadEncodingTest {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final AtomicInteger released = new AtomicInteger();

    private static byte[] text(int bytes) {
        byte[] payload = new byte[bytes];
        Arrays.fill(payload, (byte) 'a');
        return payload;
    }

    @Test
    void compressesALargePayloadOnTheExecutor() {
        byte[] payload = text(PayloadEncoding.BACKGROUND_BYTES);
        PayloadEncoding encoding = PayloadEncoding.inBackground(Codec.ZSTD, payload, tasks::add);
        CompletableFuture<Codec.Encoded> result = encoding.result();
        assertThat(result).isNotDone();

        tasks.remove().run();

        Codec.Encoded encoded = result.join();
        assertThat(encoded.codec()).isEqualTo(Codec.ZSTD);
        assertThat(Codec.ZSTD.decode(encoded.stored(), payload.length)).isEqualTo(payload);
    }

    @Test
    void compressesASmallPayloadOnTheCallersThread() {
        PayloadEncoding encoding =
                PayloadEncoding.inBackground(Codec.ZSTD, text(PayloadEncoding.BACKGROUND_BYTES - 1), tasks::add);

        assertThat(encoding.result().join().codec()).isEqualTo(Codec.ZSTD);
        assertThat(tasks).isEmpty();
    }

    @Test
    void beginsNothingWithoutACodec() {
        byte[] payload = text(PayloadEncoding.BACKGROUND_BYTES);
        PayloadEncoding encoding = PayloadEncoding.inBackground(Codec.NONE, payload, tasks::add);

        assertThat(encoding.result().join().stored()).isSameAs(payload);
        assertThat(tasks).isEmpty();
    }

    @Test
    void keepsTheShareUntilAnUnneededCompressionEnds() {
        PayloadEncoding encoding =
                PayloadEncoding.inBackground(Codec.ZSTD, text(PayloadEncoding.BACKGROUND_BYTES), tasks::add);

        encoding.end(released::incrementAndGet);
        assertThat(released).hasValue(0);

        tasks.remove().run();
        assertThat(released).hasValue(1);
    }

    @Test
    void compressesNothingThatWasGivenUpBefore() {
        PayloadEncoding encoding =
                PayloadEncoding.inBackground(Codec.ZSTD, text(PayloadEncoding.BACKGROUND_BYTES), tasks::add);
        CompletableFuture<Codec.Encoded> result = encoding.result();

        encoding.end(released::incrementAndGet);
        tasks.remove().run();

        assertThatThrownBy(result::join).hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void compressesOnDemandIfTheExecutorIsClosed() {
        PayloadEncoding encoding =
                PayloadEncoding.inBackground(Codec.ZSTD, text(PayloadEncoding.BACKGROUND_BYTES), task -> {
                    throw new RejectedExecutionException("closed");
                });

        assertThat(encoding.result().join().codec()).isEqualTo(Codec.ZSTD);
        encoding.end(released::incrementAndGet);
        assertThat(released).hasValue(1);
    }
}
