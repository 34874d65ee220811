package io.millrace.connectors.schedule;

import io.millrace.timers.PastDuePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * The value of a record of the schedules topic. Its key is the schedule's id.
 *
 * <pre>
 * value    = version topic rest
 * version  = %x02
 * topic    = text
 * rest     = flags time [ fired ] [ again ] [ key ] [ headers ] payload
 * flags    = OCTET          ; the sum of
 *                           ; 1: recurring, with again; time is that after which the pending occurrence is the first one.
 *                           ;    Otherwise time is when the schedule is due
 *                           ; 2: with key; otherwise it is the schedule's id
 *                           ; 4: with headers
 *                           ; 8: the payload is null, and no bytes follow
 *                           ; 16: with fired; otherwise it is 0
 *                           ; 32, 64, or 96: the policy fire, skip, or last; otherwise the connector's
 * again    = limits expression zone [ until ] [ count ]
 * limits   = OCTET          ; the sum of 1: with until, 2: with count
 * until    = time           count = number          fired = number
 * expression = text         zone  = text            key   = bytes
 * headers  = number *( text ( %x00 | number-plus-one *OCTET ) )   ; their number, then names and values; %x00 for null
 * payload  = *OCTET         ; up to the end
 * time     = number         ; milliseconds since 2026-01-01T00:00:00Z, n >= 0 as 2n, and n < 0 as -2n-1
 * text     = bytes          ; UTF-8
 * bytes    = number *OCTET  ; the length
 * number   = *( %x80-FF ) %x00-7F   ; 7 bits an octet, the lowest first; the high bit if another octet follows
 * </pre>
 *
 * <p>{@link FirstScheduleFormat} is version 1, which is read too. Connectors that read version 1 alone refuse version 2 when they load it.
 */
public final class ScheduleFormat {
    static final byte VERSION = 2;
    /** 2026-01-01T00:00:00Z in milliseconds since 1970. Times near it are short. */
    static final long EPOCH = 1_767_225_600_000L;

    private static final int RECURRING = 1;
    private static final int WITH_KEY = 2;
    private static final int WITH_HEADERS = 4;
    private static final int NULL_PAYLOAD = 8;
    private static final int WITH_FIRED = 16;
    private static final int POLICY_SHIFT = 5;
    private static final int POLICY_MASK = 3;
    private static final int UNUSED_FLAGS = 0x80;

    private static final int WITH_UNTIL = 1;
    private static final int WITH_COUNT = 2;

    /** In the order of their codes, from 1 on. */
    private static final List<PastDuePolicy> POLICIES =
            List.of(PastDuePolicy.FIRE, PastDuePolicy.SKIP, PastDuePolicy.LAST);

    private ScheduleFormat() {}

    /** Writes a schedule. */
    public static byte[] write(Schedule schedule) {
        byte[] payload = schedule.payload();
        ScheduleWriter out = new ScheduleWriter(64 + (payload == null ? 0 : payload.length));
        out.addOctet(VERSION);
        out.addText(schedule.topic());
        out.addOctet(flagsOf(schedule));
        if (schedule.timing() instanceof Timing.Recurring recurring) {
            out.addTime(recurring.after());
            addFired(out, schedule);
            addAgain(out, recurring);
        } else if (schedule.timing() instanceof Timing.Once once) {
            out.addTime(once.at());
            addFired(out, schedule);
        }
        if (schedule.key() != null) {
            out.addBytes(schedule.key());
        }
        if (!schedule.headers().isEmpty()) {
            addHeaders(out, schedule.headers());
        }
        if (payload != null) {
            out.addRest(payload, 0);
        }
        return out.toBytes();
    }

    private static int flagsOf(Schedule schedule) {
        int policy = schedule.policy().map(named -> 1 + POLICIES.indexOf(named)).orElse(0);
        return (schedule.timing() instanceof Timing.Recurring ? RECURRING : 0)
                | (schedule.key() == null ? 0 : WITH_KEY)
                | (schedule.headers().isEmpty() ? 0 : WITH_HEADERS)
                | (schedule.payload() == null ? NULL_PAYLOAD : 0)
                | (schedule.fired() == 0 ? 0 : WITH_FIRED)
                | (policy << POLICY_SHIFT);
    }

    private static void addFired(ScheduleWriter out, Schedule schedule) {
        if (schedule.fired() != 0) {
            out.addNumber(schedule.fired());
        }
    }

    private static void addAgain(ScheduleWriter out, Timing.Recurring recurring) {
        boolean hasUntil = recurring.until() != Long.MAX_VALUE;
        boolean hasCount = recurring.count() != Long.MAX_VALUE;
        out.addOctet((hasUntil ? WITH_UNTIL : 0) | (hasCount ? WITH_COUNT : 0));
        out.addText(recurring.expression());
        out.addText(recurring.zone());
        if (hasUntil) {
            out.addTime(recurring.until());
        }
        if (hasCount) {
            out.addNumber(recurring.count());
        }
    }

    private static void addHeaders(ScheduleWriter out, List<Header> headers) {
        out.addNumber(headers.size());
        for (Header header : headers) {
            out.addText(header.key());
            byte[] value = header.value();
            if (value == null) {
                out.addNumber(0);
            } else {
                out.addNumber(value.length + 1L);
                out.addRest(value, 0);
            }
        }
    }

    /**
     * Reads a schedule.
     *
     * @throws DataException if these are not the bytes of one, or those of a newer version
     */
    public static Schedule read(byte[] value) {
        if (isFirstVersion(value)) {
            return FirstScheduleFormat.read(value);
        }
        ScheduleReader in = new ScheduleReader(value, 1);
        return readRest(in.readText(), in);
    }

    /**
     * Whether a value has version 1; otherwise it has version 2.
     *
     * @throws DataException if it has another version, or is empty
     */
    static boolean isFirstVersion(byte[] value) {
        int version = new ScheduleReader(value, 0).readOctet();
        if (version != VERSION && version != FirstScheduleFormat.VERSION) {
            throw new DataException("Expected a schedule of version " + FirstScheduleFormat.VERSION + " or " + VERSION
                    + ", found version " + version
                    + ". A newer version of the connector has written it, or another program");
        }
        return version == FirstScheduleFormat.VERSION;
    }

    /**
     * Reads what follows the topic, up to the end.
     *
     * @throws DataException if this is not a schedule
     */
    static Schedule readRest(String topic, ScheduleReader in) {
        try {
            int flags = readFlags(in);
            long time = in.readTime();
            long fired = (flags & WITH_FIRED) == 0 ? 0 : in.readNumber();
            Timing timing = (flags & RECURRING) == 0 ? new Timing.Once(time) : readAgain(in, time);
            byte[] key = (flags & WITH_KEY) == 0 ? null : in.readBytes(in.readLength());
            List<Header> headers = (flags & WITH_HEADERS) == 0 ? List.of() : readHeaders(in);
            byte[] payload = readPayload(in, flags);
            return new Schedule(
                    timing, fired, policyOf((flags >> POLICY_SHIFT) & POLICY_MASK), topic, key, headers, payload);
        } catch (IllegalArgumentException e) {
            throw new DataException("Expected a schedule, found other bytes: " + e.getMessage(), e);
        }
    }

    private static int readFlags(ScheduleReader in) {
        int flags = in.readOctet();
        if ((flags & UNUSED_FLAGS) != 0) {
            throw new DataException("Expected flags of a schedule up to " + (UNUSED_FLAGS - 1) + ", found " + flags);
        }
        return flags;
    }

    private static Timing readAgain(ScheduleReader in, long after) {
        int limits = in.readOctet();
        if (limits > (WITH_UNTIL | WITH_COUNT)) {
            throw new DataException("Expected limits of a schedule from 0 to 3, found " + limits);
        }
        String expression = in.readText();
        String zone = in.readText();
        long until = (limits & WITH_UNTIL) == 0 ? Long.MAX_VALUE : in.readTime();
        long count = (limits & WITH_COUNT) == 0 ? Long.MAX_VALUE : in.readNumber();
        return new Timing.Recurring(after, expression, zone, until, count);
    }

    private static List<Header> readHeaders(ScheduleReader in) {
        // Each takes two bytes or more, so the number of those that do not exist is not allocated.
        long number = in.readNumber();
        List<Header> headers = new ArrayList<>();
        for (long i = 0; i != number; i++) {
            String name = in.readText();
            headers.add(new RecordHeader(name, readNullable(in)));
        }
        return headers;
    }

    private static byte @Nullable [] readNullable(ScheduleReader in) {
        int length = readNullableLength(in);
        return length < 0 ? null : in.readBytes(length);
    }

    /** The length of a header's value; -1 for null. */
    private static int readNullableLength(ScheduleReader in) {
        long length = in.readNumber() - 1;
        if (length < -1 || length > in.remaining()) {
            throw new DataException("Expected up to " + in.remaining()
                    + " bytes of a header in a schedule, found a length of " + Long.toUnsignedString(length));
        }
        return (int) length;
    }

    private static byte @Nullable [] readPayload(ScheduleReader in, int flags) {
        requireNoPayload(in, flags);
        return (flags & NULL_PAYLOAD) == 0 ? in.readBytes(in.remaining()) : null;
    }

    private static void requireNoPayload(ScheduleReader in, int flags) {
        if ((flags & NULL_PAYLOAD) != 0 && in.remaining() > 0) {
            throw new DataException("Expected the end of a schedule, found further bytes");
        }
    }

    /**
     * When the schedule in these bytes is due, without making its parts if it is due once.
     *
     * @param in before what follows the topic
     * @return milliseconds since 1970; 0 if it has no time any more, or if its time zone is not known
     * @throws DataException if this is not a schedule
     */
    static long readDue(ScheduleReader in) {
        int from = in.position();
        int flags = readFlags(in);
        if ((flags & RECURRING) != 0) {
            in.moveTo(from);
            Timing timing = readRest("", in).timing();
            return timing.isComputable() ? timing.due().orElse(0) : 0;
        }
        long at = in.readTime();
        if ((flags & WITH_FIRED) != 0) {
            in.readNumber();
        }
        if ((flags & WITH_KEY) != 0) {
            in.skip(in.readLength());
        }
        if ((flags & WITH_HEADERS) != 0) {
            skipHeaders(in);
        }
        requireNoPayload(in, flags);
        return at;
    }

    private static void skipHeaders(ScheduleReader in) {
        long number = in.readNumber();
        for (long i = 0; i != number; i++) {
            in.skip(in.readLength());
            in.skip(Math.max(0, readNullableLength(in)));
        }
    }

    /**
     * The policy of a code: 0 for the connector's.
     *
     * @throws DataException if there is none
     */
    static Optional<PastDuePolicy> policyOf(int code) {
        if (code < 0 || code > POLICIES.size()) {
            throw new DataException("Expected a policy from 0 to " + POLICIES.size() + ", found " + code);
        }
        return code == 0 ? Optional.empty() : Optional.of(POLICIES.get(code - 1));
    }
}
