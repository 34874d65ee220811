package io.millrace.lookups;

import io.millrace.expressions.LookupTable;
import io.millrace.tables.ByteWriter;
import io.millrace.tables.Entry;
import io.millrace.tables.RowLayout;
import io.millrace.tables.TableState;
import io.millrace.tables.TableUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * A declared table, which expressions are compiled against before it has rows. Its rows come from where it is opened:
 * a topic, or a file. Safe for use by many threads.
 */
final class ConfiguredTable implements LookupTable {
    /** Where the rows of a table come from. */
    interface Rows {
        /**
         * The row of a key, or null.
         *
         * @throws TableUnavailableException if there is no answer now
         */
        byte @Nullable [] find(ByteWriter key);

        /** Waits until the rows are complete, or until the time is up. */
        default void awaitReady(Duration timeout) throws InterruptedException {}

        /**
         * The number of rows.
         *
         * @throws TableUnavailableException if there is no answer now
         */
        int size();
    }

    private static final ThreadLocal<ByteWriter> KEYS = ThreadLocal.withInitial(ByteWriter::new);

    private static final long PAUSE_MS = 50;

    private final LookupDefinition definition;
    private final Duration readyTimeout;
    private final List<Field> fields;
    private final StoredType[] types;
    private final RowLayout layout;
    private volatile @Nullable Rows rows;
    /** When {@link #isReady} first returned false; 0 if it did not. For the thread that calls it. */
    private long waitsSince;

    ConfiguredTable(LookupDefinition definition, Duration readyTimeout) {
        this.definition = definition;
        this.readyTimeout = readyTimeout;
        this.types = definition.storedTypes().toArray(StoredType[]::new);
        this.layout = new RowLayout(
                definition.storedTypes().stream().map(StoredType::type).toList());
        List<Field> declared = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            declared.add(new Field(definition.fields().get(i).name(), types[i].optional()));
        }
        this.fields = List.copyOf(declared);
    }

    LookupDefinition definition() {
        return definition;
    }

    /** Sets where the rows come from. */
    void open(Rows from) {
        rows = from;
    }

    @Override
    public String name() {
        return definition.name();
    }

    @Override
    public List<Field> fields() {
        return fields;
    }

    @Override
    public byte @Nullable [] find(Object key) {
        Rows from = openRows();
        ByteWriter canonical = KEYS.get().clear();
        try {
            ConnectKeys.write(key, canonical);
        } catch (IllegalArgumentException e) {
            throw new DataException("lookup('" + name() + "', …): " + e.getMessage());
        }
        while (true) {
            try {
                return from.find(canonical);
            } catch (TableUnavailableException e) {
                // Throws if the table does not become ready in time.
                awaitReady();
            }
        }
    }

    /**
     * Whether the table can answer now.
     *
     * @throws LookupUnavailableException if it could not for longer than the configured time, or has failed
     */
    boolean isReady() {
        Rows from = openRows();
        try {
            from.size();
            waitsSince = 0;
            return true;
        } catch (TableUnavailableException e) {
            long now = System.nanoTime();
            waitsSince = waitsSince == 0 ? now : waitsSince;
            if (!isTemporary(e) || now - waitsSince > readyTimeout.toNanos()) {
                throw unavailable(e);
            }
            return false;
        }
    }

    /** Whether a later call may be answered; the table may have become ready meanwhile. */
    private static boolean isTemporary(TableUnavailableException e) {
        return e.state() != TableState.FAILED && e.state() != TableState.CLOSED;
    }

    private LookupUnavailableException unavailable(TableUnavailableException e) {
        return new LookupUnavailableException("The table " + name() + " cannot answer: " + e.getMessage(), e);
    }

    /**
     * Waits until the table can answer, for the configured time.
     *
     * @throws LookupUnavailableException if it cannot
     */
    void awaitReady() {
        Rows from = openRows();
        long deadline = System.nanoTime() + readyTimeout.toNanos();
        while (true) {
            try {
                from.awaitReady(readyTimeout);
                from.size();
                return;
            } catch (TableUnavailableException e) {
                if (!isTemporary(e) || System.nanoTime() >= deadline) {
                    throw unavailable(e);
                }
                pause();
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private ConnectException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new ConnectException("Waiting for the table " + name() + " was interrupted", cause);
    }

    private Rows openRows() {
        Rows from = rows;
        if (from == null) {
            throw new IllegalStateException("The table " + name() + " was not opened");
        }
        return from;
    }

    @Override
    public String place(byte[] row) {
        return Entry.partition(row) + "@" + Entry.offset(row);
    }

    @Override
    public @Nullable Object value(byte[] row, int field) {
        return types[field].restore(layout.read(row, field));
    }

    @Override
    public boolean isNull(byte[] row, int field) {
        return layout.isNull(row, field);
    }

    @Override
    public boolean isText(byte[] row, int field, String text) {
        return layout.isText(row, field, text);
    }

    @Override
    public long integer(byte[] row, int field) {
        return layout.readInteger(row, field);
    }
}
