package io.millrace.benchmarks.tables;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A table that a contender has loaded. Reads are for any thread. */
public interface MeasuredTable extends AutoCloseable {
    /** What a table without the key returns. */
    int MISSING = -1;

    /** The first byte of a key's value as a number from 0 to 255, read without copying the value if the contender can; or {@link #MISSING}. */
    int firstByte(String key);

    /** A key's value, for a comparison; null if there is none. */
    byte @Nullable [] value(String key);

    @Override
    void close() throws IOException;
}
