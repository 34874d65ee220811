package io.millrace.connectors.redrive.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes events of some keys all the time, each into its key's partition. One in eight does not fit the view until the round is mended. Its thread
 * ends with {@link #close}.
 */
final class RedriveTraffic implements AutoCloseable {
    private static final int KEYS = 30;
    private static final int REFUSED_ONE_IN = 8;

    private final String topic;
    private final int partitions;
    private final Random random;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<SentEvent> sent = new ArrayList<>();
    private final Thread thread;
    private boolean paused = true;
    private boolean writing;
    private boolean closed;
    private long round;
    private Exception failure;

    /** Traffic that is paused. */
    RedriveTraffic(String brokers, String topic, int partitions, Random random) {
        this.topic = topic;
        this.partitions = partitions;
        this.random = random;
        // A record is written once, also if the broker is killed.
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        brokers,
                        "enable.idempotence",
                        true,
                        "acks",
                        "all",
                        "delivery.timeout.ms",
                        600_000,
                        "max.block.ms",
                        600_000,
                        "linger.ms",
                        0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.thread = new Thread(this::run, "redrive-traffic");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    private void run() {
        try {
            for (long number = 1; await(); number++) {
                write(number);
                TimeUnit.MILLISECONDS.sleep(3);
            }
        } catch (Exception e) {
            synchronized (this) {
                failure = e;
                writing = false;
                notifyAll();
            }
        }
    }

    /** Waits while it is paused; false if it is closed. */
    private synchronized boolean await() throws InterruptedException {
        writing = false;
        notifyAll();
        while (paused && !closed) {
            wait();
        }
        writing = !closed;
        return writing;
    }

    private void write(long number) throws Exception {
        int key = random.nextInt(KEYS);
        long fits;
        synchronized (this) {
            fits = random.nextInt(REFUSED_ONE_IN) == 0 ? round : 0;
        }
        RecordMetadata written = producer.send(new ProducerRecord<>(
                        topic,
                        key % partitions,
                        ("{\"id\":" + key + "}").getBytes(UTF_8),
                        ("{\"seq\":" + number + ",\"fits\":" + fits + "}").getBytes(UTF_8)))
                .get();
        synchronized (this) {
            sent.add(new SentEvent(written.partition(), written.offset(), key, number, fits != 0));
            notifyAll();
        }
    }

    /** Stops writing; returns when nothing is on its way. */
    synchronized void pause() throws InterruptedException {
        paused = true;
        while (writing) {
            wait();
        }
        requireNoFailure();
    }

    synchronized void resume() {
        requireNoFailure();
        paused = false;
        notifyAll();
    }

    /** The number of the round, at least 1, of whose events some do not fit. */
    synchronized void setRound(long number) {
        round = number;
    }

    /** The events that were written, in the order of each partition. */
    synchronized List<SentEvent> sent() {
        requireNoFailure();
        return List.copyOf(sent);
    }

    synchronized int size() {
        return sent.size();
    }

    private void requireNoFailure() {
        if (failure != null) {
            throw new IllegalStateException("The traffic failed", failure);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        thread.interrupt();
        producer.close(Duration.ZERO);
    }
}
