package io.millrace.benchmarks.chunks;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Stores and reads the same bytes as chunked payloads and as plain messages, in turn, in one process. */
final class ChunksBenchmark {
    private static final int KIBI = 1024;
    private static final int MEBI = KIBI * KIBI;
    private static final int CHUNK = 512 * KIBI;
    private static final int PARTITIONS = 8;
    private static final List<Integer> SIZES = List.of(256 * KIBI, MEBI, 4 * MEBI, 16 * MEBI);

    private final KafkaBroker broker;
    private final ChunksFigures figures = new ChunksFigures();

    private ChunksBenchmark(KafkaBroker broker) {
        this.broker = broker;
    }

    /** Takes an empty directory for the broker's data, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments =
                new BenchmarkArguments(words, Set.of("quick"), Set.of("directory", "peers", "rounds", "megabytes"));
        int rounds = arguments.numberOf("rounds", arguments.has("quick") ? 1 : 15);
        int megabytes = arguments.numberOf("megabytes", 128);
        try (KafkaBroker broker = KafkaBroker.start(
                Installation.locate(),
                Path.of(arguments.text("directory", "")).resolve("kafka"),
                Map.of("log.segment.delete.delay.ms", "0"))) {
            new ChunksBenchmark(broker).runRounds(rounds, megabytes);
        }
    }

    private void runRounds(int rounds, int megabytes) throws Exception {
        for (int round = 0; round <= rounds; round++) {
            for (int size : SIZES) {
                List<byte[]> payloads = makePayloads(size, megabytes);
                String name = size / KIBI + "-" + round;
                List<byte[]> messages = cutIntoChunks(payloads);
                // They take turns in being the first, too.
                boolean first = round % 2 == 0;
                for (boolean ours : new boolean[] {first, !first}) {
                    String topic = (ours ? "chunks-" : "plain-") + name;
                    if (ours) {
                        measureContender(
                                round,
                                size,
                                ChunksFigures.OURS,
                                new ChunkedPayloads(broker, topic, CHUNK),
                                topic,
                                payloads);
                    } else {
                        PlainMessages plain = new PlainMessages(broker, topic, PARTITIONS, CHUNK);
                        measureContender(round, size, ChunksFigures.PLAIN, plain, topic, messages);
                    }
                }
            }
        }
        figures.printTable(System.out, SIZES);
    }

    private void measureContender(
            int round, int size, String who, ChunkContender contender, String topic, List<byte[]> values)
            throws Exception {
        long bytes = values.stream().mapToLong(value -> value.length).sum();
        Topics.createTopic(broker, topic, PARTITIONS);
        contender.open();
        // Garbage of the former run must not count for the next one.
        System.gc();
        ChunksFigures.Usage start = ChunksFigures.Usage.now();
        contender.store(values);
        ChunksFigures.Usage stored = ChunksFigures.Usage.now();
        contender.read();
        ChunksFigures.Usage read = ChunksFigures.Usage.now();
        contender.close();
        // At once, so that the disk does not have to write it while another one is measured.
        Topics.deleteTopic(broker, topic);
        // The first round warms up.
        if (round > 0) {
            figures.addMeasurement(new ChunksFigures.Figure(size, who, ChunksFigures.STORES), bytes, start, stored);
            figures.addMeasurement(new ChunksFigures.Figure(size, who, ChunksFigures.READS), bytes, stored, read);
        }
    }

    /** Random bytes, which do not get smaller: what is measured is the way to the topic, and not a codec. */
    private static List<byte[]> makePayloads(int size, int megabytes) {
        Random random = new Random(size);
        List<byte[]> payloads = new ArrayList<>();
        for (long bytes = 0; bytes < (long) megabytes * MEBI; bytes += size) {
            byte[] payload = new byte[size];
            random.nextBytes(payload);
            payloads.add(payload);
        }
        return payloads;
    }

    private static List<byte[]> cutIntoChunks(List<byte[]> payloads) {
        List<byte[]> messages = new ArrayList<>();
        for (byte[] payload : payloads) {
            for (int from = 0; from < payload.length; from += CHUNK) {
                messages.add(Arrays.copyOfRange(payload, from, Math.min(payload.length, from + CHUNK)));
            }
        }
        return messages;
    }
}
