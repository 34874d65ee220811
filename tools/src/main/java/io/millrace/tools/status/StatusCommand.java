package io.millrace.tools.status;

import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.cluster.UnreachableException;
import io.millrace.tools.cluster.WorkerRest;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.UsageException;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.KafkaException;

/** {@code millrace status}: the connectors of a cluster, how far they are, what is wrong, and what to do. */
public final class StatusCommand {
    /** The text of {@code --help}. */
    public static final String USAGE = """
        millrace status --rest URL[,URL] [--bootstrap-servers HOST:PORT] [--connector NAME] [--json]

        Prints each connector and its tasks with their states and the reason of a failure; of a sink the lag and the dead
        letters by reason, of a source the committed offset; then each problem with its remedy and the section of the
        runbook. It changes nothing.

        The lag of a projection sink is measured by the ledger. It is in the views' database, which the command reaches
        with the connector's own options; variables such as ${env:VIEWS_DATABASE_PASSWORD} are resolved where the command
        runs. If that is not possible, a note has the reason, and the lag is that of the consumer group.

          --rest LIST               workers of one Connect cluster, e.g. http://connect-1:8083
          --rest-config FILE        basic.auth.username, basic.auth.password, ssl.truststore.location,
                                    ssl.truststore.password, ssl.keystore.location, ssl.keystore.password,
                                    ssl.key.password; may have ${env:...}
          --bootstrap-servers LIST  the brokers; without them, lag and dead letters are not read
          --client-config FILE      more settings for Kafka's clients, e.g. security.protocol; may have ${env:...}
          --connector NAME          only this connector
          --max-lag N               a sink that is more records behind is a problem (no limit)
          --dead-letters N          reads the N newest records of each partition of a dead letter queue (10000)
          --json                    one JSON text

        Exits with 0 if all is well; with 1 if something is wrong or no worker answers; with 2 if an argument is wrong.
        """;

    private static final long DEAD_LETTERS = 10_000;

    private StatusCommand() {}

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        Set<String> valued = new HashSet<>(Set.of("--connector", "--max-lag", "--dead-letters"));
        valued.addAll(WorkerRest.OPTIONS);
        valued.addAll(KafkaCluster.OPTIONS);
        Arguments arguments = Arguments.parse(words, valued, Set.of("--json"));
        arguments.requireNoRest();
        WorkerRest rest = WorkerRest.of(arguments);
        Properties client = KafkaCluster.readSettings(arguments);
        if (!client.containsKey("bootstrap.servers")) {
            return printStatus(
                    arguments,
                    new ClusterInspection(rest, Optional.empty(), Optional.empty(), lag(arguments)),
                    out,
                    err);
        }
        try (KafkaCluster kafka = new KafkaCluster(client)) {
            QueueReader queues = new QueueReader(
                    kafka, client, arguments.parseNumber("--dead-letters").orElse(DEAD_LETTERS));
            return printStatus(
                    arguments,
                    new ClusterInspection(rest, Optional.of(kafka), Optional.of(queues), lag(arguments)),
                    out,
                    err);
        } catch (KafkaException e) {
            throw new UsageException("--client-config: " + e.getMessage(), e);
        }
    }

    private static long lag(Arguments arguments) {
        return arguments.parseNumber("--max-lag").orElse(Long.MAX_VALUE);
    }

    private static int printStatus(
            Arguments arguments, ClusterInspection inspection, PrintStream out, PrintStream err) {
        try {
            ClusterReport report = inspection.inspect(arguments.value("--connector"));
            if (arguments.has("--json")) {
                out.println(StatusJson.write(report));
                out.flush();
            } else {
                new StatusText(out).print(report);
            }
            return report.problems().isEmpty() ? 0 : 1;
        } catch (UnreachableException e) {
            err.println("millrace: " + e.getMessage());
            return 1;
        }
    }
}
