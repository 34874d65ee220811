package io.millrace.tools.schedules;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connectors.schedule.Schedule;
import io.millrace.connectors.schedule.Timing;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as its topic has it.
 *
 * @param partition of the topics of commands and schedules
 * @param id names it in the partition
 */
record PendingSchedule(int partition, String id, Schedule schedule) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** When the next message is due, RFC 3339 in UTC; null if there is none, or if its time zone is not known here. */
    private @Nullable String due() {
        OptionalLong due = schedule.timing().isComputable() ? schedule.timing().due() : OptionalLong.empty();
        return due.isPresent() ? Instant.ofEpochMilli(due.getAsLong()).toString() : null;
    }

    /** When the next message is due, for the order; the last if there is none. */
    long dueOrNever() {
        return schedule.timing().isComputable() ? schedule.timing().due().orElse(Long.MAX_VALUE) : Long.MAX_VALUE;
    }

    private String timing() {
        return schedule.timing() instanceof Timing.Recurring recurring
                ? "'" + recurring.expression() + "' in " + recurring.zone()
                        + (recurring.isComputable() ? "" : ", a time zone that is not known")
                : "once";
    }

    /** One line. */
    void printLine(PrintStream out) {
        out.println(due() + "  " + schedule.topic() + "  " + id + "  " + timing());
    }

    /** All of it, but values only if they are wanted. */
    void print(PrintStream out, boolean values) {
        out.println(id);
        out.println("  partition  " + partition);
        out.println("  due        " + due());
        out.println("  timing     " + timing());
        if (schedule.timing() instanceof Timing.Recurring recurring) {
            if (recurring.until() != Long.MAX_VALUE) {
                out.println("  until      " + Instant.ofEpochMilli(recurring.until()));
            }
            if (recurring.count() != Long.MAX_VALUE) {
                out.println("  count      " + recurring.count());
            }
        }
        out.println("  sent       " + schedule.fired());
        out.println("  past due   "
                + schedule.policy()
                        .map(policy -> policy.name().toLowerCase(Locale.ROOT))
                        .orElse("as the connector's past.due"));
        out.println("  topic      " + schedule.topic());
        out.println("  payload    " + payloadSize());
        for (Header header : schedule.headers()) {
            out.println("  header     " + header.key() + (values ? ": " + text(header.value()) : ""));
        }
        if (values) {
            out.println("  key        " + (schedule.key() == null ? id : text(schedule.key())));
            out.println("  value      " + text(schedule.payload()));
        }
    }

    private String payloadSize() {
        byte[] payload = schedule.payload();
        return payload == null ? "none, a tombstone" : payload.length + " bytes";
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "null" : new String(bytes, UTF_8);
    }

    /** A line of JSON. */
    ObjectNode toJson(boolean values) {
        ObjectNode node = JSON.createObjectNode()
                .put("id", id)
                .put("partition", partition)
                .put("due", due())
                .put("sent", schedule.fired())
                .put("topic", schedule.topic());
        if (schedule.timing() instanceof Timing.Recurring recurring) {
            node.put("cron", recurring.expression()).put("zone", recurring.zone());
        }
        ArrayNode headers = node.putArray("headers");
        for (Header header : schedule.headers()) {
            ObjectNode written = headers.addObject().put("name", header.key());
            if (values) {
                written.put("value", text(header.value()));
            }
        }
        if (values) {
            node.put("value", schedule.payload() == null ? null : text(schedule.payload()));
        }
        return node;
    }
}
