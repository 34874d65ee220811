package io.millrace.payloads.chunks;

import io.millrace.config.ClientSecrets;
import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.types.Password;

/** The options of payloads that are kept as chunks in a topic. */
final class ChunkOptions {
    static final String KAFKA_PREFIX = "payload.kafka.";

    private static final int KIBI = 1024;
    private static final int MEBI = KIBI * KIBI;
    /** So many that the manifest of the largest payload, 8 bytes a chunk, is no longer than a chunk. */
    private static final int LEAST_CHUNK_BYTES = 128 * KIBI;

    private static final String POSITIVE_OR_DEFAULT = "1 or more, or -1";
    private static final String POSITIVE_OR_FOREVER = "1 or more, or -1 for ever";

    static final Option<String> BOOTSTRAP_SERVERS = Option.string(KAFKA_PREFIX + "bootstrap.servers")
            .high("The brokers of the topics of kafka: locations, as HOST:PORT,... All other options that begin with "
                    + KAFKA_PREFIX + " are settings of Kafka's clients, e.g. " + KAFKA_PREFIX + "security.protocol.");

    static final Option<Integer> CHUNK_BYTES = Option.int32("payload.chunk.bytes")
            .defaultTo(512 * KIBI)
            .between(LEAST_CHUNK_BYTES, 64 * MEBI)
            .medium(
                    "The number of a payload's bytes in one record of a kafka: location. The topic's max.message.bytes must be larger by "
                            + ChunkFormat.OVERHEAD + ".");

    static final Option<Integer> PARTITIONS = Option.int32("payload.chunk.partitions")
            .defaultTo(8)
            .between(1, 10_000)
            .low("The number of partitions of a new topic of a kafka: location. A task writes one payload at a time "
                    + "to each partition.");

    static final Option<Short> REPLICATION_FACTOR = Option.int16("payload.chunk.replication.factor")
            .defaultTo((short) -1)
            .valid(POSITIVE_OR_DEFAULT, factor -> requirePositiveOrMinusOne(factor, POSITIVE_OR_DEFAULT))
            .medium("The number of replicas of a new topic of a kafka: location; -1 is the broker's default.");

    static final Option<Long> RETENTION_MS = Option.int64("payload.chunk.retention.ms")
            .defaultTo(7 * 24 * 3_600_000L)
            .valid(POSITIVE_OR_FOREVER, retention -> requirePositiveOrMinusOne(retention, POSITIVE_OR_FOREVER))
            .high("How long a new topic of a kafka: location keeps chunks: at least as long as the topics keep the "
                    + "records that refer to them. An existing topic with a shorter retention is refused. -1 is "
                    + "unlimited.");

    /** The settings of Kafka's clients that are secrets, by the clients' names. */
    static final Map<String, Option<Password>> SECRETS = ClientSecrets.under(KAFKA_PREFIX);

    static final OptionSet ALL = OptionSet.of(
                    BOOTSTRAP_SERVERS, CHUNK_BYTES, PARTITIONS, REPLICATION_FACTOR, RETENTION_MS)
            .and(OptionSet.of(List.copyOf(SECRETS.values())));

    private ChunkOptions() {}

    private static void requirePositiveOrMinusOne(Number value, String expected) {
        if (value.longValue() != -1 && value.longValue() < 1) {
            throw new IllegalArgumentException("Expected " + expected);
        }
    }
}
