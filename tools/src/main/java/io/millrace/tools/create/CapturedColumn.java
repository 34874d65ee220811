package io.millrace.tools.create;

import java.util.Optional;

/** A column of a table of the source, as the server describes it. */
sealed interface CapturedColumn permits MySqlColumn, PostgresColumn {
    /** The digits behind the second of a time that is sent in milliseconds. */
    int MILLISECONDS = 3;

    String name();

    /** The type as it was declared, such as {@code int unsigned}. */
    String columnType();

    boolean nullable();

    /** The most characters of a text or the most bytes of a byte string; 0 for other types. */
    long length();

    /** Whether an event and a view can have the column. */
    boolean isSupported();

    boolean isText();

    boolean isBytes();

    /** Whether the values are JSON documents. */
    boolean isJson();

    /** Whether a value can be larger than a record of Kafka, and is therefore left out or stored elsewhere. */
    boolean isLarge();

    /** Whether the values are whole numbers of up to 64 bits. */
    boolean isInteger();

    /** Whether the values are numbers that the source sends as decimals with {@code bigint.unsigned.handling.mode=precise}. */
    boolean isUnsignedBigint();

    /** Whether the values are decimals. */
    boolean isDecimal();

    /**
     * The type of an event's field, in the language of the rules, that has every value of the column unchanged; empty if only
     * the column's own type has: times with microseconds, single-precision numbers, durations, bits, documents.
     */
    Optional<String> declaredType();

    /** The type of a view's column in MySQL that has every value unchanged. */
    String typeInMySql(boolean isKey);

    /** The same in PostgreSQL. */
    String typeInPostgres(boolean isKey);
}
