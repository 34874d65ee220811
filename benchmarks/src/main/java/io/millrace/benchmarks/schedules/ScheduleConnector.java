package io.millrace.benchmarks.schedules;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.changes.TopicPosition;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** {@code ScheduleSourceConnector} on a worker of its own. */
final class ScheduleConnector implements RunningScheduler {
    private static final Pattern LOADED = Pattern.compile("Loaded (\\d+) schedules in (\\d+) ms");

    private final Installation installation;
    private final KafkaBroker broker;
    private final Path directory;
    private final String name;
    private BenchmarkWorker worker;

    ScheduleConnector(
            Installation installation, KafkaBroker broker, Path directory, String name, String requests, String target)
            throws IOException {
        this.installation = installation;
        this.broker = broker;
        this.directory = directory;
        this.name = name;
        this.worker = startWorker();
        worker.postConnector(name, options(requests, target));
        worker.awaitRunning(name);
    }

    private BenchmarkWorker startWorker() {
        return new BenchmarkWorker(installation, broker, directory, List.of(), Map.of());
    }

    private Map<String, String> options(String requests, String target) {
        Map<String, String> options = new TreeMap<>();
        options.put("connector.class", "io.millrace.connectors.schedule.ScheduleSourceConnector");
        options.put("tasks.max", Integer.toString(ScheduleCommands.PARTITIONS));
        options.put("requests.topic", requests);
        options.put("schedules.topic", name + ".schedules");
        options.put("targets", Pattern.quote(target));
        options.put("max.bytes", Long.toString(1L << 30));
        options.put("kafka.bootstrap.servers", broker.bootstrapServers());
        options.put("exactly.once.support", "required");
        options.put("transaction.boundary", "connector");
        // As connect-configs/15-schedules.json.
        options.put("producer.override.batch.size", "131072");
        for (String part : List.of("key", "value", "header")) {
            options.put(part + ".converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        }
        return options;
    }

    @Override
    public long pid() {
        return worker.pid();
    }

    @Override
    public long countReadCommands() throws IOException {
        long count = 0;
        for (JsonNode position : worker.offsets(name).path("offsets")) {
            count += position.path("offset").path(TopicPosition.OFFSET).longValue();
        }
        return count;
    }

    /** Stops the worker, starts another one, and returns how many schedules its tasks load in a second, all together. */
    double measureLoad() throws IOException, InterruptedException {
        worker.close();
        Files.deleteIfExists(worker.log());
        worker = startWorker();
        worker.awaitRunning(name);
        List<MatchResult> loads = List.of();
        while (loads.size() < ScheduleCommands.PARTITIONS) {
            Thread.sleep(200);
            loads = LOADED.matcher(Files.readString(worker.log())).results().toList();
        }
        long schedules =
                loads.stream().mapToLong(load -> Long.parseLong(load.group(1))).sum();
        long millis = loads.stream()
                .mapToLong(load -> Long.parseLong(load.group(2)))
                .max()
                .orElseThrow();
        return schedules * 1e3 / millis;
    }

    @Override
    public IllegalStateException withLog(IllegalStateException failure) {
        return new IllegalStateException(failure.getMessage() + "; the log is " + worker.log(), failure);
    }

    @Override
    public void close() {
        worker.close();
    }
}
