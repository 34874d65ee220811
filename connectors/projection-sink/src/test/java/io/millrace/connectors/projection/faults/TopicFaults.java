package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** A topic is deleted and created again. */
final class TopicFaults {
    static final List<Fault<Scene>> ALL = List.of(new Fault<>(
            "topic-recreated",
            Set.of(Part.BROKER, Part.CONNECTOR, Part.TRAFFIC, Part.VIEWS),
            TopicFaults::recreateTopic));

    private static final Duration TIME_TO_PRODUCE = Duration.ofMinutes(5);
    private static final Duration TIME_TO_COMPARE = Duration.ofSeconds(3);

    private TopicFaults() {}

    /**
     * The sink refuses the new topic, and is told to begin at the first record. The rows of the former topic stay in the
     * views, under what the new one has, unless the views are emptied.
     */
    private static String recreateTopic(Scene scene) throws Exception {
        boolean stopped = scene.random().nextBoolean();
        boolean more = scene.random().nextBoolean();
        boolean emptied = scene.random().nextBoolean();
        scene.untilProgress();
        withholdEvents(scene);
        scene.until("the sink to have read the topic", () -> scene.sink()
                .hasRead(scene.traffic().ends(Stores.TOPIC)));
        if (stopped) {
            scene.stop(scene.sink());
        }
        scene.traffic().pause();
        Map<TopicPartition, Long> former = scene.traffic().ends(Stores.TOPIC);
        createAgain(scene);
        List<String> empty = emptied ? forgetRows(scene) : keepRows(scene);
        if (more) {
            produceMore(scene, former);
        }
        scene.traffic().chooseAll();
        scene.traffic().go();
        if (stopped) {
            scene.sink().resume();
        }
        if (stopped) {
            scene.until("the refusal of the topic", () -> isRefused(scene));
        } else {
            awaitComparison(scene);
        }
        scene.stop(scene.sink());
        for (String view : empty) {
            scene.execute("DELETE FROM " + view);
        }
        scene.replay();
        return (stopped ? "under a stopped sink" : "under a running sink") + ", with " + (more ? "more" : "fewer")
                + " records, " + (emptied ? "views emptied" : "views kept");
    }

    private static boolean isRefused(Scene scene) throws Exception {
        return scene.sink().hasFailedWith("created again") && scene.sink().hasFailedWith("DELETE /connectors/");
    }

    /** With each new session the sink compares the topics that it reads with those that it has read; else once a minute. */
    private static void awaitComparison(Scene scene) {
        scene.until("the refusal of the topic", () -> {
            for (long session : scene.server().sinkSessions()) {
                scene.server().endSession(session);
            }
            return scene.within(TIME_TO_COMPARE, () -> isRefused(scene));
        });
    }

    private static void withholdEvents(Scene scene) throws InterruptedException {
        scene.traffic().pause();
        scene.traffic().choose(source -> !source.topic().equals(Stores.TOPIC));
        scene.traffic().go();
    }

    private static void createAgain(Scene scene) throws Exception {
        scene.topics().delete(Stores.TOPIC);
        scene.until("the topic to be gone", () -> !scene.topics().exists(Stores.TOPIC));
        scene.topics().create(Stores.TOPIC, new Stores().partitions());
        scene.traffic().beginTopicAnew(Stores.TOPIC);
    }

    /** Has the models forget what the views have of the topic; the views that are to be emptied. */
    private static List<String> forgetRows(Scene scene) {
        List<String> emptied = new ArrayList<>();
        for (ViewModel view : scene.views()) {
            if (view.forgetTopic(Stores.TOPIC)) {
                emptied.add(view.name());
            }
        }
        return emptied;
    }

    private static List<String> keepRows(Scene scene) {
        scene.views().forEach(view -> view.keepFormerRows(Stores.TOPIC));
        return List.of();
    }

    private static void produceMore(Scene scene, Map<TopicPartition, Long> former) throws InterruptedException {
        scene.traffic().choose(source -> source.topic().equals(Stores.TOPIC));
        scene.traffic().goFast();
        scene.until("more records than before", TIME_TO_PRODUCE, () -> {
            Map<TopicPartition, Long> now = scene.traffic().ends(Stores.TOPIC);
            return former.entrySet().stream().allMatch(end -> now.getOrDefault(end.getKey(), 0L) > end.getValue() + 10);
        });
        scene.traffic().pause();
    }
}
