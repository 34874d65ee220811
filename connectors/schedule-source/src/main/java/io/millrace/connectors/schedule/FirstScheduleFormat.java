package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.timers.PastDuePolicy;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Version 1 of the value of a record of the schedules topic, which {@link ScheduleFormat} reads and does not write any more. Numbers are
 * big-endian.
 *
 * <pre>
 * value    = version timing policy fired topic key headers payload
 * version  = %x01
 * timing   = %x00 at                                  ; once
 *          | %x01 after expression zone until count   ; recurring
 * at       = int64        after = int64        until = int64        count = int64      ; milliseconds since 1970; a number
 * policy   = %x00 | %x01 | %x02 | %x03                ; the connector's, fire, skip, last
 * fired    = int64
 * topic    = text         expression = text    zone = text
 * key      = bytes        payload = bytes
 * headers  = int32 *( text bytes )                    ; their number, then names and values
 * text     = bytes                                    ; UTF-8
 * bytes    = int32 *OCTET                             ; the length, or -1 for null
 * </pre>
 */
final class FirstScheduleFormat {
    static final byte VERSION = 1;
    private static final byte ONCE = 0;
    private static final byte RECURRING = 1;

    private FirstScheduleFormat() {}

    /**
     * Reads a schedule, which begins with the version.
     *
     * @throws DataException if these are not the bytes of one
     */
    static Schedule read(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        try {
            in.get();
            Timing timing = readTiming(in);
            Optional<PastDuePolicy> policy = ScheduleFormat.policyOf(in.get());
            long fired = in.getLong();
            String topic = readText(in);
            byte[] key = readBytes(in);
            List<Header> headers = readHeaders(in);
            byte[] payload = readBytes(in);
            if (in.hasRemaining()) {
                throw new DataException("Expected the end of a schedule, found further bytes");
            }
            return new Schedule(timing, fired, policy, topic, key, headers, payload);
        } catch (BufferUnderflowException e) {
            throw new DataException("Expected a schedule, found other bytes: they end in it", e);
        } catch (IllegalArgumentException e) {
            throw new DataException("Expected a schedule, found other bytes: " + e.getMessage(), e);
        }
    }

    private static Timing readTiming(ByteBuffer in) {
        byte kind = in.get();
        return switch (kind) {
            case ONCE -> new Timing.Once(in.getLong());
            case RECURRING ->
                new Timing.Recurring(in.getLong(), readText(in), readText(in), in.getLong(), in.getLong());
            default -> throw new DataException("Expected a schedule that is due once or again, found kind " + kind);
        };
    }

    private static List<Header> readHeaders(ByteBuffer in) {
        int number = in.getInt();
        List<Header> headers = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            headers.add(new RecordHeader(readText(in), readBytes(in)));
        }
        return headers;
    }

    private static String readText(ByteBuffer in) {
        byte[] bytes = readBytes(in);
        if (bytes == null) {
            throw new DataException("Expected a text in a schedule, found null");
        }
        return new String(bytes, UTF_8);
    }

    private static byte @Nullable [] readBytes(ByteBuffer in) {
        int length = in.getInt();
        if (length < -1 || length > in.remaining()) {
            throw new DataException(
                    "Expected up to " + in.remaining() + " bytes in a schedule, found a length of " + length);
        }
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
