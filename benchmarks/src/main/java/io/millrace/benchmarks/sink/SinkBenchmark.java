package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.FetchOptions;
import io.millrace.benchmarks.harness.RecordFormat;
import io.millrace.benchmarks.harness.ViewDatabase;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.SchemaRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Measures Millrace's sink and Debezium's in turn, each with the same records in the same topic, and the ceiling: the same
 * rows written to the same server with nothing in between.
 */
final class SinkBenchmark implements AutoCloseable {
    private static final int KEYS = 100_000;

    private final Installation installation = Installation.locate();
    private final BenchmarkArguments arguments;
    private final Path directory;
    private final KafkaBroker broker;
    private final SchemaRegistry registry;
    private final RecordFormat format;
    private final SinkFigures figures = new SinkFigures();
    private int runs;

    private SinkBenchmark(Path directory, BenchmarkArguments arguments) {
        this.directory = directory;
        this.arguments = arguments;
        this.broker = KafkaBroker.start(installation, directory.resolve("kafka"), Map.of());
        if (arguments.text("format", "json").equals("avro")) {
            Path built = Path.of(arguments.text("registry", ""));
            registry = SchemaRegistry.start(built, directory.resolve("registry"));
            format = RecordFormat.avro(registry, built);
        } else {
            registry = null;
            format = RecordFormat.json();
        }
    }

    /** Takes an empty directory for the servers' data, the folder of Debezium's plugin, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words,
                Set.of("quick", "profile"),
                Set.of(
                        "directory",
                        "peers",
                        "rounds",
                        "database",
                        "records",
                        "poll",
                        "only",
                        "ceiling",
                        "columns",
                        "format",
                        "registry"));
        try (SinkBenchmark benchmark = new SinkBenchmark(Path.of(arguments.text("directory", "")), arguments)) {
            benchmark.runRounds();
        }
    }

    private void runRounds() throws SQLException, IOException, InterruptedException {
        boolean quick = arguments.has("quick");
        int records = arguments.numberOf("records", quick ? 50_000 : 1_000_000);
        int rounds = arguments.numberOf("rounds", quick ? 1 : 3);
        OrderShape shape = shape(arguments);
        List<OrderStream> streams = List.of(
                new OrderStream(records, 0, shape), new OrderStream(records, Math.min(KEYS, records / 10), shape));
        for (OrderStream stream : streams) {
            say("writing the topic of " + stream);
            OrderTopic.writeTopic(broker, topic(stream), 1, format, stream);
        }
        for (String name : databases()) {
            try (ViewDatabase database = ViewDatabase.start(name, installation, directory.resolve(name), true)) {
                for (OrderStream stream : streams) {
                    measureCeiling(database, stream);
                    for (int round = 1; round <= rounds; round++) {
                        for (SinkContender contender : contenders()) {
                            measureSink(contender, database, stream, round);
                        }
                    }
                }
            }
        }
        figures.printTable(System.out);
    }

    private List<String> databases() {
        String only = arguments.text("database", "");
        return only.isEmpty() ? List.of("mysql", "postgresql") : List.of(only);
    }

    private List<SinkContender> contenders() {
        return Arrays.stream(arguments.text("only", "millrace,debezium").split(","))
                .map(name -> SinkContender.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')))
                .toList();
    }

    private void measureCeiling(ViewDatabase database, OrderStream stream) throws SQLException, IOException {
        if (arguments.text("ceiling", "yes").equals("no")) {
            return;
        }
        String table = "ceiling";
        List<Ceiling.Variant> variants = database.name().equals("mysql")
                ? MySqlCeiling.variants(table, stream.shape())
                : PostgresCeiling.variants(table, stream.shape());
        // The first one warms up this process and the server.
        Ceiling.measureVariant(database, table, variants.get(0), stream);
        for (Ceiling.Variant variant : variants) {
            if (!variant.uniqueOnly() || stream.keys() == 0) {
                double rate = Ceiling.measureVariant(database, table, variant, stream);
                figures.addCeiling(database, stream, variant, rate);
                say(String.format(
                        Locale.ROOT,
                        "%s, %s: %s by %d: %.0f rows/s",
                        database.name(),
                        stream,
                        variant.name(),
                        variant.batch(),
                        rate));
            }
        }
    }

    private void measureSink(SinkContender contender, ViewDatabase database, OrderStream stream, int round)
            throws SQLException, IOException, InterruptedException {
        String name = contender.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + ++runs;
        Map<String, String> options = contender.options(
                name, topic(stream), broker.bootstrapServers(), database, "orders_" + runs, stream.shape());
        options.putAll(format.connectorOptions(contender.ownConverter()));
        options.put("tasks.max", "1");
        options.putAll(FetchOptions.of(arguments));
        Map<String, String> environment = arguments.has("profile")
                ? Map.of(
                        "JAVA_TOOL_OPTIONS",
                        "-XX:StartFlightRecording=settings=profile,filename=" + directory.resolveSibling(name + ".jfr"))
                : Map.of();
        SinkRun.Result result = new SinkRun(installation, broker, directory.resolve(name), plugins(), environment)
                .of(name, options, database, "orders_" + runs, stream);
        figures.addResult(database, stream, contender, result);
        say(String.format(
                Locale.ROOT,
                "%s, %s, round %d: %s %.0f rows/s cold, %.0f warm, %.1f s of processors for a million, %.0f MiB",
                database.name(),
                stream,
                round,
                contender,
                result.cold(),
                result.warm(),
                result.cpuSecondsPerMillion(),
                result.peakMebibytes()));
    }

    private List<Path> plugins() {
        List<Path> plugins = new ArrayList<>(format.plugins());
        plugins.add(Path.of(arguments.text("peers", "")));
        return plugins;
    }

    /** The columns of the view. */
    static OrderShape shape(BenchmarkArguments arguments) {
        return arguments.has("columns") ? new OrderShape(arguments.numberOf("columns", 0)) : OrderShape.SMALL;
    }

    private static String topic(OrderStream stream) {
        return stream.keys() == 0 ? "orders-unique" : "orders-repeated";
    }

    private static void say(String what) {
        System.err.println(what);
    }

    @Override
    public void close() {
        if (registry != null) {
            registry.close();
        }
        broker.close();
    }
}
