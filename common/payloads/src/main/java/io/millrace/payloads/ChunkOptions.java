package io.millrace.payloads;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;

/** The options of payloads that are kept as chunks in a topic. */
final class ChunkOptions {
    static final String KAFKA_PREFIX = "payload.kafka.";
    static final String BOOTSTRAP_SERVERS = KAFKA_PREFIX + "bootstrap.servers";
    static final String CHUNK_BYTES = "payload.chunk.bytes";
    static final String PARTITIONS = "payload.chunk.partitions";
    static final String REPLICATION_FACTOR = "payload.chunk.replication.factor";
    static final String RETENTION_MS = "payload.chunk.retention.ms";

    private static final int KIBI = 1024;
    private static final int MEBI = KIBI * KIBI;
    /** So many that the manifest of the largest payload, 8 bytes a chunk, is no longer than a chunk. */
    private static final int LEAST_CHUNK_BYTES = 128 * KIBI;

    private static final List<String> SECRETS = List.of(
            SaslConfigs.SASL_JAAS_CONFIG,
            SaslConfigs.SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_SECRET,
            SslConfigs.SSL_KEY_PASSWORD_CONFIG,
            SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG,
            SslConfigs.SSL_KEYSTORE_KEY_CONFIG,
            SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG);

    /** What the promises of {@link ChunkStore} rest on. */
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

    private ChunkOptions() {}

    static ConfigDef define(ConfigDef definition) {
        definition
                .define(
                        BOOTSTRAP_SERVERS,
                        ConfigDef.Type.STRING,
                        null,
                        Importance.HIGH,
                        "The brokers that have the topics of kafka: locations, as HOST:PORT,... Whatever else begins with "
                                + KAFKA_PREFIX + " is a setting of Kafka's clients, e.g. " + KAFKA_PREFIX
                                + "security.protocol.")
                .define(
                        CHUNK_BYTES,
                        ConfigDef.Type.INT,
                        512 * KIBI,
                        ConfigDef.Range.between(LEAST_CHUNK_BYTES, 64 * MEBI),
                        Importance.MEDIUM,
                        "How many bytes of a payload go into one record of a kafka: location. The topic's"
                                + " max.message.bytes has to be larger by " + ChunkFormat.OVERHEAD + ".")
                .define(
                        PARTITIONS,
                        ConfigDef.Type.INT,
                        8,
                        ConfigDef.Range.between(1, 10_000),
                        Importance.LOW,
                        "How many partitions the topic of a kafka: location gets where it is new. Each partition takes one"
                                + " payload after the other from a task.")
                .define(
                        REPLICATION_FACTOR,
                        ConfigDef.Type.SHORT,
                        (short) -1,
                        ConfigDef.LambdaValidator.with(
                                (option, value) -> {
                                    short factor = (Short) value;
                                    if (factor != -1 && factor < 1) {
                                        throw new ConfigException(option, value, "Expected 1 or more, or -1");
                                    }
                                },
                                () -> "1 or more, or -1"),
                        Importance.MEDIUM,
                        "How many replicas the topic of a kafka: location gets where it is new; -1 is the broker's default.")
                .define(
                        RETENTION_MS,
                        ConfigDef.Type.LONG,
                        7 * 24 * 3_600_000L,
                        ConfigDef.LambdaValidator.with(
                                (option, value) -> {
                                    long retention = (Long) value;
                                    if (retention != -1 && retention < 1) {
                                        throw new ConfigException(option, value, "Expected 1 or more, or -1 for ever");
                                    }
                                },
                                () -> "1 or more, or -1 for ever"),
                        Importance.HIGH,
                        "How long the topic of a kafka: location keeps chunks where it is new; at least as long as the"
                                + " topics keep the records that refer to them. A topic that keeps them for less is refused."
                                + " -1 is for ever.");
        for (String secret : SECRETS) {
            definition.define(
                    KAFKA_PREFIX + secret,
                    ConfigDef.Type.PASSWORD,
                    null,
                    Importance.MEDIUM,
                    "The setting " + secret + " of Kafka's clients.");
        }
        return definition;
    }

    /**
     * What is configured for a location.
     *
     * @throws ConfigException where the brokers are missing, or a setting of the clients is not one that can be chosen
     */
    static ChunkSettings settings(StoreLocation location, AbstractConfig config) {
        String brokers = config.getString(BOOTSTRAP_SERVERS);
        if (brokers == null || brokers.isBlank()) {
            throw new ConfigException(BOOTSTRAP_SERVERS, brokers, location + " needs the brokers that have the topic");
        }
        Map<String, Object> clients = new HashMap<>(config.originalsWithPrefix(KAFKA_PREFIX));
        for (String setting : clients.keySet()) {
            if (FIXED.contains(setting)) {
                throw new ConfigException(KAFKA_PREFIX + setting
                        + " cannot be chosen: what is promised of a kafka: location rests on its value");
            }
        }
        for (String secret : SECRETS) {
            Password password = config.getPassword(KAFKA_PREFIX + secret);
            if (password != null) {
                clients.put(secret, password);
            }
        }
        ChunkSettings settings = new ChunkSettings(
                clients,
                config.getInt(CHUNK_BYTES),
                config.getInt(PARTITIONS),
                config.getShort(REPLICATION_FACTOR),
                config.getLong(RETENTION_MS));
        try {
            // Settings that the clients would refuse when the first payload comes.
            new ProducerConfig(settings.producer());
            new ConsumerConfig(settings.consumer());
        } catch (ConfigException e) {
            throw new ConfigException("A setting below " + KAFKA_PREFIX + " is refused: " + e.getMessage());
        }
        return settings;
    }
}
