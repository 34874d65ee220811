package io.millrace.payloads.config;

import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.store.StoreFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** Opens the stores of one writer or reader, which share what their kind shares. */
final class ConfiguredStores {
    private final Map<String, StoreFactory> factories = new HashMap<>();

    /**
     * Reads the options of all kinds of stores, used or not.
     *
     * @throws ConfigException if they do not fit each other
     */
    ConfiguredStores(AbstractConfig config, Executor executor) {
        StoreKinds.ALL.forEach(kind -> factories.put(kind.scheme(), kind.configure(config, executor)));
    }

    /**
     * A store, which connects when the first payload comes.
     *
     * @throws ConfigException if the location is invalid
     */
    PayloadStore open(String option, String location) {
        StoreFactory factory = factories.get(StoreKinds.find(option, location).scheme());
        if (factory == null) {
            throw new IllegalStateException("No store is configured for " + location);
        }
        return factory.open(option, location);
    }
}
