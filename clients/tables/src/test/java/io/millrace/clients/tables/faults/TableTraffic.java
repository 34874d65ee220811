package io.millrace.clients.tables.faults;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes random transactions into the topic of the tables, and the committed ones into the model. One transaction in eight is
 * aborted, one record in ten is a tombstone, and one in a hundred cannot be decoded.
 */
final class TableTraffic implements AutoCloseable {
    private static final int MAX_RECORDS = 8;
    private static final long PAUSE_MS = 15;
    private static final Duration TIME_TO_INIT = Duration.ofSeconds(60);

    private final String servers;
    private final TableHistory history;
    private final Random random;
    private final AtomicLong versions = new AtomicLong();
    private final AtomicLong transactions = new AtomicLong();

    /** Is held while a transaction is written and ends. */
    private final ReentrantLock transaction = new ReentrantLock(true);

    private final Thread thread = new Thread(this::writeUntilClosed, "table-traffic");
    private volatile boolean paused = true;
    private volatile boolean closed;
    private volatile @Nullable Exception failure;
    private volatile int partitions;
    private @Nullable KafkaProducer<String, byte[]> producer;

    /** A record that was sent, before its transaction has ended. */
    record Sent(String key, long version, Kind kind, Future<RecordMetadata> written) {}

    /** What a record is. */
    enum Kind {
        VALUE,
        TOMBSTONE,
        UNDECODABLE
    }

    TableTraffic(String servers, TableHistory history, Random random, int partitions) {
        this.servers = servers;
        this.history = history;
        this.random = random;
        this.partitions = partitions;
        thread.setDaemon(true);
        thread.start();
    }

    private void writeUntilClosed() {
        try {
            while (!closed) {
                if (!paused) {
                    writeTransaction(MAX_RECORDS);
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            failure = e;
        }
    }

    /** Writes one transaction of up to this many records. */
    void writeTransaction(int maxRecords) throws Exception {
        transaction.lock();
        try {
            KafkaProducer<String, byte[]> used = connect();
            List<Sent> records = new ArrayList<>();
            try {
                used.beginTransaction();
                int count = 1 + random.nextInt(maxRecords);
                for (int i = 0; i < count; i++) {
                    records.add(sendRandom(used));
                }
                used.flush();
                for (Sent sent : records) {
                    sent.written().get();
                }
            } catch (KafkaException | ExecutionException e) {
                // The next producer's start aborts the transaction.
                disconnect();
                return;
            }
            endTransaction(used, random.nextInt(8) == 0, records);
            transactions.incrementAndGet();
        } finally {
            transaction.unlock();
        }
    }

    private Sent sendRandom(KafkaProducer<String, byte[]> used) {
        int kind = random.nextInt(100);
        return send(used, kind < 10 ? Kind.TOMBSTONE : kind == 10 ? Kind.UNDECODABLE : Kind.VALUE);
    }

    /** Sends a record of a random key. */
    Sent send(KafkaProducer<String, byte[]> used, Kind kind) {
        int partition = random.nextInt(partitions);
        String key = TableReader.key(partition, random.nextInt(TableReader.keysOf()));
        long version = versions.incrementAndGet();
        byte[] value =
                switch (kind) {
                    case VALUE -> String.valueOf(version).getBytes(StandardCharsets.US_ASCII);
                    case TOMBSTONE -> null;
                    case UNDECODABLE -> (TableReader.BAD + version).getBytes(StandardCharsets.US_ASCII);
                };
        return new Sent(key, version, kind, used.send(new ProducerRecord<>(TableReader.TOPIC, partition, key, value)));
    }

    /** Commits or aborts; repeats that until the outcome is certain. */
    void endTransaction(KafkaProducer<String, byte[]> used, boolean abort, List<Sent> records) throws Exception {
        while (true) {
            try {
                if (abort) {
                    used.abortTransaction();
                } else {
                    used.commitTransaction();
                }
                break;
            } catch (TimeoutException e) {
                if (closed) {
                    return;
                }
            }
        }
        if (!abort) {
            addCommitted(records);
        }
    }

    private void addCommitted(List<Sent> records) throws Exception {
        for (Sent sent : records) {
            long offset = sent.written().get().offset();
            switch (sent.kind()) {
                case VALUE -> history.addRecord(sent.key(), offset, sent.version());
                case TOMBSTONE -> history.addRecord(sent.key(), offset, 0);
                case UNDECODABLE -> history.addUndecodable(sent.key(), offset);
            }
        }
    }

    private KafkaProducer<String, byte[]> connect() {
        KafkaProducer<String, byte[]> connected = producer;
        if (connected == null) {
            connected = newProducer("traffic", 60_000);
            producer = connected;
        }
        return connected;
    }

    /** A transactional producer that can begin a transaction. */
    KafkaProducer<String, byte[]> newProducer(String id, int timeoutMillis) {
        long deadline = System.nanoTime() + TIME_TO_INIT.toNanos();
        while (true) {
            KafkaProducer<String, byte[]> made = new KafkaProducer<>(
                    Map.of(
                            "bootstrap.servers", servers,
                            "transactional.id", id,
                            "transaction.timeout.ms", timeoutMillis,
                            "max.block.ms", 20_000,
                            "linger.ms", 2),
                    new StringSerializer(),
                    new ByteArraySerializer());
            try {
                made.initTransactions();
                return made;
            } catch (KafkaException e) {
                made.close(Duration.ZERO);
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    private void disconnect() {
        KafkaProducer<String, byte[]> connected = producer;
        producer = null;
        if (connected != null) {
            connected.close(Duration.ZERO);
        }
    }

    /** Does something while no transaction of this traffic is open. */
    <T> T betweenTransactions(Callable<T> action) throws Exception {
        transaction.lock();
        try {
            return action.call();
        } finally {
            transaction.unlock();
        }
    }

    /** Continues in a topic that was created again, with this number of partitions. */
    void restart(int newPartitions) {
        disconnect();
        partitions = newPartitions;
    }

    void setPartitions(int count) {
        partitions = count;
    }

    int partitions() {
        return partitions;
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
