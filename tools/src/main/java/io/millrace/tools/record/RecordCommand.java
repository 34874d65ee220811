package io.millrace.tools.record;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.LogicalMessage;
import io.millrace.changes.RowValues;
import io.millrace.tools.chain.ConnectorPlugins;
import io.millrace.tools.changes.ChangeJson;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.ConnectorFile;
import io.millrace.tools.input.UsageException;
import io.millrace.tools.input.Variables;
import io.millrace.tools.source.SourceProduct;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/** {@code millrace record}: the change events that Debezium's connector for MySQL or PostgreSQL hands to its transforms. */
public final class RecordCommand {
    /** Its text for {@code --help}. */
    public static final String USAGE = """
        millrace record --config FILE --plugin-path PATH (--rows N | --changes N)

        Runs Debezium's connector for MySQL or PostgreSQL in this process, without its transforms and without Kafka, and prints
        its change events, one to a line, in the format that preview and contract read. It stores no offsets, and does not
        disturb a running connector of the same configuration; in PostgreSQL it has a replication slot of its own, which it
        drops. Warning: the output contains rows of the tables; use a test database.

          --config FILE       the connector's configuration, with the address of the database
          --plugin-path PATH  a folder with Debezium's connector, as in the worker's plugin.path
          --rows N            up to N rows of each table in table.include.list, by a snapshot
          --changes N         the next N changes
          --timeout SECONDS   how long to wait for the next change event (60)
        """;

    private static final String SELECT = "snapshot.select.statement.overrides";

    /** A field, since a logger without references loses its level. */
    private static final Logger BINLOG_CLIENT = Logger.getLogger("com.github.shyiko");

    private RecordCommand() {}

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        Arguments arguments = Arguments.parse(
                words, Set.of("--config", "--plugin-path", "--rows", "--changes", "--timeout"), Set.of());
        arguments.requireNoRest();
        BINLOG_CLIENT.setLevel(Level.WARNING);
        if (arguments.has("--rows") == arguments.has("--changes")) {
            throw new UsageException("either --rows or --changes is required (try --help)");
        }
        ConnectorFile connector = ConnectorFile.read(Path.of(arguments.required("--config")));
        Map<String, String> options =
                new HashMap<>(Variables.resolveVariables(connector.unwrappedOptions(), RecordCommand::isOfTheDatabase));
        options.keySet().removeIf(option -> !isOfTheDatabase(option));
        SourceProduct product = SourceProduct.find(options)
                .orElseThrow(() ->
                        new UsageException("--config: expected Debezium's connector for MySQL or PostgreSQL, found "
                                + options.get("connector.class")));
        product.configureRecording(options);
        if (arguments.has("--rows")) {
            configureSnapshot(product, options, arguments.parseNumber("--rows").orElseThrow());
        } else {
            options.put("snapshot.mode", "no_data");
        }
        long timeout = arguments.parseNumber("--timeout").orElse(60L);
        try (ConnectorPlugins worker = new ConnectorPlugins(arguments.value("--plugin-path"), options);
                SourceRun run = new SourceRun(worker, product, options)) {
            err.println("recording ...");
            long recorded = recordChanges(
                    run, arguments.parseNumber("--changes").orElse(Long.MAX_VALUE), timeout * 1_000_000_000L, out);
            err.println(recorded + " change events");
            return 0;
        } catch (ConnectException e) {
            throw new UsageException("the connector failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static boolean isOfTheDatabase(String option) {
        return !option.startsWith("transforms")
                && !option.startsWith("predicates")
                && !option.startsWith("schema.history.internal")
                && !option.matches("(key|value|header)\\.converter.*|topic\\.creation\\..*|errors\\..*")
                && !option.matches("(producer|consumer|admin)\\.override\\..*")
                && !option.matches("exactly\\.once\\.support|transaction\\.boundary.*|offsets\\.storage\\.topic");
    }

    private static void configureSnapshot(SourceProduct product, Map<String, String> options, long rows) {
        options.put("snapshot.mode", "initial_only");
        List<String> tables = new ArrayList<>();
        for (String table : options.getOrDefault("table.include.list", "").split(",", -1)) {
            String[] parts = table.strip().split("\\\\?\\.", -1);
            if (parts.length != 2 || !table.strip().matches("[\\w$\\\\. -]+")) {
                throw new UsageException("--rows needs a table.include.list of plain names, found '" + table + "'");
            }
            tables.add(parts[0] + "." + parts[1]);
            options.put(
                    SELECT + "." + parts[0] + "." + parts[1],
                    "SELECT * FROM " + product.quote(parts[0]) + "." + product.quote(parts[1]) + " LIMIT " + rows);
        }
        options.put(SELECT, String.join(",", tables));
    }

    private static long recordChanges(SourceRun run, long most, long timeoutNanos, PrintStream out)
            throws InterruptedException {
        ChangeJson json = new ChangeJson();
        long recorded = 0;
        long last = System.nanoTime();
        while (recorded < most) {
            if (System.nanoTime() - last > timeoutNanos) {
                throw new UsageException("no further change event within " + timeoutNanos / 1_000_000_000L
                        + " s, after " + recorded + " of them");
            }
            for (SourceRecord record : run.poll()) {
                last = System.nanoTime();
                if (!isOfRow(record) || recorded == most) {
                    continue;
                }
                out.println(json.writeChange(record));
                // A message of the log is the context of the changes behind it.
                if (LogicalMessage.find(record).isEmpty()) {
                    recorded++;
                }
                if (endsSnapshot(record)) {
                    return recorded;
                }
            }
        }
        return recorded;
    }

    private static boolean isOfRow(SourceRecord record) {
        return record.value() == null
                || (record.value() instanceof Struct && RowValues.has(record.value(), ChangeReader.OPERATION));
    }

    private static boolean endsSnapshot(SourceRecord record) {
        ChangeReader reader = new ChangeReader();
        return reader.read(record.value()) && "last".equals(reader.source("snapshot"));
    }
}
