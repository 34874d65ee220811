package io.millrace.benchmarks.latency;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.Percentiles;
import io.millrace.benchmarks.harness.ProcessUsage;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.benchmarks.harness.ViewDatabase;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Measures each chain in turn, at each rate, in a worker of its own. */
final class LatencyBenchmark implements AutoCloseable {
    private static final String WRITTEN_AT = "written_at";
    private static final String RATES = "100,1000,5000";
    private static final int TIME_TO_ARRIVE_SECONDS = 180;
    private static final int LARGEST_WARM_UP_RATE = 1000;

    private final Installation installation = Installation.locate();
    private final BenchmarkArguments arguments;
    private final Path directory;
    private final KafkaBroker broker;
    private final ShopDatabase shop;
    private final LatencyFigures figures = new LatencyFigures();
    private final List<Integer> rates;
    private final int warmUpRate;
    private final int seconds;
    private final int warmUpSeconds;

    private LatencyBenchmark(Path directory, BenchmarkArguments arguments) throws SQLException {
        this.directory = directory;
        this.arguments = arguments;
        this.rates = Stream.of(arguments.text("rates", RATES).split(","))
                .map(Integer::valueOf)
                .toList();
        this.warmUpRate = Math.min(LARGEST_WARM_UP_RATE, Collections.max(rates));
        this.seconds = arguments.numberOf("seconds", arguments.has("quick") ? 5 : 30);
        this.warmUpSeconds = arguments.numberOf("warm-up", arguments.has("quick") ? 5 : 20);
        this.broker = KafkaBroker.start(installation, directory.resolve("kafka"), Map.of());
        this.shop = new ShopDatabase(installation, directory.resolve("shop"));
    }

    /** Takes an empty directory for the servers' data, the folder of Debezium's plugin, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words,
                Set.of("quick", "trace"),
                Set.of(
                        "directory",
                        "peers",
                        "rounds",
                        "database",
                        "rates",
                        "seconds",
                        "warm-up",
                        "only",
                        "source",
                        "sink"));
        try (LatencyBenchmark benchmark = new LatencyBenchmark(Path.of(arguments.text("directory", "")), arguments)) {
            benchmark.runRounds();
        }
    }

    private void runRounds() throws SQLException, IOException, InterruptedException {
        int rounds = arguments.numberOf("rounds", arguments.has("quick") ? 1 : 3);
        List<Chain> chains = Stream.of(
                        arguments.text("only", "millrace,debezium").split(","))
                .map(chain -> Chain.valueOf(chain.toUpperCase(Locale.ROOT)))
                .toList();
        String name = arguments.text("database", "mysql");
        try (ViewDatabase views = ViewDatabase.start(name, installation, directory.resolve(name), false)) {
            for (int round = 1; round <= rounds; round++) {
                for (Chain chain : chains) {
                    measureChain(chain, views, chain.name().toLowerCase(Locale.ROOT) + "_" + round);
                }
            }
        }
        figures.printTable(System.out);
    }

    private void measureChain(Chain chain, ViewDatabase views, String name)
            throws SQLException, IOException, InterruptedException {
        String table = "orders_" + name;
        String topic = "orders-" + name;
        int most = 1
                + warmUpSeconds * warmUpRate
                + rates.stream().mapToInt(Integer::intValue).sum() * seconds;
        shop.emptyTables();
        executeSql(
                views,
                "CREATE TABLE " + table + " (id BIGINT NOT NULL PRIMARY KEY, customer_id BIGINT NOT NULL,"
                        + " status VARCHAR(20) NOT NULL, currency CHAR(3) NOT NULL, total DECIMAL(12, 2) NOT NULL,"
                        + " placed_at " + views.timestamp() + " NOT NULL, version BIGINT NOT NULL"
                        + (arguments.has("trace")
                                ? ", " + WRITTEN_AT + " " + views.timestamp() + " DEFAULT " + views.utcNow()
                                : "")
                        + ")");
        Topics.createTopic(broker, topic, 1);
        Optional<TopicWatcher> topicWatcher =
                arguments.has("trace") ? Optional.of(new TopicWatcher(broker, topic, most)) : Optional.empty();
        try (BenchmarkWorker worker = new BenchmarkWorker(
                        installation,
                        broker,
                        directory.resolve(name),
                        List.of(Path.of(arguments.text("peers", ""))),
                        Map.of());
                OrderWriter writer = new OrderWriter(shop, most);
                ViewWatcher watcher = new ViewWatcher(views, table, most)) {
            Map<String, String> source = chain.sourceOptions(name, topic, shop, broker.bootstrapServers());
            Map<String, String> sink = chain.sinkOptions(topic, broker.bootstrapServers(), views, table);
            if (chain == Chain.TUNED) {
                source.putAll(tunedOptions("source"));
                sink.putAll(tunedOptions("sink"));
            }
            postConnector(worker, name + "-source", source);
            postConnector(worker, name + "-sink", sink);
            writer.placeOrders(1, 1);
            watcher.awaitOrder(1, TIME_TO_ARRIVE_SECONDS);
            writer.placeOrders(warmUpSeconds * warmUpRate, warmUpRate);
            watcher.awaitOrder(writer.last(), TIME_TO_ARRIVE_SECONDS);
            ProcessUsage usage = new ProcessUsage(worker.pid());
            for (int rate : rates) {
                int first = writer.last() + 1;
                double cpuBefore = usage.cpuSeconds();
                long late = writer.placeOrders(rate * seconds, rate);
                watcher.awaitOrder(writer.last(), TIME_TO_ARRIVE_SECONDS);
                if (late > Duration.ofSeconds(seconds).toNanos() / 20) {
                    throw new IllegalStateException("The writer could not place " + rate + " orders in a second");
                }
                double cpuMillis = (usage.cpuSeconds() - cpuBefore) * 1000 / (rate * seconds);
                if (topicWatcher.isPresent()) {
                    topicWatcher.get().awaitRecord(writer.last());
                    figures.addTrace(
                            rate, chain, traceChanges(views, table, first, writer, topicWatcher.get(), watcher));
                }
                long[] times = new long[rate * seconds];
                for (int i = 0; i < times.length; i++) {
                    times[i] = watcher.visibleAt(first + i) - writer.committedAt(first + i);
                }
                Percentiles percentiles = Percentiles.of(times);
                figures.addRun(rate, chain, percentiles, cpuMillis);
                System.err.printf(
                        Locale.ROOT, "%s, %d/s: %s, CPU %.3f ms for each%n", name, rate, percentiles, cpuMillis);
            }
            compareRows(views, table, writer.last());
        } finally {
            topicWatcher.ifPresent(TopicWatcher::close);
        }
        executeSql(views, "DROP TABLE " + table);
    }

    private Map<String, String> tunedOptions(String argument) {
        return Stream.of(arguments.text(argument, "").split(","))
                .filter(option -> !option.isEmpty())
                .map(option -> option.split("=", 2))
                .collect(Collectors.toMap(option -> option[0], option -> option[1]));
    }

    /** The ways of the changes from this one to the last. */
    private static ChangeTrace traceChanges(
            ViewDatabase views, String table, int first, OrderWriter writer, TopicWatcher topic, ViewWatcher view)
            throws SQLException {
        WallClock clock = new WallClock();
        List<ChangeWay> ways = new ArrayList<>();
        try (Connection connection = views.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT id, " + WRITTEN_AT + " FROM " + table + " WHERE id >= " + first + " ORDER BY id")) {
            while (row.next()) {
                int id = row.getInt(1);
                long written = clock.ofUtc(row.getObject(2, LocalDateTime.class));
                ways.add(new ChangeWay(
                        topic.sentAt(id) - writer.committedAt(id),
                        topic.visibleAt(id) - topic.sentAt(id),
                        written - topic.visibleAt(id),
                        view.visibleAt(id) - written));
            }
        }
        return new ChangeTrace(ways);
    }

    /** Every order is there once; a chain that loses some is not measured. */
    private static void compareRows(ViewDatabase views, String table, int orders) throws SQLException {
        try (Connection connection = views.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT COUNT(*), MAX(id), SUM(customer_id), SUM(total) FROM " + table)) {
            row.next();
            long customers = 0;
            for (int id = 1; id <= orders; id++) {
                customers += id % 1000;
            }
            String found = row.getLong(1) + " " + row.getLong(2) + " " + row.getLong(3) + " " + row.getBigDecimal(4);
            String expected = orders + " " + orders + " " + customers + " " + BigDecimal.valueOf(orders * 1990L, 2);
            if (!found.equals(expected)) {
                throw new IllegalStateException(table + " holds " + found + " and not " + expected);
            }
        }
    }

    private static void postConnector(BenchmarkWorker worker, String name, Map<String, String> options)
            throws IOException {
        worker.postConnector(name, options);
        worker.awaitRunning(name);
    }

    private static void executeSql(ViewDatabase views, String sql) throws SQLException {
        try (Connection connection = views.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        shop.close();
        broker.close();
    }
}
