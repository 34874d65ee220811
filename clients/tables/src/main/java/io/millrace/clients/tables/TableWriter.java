package io.millrace.clients.tables;

import io.millrace.tables.TablePosition;
import io.millrace.tables.TopicTable;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the topic of a table. Each write returns the place of its record, which {@link TopicTable#await} takes, so that a
 * service reads what it wrote:
 *
 * <pre>{@code
 * TablePosition written = writer.put("DE", germany);
 * countries.await(written, Duration.ofSeconds(5));
 * }</pre>
 *
 * Writes of one key by one writer take effect in the order of the calls. If several services write one key, the last record in
 * the partition wins; no write is conditional. All of them must use one partitioner and one serialization of keys, because a key
 * in two partitions has no order. Safe for use by many threads.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class TableWriter<K, V> implements AutoCloseable {
    private final Producer<K, V> producer;
    private final String topic;
    private final boolean isOwner;

    private TableWriter(Producer<K, V> producer, String topic, boolean isOwner) {
        this.producer = producer;
        this.topic = topic;
        this.isOwner = isOwner;
    }

    /**
     * Opens a writer with an idempotent producer of its own, which waits for all replicas in sync ({@code acks=all}).
     *
     * @param clients settings of Kafka's producer, such as {@code bootstrap.servers}
     * @throws KafkaException if the settings are invalid, for example if they contain a {@code transactional.id}
     */
    public static <K, V> TableWriter<K, V> open(
            Map<String, Object> clients, String topic, Serializer<K> keys, Serializer<V> values) {
        if (clients.containsKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG)) {
            throw new KafkaException("The writer does not begin transactions, found "
                    + ProducerConfig.TRANSACTIONAL_ID_CONFIG + "; give a producer to TableWriter.using");
        }
        Map<String, Object> settings = new HashMap<>(clients);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return new TableWriter<>(new KafkaProducer<>(settings, keys, values), topic, true);
    }

    /**
     * Writes with a producer of the service, which can be transactional. The service begins and commits the transactions, and
     * closes the producer. A position that was returned within a transaction is reached when the transaction has ended, also if it
     * was aborted, so await it after the commit.
     */
    public static <K, V> TableWriter<K, V> using(Producer<K, V> producer, String topic) {
        return new TableWriter<>(producer, topic, false);
    }

    /**
     * Sets the value of a key, and waits until the brokers have acknowledged it.
     *
     * @return the record's place
     * @throws KafkaException if the record cannot be serialised, or was not acknowledged within {@code delivery.timeout.ms}. In the
     *     latter case it may have been written
     * @throws InterruptException if the thread is interrupted; the record may have been written
     */
    public TablePosition put(K key, V value) {
        return await(send(key, value));
    }

    /**
     * Removes a key by a tombstone, and waits until the brokers have acknowledged it.
     *
     * @return the tombstone's place
     * @throws KafkaException as {@link #put} does
     */
    public TablePosition delete(K key) {
        return await(send(key, null));
    }

    /**
     * Sets the value of a key.
     *
     * @return the record's place as soon as it is acknowledged, or the exception of the producer. It is completed by the producer's
     *     thread, which must not be blocked
     * @throws KafkaException if the record cannot be serialised or buffered
     */
    public CompletableFuture<TablePosition> putAsync(K key, V value) {
        return send(key, value);
    }

    /**
     * Removes a key by a tombstone.
     *
     * @return as {@link #putAsync} does
     * @throws KafkaException if the key cannot be serialised or the record cannot be buffered
     */
    public CompletableFuture<TablePosition> deleteAsync(K key) {
        return send(key, null);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The callback gets the same result.
    private CompletableFuture<TablePosition> send(K key, @Nullable V value) {
        CompletableFuture<TablePosition> sent = new CompletableFuture<>();
        producer.send(record(key, value), (written, failure) -> {
            if (failure != null) {
                sent.completeExceptionally(failure);
            } else {
                sent.complete(
                        new TablePosition(new TopicPartition(written.topic(), written.partition()), written.offset()));
            }
        });
        return sent;
    }

    @SuppressWarnings("NullAway") // A null value is a tombstone, which Kafka's types do not express.
    private ProducerRecord<K, V> record(K key, @Nullable V value) {
        return new ProducerRecord<>(topic, key, value);
    }

    private static TablePosition await(CompletableFuture<TablePosition> sent) {
        try {
            return sent.get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException failure
                    ? failure
                    : new KafkaException("The record was not written", e.getCause());
        }
    }

    /** Waits until all writes are acknowledged or have failed. */
    public void flush() {
        producer.flush();
    }

    /** Waits for the writes and closes the producer, unless the service gave it. */
    @Override
    public void close() {
        if (isOwner) {
            producer.close();
        }
    }
}
