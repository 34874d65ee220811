package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testing.Seeds;
import io.millrace.timers.TimerQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

/** Schedules in memory. */
class PackedSchedulesTest {
    /** Packed in one order and read in another one; with more topics than the list contains. */
    @Test
    void readsWhatItHasPackedOfBothVersions() {
        Random random = new Random(Seeds.next());
        RandomSchedules schedules = new RandomSchedules(random);
        PackedSchedules packed = new PackedSchedules(10);
        List<Schedule> all = new ArrayList<>();
        List<byte[]> bytes = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            Schedule schedule = schedules.next();
            all.add(schedule);
            bytes.add(packed.pack(
                    random.nextBoolean() ? ScheduleFormat.write(schedule) : FirstScheduleWriter.write(schedule)));
        }
        for (int i = 0; i < all.size(); i++) {
            assertThat(FirstScheduleWriter.write(packed.read(bytes.get(i))))
                    .isEqualTo(FirstScheduleWriter.write(all.get(i)));
            Timing timing = all.get(i).timing();
            assertThat(PackedSchedules.readDue(bytes.get(i)))
                    .isEqualTo(
                            timing instanceof Timing.Once once
                                    ? once.at()
                                    : timing.due().orElse(0));
        }
        assertThat(packed.bytes()).isBetween(10 * 200L, 10 * 1_000L);
    }

    @Test
    void refusesBytesThatAreNotAScheduleWhenTheyAreLoaded() {
        PackedSchedules packed = new PackedSchedules(10);
        Schedule schedule = new Schedule(
                new Timing.Once(1_800_000_000_000L),
                0,
                Optional.empty(),
                "t",
                new byte[] {1, 2},
                List.of(new RecordHeader("a", new byte[3]), new RecordHeader("b", null)),
                null);
        byte[] value = ScheduleFormat.write(schedule);
        for (int length = 0; length < value.length; length++) {
            byte[] part = Arrays.copyOf(value, length);
            assertThatThrownBy(() -> PackedSchedules.readDue(packed.pack(part))).isInstanceOf(DataException.class);
        }
        byte[] longer = Arrays.copyOf(value, value.length + 1);
        assertThatThrownBy(() -> PackedSchedules.readDue(packed.pack(longer)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("further bytes");
    }

    /** What the benchmark measures, and what the documents promise, at every number of schedules. */
    @Test
    void takesAtMost100BytesBesidesThePayload() {
        PackedSchedules packed = new PackedSchedules(10);
        TimerQueue timers = new TimerQueue(Long.MAX_VALUE);
        double most = 0;
        for (int count = 1; count <= 200_000; count++) {
            byte[] id = ("waiting-" + (100_000 + count)).getBytes(UTF_8);
            Schedule schedule = new Schedule(
                    new Timing.Once(1_800_000_000_000L + count),
                    0,
                    Optional.empty(),
                    "millrace-1.messages",
                    null,
                    List.of(),
                    new byte[200]);
            timers.put(Scheduler.slotOf(3, id), count, packed.pack(ScheduleFormat.write(schedule)));
            if (count >= 1_000 && count % 97 == 0) {
                most = Math.max(most, (double) (timers.bytes() + packed.bytes()) / count - 200);
            }
        }
        System.out.printf("at most %.1f bytes a schedule, besides the payload%n", most);
        assertThat(most).isBetween(60.0, 100.0);
    }
}
