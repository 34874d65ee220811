package io.millrace.payloads;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A store in memory whose next calls fail as they are told to. */
public final class ScriptedStore implements PayloadStore {
    public final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    public final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
    public final AtomicInteger calls = new AtomicInteger();
    public boolean closed;
    /** What the last put returned. */
    public CompletableFuture<String> latest;
    /** Puts complete when this does. */
    public CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    private final String scheme;

    public ScriptedStore(String scheme) {
        this.scheme = scheme;
    }

    public void failNext(int times, RuntimeException failure) {
        for (int i = 0; i < times; i++) {
            failures.add(failure);
        }
    }

    @Override
    public CompletableFuture<String> put(PayloadObject object) {
        calls.incrementAndGet();
        latest = gate.thenApply(ignored -> {
            fail();
            String uri = scheme + ":/" + object.path();
            objects.put(uri, object.stored());
            return uri;
        });
        return latest;
    }

    @Override
    public CompletableFuture<byte[]> get(PayloadReference reference) {
        calls.incrementAndGet();
        return gate.thenApply(ignored -> {
            fail();
            return objects.get(reference.uri());
        });
    }

    private void fail() {
        RuntimeException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public boolean holds(String uri) {
        return uri.startsWith(scheme + ":");
    }

    @Override
    public String toString() {
        return scheme + ":";
    }

    @Override
    public void close() {
        closed = true;
    }
}
