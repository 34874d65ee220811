package io.millrace.tools.deadletters;

import io.millrace.connectors.redrive.letters.DeadLetter;
import io.millrace.connectors.redrive.letters.RedriveTarget;
import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.cluster.UnreachableException;
import io.millrace.tools.input.UsageException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The targets of a plan's letters, and how many partitions these topics have. Without a target of the plan, a letter goes to the topic by which
 * records come back to the connector that refused it, if that topic exists, and otherwise to the topic it came from. For one thread.
 */
final class LetterTargets {
    private final KafkaCluster kafka;
    private final @Nullable RedriveTarget target;
    private final Map<String, Integer> partitions = new HashMap<>();

    /** With a target, or null. */
    LetterTargets(KafkaCluster kafka, @Nullable RedriveTarget target) {
        this.kafka = kafka;
        this.target = target;
    }

    /**
     * The topic of a letter.
     *
     * @return empty if its headers do not contain what the target needs
     * @throws UsageException if the brokers do not answer
     */
    Optional<String> topicOf(DeadLetter letter) {
        return targetOf(letter).topicOf(letter);
    }

    /** Why the letter has no topic. */
    String missingOf(DeadLetter letter) {
        return "its headers do not contain " + targetOf(letter).need();
    }

    private RedriveTarget targetOf(DeadLetter letter) {
        if (target != null) {
            return target;
        }
        boolean comesBack = RedriveTarget.RETRY
                .topicOf(letter)
                .filter(topic -> countPartitions(topic) > 0)
                .isPresent();
        return comesBack ? RedriveTarget.RETRY : RedriveTarget.ORIGINAL;
    }

    /**
     * How many partitions a topic has; 0 if it does not exist.
     *
     * @throws UsageException if the brokers do not answer
     */
    int countPartitions(String topic) {
        return partitions.computeIfAbsent(topic, name -> {
            try {
                return kafka.findPartitions(List.of(name)).size();
            } catch (UnreachableException e) {
                throw new UsageException(String.valueOf(e.getMessage()), e);
            }
        });
    }
}
