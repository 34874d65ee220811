package io.millrace.tools.deadletters;

import io.millrace.changes.TopicPlace;
import io.millrace.connectors.projection.config.HeldRelease;
import io.millrace.connectors.projection.config.LedgerReport;
import io.millrace.connectors.redrive.letters.DeadLetter;
import io.millrace.connectors.redrive.letters.RedriveTarget;
import io.millrace.partitions.PartitionLog;
import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.cluster.TopicReader;
import io.millrace.tools.cluster.UnreachableException;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.ConnectorFile;
import io.millrace.tools.input.UsageException;
import io.millrace.tools.input.Variables;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.connect.errors.ConnectException;

/** {@code millrace redrive plan|run|park|resolve}: chooses letters, and sends exactly these back, or parks or releases them. */
final class PlanCommand {
    static final Set<String> ACTIONS = Set.of("plan", "run", "park", "resolve");

    private static final long MAX_PRINTED = 20;

    private final PrintStream out;
    private final PrintStream err;

    PlanCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs it; returns the exit code. */
    int run(String action, List<String> words) {
        return switch (action) {
            case "plan" -> plan(words);
            case "run", "park" -> execute(words, action.equals("park"));
            default -> resolve(words);
        };
    }

    private int plan(List<String> words) {
        Set<String> valued = new HashSet<>(Set.of("--topic", "--max", "--plan", "--target"));
        valued.addAll(KafkaCluster.OPTIONS);
        valued.addAll(DeadLetterFilter.OPTIONS);
        Arguments arguments = Arguments.parse(words, valued, Set.of("--values"));
        arguments.requireNoRest();
        Instant now = Instant.now();
        DeadLetterFilter filter = DeadLetterFilter.of(arguments, now);
        String queue = arguments.required("--topic");
        Path file = Path.of(arguments.required("--plan"));
        long most = arguments.parseNumber("--max").orElse(MAX_PRINTED);
        RedriveTarget target =
                arguments.value("--target").map(PlanCommand::parseTarget).orElse(null);
        Properties client = settings(arguments);
        try (KafkaCluster kafka = new KafkaCluster(client);
                TopicReader reader = TopicReader.ofCommitted(List.of(queue), client)) {
            PlanBuilder builder = new PlanBuilder(new LetterTargets(kafka, target));
            long[] printed = new long[1];
            long read = reader.readToEnd(record -> {
                DeadLetter letter = DeadLetter.of(record);
                builder.add(letter, filter.matches(letter)).ifPresent(topic -> {
                    if (printed[0]++ < most) {
                        print(letter, topic, arguments.has("--values"));
                    }
                });
            });
            RedrivePlan plan = describe(kafka, queue, now, builder);
            plan.write(file);
            printCounts(builder, read, file, plan);
            return 0;
        }
    }

    private static RedriveTarget parseTarget(String text) {
        try {
            return RedriveTarget.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--target: " + e.getMessage(), e);
        }
    }

    private RedrivePlan describe(KafkaCluster kafka, String queue, Instant now, PlanBuilder builder) {
        try {
            Map<TopicPartition, PartitionLog> logs = kafka.readLogs(kafka.findPartitions(List.of(queue)));
            PartitionLog log = logs.values().stream()
                    .findFirst()
                    .orElseThrow(() -> new UsageException("the topic " + queue + " does not exist any more"));
            return new RedrivePlan(
                    UUID.randomUUID().toString(),
                    now,
                    queue,
                    String.valueOf(log.clusterId()),
                    String.valueOf(log.topicId()),
                    builder.complete(),
                    builder.entries());
        } catch (UnreachableException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private void print(DeadLetter letter, String topic, boolean values) {
        out.println(letter.place() + "  "
                + letter.origin().map(TopicPlace::toString).orElse("unknown origin") + "  to " + topic + "  attempts "
                + letter.attempts() + "  " + letter.reason());
        if (values) {
            out.println("  key        " + letter.key());
            out.println("  value      " + letter.value());
        }
    }

    private void printCounts(PlanBuilder builder, long read, Path file, RedrivePlan plan) {
        out.println();
        builder.topics().forEach((topic, letters) -> out.printf("%8d  to %s%n", letters, topic));
        builder.origins().forEach((topic, letters) -> out.printf("%8d  from %s%n", letters, topic));
        builder.reasons().forEach(count -> out.printf("%8d  %s%n", count.records(), count.reason()));
        builder.leftOut().forEach((reason, letters) -> out.printf("%8d  left out: %s%n", letters, reason));
        out.flush();
        err.println(plan.entries().size() + " of " + read + " letters are in the plan " + file
                + "; millrace redrive run --plan " + file + " sends them");
    }

    private int execute(List<String> words, boolean parks) {
        Set<String> valued = new HashSet<>(Set.of("--plan", "--rate"));
        valued.addAll(KafkaCluster.OPTIONS);
        Arguments arguments = Arguments.parse(words, valued, Set.of("--delete"));
        arguments.requireNoRest();
        Path file = Path.of(arguments.required("--plan"));
        long rate = arguments.parseNumber("--rate").orElse(Long.MAX_VALUE);
        Properties client = settings(arguments);
        RedrivePlan plan = RedrivePlan.read(file);
        try (KafkaCluster kafka = new KafkaCluster(client);
                PlanExecution execution = new PlanExecution(plan, parks, rate, kafka, client)) {
            long sent = execution.run(Instant.now());
            long before = plan.entries().size() - sent;
            out.println(sent + " letters were " + (parks ? "parked" : "sent")
                    + (before > 0 ? ", " + before + " were before" : ""));
            if (arguments.has("--delete")) {
                delete(kafka, plan);
            }
            return 0;
        } catch (ProducerFencedException e) {
            throw new UsageException(
                    "the plan " + file + " is executed by another process as well, which continues", e);
        } catch (UnreachableException | KafkaException e) {
            Throwable cause = e.getCause();
            throw new UsageException(
                    "the plan " + file + " was not executed completely: " + e.getMessage()
                            + (cause == null ? "" : ": " + cause.getMessage())
                            + ". The same command resumes it",
                    e);
        }
    }

    private void delete(KafkaCluster kafka, RedrivePlan plan) throws UnreachableException {
        Map<TopicPartition, Long> before = new HashMap<>();
        plan.complete().forEach((partition, offset) -> before.put(new TopicPartition(plan.queue(), partition), offset));
        kafka.deleteRecords(before);
        out.println("the queue's records before " + before + " were deleted");
    }

    private int resolve(List<String> words) {
        Set<String> valued = new HashSet<>(Set.of("--plan", "--config"));
        valued.addAll(KafkaCluster.OPTIONS);
        Arguments arguments = Arguments.parse(words, valued, Set.of());
        ConnectorFile connector = ConnectorFile.read(Path.of(arguments.required("--config")));
        Set<TopicPlace> places = new HashSet<>();
        arguments
                .rest()
                .forEach(text -> places.add(TopicPlace.find(text)
                        .orElseThrow(() -> new UsageException(
                                "expected the origin of a record, TOPIC-PARTITION@OFFSET, found '" + text + "'"))));
        arguments
                .value("--plan")
                .ifPresent(file -> places.addAll(readOrigins(Path.of(file), connector.name(), settings(arguments))));
        if (places.isEmpty()) {
            throw new UsageException("expected origins of records, TOPIC-PARTITION@OFFSET, or --plan (try --help)");
        }
        Map<String, String> options =
                Variables.resolveVariables(connector.options(), LedgerReport.neededOptions()::contains);
        Set<TopicPlace> released;
        try {
            released = HeldRelease.release(options, connector.name(), places);
        } catch (ConnectException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
        released.stream().map(TopicPlace::toString).sorted().forEach(place -> out.println("released " + place));
        out.println(released.size() + " records were released, " + (places.size() - released.size()) + " had no row of "
                + connector.name());
        return 0;
    }

    private Set<TopicPlace> readOrigins(Path file, String connector, Properties client) {
        PlanOrigins origins = PlanOrigins.read(RedrivePlan.read(file), connector, client, Instant.now());
        if (origins.others() > 0) {
            err.println(
                    origins.others() + " letters of the plan " + file + " are not released, because their headers do"
                            + " not name the connector " + connector + " and the record's place");
        }
        return origins.places();
    }

    private static Properties settings(Arguments arguments) {
        Properties client = KafkaCluster.readSettings(arguments);
        if (!client.containsKey("bootstrap.servers")) {
            throw new UsageException("--bootstrap-servers is missing (try --help)");
        }
        return client;
    }
}
