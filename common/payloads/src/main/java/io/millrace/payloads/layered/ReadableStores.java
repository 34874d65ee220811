package io.millrace.payloads.layered;

import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.RefusedPayloadException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The stores that may be read; each reads what lies in its own location. */
public final class ReadableStores implements PayloadStore {
    private final List<PayloadStore> stores;

    public ReadableStores(List<PayloadStore> stores) {
        this.stores = List.copyOf(stores);
    }

    @Override
    public CompletableFuture<String> put(PayloadObject object) {
        throw new UnsupportedOperationException("These stores are only read");
    }

    @Override
    public CompletableFuture<?> checkReading() {
        return CompletableFuture.allOf(
                stores.stream().map(PayloadStore::checkReading).toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletableFuture<byte[]> get(PayloadReference reference) {
        return callOwner(reference, store -> store.get(reference));
    }

    @Override
    public CompletableFuture<String> presign(PayloadReference reference, Duration validity) {
        return callOwner(reference, store -> store.presign(reference, validity));
    }

    private <T> CompletableFuture<T> callOwner(
            PayloadReference reference, Function<PayloadStore, CompletableFuture<T>> call) {
        Optional<PayloadStore> store =
                stores.stream().filter(one -> one.holds(reference.uri())).findFirst();
        return store.map(call)
                .orElseGet(() -> CompletableFuture.failedFuture(new RefusedPayloadException(
                        "A payload's reference leads outside of the permitted locations: " + this)));
    }

    @Override
    public boolean holds(String uri) {
        return stores.stream().anyMatch(store -> store.holds(uri));
    }

    @Override
    public String toString() {
        return stores.stream().map(PayloadStore::toString).collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        for (PayloadStore store : stores) {
            try {
                store.close();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
