package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testing.Seeds;
import io.millrace.timers.PastDuePolicy;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
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
        assertThat(HexFormat.of().formatHex(ScheduleFormat.write(ONCE))).isEqualTo(golden("once-v2.hex"));
        assertThat(HexFormat.of().formatHex(ScheduleFormat.write(RECURRING))).isEqualTo(golden("recurring-v2.hex"));
    }

    /** So that the tests of version 1 have what connectors wrote. */
    @Test
    void hasAWriterOfVersion1ThatWritesWhatTheGoldenFilesContain() throws IOException {
        assertThat(HexFormat.of().formatHex(FirstScheduleWriter.write(ONCE))).isEqualTo(golden("once-v1.hex"));
        assertThat(HexFormat.of().formatHex(FirstScheduleWriter.write(RECURRING)))
                .isEqualTo(golden("recurring-v1.hex"));
    }

    @Test
    void readsWhatTheGoldenFilesContain() throws IOException {
        for (String version : List.of("v1", "v2")) {
            assertThat(read("once-" + version + ".hex"))
                    .usingRecursiveComparison()
                    .isEqualTo(ONCE);
            assertThat(read("recurring-" + version + ".hex"))
                    .usingRecursiveComparison()
                    .isEqualTo(RECURRING);
        }
    }

    @Test
    void readsAnyScheduleOfBothVersionsAsItWasWritten() {
        RandomSchedules schedules = new RandomSchedules(new Random(Seeds.next()));
        for (int i = 0; i < 5_000; i++) {
            Schedule schedule = schedules.next();
            byte[] first = FirstScheduleWriter.write(schedule);
            byte[] second = ScheduleFormat.write(schedule);
            // Version 1 contains all of a schedule.
            assertThat(FirstScheduleWriter.write(ScheduleFormat.read(first))).isEqualTo(first);
            assertThat(FirstScheduleWriter.write(ScheduleFormat.read(second))).isEqualTo(first);
            assertThat(second).hasSizeLessThan(first.length);
        }
    }

    /** Whatever the bytes are, they are a schedule, or the error is the one that names the record. */
    @Test
    void refusesRandomChangesOrReadsThem() {
        Random random = new Random(Seeds.next());
        RandomSchedules schedules = new RandomSchedules(random);
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] state = ScheduleFormat.write(schedules.next());
            state[random.nextInt(state.length)] = (byte) random.nextInt(256);
            try {
                ScheduleFormat.read(state);
            } catch (DataException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void refusesNumbersOfMoreThan64Bits() {
        byte[] number = new byte[10];
        Arrays.fill(number, (byte) 0xFF);
        number[9] = 1;
        assertThat(new ScheduleReader(number, 0).readNumber()).isEqualTo(-1);
        for (int last : List.of(2, 3, 0x81)) {
            number[9] = (byte) last;
            assertThatThrownBy(() -> new ScheduleReader(number, 0).readNumber()).isInstanceOf(DataException.class);
        }
    }

    @Test
    void refusesOtherBytes() {
        // The payload of version 2 has no length, so this one has none.
        Schedule tombstones = new Schedule(
                RECURRING.timing(),
                RECURRING.fired(),
                RECURRING.policy(),
                RECURRING.topic(),
                RECURRING.key(),
                RECURRING.headers(),
                null);
        for (byte[] state : List.of(FirstScheduleWriter.write(RECURRING), ScheduleFormat.write(tombstones))) {
            for (int length = 0; length < state.length; length++) {
                byte[] part = Arrays.copyOf(state, length);
                assertThatThrownBy(() -> ScheduleFormat.read(part)).isInstanceOf(DataException.class);
            }
            byte[] longer = Arrays.copyOf(state, state.length + 1);
            assertThatThrownBy(() -> ScheduleFormat.read(longer))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("further bytes");
            state[0] = 3;
            assertThatThrownBy(() -> ScheduleFormat.read(state))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("Expected a schedule of version 1 or 2, found version 3");
        }
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
