package io.millrace.connectors.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.changes.SourcePosition;
import io.millrace.changes.TopicPosition;
import io.millrace.connectors.redrive.letters.LetterCondition;
import io.millrace.connectors.redrive.letters.LetterFormat;
import io.millrace.connectors.redrive.letters.RedriveTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedriverTest {
    private static final long MINUTE = 60_000;
    private static final long NOW = 1_800_000_000_000L;

    private static RedrivePolicy policy(String where, String target) {
        return new RedrivePolicy(
                LetterFormat.BY_HEADERS,
                Optional.ofNullable(where).map(LetterCondition::parse),
                RedriveBackoff.parse(List.of("1m", "10m", "1h")),
                3,
                RedriveTarget.parse(target));
    }

    private static Redriver redriver() {
        return new Redriver(policy(null, "retry"), 1 << 20, topic -> 3);
    }

    /** With a first wait that is shorter than that of a letter which is written to the state topic. */
    private static Redriver fastRedriver() {
        RedrivePolicy policy = new RedrivePolicy(
                LetterFormat.BY_HEADERS,
                Optional.empty(),
                RedriveBackoff.parse(List.of("8ms", "1m", "10m")),
                3,
                RedriveTarget.RETRY);
        return new Redriver(policy, 1 << 20, topic -> 3);
    }

    private static RedriveStep accept(Redriver redriver, ConsumerRecord<byte[], byte[]> record, long now) {
        return redriver.accept(redriver.read(record, now), now);
    }

    private static ConsumerRecord<byte[], byte[]> letter(long offset, String key, String... headers) {
        RecordHeaders all = new RecordHeaders();
        all.add("__connect.errors.topic", "orders".getBytes(UTF_8));
        all.add("__connect.errors.partition", "2".getBytes(UTF_8));
        all.add("__connect.errors.offset", String.valueOf(offset).getBytes(UTF_8));
        all.add("__connect.errors.connector.name", "views".getBytes(UTF_8));
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        return new ConsumerRecord<>(
                "views.dlq",
                0,
                offset,
                7,
                TimestampType.CREATE_TIME,
                0,
                0,
                key == null ? null : key.getBytes(UTF_8),
                ("v" + offset).getBytes(UTF_8),
                all,
                Optional.empty());
    }

    private static List<String> sent(List<RedriveStep> steps) {
        return steps.stream()
                .map(step -> ((RedriveStep.Sent) step).record())
                .map(record -> record.topic() + "-" + record.partition() + " "
                        + record.letter().offset())
                .toList();
    }

    @Test
    void aLetterComesBackWhenItIsDue() {
        Redriver redriver = redriver();
        assertThat(accept(redriver, letter(0, "a"), NOW)).isInstanceOf(RedriveStep.Held.class);
        assertThat(redriver.nextDue()).hasValue(NOW + MINUTE);
        assertThat(redriver.takeDue(NOW + MINUTE - 1, 10)).isEmpty();
        assertThat(sent(redriver.takeDue(NOW + MINUTE, 10))).containsExactly("views.retry-2 0");
        assertThat(redriver.size()).isZero();

        accept(redriver, letter(1, "a", "millrace.redrive.attempt", "2"), NOW);
        assertThat(redriver.nextDue()).hasValue(NOW + 60 * MINUTE);
    }

    @Test
    void aLetterThatIsDueInAMomentIsNotHeld() {
        Redriver redriver = fastRedriver();
        ReadLetter letter = redriver.read(letter(0, "a"), NOW);
        assertThat(redriver.accept(letter, NOW))
                .isInstanceOfSatisfying(
                        RedriveStep.Soon.class, soon -> assertThat(soon.dueMs()).isEqualTo(NOW + 8));
        assertThat(redriver.accept(letter, NOW + 7)).isInstanceOf(RedriveStep.Soon.class);
        assertThat(redriver.size()).isZero();
        RedriveStep sent = redriver.accept(letter, NOW + 8);
        assertThat(sent(List.of(sent))).containsExactly("views.retry-2 0");
        assertThat(((RedriveStep.Sent) sent).wasHeld()).isFalse();
        // One of its key waits, so it waits behind that.
        accept(redriver, letter(1, "b", "millrace.redrive.attempt", "1"), NOW);
        assertThat(accept(redriver, letter(2, "b"), NOW)).isInstanceOf(RedriveStep.Held.class);
        assertThat(sent(redriver.takeDue(NOW + MINUTE, 10))).containsExactly("views.retry-2 1", "views.retry-2 2");
    }

    @Test
    void aLetterIsNotDueBeforeTheOneBeforeItOfItsKey() {
        Redriver redriver = redriver();
        accept(redriver, letter(0, "a", "millrace.redrive.attempt", "1"), NOW);
        accept(redriver, letter(1, "a", "millrace.error.behind", "orders-2@0"), NOW);
        accept(redriver, letter(2, "b"), NOW);
        assertThat(sent(redriver.takeDue(NOW + MINUTE, 10))).containsExactly("views.retry-2 2");
        assertThat(sent(redriver.takeDue(NOW + 10 * MINUTE, 10))).containsExactly("views.retry-2 0", "views.retry-2 1");
    }

    @Test
    void aLetterThatIsReadAgainWhileItWaitsIsSentOnce() {
        Redriver redriver = redriver();
        accept(redriver, letter(0, "a"), NOW);
        accept(redriver, letter(0, "a"), NOW + 1);
        assertThat(sent(redriver.takeDue(NOW + 2 * MINUTE, 10))).containsExactly("views.retry-2 0");
        // Nothing of the key waits any more.
        accept(redriver, letter(1, "a", "millrace.redrive.attempt", "2"), NOW);
        assertThat(redriver.size()).isEqualTo(1);
        assertThat(sent(redriver.takeDue(NOW + 60 * MINUTE, 10))).containsExactly("views.retry-2 1");
    }

    @Test
    void aLetterThatWaitsAlreadyIsStillDueWhenItWas() {
        Redriver redriver = new Redriver(policy("age < 1800000100", "retry"), 1 << 20, topic -> 3);
        HeldLetter first = ((RedriveStep.Held) accept(redriver, letter(0, "a"), NOW)).state();
        // The condition holds no more.
        RedriveStep again = accept(redriver, letter(0, "a"), NOW + 10 * MINUTE);
        assertThat(again).isInstanceOfSatisfying(RedriveStep.Held.class, held -> assertThat(
                        held.state().encode())
                .isEqualTo(first.encode()));
        assertThat(redriver.nextDue()).hasValue(NOW + MINUTE);
        // Another letter at the place, of a queue that was created again.
        assertThat(accept(redriver, letter(0, "b"), NOW + 1)).isInstanceOf(RedriveStep.Held.class);
        assertThat(redriver.nextDue()).hasValue(NOW + 1 + MINUTE);
        assertThat(redriver.size()).isEqualTo(1);
    }

    @Test
    void theStateHasNoStackTraces() {
        Redriver redriver = redriver();
        String trace = "x".repeat(10_000);
        RedriveStep.Held held = (RedriveStep.Held)
                accept(redriver, letter(0, "a", "__connect.errors.exception.stacktrace", trace, "user", "1"), NOW);
        assertThat(held.state().encode()).hasSizeLessThan(1_000);
        assertThat(held.letter().headers().lastHeader("user")).isNotNull();
    }

    @Test
    void aLetterWhoseConditionCannotBeEvaluatedIsParked() {
        Redriver redriver = new Redriver(policy("headers['user'] == '7'", "retry"), 1 << 20, topic -> 3);
        RedriveStep.Sent parked = (RedriveStep.Sent) accept(redriver, letter(0, "a"), NOW);
        assertThat(parked.isParked()).isTrue();
        assertThat(new String(
                        parked.record()
                                .headers()
                                .lastHeader("millrace.redrive.parked")
                                .value(),
                        UTF_8))
                .contains("views.dlq-0@0: the condition cannot be evaluated");
    }

    @Test
    void onlyTopicsOfParkedLettersAreCreated() {
        Redriver redriver = new Redriver(policy(null, "retry"), 1 << 20, topic -> 3);
        RedriveStep parked = accept(redriver, letter(0, "a", "millrace.redrive.attempt", "3"), NOW);
        accept(redriver, letter(1, "b"), NOW);
        List<RedriveStep> sent = redriver.takeDue(NOW + MINUTE, 10);
        LetterBatches.requireTopics(List.of(parked), topic -> 0, true);
        LetterBatches.requireTopics(sent, topic -> 3, false);
        assertThatThrownBy(() -> LetterBatches.requireTopics(List.of(parked), topic -> 0, false))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("views.dlq-0@0 to views.parked")
                .hasMessageContaining("topic.creation.default.partitions");
        assertThatThrownBy(() -> LetterBatches.requireTopics(sent, topic -> 0, true))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("expected the topic views.retry, which does not exist");
    }

    @Test
    void tombstonesOfSentLettersHaveThePresentPosition() {
        Redriver redriver = redriver();
        accept(redriver, letter(0, "a"), NOW);
        RedriveStep due = redriver.takeDue(NOW + MINUTE, 10).get(0);
        RedriveRecords records = new RedriveRecords("state", true);
        List<SourceRecord> batch = new ArrayList<>();
        records.add(due, SourcePosition.of(new TopicPosition("views.dlq", 0, 1, "c", "t")), batch);
        records.addTombstones(partition -> SourcePosition.of(new TopicPosition("views.dlq", 0, 1, "c", "t")), batch);
        assertThat(batch).hasSize(1);
        records.addSent(batch.get(0));
        records.addTombstones(
                partition ->
                        SourcePosition.of(new TopicPosition(partition.topic(), partition.partition(), 40, "c", "t")),
                batch);
        assertThat(batch).hasSize(2);
        assertThat(batch.get(1).topic()).isEqualTo("state");
        assertThat((byte[]) batch.get(1).key()).isEqualTo("views.dlq-0@0".getBytes(UTF_8));
        assertThat(batch.get(1).value()).isNull();
        assertThat((Object) batch.get(1).sourceOffset().get(TopicPosition.OFFSET))
                .isEqualTo(40L);
    }

    @Test
    void aRecordBehindAnotherOneDoesNotCircleWhileThatIsParked() {
        RedriveBackoff backoff = RedriveBackoff.parse(List.of("1m", "10m", "1h"));
        assertThat(backoff.waitBehindMs(0)).isEqualTo(MINUTE);
        assertThat(backoff.waitBehindMs(10 * MINUTE)).isEqualTo(10 * MINUTE);
        assertThat(backoff.waitBehindMs(600 * MINUTE)).isEqualTo(60 * MINUTE);
    }

    @Test
    void isParkedAfterTheLastAttemptOrIfItCannotComeBack() {
        Redriver redriver = redriver();
        RedriveStep.Sent last =
                (RedriveStep.Sent) accept(redriver, letter(0, "a", "millrace.redrive.attempt", "3"), NOW);
        assertThat(last.isParked()).isTrue();
        assertThat(last.wasHeld()).isFalse();
        assertThat(last.record().topic()).isEqualTo("views.parked");
        assertThat(new String(
                        last.record()
                                .headers()
                                .lastHeader("millrace.redrive.parked")
                                .value(),
                        UTF_8))
                .isEqualTo("it was refused 4 times, and may come back 3 times");
        assertThat(accept(
                        redriver,
                        letter(1, "a", "millrace.redrive.attempt", "3", "millrace.error.behind", "orders-2@0"),
                        NOW))
                .isInstanceOf(RedriveStep.Held.class);
        assertThat(((RedriveStep.Sent) accept(redriver, letter(2, "c", "millrace.error.record", "orders-2@2"), NOW))
                        .isParked())
                .isTrue();
    }

    @Test
    void skipsWhatTheConditionDoesNotChooseAndRefusesLoops() {
        Redriver chosen = new Redriver(policy("topic == 'jobs'", "retry"), 1 << 20, topic -> 1);
        assertThat(accept(chosen, letter(0, "a"), NOW)).isInstanceOf(RedriveStep.Skipped.class);
        Redriver loop = new Redriver(
                new RedrivePolicy(
                        LetterFormat.BY_HEADERS,
                        Optional.empty(),
                        RedriveBackoff.parse(List.of("0s")),
                        3,
                        RedriveTarget.parse("views.dlq")),
                1 << 20,
                topic -> 1);
        assertThatThrownBy(() -> accept(loop, letter(0, "a"), NOW))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("views.dlq-0@0 would be sent to its own queue");
    }

    @Test
    void backoffsAreChecked() {
        assertThat(RedriveBackoff.parse(List.of("500ms", "30s", "1d")).waitMs(9))
                .isEqualTo(86_400_000L);
        assertThatThrownBy(() -> RedriveBackoff.parse(List.of("1m", "30s"))).hasMessageContaining("none shorter");
        assertThatThrownBy(() -> RedriveBackoff.parse(List.of("1 week"))).hasMessageContaining("found '1 week'");
        assertThatThrownBy(() -> RedriveBackoff.parse(List.of())).hasMessageContaining("found none");
    }

    @Test
    void theStateHasADocumentedForm() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("h", null);
        ConsumerRecord<byte[], byte[]> letter = new ConsumerRecord<>(
                "q", 1, 2, 3, TimestampType.CREATE_TIME, 0, 0, new byte[] {9}, null, headers, Optional.empty());
        byte[] state = new HeldLetter(letter, 4, 5).encode();
        assertThat(HexFormat.of().formatHex(state))
                .isEqualTo("01" + "0000000000000004" + "0000000000000005" + "0000000000000003" + "0000000109"
                        + "ffffffff" + "00000001" + "0000000168" + "ffffffff");
        byte[] key = HeldLetter.keyOf(letter);
        assertThat(new String(key, UTF_8)).isEqualTo("q-1@2");
        HeldLetter read = HeldLetter.decode(key, state);
        assertThat(read.encode()).isEqualTo(state);
        assertThat(read.letter().value()).isNull();
        state[0] = 2;
        assertThatThrownBy(() -> HeldLetter.decode(key, state))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("q-1@2 has the version 2, expected 1");
        assertThatThrownBy(() -> HeldLetter.decode(key, new byte[] {1, 0}))
                .hasMessageContaining("q-1@2 is not complete");
    }

    /** What the brokers have committed: the position, the state, and what was sent. */
    private static final class Committed {
        private int position;
        private final TreeMap<Long, byte[]> state = new TreeMap<>();
        private final List<RedriveStep.Sent> sent = new ArrayList<>();
    }

    /** Random letters and times; transactions that are lost, after which another redriver begins with what is committed. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void sendsEachLetterOnceInTheOrderOfItsKey(long seed) {
        requireOrder(new Random(seed), RedriverTest::redriver, MINUTE, 5_000);
    }

    /** The same with letters that are due in a moment. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void sendsEachLetterOnceIfSomeAreDueInAMoment(long seed) {
        requireOrder(new Random(seed), RedriverTest::fastRedriver, 8, 5);
    }

    private static void requireOrder(Random random, Supplier<Redriver> redrivers, long leastWait, int longestStep) {
        List<ConsumerRecord<byte[], byte[]>> queue = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String key = random.nextInt(20) == 0 ? null : "k" + random.nextInt(12);
            queue.add(
                    random.nextInt(3) == 0
                            ? letter(i, key, "millrace.error.behind", "orders-2@0")
                            : letter(i, key, "millrace.redrive.attempt", String.valueOf(random.nextInt(4))));
        }
        Committed committed = new Committed();
        Map<Long, Long> foundAt = new HashMap<>();
        Redriver redriver = redrivers.get();
        long now = NOW;
        while (committed.position < queue.size() || !committed.state.isEmpty()) {
            now += random.nextInt(4) == 0 ? random.nextInt((int) (20 * MINUTE)) : random.nextInt(longestStep);
            int end = Math.min(queue.size(), committed.position + random.nextInt(8));
            List<RedriveStep> steps = new ArrayList<>();
            for (int i = committed.position; i < end; i++) {
                foundAt.putIfAbsent((long) i, now);
                RedriveStep step = redriver.accept(redriver.read(queue.get(i), foundAt.get((long) i)), now);
                if (step instanceof RedriveStep.Soon soon) {
                    assertThat(soon.dueMs()).isGreaterThan(now);
                    end = i;
                } else {
                    steps.add(step);
                }
            }
            steps.addAll(redriver.takeDue(now, 1 + random.nextInt(5)));
            if (random.nextInt(5) == 0) {
                redriver = redrivers.get();
                for (Map.Entry<Long, byte[]> held : committed.state.entrySet()) {
                    redriver.restore(
                            ("views.dlq-0@" + held.getKey()).getBytes(UTF_8), held.getValue(), new HashSet<>());
                }
                foundAt.keySet().removeIf(offset -> offset >= committed.position);
                continue;
            }
            committed.position = end;
            for (RedriveStep step : steps) {
                long offset = step.letter().offset();
                if (step instanceof RedriveStep.Held held) {
                    committed.state.put(offset, held.value());
                } else if (step instanceof RedriveStep.Sent sent) {
                    assertThat(committed.state.remove(offset) != null).isEqualTo(sent.wasHeld());
                    committed.sent.add(sent);
                    assertThat(sent.isParked() || now >= foundAt.get(offset) + leastWait)
                            .isTrue();
                }
            }
            assertThat(redriver.size()).isEqualTo(committed.state.size());
        }
        assertThat(committed.sent)
                .extracting(step -> step.letter().offset())
                .containsExactlyInAnyOrderElementsOf(
                        queue.stream().map(ConsumerRecord::offset).toList());
        Map<String, Long> last = new HashMap<>();
        for (RedriveStep.Sent step : committed.sent) {
            byte[] key = step.letter().key();
            if (key != null && !step.isParked()) {
                Long before = last.put(new String(key, UTF_8), step.letter().offset());
                assertThat(before == null || before < step.letter().offset()).isTrue();
            }
        }
    }
}
