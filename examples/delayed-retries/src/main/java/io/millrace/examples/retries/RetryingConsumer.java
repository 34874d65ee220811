package io.millrace.examples.retries;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the records of a topic and of its retry topic, each at least once. A record whose handler fails does not block those behind
 * it: it comes back after a delay. So the order of a key is not kept; {@code ProjectionSinkConnector} with {@code hold.key.order} keeps
 * it.
 */
public final class RetryingConsumer implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RetryingConsumer.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    /** What a service does with a record; called again for the same one after a failure. */
    @FunctionalInterface
    public interface Handler {
        void handle(ConsumerRecord<byte[], byte[]> record) throws Exception;
    }

    private final DelayedRetries retries;
    private final Handler handler;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;

    /** A consumer of a group that has the service's name; {@link #run} reads until {@link #close} is called. */
    public RetryingConsumer(String bootstrapServers, String topic, DelayedRetries retries, Handler handler) {
        this.retries = retries;
        this.handler = handler;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        retries.service(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic, retries.retryTopic()));
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public void run() {
        try (producer;
                consumer) {
            while (true) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    handleOrRetry(record);
                }
                consumer.commitSync();
            }
        } catch (WakeupException e) {
            LOG.info("The service {} ends", retries.service());
        }
    }

    /** Returns when the record was handled, or when its retry was written. */
    private void handleOrRetry(ConsumerRecord<byte[], byte[]> record) {
        try {
            handler.handle(record);
        } catch (Exception failure) {
            LOG.warn(
                    "Handling {}-{}@{} failed in attempt {}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    DelayedRetries.attempt(record.headers()),
                    failure.toString());
            try {
                producer.send(retries.next(record, failure)).get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while a retry was written", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("A retry could not be written", e.getCause());
            }
        }
    }

    /** Ends {@link #run}. Any thread may call it. */
    @Override
    public void close() {
        consumer.wakeup();
    }
}
