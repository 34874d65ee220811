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

    /** Registers a request; if the requests were cancelled, it is cancelled at once. */
    <T> CompletableFuture<T> add(CompletableFuture<T> request) {
        int number = made.incrementAndGet();
        underWay.put(number, request);
        if (cancelled) {
            request.cancel(true);
        }
        return request.whenComplete((answer, failure) -> underWay.remove(number));
    }

    /** Cancels the running requests, and all later ones. */
    void cancel() {
        cancelled = true;
        underWay.values().forEach(request -> request.cancel(true));
    }
}
