package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.timers.PastDuePolicy;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

/** The golden files contain state as released versions write it. They must not change; a new version gets new ones. */
class ScheduleFormatTest {
    private static final Schedule ONCE = new Schedule(
            new Timing.Once(1_800_000_000_123L), 0, Optional.empty(), "shop.renewals", null, List.of(), null);

    private static final Schedule RECURRING = new Schedule(
            new Timing.Recurring(1_800_000_000_000L, "0 2 * * MON-FRI", "Europe/Berlin", Long.MAX_VALUE, 12),
            3,
            Optional.of(PastDuePolicy.LAST),
            "shop.reports",
            new byte[] {0, (byte) 0xff},
            List.of(new RecordHeader("tenant", "grün".getBytes(UTF_8)), new RecordHeader("empty", null)),
            "{}".getBytes(UTF_8));

    @Test
    void writesWhatTheGoldenFilesContain() throws IOException {
        assertThat(HexFormat.of().formatHex(ScheduleFormat.write(ONCE))).isEqualTo(golden("once-v1.hex"));
        assertThat(HexFormat.of().formatHex(ScheduleFormat.write(RECURRING))).isEqualTo(golden("recurring-v1.hex"));
    }

    @Test
    void readsWhatTheGoldenFilesContain() throws IOException {
        assertThat(read("once-v1.hex")).usingRecursiveComparison().isEqualTo(ONCE);
        assertThat(read("recurring-v1.hex")).usingRecursiveComparison().isEqualTo(RECURRING);
    }

    @Test
    void refusesOtherBytes() throws IOException {
        byte[] state = ScheduleFormat.write(RECURRING);
        for (int length = 0; length < state.length; length++) {
            byte[] part = Arrays.copyOf(state, length);
            assertThatThrownBy(() -> ScheduleFormat.read(part)).isInstanceOf(DataException.class);
        }
        byte[] longer = Arrays.copyOf(state, state.length + 1);
        assertThatThrownBy(() -> ScheduleFormat.read(longer))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("further bytes");
        state[0] = 2;
        assertThatThrownBy(() -> ScheduleFormat.read(state))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Expected a schedule of version 1, found version 2");
    }

    private static Schedule read(String file) throws IOException {
        return ScheduleFormat.read(HexFormat.of().parseHex(golden(file)));
    }

    private static String golden(String file) throws IOException {
        try (InputStream in = ScheduleFormatTest.class.getResourceAsStream("/" + file)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8).strip();
        }
    }
}
