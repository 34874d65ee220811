package io.millrace.benchmarks.streams;

import io.millrace.benchmarks.schedules.ScheduleCommands;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * A process in which Kafka Streams sends messages when they are due. One store has the time of each id, so that a command can
 * replace or cancel a schedule; another one has the payloads in the order of their times.
 */
public final class ScheduleStreamProcess {
    private static final int THREADS = 4;
    private static final Duration PUNCTUATION = Duration.ofMillis(100);
    /** So that a transaction ends in time. */
    private static final int MOST_AT_ONCE = 20_000;

    private static final String TIMES = "times";
    private static final String TIMERS = "timers";

    private ScheduleStreamProcess() {}

    /**
     * Takes bootstrap servers, the id of the application, the topics of commands and messages, and a directory, which is empty for
     * stores in memory; runs until it is ended.
     */
    public static void main(String[] words) {
        boolean inMemory = words[4].isEmpty();
        Properties options = new Properties();
        options.put(StreamsConfig.APPLICATION_ID_CONFIG, words[1]);
        options.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, words[0]);
        options.put(
                StreamsConfig.STATE_DIR_CONFIG,
                inMemory
                        ? Path.of(System.getProperty("java.io.tmpdir"), words[1])
                                .toString()
                        : words[4]);
        options.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        options.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, THREADS);
        options.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        options.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        options.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        Topology topology = new Topology();
        topology.addSource("commands", words[2])
                .addProcessor("schedules", Schedules::new, "commands")
                .addStateStore(
                        Stores.keyValueStoreBuilder(store(TIMES, inMemory), Serdes.Bytes(), Serdes.ByteArray()),
                        "schedules")
                .addStateStore(
                        Stores.keyValueStoreBuilder(store(TIMERS, inMemory), Serdes.Bytes(), Serdes.ByteArray()),
                        "schedules")
                .addSink("messages", words[3], "schedules");
        KafkaStreams streams = new KafkaStreams(topology, options);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    private static KeyValueBytesStoreSupplier store(String name, boolean inMemory) {
        return inMemory ? Stores.inMemoryKeyValueStore(name) : Stores.persistentKeyValueStore(name);
    }

    private static final class Schedules implements Processor<byte[], byte[], byte[], byte[]> {
        private ProcessorContext<byte[], byte[]> context;
        private KeyValueStore<Bytes, byte[]> times;
        private KeyValueStore<Bytes, byte[]> timers;

        @Override
        public void init(ProcessorContext<byte[], byte[]> ofTask) {
            context = ofTask;
            times = ofTask.getStateStore(TIMES);
            timers = ofTask.getStateStore(TIMERS);
            ofTask.schedule(PUNCTUATION, PunctuationType.WALL_CLOCK_TIME, this::fire);
        }

        @Override
        public void process(Record<byte[], byte[]> command) {
            Bytes id = Bytes.wrap(command.key());
            byte[] former = times.get(id);
            if (former != null) {
                timers.delete(timer(ByteBuffer.wrap(former).getLong(), command.key()));
            }
            if (command.value() == null) {
                times.delete(id);
                return;
            }
            Header at = command.headers().lastHeader(ScheduleCommands.AT);
            long due = Instant.parse(new String(at.value(), StandardCharsets.UTF_8))
                    .toEpochMilli();
            times.put(id, ByteBuffer.allocate(Long.BYTES).putLong(due).array());
            timers.put(timer(due, command.key()), command.value());
        }

        private void fire(long now) {
            List<Bytes> fired = new ArrayList<>();
            // The upper end is part of the range.
            try (KeyValueIterator<Bytes, byte[]> due = timers.range(timer(0, new byte[0]), timer(now, new byte[0]))) {
                while (due.hasNext() && fired.size() < MOST_AT_ONCE) {
                    KeyValue<Bytes, byte[]> timer = due.next();
                    byte[] key = timer.key.get();
                    byte[] id = new byte[key.length - Long.BYTES];
                    System.arraycopy(key, Long.BYTES, id, 0, id.length);
                    context.forward(new Record<>(id, timer.value, now));
                    times.delete(Bytes.wrap(id));
                    fired.add(timer.key);
                }
            }
            fired.forEach(timers::delete);
        }

        /** A key that sorts by time. */
        private static Bytes timer(long due, byte[] id) {
            return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + id.length)
                    .putLong(due)
                    .put(id)
                    .array());
        }
    }
}
