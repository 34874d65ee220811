package io.millrace.tools.transactions;

import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.cluster.OpenTransaction;
import io.millrace.tools.cluster.UnreachableException;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.UsageException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * {@code millrace transactions}: finds transactions that have ended and whose marker is missing in a partition, and writes the marker.
 * Readers with {@code isolation.level=read_committed} cannot pass such a place.
 */
public final class TransactionsCommand {
    /** The text of {@code --help}. */
    public static final String USAGE = """
        millrace transactions list|end --bootstrap-servers HOST:PORT [--topic TOPIC] [--older-than SECONDS]

        Finds transactions that are open in a partition: read_committed readers cannot read behind their first record. Prints a line
        for each: partition and first offset, the producer, for how long, and what its coordinator has decided,

          committed, aborted  the coordinator has ended it, but the marker is missing in the partition: it stays open
          running             the coordinator has not ended it: it will, when the producer ends it or its timeout is over
          unknown             the coordinator's log does not contain it any more

          list  prints them
          end   writes the missing markers of committed and aborted transactions, so that read_committed readers go on. It
                changes nothing else: what the coordinator has committed becomes visible, what it has aborted is left out

          --bootstrap-servers LIST  the brokers
          --client-config FILE      more settings for the clients, e.g. security.protocol; may have ${env:...}
          --topic TOPIC             only this topic; by default all topics, those of Kafka and of Connect included
          --older-than SECONDS      only transactions without a new record for so long (60)

        The user needs Describe and Read on the topics and on __transaction_state; and for end, Alter on the cluster. Exits with 0;
        with 1 if markers are missing, after end if they still are; with 2 if an argument is wrong or the brokers refuse.
        """;

    private static final Set<String> ACTIONS = new TreeSet<>(Set.of("list", "end"));
    private static final long OLDER_THAN_S = 60;

    private final Arguments arguments;
    private final Properties client;
    private final PrintStream out;
    private final PrintStream err;

    private TransactionsCommand(Arguments arguments, PrintStream out, PrintStream err) {
        this.arguments = arguments;
        this.client = KafkaCluster.readSettings(arguments);
        this.out = out;
        this.err = err;
    }

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        Set<String> valued = new HashSet<>(Set.of("--topic", "--older-than"));
        valued.addAll(KafkaCluster.OPTIONS);
        Arguments arguments = Arguments.parse(words, valued, Set.of());
        List<String> rest = arguments.rest();
        if (rest.size() != 1 || !ACTIONS.contains(rest.get(0))) {
            throw new UsageException("transactions: expected one of " + ACTIONS + ", found " + rest + " (try --help)");
        }
        TransactionsCommand command = new TransactionsCommand(arguments, out, err);
        if (!command.client.containsKey(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG)) {
            throw new UsageException("--bootstrap-servers is missing (try --help)");
        }
        try (KafkaCluster cluster = new KafkaCluster(command.client)) {
            return rest.get(0).equals("list") ? command.list(cluster) : command.end(cluster);
        } catch (UnreachableException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private int list(KafkaCluster cluster) throws UnreachableException {
        List<Verdict> verdicts = find(cluster);
        verdicts.forEach(verdict -> out.println(describe(verdict)));
        out.flush();
        long missing =
                verdicts.stream().filter(TransactionsCommand::lacksMarker).count();
        err.println(verdicts.size() + " transactions are open, of " + missing + " the marker is missing");
        return missing == 0 ? 0 : 1;
    }

    private int end(KafkaCluster cluster) throws UnreachableException {
        TransactionMarkers markers = new TransactionMarkers(client);
        List<Verdict> lacking =
                find(cluster).stream().filter(TransactionsCommand::lacksMarker).toList();
        int written = 0;
        for (Verdict verdict : lacking) {
            OpenTransaction transaction = verdict.transaction();
            // The producer may have ended it meanwhile, with its next transaction.
            if (cluster.findOpenTransactions(List.of(transaction.partition())).contains(transaction)) {
                markers.write(verdict, cluster.findLeader(transaction.partition()));
                out.println("ended  " + describe(verdict));
                written++;
            }
        }
        out.flush();
        err.println("markers of " + written + " transactions were written");
        return 0;
    }

    private static boolean lacksMarker(Verdict verdict) {
        return verdict.ending() == Ending.COMMITTED || verdict.ending() == Ending.ABORTED;
    }

    private List<Verdict> find(KafkaCluster cluster) throws UnreachableException {
        List<String> topics = new ArrayList<>();
        arguments.value("--topic").ifPresent(topics::add);
        if (topics.isEmpty()) {
            topics.addAll(cluster.findAllTopics());
        }
        long before = System.currentTimeMillis()
                - Duration.ofSeconds(arguments.parseNumber("--older-than").orElse(OLDER_THAN_S))
                        .toMillis();
        List<OpenTransaction> open = cluster.findOpenTransactions(cluster.findPartitions(topics)).stream()
                .filter(transaction -> transaction.lastTimestampMs() <= before)
                .toList();
        return CoordinatorLog.judge(open, client);
    }

    private static String describe(Verdict verdict) {
        OpenTransaction transaction = verdict.transaction();
        String ending =
                switch (verdict.ending()) {
                    case COMMITTED -> "committed";
                    case ABORTED -> "aborted";
                    case NONE -> "running";
                    case UNKNOWN -> "unknown";
                };
        return String.format("%-9s", ending) + "  " + transaction.partition() + "@" + transaction.startOffset()
                + "  producer " + transaction.producerId() + ", "
                + (verdict.transactionalId().isEmpty() ? "no transactional id" : verdict.transactionalId())
                + "  last record " + Instant.ofEpochMilli(transaction.lastTimestampMs());
    }
}
