package io.millrace.tables;

import java.time.Duration;
import java.util.function.BiConsumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * A compacted topic as a map in memory. It answers only when it contains every record that was committed before it was opened,
 * and from then on it is kept current by a thread of its own.
 *
 * <p>{@link #get} returns the value of the last committed record of the key that was read. Reads take no lock and can be made
 * by any number of threads. The status of a table that is behind its topic states it ({@link #status}), and refuses reads beyond
 * {@link TableSettings#maxStaleness}.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class TopicTable<K, V> implements AutoCloseable {
    private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(5);

    private final KeyFormat<K> keys;
    private final ValueFormat<V> values;
    private final TableLoader<K, V> loader;
    private final Thread thread;
    private final TableMetrics metrics;
    private final ThreadLocal<ByteWriter> writers = ThreadLocal.withInitial(ByteWriter::new);

    private TopicTable(String name, String topic, KeyFormat<K> keys, ValueFormat<V> values, TableSettings settings) {
        this.keys = keys;
        this.values = values;
        this.loader = new TableLoader<>(name, topic, keys, values, settings);
        this.thread = new Thread(loader, "millrace-table-" + name);
        this.metrics = new TableMetrics(name, topic, loader::status);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Begins to load a topic. Does not wait: {@link #awaitReady} does.
     *
     * @param name of the client and the MBean
     * @throws KafkaException if the settings of the clients are invalid
     */
    public static <K, V> TopicTable<K, V> open(
            String name, String topic, KeyFormat<K> keys, ValueFormat<V> values, TableSettings settings) {
        return new TopicTable<>(name, topic, keys, values, settings);
    }

    /**
     * The value of a key, or null if the key has none.
     *
     * @throws TableUnavailableException if the table is not complete yet, too old, has failed or was closed
     */
    public @Nullable V get(K key) {
        ByteWriter canonical = writers.get().clear();
        keys.write(key, canonical);
        byte[] entry = find(canonical);
        return entry == null ? null : values.read(Entry.value(entry));
    }

    /**
     * The entry of a key, or null; {@link Entry} describes its layout. It is never changed; do not change it.
     *
     * @param key as {@link CanonicalKey} writes it
     * @throws TableUnavailableException if the table is not complete yet, too old, has failed or was closed
     */
    public byte @Nullable [] find(ByteWriter key) {
        return loader.served().find(key.array(), 0, key.length());
    }

    /**
     * The number of keys.
     *
     * @throws TableUnavailableException if the table is not complete yet, too old, has failed or was closed
     */
    public int size() {
        return loader.served().size();
    }

    /**
     * Passes all keys and values on, in no order. A change that is read meanwhile may be among them or not.
     *
     * @throws TableUnavailableException if the table is not complete yet, too old, has failed or was closed
     */
    public void forEach(BiConsumer<K, V> action) {
        loader.served()
                .forEach(entry -> action.accept(
                        keys.read(entry, Entry.keyAt(entry), Entry.valueAt(entry)), values.read(Entry.value(entry))));
    }

    /**
     * Calls a listener for each key and value as soon as the table is complete, and then for each change, in the order of each
     * partition. After the topic was loaded again it is called for the differences. The table's loader calls it; if it throws,
     * the table fails.
     */
    public void onChange(TableListener<K, V> listener) {
        loader.addListener(listener);
    }

    /** The status at this moment, for a readiness probe. Does not block. */
    public TableStatus status() {
        return loader.status();
    }

    /**
     * Waits until the table is complete.
     *
     * @return whether it is; false after the timeout
     * @throws TableUnavailableException if it has failed or was closed
     */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return loader.awaitReady(timeout);
    }

    /**
     * Waits until a record was read, so that a service reads what it wrote.
     *
     * @return whether it was; false after the timeout
     * @throws TableUnavailableException if the table has failed or was closed
     */
    public boolean await(TablePosition written, Duration timeout) throws InterruptedException {
        return loader.awaitPosition(written, timeout);
    }

    /** Ends the table's thread and its clients. Reads are refused from now on. */
    @Override
    public void close() {
        loader.close();
        metrics.close();
        try {
            thread.join(TIME_TO_CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
