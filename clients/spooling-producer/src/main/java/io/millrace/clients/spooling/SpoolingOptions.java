package io.millrace.clients.spooling;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolStore;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** The options of the producer besides Kafka's own, and what it makes of Kafka's. */
final class SpoolingOptions {
    private static final int MEBI = 1 << 20;
    private static final int MAX_BLOCK_MS = 2_000;
    private static final int REQUEST_TIMEOUT_MS = 30_000;
    /** Added to what the producer waits itself, so that Kafka's client never gives a batch up before. */
    private static final int DELIVERY_MARGIN_MS = 60_000;
    /** Kafka's own default of {@code batch.size}. */
    private static final int SMALLEST_BATCH = 16 << 10;
    /** With one request at a time, a request has to take more records. */
    private static final int LARGEST_BATCH = 128 << 10;
    /** So many partitions can have a batch at once, at least. */
    private static final int BATCHES = 128;

    static final Option<String> WRITER = Option.string("spool.writer")
            .valid("1 to 100 letters, digits and . _ -", SpoolingOptions::requireWriter)
            .optional()
            .medium("The name under which records are stored, the same after a restart. A run of the producer adds"
                    + " random digits. The default is the name of the host.");

    static final Option<Long> AFTER_MS = Option.int64("spool.after.ms")
            .defaultTo(10_000L)
            .between(100, 3_600_000)
            .high("How long Kafka has for its answer. After that, the record is stored in the spool, and the caller is"
                    + " answered when it is stored there.");

    static final Option<SpoolOrder> ORDER = Option.choice("spool.order", SpoolOrder.class)
            .defaultTo("key")
            .high("key: records that this producer sends for one topic and key reach Kafka in the order sent, also"
                    + " across an outage; records without a key have no order. none: as soon as Kafka answers again,"
                    + " records go to Kafka, before those that wait in the spool.");

    static final Option<Long> LINGER_MS = Option.int64("spool.linger.ms")
            .defaultTo(50L)
            .between(0, 10_000)
            .low("How long a record waits for others, to be stored in one object with them.");

    static final Option<Integer> BATCH_BYTES = Option.int32("spool.batch.bytes")
            .defaultTo(4 * MEBI)
            .between(1024, 256 * MEBI)
            .low("How many bytes of records one object has, if more are waiting. A larger record is an object alone.");

    static final Option<Long> MEMORY_BYTES = Option.int64("spool.memory.bytes")
            .defaultTo(64L * MEBI)
            .atLeast(MEBI)
            .medium(
                    "How many bytes of records may wait for an answer of Kafka or of the store. Beyond it, send() blocks for"
                            + " up to max.block.ms, and then fails; in a callback of the producer it does not block.");

    static final Option<Long> STORE_TIMEOUT_MS = Option.int64("spool.store.timeout.ms")
            .defaultTo(30_000L)
            .atLeast(100)
            .medium("How long a store that does not respond is tried, after Kafka was, before a record fails with both"
                    + " errors.");

    static final Option<String> ID_HEADER = Option.string("event.id.header")
            .nonEmpty()
            .defaultTo("ce_id")
            .medium(
                    "The header with the id of the event. A record without it gets a UUID before it is first sent, so that"
                            + " two copies of a record can be told from two events.");

    static final OptionSet ALL = OptionSet.of(SpoolStore.LOCATION)
            .and(WRITER, AFTER_MS, ORDER, LINGER_MS, BATCH_BYTES, MEMORY_BYTES, STORE_TIMEOUT_MS, ID_HEADER)
            .and(SpoolStore.OPTIONS);

    private SpoolingOptions() {}

    /**
     * Reads the options.
     *
     * @throws ConfigException if one is invalid or unknown, or a setting of Kafka's contradicts what the producer promises
     */
    static AbstractConfig read(Map<String, ?> configs) {
        for (String name : configs.keySet()) {
            if ((name.startsWith("spool.") || name.startsWith("payload."))
                    && !ALL.names().contains(name)) {
                throw new ConfigException(name, configs.get(name), "Unknown option");
            }
        }
        AbstractConfig config = ALL.read(configs);
        refuse(
                configs,
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "no value: a transaction that cannot be committed tells its caller so");
        refuse(configs, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "no value: " + AFTER_MS + " bounds the time");
        require(configs, ProducerConfig.ACKS_CONFIG, List.of("all", "-1"), "an answer before that can be lost");
        require(
                configs,
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                List.of("true"),
                "the order of what was written before a failure depends on it");
        require(
                configs,
                ProducerConfig.RETRIES_CONFIG,
                List.of(String.valueOf(Integer.MAX_VALUE)),
                "Kafka's client must not give a record up before " + AFTER_MS);
        if (ORDER.get(config) == SpoolOrder.KEY) {
            refuse(
                    configs,
                    ProducerConfig.PARTITIONER_CLASS_CONFIG,
                    "no value, or " + ORDER + "=none: records come back to the partition of their key");
            require(
                    configs,
                    ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
                    List.of("false"),
                    "the records of a key would be in several partitions");
        }
        return config;
    }

    private static void refuse(Map<String, ?> configs, String name, String expected) {
        if (configs.get(name) != null) {
            throw new ConfigException(name, configs.get(name), "Expected " + expected);
        }
    }

    private static void require(Map<String, ?> configs, String name, List<String> values, String reason) {
        Object found = configs.get(name);
        if (found != null && !values.contains(found.toString())) {
            throw new ConfigException(name, found, "Expected " + values.get(0) + ": " + reason);
        }
    }

    /** The settings of Kafka's producer of bytes. */
    static Map<String, Object> inner(Map<String, ?> configs, AbstractConfig config) {
        Map<String, Object> settings = new HashMap<>(configs);
        settings.keySet().removeIf(name -> ALL.names().contains(name));
        // Serializers and interceptors are called once for a record, before it is kept.
        settings.remove(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG);
        settings.remove(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);
        settings.remove(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // A leader that has just been elected does not know the producer, and accepts a second batch though it refused
        // the first.
        settings.putIfAbsent(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, MEMORY_BYTES.get(config));
        settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, batchSize(settings));
        long after = AFTER_MS.get(config);
        settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.min(MAX_BLOCK_MS, after / 2));
        if (maxBlockMs(settings) >= after) {
            // Otherwise a record of a topic that does not exist would be spooled before Kafka's client says so.
            throw new ConfigException(
                    ProducerConfig.MAX_BLOCK_MS_CONFIG,
                    settings.get(ProducerConfig.MAX_BLOCK_MS_CONFIG),
                    "Expected less than " + AFTER_MS + ", which is " + after);
        }
        // Another leader has time to answer before the record is spooled.
        settings.putIfAbsent(
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) Math.min(REQUEST_TIMEOUT_MS, Math.max(100, after / 2)));
        long linger = number(settings, ProducerConfig.LINGER_MS_CONFIG, 0);
        if (linger > after / 2) {
            throw new ConfigException(
                    ProducerConfig.LINGER_MS_CONFIG,
                    settings.get(ProducerConfig.LINGER_MS_CONFIG),
                    "Expected at most half of " + AFTER_MS + ", which is " + after);
        }
        long request = number(settings, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int)
                Math.min(Integer.MAX_VALUE, after + linger + request + DELIVERY_MARGIN_MS));
        return settings;
    }

    private static int batchSize(Map<String, Object> settings) {
        if (number(settings, ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1) > 1) {
            return SMALLEST_BATCH;
        }
        long share = number(settings, ProducerConfig.BUFFER_MEMORY_CONFIG, 0) / BATCHES;
        long largest = Math.min(LARGEST_BATCH, maxRequestBytes(settings));
        return (int) Math.max(SMALLEST_BATCH, Math.min(share, largest));
    }

    /** How long {@code send()} may block. */
    static long maxBlockMs(Map<String, Object> inner) {
        return number(inner, ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
    }

    /** The size of the largest record that Kafka's producer takes. */
    static int maxRequestBytes(Map<String, Object> inner) {
        return (int) number(inner, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MEBI);
    }

    private static long number(Map<String, Object> settings, String name, long fallback) {
        Object value = settings.get(name);
        if (value == null) {
            return fallback;
        }
        try {
            return Long.parseLong(value.toString().strip());
        } catch (NumberFormatException e) {
            throw new ConfigException(name, value, "Expected a number");
        }
    }

    /** The configured name, or the host's. */
    static String writer(AbstractConfig config) {
        Optional<String> configured = WRITER.find(config);
        if (configured.isPresent()) {
            return configured.get();
        }
        try {
            String host = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
            return requireWriter(host.substring(0, Math.min(host.length(), 100)));
        } catch (UnknownHostException | IllegalArgumentException e) {
            throw new ConfigException(
                    WRITER + ": expected a name, because the host has none that can be used: " + e.getMessage());
        }
    }

    private static String requireWriter(String name) {
        if (!Incarnation.isWriter(name)) {
            throw new IllegalArgumentException("Expected 1 to 100 letters, digits and . _ -");
        }
        return name;
    }
}
