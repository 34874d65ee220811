package io.millrace.partitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PartitionSplitTest {
    @Test
    void givesEachPartitionToOneTaskAsEvenlyAsPossible() {
        List<TopicPartition> partitions = new ArrayList<>(partitions("b", 5));
        partitions.addAll(partitions("a-1", 2));
        for (int tasks = 1; tasks < 10; tasks++) {
            List<List<TopicPartition>> split = PartitionSplit.split(partitions, tasks);
            assertThat(split).hasSize(Math.min(tasks, 7));
            assertThat(split.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(partitions);
            int largest = split.stream().mapToInt(List::size).max().orElseThrow();
            int smallest = split.stream().mapToInt(List::size).min().orElseThrow();
            assertThat(largest - smallest).isLessThanOrEqualTo(1);
            Collections.reverse(partitions);
            assertThat(PartitionSplit.split(partitions, tasks)).isEqualTo(split);
        }
    }

    @Test
    void hasNoTaskWithoutPartitions() {
        assertThat(PartitionSplit.split(List.of(), 3)).isEmpty();
    }

    @Test
    void isTheTextOfATasksOption() {
        List<TopicPartition> partitions = List.of(new TopicPartition("shop.a-1", 0), new TopicPartition("b", 12));
        assertThat(PartitionSplit.format(partitions)).isEqualTo("shop.a-1:0,b:12");
        assertThat(PartitionSplit.parse("shop.a-1:0,b:12")).isEqualTo(partitions);
    }

    private static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }
}
