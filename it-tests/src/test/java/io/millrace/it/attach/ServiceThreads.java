package io.millrace.it.attach;

import io.millrace.client.context.ContextExecutor;
import io.millrace.client.context.ContextFuture;
import io.millrace.client.context.RequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The context without a filter, and on other threads. */
final class ServiceThreads {
    private ServiceThreads() {}

    // page: context
    static void handle(String requestId, String userId, Runnable task) {
        RequestContext.builder()
                .requestId(requestId)
                .userId(userId)
                .put("tenant", "eu-1")
                .build()
                .withRequestId() // a new id if there is none, or one that is not valid
                .run(task);
    }
    // end

    // page: threads
    static ExecutorService workers() {
        return ContextExecutor.wrap(Executors.newFixedThreadPool(8));
    }

    static CompletableFuture<Void> payLater(ExecutorService workers, Runnable task) {
        return ContextFuture.supply(workers, () -> "paid").thenAcceptAsync(result -> task.run());
    }
    // end
}
