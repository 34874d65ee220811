package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connectors.schedule.ScheduleCounts.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * An answer to a command, or to a schedule that was skipped. As a record of the replies topic its key is the schedule's id, its value
 * is the word in {@code schedule-reply}, and its headers contain the rest.
 *
 * @param event what happened, one of those that are answered
 * @param due when the schedule is due, or was
 * @param next when the schedule continues after a skipped occurrence
 * @param reason why a command was refused
 */
record ScheduleReply(
        Event event,
        OptionalLong due,
        OptionalLong next,
        @Nullable String reason) {
    static ScheduleReply of(Event event) {
        return new ScheduleReply(event, OptionalLong.empty(), OptionalLong.empty(), null);
    }

    static ScheduleReply due(Event event, OptionalLong due) {
        return new ScheduleReply(event, due, OptionalLong.empty(), null);
    }

    static ScheduleReply refused(String reason) {
        return new ScheduleReply(Event.REFUSED, OptionalLong.empty(), OptionalLong.empty(), reason);
    }

    /** The word of the reply, such as {@code too-late}. */
    String word() {
        return event.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The headers.
     *
     * @param id null if the command has none
     * @param request the place of the command; null if there is none
     */
    List<Header> headers(byte @Nullable [] id, @Nullable String request) {
        List<Header> headers = new ArrayList<>();
        headers.add(header(ScheduleHeaders.REPLY, word()));
        if (id != null) {
            headers.add(new RecordHeader(ScheduleHeaders.ID, id));
        }
        if (request != null) {
            headers.add(header(ScheduleHeaders.REQUEST, request));
        }
        due.ifPresent(time -> headers.add(header(ScheduleHeaders.DUE, timeText(time))));
        next.ifPresent(time -> headers.add(header(ScheduleHeaders.NEXT, timeText(time))));
        if (reason != null) {
            headers.add(header(ScheduleHeaders.REASON, reason));
        }
        return headers;
    }

    /** RFC 3339 in UTC. */
    static String timeText(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    static Header header(String name, String text) {
        return new RecordHeader(name, text.getBytes(UTF_8));
    }
}
