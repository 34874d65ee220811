package io.millrace.examples.orders;

import io.millrace.client.context.kafka.ContextConsumerInterceptor;
import io.millrace.client.context.kafka.RecordContext;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the events of one type in the context of the request that caused them, at least once and each partition in its order. An
 * event whose handler fails is handled again after a second. Type and order come from the event's headers {@code ce_type} and
 * {@code ce_subject}.
 */
final class EventConsumer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventConsumer.class);
    private static final String TOPIC = "shop.orders";
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long RETRY_PAUSE_MS = 1_000;
    private static final long TIME_TO_STOP_MS = 5_000;

    private final OrderTable orders;
    private final String type;
    private final Reaction reaction;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;

    /** What a service does with an event. */
    interface Reaction {
        /** Handles the event of an order; can be called again for the same event. */
        void handleOrder(OrderTable orders, long id) throws SQLException;
    }

    private EventConsumer(String group, ServiceSettings settings, String type, Reaction reaction) {
        this.orders = new OrderTable(settings);
        this.type = type;
        this.reaction = reaction;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        settings.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
                        ContextConsumerInterceptor.class.getName()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        this.thread = new Thread(this::consumeUntilClosed, group);
    }

    /**
     * Starts to consume.
     *
     * @param group the consumer group
     * @param type the type of the events
     */
    static EventConsumer start(String group, ServiceSettings settings, String type, Reaction reaction) {
        EventConsumer started = new EventConsumer(group, settings, type, reaction);
        started.thread.start();
        LOG.info("Waits for {} in {}", type, TOPIC);
        return started;
    }

    private void consumeUntilClosed() {
        try (orders;
                consumer) {
            consumer.subscribe(List.of(TOPIC));
            while (true) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                boolean handled = true;
                for (TopicPartition partition : records.partitions()) {
                    handled &= handlePartition(partition, records.records(partition));
                }
                // A partition whose event failed is at this event.
                consumer.commitSync();
                if (!handled) {
                    TimeUnit.MILLISECONDS.sleep(RETRY_PAUSE_MS);
                }
            }
        } catch (WakeupException e) {
            LOG.info("Stopped");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.warn("Closing the connections failed", e);
        }
    }

    /** Whether all records were handled. */
    private boolean handlePartition(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (!RecordContext.applyInContextOf(record, this::handleEvent)) {
                consumer.seek(partition, record.offset());
                return false;
            }
        }
        return true;
    }

    private boolean handleEvent(ConsumerRecord<byte[], byte[]> event) {
        if (!type.equals(readHeader(event, "ce_type"))) {
            return true;
        }
        try {
            long order = Long.parseLong(readHeader(event, "ce_subject"));
            LOG.info("Received {} of order {}", type, order);
            reaction.handleOrder(orders, order);
            return true;
        } catch (NumberFormatException e) {
            LOG.error("Ignored {}-{}@{}, its ce_subject is not an order", TOPIC, event.partition(), event.offset());
            return true;
        } catch (SQLException e) {
            LOG.warn("Handling {} failed, retrying: {}", type, e.getMessage());
            return false;
        }
    }

    private static String readHeader(ConsumerRecord<?, ?> event, String name) {
        Header header = event.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Ends after the event that is handled now. */
    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(TIME_TO_STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
