package io.millrace.tools.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.tools.chain.ConnectorPlugins;
import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.cluster.WorkerRest;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.ConnectorFile;
import io.millrace.tools.input.SecretOptions;
import io.millrace.tools.input.UsageException;
import io.millrace.tools.source.SourceProduct;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;

/** {@code millrace check}: everything that is wrong with a configuration, before it is posted. */
public final class CheckCommand {
    /** The text of {@code --help}. */
    public static final String USAGE = """
        millrace check CONFIG [--plugin-path PATH] [--bootstrap-servers HOST:PORT] [--rest URL] [--json]

        Checks a connector's configuration, the JSON that is posted, and prints all problems at once: the option, the place
        in its value, what was expected and found, similar names, and the remedy. It changes nothing.

        Our connectors and transforms validate it as they do when it is posted, against the database that it names.
        Variables such as ${env:SHOP_DATABASE_PASSWORD} are resolved where the command runs, and their values are not
        printed.

          --plugin-path PATH        the worker's plugin.path; with it, the wrapped connector and the plugins of other
                                    projects validate their options too
          --bootstrap-servers LIST  the brokers: topics that a sink reads, and the schema history of a source
          --client-config FILE      more settings for Kafka's clients, e.g. security.protocol; may have ${env:...}
          --rest LIST               workers of the Connect cluster: its plugins, and other connectors with the same
                                    server id, topic prefix, schema history, consumer group or view
          --rest-config FILE        basic.auth.username, basic.auth.password, ssl.truststore.location,
                                    ssl.truststore.password, ssl.keystore.location, ssl.keystore.password,
                                    ssl.key.password; may have ${env:...}
          --json                    one JSON text

        Exits with 0 if no problem was found, 1 if there are some, 2 if an argument is wrong or the file cannot be read.
        """;

    private static final ObjectMapper JSON = new ObjectMapper();
    /** A password in a URL, which is refused. */
    private static final Pattern SECRET_IN_URL = Pattern.compile("(?i)password=|://[^/@]*:[^/@]*@");

    private static final int MAX_FOUND = 300;

    private CheckCommand() {}

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        Set<String> valued = new HashSet<>(Set.of("--plugin-path"));
        valued.addAll(WorkerRest.OPTIONS);
        valued.addAll(KafkaCluster.OPTIONS);
        Arguments arguments = Arguments.parse(words, valued, Set.of("--json"));
        if (arguments.rest().size() != 1) {
            throw new UsageException(
                    "check: expected one configuration file, found " + arguments.rest() + " (try --help)");
        }
        ConnectorFile connector = ConnectorFile.read(Path.of(arguments.rest().get(0)));
        CheckReport report = new CheckReport(connector.options());
        runChecks(arguments, connector.name(), report);
        if (arguments.has("--json")) {
            printJson(report, out);
        } else {
            printText(report, out);
        }
        out.flush();
        return report.problems().isEmpty() ? 0 : 1;
    }

    private static void runChecks(Arguments arguments, String name, CheckReport report) {
        Optional<String> path = arguments.value("--plugin-path");
        try (ConnectorPlugins plugins = new ConnectorPlugins(path, report.resolved())) {
            new PluginsCheck(plugins, path.isPresent(), report).check();
        }
        SourceProduct.find(report.resolved()).ifPresent(product -> new SourceCheck(report, product).check());
        Properties client = KafkaCluster.readSettings(arguments);
        if (client.containsKey("bootstrap.servers")) {
            try (KafkaCluster kafka = new KafkaCluster(client)) {
                new TopicsCheck(kafka, report).check();
            } catch (KafkaException e) {
                throw new UsageException("--client-config: " + e.getMessage(), e);
            }
        } else {
            report.addNote("topics are not checked: set --bootstrap-servers");
        }
        if (arguments.has("--rest")) {
            new NeighboursCheck(WorkerRest.of(arguments), report, name).check();
        } else {
            report.addNote("other connectors are not compared: set --rest");
        }
    }

    private static void printText(CheckReport report, PrintStream out) {
        for (CheckProblem problem : report.problems()) {
            out.println(problem.option());
            if (!problem.place().isEmpty()) {
                out.println("  place       " + problem.place());
            }
            findValue(report.options(), problem.option()).ifPresent(value -> out.println("  found       " + value));
            out.println("  problem     " + problem.problem());
            if (!problem.candidates().isEmpty()) {
                out.println("  similar     " + String.join(", ", problem.candidates()));
            }
            if (!problem.remedy().isEmpty()) {
                out.println("  remedy      " + problem.remedy());
            }
        }
        report.notes().forEach(note -> out.println("note: " + note));
        int problems = report.problems().size();
        out.println(problems == 0 ? "No problems found." : problems == 1 ? "1 problem." : problems + " problems.");
    }

    private static void printJson(CheckReport report, PrintStream out) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode problems = root.putArray("problems");
        for (CheckProblem problem : report.problems()) {
            ObjectNode node = problems.addObject()
                    .put("option", problem.option())
                    .put("place", problem.place())
                    .put("problem", problem.problem())
                    .put("remedy", problem.remedy());
            findValue(report.options(), problem.option()).ifPresent(value -> node.put("found", value));
            ArrayNode candidates = node.putArray("candidates");
            problem.candidates().forEach(candidates::add);
        }
        ArrayNode notes = root.putArray("notes");
        report.notes().forEach(notes::add);
        out.println(root.toPrettyString());
    }

    /** The value as it is posted, with its variables; never a secret that was written out. */
    private static Optional<String> findValue(Map<String, String> options, String option) {
        return Optional.ofNullable(options.get(option))
                .map(value -> isSecret(option, value) ? "[hidden]" : value)
                .map(value -> value.length() > MAX_FOUND ? value.substring(0, MAX_FOUND) + "…" : value);
    }

    private static boolean isSecret(String option, String value) {
        return !value.startsWith("${")
                && (SecretOptions.isSecret(option)
                        || SECRET_IN_URL.matcher(value).find());
    }
}
