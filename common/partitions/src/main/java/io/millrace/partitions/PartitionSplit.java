package io.millrace.partitions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** The distribution of partitions over tasks: whole partitions, as evenly as possible, the same for the same partitions. */
public final class PartitionSplit {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    private PartitionSplit() {}

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
