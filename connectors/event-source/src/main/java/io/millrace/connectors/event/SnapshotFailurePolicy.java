package io.millrace.connectors.event;

import java.util.Locale;

/** The treatment of a table of a requested snapshot that cannot be read, also after repeated attempts. */
enum SnapshotFailurePolicy {
    /** The task fails. */
    FAIL,
    /** The table is left out. */
    SKIP;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
