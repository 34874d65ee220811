package io.millrace.connectors.redrive.faults;

import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.campaigns.SourceFaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.NewPartitions;

/** Every kind of fault that strikes a redrive source at work. */
final class RedriveFaults {
    static final List<Fault<RedriveScene>> ALL = all();

    private static final String SINK = "sink";
    private static final int MAX_PARTITIONS = 8;
    private static final int MAX_DELAY_MS = 600;
    private static final int BACKLOG = 40;

    private RedriveFaults() {}

    private static List<Fault<RedriveScene>> all() {
        List<Fault<RedriveScene>> all = new ArrayList<>(SourceFaults.all());
        all.add(new Fault<>("connector-paused", Set.of(SourceFaults.CONNECTOR), RedriveFaults::pause));
        all.add(new Fault<>("backoff-changed", Set.of(SourceFaults.CONNECTOR), RedriveFaults::changeBackoff));
        all.add(new Fault<>("sink-restarted", Set.of(SINK), RedriveFaults::restartSink));
        all.add(new Fault<>("sink-tasks-changed", Set.of(SINK), RedriveFaults::changeSinkTasks));
        all.add(new Fault<>("queue-grows", Set.of(SourceFaults.TOPIC), RedriveFaults::addPartitions));
        return List.copyOf(all);
    }

    private static String pause(RedriveScene scene) throws InterruptedException {
        scene.connector().pause();
        scene.awaitTraffic(BACKLOG);
        scene.connector().resume();
        return "";
    }

    private static String changeBackoff(RedriveScene scene) {
        String backoff = scene.random().nextBoolean() ? "0s,1s" : "100ms,300ms,2s";
        scene.connector().configure("backoff", backoff);
        return backoff;
    }

    private static String restartSink(RedriveScene scene) throws InterruptedException {
        scene.sleepRandomly(MAX_DELAY_MS);
        scene.sink().restart();
        return "";
    }

    private static String changeSinkTasks(RedriveScene scene) {
        String tasks = String.valueOf(1 + scene.random().nextInt(4));
        scene.sink().configure("tasks.max", tasks);
        return tasks;
    }

    private static String addPartitions(RedriveScene scene) throws Exception {
        int partitions = 1
                + scene.admin()
                        .describeTopics(Set.of(RedriveSubject.QUEUE))
                        .allTopicNames()
                        .get()
                        .get(RedriveSubject.QUEUE)
                        .partitions()
                        .size();
        if (partitions > MAX_PARTITIONS) {
            return "none, there are " + MAX_PARTITIONS;
        }
        scene.admin()
                .createPartitions(Map.of(RedriveSubject.QUEUE, NewPartitions.increaseTo(partitions)))
                .all()
                .get();
        return String.valueOf(partitions);
    }
}
