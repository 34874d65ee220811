package io.millrace.payloads.s3;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The requests that are under way for one object, so that all of them can be given up. Safe for use by many threads. */
final class S3Requests {
    private final Map<Integer, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();
    private final AtomicInteger made = new AtomicInteger();
    private volatile boolean cancelled;

    /** Takes down a request that was made; it is given up at once where all of them were. */
    <T> CompletableFuture<T> add(CompletableFuture<T> request) {
        int number = made.incrementAndGet();
        underWay.put(number, request);
        if (cancelled) {
            request.cancel(true);
        }
        return request.whenComplete((answer, failure) -> underWay.remove(number));
    }

    /** Gives up what is under way, and what comes. */
    void cancel() {
        cancelled = true;
        underWay.values().forEach(request -> request.cancel(true));
    }
}
