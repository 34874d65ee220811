package io.millrace.benchmarks.views;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.FetchOptions;
import io.millrace.benchmarks.harness.LedgerProgress;
import io.millrace.benchmarks.harness.ProcessUsage;
import io.millrace.benchmarks.harness.RecordFormat;
import io.millrace.benchmarks.harness.ViewDatabase;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Measures each kind of projection and the SQL of the database for the same view in turn, with as many rows each. */
final class ViewsBenchmark implements AutoCloseable {
    private static final String BARE = "purchases";
    private static final String WITH_ITEMS = "purchases-items";

    private final Installation installation = Installation.locate();
    private final RecordFormat format = RecordFormat.json();
    private final BenchmarkArguments arguments;
    private final Path directory;
    private final KafkaBroker broker;
    private final int rows;
    private final int rounds;
    private final PurchaseStream bare;
    private final PurchaseStream withItems;
    private final ViewsFigures figures = new ViewsFigures();
    private int runs;

    private ViewsBenchmark(Path directory, BenchmarkArguments arguments) {
        this.directory = directory;
        this.arguments = arguments;
        boolean quick = arguments.has("quick");
        int items = arguments.numberOf("items", 5);
        int keys = arguments.numberOf("keys", 0);
        int purchases = arguments.numberOf("records", quick ? 100_000 : 500_000) / items;
        this.rows = purchases * items;
        this.rounds = arguments.numberOf("rounds", quick ? 1 : 3);
        this.bare = new PurchaseStream(rows, keys, 0);
        this.withItems = new PurchaseStream(purchases, keys, items);
        this.broker = KafkaBroker.start(installation, directory.resolve("kafka"), Map.of());
    }

    /** Takes an empty directory for the servers' data, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments = new BenchmarkArguments(
                words,
                Set.of("quick", "profile"),
                Set.of("directory", "peers", "rounds", "database", "records", "poll", "only", "keys", "items"));
        try (ViewsBenchmark benchmark = new ViewsBenchmark(Path.of(arguments.text("directory", "")), arguments)) {
            benchmark.runRounds();
        }
    }

    private void runRounds() throws SQLException, IOException, InterruptedException {
        PurchaseTopic.writeTopic(broker, BARE, format, bare);
        PurchaseTopic.writeTopic(broker, WITH_ITEMS, format, withItems);
        List<ViewContender> contenders = ViewContender.only(arguments.text("only", ""), bare.keys() == 0);
        String only = arguments.text("database", "");
        for (String name : only.isEmpty() ? List.of("mysql", "postgresql") : List.of(only)) {
            try (ViewDatabase database = ViewDatabase.start(name, installation, directory.resolve(name), true)) {
                for (int round = 1; round <= rounds; round++) {
                    for (ViewContender contender : contenders) {
                        ViewSpeed speed = measure(contender, database);
                        figures.addSpeed(database, contender, speed);
                        System.err.printf(
                                Locale.ROOT,
                                "%s, round %d, %s: %.0f rows/s cold, %.0f warm%n",
                                name,
                                round,
                                contender,
                                speed.cold(),
                                speed.warm());
                    }
                }
            }
        }
        figures.printTable(System.out);
    }

    private ViewSpeed measure(ViewContender contender, ViewDatabase database)
            throws SQLException, IOException, InterruptedException {
        ViewMode mode = contender.mode();
        PurchaseStream stream = mode == ViewMode.EXPLODE ? withItems : bare;
        String view = "view_" + ++runs;
        String records = "records_" + runs;
        createTables(contender, database, view, records);
        database.settle();
        ViewSpeed speed =
                switch (contender.way()) {
                    case SINK -> measureSink(contender, database, mode.projection(), view);
                    case TRIGGER -> measureSink(contender, database, projectionOfRecords(mode, database), records);
                    case SELECT -> new StagedRun(database, mode, records, view).write(stream, rows);
                };
        mode.expectedContent(stream).requireIn(database, view, mode.columns());
        executeSql(database, "DROP TABLE IF EXISTS " + records, "DROP TABLE IF EXISTS " + view + "_members");
        return speed;
    }

    private static void createTables(ViewContender contender, ViewDatabase database, String view, String records)
            throws SQLException {
        ViewMode mode = contender.mode();
        ViewSql sql = ViewSql.of(database);
        executeSql(database, "CREATE TABLE " + view + " (" + mode.definitions() + ")");
        if (contender.way() != ViewContender.Way.SINK) {
            executeSql(database, "CREATE TABLE " + records + " (" + sql.definitions(mode) + ")");
        }
        if (contender.way() == ViewContender.Way.TRIGGER) {
            executeSql(database, sql.triggers(mode, records, view).toArray(String[]::new));
        }
    }

    private static Map<String, String> projectionOfRecords(ViewMode mode, ViewDatabase database) {
        return Map.of(
                "kind",
                "upsert",
                "key",
                "order_id = key.order_id",
                "columns",
                ViewSql.of(database).columns(mode).replaceFirst("order_id, ", ""));
    }

    private ViewSpeed measureSink(
            ViewContender contender, ViewDatabase database, Map<String, String> projection, String table)
            throws SQLException, IOException, InterruptedException {
        String name = contender.name() + "-" + runs;
        boolean items = contender.mode() == ViewMode.EXPLODE;
        String topic = items ? WITH_ITEMS : BARE;
        int records = (items ? withItems : bare).records();
        double rowsOfRecord = (double) rows / records;
        Map<String, String> environment = arguments.has("profile")
                ? Map.of(
                        "JAVA_TOOL_OPTIONS",
                        "-XX:StartFlightRecording=settings=profile,filename=" + directory.resolveSibling(name + ".jfr"))
                : Map.of();
        try (BenchmarkWorker worker =
                new BenchmarkWorker(installation, broker, directory.resolve(name), List.of(), environment)) {
            ProcessUsage usage = new ProcessUsage(worker.pid());
            long posted = System.nanoTime();
            worker.postConnector(name, sinkOptions(database, topic, projection, table));
            try (LedgerProgress progress = new LedgerProgress(database, worker, name, topic)) {
                long first = progress.awaitRecords(records);
                long afterFirst = System.nanoTime();
                double cpu = usage.cpuSeconds();
                long second = progress.awaitRecords((long) PurchaseStream.PARTS * records);
                double seconds = (System.nanoTime() - afterFirst) / 1e9;
                if (first == second) {
                    throw new IllegalStateException(name + " wrote both parts in one transaction; write more records");
                }
                double warmRows = (second - first) * rowsOfRecord;
                return new ViewSpeed(
                        first * rowsOfRecord * 1e9 / (afterFirst - posted),
                        warmRows / seconds,
                        (usage.cpuSeconds() - cpu) * 1e6 / warmRows,
                        usage.peakMebibytes());
            }
        }
    }

    private Map<String, String> sinkOptions(
            ViewDatabase database, String topic, Map<String, String> projection, String table) {
        Map<String, String> options = new TreeMap<>(Map.of(
                "connector.class",
                "io.millrace.connectors.projection.ProjectionSinkConnector",
                "tasks.max",
                "1",
                "topics",
                topic,
                "kafka.bootstrap.servers",
                broker.bootstrapServers(),
                "connection.url",
                database.url(),
                "connection.user",
                ViewDatabase.USER,
                "connection.password",
                ViewDatabase.PASSWORD,
                "projections",
                "measured",
                "projection.measured.table",
                table));
        projection.forEach((option, value) -> options.put("projection.measured." + option, value));
        options.putAll(format.connectorOptions(true));
        options.putAll(FetchOptions.of(arguments));
        return options;
    }

    private static void executeSql(ViewDatabase database, String... statements) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
