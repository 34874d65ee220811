package io.millrace.connectors.schedule;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topics of messages, whose answers are kept and refreshed on another thread, about once a second while they are used. A caller waits
 * for half a second at most. If the brokers do not answer, the former answer is used.
 *
 * <p>If Connect creates topics, one that never existed counts as existing, because the first message creates it. One that was deleted
 * does not: Connect creates a topic once. For use by one thread.
 */
final class KnownTopics implements TargetTopics {
    private static final Logger LOG = LoggerFactory.getLogger(KnownTopics.class);
    /** An older answer is refreshed. */
    private static final long REFRESH_NANOS = Duration.ofSeconds(1).toNanos();
    /** For an older answer that a topic exists, the refreshed one is waited for. Other answers are refreshed before they are used. */
    private static final long KEPT_NANOS = Duration.ofSeconds(5).toNanos();
    /** For the other messages of a batch. When the next one is made, Connect has created the topic. */
    private static final long CREATION_NANOS = Duration.ofSeconds(2).toNanos();
    /** How long a caller waits for a query. */
    private static final long WAIT_NANOS = Duration.ofMillis(500).toNanos();

    private static final int MAX_TOPICS = 10_000;

    private final TargetTopics brokers;
    private final boolean creates;
    private final Executor thread;
    private final LongSupplier nanos;
    private final Map<String, Answer> answers = new HashMap<>();
    /** The topics that existed. */
    private final Set<String> seen = new HashSet<>();
    /** When the first message was sent to a topic that did not exist, which Connect then creates. */
    private final Map<String, Long> created = new HashMap<>();
    /** The topics of the next query. */
    private final Set<String> wanted = new HashSet<>();

    private @Nullable CompletableFuture<Map<String, Answer>> query;
    private long queryNanos;

    /**
     * An answer of the brokers.
     *
     * @param limit the largest message; empty if the topic does not exist, or there is a failure
     * @param failure null if they answered
     * @param at when
     */
    private record Answer(OptionalInt limit, @Nullable KafkaException failure, long at) {}

    /**
     * Topics.
     *
     * @param brokers queries them
     * @param creates whether Connect creates topics that do not exist
     * @param thread runs the queries
     * @param nanos a clock
     */
    KnownTopics(TargetTopics brokers, boolean creates, Executor thread, LongSupplier nanos) {
        this.brokers = brokers;
        this.creates = creates;
        this.thread = thread;
        this.nanos = nanos;
    }

    @Override
    public OptionalInt findLimit(String topic) {
        takeAnswers();
        if (!isYounger(topic, REFRESH_NANOS)) {
            wanted.add(topic);
            startQuery();
        }
        // The first query may be one for other topics.
        for (int i = 0; i < 2 && !isUsable(topic); i++) {
            awaitAnswers();
            takeAnswers();
            startQuery();
        }
        Answer known = answers.get(topic);
        if (known == null) {
            throw new org.apache.kafka.common.errors.TimeoutException(
                    "The brokers have not answered yet about " + topic);
        }
        if (known.failure() != null) {
            throw known.failure();
        }
        return known.limit().isEmpty() && isToBeCreated(topic, known)
                ? OptionalInt.of(Integer.MAX_VALUE)
                : known.limit();
    }

    private boolean isToBeCreated(String topic, Answer missing) {
        Long sent = created.get(topic);
        return creates && !seen.contains(topic) && (sent == null || missing.at() - sent < CREATION_NANOS);
    }

    @Override
    public void addSent(String topic) {
        if (creates && !seen.contains(topic)) {
            created.putIfAbsent(topic, nanos.getAsLong());
        }
    }

    private boolean isUsable(String topic) {
        Answer known = answers.get(topic);
        return known != null && isYounger(topic, known.limit().isPresent() ? KEPT_NANOS : REFRESH_NANOS);
    }

    private boolean isYounger(String topic, long age) {
        Answer known = answers.get(topic);
        return known != null && nanos.getAsLong() - known.at() < age;
    }

    private void startQuery() {
        if (query == null && !wanted.isEmpty()) {
            List<String> topics = List.copyOf(wanted);
            wanted.clear();
            queryNanos = nanos.getAsLong();
            query = CompletableFuture.supplyAsync(() -> ask(topics), thread);
        }
    }

    private Map<String, Answer> ask(List<String> topics) {
        Map<String, Answer> found = new HashMap<>();
        KafkaException silence = null;
        for (String topic : topics) {
            try {
                // After one that is not answered, the others would take as long.
                if (silence == null) {
                    found.put(topic, new Answer(brokers.findLimit(topic), null, nanos.getAsLong()));
                    continue;
                }
            } catch (RetriableException e) {
                silence = e;
            } catch (ApiException e) {
                found.put(topic, new Answer(OptionalInt.empty(), e, nanos.getAsLong()));
                continue;
            }
            found.put(topic, new Answer(OptionalInt.empty(), silence, nanos.getAsLong()));
        }
        return found;
    }

    private void awaitAnswers() {
        CompletableFuture<Map<String, Answer>> asked = query;
        long left = queryNanos + WAIT_NANOS - nanos.getAsLong();
        if (asked == null || left <= 0) {
            return;
        }
        try {
            asked.get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.trace("No answer about topics yet", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeAnswers() {
        CompletableFuture<Map<String, Answer>> asked = query;
        if (asked == null || !asked.isDone()) {
            return;
        }
        query = null;
        if (answers.size() >= MAX_TOPICS) {
            answers.clear();
            seen.clear();
            created.clear();
        }
        asked.join().forEach(this::put);
    }

    private void put(String topic, Answer answer) {
        Answer former = answers.get(topic);
        if (answer.failure() instanceof RetriableException
                && former != null
                && former.limit().isPresent()) {
            LOG.debug("Querying the topic {} failed, and the former answer is used", topic, answer.failure());
            answers.put(topic, new Answer(former.limit(), null, answer.at()));
            return;
        }
        answers.put(topic, answer);
        if (answer.limit().isPresent()) {
            seen.add(topic);
            created.remove(topic);
        }
    }
}
