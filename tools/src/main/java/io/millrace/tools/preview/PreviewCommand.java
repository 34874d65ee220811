package io.millrace.tools.preview;

import io.millrace.tools.chain.ConnectorPlugins;
import io.millrace.tools.chain.TransformOptions;
import io.millrace.tools.chain.TransformStages;
import io.millrace.tools.changes.Change;
import io.millrace.tools.changes.ChangeFile;
import io.millrace.tools.changes.ChangeSource;
import io.millrace.tools.changes.ChangeTopic;
import io.millrace.tools.changes.ConnectJson;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.ConnectorFile;
import io.millrace.tools.input.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.kafka.connect.connector.ConnectRecord;

/** {@code millrace preview}: the results of a connector's transforms for change events. */
public final class PreviewCommand {
    /** Its text for {@code --help}. */
    public static final String USAGE = """
            millrace preview --config FILE (--events FILE | --topic NAME --bootstrap-servers HOST:PORT)

            Runs the transforms of a connector, with Connect's own classes, on change events, and prints each result: event,
            topic, key, headers, value; or the transform that dropped the change, and why; or why it was refused.

              --config FILE             the connector's configuration, as it is posted
              --events FILE             change events, one JSON text to a line (docs/preview.md); - is the standard input
              --topic NAME              change events from a topic, written by Connect's JsonConverter
              --bootstrap-servers LIST  the brokers of that topic
              --client-config FILE      more settings for the consumer, e.g. security.protocol
              --from-beginning          read the topic from its beginning to its end; otherwise only new records
              --max N                   end after N change events
              --table NAME=FILE         the records of a table that expressions look up, instead of its topic; for several
                                        tables NAME=FILE,NAME=FILE (docs/preview.md)
              --plugin-path PATH        the worker's plugin.path; not needed for Millrace's and Kafka's own transforms
              --json                    print a line of JSON for each result

            Exits with 0; with 1 if a change was refused; with 2 if the configuration or an argument is invalid.
            """;

    private PreviewCommand() {}

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        Arguments arguments = Arguments.parse(
                words,
                Set.of(
                        "--config",
                        "--events",
                        "--topic",
                        "--bootstrap-servers",
                        "--client-config",
                        "--max",
                        "--table",
                        "--plugin-path"),
                Set.of("--from-beginning", "--json"));
        arguments.requireNoRest();
        ConnectorFile connector = ConnectorFile.read(Path.of(arguments.required("--config")));
        ChangeSource changes = openChanges(arguments);
        Map<String, String> options = new LinkedHashMap<>(TransformOptions.of(connector.options()));
        arguments.value("--table").ifPresent(tables -> TableFiles.addTo(options, tables));
        PreviewReport report;
        try (ConnectorPlugins worker = new ConnectorPlugins(arguments.value("--plugin-path"), options)) {
            TransformStages.unknownOptions(worker, options)
                    .forEach(option -> err.println("warning: no transform has the option '" + option + "'"));
            long max = arguments.parseNumber("--max").orElse(Long.MAX_VALUE);
            boolean sink = worker.isSink(options);
            // A sink's converter reads; what it wrote decimals in says nothing of what the connector is given.
            report = new PreviewReport(
                    out, new ConnectJson(sink ? "NUMERIC" : decimalFormat(options)), arguments.has("--json"));
            if (sink) {
                AtomicLong offset = new AtomicLong();
                applyStages(worker, options, changes, max, report, c -> c.sinkRecord(offset.getAndIncrement()));
            } else {
                applyStages(worker, options, changes, max, report, Change::sourceRecord);
            }
        }
        err.println(report.summary());
        return report.refused() == 0 ? 0 : 1;
    }

    private static <R extends ConnectRecord<R>> void applyStages(
            ConnectorPlugins worker,
            Map<String, String> options,
            ChangeSource changes,
            long max,
            PreviewReport report,
            Function<Change, R> record) {
        AtomicLong left = new AtomicLong(max);
        try (TransformStages<R> stages = TransformStages.of(worker, options)) {
            changes.forEach(change -> {
                report.printOutcomes(change, stages.applyAll(record.apply(change)));
                return left.decrementAndGet() > 0;
            });
        }
    }

    private static ChangeSource openChanges(Arguments arguments) {
        if (arguments.has("--events") == arguments.has("--topic")) {
            throw new UsageException("either --events or --topic is required for the change events (try --help)");
        }
        if (arguments.has("--events")) {
            return new ChangeFile(Path.of(arguments.required("--events")));
        }
        Properties client = new Properties();
        arguments.path("--client-config").ifPresent(file -> {
            try (InputStream in = Files.newInputStream(file)) {
                client.load(in);
            } catch (IOException e) {
                throw new UsageException("cannot read " + file + ": " + e, e);
            }
        });
        client.put("bootstrap.servers", arguments.required("--bootstrap-servers"));
        return new ChangeTopic(arguments.required("--topic"), client, arguments.has("--from-beginning"));
    }

    private static String decimalFormat(Map<String, String> options) {
        return options.getOrDefault("value.converter", "").endsWith("JsonConverter")
                ? options.getOrDefault("value.converter.decimal.format", "BASE64")
                : "NUMERIC";
    }
}
