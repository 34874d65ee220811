package io.millrace.connectors.channel.faults;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes numbered events of the channels in transactions of up to eight, of which one in six is aborted. One event in four is a state, and
 * one record in forty has no channel. What was committed is read from the topic, not from here. Safe for use by many threads.
 */
final class EventTraffic implements AutoCloseable {
    static final String TOPIC = "notifications";
    /** The type of the events of which a client may get the newest only. */
    static final String STATE = "Progress";

    private static final int MAX_RECORDS = 8;
    private static final int ABORTED_OF = 6;
    private static final int STATES_OF = 4;
    private static final int WITHOUT_CHANNEL_OF = 40;
    private static final int MAX_TEXT = 400;
    private static final int PAUSE_MS = 20;
    private static final Duration TIME_TO_INIT = Duration.ofMinutes(2);

    private final String servers;
    private final int channels;
    private final Random random;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong transactions = new AtomicLong();

    /** Is held while a transaction is written and ends. */
    private final ReentrantLock transaction = new ReentrantLock(true);

    private final Thread thread = new Thread(this::writeUntilClosed, "event-traffic");
    private volatile boolean paused = true;
    private volatile boolean closed;
    private volatile @Nullable Exception failure;
    private @Nullable KafkaProducer<String, String> producer;

    EventTraffic(String servers, int channels, Random random) {
        this.servers = servers;
        this.channels = channels;
        this.random = random;
        thread.setDaemon(true);
        thread.start();
    }

    static String channel(int number) {
        return "import:" + number;
    }

    private void writeUntilClosed() {
        try {
            while (!closed) {
                if (!paused) {
                    writeTransaction(random.nextInt(ABORTED_OF) == 0, 1 + random.nextInt(MAX_RECORDS));
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            failure = e;
        }
    }

    private void writeTransaction(boolean abort, int count) {
        inTransaction(abort, used -> {
            for (int i = 0; i < count; i++) {
                String channel = random.nextInt(WITHOUT_CHANNEL_OF) == 0 ? null : channel(random.nextInt(channels));
                send(used, channel, random.nextInt(MAX_TEXT));
            }
        });
    }

    /** Writes large events of a channel in one transaction. */
    void writeLarge(String channel, int count, int bytes) {
        inTransaction(false, used -> {
            for (int i = 0; i < count; i++) {
                send(used, channel, bytes);
            }
        });
    }

    /** The records of a transaction. */
    private interface Records {
        void send(KafkaProducer<String, String> producer);
    }

    /** Returns when the transaction has ended, by this producer or by its successor. */
    private void inTransaction(boolean abort, Records records) {
        transaction.lock();
        try {
            KafkaProducer<String, String> used = connect();
            try {
                used.beginTransaction();
                records.send(used);
                if (abort) {
                    used.flush();
                    used.abortTransaction();
                } else {
                    used.commitTransaction();
                }
                transactions.incrementAndGet();
            } catch (KafkaException e) {
                // The broker was struck in the middle. The next producer of this name aborts what is open.
                disconnect();
                connect();
            }
        } finally {
            transaction.unlock();
        }
    }

    private void send(KafkaProducer<String, String> used, @Nullable String channel, int textLength) {
        ProducerRecord<String, String> record = new ProducerRecord<>(
                TOPIC,
                channel,
                "{\"n\":" + numbers.incrementAndGet() + ",\"text\":\"" + "x".repeat(textLength) + "\"}");
        if (random.nextInt(STATES_OF) == 0) {
            record.headers().add("ce_type", STATE.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        var unused = used.send(record);
    }

    private KafkaProducer<String, String> connect() {
        KafkaProducer<String, String> connected = producer;
        long deadline = System.nanoTime() + TIME_TO_INIT.toNanos();
        while (connected == null) {
            KafkaProducer<String, String> made = new KafkaProducer<>(
                    Map.of(
                            "bootstrap.servers",
                            servers,
                            "transactional.id",
                            "traffic",
                            "max.block.ms",
                            20_000,
                            "linger.ms",
                            2),
                    new StringSerializer(),
                    new StringSerializer());
            try {
                made.initTransactions();
                connected = made;
            } catch (KafkaException e) {
                made.close(Duration.ZERO);
                if (closed || System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
        producer = connected;
        return connected;
    }

    private void disconnect() {
        KafkaProducer<String, String> connected = producer;
        producer = null;
        if (connected != null) {
            connected.close(Duration.ZERO);
        }
    }

    /** Does something while no transaction is open. */
    <T> T betweenTransactions(Callable<T> action) throws Exception {
        transaction.lock();
        try {
            return action.call();
        } finally {
            transaction.unlock();
        }
    }

    void resume() {
        paused = false;
    }

    /** Returns when no transaction is open. */
    void pause() throws Exception {
        paused = true;
        betweenTransactions(() -> null);
        requireNoFailure();
    }

    /** The number of transactions that have ended. */
    long transactions() {
        requireNoFailure();
        return transactions.get();
    }

    private void requireNoFailure() {
        Exception failed = failure;
        if (failed != null) {
            throw new IllegalStateException("The traffic has failed", failed);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        disconnect();
    }
}
