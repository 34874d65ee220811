package io.millrace.client.context;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The context of a request: its id, its user, the W3C's trace context and baggage, and the keys that a service adds.
 *
 * <p>A context is immutable. Its values may come from outside: a value that is not valid for its key ({@link ContextKeys}) is
 * ignored and counted in the log, without its text. No context therefore contains a value that can end a line of a log, a header or
 * an SQL comment.
 *
 * <p>A thread has one context at a time. {@link #open} makes a context the thread's, until the scope is closed:
 *
 * <pre>{@code
 * try (ContextScope scope = context.open()) {
 *     handle(request);
 * }
 * }</pre>
 *
 * The scope also puts the values into SLF4J's MDC, except {@code tracestate} and {@code baggage}. Another thread gets the context by
 * the methods {@code wrap…}, or by {@link ContextExecutor} and {@link ContextFuture}.
 *
 * <p>If OpenTelemetry's API is on the class path and it has a current span, {@link #current} has this span's {@code traceparent} and
 * {@code tracestate}, and OpenTelemetry's baggage if there is any, in place of those that came in.
 */
public final class RequestContext {
    private static final RequestContext EMPTY = new RequestContext(Collections.emptySortedMap());

    private final SortedMap<String, String> values;
    /** Made when it is first needed; threads that make it at the same time make the same text. */
    private @Nullable String comment;
    /** What this context became last with a span of OpenTelemetry; see {@link OpenTelemetryTrace}. */
    volatile OpenTelemetryTrace.@Nullable Merged lastMerged;

    private RequestContext(SortedMap<String, String> values) {
        this.values = Collections.unmodifiableSortedMap(values);
    }

    /** The context without any value. */
    public static RequestContext empty() {
        return EMPTY;
    }

    /** The context of this thread; the one without any value if the thread has none. */
    public static RequestContext current() {
        return CurrentContext.get();
    }

    /** A builder without values. */
    public static Builder builder() {
        return new Builder(new TreeMap<>());
    }

    /** A builder with this context's values. */
    public Builder toBuilder() {
        return new Builder(new TreeMap<>(values));
    }

    /** The id of the request. */
    public Optional<String> requestId() {
        return value(ContextKeys.REQUEST_ID);
    }

    /** The user that made the request. */
    public Optional<String> userId() {
        return value(ContextKeys.USER_ID);
    }

    /** The trace and the parent span. */
    public Optional<String> traceparent() {
        return value(ContextKeys.TRACEPARENT);
    }

    /** The value of a key. */
    public Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** All values by their keys, in the order of the keys. */
    public SortedMap<String, String> values() {
        return values;
    }

    /** Whether there is no value. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** This context if it has a request id, and otherwise one with a new random id: for where a request comes in. */
    public RequestContext withRequestId() {
        return values.containsKey(ContextKeys.REQUEST_ID)
                ? this
                : toBuilder().requestId(UUID.randomUUID().toString()).build();
    }

    /** Makes this context the thread's, until the scope is closed. */
    public ContextScope open() {
        return CurrentContext.open(this);
    }

    /** Runs the task in this context. */
    public void run(Runnable task) {
        ContextScope scope = open();
        try {
            task.run();
        } finally {
            scope.close();
        }
    }

    /**
     * Runs the task in this context, and returns its result.
     *
     * @throws Exception if the task throws it
     */
    public <T extends @Nullable Object> T call(Callable<T> task) throws Exception {
        ContextScope scope = open();
        try {
            return task.call();
        } finally {
            scope.close();
        }
    }

    /** A task that runs this task in this context, on whichever thread. */
    public Runnable wrapRunnable(Runnable task) {
        Objects.requireNonNull(task, "task");
        return () -> run(task);
    }

    /** A task that runs this task in this context, on whichever thread. */
    public <T extends @Nullable Object> Callable<T> wrapCallable(Callable<T> task) {
        Objects.requireNonNull(task, "task");
        return () -> call(task);
    }

    /** A supplier that runs this one in this context, on whichever thread. */
    public <T extends @Nullable Object> Supplier<T> wrapSupplier(Supplier<T> supplier) {
        return () -> {
            ContextScope scope = open();
            try {
                return supplier.get();
            } finally {
                scope.close();
            }
        };
    }

    /** A consumer that runs this one in this context, on whichever thread. */
    public <T extends @Nullable Object> Consumer<T> wrapConsumer(Consumer<T> consumer) {
        return value -> run(() -> consumer.accept(value));
    }

    /** A function that runs this one in this context, on whichever thread. */
    public <T extends @Nullable Object, R extends @Nullable Object> Function<T, R> wrapFunction(
            Function<T, R> function) {
        return value -> wrapSupplier(() -> function.apply(value)).get();
    }

    /** A function that runs this one in this context, on whichever thread: for {@code CompletableFuture.handle}. */
    public <T extends @Nullable Object, U extends @Nullable Object, R extends @Nullable Object>
            BiFunction<T, U, R> wrapBiFunction(BiFunction<T, U, R> function) {
        return (one, other) -> wrapSupplier(() -> function.apply(one, other)).get();
    }

    /** This context as an SQL comment; the empty text if there is nothing to write. */
    String sqlComment() {
        String made = comment;
        if (made == null) {
            made = SqlComment.write(values);
            comment = made;
        }
        return made;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RequestContext context && values.equals(context.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** The keys alone, because values can be personal data. */
    @Override
    public String toString() {
        return "RequestContext" + values.keySet();
    }

    /** Builds a context. A null value removes the key; a value that is not valid removes it too, and is counted in the log. */
    public static final class Builder {
        private final Map<String, String> values;

        private Builder(Map<String, String> values) {
            this.values = values;
        }

        /** Sets the id of the request. */
        public Builder requestId(@Nullable String id) {
            return put(ContextKeys.REQUEST_ID, id);
        }

        /** Sets the user that made the request. */
        public Builder userId(@Nullable String id) {
            return put(ContextKeys.USER_ID, id);
        }

        /**
         * Sets the value of a key.
         *
         * @throws IllegalArgumentException if the key is null or not valid; see {@link ContextKeys}
         */
        public Builder put(String key, @Nullable String value) {
            values.remove(ContextKeys.requireKey(key));
            if (value != null) {
                Optional<String> objection = values.size() < ContextKeys.MAX_KEYS
                        ? ContextKeys.findObjection(key, value)
                        : Optional.of("there are already " + ContextKeys.MAX_KEYS + " keys");
                objection.ifPresentOrElse(reason -> RefusedValues.count(key, reason), () -> values.put(key, value));
            }
            return this;
        }

        /** Sets the values of several keys, as {@link #put} does. */
        public Builder putAll(Map<String, String> more) {
            more.forEach(this::put);
            return this;
        }

        /** The context. A {@code tracestate} without {@code traceparent} is left out, as the W3C requires. */
        public RequestContext build() {
            if (!values.containsKey(ContextKeys.TRACEPARENT)) {
                values.remove(ContextKeys.TRACESTATE);
            }
            return values.isEmpty() ? EMPTY : new RequestContext(new TreeMap<>(values));
        }
    }
}
