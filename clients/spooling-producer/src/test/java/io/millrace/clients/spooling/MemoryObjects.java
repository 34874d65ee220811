package io.millrace.clients.spooling;

import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.NamedObjects;
import io.millrace.payloads.UnavailableStoreException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A store in memory, which a test takes away. */
final class MemoryObjects implements NamedObjects {
    /** How it answers. */
    enum Mode {
        UP,
        DOWN,
        /** Objects are stored, and an error comes. */
        SILENT,
        /** No answer comes. */
        HANGING
    }

    final SortedMap<String, byte[]> objects = new TreeMap<>();
    Mode mode = Mode.UP;
    int puts;

    @Override
    public synchronized CompletableFuture<Void> put(String name, byte[] content) {
        puts++;
        if (mode == Mode.HANGING) {
            return new CompletableFuture<>();
        }
        if (mode != Mode.DOWN) {
            objects.put(name, content.clone());
        }
        return mode == Mode.UP ? CompletableFuture.completedFuture(null) : away();
    }

    @Override
    public synchronized CompletableFuture<byte[]> get(String name, int maxBytes) {
        if (mode != Mode.UP) {
            return away();
        }
        byte[] content = objects.get(name);
        return content == null
                ? CompletableFuture.failedFuture(new MissingPayloadException(name + " is not there"))
                : CompletableFuture.completedFuture(content);
    }

    private static <T> CompletableFuture<T> away() {
        return CompletableFuture.failedFuture(new UnavailableStoreException("The store is away", null));
    }

    @Override
    public synchronized List<Entry> list(String prefix) {
        return objects.entrySet().stream()
                .filter(object -> object.getKey().startsWith(prefix))
                .map(object -> new Entry(object.getKey(), object.getValue().length, Instant.EPOCH))
                .toList();
    }

    @Override
    public synchronized void delete(Collection<String> names) {
        objects.keySet().removeAll(names);
    }

    @Override
    public String toString() {
        return "memory:";
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
