package io.millrace.payloads.chunks;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/**
 * How payloads are kept as chunks in a topic.
 *
 * @param clients settings of producer, consumers and admin client, with secrets
 * @param chunkBytes how many bytes of a payload go into a record
 * @param partitions of a new topic
 * @param replicationFactor of a new topic; -1 is the broker's default
 * @param retentionMs of a new topic, and the least of one that is there; -1 is for ever
 */
record ChunkSettings(
        Map<String, Object> clients, int chunkBytes, int partitions, short replicationFactor, long retentionMs) {
    private static final int MEBI = 1024 * 1024;
    private static final int REQUEST_TIMEOUT_MS = 10_000;
    private static final int DELIVERY_TIMEOUT_MS = 20_000;
    private static final int CHUNKS_IN_MEMORY = 8;

    ChunkSettings {
        clients = Map.copyOf(clients);
    }

    /** The settings that the guarantees of {@link ChunkStore} require. */
    private static final Set<String> FIXED = Set.of(
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG);

    /**
     * Reads the options of a location.
     *
     * @throws ConfigException if the brokers are not set, or a setting of Kafka's clients is invalid or may not be set
     */
    static ChunkSettings of(String location, AbstractConfig config) {
        String brokers = ChunkOptions.BOOTSTRAP_SERVERS.find(config).orElse("");
        if (brokers.isBlank()) {
            throw new ConfigException(
                    ChunkOptions.BOOTSTRAP_SERVERS.name(), brokers, location + " requires the brokers of the topic");
        }
        ChunkSettings settings = new ChunkSettings(
                readClientSettings(config),
                ChunkOptions.CHUNK_BYTES.get(config),
                ChunkOptions.PARTITIONS.get(config),
                ChunkOptions.REPLICATION_FACTOR.get(config),
                ChunkOptions.RETENTION_MS.get(config));
        try {
            // Settings that the clients would refuse when the first payload comes.
            new ProducerConfig(settings.producer());
            new ConsumerConfig(settings.consumer());
        } catch (ConfigException e) {
            throw new ConfigException(
                    "A setting below " + ChunkOptions.KAFKA_PREFIX + " is refused: " + e.getMessage());
        }
        return settings;
    }

    private static Map<String, Object> readClientSettings(AbstractConfig config) {
        Map<String, Object> clients = new HashMap<>(config.originalsWithPrefix(ChunkOptions.KAFKA_PREFIX));
        for (String setting : clients.keySet()) {
            if (FIXED.contains(setting)) {
                throw new ConfigException(ChunkOptions.KAFKA_PREFIX + setting
                        + " cannot be set: the guarantees of a kafka: location depend on its value");
            }
        }
        ChunkOptions.SECRETS.forEach(
                (setting, option) -> option.find(config).ifPresent(secret -> clients.put(setting, secret)));
        return clients;
    }

    /** The size of the largest record of a chunk, including its batch. */
    int recordBytes() {
        return chunkBytes + ChunkFormat.OVERHEAD;
    }

    /**
     * The settings of an idempotent producer whose batches are as large as a chunk, so that their memory is used again and
     * again.
     */
    Map<String, Object> producer() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "millrace-payloads");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, recordBytes());
        settings.put(
                ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(32L * MEBI, (long) CHUNKS_IN_MEMORY * recordBytes()));
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, REQUEST_TIMEOUT_MS);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
        settings.putAll(clients);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // They are compressed already.
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.max(MEBI, recordBytes()));
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return settings;
    }

    /**
     * The settings of a consumer without a group, whose position is always behind the record that it gave out last. It reads
     * uncommitted: chunks are in no transaction, and the open transaction of another producer would hide them.
     */
    Map<String, Object> consumer() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "millrace-payloads");
        settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        settings.putAll(clients);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteBufferDeserializer.class);
        return settings;
    }

    Map<String, Object> admin() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "millrace-payloads");
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        settings.putAll(clients);
        return settings;
    }

    /** Without the clients' settings, which have secrets. */
    @Override
    public String toString() {
        return "ChunkSettings[chunkBytes=" + chunkBytes + ", partitions=" + partitions + ", replicationFactor="
                + replicationFactor + ", retentionMs=" + retentionMs + "]";
    }
}
