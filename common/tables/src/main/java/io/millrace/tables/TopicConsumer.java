package io.millrace.tables;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads committed records of partitions from given offsets. It has the positions itself, so that another client can continue
 * after a failure. For use by one thread, except {@link #wakeup}.
 */
final class TopicConsumer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicConsumer.class);
    private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(2);
    private static final int RECORDS_OF_A_POLL = 10_000;
    private static final int BYTES_OF_A_PARTITION = 8 << 20;

    private final Supplier<Consumer<ByteBuffer, ByteBuffer>> connections;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private volatile @Nullable Consumer<ByteBuffer, ByteBuffer> client;
    /** Whether the client has been assigned partitions. */
    private boolean isUsed;
    /** A failure of a poll whose records were returned, which the next one reports. */
    private @Nullable KafkaException postponed;

    /**
     * Creates the client.
     *
     * @throws KafkaException if the settings are invalid
     */
    TopicConsumer(String clientId, Map<String, Object> clients) {
        this(connections(clientId, clients));
    }

    /** Creates the client, and each that replaces it, by this supplier. */
    TopicConsumer(Supplier<Consumer<ByteBuffer, ByteBuffer>> connections) {
        this.connections = connections;
        client = connections.get();
    }

    private static Supplier<Consumer<ByteBuffer, ByteBuffer>> connections(
            String clientId, Map<String, Object> clients) {
        Map<String, Object> settings = new HashMap<>(clients);
        settings.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_OF_A_POLL);
        settings.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, BYTES_OF_A_PARTITION);
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        // A buffer of such a record is a part of the fetched one, without a copy.
        return () -> new KafkaConsumer<>(settings, new ByteBufferDeserializer(), new ByteBufferDeserializer());
    }

    /** Reads these partitions from these offsets, and no others. */
    void assign(Map<TopicPartition, Long> from) {
        positions.clear();
        positions.putAll(from);
        // A client that has read a topic may not notice that it was created again.
        reconnect();
    }

    /** Reads nothing. */
    void unassign() {
        positions.clear();
        Consumer<ByteBuffer, ByteBuffer> connected = client;
        if (connected != null) {
            connected.unsubscribe();
        }
    }

    /** Replaces the client by another one that continues at the same positions, or at the next {@link #poll}. */
    void reconnect() {
        try {
            Consumer<ByteBuffer, ByteBuffer> connected = isUsed ? replaceClient() : Objects.requireNonNull(client);
            isUsed = true;
            connected.assign(positions.keySet());
            positions.forEach(connected::seek);
        } catch (KafkaException e) {
            LOG.debug("Creating a consumer failed, retrying", e);
        }
    }

    private Consumer<ByteBuffer, ByteBuffer> replaceClient() {
        disconnect();
        Consumer<ByteBuffer, ByteBuffer> connected = connections.get();
        client = connected;
        return connected;
    }

    /**
     * The next records.
     *
     * @throws KafkaException if the client fails; {@link #reconnect} replaces it
     */
    ConsumerRecords<ByteBuffer, ByteBuffer> poll(Duration timeout) {
        Consumer<ByteBuffer, ByteBuffer> connected = client;
        if (connected == null) {
            throw new KafkaException("No connection to the brokers could be made");
        }
        KafkaException earlier = postponed;
        if (earlier != null) {
            postponed = null;
            throw earlier;
        }
        ConsumerRecords<ByteBuffer, ByteBuffer> records = connected.poll(timeout);
        positions.replaceAll((partition, known) -> findPosition(connected, records, partition, known));
        return records;
    }

    /**
     * The position of a partition after a poll. If the client cannot give it, it is the one behind the last record that was
     * returned: another client that resumed at the former position would read these records a second time, and the table would
     * go back to their values.
     */
    private long findPosition(
            Consumer<ByteBuffer, ByteBuffer> connected,
            ConsumerRecords<ByteBuffer, ByteBuffer> records,
            TopicPartition partition,
            long known) {
        try {
            return connected.position(partition, Duration.ZERO);
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (TimeoutException e) {
            LOG.trace("The position of {} is being compared with the leader's log", partition);
        } catch (KafkaException e) {
            // The records were taken from the client and must be applied first.
            postponed = e;
        }
        List<ConsumerRecord<ByteBuffer, ByteBuffer>> read = records.records(partition);
        return read.isEmpty() ? known : read.get(read.size() - 1).offset() + 1;
    }

    /** The offset of the next record of each partition; a view that changes. */
    Map<TopicPartition, Long> positions() {
        return positions;
    }

    /** Ends a {@link #poll}. Any thread may call it. */
    void wakeup() {
        Consumer<ByteBuffer, ByteBuffer> connected = client;
        if (connected != null) {
            connected.wakeup();
        }
    }

    private void disconnect() {
        Consumer<ByteBuffer, ByteBuffer> connected = client;
        client = null;
        postponed = null;
        if (connected != null) {
            try {
                close(connected);
            } catch (KafkaException e) {
                LOG.debug("Closing a consumer failed", e);
            }
        }
    }

    @SuppressWarnings({"deprecation", "removal"}) // Kafka 3.9 does not have what is to take its place.
    private static void close(Consumer<?, ?> consumer) {
        consumer.close(TIME_TO_CLOSE);
    }

    @Override
    public void close() {
        disconnect();
    }
}
