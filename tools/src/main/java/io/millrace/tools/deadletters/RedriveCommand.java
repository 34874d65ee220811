package io.millrace.tools.deadletters;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.changes.TopicPlace;
import io.millrace.connectors.redrive.letters.DeadLetter;
import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.cluster.TopicReader;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.UsageException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code millrace redrive}: what is in a dead letter queue, and why, and what brings it back, which {@link PlanCommand} does. */
public final class RedriveCommand {
    /** The text of {@code --help}. */
    public static final String USAGE = """
        millrace redrive stats|list|show --topic QUEUE --bootstrap-servers HOST:PORT [FILTERS] [--json]
        millrace redrive plan --topic QUEUE --plan FILE --bootstrap-servers HOST:PORT [FILTERS] [--target TARGET]
        millrace redrive run|park --plan FILE --bootstrap-servers HOST:PORT [--rate N] [--delete]
        millrace redrive resolve --config FILE [TOPIC-PARTITION@OFFSET ...] [--plan FILE --bootstrap-servers HOST:PORT]

        Reads a dead letter queue, and brings its records back:

          stats    how many records were refused, by connector and reason, with their oldest and newest timestamps
          list     a line for each record: its place in the queue, timestamp, origin, connector, reason
          show     each record with all its headers
          plan     a dry run: which records would go where, and why they were refused; writes FILE, and nothing to Kafka
          run      sends exactly the records of a plan, each once. If it is interrupted, the same command resumes it
          park     sends them to CONNECTOR.parked instead, of the connector that refused them
          resolve  deletes the rows of a sink's held records (hold.key.order) that must not come back, so that the
                   records behind them may

        A record's origin is the topic-partition@offset at which the connector read it first. Keys and values are printed
        only with --values.

          --topic QUEUE             the queue, as errors.deadletterqueue.topic.name
          --bootstrap-servers LIST  the brokers
          --client-config FILE      more settings for the clients, e.g. security.protocol; may have ${env:...}
          --where CONDITION         only records for which this CEL condition holds, over headers, key, topic, connector,
                                    error, attempt, age (seconds): "error.contains('total') && age < 86400"
          --reason TEXT             only reasons that contain this text, in upper or lower case
          --connector NAME          only records that this connector refused
          --since TIME              only records from this time on: 2026-11-28T09:30:00Z, or 30m, 36h, 7d ago
          --until TIME              only records before this time
          --record PARTITION@OFFSET only the record at this place in the queue
          --max N                   list and show print N records at most (1000), plan prints N (20)
          --values                  prints keys and values too
          --json                    a line of JSON for each record or reason (stats, list, show)
          --plan FILE               the plan
          --target TARGET           retry: CONNECTOR.retry, by which only the connector that refused a record reads it
                                    again; original: the topic it came from; or the name of a topic. Without it, retry
                                    if that topic exists, otherwise original
          --rate N                  sends N records in a second at most
          --delete                  then deletes the queue's records up to the first that is not in the plan
          --config FILE             the sink's configuration, as it is posted; may have ${env:...}

        stats, list and show read records whether they are committed or not. The user needs Read and Describe on the queue;
        run and park need Write on the targets, Write and Describe on transactional ids that begin with
        millrace-redrive-, Read on the groups of that name, and with --delete Delete on the queue. resolve needs SELECT
        and DELETE on the sink's hold.table. A plan is valid for 72 hours. Exits with 0, also if no record matches; with 2
        if an argument is wrong, or the queue, the brokers or the database cannot be used.
        """;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> ACTIONS = new TreeSet<>(Set.of("stats", "list", "show"));
    private static final Set<String> ALL_ACTIONS = allActions();
    private static final long MAX_PRINTED = 1000;

    private final String action;
    private final DeadLetterFilter filter;
    private final boolean json;
    private final boolean values;
    private final long most;
    private final PrintStream out;

    private RedriveCommand(Arguments arguments, PrintStream out) {
        if (arguments.rest().size() != 1 || !ACTIONS.contains(arguments.rest().get(0))) {
            throw new UsageException(
                    "redrive: expected one of " + ALL_ACTIONS + ", found " + arguments.rest() + " (try --help)");
        }
        this.action = arguments.rest().get(0);
        this.filter = DeadLetterFilter.of(arguments, Instant.now());
        this.json = arguments.has("--json");
        this.values = arguments.has("--values");
        this.most = arguments.parseNumber("--max").orElse(MAX_PRINTED);
        this.out = out;
    }

    private static Set<String> allActions() {
        Set<String> all = new TreeSet<>(ACTIONS);
        all.addAll(PlanCommand.ACTIONS);
        return all;
    }

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        if (!words.isEmpty() && PlanCommand.ACTIONS.contains(words.get(0))) {
            return new PlanCommand(out, err).run(words.get(0), words.subList(1, words.size()));
        }
        Set<String> valued = new HashSet<>(Set.of("--topic", "--max"));
        valued.addAll(KafkaCluster.OPTIONS);
        valued.addAll(DeadLetterFilter.OPTIONS);
        Arguments arguments = Arguments.parse(words, valued, Set.of("--json", "--values"));
        RedriveCommand command = new RedriveCommand(arguments, out);
        Properties client = KafkaCluster.readSettings(arguments);
        if (!client.containsKey("bootstrap.servers")) {
            throw new UsageException("--bootstrap-servers is missing (try --help)");
        }
        try (TopicReader queue = new TopicReader(List.of(arguments.required("--topic")), client)) {
            return command.read(queue, err);
        }
    }

    private int read(TopicReader queue, PrintStream err) {
        ReasonCount.Tally tally = new ReasonCount.Tally();
        long[] matching = new long[1];
        long records = queue.readToEnd(record -> {
            DeadLetter letter = DeadLetter.of(record);
            if (filter.matches(letter)) {
                matching[0]++;
                if (action.equals("stats")) {
                    tally.add(letter);
                } else if (matching[0] <= most) {
                    printLetter(letter);
                }
            }
        });
        tally.counts().forEach(this::printCount);
        out.flush();
        boolean cut = !action.equals("stats") && matching[0] > most;
        err.println(
                records + " records, " + matching[0] + " match" + (cut ? ", the first " + most + " are printed" : ""));
        return 0;
    }

    private void printCount(ReasonCount count) {
        if (json) {
            out.println(JSON.createObjectNode()
                    .put("connector", count.connector())
                    .put("reason", count.reason())
                    .put("records", count.records())
                    .put("oldest", time(count.oldestMs()))
                    .put("newest", time(count.newestMs())));
            return;
        }
        out.printf("%8d  %s%n", count.records(), count.reason());
        out.printf(
                "          connector %s, timestamps %s to %s%n",
                count.connector().isEmpty() ? "unknown" : count.connector(),
                time(count.oldestMs()),
                time(count.newestMs()));
    }

    private void printLetter(DeadLetter letter) {
        if (json) {
            out.println(toJson(letter));
        } else if (action.equals("list")) {
            out.println(letter.place() + "  " + time(letter.timestampMs()) + "  "
                    + originOf(letter, "unknown origin") + "  "
                    + letter.connector().orElse("unknown connector") + "  " + letter.reason());
            printValues(letter);
        } else {
            showLetter(letter);
        }
    }

    private void showLetter(DeadLetter letter) {
        out.println(letter.place());
        out.println("  origin     " + originOf(letter, "unknown"));
        out.println("  timestamp  " + time(letter.timestampMs()));
        out.println("  connector  " + letter.connector().orElse("unknown"));
        out.println("  reason     " + letter.reason());
        letter.view().ifPresent(view -> out.println("  view       " + view));
        letter.column().ifPresent(column -> out.println("  column     " + column));
        out.println("  headers");
        letter.headers().forEach(header -> out.println("    " + header.name() + ": " + header.value()));
        printValues(letter);
    }

    private void printValues(DeadLetter letter) {
        if (values) {
            out.println("  key        " + letter.key());
            out.println("  value      " + letter.value());
        }
    }

    private ObjectNode toJson(DeadLetter letter) {
        ObjectNode node = JSON.createObjectNode()
                .put("record", letter.place())
                .put("timestamp", time(letter.timestampMs()))
                .put("origin", originOf(letter, null))
                .put("connector", letter.connector().orElse(null))
                .put("reason", letter.reason())
                .put("projection", letter.projection().orElse(null))
                .put("view", letter.view().orElse(null))
                .put("column", letter.column().orElse(null));
        if (action.equals("show")) {
            ArrayNode headers = node.putArray("headers");
            letter.headers()
                    .forEach(header ->
                            headers.addObject().put("name", header.name()).put("value", header.value()));
        }
        if (values) {
            node.put("key", letter.key()).put("value", letter.value());
        }
        return node;
    }

    private static @Nullable String originOf(DeadLetter letter, @Nullable String otherwise) {
        return letter.origin().map(TopicPlace::toString).orElse(otherwise);
    }

    private static @Nullable String time(long timestampMs) {
        return timestampMs < 0 ? null : Instant.ofEpochMilli(timestampMs).toString();
    }
}
