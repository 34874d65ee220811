package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.timers.PastDuePolicy;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.kafka.common.header.Header;

/** Writes version 1 of the state, as connectors did before version 2. The grammar is that of {@link FirstScheduleFormat}. */
final class FirstScheduleWriter {
    private static final List<PastDuePolicy> POLICIES =
            List.of(PastDuePolicy.FIRE, PastDuePolicy.SKIP, PastDuePolicy.LAST);

    private FirstScheduleWriter() {}

    static byte[] write(Schedule schedule) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(1);
            writeTiming(out, schedule.timing());
            out.writeByte(schedule.policy()
                    .map(policy -> 1 + POLICIES.indexOf(policy))
                    .orElse(0));
            out.writeLong(schedule.fired());
            writeText(out, schedule.topic());
            writeBytes(out, schedule.key());
            out.writeInt(schedule.headers().size());
            for (Header header : schedule.headers()) {
                writeText(out, header.key());
                writeBytes(out, header.value());
            }
            writeBytes(out, schedule.payload());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void writeTiming(DataOutputStream out, Timing timing) throws IOException {
        if (timing instanceof Timing.Recurring recurring) {
            out.writeByte(1);
            out.writeLong(recurring.after());
            writeText(out, recurring.expression());
            writeText(out, recurring.zone());
            out.writeLong(recurring.until());
            out.writeLong(recurring.count());
        } else if (timing instanceof Timing.Once once) {
            out.writeByte(0);
            out.writeLong(once.at());
        }
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        writeBytes(out, text.getBytes(UTF_8));
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }
}
