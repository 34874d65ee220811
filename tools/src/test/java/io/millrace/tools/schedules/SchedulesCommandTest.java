package io.millrace.tools.schedules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.schedule.Schedule;
import io.millrace.connectors.schedule.Timing;
import io.millrace.tools.CommandRun;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;

/** Without a cluster. */
class SchedulesCommandTest {
    private static final PendingSchedule SCHEDULE = new PendingSchedule(
            3,
            "order-17",
            new Schedule(
                    new Timing.Once(1_800_000_000_000L),
                    0,
                    Optional.empty(),
                    "shop.reminders",
                    null,
                    List.of(new RecordHeader("tenant", "t1".getBytes(UTF_8))),
                    "secret".getBytes(UTF_8)));

    @Test
    void printsTheNextTimesOfAnExpression() {
        CommandRun run = CommandRun.of("schedules", "next", "30 2 29 2 *", "--zone", "Europe/Berlin", "--count", "2");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines())
                .hasSize(2)
                .allMatch(line -> line.matches("\\d{4}-02-29T01:30:00Z  \\d{4}-02-29T02:30\\+01:00"));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertRefused("expected 5 fields", "schedules", "next", "* *");
        assertRefused("found 'Mars'", "schedules", "next", "@daily", "--zone", "Mars");
        assertRefused("expected one of [cancel, list, next, show]", "schedules", "drop");
        assertRefused("one expression in quotes", "schedules", "next", "0", "2", "*", "*", "*");
        assertRefused("--schedules is missing", "schedules", "list", "--bootstrap-servers", "127.0.0.1:1");
        assertRefused("--bootstrap-servers is missing", "schedules", "list", "--schedules", "s");
        assertRefused("--id is missing", "schedules", "cancel", "--schedules", "s", "--requests", "r");
    }

    private static void assertRefused(String reason, String... words) {
        CommandRun run = CommandRun.of(words);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(reason);
    }

    @Test
    void printsValuesOnlyIfTheyAreWanted() {
        assertThat(print(false))
                .contains("order-17", "due        2027-01-15T08:00:00Z", "payload    6 bytes", "header     tenant")
                .doesNotContain("secret")
                .doesNotContain("t1");
        assertThat(print(true)).contains("value      secret", "header     tenant: t1", "key        order-17");
        assertThat(SCHEDULE.toJson(false).toString()).doesNotContain("secret").doesNotContain("t1");
        assertThat(SCHEDULE.toJson(true).toString()).contains("secret", "t1", "\"due\":\"2027-01-15T08:00:00Z\"");
    }

    /** Time zone data of this Java runtime that is older than the worker's. */
    @Test
    void printsTheScheduleOfATimeZoneThatIsNotKnown() {
        PendingSchedule unknown = new PendingSchedule(
                3,
                "tick",
                new Schedule(
                        new Timing.Recurring(0, "@daily", "Mars/Olympus", Long.MAX_VALUE, Long.MAX_VALUE),
                        0,
                        Optional.empty(),
                        "t",
                        null,
                        List.of(),
                        null));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        unknown.printLine(new PrintStream(out, true, UTF_8));
        assertThat(out.toString(UTF_8)).contains("tick", "Mars/Olympus, a time zone that is not known");
        assertThat(unknown.dueOrNever()).isEqualTo(Long.MAX_VALUE);
        assertThat(unknown.toJson(false).get("due").isNull()).isTrue();
    }

    private static String print(boolean values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SCHEDULE.print(new PrintStream(out, true, UTF_8), values);
        return out.toString(UTF_8);
    }
}
