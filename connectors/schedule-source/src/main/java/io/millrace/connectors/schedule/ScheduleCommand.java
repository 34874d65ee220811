package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.events.EventHeaders;
import io.millrace.timers.InvalidCronException;
import io.millrace.timers.PastDuePolicy;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * A record of the requests topic. Its key is the schedule's id, a UTF-8 text of 1 to {@value #MAX_ID_BYTES} bytes; its value is the
 * payload of the messages; its headers are:
 *
 * <pre>
 * command = cancel | set
 * cancel  = schedule-cancel: "" | "true"            ; or a null value, without schedule-value
 * set     = timing schedule-topic [ schedule-key ] [ schedule-past-due ] [ schedule-value ]
 * timing  = schedule-at: RFC 3339
 *         | schedule-after: ISO 8601 duration, from the record's timestamp
 *         | schedule-cron: cron [ schedule-zone: time zone ] [ schedule-until: RFC 3339 ] [ schedule-count: number ]
 * schedule-past-due = "fire" | "skip" | "last"
 * schedule-value    = "null"                        ; the message is a tombstone
 * </pre>
 *
 * All other headers are the messages'. Other headers that begin with {@code schedule-} are refused, and each of these may occur
 * once.
 */
sealed interface ScheduleCommand {
    int MAX_ID_BYTES = 1024;

    /** Cancels the schedule of the id. */
    record Cancel() implements ScheduleCommand {}

    /** Sets, or replaces, the schedule of the id. */
    record Accept(Schedule schedule) implements ScheduleCommand {}

    /**
     * The id of a command.
     *
     * @throws RefusedCommandException if the record has no valid one
     */
    static byte[] idOf(ConsumerRecord<byte[], byte[]> command) throws RefusedCommandException {
        byte[] id = command.key();
        if (id == null || id.length == 0) {
            throw new RefusedCommandException("key", "expected the schedule's id, found none");
        }
        if (id.length > MAX_ID_BYTES) {
            throw new RefusedCommandException(
                    "key", "expected an id of up to " + MAX_ID_BYTES + " bytes, found " + id.length);
        }
        textOf("key", id);
        return id;
    }

    /**
     * Reads a command.
     *
     * @param now milliseconds since 1970
     * @throws RefusedCommandException if it is not in the grammar, or would never fire
     */
    static ScheduleCommand parse(ConsumerRecord<byte[], byte[]> command, long now) throws RefusedCommandException {
        return new Parser(command, now).parse();
    }

    private static String textOf(String subject, byte @Nullable [] bytes) throws RefusedCommandException {
        if (bytes == null) {
            throw new RefusedCommandException(subject, "expected a text, found null");
        }
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new RefusedCommandException(subject, "expected a text in UTF-8, found other bytes");
        }
    }

    /** One record. */
    final class Parser {
        private static final long NANOS_OF_MILLI = 1_000_000;
        private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

        private final ConsumerRecord<byte[], byte[]> command;
        private final long now;
        private final Map<String, Header> controls = new HashMap<>();

        private Parser(ConsumerRecord<byte[], byte[]> command, long now) {
            this.command = command;
            this.now = now;
        }

        private ScheduleCommand parse() throws RefusedCommandException {
            List<Header> headers = splitHeaders();
            Optional<String> cancel = find(ScheduleHeaders.CANCEL);
            Optional<String> value = find(ScheduleHeaders.VALUE);
            if (cancel.isPresent()) {
                requireCancelAlone(cancel.get());
                return new Cancel();
            }
            if (command.value() == null && value.isEmpty()) {
                return new Cancel();
            }
            Timing timing = parseTiming();
            Schedule schedule = new Schedule(
                    timing, 0, parsePolicy(), parseTopic(), parseKey(), headers, parsePayload(value.orElse(null)));
            if (timing.due().isEmpty()) {
                throw new RefusedCommandException(
                        ScheduleHeaders.CRON,
                        "expected a time at which the message is due, found none: it never fires");
            }
            return new Accept(schedule);
        }

        /** Collects the control headers, and returns those of the messages. */
        private List<Header> splitHeaders() throws RefusedCommandException {
            List<Header> headers = new ArrayList<>();
            Header eventId = null;
            Header formerEventId = null;
            for (Header header : command.headers()) {
                String name = header.key();
                if (ScheduleHeaders.OF_COMMANDS.contains(name)) {
                    if (controls.put(name, header) != null) {
                        throw new RefusedCommandException(name, "expected the header once, found it twice");
                    }
                } else if (name.equals(EventHeaders.ID)) {
                    eventId = header;
                } else if (name.equals(ScheduleHeaders.COMMAND_CE_ID)) {
                    formerEventId = header;
                } else if (name.startsWith(ScheduleHeaders.PREFIX)) {
                    if (!ScheduleHeaders.OF_MESSAGES.contains(name)) {
                        throw new RefusedCommandException(
                                name, "expected one of " + new java.util.TreeSet<>(ScheduleHeaders.OF_COMMANDS));
                    }
                } else {
                    headers.add(header);
                }
            }
            // A message that is scheduled again has the id of its first event still.
            Header kept = formerEventId == null ? eventId : formerEventId;
            if (kept != null) {
                headers.add(new RecordHeader(ScheduleHeaders.COMMAND_CE_ID, kept.value()));
            }
            return headers;
        }

        private Optional<String> find(String name) throws RefusedCommandException {
            Header header = controls.get(name);
            return header == null
                    ? Optional.empty()
                    : Optional.of(textOf(name, header.value()).strip());
        }

        private void requireCancelAlone(String text) throws RefusedCommandException {
            if (!text.isEmpty() && !text.equals("true")) {
                throw new RefusedCommandException(
                        ScheduleHeaders.CANCEL,
                        "expected true or an empty text, found " + RefusedCommandException.quote(text));
            }
            for (String timing : List.of(ScheduleHeaders.AT, ScheduleHeaders.AFTER, ScheduleHeaders.CRON)) {
                if (controls.containsKey(timing)) {
                    throw new RefusedCommandException(timing, "expected no time in a cancel");
                }
            }
        }

        private Timing parseTiming() throws RefusedCommandException {
            Optional<String> at = find(ScheduleHeaders.AT);
            Optional<String> after = find(ScheduleHeaders.AFTER);
            Optional<String> cron = find(ScheduleHeaders.CRON);
            int found = (at.isPresent() ? 1 : 0) + (after.isPresent() ? 1 : 0) + (cron.isPresent() ? 1 : 0);
            if (found != 1) {
                throw new RefusedCommandException(
                        ScheduleHeaders.AT,
                        "expected exactly one of the headers " + ScheduleHeaders.AT + ", " + ScheduleHeaders.AFTER
                                + " and " + ScheduleHeaders.CRON + ", found " + found);
            }
            if (cron.isPresent()) {
                return parseRecurring(cron.get());
            }
            for (String name : List.of(ScheduleHeaders.ZONE, ScheduleHeaders.UNTIL, ScheduleHeaders.COUNT)) {
                if (controls.containsKey(name)) {
                    throw new RefusedCommandException(name, "expected it only with " + ScheduleHeaders.CRON);
                }
            }
            return new Timing.Once(at.isPresent() ? parseTime(ScheduleHeaders.AT, at.get()) : addTo(after.orElse("")));
        }

        private Timing parseRecurring(String expression) throws RefusedCommandException {
            Optional<String> until = find(ScheduleHeaders.UNTIL);
            long end = until.isPresent() ? parseTime(ScheduleHeaders.UNTIL, until.get()) : Long.MAX_VALUE;
            long count = parseCount(find(ScheduleHeaders.COUNT).orElse(null));
            // From the record's time on, so that nothing is missed if the record is read late.
            long after = isTimed() ? Math.min(command.timestamp(), now) : now;
            String zone = find(ScheduleHeaders.ZONE).orElse("UTC");
            Timing timing;
            try {
                timing = new Timing.Recurring(after, expression, zone, end, count);
            } catch (InvalidCronException e) {
                throw new RefusedCommandException(ScheduleHeaders.CRON, String.valueOf(e.getMessage()));
            }
            if (!timing.isComputable()) {
                throw new RefusedCommandException(
                        ScheduleHeaders.ZONE,
                        "expected a time zone that exists, such as Europe/Berlin, found "
                                + RefusedCommandException.quote(zone));
            }
            return timing;
        }

        private static long parseCount(@Nullable String text) throws RefusedCommandException {
            if (text == null) {
                return Long.MAX_VALUE;
            }
            if (!text.matches("[1-9]\\d{0,17}")) {
                throw new RefusedCommandException(
                        ScheduleHeaders.COUNT,
                        "expected a whole number from 1 on, found " + RefusedCommandException.quote(text));
            }
            return Long.parseLong(text);
        }

        private boolean isTimed() {
            return command.timestampType() != TimestampType.NO_TIMESTAMP_TYPE && command.timestamp() >= 0;
        }

        private long addTo(String duration) throws RefusedCommandException {
            if (!isTimed()) {
                throw new RefusedCommandException(
                        ScheduleHeaders.AFTER, "expected a record with a timestamp, found none; set schedule-at");
            }
            try {
                Duration parsed = Duration.parse(duration);
                if (!parsed.isNegative()) {
                    return requireTime(
                            ScheduleHeaders.AFTER,
                            Instant.ofEpochMilli(command.timestamp()).plus(parsed));
                }
            } catch (DateTimeException | ArithmeticException e) {
                throw refuseDuration(duration);
            }
            throw refuseDuration(duration);
        }

        private static RefusedCommandException refuseDuration(String found) {
            return new RefusedCommandException(
                    ScheduleHeaders.AFTER,
                    "expected an ISO 8601 duration of days, hours, minutes and seconds, such as PT10M or P1DT12H, found "
                            + RefusedCommandException.quote(found));
        }

        private static long parseTime(String name, String text) throws RefusedCommandException {
            try {
                return requireTime(name, OffsetDateTime.parse(text).toInstant());
            } catch (DateTimeException e) {
                throw new RefusedCommandException(
                        name,
                        "expected a time of RFC 3339, such as 2026-01-31T12:00:00Z, found "
                                + RefusedCommandException.quote(text));
            }
        }

        /** Milliseconds, rounded up: never early. */
        private static long requireTime(String name, Instant time) throws RefusedCommandException {
            if (time.isBefore(Instant.EPOCH) || !time.isBefore(LATEST)) {
                throw new RefusedCommandException(name, "expected a time of the years 1970 to 9999, found " + time);
            }
            return Math.floorDiv(time.getNano() + NANOS_OF_MILLI - 1, NANOS_OF_MILLI) + time.getEpochSecond() * 1000;
        }

        private Optional<PastDuePolicy> parsePolicy() throws RefusedCommandException {
            Optional<String> text = find(ScheduleHeaders.PAST_DUE);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            for (PastDuePolicy policy : PastDuePolicy.values()) {
                if (text.get().equals(policy.name().toLowerCase(Locale.ROOT))) {
                    return Optional.of(policy);
                }
            }
            throw new RefusedCommandException(
                    ScheduleHeaders.PAST_DUE,
                    "expected fire, skip or last, found " + RefusedCommandException.quote(text.get()));
        }

        private String parseTopic() throws RefusedCommandException {
            return find(ScheduleHeaders.TOPIC)
                    .filter(topic -> !topic.isEmpty())
                    .orElseThrow(() -> new RefusedCommandException(
                            ScheduleHeaders.TOPIC, "expected the name of the message's topic, found none"));
        }

        private byte @Nullable [] parseKey() {
            Header key = controls.get(ScheduleHeaders.KEY);
            return key == null ? null : key.value();
        }

        private byte @Nullable [] parsePayload(@Nullable String value) throws RefusedCommandException {
            if (value == null) {
                return command.value();
            }
            if (!value.equals("null")) {
                throw new RefusedCommandException(
                        ScheduleHeaders.VALUE, "expected null, found " + RefusedCommandException.quote(value));
            }
            if (command.value() != null && command.value().length > 0) {
                throw new RefusedCommandException(
                        ScheduleHeaders.VALUE,
                        "expected a record without a value, found one of " + command.value().length + " bytes");
            }
            return null;
        }
    }
}
