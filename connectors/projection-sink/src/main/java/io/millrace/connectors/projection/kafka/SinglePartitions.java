package io.millrace.connectors.projection.kafka;

import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.partitions.KafkaLogs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The topics that must have one partition, because their records empty views without a revision: of two partitions, no
 * order shows which rows are older than such a record.
 *
 * @param options for each topic the full name of the option that requires it
 */
public record SinglePartitions(Map<String, String> options) {
    public SinglePartitions {
        options = Map.copyOf(options);
    }

    /** Why the topics do not fit, when a connector is posted. */
    public List<Problem> findProblems(KafkaLogs logs) {
        List<Problem> problems = new ArrayList<>();
        if (options.isEmpty()) {
            return problems;
        }
        Map<String, Integer> counts;
        try {
            counts = logs.countPartitions(options.keySet());
        } catch (ApiException e) {
            options.forEach((topic, option) -> problems.add(new Problem(
                    option,
                    "the number of partitions of the topic " + topic + " could not be read: " + e.getMessage())));
            return problems;
        }
        options.forEach((topic, option) -> {
            Integer count = counts.get(topic);
            if (count == null) {
                problems.add(new Problem(
                        option,
                        "expected the topic " + topic + " with one partition, because the view has no revision; found"
                                + " no such topic. Create it first, or configure a revision"));
            } else if (count > 1) {
                problems.add(new Problem(option, describe(topic, count)));
            }
        });
        return problems;
    }

    /**
     * Requires that topics still have one partition.
     *
     * @param topics all topics whose records are about to be written
     * @throws ApiException if the brokers do not answer
     * @throws ConnectException if one has more partitions
     */
    public void require(KafkaLogs logs, Collection<String> topics) {
        List<String> asked = topics.stream().filter(options::containsKey).toList();
        if (asked.isEmpty()) {
            return;
        }
        logs.countPartitions(asked).forEach((topic, count) -> {
            if (count > 1) {
                throw new ConnectException(options.get(topic) + ": " + describe(topic, count));
            }
        });
    }

    private static String describe(String topic, int count) {
        return "expected one partition of the topic " + topic + ", because the view has no revision; found " + count
                + ". Records of one partition have no order with those of another, so no row is known to be older than"
                + " a record that empties the view. Configure a revision, or move the records to a topic with one"
                + " partition";
    }
}
