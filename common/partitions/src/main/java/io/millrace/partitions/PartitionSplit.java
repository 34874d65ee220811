package io.millrace.partitions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** The distribution of partitions over tasks: whole partitions, as evenly as possible, the same for the same partitions. */
public final class PartitionSplit {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    private static final String PARTITIONS = "task.partitions";
    private static final String NUMBER = "task.number";

    private PartitionSplit() {}

    /**
     * The configurations of a connector's tasks: the connector's own, each with the partitions and the number of the task.
     *
     * @param maxTasks at least 1
     * @return no more than there are partitions
     */
    public static List<Map<String, String>> taskConfigs(
            Map<String, String> connector, List<TopicPartition> partitions, int maxTasks) {
        List<Map<String, String>> tasks = new ArrayList<>();
        for (List<TopicPartition> own : split(partitions, maxTasks)) {
            Map<String, String> task = new HashMap<>(connector);
            task.put(PARTITIONS, format(own));
            task.put(NUMBER, String.valueOf(tasks.size()));
            tasks.add(task);
        }
        return tasks;
    }

    /** The partitions of a task with this configuration. */
    public static List<TopicPartition> partitionsOf(Map<String, String> task) {
        return parse(Objects.requireNonNull(task.get(PARTITIONS)));
    }

    /** The number of a task with this configuration. */
    public static String numberOf(Map<String, String> task) {
        return Objects.requireNonNull(task.get(NUMBER));
    }

    /**
     * Distributes partitions.
     *
     * @param maxTasks at least 1
     * @return the partitions of each task; no task without partitions, so none if there are no partitions
     */
    public static List<List<TopicPartition>> split(List<TopicPartition> partitions, int maxTasks) {
        List<TopicPartition> sorted = partitions.stream().sorted(ORDER).toList();
        List<List<TopicPartition>> tasks = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            if (i < maxTasks) {
                tasks.add(new ArrayList<>());
            }
            tasks.get(i % maxTasks).add(sorted.get(i));
        }
        return tasks;
    }

    /** The partitions as the text of a task's option: {@code topic:partition,...}. The name of a topic has no colon. */
    public static String format(List<TopicPartition> partitions) {
        return partitions.stream()
                .map(partition -> partition.topic() + ":" + partition.partition())
                .collect(Collectors.joining(","));
    }

    /** The partitions in the text of a task's option. */
    public static List<TopicPartition> parse(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(partition -> {
                    int colon = partition.lastIndexOf(':');
                    return new TopicPartition(
                            partition.substring(0, colon), Integer.parseInt(partition.substring(colon + 1)));
                })
                .toList();
    }
}
