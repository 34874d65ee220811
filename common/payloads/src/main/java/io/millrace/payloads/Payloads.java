package io.millrace.payloads;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Makes writers and readers of what is configured. */
public final class Payloads {
    private Payloads() {}

    /**
     * A writer with stores of its own, which are opened when the first payload comes.
     *
     * @param config has the options of {@link PayloadOptions#writing}
     * @param plugin the simple name of the class that needs it, for its metrics
     */
    public static PayloadWriter writer(AbstractConfig config, String plugin) {
        return made(plugin, (metrics, executor) -> writer(config, metrics, executor));
    }

    private interface Making<T> {
        T of(PayloadMetrics metrics, ExecutorService executor);
    }

    private static <T> T made(String plugin, Making<T> making) {
        PayloadMetrics metrics = new PayloadMetrics(plugin);
        ExecutorService executor = executor();
        try {
            return making.of(metrics, executor);
        } catch (RuntimeException e) {
            // Nothing of a refused configuration stays in JMX.
            metrics.close();
            executor.shutdown();
            throw e;
        }
    }

    private static PayloadWriter writer(AbstractConfig config, PayloadMetrics metrics, ExecutorService executor) {
        S3Connection s3 = new S3Connection(S3Settings.of(config), executor);
        Duration patience = Duration.ofMillis(config.getLong(PayloadOptions.RETRY_TIMEOUT_MS));
        String standIn = config.getString(PayloadOptions.STAND_IN_STORE);
        Duration standInAfter = Duration.ofMillis(config.getLong(PayloadOptions.STAND_IN_AFTER_MS));
        String small = config.getString(PayloadOptions.SMALL_STORE);
        PayloadStore store = new RetryingStore(
                open(location(config, PayloadOptions.STORE), config, executor, s3),
                standIn == null ? patience : standInAfter,
                metrics);
        if (standIn != null) {
            PayloadStore other = new RetryingStore(
                    open(location(config, PayloadOptions.STAND_IN_STORE), config, executor, s3), patience, metrics);
            store = new StandInStore(store, other, standInAfter, metrics, executor);
        }
        if (small != null) {
            PayloadStore other = new RetryingStore(
                    open(location(config, PayloadOptions.SMALL_STORE), config, executor, s3), patience, metrics);
            store = new TieredStore(other, config.getInt(PayloadOptions.SMALL_MAX_BYTES), store);
        }
        PayloadSettings settings = new PayloadSettings(
                config.getInt(PayloadOptions.THRESHOLD_BYTES),
                config.getInt(PayloadOptions.MAX_BYTES),
                config.getInt(PayloadOptions.BYTES_IN_FLIGHT),
                Codec.of(config.getString(PayloadOptions.CODEC)),
                config.getInt(PayloadOptions.CACHE_ENTRIES));
        return new PayloadWriter(store, settings, metrics, executor, Clock.systemUTC(), executor::shutdown);
    }

    /**
     * A reader with stores of its own, which are opened when the first payload is asked for.
     *
     * @param config has the options of {@link PayloadOptions#reading}
     * @param plugin the simple name of the class that needs it, for its metrics
     */
    public static PayloadReader reader(AbstractConfig config, String plugin) {
        return made(plugin, (metrics, executor) -> reader(config, metrics, executor));
    }

    private static PayloadReader reader(AbstractConfig config, PayloadMetrics metrics, ExecutorService executor) {
        S3Connection s3 = new S3Connection(S3Settings.of(config), executor);
        List<PayloadStore> stores = new ArrayList<>();
        for (String location : config.getList(PayloadOptions.READ_LOCATIONS)) {
            stores.add(open(StoreLocation.parse(PayloadOptions.READ_LOCATIONS, location), config, executor, s3));
        }
        PayloadStore store = new RetryingStore(
                new ReadableStores(stores),
                Duration.ofMillis(config.getLong(PayloadOptions.RETRY_TIMEOUT_MS)),
                metrics);
        PayloadSettings settings = new PayloadSettings(
                0,
                config.getInt(PayloadOptions.MAX_BYTES),
                config.getInt(PayloadOptions.BYTES_IN_FLIGHT),
                Codec.NONE,
                0);
        return new PayloadReader(store, settings, metrics, executor, executor::shutdown);
    }

    /**
     * The objects of a location {@code s3://} or {@code file:}. What is in a topic is deleted by its retention.
     *
     * @param config has the options of {@link #objectOptions}
     * @throws ConfigException where the location is none that has objects
     */
    public static StoredObjects objects(AbstractConfig config, String location) {
        StoreLocation place = StoreLocation.parse(PayloadOptions.STORE, location);
        return switch (place.scheme()) {
            case S3 -> new S3Objects(place, new S3Connection(S3Settings.of(config), Runnable::run));
            case FILE -> new FolderObjects(Path.of(place.place()));
            case KAFKA ->
                throw new ConfigException(PayloadOptions.STORE, location, "The topic's retention deletes its chunks");
        };
    }

    /** The options of {@link #objects}: where S3 answers, and who asks. */
    public static ConfigDef objectOptions() {
        return S3Options.define(new ConfigDef());
    }

    private static StoreLocation location(AbstractConfig config, String option) {
        return StoreLocation.parse(option, config.getString(option));
    }

    private static PayloadStore open(
            StoreLocation location, AbstractConfig config, ExecutorService executor, S3Connection s3) {
        return switch (location.scheme()) {
            case S3 -> new S3Store(location, s3);
            case KAFKA -> ChunkStore.open(location.place(), ChunkOptions.settings(location, config), executor);
            case FILE -> new FolderStore(Path.of(location.place()), executor);
        };
    }

    /** Hashes and compresses, so one thread for a processor is enough. */
    private static ExecutorService executor() {
        return Executors.newFixedThreadPool(
                Math.max(2, Runtime.getRuntime().availableProcessors()), PayloadThread::new);
    }
}
