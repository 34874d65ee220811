package io.millrace.tools.status;

import io.millrace.connectors.projection.config.LedgerReport;
import io.millrace.connectors.projection.ledger.LedgerPosition;
import io.millrace.partitions.PartitionLog;
import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.cluster.UnreachableException;
import io.millrace.tools.input.UsageException;
import io.millrace.tools.input.Variables;
import io.millrace.tools.status.SinkProgress.Measure;
import io.millrace.tools.status.SinkProgress.PartitionProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Reads how far a sink is: by the ledger in the views' database if it keeps one that can be read from here, otherwise by its
 * consumer group, whose offsets are copies that may be older.
 */
final class ProgressReader {
    private static final String TOPICS = "topics";
    private static final String TOPICS_REGEX = "topics.regex";

    private final KafkaCluster kafka;
    private final ConnectorStatus connector;
    private final Consumer<StatusProblem> problems;
    private final Consumer<String> notes;

    /** The reader for one sink. Problems and what cannot be read are given to the last two. */
    ProgressReader(
            KafkaCluster kafka, ConnectorStatus connector, Consumer<StatusProblem> problems, Consumer<String> notes) {
        this.kafka = kafka;
        this.connector = connector;
        this.problems = problems;
        this.notes = notes;
    }

    /** The progress; empty if it cannot be read, or another connector has taken over the views. */
    Optional<SinkProgress> read() {
        try {
            Optional<LedgerReport> ledger = readLedger();
            if (ledger.isEmpty()) {
                return Optional.of(readGroup());
            }
            if (ledger.get().successor().isPresent()) {
                addProblem(
                        "The connector '" + ledger.get().successor().get()
                                + "' has rebuilt the views of this one and taken its place",
                        "Delete this connector",
                        RunbookSection.REBUILD);
                return Optional.empty();
            }
            if (ledger.get().rebuilding()) {
                notes.accept(
                        "the views are being rebuilt; readers see the former ones until the rebuild has caught up");
            }
            return Optional.of(readLedgerProgress(ledger.get().positions()));
        } catch (UnreachableException | UsageException e) {
            notes.accept("the lag cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<LedgerReport> readLedger() {
        if (!connector.isProjectionSink()) {
            return Optional.empty();
        }
        try {
            Map<String, String> options =
                    Variables.resolveVariables(connector.options(), LedgerReport.neededOptions()::contains);
            return LedgerReport.read(options, connector.name());
        } catch (UsageException | ConfigException | ConnectException e) {
            notes.accept("the ledger is not read, and the lag is that of the consumer group, which may be higher: "
                    + e.getMessage());
            return Optional.empty();
        }
    }

    private SinkProgress readLedgerProgress(Map<TopicPartition, LedgerPosition> positions) throws UnreachableException {
        Set<String> topics = findTopics();
        Set<TopicPartition> partitions = new HashSet<>(findPartitions(topics));
        // The ledger also has partitions of topics that the connector does not read any more.
        positions.keySet().stream()
                .filter(partition -> topics.contains(partition.topic()))
                .forEach(partitions::add);
        Map<TopicPartition, PartitionLog> logs = kafka.readLogs(partitions);
        List<PartitionProgress> progress = new ArrayList<>();
        logs.forEach((partition, log) -> {
            LedgerPosition position = positions.get(partition);
            if (position != null && position.nextOffset() > 0) {
                checkPosition(partition, position, log);
            }
            long next = position == null ? 0 : position.nextOffset();
            progress.add(describe(partition, Math.max(next, log.startOffset()), log));
        });
        return new SinkProgress(Measure.LEDGER, sort(progress));
    }

    private void checkPosition(TopicPartition partition, LedgerPosition position, PartitionLog log) {
        String topicId = position.topicId();
        if (topicId != null && log.topicId() != null && !topicId.equals(log.topicId())) {
            addProblem(
                    "The topic of " + partition + " was deleted and created again: expected the topic id " + topicId
                            + ", found " + log.topicId(),
                    FailureKind.OTHER_TOPIC.remedy(),
                    RunbookSection.TOPIC_IS_NOT_THE_ONE);
        } else if (position.nextOffset() > log.endOffset()) {
            addProblem(
                    "The log of " + partition + " ends before the ledger's offset: expected at least "
                            + position.nextOffset() + ", found " + log.endOffset(),
                    FailureKind.OTHER_TOPIC.remedy(),
                    RunbookSection.TOPIC_IS_NOT_THE_ONE);
        } else if (position.nextOffset() < log.startOffset()) {
            addProblem(
                    "Records of " + partition + " were deleted before the sink has read them: offsets "
                            + position.nextOffset() + " to " + (log.startOffset() - 1),
                    "Increase the topic's retention, and fill the views again from a new snapshot",
                    RunbookSection.LOST_BINLOG);
        }
    }

    private SinkProgress readGroup() throws UnreachableException {
        Set<TopicPartition> partitions = findPartitions(findTopics());
        Map<TopicPartition, PartitionLog> logs = kafka.readLogs(partitions);
        Map<TopicPartition, Long> committed = new HashMap<>();
        if (!partitions.isEmpty()) {
            committed.putAll(kafka.readCommitted(connector.consumerGroup(), partitions));
        }
        List<PartitionProgress> progress = new ArrayList<>();
        logs.forEach((partition, log) -> progress.add(
                describe(partition, Math.max(committed.getOrDefault(partition, 0L), log.startOffset()), log)));
        return new SinkProgress(Measure.CONSUMER_GROUP, sort(progress));
    }

    private static PartitionProgress describe(TopicPartition partition, long next, PartitionLog log) {
        return new PartitionProgress(partition.topic(), partition.partition(), next, log.endOffset());
    }

    private static List<PartitionProgress> sort(List<PartitionProgress> progress) {
        progress.sort(Comparator.comparing(PartitionProgress::topic).thenComparing(PartitionProgress::partition));
        return progress;
    }

    private Set<TopicPartition> findPartitions(Set<String> topics) throws UnreachableException {
        Set<TopicPartition> partitions = kafka.findPartitions(topics);
        Set<String> found = partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
        for (String topic : topics) {
            if (!found.contains(topic)) {
                addProblem(
                        "The topic " + topic + ", which the connector reads, does not exist",
                        "Create it, or start the source that writes it; or correct " + TOPICS,
                        RunbookSection.LOOK_AROUND);
            }
        }
        return partitions;
    }

    private Set<String> findTopics() throws UnreachableException {
        Map<String, String> options = Variables.resolveVariables(
                connector.options(), option -> option.equals(TOPICS) || option.equals(TOPICS_REGEX));
        String regex = options.getOrDefault(TOPICS_REGEX, "");
        if (regex.isBlank()) {
            return Arrays.stream(options.getOrDefault(TOPICS, "").split(",", -1))
                    .map(String::strip)
                    .filter(topic -> !topic.isEmpty())
                    .collect(Collectors.toSet());
        }
        try {
            Pattern pattern = Pattern.compile(regex);
            return kafka.findTopics().stream()
                    .filter(topic -> pattern.matcher(topic).matches())
                    .collect(Collectors.toSet());
        } catch (PatternSyntaxException e) {
            throw new UsageException(TOPICS_REGEX + " is not a regular expression: " + e.getDescription(), e);
        }
    }

    private void addProblem(String problem, String remedy, RunbookSection section) {
        problems.accept(new StatusProblem(connector.name(), problem, remedy, section));
    }
}
