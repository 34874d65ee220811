package io.millrace.connectors.spool;

/** What is done with an object that cannot be read. */
enum CorruptObjects {
    /** The task fails, and the object stays. */
    FAIL,
    /** The object is put aside below {@code refused/}, and the next one follows. */
    SKIP
}
