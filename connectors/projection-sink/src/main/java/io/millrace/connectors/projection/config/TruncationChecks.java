package io.millrace.connectors.projection.config;

import io.millrace.connectors.projection.kafka.SinglePartitions;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.ProjectionBasics;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.expressions.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The requirements of projections with {@code truncate.when}. A view without a revision needs rows of one partition: only then the
 * records' order shows which rows are older.
 */
final class TruncationChecks {
    private static final String SNAPSHOT = "snapshot";
    private static final String SNAPSHOT_HEADER = "ce_snapshot";

    private final ProjectionSinkConfig config;

    TruncationChecks(ProjectionSinkConfig config) {
        this.config = config;
    }

    private List<ProjectionDefinition> truncating() {
        return config.projections().stream()
                .filter(definition -> definition.basics().truncateWhen().isPresent())
                .toList();
    }

    private static boolean hasRevision(ProjectionDefinition definition) {
        return definition.viewNeeds().revision().isPresent();
    }

    /** The topics that must have one partition. */
    SinglePartitions singlePartitions() {
        Map<String, String> options = new HashMap<>();
        for (ProjectionDefinition definition : truncating()) {
            if (!hasRevision(definition)) {
                config.findTopics(definition.basics())
                        .ifPresent(topics -> topics.forEach(
                                topic -> options.put(topic, definition.basics().nameOf(CommonOptions.TRUNCATE_WHEN))));
            }
        }
        return new SinglePartitions(options);
    }

    /** What the options show. */
    List<Problem> findProblems() {
        List<Problem> problems = new ArrayList<>();
        for (ProjectionDefinition definition : truncating()) {
            ProjectionBasics basics = definition.basics();
            findSnapshotMark(basics)
                    .ifPresent(mark -> add(
                            problems,
                            basics,
                            "expected a condition that does not read " + mark + ": the first record of a snapshot is a"
                                    + " row, which would not be written, and it is in one partition alone"));
            if (!hasRevision(definition)) {
                checkTopics(basics, problems);
            }
        }
        return problems;
    }

    /** The header of official events, Debezium's source block, or a field that has a part of it behind a prefix. */
    private Optional<String> findSnapshotMark(ProjectionBasics basics) {
        String text = config.originalsStrings().getOrDefault(basics.nameOf(CommonOptions.TRUNCATE_WHEN), "");
        if (text.contains(SNAPSHOT_HEADER)) {
            return Optional.of(SNAPSHOT_HEADER);
        }
        return basics.truncateWhen().orElseThrow().paths().stream()
                .filter(path ->
                        path.steps().stream().anyMatch(step -> step.equals(SNAPSHOT) || step.endsWith("_" + SNAPSHOT)))
                .map(Path::toString)
                .findFirst();
    }

    private void checkTopics(ProjectionBasics basics, List<Problem> problems) {
        Optional<Set<String>> topics = config.findTopics(basics);
        if (basics.topicPattern().isPresent()) {
            add(
                    problems,
                    basics,
                    "needs a revision with the pattern '"
                            + basics.topicPattern().get()
                            + "': a topic that appears later may have several partitions");
        } else if (topics.isEmpty() || topics.get().size() != 1) {
            add(
                    problems,
                    basics,
                    "expected one topic with one partition, because the view has no revision, found "
                            + topics.map(names -> "the topics " + names).orElse("topics.regex")
                            + ". Set " + basics.nameOf(CommonOptions.TOPICS)
                            + " to one topic, or configure a revision");
        } else if (!config.checksTopics() || !config.namesBrokers()) {
            add(
                    problems,
                    basics,
                    "needs " + SinkOptions.KAFKA_BOOTSTRAP_SERVERS.name() + " and " + SinkOptions.TOPIC_IDENTITY.name()
                            + "=checked, by which the sink reads how many partitions the topic has, because the view has"
                            + " no revision");
        }
    }

    private static void add(List<Problem> problems, ProjectionBasics basics, String reason) {
        problems.add(new Problem(basics.nameOf(CommonOptions.TRUNCATE_WHEN), reason));
    }
}
