package io.millrace.examples.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.client.context.kafka.ContextConsumerInterceptor;
import io.millrace.client.context.kafka.RecordContext;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
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
 * Handles the events of a topic in the context of the request that caused them, at least once and each partition in its order. An event
 * whose handler fails is handled again after a second.
 */
final class ImportEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImportEvents.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    /** So that a slow importer commits often enough to keep its partitions. */
    private static final int EVENTS_OF_POLL = 10;

    private static final long RETRY_PAUSE_MS = 1_000;
    private static final long TIME_TO_STOP_MS = 5_000;

    private final String topic;
    private final Handler handler;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;

    /** What a service does with an event. */
    interface Handler {
        /** Handles the event about this import or job, its {@code ce_subject}; can be called again for the same event. */
        void handle(String subject) throws SQLException, InterruptedException;
    }

    private ImportEvents(String bootstrapServers, String group, String topic, Handler handler) {
        this.topic = topic;
        this.handler = handler;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        EVENTS_OF_POLL,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
                        ContextConsumerInterceptor.class.getName()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        this.thread = new Thread(this::consumeUntilClosed, group);
    }

    /** Starts to consume. */
    static ImportEvents start(String bootstrapServers, String group, String topic, Handler handler) {
        ImportEvents events = new ImportEvents(bootstrapServers, group, topic, handler);
        events.thread.start();
        return events;
    }

    private void consumeUntilClosed() {
        try (consumer) {
            consumer.subscribe(List.of(topic), new AssignmentLog());
            while (true) {
                ConsumerRecords<byte[], byte[]> events = consumer.poll(POLL);
                boolean handled = true;
                for (TopicPartition partition : events.partitions()) {
                    handled &= handlePartition(partition, events.records(partition));
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
        }
    }

    /** Whether all events were handled. */
    private boolean handlePartition(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> events)
            throws InterruptedException {
        for (ConsumerRecord<byte[], byte[]> event : events) {
            if (!RecordContext.applyInContextOf(event, this::handleEvent)) {
                consumer.seek(partition, event.offset());
                return false;
            }
        }
        return true;
    }

    private boolean handleEvent(ConsumerRecord<byte[], byte[]> event) {
        Header subject = event.headers().lastHeader("ce_subject");
        if (subject == null || subject.value() == null) {
            LOG.error("Ignored {}-{}@{}, it has no ce_subject", topic, event.partition(), event.offset());
            return true;
        }
        try {
            handler.handle(new String(subject.value(), UTF_8));
            return true;
        } catch (SQLException e) {
            LOG.warn("Handling {}-{}@{} failed, retrying", topic, event.partition(), event.offset(), e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The partitions that this consumer reads: another consumer of the group gets a part of them, and its end gives them back. */
    private static final class AssignmentLog implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            LOG.info("Consumes {}", partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
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
