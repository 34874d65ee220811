package io.millrace.payloads.s3;

import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.ErasureMarker;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Downloads an object into memory, but no more bytes than the reference states. */
final class S3Download implements AsyncResponseTransformer<GetObjectResponse, byte[]> {
    private final String uri;
    private final long size;
    private volatile CompletableFuture<byte[]> body = new CompletableFuture<>();
    private volatile long length;

    S3Download(String uri, long size) {
        this.uri = uri;
        // A marker may be in the place of a smaller payload.
        this.size = Math.max(size, ErasureMarker.BYTES);
    }

    @Override
    public CompletableFuture<byte[]> prepare() {
        body = new CompletableFuture<>();
        return body;
    }

    @Override
    public void onResponse(GetObjectResponse response) {
        // A server need not announce a length; then it is found out.
        length = response.contentLength() == null ? -1 : response.contentLength();
    }

    @Override
    public void onStream(SdkPublisher<ByteBuffer> stream) {
        stream.subscribe(new Collector(body));
    }

    @Override
    public void exceptionOccurred(Throwable failure) {
        body.completeExceptionally(failure);
    }

    private CorruptPayloadException tooLarge(String bytes) {
        return new CorruptPayloadException(uri + " has " + bytes + " bytes, more than the payload of " + size);
    }

    private final class Collector implements Subscriber<ByteBuffer> {
        private final CompletableFuture<byte[]> result;
        /** Null until the response begins. */
        private @Nullable Subscription subscription;

        /** Empty until the response begins, and after a failure. */
        private byte[] bytes = {};

        private int filled;

        Collector(CompletableFuture<byte[]> result) {
            this.result = result;
        }

        @Override
        public void onSubscribe(Subscription started) {
            subscription = started;
            if (length > size) {
                fail(tooLarge(Long.toString(length)));
                return;
            }
            bytes = new byte[(int) (length < 0 ? size : length)];
            started.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer part) {
            int count = part.remaining();
            if (result.isDone()) {
                return;
            }
            if (count > bytes.length - filled) {
                fail(tooLarge("at least " + (filled + (long) count)));
                return;
            }
            part.get(bytes, filled, count);
            filled += count;
        }

        private void fail(Exception failure) {
            Objects.requireNonNull(subscription).cancel();
            bytes = new byte[0];
            result.completeExceptionally(failure);
        }

        @Override
        public void onError(Throwable failure) {
            result.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            if (result.isDone()) {
                return;
            }
            if (length >= 0 && filled < length) {
                result.completeExceptionally(
                        SdkClientException.create("The connection ended after " + filled + " of " + length + " bytes"));
            } else {
                result.complete(filled == bytes.length ? bytes : Arrays.copyOf(bytes, filled));
            }
        }
    }
}
