package io.millrace.benchmarks.chunks;

import io.millrace.benchmarks.harness.Arguments;
import io.millrace.benchmarks.harness.Median;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.local.Installation;
import io.millrace.local.KafkaBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    private ChunksBenchmark(KafkaBroker broker) {
        this.broker = broker;
    }

    /** Takes an empty directory for the broker's data, and options. */
    public static void main(String[] words) throws Exception {
        Arguments arguments =
                new Arguments(words, Set.of("quick"), Set.of("directory", "peers", "rounds", "megabytes"));
        int rounds = arguments.number("rounds", arguments.has("quick") ? 1 : 5);
        int megabytes = arguments.number("megabytes", arguments.has("quick") ? 128 : 512);
        try (KafkaBroker broker = KafkaBroker.start(
                Installation.locate(), Path.of(arguments.text("directory", "")).resolve("kafka"), Map.of())) {
            new ChunksBenchmark(broker).run(rounds, megabytes);
        }
    }

    private void run(int rounds, int megabytes) throws Exception {
        for (int round = 0; round <= rounds; round++) {
            for (int size : SIZES) {
                List<byte[]> payloads = payloads(size, megabytes);
                String name = size / KIBI + "-" + round;
                List<byte[]> messages = cut(payloads);
                // They take turns in being the first, too.
                boolean first = round % 2 == 0;
                for (boolean ours : new boolean[] {first, !first}) {
                    String topic = (ours ? "chunks-" : "plain-") + name;
                    if (ours) {
                        measure(round, size, "Millrace", new ChunkedPayloads(broker, topic, CHUNK), topic, payloads);
                    } else {
                        PlainMessages plain = new PlainMessages(broker, topic, PARTITIONS, CHUNK);
                        measure(round, size, "plain", plain, topic, messages);
                    }
                }
            }
        }
        print();
    }

    private void measure(int round, int size, String who, Contender contender, String topic, List<byte[]> values)
            throws Exception {
        long bytes = values.stream().mapToLong(value -> value.length).sum();
        Topics.create(broker, topic, PARTITIONS);
        long start = System.nanoTime();
        contender.store(values);
        long stored = System.nanoTime();
        contender.read();
        long read = System.nanoTime();
        Topics.delete(broker, topic);
        // The first round warms up.
        if (round > 0) {
            add(figure(size, who, "stores"), bytes, stored - start);
            add(figure(size, who, "reads"), bytes, read - stored);
        }
    }

    private static String figure(int size, String who, String what) {
        return String.format(Locale.ROOT, "%6d KiB   %-9s %s", size / KIBI, who, what);
    }

    private void add(String figure, long bytes, long nanos) {
        double rate = bytes * 1e3 / nanos;
        figures.computeIfAbsent(figure, ignored -> new ArrayList<>()).add(rate);
        System.err.printf(Locale.ROOT, "%s %.0f MB/s%n", figure, rate);
    }

    /** Random bytes, which do not get smaller: what is measured is the way to the topic, and not a codec. */
    private static List<byte[]> payloads(int size, int megabytes) {
        Random random = new Random(size);
        List<byte[]> payloads = new ArrayList<>();
        for (long bytes = 0; bytes < (long) megabytes * MEBI; bytes += size) {
            byte[] payload = new byte[size];
            random.nextBytes(payload);
            payloads.add(payload);
        }
        return payloads;
    }

    private static List<byte[]> cut(List<byte[]> payloads) {
        List<byte[]> messages = new ArrayList<>();
        for (byte[] payload : payloads) {
            for (int from = 0; from < payload.length; from += CHUNK) {
                messages.add(Arrays.copyOfRange(payload, from, Math.min(payload.length, from + CHUNK)));
            }
        }
        return messages;
    }

    private void print() {
        System.out.println("payload      by        MB/s, medians");
        figures.forEach((figure, rates) -> System.out.printf(Locale.ROOT, "%s %.0f%n", figure, Median.of(rates)));
        double least = Double.MAX_VALUE;
        for (int size : SIZES) {
            double ratio = Median.of(figures.get(figure(size, "Millrace", "stores")))
                    / Median.of(figures.get(figure(size, "plain", "stores")));
            System.out.printf(Locale.ROOT, "%d KiB: %.2f of the plain producer's%n", size / KIBI, ratio);
            least = Math.min(least, ratio);
        }
        System.out.printf(Locale.ROOT, "ratio %.2f%n", least);
    }
}
