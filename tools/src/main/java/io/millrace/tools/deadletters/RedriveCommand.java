package io.millrace.tools.deadletters;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** {@code millrace redrive}: what is in a dead letter queue, and why. It writes nothing and joins no consumer group. */
public final class RedriveCommand {
    /** The text of {@code --help}. */
    public static final String USAGE = """
        millrace redrive stats|list|show --topic QUEUE --bootstrap-servers HOST:PORT [FILTERS] [--json]

        Reads a dead letter queue, committed or not, and prints

          stats   how many records were refused, by connector and reason, with their oldest and newest timestamps
          list    a line for each record: its place in the queue, timestamp, origin, connector, reason
          show    each record with all its headers

        A record's origin is the topic-partition@offset at which the connector read it. Keys and values are printed only
        with --values.

          --topic QUEUE             the queue, as errors.deadletterqueue.topic.name
          --bootstrap-servers LIST  the brokers
          --client-config FILE      more settings for the consumer, e.g. security.protocol; may have ${env:...}
          --reason TEXT             only reasons that contain this text, in upper or lower case
          --connector NAME          only records that this connector refused
          --since TIME              only records from this time on: 2026-11-28T09:30:00Z, or 30m, 36h, 7d ago
          --until TIME              only records before this time
          --record PARTITION@OFFSET only the record at this place in the queue
          --max N                   list and show print N records at most (1000)
          --values                  prints keys and values too
          --json                    a line of JSON for each record or reason

        The user needs Read and Describe on the topic. Exits with 0, also if no record matches; with 2 if an argument is
        wrong, or the queue cannot be read.
        """;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> ACTIONS = new TreeSet<>(Set.of("stats", "list", "show"));
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
                    "redrive: expected one of " + ACTIONS + ", found " + arguments.rest() + " (try --help)");
        }
        this.action = arguments.rest().get(0);
        this.filter = DeadLetterFilter.of(arguments, Instant.now());
        this.json = arguments.has("--json");
        this.values = arguments.has("--values");
        this.most = arguments.parseNumber("--max").orElse(MAX_PRINTED);
        this.out = out;
    }

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
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
                    + letter.origin().orElse("unknown origin") + "  "
                    + letter.connector().orElse("unknown connector") + "  " + letter.reason());
            printValues(letter);
        } else {
            showLetter(letter);
        }
    }

    private void showLetter(DeadLetter letter) {
        out.println(letter.place());
        out.println("  origin     " + letter.origin().orElse("unknown"));
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
                .put("origin", letter.origin().orElse(null))
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

    private static @Nullable String time(long timestampMs) {
        return timestampMs < 0 ? null : Instant.ofEpochMilli(timestampMs).toString();
    }
}
