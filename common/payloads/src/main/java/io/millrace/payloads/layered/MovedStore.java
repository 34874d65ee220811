package io.millrace.payloads.layered;

import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Reads payloads whose locations were copied to other ones, such as a bucket in another region, by the references that they have. */
public final class MovedStore implements PayloadStore {
    private final PayloadStore store;
    private final Map<String, String> moves;

    /**
     * A store of moved payloads.
     *
     * @param store has the present locations
     * @param moves the present locations by those in references, without a slash at the end
     */
    public MovedStore(PayloadStore store, Map<String, String> moves) {
        this.store = store;
        this.moves = Map.copyOf(moves);
    }

    private String presentUri(String uri) {
        for (Map.Entry<String, String> move : moves.entrySet()) {
            if (uri.startsWith(move.getKey() + "/")) {
                return move.getValue() + uri.substring(move.getKey().length());
            }
        }
        return uri;
    }

    private PayloadReference presentReference(PayloadReference reference) {
        String uri = presentUri(reference.uri());
        return uri.equals(reference.uri())
                ? reference
                : new PayloadReference(
                        uri, reference.size(), reference.sha256(), reference.codec(), reference.contentType());
    }

    @Override
    public CompletableFuture<String> put(PayloadObject object) {
        throw new UnsupportedOperationException("This store is only read");
    }

    @Override
    public CompletableFuture<?> checkReading() {
        return store.checkReading();
    }

    @Override
    public CompletableFuture<byte[]> get(PayloadReference reference) {
        return store.get(presentReference(reference));
    }

    @Override
    public CompletableFuture<String> presign(PayloadReference reference, Duration validity) {
        return store.presign(presentReference(reference), validity);
    }

    @Override
    public boolean holds(String uri) {
        return store.holds(presentUri(uri));
    }

    @Override
    public String toString() {
        return store.toString();
    }

    @Override
    public void close() {
        store.close();
    }
}
