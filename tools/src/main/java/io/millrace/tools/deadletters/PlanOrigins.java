package io.millrace.tools.deadletters;

import io.millrace.changes.TopicPlace;
import io.millrace.connectors.redrive.letters.DeadLetter;
import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.cluster.TopicReader;
import io.millrace.tools.input.UsageException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * The origins of a plan's letters that a connector refused.
 *
 * @param places the origins
 * @param others how many letters of the plan name another connector, or none, or have no origin
 */
record PlanOrigins(Set<TopicPlace> places, long others) {
    /** Keeps its own copy. */
    PlanOrigins {
        places = Set.copyOf(places);
    }

    /**
     * Reads all letters of a plan.
     *
     * @throws UsageException if the plan is not valid any more, or one of its letters is not in the queue
     */
    static PlanOrigins read(RedrivePlan plan, String connector, Properties client, Instant now) {
        try (KafkaCluster kafka = new KafkaCluster(client)) {
            PlanChecks.requireValid(plan, kafka, now);
        }
        Set<String> missing = new TreeSet<>();
        plan.entries().forEach(entry -> missing.add(entry.partition() + "@" + entry.offset()));
        Set<TopicPlace> places = new HashSet<>();
        long[] others = new long[1];
        try (TopicReader reader = TopicReader.ofCommitted(List.of(plan.queue()), client)) {
            reader.readToEnd(record -> {
                DeadLetter letter = DeadLetter.of(record);
                if (missing.remove(letter.partition() + "@" + letter.offset())) {
                    Optional<TopicPlace> origin =
                            letter.connector().filter(connector::equals).flatMap(name -> letter.origin());
                    origin.ifPresentOrElse(places::add, () -> others[0]++);
                }
            });
        }
        if (!missing.isEmpty()) {
            throw new UsageException(
                    "the letter " + plan.queue() + "-" + missing.iterator().next()
                            + " of the plan is not in the queue any more, as " + (missing.size() - 1)
                            + " others; nothing was released. Make another plan");
        }
        return new PlanOrigins(places, others[0]);
    }
}
