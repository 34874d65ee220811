package io.millrace.tools.status;

import java.util.Arrays;
import java.util.regex.Pattern;

/** Failures of tasks that the runbook has a section for, recognised by their messages. */
enum FailureKind {
    OTHER_TOPIC(
            "Cannot resume |was delivered, and the sink has taken the records before",
            RunbookSection.TOPIC_IS_NOT_THE_ONE,
            "Stop the connector, reset or set its offsets, and resume it"),
    REFUSED_VIEW(
            "cannot be written from here",
            RunbookSection.VIEW_IS_REFUSED,
            "Rebuild the views by a second connector, or empty them and reset the offsets"),
    RETIRED("and took its place", RunbookSection.REBUILD, "Delete the connector; its successor writes the views"),
    LOST_BINLOG(
            "no longer available on the server",
            RunbookSection.LOST_BINLOG,
            "Fill the views again from a new snapshot"),
    LOST_HISTORY(
            "db history topic (or its content )?is (fully or partially )?missing|history topic is missing",
            RunbookSection.LOST_SCHEMA_HISTORY,
            "Recover the schema history from the tables"),
    QUEUE(
            "The dead letter queue ",
            RunbookSection.REFUSED_RECORDS,
            "Create the queue's topic or grant Write on it, then restart the tasks"),
    INCOMPLETE_ROW(
            "Error processing row in .*, internal schema size",
            RunbookSection.SKIPPED_TRANSACTION,
            "Add the transaction's GTID to the connector's offset, and resume it"),
    XA(
            "belongs to an XA transaction",
            RunbookSection.SKIPPED_TRANSACTION,
            "Set xa=at_prepare and restart the tasks, or add the transaction's GTID to the connector's offset"),
    UNPARSABLE_DDL(
            "DDL statement couldn't be parsed",
            RunbookSection.ALTERED_TABLE,
            "Set ddl.parser.type=legacy until the offset is behind the statement"),
    REFUSED_CHANGE(
            "ToOfficialEvent refuses a record",
            RunbookSection.ALTERED_TABLE,
            "Correct the rule that the reason names, then restart the tasks"),
    PAYLOADS(
            "PayloadException|PayloadStore|payload store",
            RunbookSection.PAYLOAD_STORE,
            "Check the store and its credentials, then restart the tasks"),
    OTHER("", RunbookSection.LOOK_AROUND, "Correct what the reason names, then restart the tasks");

    private final Pattern message;
    private final RunbookSection section;
    private final String remedy;

    FailureKind(String message, RunbookSection section, String remedy) {
        this.message = Pattern.compile(message, Pattern.CASE_INSENSITIVE);
        this.section = section;
        this.remedy = remedy;
    }

    /** The kind of a failure by its stack trace. */
    static FailureKind of(String trace) {
        return Arrays.stream(values())
                .filter(kind -> kind.message.matcher(trace).find())
                .findFirst()
                .orElse(OTHER);
    }

    /** Whether a restart of the failed tasks follows the remedy. */
    boolean isRestarted() {
        return this == QUEUE || this == PAYLOADS || this == REFUSED_CHANGE || this == OTHER;
    }

    RunbookSection section() {
        return section;
    }

    String remedy() {
        return remedy;
    }
}
