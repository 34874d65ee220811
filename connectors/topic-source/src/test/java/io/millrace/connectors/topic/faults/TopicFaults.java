package io.millrace.connectors.topic.faults;

import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.campaigns.SourceFaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.NewPartitions;

/** Every kind of fault that strikes a topic source at work. */
final class TopicFaults {
    static final List<Fault<TopicScene>> ALL = all();

    private static final int MAX_PARTITIONS = 24;

    private TopicFaults() {}

    private static List<Fault<TopicScene>> all() {
        List<Fault<TopicScene>> all = new ArrayList<>(SourceFaults.all());
        all.add(new Fault<>("partitions-added", Set.of(SourceFaults.TOPIC), TopicFaults::addPartitions));
        return List.copyOf(all);
    }

    private static String addPartitions(TopicScene scene) throws Exception {
        int partitions = scene.traffic().partitions() + 1;
        if (partitions > MAX_PARTITIONS) {
            return "none, there are " + MAX_PARTITIONS;
        }
        scene.admin()
                .createPartitions(Map.of(TopicConnector.RAW, NewPartitions.increaseTo(partitions)))
                .all()
                .get();
        scene.traffic().setPartitions(partitions);
        return String.valueOf(partitions);
    }
}
