package io.millrace.connectors.schedule;

import java.util.Set;

/** The headers of commands, of messages and of replies. */
final class ScheduleHeaders {
    /** All headers of the connector begin with it, except {@code ce_id}. */
    static final String PREFIX = "schedule-";

    // Of a command.
    static final String AT = "schedule-at";
    static final String AFTER = "schedule-after";
    static final String CRON = "schedule-cron";
    static final String ZONE = "schedule-zone";
    static final String UNTIL = "schedule-until";
    static final String COUNT = "schedule-count";
    static final String TOPIC = "schedule-topic";
    static final String KEY = "schedule-key";
    static final String PAST_DUE = "schedule-past-due";
    static final String VALUE = "schedule-value";
    static final String CANCEL = "schedule-cancel";

    // Of a message, and of replies.
    static final String ID = "schedule-id";
    static final String DUE = "schedule-due";
    static final String OCCURRENCE = "schedule-occurrence";
    /** The {@code ce_id} of the command, in whose place a message has one of its own. */
    static final String COMMAND_CE_ID = "schedule-ce-id";

    // Of a reply.
    static final String REPLY = "schedule-reply";
    static final String REASON = "schedule-reason";
    /** The place of the command: {@code topic-partition@offset}. */
    static final String REQUEST = "schedule-request";
    /** When the schedule continues after a skipped occurrence. */
    static final String NEXT = "schedule-next";

    /** Of a tombstone of the schedules topic: why the schedule has ended. */
    static final String ENDED = "schedule-ended";

    static final Set<String> OF_COMMANDS =
            Set.of(AT, AFTER, CRON, ZONE, UNTIL, COUNT, TOPIC, KEY, PAST_DUE, VALUE, CANCEL);

    /** A message that is scheduled again has them. They are not sent again. */
    static final Set<String> OF_MESSAGES = Set.of(ID, DUE, OCCURRENCE, COMMAND_CE_ID);

    private ScheduleHeaders() {}
}
