package io.millrace.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

/** Entries by key: equal to a map after any writes, and right for readers while they happen. */
class EntryStoreTest {
    private final ByteWriter key = new ByteWriter();
    private final ByteWriter value = new ByteWriter();

    @Test
    void isEqualToAMapAfterRandomWrites() {
        Random random = new Random(Seeds.next());
        for (int keys : new int[] {3, 50, 5_000}) {
            EntryStore store = new EntryStore();
            Map<String, String> model = new HashMap<>();
            for (int i = 0; i < 40_000; i++) {
                String id = "key-" + random.nextInt(keys);
                byte[] removedOrReplaced;
                if (random.nextInt(3) == 0) {
                    writeKey(id);
                    removedOrReplaced = store.remove(key.array(), 0, key.length());
                    assertThat(textOf(removedOrReplaced)).isEqualTo(model.remove(id));
                } else {
                    String text = "x".repeat(random.nextInt(300)) + i;
                    byte[] entry = entry(id, text, i);
                    store.prefetch(new byte[][] {entry, entry("key-unknown", "", i)}, 1 + random.nextInt(2));
                    removedOrReplaced = store.put(entry);
                    assertThat(textOf(removedOrReplaced)).isEqualTo(model.put(id, text));
                }
                assertThat(store.size()).isEqualTo(model.size());
            }
            Map<String, String> found = new HashMap<>();
            store.forEach(entry -> found.put(keyOf(entry), textOf(entry)));
            assertThat(found).isEqualTo(model);
            for (int i = 0; i < keys; i++) {
                assertThat(find(store, "key-" + i)).isEqualTo(model.get("key-" + i));
            }
            assertThat((store.bytes() - bytesOf(store)) % 5)
                    .as("what is not of an entry is of slots")
                    .isZero();
        }
    }

    @Test
    void needsAtMost40BytesOfOverheadAnEntry() {
        EntryStore store = new EntryStore();
        for (int count = 1; count <= 1_000_000; count++) {
            writeKey(String.format("key-%07d", count)); // 1 + 11 bytes
            store.put(entry(String.format("key-%07d", count), "v".repeat(100), count));
            if (count >= 1_000 && count % 997 == 0) {
                assertThat((double) store.bytes() / count - 12 - 100)
                        .as("with %s entries", count)
                        .isLessThanOrEqualTo(40.0);
            }
        }
    }

    /** One writer, two readers: a reader never sees a value that is older than one that was there when it began. */
    @Test
    void answersReadersWhileItIsWritten() throws Exception {
        long seed = Seeds.next();
        int keys = 2_000;
        EntryStore store = new EntryStore();
        AtomicLongArray begun = new AtomicLongArray(keys);
        AtomicLongArray ended = new AtomicLongArray(keys);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try {
            Future<?>[] reading = new Future<?>[2];
            for (int reader = 0; reader < reading.length; reader++) {
                Random random = new Random(seed + reader + 1);
                reading[reader] = readers.submit(() -> {
                    ByteWriter probe = new ByteWriter();
                    while (!done.get()) {
                        int id = random.nextInt(keys);
                        CanonicalKey.write((long) id, probe.clear());
                        long oldest = ended.get(id);
                        byte[] entry = store.find(probe.array(), 0, probe.length());
                        long newest = begun.get(id);
                        // An odd version is a removal.
                        if (entry == null) {
                            assertThat(oldest == newest && oldest > 0 && oldest % 2 == 0)
                                    .as("key %s was lost at version %s", id, oldest)
                                    .isFalse();
                        } else {
                            assertThat(Entry.offset(entry)).isBetween(oldest, newest);
                            assertThat(textOf(entry)).isEqualTo(id + "@" + Entry.offset(entry));
                        }
                    }
                });
            }
            Random random = new Random(seed);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            while (System.nanoTime() < end) {
                int id = random.nextInt(keys);
                long version = ended.get(id) + 1;
                begun.set(id, version);
                CanonicalKey.write((long) id, key.clear());
                if (version % 2 == 1) {
                    store.remove(key.array(), 0, key.length());
                } else {
                    byte[] text = (id + "@" + version).getBytes(StandardCharsets.UTF_8);
                    value.clear().writeBytes(text, 0, text.length);
                    store.put(Entry.of(3, version, key, value));
                }
                ended.set(id, version);
            }
            done.set(true);
            for (Future<?> one : reading) {
                one.get();
            }
        } finally {
            done.set(true);
            readers.shutdownNow();
        }
    }

    private byte[] entry(String id, String text, long offset) {
        writeKey(id);
        value.clear().writeText(text);
        return Entry.of(7, offset, key, value);
    }

    private void writeKey(String id) {
        CanonicalKey.write(id, key.clear());
    }

    private String find(EntryStore store, String id) {
        writeKey(id);
        return textOf(store.find(key.array(), 0, key.length()));
    }

    private static String textOf(byte[] entry) {
        return entry == null
                ? null
                : StandardCharsets.UTF_8.decode(Entry.value(entry)).toString();
    }

    private static String keyOf(byte[] entry) {
        return (String) CanonicalKey.read(entry, Entry.keyAt(entry), Entry.valueAt(entry));
    }

    private static long bytesOf(EntryStore store) {
        long[] sum = new long[1];
        store.forEach(entry -> sum[0] += (16L + entry.length + 7) / 8 * 8);
        return sum[0];
    }
}
