package io.millrace.tables;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Shares tables among the users of a class loader: equal definitions get one table. A table is closed some time after its
 * last user has released it, so that the restart of a connector does not load it again. Safe for use by many threads.
 */
public final class TableRegistry {
    private static final TableRegistry SHARED = new TableRegistry(Duration.ofSeconds(60));

    private final Duration linger;

    @GuardedBy("this")
    private final Map<Object, SharedTable<?, ?>> tables = new HashMap<>();

    /** A table and the number of its users. */
    private static final class SharedTable<K, V> {
        private final TopicTable<K, V> table;
        private int users;
        /** Counts acquisitions, so that a delayed close notices one that came after it was scheduled. */
        private long generation;

        SharedTable(TopicTable<K, V> table) {
            this.table = table;
        }
    }

    /** With this time between the last release of a table and its end. */
    public TableRegistry(Duration linger) {
        this.linger = linger;
    }

    /** The registry of this class loader: one plugin folder of a Connect worker has one. */
    public static TableRegistry shared() {
        return SHARED;
    }

    /** The use of a shared table, until it is closed. */
    public static final class Lease<K, V> implements AutoCloseable {
        private final TopicTable<K, V> table;
        private final Runnable release;
        private boolean released;

        private Lease(TopicTable<K, V> table, Runnable release) {
            this.table = table;
            this.release = release;
        }

        public TopicTable<K, V> table() {
            return table;
        }

        @Override
        public synchronized void close() {
            if (!released) {
                released = true;
                release.run();
            }
        }
    }

    /**
     * Uses the table of a definition, which is opened if no table of an equal definition is open. A table that has failed is
     * replaced.
     *
     * @param definition what the table depends on: topic, formats and settings, with {@code equals}; equal definitions have
     *     tables of equal types
     */
    public synchronized <K, V> Lease<K, V> acquire(Object definition, Supplier<TopicTable<K, V>> open) {
        @SuppressWarnings("unchecked") // The definition decides the types.
        SharedTable<K, V> present = (SharedTable<K, V>) tables.get(definition);
        if (present == null || present.table.status().state() == TableState.FAILED) {
            present = new SharedTable<>(open.get());
            tables.put(definition, present);
        }
        SharedTable<K, V> used = present;
        used.users++;
        used.generation++;
        return new Lease<>(used.table, () -> release(definition, used));
    }

    private synchronized void release(Object definition, SharedTable<?, ?> released) {
        released.users--;
        if (released.users == 0) {
            long generation = released.generation;
            CompletableFuture.delayedExecutor(linger.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> closeIfUnused(definition, released, generation));
        }
    }

    private void closeIfUnused(Object definition, SharedTable<?, ?> candidate, long generation) {
        synchronized (this) {
            if (candidate.users > 0 || candidate.generation != generation) {
                return;
            }
            tables.remove(definition, candidate);
        }
        candidate.table.close();
    }
}
