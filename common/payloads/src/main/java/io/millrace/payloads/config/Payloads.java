package io.millrace.payloads.config;

import io.millrace.payloads.Codec;
import io.millrace.payloads.NamedObjects;
import io.millrace.payloads.PayloadMetrics;
import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.PayloadSettings;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.StoredObjects;
import io.millrace.payloads.layered.FallbackStore;
import io.millrace.payloads.layered.MovedStore;
import io.millrace.payloads.layered.ReadableStores;
import io.millrace.payloads.layered.RetryingStore;
import io.millrace.payloads.layered.TieredStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** Opens the writers and readers that a configuration describes. */
public final class Payloads {
    private static final Duration IDLE_TIME = Duration.ofMinutes(1);

    private Payloads() {}

    /**
     * A writer with stores of its own, which connect when the first payload comes.
     *
     * @param config has the options {@link PayloadOptions#WRITING}
     * @param plugin the simple name of the class that needs it, for its metrics
     * @throws ConfigException if the options do not fit each other
     */
    public static PayloadWriter openWriter(AbstractConfig config, String plugin) {
        return open(plugin, (metrics, executor) -> openWriter(config, metrics, executor));
    }

    /**
     * A reader with stores of its own, which connect for the first payload.
     *
     * @param config has the options {@link PayloadOptions#READING}
     * @param plugin the simple name of the class that needs it, for its metrics
     * @throws ConfigException if the options do not fit each other
     */
    public static PayloadReader openReader(AbstractConfig config, String plugin) {
        return open(plugin, (metrics, executor) -> openReader(config, metrics, executor));
    }

    private interface Opening<T> {
        T open(PayloadMetrics metrics, ExecutorService executor);
    }

    private static <T> T open(String plugin, Opening<T> opening) {
        PayloadMetrics metrics = new PayloadMetrics(plugin);
        ExecutorService executor = newExecutor();
        try {
            return opening.open(metrics, executor);
        } catch (RuntimeException e) {
            // Nothing of a refused configuration stays in JMX.
            metrics.close();
            executor.shutdown();
            throw e;
        }
    }

    private static PayloadWriter openWriter(AbstractConfig config, PayloadMetrics metrics, ExecutorService executor) {
        ConfiguredStores stores = new ConfiguredStores(config, executor);
        PayloadSettings settings = new PayloadSettings(
                PayloadOptions.THRESHOLD_BYTES.get(config),
                PayloadOptions.MAX_BYTES.get(config),
                PayloadOptions.INFLIGHT_BYTES.get(config),
                PayloadOptions.CODEC.get(config),
                PayloadOptions.CACHE_ENTRIES.get(config));
        return new PayloadWriter(
                layerStores(config, stores, metrics, executor),
                settings,
                metrics,
                executor,
                Clock.systemUTC(),
                executor::shutdown);
    }

    private static PayloadStore layerStores(
            AbstractConfig config, ConfiguredStores stores, PayloadMetrics metrics, ExecutorService executor) {
        Duration retryTimeout = Duration.ofMillis(PayloadOptions.RETRY_TIMEOUT_MS.get(config));
        Duration fallbackAfter = Duration.ofMillis(PayloadOptions.FALLBACK_AFTER_MS.get(config));
        Optional<String> fallback = PayloadOptions.FALLBACK_STORE.find(config);
        Optional<String> small = PayloadOptions.SMALL_STORE.find(config);
        PayloadStore store = new RetryingStore(
                stores.open(PayloadOptions.STORE.name(), PayloadOptions.STORE.get(config)),
                fallback.isPresent() ? fallbackAfter : retryTimeout,
                metrics);
        if (fallback.isPresent()) {
            PayloadStore other = new RetryingStore(
                    stores.open(PayloadOptions.FALLBACK_STORE.name(), fallback.get()), retryTimeout, metrics);
            store = new FallbackStore(store, other, fallbackAfter, metrics, executor);
        }
        if (small.isPresent()) {
            PayloadStore other = new RetryingStore(
                    stores.open(PayloadOptions.SMALL_STORE.name(), small.get()), retryTimeout, metrics);
            store = new TieredStore(other, PayloadOptions.SMALL_MAX_BYTES.get(config), store);
        }
        return store;
    }

    private static PayloadReader openReader(AbstractConfig config, PayloadMetrics metrics, ExecutorService executor) {
        ConfiguredStores stores = new ConfiguredStores(config, executor);
        List<PayloadStore> readable = PayloadOptions.READ_LOCATIONS.get(config).stream()
                .map(location -> stores.open(PayloadOptions.READ_LOCATIONS.name(), location))
                .toList();
        PayloadStore store = new RetryingStore(
                new MovedStore(new ReadableStores(readable), PayloadOptions.MOVED_LOCATIONS.get(config)),
                Duration.ofMillis(PayloadOptions.RETRY_TIMEOUT_MS.get(config)),
                metrics);
        PayloadSettings settings = new PayloadSettings(
                0, PayloadOptions.MAX_BYTES.get(config), PayloadOptions.INFLIGHT_BYTES.get(config), Codec.NONE, 0);
        return new PayloadReader(
                store,
                settings,
                metrics,
                executor,
                PayloadOptions.ERASED.get(config).equals(PayloadOptions.ERASED_NULL),
                executor::shutdown);
    }

    /**
     * The objects of a location.
     *
     * @param config has the options {@link PayloadOptions#OBJECTS}
     * @throws ConfigException if the location is invalid, or its store has no objects that can be listed
     */
    public static StoredObjects openObjects(AbstractConfig config, String location) {
        String option = PayloadOptions.STORE.name();
        return StoreKinds.find(option, location)
                .configure(config, Runnable::run)
                .openObjects(option, location);
    }

    /**
     * The objects of a location whose names are the caller's. Their threads end a minute after the last call.
     *
     * @param settings contain the options {@link PayloadOptions#NAMED}
     * @param option the option that contains the location, for messages
     * @throws ConfigException if the location is invalid or has no such objects, or the options do not fit each other
     */
    public static NamedObjects openNamed(Map<String, ?> settings, String option, String location) {
        StoreKinds.checkNamedLocation(option, location);
        return StoreKinds.find(option, location)
                .configure(StoreKinds.options().read(settings), newExecutor())
                .openNamed(option, location);
    }

    /** Hashes and compresses, so one thread for a processor is enough. */
    private static ExecutorService newExecutor() {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_TIME.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                PayloadThread::new);
        // Connect 3.9 closes no converter, and its threads would stay.
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
