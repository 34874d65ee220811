package io.millrace.connectors.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** With brokers and a clock of the test. */
class KnownTopicsTest {
    private final Map<String, Integer> existing = new HashMap<>();
    private final Map<String, KafkaException> failures = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private long now = 1_000_000_000_000L;

    private KnownTopics topics(boolean creates, Executor thread) {
        return new KnownTopics(
                topic -> {
                    asked.add(topic);
                    KafkaException failure = failures.get(topic);
                    if (failure != null) {
                        throw failure;
                    }
                    Integer limit = existing.get(topic);
                    return limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
                },
                creates,
                thread,
                () -> now);
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void refreshesAnAnswerAfterASecond() {
        KnownTopics topics = topics(false, Runnable::run);
        existing.put("a", 10);
        assertThat(topics.findLimit("a")).hasValue(10);
        existing.put("a", 20);
        pass(900);
        assertThat(topics.findLimit("a")).hasValue(10);
        pass(200);
        // This call starts the query, and the next one has its answer.
        assertThat(topics.findLimit("a")).hasValue(10);
        assertThat(topics.findLimit("a")).hasValue(20);
        assertThat(asked).hasSize(2);
        existing.remove("a");
        pass(60_000);
        assertThat(topics.findLimit("a")).isEmpty();
    }

    @Test
    void findsATopicThatWasCreated() {
        KnownTopics topics = topics(false, Runnable::run);
        assertThat(topics.findLimit("a")).isEmpty();
        existing.put("a", 10);
        pass(1_100);
        assertThat(topics.findLimit("a")).hasValue(10);
    }

    /** Connect creates a topic once; a message to one that was deleted would wait in the producer for ever. */
    @Test
    void countsOnTheCreationOfATopicThatNeverExistedAlone() {
        KnownTopics topics = topics(true, Runnable::run);
        assertThat(topics.findLimit("a")).hasValue(Integer.MAX_VALUE);
        existing.put("a", 10);
        pass(1_100);
        assertThat(topics.findLimit("a")).hasValue(10);
        existing.remove("a");
        pass(6_000);
        assertThat(topics.findLimit("a")).isEmpty();
    }

    @Test
    void doesNotCountOnACreationAgainIfTheTopicWasDeletedBeforeItWasQueried() {
        KnownTopics topics = topics(true, Runnable::run);
        assertThat(topics.findLimit("a")).hasValue(Integer.MAX_VALUE);
        topics.addSent("a");
        pass(1_100);
        assertThat(topics.findLimit("a")).hasValue(Integer.MAX_VALUE);
        pass(1_100);
        assertThat(topics.findLimit("a")).isEmpty();
    }

    @Test
    void usesTheFormerAnswerWhileTheBrokersDoNotAnswer() {
        KnownTopics topics = topics(false, Runnable::run);
        existing.put("a", 10);
        assertThat(topics.findLimit("a")).hasValue(10);
        failures.put("a", new TimeoutException("no answer"));
        pass(60_000);
        assertThat(topics.findLimit("a")).hasValue(10);
        assertThatThrownBy(() -> topics(false, Runnable::run).findLimit("a")).isInstanceOf(TimeoutException.class);
    }

    @Test
    void keepsAFailureForASecond() {
        KnownTopics topics = topics(true, Runnable::run);
        failures.put("a", new InvalidTopicException("it collides"));
        assertThatThrownBy(() -> topics.findLimit("a")).isInstanceOf(InvalidTopicException.class);
        failures.clear();
        pass(900);
        assertThatThrownBy(() -> topics.findLimit("a")).isInstanceOf(InvalidTopicException.class);
        assertThat(asked).hasSize(1);
        pass(200);
        assertThat(topics.findLimit("a")).hasValue(Integer.MAX_VALUE);
    }

    /** A query takes as long as the admin client's timeout, and a poll of the task must not. */
    @Test
    void doesNotWaitForAQueryThatIsNotAnswered() {
        List<Runnable> waiting = new ArrayList<>();
        KnownTopics topics = topics(false, waiting::add);
        existing.put("a", 10);
        long start = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> topics.findLimit("a"))
                    .isInstanceOf(TimeoutException.class)
                    .hasMessageContaining("not answered yet");
            pass(1_000);
        }
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(10));
        assertThat(waiting).hasSize(1);
        waiting.remove(0).run();
        assertThat(topics.findLimit("a")).hasValue(10);
    }
}
