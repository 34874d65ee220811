package io.millrace.events;

/**
 * The headers of records of dead letter queues, and of records that come back from them. A sink writes those that begin with {@code
 * millrace.error.}, and what brings records back writes those that begin with {@code millrace.redrive.}. Values are texts in UTF-8.
 */
public final class DeadLetterHeaders {
    /** Why the record was refused; one line or more. */
    public static final String REASON = "millrace.error.reason";

    /** The projection that refused it. */
    public static final String PROJECTION = "millrace.error.projection";

    /** The view that refused it. */
    public static final String VIEW = "millrace.error.view";

    /** The column that refused it. */
    public static final String COLUMN = "millrace.error.column";

    /** The revision of the row. */
    public static final String REVISION = "millrace.error.revision";

    /** The state with which the database refused it. */
    public static final String SQL_STATE = "millrace.error.sqlstate";

    /** The place of the refused record; only if the record in the queue lacks its value because that is too large. */
    public static final String RECORD = "millrace.error.record";

    /** The place of the record behind which the record is held for the order of their key; the record itself was not tried. */
    public static final String BEHIND = "millrace.error.behind";

    /** The place from which the record was refused first, as {@code topic-partition@offset}. */
    public static final String ORIGIN = "millrace.redrive.origin";

    /** How many times the record was refused, without the times when it was held behind another one. A decimal number. */
    public static final String ATTEMPT = "millrace.redrive.attempt";

    /** When the record was brought back for the first time, or was found for it, as RFC 3339. */
    public static final String FIRST_FAILED = "millrace.redrive.first-failed";

    /** Why the record was parked. */
    public static final String PARKED = "millrace.redrive.parked";

    private DeadLetterHeaders() {}
}
