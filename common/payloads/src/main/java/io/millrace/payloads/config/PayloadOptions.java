package io.millrace.payloads.config;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.payloads.Codec;
import io.millrace.payloads.PayloadSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The options of everything that stores or reads payloads. */
public final class PayloadOptions {
    private static final int KIBI = 1024;
    private static final int MEBI = KIBI * KIBI;
    private static final Pattern MOVE = Pattern.compile("((?:s3|file):.*?[^/])=((?:s3|file):.*[^/])");

    public static final Option<String> STORE = location("payload.store")
            .required()
            .high("The location where payloads are stored: " + StoreKinds.describe("or") + ".");

    public static final Option<Integer> THRESHOLD_BYTES = Option.int32("payload.threshold.bytes")
            .defaultTo(64 * KIBI)
            .atLeast(0)
            .high("Values of more bytes than this are stored; others stay in their records.");

    private static final String SMALL_MAX_BYTES_NAME = "payload.small.max.bytes";

    public static final Option<String> SMALL_STORE = location("payload.small.store")
            .low("The location where payloads of up to " + SMALL_MAX_BYTES_NAME
                    + " are stored instead, e.g. kafka:TOPIC.");

    public static final Option<Integer> SMALL_MAX_BYTES = Option.int32(SMALL_MAX_BYTES_NAME)
            .defaultTo(MEBI)
            .atLeast(0)
            .low("The size of the largest payload, in bytes as it is stored, that goes to " + SMALL_STORE + ".");

    public static final Option<String> FALLBACK_STORE = location("payload.fallback.store")
            .renamedFrom("payload.stand.in.store")
            .low("The location where payloads are stored while " + STORE + " is unavailable, e.g. kafka:TOPIC.");

    public static final Option<Long> FALLBACK_AFTER_MS = Option.int64("payload.fallback.after.ms")
            .renamedFrom("payload.stand.in.after.ms")
            .defaultTo(5_000L)
            .atLeast(1)
            .low("How long " + STORE + " is tried, and waited for, before a payload is stored in " + FALLBACK_STORE
                    + ".");

    public static final Option<Codec> CODEC = Option.choice("payload.codec", Codec.class)
            .defaultTo("zstd")
            .medium("How payloads are compressed: none, gzip, lz4 or zstd. A payload that would not get smaller is"
                    + " stored uncompressed.");

    public static final Option<Integer> CACHE_ENTRIES = Option.int32("payload.cache.entries")
            .defaultTo(10_000)
            .atLeast(0)
            .low("The number of stored payloads that are remembered, so that they are not sent again on the same day.");

    public static final Option<List<String>> READ_LOCATIONS = Option.list("payload.read.locations")
            .required()
            .valid("one or more of " + StoreKinds.syntax("and"), PayloadOptions::checkLocations)
            .crossChecked(PayloadOptions::checkNeededOptions)
            .high("The only locations that may be read: a list of " + StoreKinds.syntax("and") + ".");

    private static final String MOVED_LOCATIONS_NAME = "payload.moved.locations";

    public static final Option<Map<String, String>> MOVED_LOCATIONS = Option.list(MOVED_LOCATIONS_NAME)
            .defaultTo(List.of())
            .as("entries of the form FROM=TO, locations of S3 or folders", PayloadOptions::parseMoves)
            .low(
                    "Locations whose payloads were copied to other ones, a list of FROM=TO: a reference to FROM is read from TO,"
                            + " which has to be one of " + READ_LOCATIONS + ". For example"
                            + " s3://pictures-eu/media=s3://pictures-us/media after a failover to the other region's bucket.");

    public static final String ERASED_REFUSE = "refuse";
    public static final String ERASED_NULL = "null";

    public static final Option<String> ERASED = Option.string("payload.erased")
            .oneOf(ERASED_REFUSE, ERASED_NULL)
            .defaultTo(ERASED_REFUSE)
            .low(
                    "What a payload becomes that 'millrace payloads erase' has erased: refuse, the record is refused; null, the"
                            + " value is null, if its schema is optional.");

    public static final Option<Integer> MAX_BYTES = Option.int32(PayloadSettings.MAX_BYTES)
            .defaultTo(64 * MEBI)
            .between(0, 1024 * MEBI)
            .medium("The maximum size of a payload. Larger ones are refused, when they are stored and when they are "
                    + "read.");

    public static final Option<Integer> INFLIGHT_BYTES = Option.int32(PayloadSettings.INFLIGHT_BYTES)
            .defaultTo(64 * MEBI)
            .atLeast(KIBI)
            .medium("The memory, in bytes, for payloads that are being stored or read and for their compressed "
                    + "copies. A single larger payload is processed alone. A record whose payloads are larger "
                    + "together is refused when they are read, because they would be in memory at once.");

    public static final Option<Long> RETRY_TIMEOUT_MS = Option.int64("payload.retry.timeout.ms")
            .defaultTo(60_000L)
            .atLeast(0)
            .medium("How long a call of a store is retried after transient faults, before the task fails.");

    public static final Option<Long> TRANSACTION_TIMEOUT_MS = Option.int64("payload.transaction.timeout.ms")
            .defaultTo(60_000L)
            .atLeast(1)
            .low("The producer.override.transaction.timeout.ms of a source connector with exactly-once support. The"
                    + " task fails before it has waited half of it for stores that are unavailable, because a"
                    + " transaction may be open meanwhile.");

    private static final OptionSet BOTH = StoreKinds.options().and(MAX_BYTES, INFLIGHT_BYTES, RETRY_TIMEOUT_MS);

    /** The options of what stores payloads. */
    public static final OptionSet WRITING = BOTH.and(
            STORE,
            THRESHOLD_BYTES,
            SMALL_STORE,
            SMALL_MAX_BYTES,
            FALLBACK_STORE,
            FALLBACK_AFTER_MS,
            CODEC,
            CACHE_ENTRIES);

    /** The options of what reads payloads. */
    public static final OptionSet READING = BOTH.and(READ_LOCATIONS, MOVED_LOCATIONS, ERASED);

    /** The options of {@link Payloads#openObjects}: how the stores are reached. */
    public static final OptionSet OBJECTS = StoreKinds.options();

    /** The options of {@link Payloads#openNamed}, besides the location. */
    public static final OptionSet NAMED = StoreKinds.namedOptions();

    private PayloadOptions() {}

    /** An option for a location of {@link Payloads#openNamed}. */
    public static Option<String> namedLocation(String name) {
        return Option.string(name)
                .valid(StoreKinds.namedSyntax(), location -> StoreKinds.checkNamedLocation(name, location));
    }

    private static Option<String> location(String name) {
        return Option.string(name)
                .valid(StoreKinds.syntax("or"), location -> StoreKinds.checkLocation(name, location))
                .crossChecked(PayloadOptions::checkNeededOptions);
    }

    private static Map<String, String> parseMoves(List<String> entries) {
        Map<String, String> moves = new LinkedHashMap<>();
        for (String entry : entries) {
            Matcher matcher = MOVE.matcher(entry);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("Expected FROM=TO, locations of S3 or folders without / at the end");
            }
            StoreKinds.checkLocation(MOVED_LOCATIONS_NAME, matcher.group(1));
            StoreKinds.checkLocation(MOVED_LOCATIONS_NAME, matcher.group(2));
            if (moves.put(matcher.group(1), matcher.group(2)) != null) {
                throw new IllegalArgumentException("The location is a duplicate: " + matcher.group(1));
            }
        }
        return moves;
    }

    private static void checkLocations(List<String> locations) {
        if (locations.isEmpty()) {
            throw new IllegalArgumentException("Expected at least one location");
        }
        locations.forEach(location -> StoreKinds.checkLocation(READ_LOCATIONS.name(), location));
    }

    private static void checkNeededOptions(String option, Map<String, Object> values) {
        Object value = values.get(option);
        List<?> locations = value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
        for (Object location : locations) {
            StoreKinds.checkOptions(option, (String) location, values);
        }
    }
}
