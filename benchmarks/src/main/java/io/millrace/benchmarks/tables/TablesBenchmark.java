package io.millrace.benchmarks.tables;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Has each contender load the same topics, in turns and each time in a new process, and reads what it loaded. */
final class TablesBenchmark {
    private static final List<Integer> PARTITIONS = List.of(1, 8);
    private static final String HEAP = "-Xmx2g";

    private final KafkaBroker broker;
    private final Path directory;
    private final Map<TableContender, String> classPaths;
    private final List<TableContender> contenders;

    private TablesBenchmark(
            KafkaBroker broker,
            Path directory,
            Map<TableContender, String> classPaths,
            List<TableContender> contenders) {
        this.broker = broker;
        this.directory = directory;
        this.classPaths = classPaths;
        this.contenders = contenders;
    }

    /** Takes an empty directory for the servers' data, the peers' class paths, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words,
                Set.of("quick"),
                Set.of("directory", "peers", "kcache", "streams", "rounds", "keys", "versions", "value-bytes", "only"));
        boolean quick = arguments.has("quick");
        Path directory = Path.of(arguments.text("directory", ""));
        Map<TableContender, String> classPaths = Map.of(
                TableContender.KCACHE, arguments.text("kcache", ""),
                TableContender.GLOBALKTABLE_MEMORY, arguments.text("streams", ""),
                TableContender.GLOBALKTABLE_ROCKSDB, arguments.text("streams", ""));
        List<TableContender> contenders = arguments.has("only")
                ? Arrays.stream(arguments.text("only", "").split(",", -1))
                        .map(TableContender::of)
                        .toList()
                : List.of(TableContender.values());
        try (KafkaBroker broker = KafkaBroker.start(
                Installation.locate(), directory.resolve("kafka"), Map.of("log.cleaner.enable", "false"))) {
            new TablesBenchmark(broker, directory, classPaths, contenders)
                    .run(
                            arguments.numberOf("rounds", quick ? 1 : 3),
                            arguments.numberOf("keys", quick ? 100_000 : 1_000_000),
                            arguments.numberOf("versions", 1),
                            arguments.numberOf("value-bytes", 100),
                            quick ? 1 : 3);
        }
    }

    private void run(int rounds, int keys, int versions, int valueBytes, int secondsOfReads) throws Exception {
        TablesFigures figures = new TablesFigures(keys, (long) keys * versions, TableTopic.KEY_BYTES + valueBytes);
        for (int partitions : PARTITIONS) {
            TableTopic topic = new TableTopic(
                    broker.bootstrapServers(),
                    "table-" + partitions,
                    partitions,
                    keys,
                    versions,
                    valueBytes,
                    directory.resolve("state"));
            fill(topic);
            // The broker's code is compiled and its files are in memory when the first one is measured.
            load(TableContender.CONSUMER, topic, secondsOfReads);
            List<TableContender> turns = new ArrayList<>(contenders);
            Random random = new Random(partitions);
            for (int round = 0; round < rounds; round++) {
                Collections.shuffle(turns, random);
                for (TableContender contender : turns) {
                    figures.add(partitions, contender, load(contender, topic, secondsOfReads));
                }
            }
        }
        figures.print(System.out);
    }

    private void fill(TableTopic topic) {
        Map<String, Object> settings = Map.of("bootstrap.servers", topic.bootstrapServers(), "linger.ms", 20);
        Topics.createTopic(broker, topic.name(), topic.partitions(), Map.of("cleanup.policy", "compact"));
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int version = 0; version < topic.versions(); version++) {
                for (int number = 0; number < topic.keys(); number++) {
                    byte[] key = TableTopic.key(number).getBytes(StandardCharsets.US_ASCII);
                    Future<RecordMetadata> unused = producer.send(
                            new ProducerRecord<>(topic.name(), key, topic.value(number, version)),
                            (place, error) -> failure.compareAndSet(null, error));
                }
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("The topic could not be filled", failure.get());
        }
    }

    private TablesFigures.Load load(TableContender contender, TableTopic topic, int secondsOfReads)
            throws IOException, InterruptedException {
        Files.createDirectories(topic.directory());
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(HEAP, "-cp"));
        if (classPaths.containsKey(contender)) {
            command.addAll(List.of(classPaths.get(contender), mainOf(contender), contender.label()));
        } else {
            command.addAll(
                    List.of(System.getProperty("java.class.path"), TableProcess.class.getName(), contender.label()));
        }
        command.addAll(List.of("--bootstrap", topic.bootstrapServers(), "--topic", topic.name()));
        command.addAll(List.of("--partitions", "" + topic.partitions(), "--keys", "" + topic.keys()));
        command.addAll(List.of("--versions", "" + topic.versions(), "--value-bytes", "" + topic.valueBytes()));
        command.addAll(List.of("--directory", topic.directory().toString(), "--seconds", "" + secondsOfReads));
        if (contender == TableContender.CONSUMER) {
            command.add("--count");
        }
        Path log = directory.resolve(contender.label() + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int code = process.waitFor();
        List<String> lines = Files.readAllLines(log);
        deleteAll(topic.directory());
        return lines.stream()
                .filter(line -> line.startsWith(TableProcess.RESULT))
                .findFirst()
                .map(line -> TablesFigures.Load.of(line.substring(TableProcess.RESULT.length())))
                .orElseThrow(() -> new IllegalStateException(contender.label() + " ended with " + code + ": "
                        + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()))));
    }

    private static String mainOf(TableContender contender) {
        return contender == TableContender.KCACHE
                ? "io.millrace.benchmarks.kcache.KCacheProcess"
                : "io.millrace.benchmarks.streams.GlobalTableProcess";
    }

    private static void deleteAll(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
