package io.millrace.connectors.schedule.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes commands of few ids: schedules that are due within seconds or at once, recurring ones, changes and cancels. The producer is
 * idempotent and waits for the brokers, so every command is in the topic once. Safe for use by many threads.
 */
final class CommandTraffic implements AutoCloseable {
    private static final int IDS = 60;
    private static final int MAX_DELAY_MS = 4_000;
    private static final int MAX_BURST = 12;
    private static final int RECURRING_MESSAGES = 3;
    private static final long MINUTE_MS = 60_000;

    private final String topic;
    private final String target;
    private final int partitions;
    private final Random random;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread;

    @GuardedBy("this")
    private final List<SentCommand> sent = new ArrayList<>();

    @GuardedBy("this")
    private boolean running;

    @GuardedBy("this")
    private boolean writing;

    @GuardedBy("this")
    private @Nullable Exception failure;

    private long number;

    CommandTraffic(String brokers, String topic, String target, int partitions, Random random) {
        this.topic = topic;
        this.target = target;
        this.partitions = partitions;
        this.random = random;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        brokers,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        600_000,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        600_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.thread = new Thread(this::write, "command-traffic");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** Starts to write, or resumes. */
    synchronized void resume() {
        running = true;
        notifyAll();
    }

    /** Stops writing; returns when no command is on its way. */
    synchronized void pause() throws InterruptedException {
        running = false;
        while (writing) {
            wait();
        }
    }

    /** The commands that are in the topic, in the order of each partition. */
    synchronized List<SentCommand> sent() {
        if (failure != null) {
            throw new IllegalStateException("The traffic ended", failure);
        }
        return List.copyOf(sent);
    }

    private void write() {
        try {
            while (true) {
                synchronized (this) {
                    while (!running) {
                        wait();
                    }
                    writing = true;
                }
                List<SentCommand> burst = writeBurst();
                synchronized (this) {
                    sent.addAll(burst);
                    writing = false;
                    notifyAll();
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(60));
            }
        } catch (InterruptedException e) {
            // The traffic is closed.
        } catch (Exception e) {
            synchronized (this) {
                failure = e;
                writing = false;
                notifyAll();
            }
        }
    }

    private List<SentCommand> writeBurst() throws Exception {
        List<SentCommand> burst = new ArrayList<>();
        for (int i = 1 + random.nextInt(MAX_BURST); i > 0; i--) {
            burst.add(writeCommand(random.nextInt(IDS)));
        }
        return burst;
    }

    private SentCommand writeCommand(int id) throws Exception {
        String name = "id-" + id;
        long own = number++;
        long now = System.currentTimeMillis();
        int kind = random.nextInt(10);
        long time = now;
        long due = -1;
        int messages = 0;
        ProducerRecord<byte[], byte[]> command;
        if (kind < 3) {
            command = record(name, now, null);
        } else {
            command = record(name, now, String.valueOf(own));
            command.headers().add("schedule-topic", target.getBytes(UTF_8));
            if (kind == 3) {
                // Its three minutes are over, so it fires three times at once.
                time = now - (RECURRING_MESSAGES + 1) * MINUTE_MS;
                command = record(name, time, String.valueOf(own));
                command.headers().add("schedule-topic", target.getBytes(UTF_8));
                command.headers().add("schedule-cron", "* * * * *".getBytes(UTF_8));
                command.headers()
                        .add(
                                "schedule-count",
                                String.valueOf(RECURRING_MESSAGES).getBytes(UTF_8));
                command.headers().add("schedule-past-due", "fire".getBytes(UTF_8));
                due = Math.floorDiv(time, MINUTE_MS) * MINUTE_MS + MINUTE_MS;
                messages = RECURRING_MESSAGES;
            } else {
                due = now + random.nextInt(MAX_DELAY_MS);
                messages = 1;
                command.headers()
                        .add("schedule-at", Instant.ofEpochMilli(due).toString().getBytes(UTF_8));
            }
        }
        RecordMetadata place = producer.send(command).get();
        return new SentCommand(new TopicPartition(topic, place.partition()), place.offset(), name, own, due, messages);
    }

    private ProducerRecord<byte[], byte[]> record(String id, long time, @Nullable String value) {
        return new ProducerRecord<>(
                topic,
                Math.floorMod(id.hashCode(), partitions),
                time,
                id.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8));
    }

    @Override
    public void close() {
        thread.interrupt();
        producer.close(Duration.ZERO);
    }
}
