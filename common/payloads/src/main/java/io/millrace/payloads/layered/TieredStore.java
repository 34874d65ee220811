package io.millrace.payloads.layered;

import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Stores small objects in one store and large ones in another. */
public final class TieredStore implements PayloadStore {
    private final PayloadStore small;
    private final PayloadStore large;
    private final int limit;

    /** Objects of up to the limit, as they are stored, are small. */
    public TieredStore(PayloadStore small, int limit, PayloadStore large) {
        this.small = small;
        this.limit = limit;
        this.large = large;
    }

    @Override
    public CompletableFuture<String> put(PayloadObject object) {
        return (object.stored().length <= limit ? small : large).put(object);
    }

    @Override
    public CompletableFuture<?> checkWriting() {
        return CompletableFuture.allOf(small.checkWriting(), large.checkWriting());
    }

    @Override
    public CompletableFuture<?> checkReading() {
        return CompletableFuture.allOf(small.checkReading(), large.checkReading());
    }

    @Override
    public CompletableFuture<Boolean> canReuse(String uri, Duration age) {
        return (small.holds(uri) ? small : large).canReuse(uri, age);
    }

    @Override
    public CompletableFuture<byte[]> get(PayloadReference reference) {
        return (small.holds(reference.uri()) ? small : large).get(reference);
    }

    @Override
    public CompletableFuture<String> presign(PayloadReference reference, Duration validity) {
        return (small.holds(reference.uri()) ? small : large).presign(reference, validity);
    }

    @Override
    public boolean holds(String uri) {
        return small.holds(uri) || large.holds(uri);
    }

    @Override
    public String toString() {
        return small + " up to " + limit + " bytes, else " + large;
    }

    @Override
    public void close() {
        try (small) {
            large.close();
        }
    }
}
