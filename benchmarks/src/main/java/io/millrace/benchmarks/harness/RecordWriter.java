package io.millrace.benchmarks.harness;

import io.millrace.testing.servers.KafkaBroker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes the records of a benchmark. For use by one thread. */
public final class RecordWriter implements AutoCloseable {
    private static final int LINGER_MS = 20;

    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final long begin = System.nanoTime();
    private final int inASecond;
    private long sent;

    private RecordWriter(KafkaBroker broker, String compression, int lingerMs, int inASecond) {
        this.inASecond = inASecond;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "compression.type",
                        compression,
                        "batch.size",
                        262_144,
                        "linger.ms",
                        lingerMs),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** A writer that sends as fast as possible, in large batches. */
    public static RecordWriter fast(KafkaBroker broker) {
        return new RecordWriter(broker, "lz4", LINGER_MS, Integer.MAX_VALUE);
    }

    /** A writer that sends so many records in a second, evenly. */
    public static RecordWriter even(KafkaBroker broker, int inASecond) {
        return new RecordWriter(broker, "lz4", 0, inASecond);
    }

    /** The same without compression, for consumers of other languages that do not have this one. */
    public static RecordWriter evenUncompressed(KafkaBroker broker, int inASecond) {
        return new RecordWriter(broker, "none", 0, inASecond);
    }

    /** Sends a record when it is its turn. */
    public void send(ProducerRecord<byte[], byte[]> record) {
        sendMade(() -> record);
    }

    /** The same for a record that is made when it is its turn, and may contain the time. */
    public void sendMade(Supplier<ProducerRecord<byte[], byte[]>> record) {
        if (inASecond != Integer.MAX_VALUE) {
            long due = begin + sent * Duration.ofSeconds(1).toNanos() / inASecond;
            LockSupport.parkNanos(due - System.nanoTime());
            sent++;
        }
        Future<RecordMetadata> unused =
                producer.send(record.get(), (place, error) -> failure.compareAndSet(null, error));
    }

    /**
     * Waits until all records are written.
     *
     * @throws IllegalStateException if one could not be written
     */
    @Override
    public void close() {
        producer.close();
        if (failure.get() != null) {
            throw new IllegalStateException("The records could not be written", failure.get());
        }
    }
}
