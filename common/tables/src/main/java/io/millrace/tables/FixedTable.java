package io.millrace.tables;

import org.jspecify.annotations.Nullable;

/** A table that does not follow a topic, such as one from a file. Filled by one thread; then safe for use by many threads. */
public final class FixedTable {
    private final EntryStore entries = new EntryStore();

    /**
     * Adds or replaces an entry.
     *
     * @param offset its place
     */
    public void put(long offset, ByteWriter key, ByteWriter value) {
        entries.put(Entry.of(0, offset, key, value));
    }

    /** Removes the entry of a key, if there is one. */
    public void remove(ByteWriter key) {
        entries.remove(key.array(), 0, key.length());
    }

    /** The entry of a key, or null; as {@link TopicTable#find}. */
    public byte @Nullable [] find(ByteWriter key) {
        return entries.find(key.array(), 0, key.length());
    }

    /** The number of keys. */
    public int size() {
        return entries.size();
    }
}
