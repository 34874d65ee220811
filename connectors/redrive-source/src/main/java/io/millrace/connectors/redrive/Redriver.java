package io.millrace.connectors.redrive;

import io.millrace.changes.TopicPlace;
import io.millrace.connectors.redrive.letters.DeadLetter;
import io.millrace.connectors.redrive.letters.LetterCondition;
import io.millrace.connectors.redrive.letters.RedriveTarget;
import io.millrace.connectors.redrive.letters.RedrivenRecord;
import io.millrace.timers.Timer;
import io.millrace.timers.TimerQueue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;

/**
 * Decides about letters, without Connect and Kafka. A letter is sent when it is due. Letters of one queue's partition with the same key and
 * topic are sent in the order of the queue: one is due no earlier than the one before it.
 *
 * <p>It has what is held in memory. After a failure another one begins with what the state topic has, by {@link #restore}.
 *
 * <p>For one thread.
 */
final class Redriver {
    /** The longest wait of a letter that is not written to the state topic: it takes less time than a transaction. */
    static final long LONGEST_SOON_MS = 10;

    /** Further letters that are due are for the next transaction. */
    private static final int MOST_BYTES_DUE = 8 << 20;
    /** What an empty queue of timers takes, and more. */
    private static final long LEAST_BYTES = 1 << 20;

    private final RedrivePolicy policy;
    private final long maxBytes;
    private final ToIntFunction<String> partitions;
    private final TimerQueue waiting = new TimerQueue(Long.MAX_VALUE);
    private final Map<LetterKey, KeyQueue> keys = new HashMap<>();

    /**
     * Nothing is held yet.
     *
     * @param maxBytes how many bytes of the heap the held letters take before no more are read
     * @param partitions how many partitions a topic has; 0 if it does not exist
     */
    Redriver(RedrivePolicy policy, long maxBytes, ToIntFunction<String> partitions) {
        this.policy = policy;
        this.maxBytes = Math.max(maxBytes, LEAST_BYTES);
        this.partitions = partitions;
    }

    /**
     * What has an order.
     *
     * @param queue the queue
     * @param partition its partition
     * @param topic the topic from which the record was refused; empty if it is unknown
     * @param key the key
     */
    private record LetterKey(String queue, int partition, String topic, ByteBuffer key) {}

    /** The held letters of a key. */
    private static final class KeyQueue {
        private int letters;
        private long lastDueMs;
    }

    /** Whether further letters may be read. */
    boolean hasRoom() {
        return waiting.bytes() < maxBytes;
    }

    /** How many letters are held. */
    int size() {
        return waiting.size();
    }

    /** How many bytes they take. */
    long bytes() {
        return waiting.bytes();
    }

    /** When the next letter is due, in milliseconds since 1970. */
    OptionalLong nextDue() {
        return waiting.nextDue();
    }

    /**
     * The letter in a record of a queue.
     *
     * @param foundMs when it was read, in milliseconds since 1970
     */
    ReadLetter read(ConsumerRecord<byte[], byte[]> record, long foundMs) {
        DeadLetter letter = letterOf(record);
        Optional<LetterCondition> condition = policy.condition();
        try {
            return new ReadLetter(
                    letter, foundMs, condition.isEmpty() || condition.get().matches(letter, foundMs), Optional.empty());
        } catch (DataException e) {
            return new ReadLetter(letter, foundMs, false, Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private DeadLetter letterOf(ConsumerRecord<byte[], byte[]> record) {
        return DeadLetter.of(record, policy.format());
    }

    /** Adds the topics whose numbers of partitions a decision about a letter that was read needs. */
    void addTopics(ReadLetter read, Set<String> topics) {
        if (read.isChosen() || read.failure().isPresent()) {
            addTopics(read.letter(), topics);
        }
    }

    private void addTopics(DeadLetter letter, Set<String> topics) {
        letter.origin().map(TopicPlace::topic).ifPresent(topics::add);
        policy.target().topicOf(letter).ifPresent(topics::add);
        RedriveTarget.PARKED.topicOf(letter).ifPresent(topics::add);
    }

    /**
     * Adds a letter that the state topic has. Letters of one partition of a queue are added in the order of their offsets.
     *
     * @param topics gets the topics whose numbers of partitions a decision about it needs
     * @throws DataException if the state cannot be read
     */
    void restore(byte[] key, byte[] state, Set<String> topics) {
        HeldLetter held = HeldLetter.decode(key, state);
        DeadLetter letter = letterOf(held.letter());
        hold(key, held, letter, state);
        addTopics(letter, topics);
    }

    /**
     * Decides about a letter that was read. One that waits already is still due when it was.
     *
     * @param nowMs milliseconds since 1970
     * @throws ConnectException if it would be sent to its own queue
     */
    RedriveStep accept(ReadLetter read, long nowMs) {
        DeadLetter letter = read.letter();
        long foundMs = read.foundMs();
        ConsumerRecord<byte[], byte[]> record = letter.record();
        Optional<RedriveStep> waitsAlready = findHeld(letter);
        if (waitsAlready.isPresent()) {
            // Its position was not committed, or was set back. The same state is written again.
            return waitsAlready.get();
        }
        if (read.failure().isPresent()) {
            return park(letter, read.failure().get(), foundMs);
        }
        if (!read.isChosen()) {
            return new RedriveStep.Skipped(record);
        }
        Optional<String> objection = findObjection(letter);
        if (objection.isPresent()) {
            return park(letter, objection.get(), foundMs);
        }
        long dueMs = dueOf(letter, foundMs);
        Optional<LetterKey> key = keyOf(letter);
        KeyQueue before = key.map(keys::get).orElse(null);
        if (before == null && dueMs <= nowMs) {
            return send(letter, foundMs, false);
        }
        if (before == null && dueMs - nowMs <= LONGEST_SOON_MS) {
            return new RedriveStep.Soon(record, dueMs);
        }
        HeldLetter held = new HeldLetter(
                letter.withoutStackTraces(), before == null ? dueMs : Math.max(dueMs, before.lastDueMs), foundMs);
        byte[] id = HeldLetter.keyOf(record);
        byte[] state = held.encode();
        hold(id, held, letter, state);
        return new RedriveStep.Held(held, id, state);
    }

    /** The letter as it is held already; empty if another letter, of a former queue of the name, had its place. */
    private Optional<RedriveStep> findHeld(DeadLetter letter) {
        if (waiting.size() == 0) {
            return Optional.empty();
        }
        byte[] id = HeldLetter.keyOf(letter.record());
        Timer timer = waiting.find(id);
        if (timer == null) {
            return Optional.empty();
        }
        HeldLetter held = HeldLetter.decode(id, timer.state());
        HeldLetter read = new HeldLetter(letter.withoutStackTraces(), held.dueMs(), held.foundMs());
        return Arrays.equals(read.encode(), timer.state())
                ? Optional.of(new RedriveStep.Held(held, id, timer.state()))
                : Optional.empty();
    }

    /** The reason why a letter does not come back. */
    private Optional<String> findObjection(DeadLetter letter) {
        if (letter.lacksValue()) {
            return Optional.of("its value was too large for the queue");
        }
        if (!letter.isBehind() && letter.attempts() > policy.maxAttempts()) {
            return Optional.of("it was refused " + letter.attempts() + " times, and may come back "
                    + policy.maxAttempts() + " times");
        }
        return policy.target().topicOf(letter).isPresent()
                ? Optional.empty()
                : Optional.of("its headers do not contain " + policy.target().need());
    }

    private long dueOf(DeadLetter letter, long nowMs) {
        long wait = letter.isBehind()
                ? policy.backoff().waitBehindMs(nowMs - letter.firstFailedMs().orElse(nowMs))
                : policy.backoff().waitMs(Math.max(1, letter.attempts()));
        return nowMs + wait;
    }

    /**
     * Takes letters that are due, in their order.
     *
     * @param nowMs milliseconds since 1970
     * @param most how many at most; fewer if they are large
     */
    List<RedriveStep> takeDue(long nowMs, int most) {
        List<RedriveStep> steps = new ArrayList<>();
        long bytes = 0;
        while (steps.size() < most && bytes < MOST_BYTES_DUE) {
            Timer timer = waiting.poll(nowMs);
            if (timer == null) {
                break;
            }
            bytes += timer.state().length;
            HeldLetter held = HeldLetter.decode(timer.id(), timer.state());
            DeadLetter letter = letterOf(held.letter());
            keyOf(letter)
                    .ifPresent(key -> keys.computeIfPresent(key, (any, queue) -> {
                        queue.letters--;
                        return queue.letters == 0 ? null : queue;
                    }));
            // The configuration may be another one than when it was held.
            Optional<String> objection = findObjection(letter);
            steps.add(
                    objection.isPresent()
                            ? parked(letter, objection.get(), held.foundMs(), true)
                            : send(letter, held.foundMs(), true));
        }
        return steps;
    }

    private void hold(byte[] id, HeldLetter held, DeadLetter letter, byte[] state) {
        // An operator may have set the offset back.
        boolean isAdded = !waiting.putBack(id, held.dueMs(), state);
        keyOf(letter).ifPresent(key -> {
            KeyQueue queue = keys.computeIfAbsent(key, any -> new KeyQueue());
            queue.letters += isAdded ? 1 : 0;
            queue.lastDueMs = Math.max(queue.lastDueMs, held.dueMs());
        });
    }

    private static Optional<LetterKey> keyOf(DeadLetter letter) {
        byte[] key = letter.record().key();
        return key == null
                ? Optional.empty()
                : Optional.of(new LetterKey(
                        letter.record().topic(),
                        letter.partition(),
                        letter.origin().map(TopicPlace::topic).orElse(""),
                        ByteBuffer.wrap(key)));
    }

    private RedriveStep send(DeadLetter letter, long foundMs, boolean wasHeld) {
        String topic = policy.target().topicOf(letter).orElseThrow();
        requireOther(letter, topic);
        int ofOrigin = letter.origin()
                .map(origin -> partitions.applyAsInt(origin.topic()))
                .orElse(0);
        return new RedriveStep.Sent(
                letter.record(),
                RedrivenRecord.of(letter, topic, partitions.applyAsInt(topic), ofOrigin, foundMs),
                false,
                wasHeld);
    }

    private RedriveStep park(DeadLetter letter, String reason, long foundMs) {
        return parked(letter, reason, foundMs, false);
    }

    private RedriveStep parked(DeadLetter letter, String reason, long foundMs, boolean wasHeld) {
        requireOther(letter, RedriveTarget.PARKED.topicOf(letter).orElseThrow());
        return new RedriveStep.Sent(letter.record(), RedrivenRecord.parked(letter, reason, foundMs), true, wasHeld);
    }

    private static void requireOther(DeadLetter letter, String topic) {
        if (topic.equals(letter.record().topic())) {
            throw new ConnectException("The letter " + letter.place() + " would be sent to its own queue, without an"
                    + " end. Expected another topic: remove " + topic + " from "
                    + RedriveSourceOptions.TOPICS + ", or set another " + RedriveSourceOptions.TARGET);
        }
    }
}
