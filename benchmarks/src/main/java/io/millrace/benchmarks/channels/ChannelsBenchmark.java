package io.millrace.benchmarks.channels;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.Median;
import io.millrace.benchmarks.harness.Percentiles;
import io.millrace.benchmarks.harness.RecordWriter;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Has each contender push the records of a topic to the same clients: idle connections, events of many channels, an event to all, a storm of
 * reconnects, and clients that do not read; each time with a new server and a new topic. The producer and the clients are in this process, so
 * that times are of one clock.
 */
final class ChannelsBenchmark implements AutoCloseable {
    private static final int PARTITIONS = 4;
    private static final int EVENT_BYTES = 100;
    private static final int RECORDS_BEFORE = 100;
    private static final int STORM_RATE = 1_000;
    private static final int STORM_SECONDS_BEFORE = 3;
    private static final int STORM_SECONDS_AFTER = 3;
    private static final int STORM_MOST_SECONDS = 60;
    private static final int FAN_OUT_EVENTS = 20;
    private static final int FAN_OUT_WARM_UP = 10;
    private static final int FAN_OUT_RATE = 2;
    private static final int OTHERS_OF_STUCK = 1_000;
    private static final int RATE_OF_OTHERS = 1_000;
    /** So much that the kernel's buffers of a connection, 2.6 MB on loopback, are full before the measurement. */
    private static final int STUCK_BYTES = 50_000;

    private static final int STUCK_RATE = 5;
    private static final int STUCK_FILL_SECONDS = 15;
    private static final String STUCK_CHANNEL = "stuck";
    private static final int WARM_UP_CLIENTS = 200;
    private static final int QUIET_SECONDS = 10;
    private static final double MEBIBYTE = 1 << 20;

    private final BenchmarkArguments arguments;
    private final Path directory;
    private final Path scripts;
    private final KafkaBroker broker;
    private final List<ChannelContender> contenders;
    private final ChannelsFigures figures;
    private int topics;

    private ChannelsBenchmark(BenchmarkArguments arguments, List<ChannelContender> contenders) {
        this.arguments = arguments;
        this.directory = Path.of(arguments.text("directory", ""));
        this.scripts = Path.of(arguments.text("node", ""));
        this.contenders = contenders;
        this.figures = new ChannelsFigures(contenders);
        this.broker = KafkaBroker.start(
                Installation.locate(), directory.resolve("kafka"), Map.of("log.segment.delete.delay.ms", "0"));
    }

    /** Takes an empty directory for the servers' data, that of the servers on Node, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words,
                Set.of("quick"),
                Set.of(
                        "directory",
                        "peers",
                        "node",
                        "rounds",
                        "only",
                        "scenario",
                        "connections",
                        "clients",
                        "rate",
                        "seconds",
                        "fan-out",
                        "storm",
                        "stuck"));
        List<ChannelContender> contenders = new ArrayList<>(Arrays.stream(
                        arguments.text("only", "millrace,ws,socket.io,nchan").split(","))
                .map(ChannelContender::of)
                .toList());
        if (contenders.contains(ChannelContender.NCHAN)) {
            Optional<String> missing = NchanServer.findMissing();
            missing.ifPresent(reason -> System.err.println("nchan is not measured. " + reason));
            contenders.removeIf(contender -> contender == ChannelContender.NCHAN && missing.isPresent());
        }
        try (ChannelsBenchmark benchmark = new ChannelsBenchmark(arguments, contenders)) {
            benchmark.run();
        }
    }

    private void run() throws Exception {
        boolean quick = arguments.has("quick");
        int rounds = arguments.numberOf("rounds", quick ? 1 : 3);
        List<String> scenarios = List.of(
                arguments.text("scenario", "idle,load,fan-out,storm,stuck").split(","));
        int clients = arguments.numberOf("clients", quick ? 500 : 5_000);
        int rate = arguments.numberOf("rate", quick ? 500 : 5_000);
        List<ChannelContender> turns = new ArrayList<>(contenders);
        Random random = new Random(1);
        for (int round = 0; round < rounds; round++) {
            Collections.shuffle(turns, random);
            for (String scenario : scenarios) {
                for (ChannelContender contender : turns) {
                    switch (scenario) {
                        case "idle" ->
                            measureIdle(contender, arguments.numberOf("connections", quick ? 1_000 : 10_000));
                        case "load" ->
                            measureLoad(contender, clients, rate, arguments.numberOf("seconds", quick ? 5 : 30));
                        case "fan-out" ->
                            measureFanOut(contender, arguments.numberOf("fan-out", quick ? 1_000 : 10_000));
                        case "storm" -> measureStorm(contender, arguments.numberOf("storm", quick ? 1_000 : 10_000));
                        case "stuck" -> measureStuck(contender, arguments.numberOf("stuck", quick ? 100 : 1_000));
                        default -> throw new IllegalArgumentException("There is no scenario " + scenario);
                    }
                }
            }
        }
        figures.print(loadFigure(clients, rate, "p99"));
    }

    private static String loadFigure(int clients, int rate, String percentile) {
        return clients + " clients, " + rate + " events/s: ms to the client, " + percentile;
    }

    /** A topic with some records, as every topic has that is in use: a position in an empty one cannot be resumed. */
    private String createTopic() {
        String topic = "push-" + ++topics;
        Topics.createTopic(broker, topic, PARTITIONS);
        try (RecordWriter writer = RecordWriter.evenUncompressed(broker, RECORDS_BEFORE)) {
            for (int number = 1; number <= RECORDS_BEFORE; number++) {
                send(writer, topic, "before" + number, 1, EVENT_BYTES);
            }
        }
        return topic;
    }

    private PushServer start(ChannelContender contender, String topic, boolean resumes)
            throws IOException, InterruptedException {
        Path own = directory.resolve(topic + "-" + contender.label());
        return switch (contender) {
            case MILLRACE -> new ChannelSinkServer(own, broker, topic);
            case NCHAN -> new NchanServer(own, broker, topic);
            case WS -> new NodeServer(scripts.resolve("ws-server.js"), logIn(own), broker, topic, List.of());
            case SOCKET_IO ->
                new NodeServer(
                        scripts.resolve("socketio-server.js"),
                        logIn(own),
                        broker,
                        topic,
                        resumes ? List.of("recover") : List.of());
        };
    }

    private static Path logIn(Path own) throws IOException {
        return Files.createDirectories(own).resolve("server.log");
    }

    private static String channel(int number) {
        return "c" + number;
    }

    private static void send(RecordWriter writer, String topic, String channel, int number, int bytes) {
        writer.sendMade(() -> new ProducerRecord<>(topic, channel.getBytes(US_ASCII), PushedEvent.make(number, bytes)));
    }

    /** Each connection has a channel of its own, without events. */
    private void measureIdle(ChannelContender contender, int connections) throws Exception {
        try (PushServer server = start(contender, createTopic(), false)) {
            try (PushClients first = new PushClients(contender.protocol(), server.port())) {
                first.add(WARM_UP_CLIENTS, ChannelsBenchmark::channel);
            }
            double before = server.liveMebibytes();
            try (PushClients clients = new PushClients(contender.protocol(), server.port())) {
                clients.add(connections, ChannelsBenchmark::channel);
                double after = server.liveMebibytes();
                figures.add(
                        contender,
                        connections + " idle connections: KB of memory each",
                        (after - before) * MEBIBYTE / 1_000 / connections);
            }
        }
    }

    /** Each client has a channel of its own, which get events in turn. */
    private void measureLoad(ChannelContender contender, int count, int rate, int seconds) throws Exception {
        String topic = createTopic();
        try (PushServer server = start(contender, topic, false);
                PushClients clients = new PushClients(contender.protocol(), server.port())) {
            clients.add(count, ChannelsBenchmark::channel);
            Latencies latencies = new Latencies();
            int[] numbers = new int[count];
            double cpu = 0;
            int measuredFrom = rate * seconds / 3;
            try (RecordWriter writer = RecordWriter.evenUncompressed(broker, rate)) {
                // The first third warms up.
                for (int i = 0; i < measuredFrom + rate * seconds; i++) {
                    if (i == measuredFrom) {
                        cpu = server.cpuSeconds();
                        clients.measure(latencies);
                    }
                    send(writer, topic, channel(i % count), ++numbers[i % count], EVENT_BYTES);
                }
            }
            clients.awaitReceived(Arrays.stream(numbers).sum(), QUIET_SECONDS);
            cpu = server.cpuSeconds() - cpu;
            Percentiles times = latencies.percentiles();
            figures.add(contender, loadFigure(count, rate, "p50"), times.p50());
            figures.add(contender, loadFigure(count, rate, "p99"), times.p99());
            figures.add(contender, loadFigure(count, rate, "most"), times.most());
            String prefix = count + " clients, " + rate + " events/s: ";
            figures.add(contender, prefix + "CPU s per 100,000 deliveries", cpu * 100_000 / latencies.count());
            addErrors(contender, prefix, clients, numbers);
        }
    }

    private void addErrors(ChannelContender contender, String prefix, PushClients clients, int[] numbers) {
        List<PushClient> all = clients.reading();
        int lost = 0;
        for (int i = 0; i < all.size(); i++) {
            lost += all.get(i).missingOf(numbers[i]);
        }
        figures.add(contender, prefix + "lost", lost);
        figures.add(
                contender,
                prefix + "repeated",
                all.stream().mapToInt(PushClient::repeated).sum());
        figures.add(
                contender,
                prefix + "out of order",
                all.stream().mapToInt(PushClient::reordered).sum());
    }

    /** All clients have one channel. */
    private void measureFanOut(ChannelContender contender, int count) throws Exception {
        String topic = createTopic();
        try (PushServer server = start(contender, topic, false);
                PushClients clients = new PushClients(contender.protocol(), server.port())) {
            clients.add(count, number -> channel(0));
            int events = FAN_OUT_WARM_UP + FAN_OUT_EVENTS;
            FanOut times = new FanOut(count, events);
            clients.measure(times);
            try (RecordWriter writer = RecordWriter.evenUncompressed(broker, FAN_OUT_RATE)) {
                for (int number = 1; number <= events; number++) {
                    send(writer, topic, channel(0), number, EVENT_BYTES);
                }
            }
            clients.awaitReceived((long) events * count, QUIET_SECONDS);
            List<Double> all = times.lastMillis();
            if (all.size() < events) {
                throw new IllegalStateException(
                        contender.label() + ": only " + all.size() + " of " + events + " events came to all clients");
            }
            figures.add(
                    contender,
                    "1 event to " + count + " clients: ms to the last one",
                    Median.of(all.subList(FAN_OUT_WARM_UP, events)));
        }
    }

    /** All connections are cut while events come, and all clients connect again. */
    private void measureStorm(ChannelContender contender, int count) throws Exception {
        String topic = createTopic();
        try (PushServer server = start(contender, topic, true);
                PushClients clients = new PushClients(contender.protocol(), server.port())) {
            clients.add(count, ChannelsBenchmark::channel);
            int[] numbers = new int[count];
            EvenSender sender = new EvenSender(topic, numbers);
            sender.start();
            TimeUnit.SECONDS.sleep(STORM_SECONDS_BEFORE);
            double seconds = clients.storm(STORM_MOST_SECONDS);
            TimeUnit.SECONDS.sleep(STORM_SECONDS_AFTER);
            sender.end();
            clients.awaitReceived(Arrays.stream(numbers).sum(), QUIET_SECONDS);
            String prefix = count + " reconnects: ";
            figures.add(contender, prefix + "s until all are subscribed", seconds);
            figures.add(contender, prefix + "clients that are subscribed", clients.subscribed());
            figures.add(
                    contender,
                    prefix + "clients that are resumed",
                    clients.reading().stream()
                            .mapToInt(client -> client.isRecovered() ? 1 : 0)
                            .sum());
            addErrors(contender, prefix, clients, numbers);
        }
    }

    /** Sends events of all channels in turn until it is ended. */
    private final class EvenSender extends Thread {
        private final String topic;
        private final int[] numbers;
        private volatile boolean ended;

        EvenSender(String topic, int[] numbers) {
            super("even-sender");
            setDaemon(true);
            this.topic = topic;
            this.numbers = numbers;
        }

        @Override
        public void run() {
            try (RecordWriter writer = RecordWriter.evenUncompressed(broker, STORM_RATE)) {
                for (int i = 0; !ended; i++) {
                    int number = i % numbers.length;
                    send(writer, topic, channel(number), ++numbers[number], EVENT_BYTES);
                }
            }
        }

        /** Returns when everything is written. */
        void end() throws InterruptedException {
            ended = true;
            join();
        }
    }

    /** Other clients read nothing, and their channel gets more than the kernel's buffers have room for. */
    private void measureStuck(ChannelContender contender, int count) throws Exception {
        String topic = createTopic();
        try (PushServer server = start(contender, topic, false);
                PushClients clients = new PushClients(contender.protocol(), server.port())) {
            clients.add(OTHERS_OF_STUCK, ChannelsBenchmark::channel);
            int[] numbers = new int[OTHERS_OF_STUCK];
            int seconds = STUCK_FILL_SECONDS;
            sendToBoth(topic, numbers, seconds, 0);
            Percentiles without = measureOthers(clients, topic, numbers, seconds, 0);
            clients.addStuck(count, STUCK_CHANNEL);
            double before = server.liveMebibytes();
            int stuck = sendToBoth(topic, numbers, seconds, 0);
            Percentiles with = measureOthers(clients, topic, numbers, seconds, stuck);
            double after = server.liveMebibytes();
            String prefix = count + " stuck clients, " + OTHERS_OF_STUCK + " others at " + RATE_OF_OTHERS + "/s: ";
            figures.add(contender, prefix + "p99 without them", without.p99());
            figures.add(contender, prefix + "p99", with.p99());
            figures.add(contender, prefix + "MiB more", after - before);
            addErrors(contender, prefix, clients, numbers);
        }
    }

    private Percentiles measureOthers(PushClients clients, String topic, int[] numbers, int seconds, int stuck)
            throws InterruptedException {
        Latencies latencies = new Latencies();
        clients.measure(latencies);
        sendToBoth(topic, numbers, seconds, stuck);
        clients.awaitReceived(Arrays.stream(numbers).sum(), QUIET_SECONDS);
        return latencies.percentiles();
    }

    /** Sends events of the reading clients, and large ones of the others. Returns the number of the last large one. */
    private int sendToBoth(String topic, int[] numbers, int seconds, int stuck) {
        int large = stuck;
        try (RecordWriter writer = RecordWriter.evenUncompressed(broker, RATE_OF_OTHERS)) {
            for (int i = 0; i < RATE_OF_OTHERS * seconds; i++) {
                int number = i % numbers.length;
                send(writer, topic, channel(number), ++numbers[number], EVENT_BYTES);
                if (i % (RATE_OF_OTHERS / STUCK_RATE) == 0) {
                    send(writer, topic, STUCK_CHANNEL, ++large, STUCK_BYTES);
                }
            }
        }
        return large;
    }

    @Override
    public void close() {
        broker.close();
    }
}
