package io.millrace.payloads.store;

import io.millrace.payloads.NamedObjects;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.StoredObjects;
import org.apache.kafka.common.config.ConfigException;

/** Opens the stores of one kind for one writer or reader. They may share connections. */
public interface StoreFactory {
    /**
     * A store, which connects when the first payload comes.
     *
     * @param option the option that contains the location
     * @throws ConfigException if the location, or an option that it needs, is invalid
     */
    PayloadStore open(String option, String location);

    /**
     * The objects of a location, for cleaning up.
     *
     * @throws ConfigException if the location is invalid, or its store has no objects that can be listed
     */
    StoredObjects openObjects(String option, String location);

    /**
     * The objects of a location whose names are the caller's.
     *
     * @throws ConfigException if the location is invalid, or its store has no such objects
     */
    NamedObjects openNamed(String option, String location);
}
