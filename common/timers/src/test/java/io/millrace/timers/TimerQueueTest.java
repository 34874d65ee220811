package io.millrace.timers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testing.Seeds;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Timers in their order: equal to a sorted set after any operations, within the budget, and in little memory. */
class TimerQueueTest {
    private static final long UNLIMITED = Long.MAX_VALUE;
    private static final byte[] NO_STATE = {};

    /** A timer of the model. */
    private record Pending(String id, long due, long sequence, String state) {}

    /** What the queue should be: timers by id and in their order. */
    private static final class Model {
        private final Map<String, Pending> byId = new HashMap<>();
        private final TreeSet<Pending> inOrder =
                new TreeSet<>(Comparator.comparingLong(Pending::due).thenComparingLong(Pending::sequence));
        private long sequence;

        boolean put(String id, long due, String state) {
            boolean replaced = remove(id);
            Pending timer = new Pending(id, due, sequence++, state);
            byId.put(id, timer);
            inOrder.add(timer);
            return replaced;
        }

        boolean remove(String id) {
            Pending timer = byId.remove(id);
            return timer != null && inOrder.remove(timer);
        }

        Pending poll(long now) {
            if (inOrder.isEmpty() || inOrder.first().due() > now) {
                return null;
            }
            Pending first = inOrder.pollFirst();
            byId.remove(first.id());
            return first;
        }
    }

    @Test
    void isEqualToASortedSetAfterRandomOperations() {
        Random random = new Random(Seeds.next());
        for (int ids : new int[] {3, 100, 3_000}) {
            // The numbers of the order end in the middle.
            TimerQueue queue = new TimerQueue(UNLIMITED, () -> 0, Integer.MAX_VALUE - 5_000);
            Model model = new Model();
            for (int i = 0; i < 20_000; i++) {
                // Grows in the first half and shrinks in the second.
                boolean puts = random.nextInt(8) < (i < 10_000 ? 6 : 3);
                String id = "x".repeat(random.nextInt(3) * 70) + random.nextInt(ids);
                if (puts) {
                    long due = random.nextInt(200) - 100L;
                    String state = "s".repeat(random.nextInt(40)) + i;
                    assertThat(queue.put(bytes(id), due, bytes(state))).isEqualTo(model.put(id, due, state));
                } else if (random.nextBoolean()) {
                    assertThat(queue.remove(bytes(id))).isEqualTo(model.remove(id));
                } else {
                    long now = random.nextInt(200) - 100L;
                    assertSame(queue.poll(now), model, now);
                }
                assertThat(queue.size()).isEqualTo(model.byId.size());
                assertThat(queue.nextDue().isPresent()).isEqualTo(!model.inOrder.isEmpty());
                queue.nextDue().ifPresent(next -> assertThat(next)
                        .isEqualTo(model.inOrder.first().due()));
            }
            assertDrainsLike(queue, model);
        }
    }

    @Test
    void returnsTimersOfOneTimeInTheOrderInWhichTheyWerePut() {
        TimerQueue queue = new TimerQueue(UNLIMITED);
        for (String id : new String[] {"a", "b", "c", "d"}) {
            queue.put(bytes(id), 5, NO_STATE);
        }
        queue.put(bytes("b"), 5, NO_STATE);

        assertThat(queue.poll(4)).isNull();
        assertThat(ids(queue, 5)).isEqualTo("acdb");
    }

    @Test
    void keepsThisOrderWhenItsNumbersBeginAgain() {
        TimerQueue queue = new TimerQueue(UNLIMITED, () -> 0, Integer.MAX_VALUE - 3);
        for (String id : new String[] {"a", "b", "c", "d", "e", "f"}) {
            queue.put(bytes(id), 5, NO_STATE);
        }
        queue.put(bytes("b"), 5, NO_STATE);

        assertThat(ids(queue, 5)).isEqualTo("acdefb");
    }

    @Test
    void returnsIdDueAndStateAsTheyWerePut() {
        TimerQueue queue = new TimerQueue(UNLIMITED);
        byte[] id = {0, -1, 127};
        byte[] state = {5, 0, -128};
        queue.put(id, Long.MIN_VALUE, state);
        id[0] = 1;
        state[0] = 1;

        Timer timer = queue.poll(Long.MIN_VALUE);
        assertThat(timer.id()).containsExactly(0, -1, 127);
        assertThat(timer.due()).isEqualTo(Long.MIN_VALUE);
        assertThat(timer.state()).containsExactly(5, 0, -128);
        assertThat(timer).hasToString("timer due at -9223372036854775808, id of 3 bytes, state of 3 bytes");
        assertThat(queue.size()).isZero();
    }

    @Test
    void findsATimerAndKeepsIt() {
        TimerQueue queue = new TimerQueue(Long.MAX_VALUE);
        queue.put(new byte[] {1}, 5, new byte[] {7});

        Timer timer = queue.find(new byte[] {1});

        assertThat(timer).isNotNull();
        assertThat(timer.due()).isEqualTo(5);
        assertThat(timer.state()).containsExactly(7);
        assertThat(queue.find(new byte[] {2})).isNull();
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void tellsIdsOfAllLengthsApart() {
        TimerQueue queue = new TimerQueue(UNLIMITED);
        int[] lengths = {0, 1, 7, 8, 9, 127, 128, 16_383, 16_384, 40_000};
        for (int length : lengths) {
            assertThat(queue.put(new byte[length], length, bytes("state of " + length)))
                    .isFalse();
        }
        for (int length : lengths) {
            Timer timer = queue.poll(UNLIMITED);
            assertThat(timer.id()).isEqualTo(new byte[length]);
            assertThat(timer.state()).isEqualTo(bytes("state of " + length));
        }
    }

    @Test
    void refusesATimerBeyondTheBudgetAndStaysAsItWas() {
        TimerQueue queue = new TimerQueue(16 * 32 + 200);
        queue.put(bytes("a"), 1, new byte[100]); // 16 + 1 + 1 + 100, rounded up to 120
        assertThat(queue.bytes()).isEqualTo(16 * 32 + 120);

        assertThatThrownBy(() -> queue.put(bytes("b"), 0, new byte[100]))
                .isInstanceOf(TimerQueueFullException.class)
                .hasMessage("A timer that adds 120 bytes does not fit: 1 timers take 632 of 712 bytes");
        assertThatThrownBy(() -> queue.put(bytes("a"), 0, new byte[1_000]))
                .isInstanceOf(TimerQueueFullException.class)
                .hasMessage("A timer that adds 904 bytes does not fit: 1 timers take 632 of 712 bytes");
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.nextDue()).hasValue(1);

        assertThat(queue.put(bytes("b"), 2, new byte[62])).as("80 bytes").isFalse();
        assertThat(queue.bytes()).isEqualTo(712);
        assertThat(queue.put(bytes("a"), 3, new byte[10]))
                .as("less than before")
                .isTrue();
        assertThat(queue.put(bytes("c"), 1, new byte[10])).isFalse();
        assertThat(ids(queue, 9)).isEqualTo("cba");
        assertThat(queue.bytes()).isEqualTo(16 * 32);
    }

    @Test
    void refusesABudgetThatIsTooSmallForAnEmptyQueue() {
        assertThatThrownBy(() -> new TimerQueue(511))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Expected a budget of at least 512 bytes, found 511");
        assertThat(new TimerQueue(512).bytes()).isEqualTo(512);
    }

    /** Nothing is refused while a tenth of the budget is free, nothing is accepted beyond it, and removals make room again. */
    @Test
    void usesItsBudgetAndNeverMore() {
        Random random = new Random(Seeds.next());
        long budget = 500_000;
        TimerQueue queue = new TimerQueue(budget);
        Model model = new Model();
        int refused = 0;
        for (int i = 0; i < 60_000; i++) {
            String id = "id-" + random.nextInt(i % 20_000 < 12_000 ? 1_000_000 : 2_000);
            if (random.nextInt(4) == 0) {
                assertThat(queue.remove(bytes(id))).isEqualTo(model.remove(id));
            } else if (i % 20_000 > 16_000) {
                assertSame(queue.poll(50), model, 50);
            } else {
                long due = random.nextInt(100);
                String state = "s".repeat(random.nextInt(60));
                long before = queue.bytes();
                try {
                    assertThat(queue.put(bytes(id), due, bytes(state))).isEqualTo(model.put(id, due, state));
                } catch (TimerQueueFullException e) {
                    refused++;
                    assertThat(before).isGreaterThan(budget * 9 / 10);
                    assertThat(queue.bytes()).isEqualTo(before);
                }
            }
            assertThat(queue.bytes()).isLessThanOrEqualTo(budget);
        }
        assertThat(refused).isPositive();
        assertDrainsLike(queue, model);
        assertThat(queue.bytes()).as("of an empty queue").isEqualTo(16 * 32);
    }

    /** By the queue's own count at every size; the next test compares this count with the heap. */
    @Test
    void needsAtMost80BytesOfOverheadATimer() {
        TimerQueue queue = new TimerQueue(UNLIMITED);
        byte[] state = new byte[200];
        double most = 0;
        for (int count = 1; count <= 200_000; count++) {
            byte[] id = bytes("timer-" + (100_000 + count));
            queue.put(id, count % 1_000, state);
            if (count >= 1_000 && count % 97 == 0) {
                most = Math.max(most, (double) queue.bytes() / count - id.length - state.length);
            }
        }
        System.out.printf("at most %.1f bytes of overhead a timer%n", most);
        assertThat(most).isBetween(32.0 + 16, 80.0);
    }

    /** Of many queues, because a collector may round arrays of megabytes up to its regions. */
    @Test
    void countsTheBytesThatTheHeapHas() {
        int count = 10_000;
        byte[] state = new byte[50];
        TimerQueue[] queues = new TimerQueue[30];
        long before = usedHeap();
        for (int number = 0; number < queues.length; number++) {
            queues[number] = new TimerQueue(UNLIMITED);
            for (int i = 0; i < count; i++) {
                queues[number].put(bytes("timer-" + (100_000 + i)), i * 7919L % count, state);
            }
        }
        double used = (double) (usedHeap() - before) / count / queues.length;
        double counted = (double) queues[0].bytes() / count;

        System.out.printf("%.1f bytes of heap a timer, %.1f counted%n", used, counted);
        assertThat(used).isBetween(counted * 0.97, counted * 1.03);
        assertThat(used - 12 - state.length).isLessThanOrEqualTo(100.0);
    }

    private static long usedHeap() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            used = Math.min(
                    used,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }

    private static void assertDrainsLike(TimerQueue queue, Model model) {
        int count = model.byId.size();
        for (int i = 0; i <= count; i++) {
            assertSame(queue.poll(Long.MAX_VALUE), model, Long.MAX_VALUE);
        }
        assertThat(queue.size()).isZero();
    }

    private static void assertSame(Timer found, Model model, long now) {
        Pending expected = model.poll(now);
        if (expected == null) {
            assertThat(found).isNull();
        } else {
            assertThat(new String(found.id(), StandardCharsets.UTF_8)).isEqualTo(expected.id());
            assertThat(found.due()).isEqualTo(expected.due());
            assertThat(new String(found.state(), StandardCharsets.UTF_8)).isEqualTo(expected.state());
        }
    }

    private static String ids(TimerQueue queue, long now) {
        StringBuilder ids = new StringBuilder();
        for (Timer timer = queue.poll(now); timer != null; timer = queue.poll(now)) {
            ids.append(new String(timer.id(), StandardCharsets.UTF_8));
        }
        return ids.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
