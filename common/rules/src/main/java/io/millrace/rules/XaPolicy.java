package io.millrace.rules;

/** The treatment of rows of XA transactions, which Debezium reads when the transaction is prepared. */
enum XaPolicy {
    /** They are refused. */
    REFUSE,
    /** They are mapped, although the transaction may still be rolled back. */
    AT_PREPARE
}
