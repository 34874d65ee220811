package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.timers.PastDuePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Schedules of every kind, with values at the ends of their ranges too. */
final class RandomSchedules {
    private static final List<String> EXPRESSIONS = List.of("* * * * *", "0 2 * * MON-FRI", "@daily", "30 2 29 2 *");
    private static final List<String> ZONES = List.of("UTC", "Europe/Berlin", "America/Argentina/ComodRivadavia");

    private final Random random;

    RandomSchedules(Random random) {
        this.random = random;
    }

    Schedule next() {
        return new Schedule(
                random.nextBoolean() ? new Timing.Once(time()) : recurring(),
                random.nextBoolean() ? 0 : number() - 1,
                Optional.ofNullable(random.nextBoolean() ? null : oneOf(List.of(PastDuePolicy.values()))),
                random.nextInt(4) == 0 ? text() : "shop.t" + random.nextInt(30),
                random.nextBoolean() ? null : bytes(),
                headers(),
                random.nextInt(4) == 0 ? null : bytes());
    }

    private Timing recurring() {
        return new Timing.Recurring(
                time(),
                oneOf(EXPRESSIONS),
                oneOf(ZONES),
                random.nextBoolean() ? Long.MAX_VALUE : time(),
                random.nextBoolean() ? Long.MAX_VALUE : number());
    }

    /** Mostly of today, from 1970 to 9999, or any. */
    private long time() {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextLong();
            case 1 -> oneOf(List.of(Long.MIN_VALUE, Long.MAX_VALUE, 0L, -1L, ScheduleFormat.EPOCH));
            case 2 -> ScheduleFormat.EPOCH + random.nextInt(300) - 150;
            default -> (long) (random.nextDouble() * 253_402_300_799_000L);
        };
    }

    private long number() {
        return random.nextInt(4) == 0
                ? Long.MAX_VALUE - 1
                : 1 + (random.nextLong() & Long.MAX_VALUE >> (1 + random.nextInt(62)));
    }

    private List<Header> headers() {
        List<Header> headers = new ArrayList<>();
        for (int i = random.nextInt(3) * random.nextInt(100); i > 0; i--) {
            headers.add(new RecordHeader(text(), random.nextInt(4) == 0 ? null : bytes()));
        }
        return headers;
    }

    private String text() {
        return "x".repeat(random.nextInt(3) * random.nextInt(100)) + "grün".substring(random.nextInt(4));
    }

    private byte[] bytes() {
        byte[] bytes = random.nextInt(10) == 0
                ? "v".repeat(random.nextInt(20_000)).getBytes(UTF_8)
                : new byte[random.nextInt(3) * random.nextInt(70)];
        if (bytes.length < 1000) {
            random.nextBytes(bytes);
        }
        return bytes;
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
