package io.millrace.connectors.channel.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryQueueTest {
    private final PartitionRing ring = new PartitionRing("t", 0);
    private final Channel channel = new Channel("c");

    private HistoryEntry entry(long offset) {
        ChannelEvent event = new ChannelEvent(List.of("c"), "", 0, "\"data\":1}".getBytes(UTF_8));
        return new HistoryEntry(ring, channel, offset, 0, event, 0, 0);
    }

    /** While entries come and go, with gaps and, as of an event in two channels, equal offsets. */
    @Test
    void findsTheFirstEntryFromAnOffset() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        System.out.println("seed of the entries: " + seed);
        Random random = new Random(seed);
        EntryQueue queue = new EntryQueue();
        Deque<HistoryEntry> model = new ArrayDeque<>();
        long last = 0;
        for (int i = 0; i < 2_000; i++) {
            // Grows to some hundred entries, and becomes empty again.
            if (random.nextInt(500) < (i % 1_000 < 500 ? 350 : 100)) {
                last += random.nextInt(3);
                HistoryEntry added = entry(last);
                queue.add(added);
                model.add(added);
            } else if (!model.isEmpty()) {
                assertThat(queue.removeOldest()).isSameAs(model.remove());
            }
            long wanted = last + 2 - random.nextInt(400);
            assertThat(queue.findFrom(wanted))
                    .as("from %d, step %d", wanted, i)
                    .isSameAs(model.stream()
                            .filter(each -> each.offset >= wanted)
                            .findFirst()
                            .orElse(null));
            assertThat(queue.oldest()).isSameAs(model.peekFirst());
            assertThat(queue.newest()).isSameAs(model.peekLast());
            assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
        }
    }
}
