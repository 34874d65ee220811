package io.millrace.connectors.projection.database;

/** The class of a database error: transient, caused by one record, or neither. */
public enum SqlFault {
    /** The same batch may succeed later: a lost connection, a deadlock, a server that is going down or read-only. */
    TRANSIENT,
    /** A value does not fit its column or breaks a constraint. */
    RECORD,
    /** The same batch will not succeed, and no record is to blame: a missing table, a missing privilege. */
    OTHER
}
