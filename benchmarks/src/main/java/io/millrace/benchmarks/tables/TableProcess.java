package io.millrace.benchmarks.tables;

import com.sun.management.ThreadMXBean;
import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.ProcessUsage;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A process in which one contender loads a topic, and is then read. */
public final class TableProcess {
    /** The beginning of the line with its figures. */
    static final String RESULT = "loaded ";

    private static final double NANOS = 1e9;
    private static final int SAMPLE = 1 << 16;
    /** Keys whose entries fit into a processor's second cache. */
    private static final int FEW = 1 << 10;

    private static final int READERS = 2;

    /** Loads a topic. */
    @FunctionalInterface
    public interface Loader {
        /** Returns when the table contains all of the topic. */
        MeasuredTable load(TableTopic topic) throws Exception;
    }

    private TableProcess() {}

    /** Takes the name of one of the contenders without a class path of its own before what {@link #measure} takes. */
    public static void main(String[] words) throws Exception {
        Loader loader =
                switch (TableContender.of(words[0])) {
                    case CONSUMER -> CountingConsumer::load;
                    case MILLRACE -> MillraceTable::load;
                    default -> throw new IllegalArgumentException("It has a class path of its own: " + words[0]);
                };
        measure(Arrays.copyOfRange(words, 1, words.length), loader);
    }

    /**
     * Prints the seconds of the load, the bytes of live heap, the most memory in MiB, the nanoseconds of a read by one thread and by
     * each of two, the bytes that a read allocates, and the nanoseconds of a read of few keys.
     *
     * @throws IllegalStateException if a value is not the topic's
     */
    public static void measure(String[] words, Loader loader) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words,
                Set.of("count"),
                Set.of("bootstrap", "topic", "partitions", "keys", "versions", "value-bytes", "directory", "seconds"));
        TableTopic topic = new TableTopic(
                arguments.text("bootstrap", ""),
                arguments.text("topic", ""),
                arguments.numberOf("partitions", 1),
                arguments.numberOf("keys", 0),
                arguments.numberOf("versions", 1),
                arguments.numberOf("value-bytes", 0),
                Path.of(arguments.text("directory", "")));
        long before = liveHeap();
        long start = System.nanoTime();
        try (MeasuredTable table = loader.load(topic)) {
            double seconds = (System.nanoTime() - start) / NANOS;
            long heap = liveHeap() - before;
            long peak = new ProcessUsage(ProcessHandle.current().pid()).peakMebibytes();
            double[] reads = {0, 0, 0, 0};
            if (!arguments.has("count")) {
                requireAll(table, topic);
                reads = measureReads(table, topic, arguments.numberOf("seconds", 3));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s%f %d %d %f %f %f %f%n",
                    RESULT,
                    seconds,
                    heap,
                    peak,
                    reads[0],
                    reads[1],
                    reads[2],
                    reads[3]);
        }
    }

    private static long liveHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void requireAll(MeasuredTable table, TableTopic topic) {
        for (int number = 0; number < topic.keys(); number++) {
            if (!Arrays.equals(table.value(TableTopic.key(number)), topic.value(number, topic.versions() - 1))) {
                throw new IllegalStateException("Another value than the topic's: key " + TableTopic.key(number));
            }
        }
        if (table.firstByte("no such key") != MeasuredTable.MISSING) {
            throw new IllegalStateException("A key that the topic does not have has a value");
        }
    }

    private static double[] measureReads(MeasuredTable table, TableTopic topic, int seconds) throws Exception {
        String[] keys = new Random(1)
                .ints(SAMPLE, 0, topic.keys())
                .mapToObj(TableTopic::key)
                .toArray(String[]::new);
        long nanos = seconds * 1_000_000_000L;
        new Reads(table, keys, nanos).call();
        Reads alone = new Reads(table, keys, nanos).call();
        Reads few = new Reads(table, Arrays.copyOf(keys, FEW), nanos).call();
        ExecutorService threads = Executors.newFixedThreadPool(READERS);
        try {
            List<Callable<Reads>> together = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                together.add(new Reads(table, keys, nanos));
            }
            double sum = 0;
            for (Future<Reads> one : threads.invokeAll(together)) {
                sum += one.get().nanosOfRead();
            }
            return new double[] {alone.nanosOfRead(), sum / READERS, alone.bytesOfRead(), few.nanosOfRead()};
        } finally {
            threads.shutdown();
        }
    }

    /** Random reads by one thread. */
    private static final class Reads implements Callable<Reads> {
        private final MeasuredTable table;
        private final String[] keys;
        private final long nanos;
        private long count;
        private long time;
        private long bytes;

        Reads(MeasuredTable table, String[] keys, long nanos) {
            this.table = table;
            this.keys = keys;
            this.nanos = nanos;
        }

        @Override
        public Reads call() {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            do {
                for (String key : keys) {
                    if (table.firstByte(key) == MeasuredTable.MISSING) {
                        throw new IllegalStateException("A value is missing");
                    }
                }
                count += keys.length;
                time = System.nanoTime() - start;
            } while (time < nanos);
            bytes = threads.getCurrentThreadAllocatedBytes() - allocated;
            return this;
        }

        double nanosOfRead() {
            return (double) time / count;
        }

        double bytesOfRead() {
            return (double) bytes / count;
        }
    }
}
