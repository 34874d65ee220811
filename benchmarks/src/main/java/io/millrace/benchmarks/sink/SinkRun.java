package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.ProcessUsage;
import io.millrace.benchmarks.harness.ViewDatabase;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** One sink writes one topic into an empty table, in a worker of its own, and the table is compared with the topic. */
final class SinkRun {
    private final Installation installation;
    private final KafkaBroker broker;
    private final Path directory;
    private final List<Path> plugins;
    private final Map<String, String> environment;

    /** The measurements: records per second of each part, cold and warm, and the worker's resources in the warm part. */
    record Result(double cold, double warm, double cpuSecondsPerMillion, double peakMebibytes) {}

    /** Takes what {@link BenchmarkWorker} is started with. */
    SinkRun(
            Installation installation,
            KafkaBroker broker,
            Path directory,
            List<Path> plugins,
            Map<String, String> environment) {
        this.installation = installation;
        this.broker = broker;
        this.directory = directory;
        this.plugins = plugins;
        this.environment = environment;
    }

    /**
     * Runs the sink to the topic's end.
     *
     * @param options the connector's, all but its name
     * @throws IllegalStateException if the table differs from the stream, or the sink fails or hangs
     */
    Result of(String name, Map<String, String> options, ViewDatabase database, String table, OrderStream stream)
            throws SQLException, IOException, InterruptedException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + table + " (" + stream.shape().definitions() + ")");
        }
        database.settle();
        Result result;
        try (BenchmarkWorker worker = new BenchmarkWorker(installation, broker, directory, plugins, environment)) {
            ProcessUsage usage = new ProcessUsage(worker.pid());
            long posted = System.nanoTime();
            worker.postConnector(name, options);
            long first = PartWatch.awaitPart(worker, name, database, table, 1);
            double cpu = usage.cpuSeconds();
            long second = PartWatch.awaitPart(worker, name, database, table, 2);
            result = new Result(
                    stream.records() / seconds(first - posted),
                    stream.records() / seconds(second - first),
                    (usage.cpuSeconds() - cpu) * 1e6 / stream.records(),
                    usage.peakMebibytes());
        }
        stream.expectedContent(OrderStream.PARTS)
                .requireIn(database, table, stream.shape().names());
        return result;
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
