package io.millrace.payloads.store;

import io.millrace.config.OptionSet;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/**
 * A kind of store: how its locations are written, which options it has, and how its stores are opened. Has no state. A new
 * kind is a package, and a line in {@code io.millrace.payloads.config.StoreKinds}.
 */
public interface StoreKind {
    /** The first characters of its locations and of its payloads' URIs, up to the first colon, e.g. {@code s3:}. */
    String scheme();

    /** How a location is written, e.g. {@code kafka:TOPIC}. */
    String syntax();

    /** The purpose, in a few words for the reference; empty if it is evident. */
    String purpose();

    /** The options of all its locations. */
    OptionSet options();

    /** The options of {@link StoreFactory#openNamed}; none if the kind has no such objects, or needs no options. */
    default OptionSet namedOptions() {
        return OptionSet.of();
    }

    /** Whether its stores keep objects whose names are the caller's. */
    default boolean hasNamedObjects() {
        return true;
    }

    /**
     * Checks a location.
     *
     * @param option the option that contains the location
     * @throws ConfigException if the location is not one of this kind
     */
    void checkLocation(String option, String location);

    /**
     * Checks a location against the other options.
     *
     * @param values all options that could be parsed, by name
     * @throws ConfigException if the location needs an option that is not set
     */
    default void checkOptions(String option, String location, Map<String, Object> values) {
        // Most kinds find what is not configured in the worker's environment.
    }

    /**
     * The resources that open the stores of one writer or reader.
     *
     * @param executor completes futures, and may wait for credentials or for a disk
     * @throws ConfigException if the options do not fit each other
     */
    StoreFactory configure(AbstractConfig config, Executor executor);
}
