package io.millrace.tools.deadletters;

import io.millrace.connectors.redrive.letters.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Makes a plan of the letters of a queue as they are read, and counts them. For one thread. */
final class PlanBuilder {
    private final LetterTargets targets;
    private final List<RedrivePlan.Entry> entries = new ArrayList<>();
    private final Map<Integer, Long> complete = new TreeMap<>();
    private final Map<Integer, Long> lastRead = new TreeMap<>();
    private final Map<String, Long> topics = new TreeMap<>();
    private final Map<String, Long> origins = new TreeMap<>();
    private final Map<String, Long> leftOut = new TreeMap<>();
    private final ReasonCount.Tally reasons = new ReasonCount.Tally();

    PlanBuilder(LetterTargets targets) {
        this.targets = targets;
    }

    /**
     * Adds a letter.
     *
     * @param matches whether it is chosen
     * @return its target; empty if it is not in the plan
     */
    Optional<String> add(DeadLetter letter, boolean matches) {
        Optional<String> topic = matches ? decide(letter) : Optional.empty();
        topic.ifPresentOrElse(
                to -> {
                    entries.add(new RedrivePlan.Entry(letter.partition(), letter.offset(), to));
                    topics.merge(to, 1L, Long::sum);
                    origins.merge(letter.origin().map(origin -> origin.topic()).orElse("unknown"), 1L, Long::sum);
                    reasons.add(letter);
                },
                () -> complete.putIfAbsent(letter.partition(), letter.offset()));
        lastRead.put(letter.partition(), letter.offset());
        return topic;
    }

    private Optional<String> decide(DeadLetter letter) {
        if (letter.lacksValue()) {
            leftOut.merge("its value was too large for the queue", 1L, Long::sum);
            return Optional.empty();
        }
        Optional<String> topic = targets.topicOf(letter);
        if (topic.isEmpty()) {
            leftOut.merge(targets.missingOf(letter), 1L, Long::sum);
        } else if (topic.get().equals(letter.record().topic())) {
            leftOut.merge("it would go to the queue itself", 1L, Long::sum);
            return Optional.empty();
        }
        return topic;
    }

    List<RedrivePlan.Entry> entries() {
        return entries;
    }

    /** The offset of each partition before which all letters are in the plan. */
    Map<Integer, Long> complete() {
        Map<Integer, Long> offsets = new TreeMap<>(complete);
        lastRead.forEach((partition, offset) -> offsets.putIfAbsent(partition, offset + 1));
        return offsets;
    }

    /** How many letters go to each topic. */
    Map<String, Long> topics() {
        return topics;
    }

    /** How many letters come from each topic. */
    Map<String, Long> origins() {
        return origins;
    }

    /** How many letters match and are not in the plan, by the reason. */
    Map<String, Long> leftOut() {
        return leftOut;
    }

    /** The reasons of the letters in the plan. */
    List<ReasonCount> reasons() {
        return reasons.counts();
    }
}
