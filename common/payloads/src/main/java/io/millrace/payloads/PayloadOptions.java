package io.millrace.payloads;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/** The options of everything that stores or reads payloads. */
public final class PayloadOptions {
    public static final String STORE = "payload.store";
    public static final String THRESHOLD_BYTES = "payload.threshold.bytes";
    public static final String SMALL_STORE = "payload.small.store";
    public static final String SMALL_MAX_BYTES = "payload.small.max.bytes";
    public static final String STAND_IN_STORE = "payload.stand.in.store";
    public static final String STAND_IN_AFTER_MS = "payload.stand.in.after.ms";
    public static final String CODEC = "payload.codec";
    public static final String CACHE_ENTRIES = "payload.cache.entries";
    public static final String READ_LOCATIONS = "payload.read.locations";
    public static final String MAX_BYTES = "payload.max.bytes";
    public static final String BYTES_IN_FLIGHT = "payload.inflight.bytes";
    public static final String RETRY_TIMEOUT_MS = "payload.retry.timeout.ms";

    private static final int KIBI = 1024;
    private static final int MEBI = KIBI * KIBI;

    private static final ConfigDef.Validator LOCATION = ConfigDef.LambdaValidator.with(
            PayloadOptions::checkLocation, () -> "s3://BUCKET/PREFIX, kafka:TOPIC or file:/FOLDER");
    private static final ConfigDef.Validator LOCATIONS = ConfigDef.LambdaValidator.with(
            PayloadOptions::checkLocations, () -> "one or more of s3://BUCKET/PREFIX, kafka:TOPIC and file:/FOLDER");

    private PayloadOptions() {}

    /** Adds the options of what stores payloads. */
    public static ConfigDef writing(ConfigDef definition) {
        return common(definition)
                .define(
                        STORE,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        LOCATION,
                        Importance.HIGH,
                        "Where payloads go: s3://BUCKET/PREFIX, kafka:TOPIC (as chunks) or file:/FOLDER (for development,"
                                + " or a file system that all workers share).",
                        null,
                        -1,
                        ConfigDef.Width.LONG,
                        STORE,
                        new Reachable())
                .define(
                        THRESHOLD_BYTES,
                        ConfigDef.Type.INT,
                        64 * KIBI,
                        ConfigDef.Range.atLeast(0),
                        Importance.HIGH,
                        "Values of more bytes than this are stored; others stay in their records.")
                .define(
                        SMALL_STORE,
                        ConfigDef.Type.STRING,
                        null,
                        LOCATION,
                        Importance.LOW,
                        "Where payloads of up to " + SMALL_MAX_BYTES + " go instead, e.g. kafka:TOPIC.",
                        null,
                        -1,
                        ConfigDef.Width.LONG,
                        SMALL_STORE,
                        new Reachable())
                .define(
                        SMALL_MAX_BYTES,
                        ConfigDef.Type.INT,
                        MEBI,
                        ConfigDef.Range.atLeast(0),
                        Importance.LOW,
                        "How many bytes, as they are stored, " + SMALL_STORE + " takes at most.")
                .define(
                        STAND_IN_STORE,
                        ConfigDef.Type.STRING,
                        null,
                        LOCATION,
                        Importance.LOW,
                        "Where payloads go while " + STORE + " is unavailable, e.g. kafka:TOPIC.",
                        null,
                        -1,
                        ConfigDef.Width.LONG,
                        STAND_IN_STORE,
                        new Reachable())
                .define(
                        STAND_IN_AFTER_MS,
                        ConfigDef.Type.LONG,
                        5_000L,
                        ConfigDef.Range.atLeast(1),
                        Importance.LOW,
                        "How long " + STORE + " is tried, and waited for, before " + STAND_IN_STORE
                                + " stands in for it.")
                .define(
                        CODEC,
                        ConfigDef.Type.STRING,
                        Codec.ZSTD.toString(),
                        ConfigDef.ValidString.in(Arrays.stream(Codec.values())
                                .map(Codec::toString)
                                .toArray(String[]::new)),
                        Importance.MEDIUM,
                        "How payloads are compressed: none, gzip, lz4 or zstd. What would not get smaller is stored as it"
                                + " is.")
                .define(
                        CACHE_ENTRIES,
                        ConfigDef.Type.INT,
                        10_000,
                        ConfigDef.Range.atLeast(0),
                        Importance.LOW,
                        "Of how many payloads is remembered that they are stored, so that they are not sent again on the"
                                + " same day.");
    }

    /** Adds the options of what reads payloads. */
    public static ConfigDef reading(ConfigDef definition) {
        return common(definition)
                .define(
                        READ_LOCATIONS,
                        ConfigDef.Type.LIST,
                        ConfigDef.NO_DEFAULT_VALUE,
                        LOCATIONS,
                        Importance.HIGH,
                        "What may be read, and nothing else is: a list of s3://BUCKET/PREFIX, kafka:TOPIC and"
                                + " file:/FOLDER.",
                        null,
                        -1,
                        ConfigDef.Width.LONG,
                        READ_LOCATIONS,
                        new Reachable());
    }

    private static ConfigDef common(ConfigDef definition) {
        if (definition.names().contains(MAX_BYTES)) {
            return definition;
        }
        return ChunkOptions.define(S3Options.define(definition))
                .define(
                        MAX_BYTES,
                        ConfigDef.Type.INT,
                        64 * MEBI,
                        ConfigDef.Range.between(0, 1024 * MEBI),
                        Importance.MEDIUM,
                        "Larger payloads are refused, whether they are to be stored or read.")
                .define(
                        BYTES_IN_FLIGHT,
                        ConfigDef.Type.INT,
                        64 * MEBI,
                        ConfigDef.Range.atLeast(KIBI),
                        Importance.MEDIUM,
                        "How many bytes of payloads that are being stored or read, and of their compressed copies, are in"
                                + " memory at once; a single larger payload goes alone.")
                .define(
                        RETRY_TIMEOUT_MS,
                        ConfigDef.Type.LONG,
                        60_000L,
                        ConfigDef.Range.atLeast(0),
                        Importance.MEDIUM,
                        "How long a store is tried again after faults that may pass, before the task fails.");
    }

    private static void checkLocation(String option, Object value) {
        if (value != null) {
            StoreLocation.parse(option, (String) value);
        }
    }

    private static void checkLocations(String option, Object value) {
        // Where it is missing, Connect says so.
        if (value instanceof List<?> locations) {
            if (locations.isEmpty()) {
                throw new ConfigException(option, value, "Expected at least one location");
            }
            locations.forEach(location -> StoreLocation.parse(option, (String) location));
        }
    }

    /**
     * Checks that a location in a topic has its brokers. ConfigDef asks recommenders when it validates, with all values at
     * hand, and reports what they object to.
     */
    private static final class Reachable implements ConfigDef.Recommender {
        @Override
        public List<Object> validValues(String option, Map<String, Object> parsed) {
            Object value = parsed.get(option);
            List<?> locations = value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
            for (Object location : locations) {
                if (location.toString().startsWith("kafka:") && parsed.get(ChunkOptions.BOOTSTRAP_SERVERS) == null) {
                    throw new ConfigException(
                            option,
                            location,
                            "It needs " + ChunkOptions.BOOTSTRAP_SERVERS + ", the brokers of the topic");
                }
            }
            return List.of();
        }

        @Override
        public boolean visible(String option, Map<String, Object> parsed) {
            return true;
        }
    }
}
