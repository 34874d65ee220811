package io.millrace.connectors.topic.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes changes to the raw topic, in transactions of which one in six is aborted, and keeps what must become of each committed record:
 * an event, a record in the topic for undecodable ones, or nothing. A transaction whose end is not known is not counted, and its
 * records may become events or not. Safe for use by many threads.
 */
final class RawTraffic implements AutoCloseable {
    private static final int MAX_RECORDS = 20;
    private static final int ABORTED_OF = 6;
    private static final int UNDECODABLE_OF = 40;

    private final String topic;
    private final Random random;
    private final Map<String, Object> settings;
    private final Thread thread;

    @GuardedBy("this")
    private final Map<TopicPartition, Set<Long>> events = new HashMap<>();

    @GuardedBy("this")
    private final Map<TopicPartition, Set<Long>> undecodable = new HashMap<>();

    @GuardedBy("this")
    private final Map<TopicPartition, Set<Long>> uncertain = new HashMap<>();

    @GuardedBy("this")
    private int partitions;

    @GuardedBy("this")
    private boolean running;

    @GuardedBy("this")
    private boolean writing;

    @GuardedBy("this")
    private long transactions;

    @GuardedBy("this")
    private @Nullable Exception failure;

    private int number;

    /** What a record must become. */
    private enum Outcome {
        EVENT,
        UNDECODABLE,
        NOTHING
    }

    private record Sent(Outcome outcome, Future<RecordMetadata> place) {}

    RawTraffic(String brokers, String topic, int partitions, Random random) {
        this.topic = topic;
        this.partitions = partitions;
        this.random = random;
        this.settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                brokers,
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "traffic",
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                60_000);
        this.thread = new Thread(this::write, "raw-traffic");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** Starts to write, or resumes. */
    synchronized void resume() {
        running = true;
        notifyAll();
    }

    /** Stops writing; returns when no transaction is open. */
    synchronized void pause() throws InterruptedException {
        running = false;
        while (writing) {
            wait();
        }
    }

    /** The transactions that were committed. */
    synchronized long transactions() {
        if (failure != null) {
            throw new IllegalStateException("The traffic ended", failure);
        }
        return transactions;
    }

    /** From now on the topic has this many partitions. */
    synchronized void setPartitions(int count) {
        partitions = count;
    }

    synchronized int partitions() {
        return partitions;
    }

    /** The offsets of each partition whose records must have become events. */
    synchronized Map<TopicPartition, Set<Long>> events() {
        return copyOf(events);
    }

    /** The offsets of each partition whose records cannot be decoded. */
    synchronized Map<TopicPartition, Set<Long>> undecodable() {
        return copyOf(undecodable);
    }

    /** Whether the record may have been committed or not. */
    synchronized boolean isUncertain(TopicPartition partition, long offset) {
        return uncertain.getOrDefault(partition, Set.of()).contains(offset);
    }

    /** How many records must have become events or undecodable ones. */
    synchronized long size() {
        return List.of(events, undecodable).stream()
                .flatMap(map -> map.values().stream())
                .mapToLong(Set::size)
                .sum();
    }

    private static Map<TopicPartition, Set<Long>> copyOf(Map<TopicPartition, Set<Long>> offsets) {
        Map<TopicPartition, Set<Long>> copy = new HashMap<>();
        offsets.forEach((partition, each) -> copy.put(partition, new HashSet<>(each)));
        return copy;
    }

    private void write() {
        KafkaProducer<byte[], byte[]> producer = null;
        try {
            while (true) {
                awaitTurn();
                try {
                    if (producer == null) {
                        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
                        producer.initTransactions();
                    }
                    writeTransaction(producer);
                } catch (KafkaException e) {
                    // The broker was struck in the middle. Another producer of this name ends the transaction.
                    if (producer != null) {
                        producer.close(Duration.ZERO);
                    }
                    producer = null;
                } finally {
                    endTurn();
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(30));
            }
        } catch (InterruptedException e) {
            // The traffic is closed.
        } catch (ExecutionException | RuntimeException e) {
            synchronized (this) {
                failure = e;
                notifyAll();
            }
        } finally {
            if (producer != null) {
                producer.close(Duration.ZERO);
            }
        }
    }

    private synchronized void awaitTurn() throws InterruptedException {
        while (!running) {
            wait();
        }
        writing = true;
    }

    private synchronized void endTurn() {
        writing = false;
        notifyAll();
    }

    private void writeTransaction(KafkaProducer<byte[], byte[]> producer)
            throws InterruptedException, ExecutionException {
        List<Sent> sent = new ArrayList<>();
        boolean ended = false;
        try {
            producer.beginTransaction();
            int count = 1 + random.nextInt(MAX_RECORDS);
            for (int i = 0; i < count; i++) {
                sent.add(send(producer));
            }
            producer.flush();
            if (random.nextInt(ABORTED_OF) == 0) {
                producer.abortTransaction();
                sent.clear();
            } else {
                producer.commitTransaction();
            }
            ended = true;
        } finally {
            addOutcomes(sent, ended);
        }
    }

    private Sent send(KafkaProducer<byte[], byte[]> producer) {
        number++;
        int partition = random.nextInt(partitions());
        Outcome outcome = random.nextInt(UNDECODABLE_OF) == 0
                ? Outcome.UNDECODABLE
                : random.nextBoolean() ? Outcome.EVENT : Outcome.NOTHING;
        byte[] value =
                switch (outcome) {
                    case EVENT -> RawChange.of(number, "PAID").getBytes(UTF_8);
                    case NOTHING ->
                        number % 3 == 0 ? null : RawChange.of(number, "NEW").getBytes(UTF_8);
                    case UNDECODABLE -> ("{" + number).getBytes(UTF_8);
                };
        return new Sent(
                outcome, producer.send(new ProducerRecord<>(topic, partition, "{\"id\":1}".getBytes(UTF_8), value)));
    }

    private void addOutcomes(List<Sent> sent, boolean committed) throws InterruptedException {
        for (Sent each : sent) {
            RecordMetadata place;
            try {
                place = each.place().get();
            } catch (ExecutionException e) {
                // It was not written, so its transaction cannot have been committed.
                continue;
            }
            synchronized (this) {
                TopicPartition partition = new TopicPartition(place.topic(), place.partition());
                if (!committed) {
                    uncertain.computeIfAbsent(partition, key -> new HashSet<>()).add(place.offset());
                } else if (each.outcome() != Outcome.NOTHING) {
                    (each.outcome() == Outcome.EVENT ? events : undecodable)
                            .computeIfAbsent(partition, key -> new HashSet<>())
                            .add(place.offset());
                }
            }
        }
        synchronized (this) {
            transactions += committed ? 1 : 0;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
