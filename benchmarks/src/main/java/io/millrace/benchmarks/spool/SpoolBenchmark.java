package io.millrace.benchmarks.spool;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.clients.spooling.SpoolingProducer;
import io.millrace.spool.SpoolStore;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.S3Server;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends the same records with a plain producer and with one that spools, in turn, in one process; then suspends the broker while records are
 * sent, and measures answers and recovery, also those of a plain producer and of rsyslog.
 */
final class SpoolBenchmark implements AutoCloseable {
    static final String MILLRACE = "millrace";
    static final String PLAIN = "plain";
    /** A plain producer with the batches of a {@link SpoolingProducer}. */
    private static final String PLAIN_LARGE = "plain with its batches";

    private static final int LARGE_BATCH = 128 << 10;

    private static final String BUCKET = "spool";
    /** So little that no record waits in it for {@code spool.after.ms} while a busy broker is up. */
    private static final long MEMORY_BYTES = 16L << 20;

    private static final long OUTAGE_MEMORY_BYTES = 64L << 20;
    private static final long LARGE_MEMORY_BYTES = 256L << 20;
    private static final int LATENCY_SECONDS = 8;
    /** The part of the evenly sent records that warms up. */
    private static final double WARM_UP = 0.25;

    private static final int SECONDS_BEFORE = 5;
    private static final int SECONDS_AFTER = 15;
    private static final int MOST_SECONDS = 900;
    private static final long POLL_MS = 100;

    private final Installation installation = Installation.locate();
    private final BenchmarkArguments arguments;
    private final Path directory;
    private final KafkaBroker broker;
    private final S3Server s3;
    private final int rate;
    private final SpoolFigures figures = new SpoolFigures();

    private SpoolBenchmark(Path directory, BenchmarkArguments arguments) {
        this.directory = directory;
        this.arguments = arguments;
        this.rate = arguments.numberOf("rate", 5_000);
        this.s3 = S3Server.start(installation, directory.resolve("s3"), BUCKET);
        try {
            this.broker = KafkaBroker.start(
                    installation, directory.resolve("kafka"), Map.of("log.segment.delete.delay.ms", "0"));
        } catch (RuntimeException e) {
            s3.close();
            throw e;
        }
    }

    /** Takes an empty directory for the servers' data, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words,
                Set.of("quick"),
                Set.of("directory", "peers", "rounds", "records", "rate", "outage", "drain", "recover-delay", "only"));
        try (SpoolBenchmark benchmark = new SpoolBenchmark(Path.of(arguments.text("directory", "")), arguments)) {
            benchmark.run();
        }
    }

    private void run() throws Exception {
        boolean quick = arguments.has("quick");
        List<String> parts = List.of(arguments
                .text("only", "normal,drain,outage,plain-outage,rsyslog-outage")
                .split(","));
        int outage = arguments.numberOf("outage", quick ? 15 : 60);
        if (parts.contains("normal")) {
            measureNormal(quick);
        }
        if (parts.contains("drain")) {
            measureDrain(arguments.numberOf("drain", quick ? 50_000 : 500_000));
        }
        if (parts.contains("outage")) {
            measureOutage(outage);
        }
        if (parts.contains("plain-outage")) {
            measurePlainOutage(outage);
        }
        if (parts.contains("rsyslog-outage")) {
            measureRsyslogOutage(outage);
        }
        figures.print();
    }

    private void measureNormal(boolean quick) throws Exception {
        int rounds = arguments.numberOf("rounds", quick ? 1 : 7);
        int records = arguments.numberOf("records", quick ? 100_000 : 500_000);
        for (int round = 0; round <= rounds; round++) {
            // They take turns in being the first, too.
            List<String> contenders = new ArrayList<>(List.of(PLAIN, MILLRACE, PLAIN_LARGE));
            if (round % 2 == 0) {
                Collections.reverse(contenders);
            }
            for (String contender : contenders) {
                // The first round warms up.
                measureTurn(contender, round, records, round > 0);
            }
        }
    }

    private void measureTurn(String contender, int round, int records, boolean counts) throws Exception {
        String topic = contender.replace(' ', '-') + "-" + round;
        Topics.createTopic(broker, topic, NumberedRecords.PARTITIONS);
        try (Producer<byte[], byte[]> producer = open(contender)) {
            producer.send(NumberedRecords.make(topic, 0)).get();
            // Garbage of the former turn must not count for this one.
            System.gc();
            long processor = processorNanos();
            double recordsPerSecond = measureRate(producer, topic, records);
            processor = processorNanos() - processor;
            EvenTraffic traffic = EvenTraffic.of(producer, topic, rate, LATENCY_SECONDS);
            traffic.start();
            traffic.await();
            if (traffic.failed() > 0) {
                throw new IllegalStateException(traffic.failed() + " records failed while Kafka was up");
            }
            if (counts) {
                figures.addRate(contender, recordsPerSecond);
                figures.add(contender + ", microseconds of processor time a record", processor / 1e3 / records);
                figures.addWaits(contender, rate, traffic.waits(WARM_UP));
            }
        }
        // At once, so that the disk does not have to write it in the other's turn.
        Topics.deleteTopic(broker, topic);
    }

    private static long processorNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private Producer<byte[], byte[]> open(String contender) {
        if (contender.equals(MILLRACE)) {
            return openSpooling("normal", Map.of());
        }
        Map<String, Object> configs = new HashMap<>(kafka());
        if (contender.equals(PLAIN_LARGE)) {
            configs.put("batch.size", LARGE_BATCH);
        }
        return new KafkaProducer<>(configs, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static double measureRate(Producer<byte[], byte[]> producer, String topic, int records) throws Exception {
        List<Future<RecordMetadata>> last = new ArrayList<>();
        long begin = System.nanoTime();
        for (int number = 0; number < records; number++) {
            Future<RecordMetadata> answer = producer.send(NumberedRecords.make(topic, number));
            if (number >= records - NumberedRecords.KEYS) {
                last.add(answer);
            }
        }
        producer.flush();
        double recordsPerSecond = records * 1e9 / (System.nanoTime() - begin);
        for (Future<RecordMetadata> answer : last) {
            if (!answer.get().hasOffset()) {
                throw new IllegalStateException(
                        "A record was spooled while Kafka was up, at " + Math.round(recordsPerSecond) + " records/s");
            }
        }
        return recordsPerSecond;
    }

    /** Fills a spool, and measures how fast a connector empties it. */
    private void measureDrain(int records) throws Exception {
        String name = "drain";
        Topics.createTopic(broker, name, NumberedRecords.PARTITIONS);
        try (SpoolingProducer<byte[], byte[]> producer = openSpooling(
                name,
                Map.of("spool.after.ms", 2_000, "max.block.ms", 1_900, "spool.memory.bytes", LARGE_MEMORY_BYTES))) {
            producer.send(NumberedRecords.make(name, 0)).get();
            broker.suspend();
            try {
                for (int number = 1; number <= records; number++) {
                    var unused = producer.send(NumberedRecords.make(name, number));
                }
                producer.flush();
            } finally {
                broker.resume();
            }
            try (BenchmarkWorker worker = startWorker(name);
                    NumberedLog written = new NumberedLog(broker, name)) {
                written.awaitAll(1);
                worker.postConnector(name, source(name, 1_000));
                figures.add("drain, records/s", written.awaitAll(records + 1));
                figures.add("drain, repeated or overtaken", written.repeated() + written.overtaken());
            }
        }
    }

    private void measureOutage(int seconds) throws Exception {
        String name = "outage";
        int recoverDelayMs = arguments.numberOf("recover-delay", 30_000);
        Topics.createTopic(broker, name, NumberedRecords.PARTITIONS);
        try (BenchmarkWorker worker = startWorker(name);
                SpoolStore store = SpoolStore.open(store(name));
                SpoolingProducer<byte[], byte[]> producer =
                        openSpooling(name, Map.of("spool.memory.bytes", OUTAGE_MEMORY_BYTES))) {
            worker.postConnector(name, source(name, recoverDelayMs));
            worker.awaitRunning(name);
            EvenTraffic traffic = EvenTraffic.of(producer, name, rate, MOST_SECONDS);
            strike(traffic, seconds);
            measureReturn(store);
            traffic.stop();
            awaitEmpty(store);
            figures.add("outage, records spooled", (Long) metric(name, "Spooled"));
            check(name, traffic);
        }
    }

    /** Starts the traffic, and suspends the broker in it. */
    private void strike(EvenTraffic traffic, int seconds) throws InterruptedException {
        traffic.start();
        TimeUnit.SECONDS.sleep(SECONDS_BEFORE);
        broker.suspend();
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } finally {
            broker.resume();
        }
    }

    /** Has as much memory as the producer that spools, and Kafka's defaults for its waits. */
    private void measurePlainOutage(int seconds) throws Exception {
        String name = "plain outage";
        String topic = topicOf(name);
        Map<String, Object> configs = new HashMap<>(kafka());
        configs.put("buffer.memory", OUTAGE_MEMORY_BYTES);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(configs, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(NumberedRecords.make(topicOf("plain warm-up"), 0)).get();
            EvenTraffic traffic = EvenTraffic.of(producer, topic, rate, MOST_SECONDS);
            strike(traffic, seconds);
            TimeUnit.SECONDS.sleep(SECONDS_AFTER);
            traffic.stop();
            check(name, traffic);
        }
    }

    private void measureRsyslogOutage(int seconds) throws Exception {
        Optional<String> reason = RsyslogForwarder.findReason();
        if (reason.isPresent()) {
            System.out.println(reason.get());
            return;
        }
        String name = "rsyslog outage";
        String topic = topicOf(name);
        try (RsyslogForwarder rsyslog =
                RsyslogForwarder.start(directory.resolve(topic), broker.bootstrapServers(), topic)) {
            EvenTraffic traffic = new EvenTraffic(rsyslog, rate, MOST_SECONDS);
            strike(traffic, seconds);
            TimeUnit.SECONDS.sleep(SECONDS_AFTER);
            traffic.stop();
            check(name, traffic);
        }
    }

    private String topicOf(String name) {
        String topic = name.replace(' ', '-');
        Topics.createTopic(broker, topic, NumberedRecords.PARTITIONS);
        return topic;
    }

    /** From the end of the outage, with traffic. */
    private void measureReturn(SpoolStore store) throws Exception {
        long resumed = System.nanoTime();
        long last = resumed;
        while (true) {
            if (hasObjects(store)) {
                last = System.nanoTime();
            } else if (metric("outage", "State").equals("DIRECT")) {
                break;
            }
            if (System.nanoTime() - resumed > TimeUnit.SECONDS.toNanos(MOST_SECONDS)) {
                throw new IllegalStateException("The producer has not become direct again");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        long direct = System.nanoTime();
        figures.add("outage, s until the last object is recovered", (last - resumed) / 1e9);
        figures.add("outage, s from the last object until all records are direct", (direct - last) / 1e9);
    }

    /** Compares what Kafka has with the answers of the calls. */
    private void check(String name, EvenTraffic traffic) {
        figures.add(name + ", slowest answer in ms", traffic.waits(0).most());
        figures.add(name + ", records sent", traffic.sent());
        figures.add(name + ", records whose callers got an exception", traffic.failed());
        BitSet acknowledged = traffic.acknowledged();
        try (NumberedLog written = new NumberedLog(broker, name.replace(' ', '-'))) {
            written.awaitQuiet(acknowledged.cardinality());
            written.readToEnd();
            figures.add(name + ", acknowledged and lost", written.countMissing(acknowledged));
            figures.add(name + ", repeated", written.repeated());
            figures.add(name + ", overtaken", written.overtaken());
        }
    }

    private static void awaitEmpty(SpoolStore store) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (hasObjects(store)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("The spool was not emptied");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private static boolean hasObjects(SpoolStore store) {
        return store.list().incarnations().values().stream()
                .anyMatch(own -> !own.objects().isEmpty());
    }

    private static Object metric(String client, String name) throws JMException {
        return ManagementFactory.getPlatformMBeanServer()
                .getAttribute(new ObjectName("io.millrace:type=spooling-producer,client-id=" + client), name);
    }

    private BenchmarkWorker startWorker(String name) throws IOException {
        Path files = directory.resolve(name);
        Files.createDirectories(files);
        return new BenchmarkWorker(installation, broker, files, List.of(), Map.of());
    }

    /** The settings of all contenders. */
    private Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all", "buffer.memory", MEMORY_BYTES);
    }

    /** A producer whose spool and client id have this name. */
    private SpoolingProducer<byte[], byte[]> openSpooling(String name, Map<String, Object> more) {
        Map<String, Object> configs = new HashMap<>(kafka());
        configs.putAll(store(name));
        configs.put("client.id", name);
        configs.put("spool.writer", name);
        configs.put("max.block.ms", 9_000);
        configs.put("spool.memory.bytes", MEMORY_BYTES);
        configs.putAll(more);
        configs.put("buffer.memory", configs.get("spool.memory.bytes"));
        return new SpoolingProducer<>(configs, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, String> store(String name) {
        return Map.of(
                "spool.store",
                "s3://" + BUCKET + "/" + name,
                "payload.s3.endpoint",
                s3.endpoint(),
                "payload.s3.region",
                "us-east-1",
                "payload.s3.path.style",
                "true",
                "payload.s3.access.key.id",
                s3.accessKeyId(),
                "payload.s3.secret.access.key",
                s3.secretAccessKey());
    }

    private Map<String, String> source(String name, int recoverDelayMs) {
        Map<String, String> options = new TreeMap<>(store(name));
        options.put("connector.class", "io.millrace.connectors.spool.SpoolSourceConnector");
        options.put("tasks.max", "1");
        options.put("kafka.bootstrap.servers", broker.bootstrapServers());
        options.put("recover.delay.ms", Integer.toString(recoverDelayMs));
        options.put("exactly.once.support", "required");
        options.put("producer.override.batch.size", Integer.toString(LARGE_BATCH));
        for (String part : List.of("key", "value", "header")) {
            options.put(part + ".converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        }
        return options;
    }

    @Override
    public void close() {
        broker.close();
        s3.close();
    }
}
