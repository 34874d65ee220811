package io.millrace.tools.check;

import io.millrace.connectors.event.UnwrappedConfiguration;
import io.millrace.expressions.NearestNames;
import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.cluster.UnreachableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;

/** Checks a configuration against the topics that exist: what a sink reads, and the schema history of a source. */
final class TopicsCheck {
    private static final String TOPICS = "topics";
    private static final String TOPICS_REGEX = "topics.regex";
    private static final String HISTORY = "schema.history.internal.kafka.topic";
    private static final String PARTITIONS = "events.topic.partitions";
    private static final String CLEANUP = "cleanup.policy";
    private static final String RETENTION = "retention.ms";
    private static final String RETENTION_BYTES = "retention.bytes";
    private static final String FOREVER = "-1";

    private final KafkaCluster kafka;
    private final CheckReport report;
    private final Map<String, String> options;

    TopicsCheck(KafkaCluster kafka, CheckReport report) {
        this.kafka = kafka;
        this.report = report;
        this.options = report.resolved();
    }

    void check() {
        try {
            Set<String> topics = kafka.findTopics();
            checkRead(topics);
            checkPartitions(topics);
            String history = options.getOrDefault(HISTORY, "");
            if (topics.contains(history)) {
                checkHistory(history);
            }
        } catch (UnreachableException e) {
            report.addNote("the topics are not checked: " + e.getMessage());
        }
    }

    private void checkRead(Set<String> topics) throws UnreachableException {
        List<String> read = new ArrayList<>();
        for (String topic : options.getOrDefault(TOPICS, "").split(",", -1)) {
            String name = topic.strip();
            if (topics.contains(name)) {
                read.add(name);
            } else if (!name.isEmpty()) {
                report.add(CheckProblem.of(
                        TOPICS,
                        "the topic " + name + " does not exist, or the user may not see it",
                        NearestNames.find(name, topics),
                        "Correct the name, create the topic, or post the source that creates it first"));
            }
        }
        String regex = options.getOrDefault(TOPICS_REGEX, "");
        if (!regex.isBlank()) {
            read.addAll(findMatches(regex, topics));
        }
        if (!read.isEmpty()) {
            checkTasks(kafka.findPartitions(read));
            for (String topic : read) {
                checkCompaction(topic);
            }
        }
    }

    /** Events with a partition of their rule's, of which {@code topic.partitions} states the number. */
    private void checkPartitions(Set<String> topics) throws UnreachableException {
        for (Map.Entry<String, Integer> stated : findStatedPartitions(topics).entrySet()) {
            int actual = kafka.findPartitions(List.of(stated.getKey())).size();
            if (topics.contains(stated.getKey()) && actual != stated.getValue()) {
                report.add(CheckProblem.of(
                        PARTITIONS,
                        "the topic " + stated.getKey() + " has " + actual + " partitions, expected " + stated.getValue()
                                + " as " + PARTITIONS + " states it",
                        List.of(),
                        "Set the topic's number of partitions in " + PARTITIONS));
            }
        }
    }

    private Map<String, Integer> findStatedPartitions(Set<String> topics) {
        try {
            return UnwrappedConfiguration.isWrapped(options)
                    ? UnwrappedConfiguration.findRules(options)
                            .map(rules -> rules.findPartitionCounts(topics))
                            .orElse(Map.of())
                    : Map.of();
        } catch (ConfigException e) {
            // Rules that are not valid are problems already.
            return Map.of();
        }
    }

    private List<String> findMatches(String regex, Set<String> topics) {
        try {
            Pattern pattern = Pattern.compile(regex);
            List<String> found = topics.stream()
                    .filter(topic -> pattern.matcher(topic).matches())
                    .toList();
            if (found.isEmpty()) {
                report.add(CheckProblem.of(
                        TOPICS_REGEX,
                        "no topic matches '" + regex + "'",
                        NearestNames.find(regex.replace("\\", ""), topics),
                        "Correct the expression, or post the source that creates the topics first"));
            }
            return found;
        } catch (PatternSyntaxException e) {
            report.add(CheckProblem.of(
                    TOPICS_REGEX, "expected a regular expression: " + e.getDescription(), List.of(), "Correct it"));
            return List.of();
        }
    }

    private void checkTasks(Set<TopicPartition> partitions) {
        String tasks = options.getOrDefault("tasks.max", "1");
        if (tasks.matches("[0-9]{1,9}") && Integer.parseInt(tasks) > partitions.size()) {
            report.addNote("tasks.max=" + tasks + ", but the topics have " + partitions.size()
                    + " partitions: the other tasks have nothing to do");
        }
    }

    private void checkCompaction(String topic) throws UnreachableException {
        boolean countsRecords = options.entrySet().stream()
                .anyMatch(option -> option.getKey().matches("projection\\.[^.]+\\.kind")
                        && List.of("append", "aggregate").contains(option.getValue()));
        if (countsRecords
                && kafka.readTopicConfig(topic).getOrDefault(CLEANUP, "").contains("compact")) {
            report.add(CheckProblem.of(
                    TOPICS,
                    "the topic " + topic + " has " + CLEANUP
                            + "=compact, so it loses earlier records of a key, which a view"
                            + " of the kind append or aggregate needs when it is filled again",
                    List.of(),
                    "Set " + CLEANUP + "=delete on the topic"));
        }
    }

    private void checkHistory(String topic) throws UnreachableException {
        Map<String, String> config = kafka.readTopicConfig(topic);
        if (config.getOrDefault(CLEANUP, "delete").contains("compact")) {
            report.add(CheckProblem.of(
                    HISTORY,
                    "the topic " + topic + " has " + CLEANUP + "=compact, which deletes schema changes",
                    List.of(),
                    "Set " + CLEANUP + "=delete, " + RETENTION + "=-1 and " + RETENTION_BYTES + "=-1 on the topic"));
        }
        for (String limit : List.of(RETENTION, RETENTION_BYTES)) {
            String value = config.getOrDefault(limit, FOREVER);
            if (!value.equals(FOREVER) && !value.equals(Long.toString(Long.MAX_VALUE))) {
                report.add(CheckProblem.of(
                        HISTORY,
                        "the topic " + topic + " has " + limit + "=" + value
                                + ", expected -1: a restart fails when schema" + " changes were deleted",
                        List.of(),
                        "Set " + limit + "=-1 on the topic"));
            }
        }
        int partitions = kafka.findPartitions(List.of(topic)).size();
        if (partitions != 1) {
            report.add(CheckProblem.of(
                    HISTORY,
                    "the topic " + topic + " has " + partitions
                            + " partitions, expected 1: schema changes need an order",
                    List.of(),
                    "Create a topic with one partition"));
        }
    }
}
