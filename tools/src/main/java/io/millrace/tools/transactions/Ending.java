package io.millrace.tools.transactions;

/** How the coordinator has ended a transaction. */
enum Ending {
    /** It has not: it will write the marker by itself. */
    NONE,
    /** It was committed. */
    COMMITTED,
    /** It was aborted. */
    ABORTED,
    /** The coordinator's log does not contain the transaction any more. */
    UNKNOWN
}
