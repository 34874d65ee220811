package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.timers.PastDuePolicy;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleCommandTest {
    private static final long TIME = Instant.parse("2026-03-01T12:00:30Z").toEpochMilli();
    private static final long NOW = TIME + 5_000;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                schedule-at    | 2026-03-01T13:00:00Z        | 2026-03-01T13:00:00Z
                schedule-at    | 2026-03-01T13:00:00+02:00   | 2026-03-01T11:00:00Z
                schedule-at    | 2026-03-01t13:00:00.0001z   | 2026-03-01T13:00:00.001Z
                schedule-after | PT10M                       | 2026-03-01T12:10:30Z
                schedule-after | P1DT0.5S                    | 2026-03-02T12:00:30.500Z
                schedule-after | PT0S                        | 2026-03-01T12:00:30Z
                schedule-cron  | 0 2 * * *                   | 2026-03-02T02:00:00Z
                schedule-cron  | * * * * *                   | 2026-03-01T12:01:00Z
                """)
    void readsTimes(String header, String text, Instant due) throws RefusedCommandException {
        assertThat(parse("x", header, text, "schedule-topic", "t").timing().due())
                .hasValue(due.toEpochMilli());
    }

    @Test
    void countsRecurringOccurrencesFromTheTimeOfTheCommand() throws RefusedCommandException {
        ConsumerRecord<byte[], byte[]> command = command("x", "schedule-cron", "* * * * *", "schedule-topic", "t");
        ScheduleCommand late = ScheduleCommand.parse(command, NOW + 600_000);
        assertThat(((ScheduleCommand.Accept) late).schedule().timing().due())
                .hasValue(Instant.parse("2026-03-01T12:01:00Z").toEpochMilli());
        // By a clock that is ahead of the worker's.
        ScheduleCommand early = ScheduleCommand.parse(command, TIME - 60_000);
        assertThat(((ScheduleCommand.Accept) early).schedule().timing().due())
                .hasValue(Instant.parse("2026-03-01T12:00:00Z").toEpochMilli());
    }

    @Test
    void readsTheOtherHeaders() throws RefusedCommandException {
        Schedule schedule = parse(
                "x",
                "schedule-cron",
                "0 2 * * *",
                "schedule-zone",
                "Europe/Berlin",
                "schedule-until",
                "2026-03-03T00:00:00Z",
                "schedule-count",
                "5",
                "schedule-topic",
                "t",
                "schedule-key",
                "k",
                "schedule-past-due",
                "skip",
                "tenant",
                "t1",
                "ce_id",
                "e1");
        assertThat(schedule.timing().due())
                .hasValue(Instant.parse("2026-03-02T01:00:00Z").toEpochMilli());
        assertThat(schedule.timing()
                        .occurrences()
                        .nextAfter(Instant.parse("2026-03-02T01:00:00Z").toEpochMilli()))
                .isEmpty();
        assertThat(schedule.timing().count()).isEqualTo(5);
        assertThat(schedule.topic()).isEqualTo("t");
        assertThat(schedule.key()).isEqualTo("k".getBytes(UTF_8));
        assertThat(schedule.policy()).isEqualTo(Optional.of(PastDuePolicy.SKIP));
        assertThat(schedule.headers())
                .extracting(header -> header.key() + "=" + new String(header.value(), UTF_8))
                .containsExactly("tenant=t1", "schedule-ce-id=e1");
        assertThat(schedule.payload()).isEqualTo("x".getBytes(UTF_8));
        assertThat(schedule.toString()).doesNotContain("t1").doesNotContain("[B");
    }

    /** A service that retries a message by a schedule sends it with the headers that it has. */
    @Test
    void takesAMessageOfAScheduleAsACommand() throws RefusedCommandException {
        Schedule schedule = parse(
                "x",
                "schedule-after",
                "PT1M",
                "schedule-topic",
                "t",
                "schedule-id",
                "old",
                "schedule-due",
                "2026-03-01T12:00:00Z",
                "schedule-occurrence",
                "1",
                "ce_id",
                "old@2026-03-01T12:00:00Z",
                "schedule-ce-id",
                "e1");
        assertThat(schedule.headers())
                .extracting(header -> header.key() + "=" + new String(header.value(), UTF_8))
                .containsExactly("schedule-ce-id=e1");
    }

    @Test
    void cancelsWithAHeaderOrWithoutAValue() throws RefusedCommandException {
        for (ConsumerRecord<byte[], byte[]> cancel : java.util.List.of(
                command(null),
                command(null, "schedule-at", "2026-03-01T13:00:00Z", "schedule-topic", "t"),
                command("x", "schedule-cancel", "true"),
                command("x", "schedule-cancel", ""))) {
            assertThat(ScheduleCommand.parse(cancel, NOW)).isInstanceOf(ScheduleCommand.Cancel.class);
        }
    }

    @Test
    void schedulesTombstones() throws RefusedCommandException {
        for (String value : new String[] {null, ""}) {
            assertThat(parse(value, "schedule-after", "PT1M", "schedule-topic", "t", "schedule-value", "null")
                            .payload())
                    .isNull();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                schedule-topic=t                                                | schedule-at: expected exactly one of the headers schedule-at, schedule-after and schedule-cron, found 0
                schedule-topic=t,schedule-after=PT1M,schedule-cron=* * * * *    | found 2
                schedule-after=PT1M                                             | schedule-topic: expected the name
                schedule-topic=t,schedule-at=tomorrow                           | schedule-at: expected a time of RFC 3339, such as 2026-01-31T12:00:00Z, found 'tomorrow'
                schedule-topic=t,schedule-at=2026-03-01T12:00:00                | schedule-at: expected a time of RFC 3339
                schedule-topic=t,schedule-at=1969-03-01T12:00:00Z               | the years 1970 to 9999
                schedule-topic=t,schedule-after=P1M                             | schedule-after: expected an ISO 8601 duration
                schedule-topic=t,schedule-after=-PT1M                           | schedule-after: expected an ISO 8601 duration
                schedule-topic=t,schedule-after=P99999999D                      | the years 1970 to 9999
                schedule-topic=t,schedule-after=P99999999999999D                | schedule-after: expected an ISO 8601 duration
                schedule-topic=t,schedule-cron=* * * *                          | expected 5 fields
                schedule-topic=t,schedule-cron=0 0 30 2 *                       | schedule-cron: Cron expression '0 0 30 2 *'
                schedule-topic=t,schedule-cron=0 0 1 1 *,schedule-until=2026-12-01T00:00:00Z | it never fires
                schedule-topic=t,schedule-cron=0 0 1 1 *,schedule-zone=Mars     | schedule-zone: expected a time zone that exists, such as Europe/Berlin, found 'Mars'
                schedule-topic=t,schedule-cron=0 0 1 1 *,schedule-count=0       | schedule-count: expected a whole number from 1 on, found '0'
                schedule-topic=t,schedule-after=PT1M,schedule-zone=UTC          | schedule-zone: expected it only with schedule-cron
                schedule-topic=t,schedule-after=PT1M,schedule-past-due=never    | schedule-past-due: expected fire, skip or last, found 'never'
                schedule-topic=t,schedule-after=PT1M,schedule-value=null        | schedule-value: expected a record without a value, found one of 1 bytes
                schedule-topic=t,schedule-after=PT1M,schedule-value=x           | schedule-value: expected null, found 'x'
                schedule-topic=t,schedule-after=PT1M,schedule-crom=x            | schedule-crom: expected one of [schedule-after, schedule-at
                schedule-topic=t,schedule-after=PT1M,schedule-after=PT2M        | schedule-after: expected the header once
                schedule-cancel=false                                           | schedule-cancel: expected true
                schedule-cancel=true,schedule-after=PT1M                        | schedule-after: expected no time in a cancel
                """)
    void refusesWhatIsNotInTheGrammar(String headers, String reason) {
        String[] texts = headers.split("[,=]", -1);
        assertThatThrownBy(() -> ScheduleCommand.parse(command("x", texts), NOW))
                .isInstanceOf(RefusedCommandException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void refusesIdsThatAreNoText() {
        for (byte[] id : new byte[][] {null, {}, {(byte) 0xff}, new byte[ScheduleCommand.MAX_ID_BYTES + 1]}) {
            assertThatThrownBy(() -> ScheduleCommand.idOf(new ConsumerRecord<>("r", 0, 0, id, null)))
                    .isInstanceOf(RefusedCommandException.class)
                    .hasMessageStartingWith("key: expected");
        }
    }

    /** The reply must fit into its topic. */
    @ParameterizedTest
    @CsvSource({
        "schedule-at",
        "schedule-after",
        "schedule-cron",
        "schedule-zone",
        "schedule-until",
        "schedule-count",
        "schedule-past-due",
        "schedule-value",
        "schedule-cancel",
        "schedule-other"
    })
    void givesReasonsOfALimitedLength(String header) {
        String large = "ä".repeat(1_000_000);
        String[] headers = header.matches("schedule-(zone|until|count)")
                ? new String[] {"schedule-topic", "t", "schedule-cron", "* * * * *", header, large}
                : header.matches("schedule-(at|after|cron|cancel)")
                        ? new String[] {"schedule-topic", "t", header, large}
                        : header.equals("schedule-other")
                                ? new String[] {"schedule-" + large, "x"}
                                : new String[] {"schedule-topic", "t", "schedule-after", "PT1M", header, large};
        assertThatThrownBy(() -> ScheduleCommand.parse(command("x", headers), NOW))
                .isInstanceOfSatisfying(RefusedCommandException.class, refused -> {
                    assertThat(refused.getMessage()).hasSizeBetween(20, 1_200);
                    assertThat(refused.subject()).hasSizeLessThan(150);
                });
    }

    @Test
    void refusesADurationWithoutATimeToBeginAt() {
        ConsumerRecord<byte[], byte[]> command = new ConsumerRecord<>("r", 0, 0, "id".getBytes(UTF_8), new byte[0]);
        command.headers().add("schedule-after", "PT1M".getBytes(UTF_8));
        assertThatThrownBy(() -> ScheduleCommand.parse(command, NOW))
                .isInstanceOf(RefusedCommandException.class)
                .hasMessageContaining("schedule-after: expected a record with a timestamp");
    }

    private static Schedule parse(@Nullable String value, String... headers) throws RefusedCommandException {
        return ((ScheduleCommand.Accept) ScheduleCommand.parse(command(value, headers), NOW)).schedule();
    }

    private static ConsumerRecord<byte[], byte[]> command(@Nullable String value, String... headers) {
        RecordHeaders own = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            own.add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        return new ConsumerRecord<>(
                "requests",
                0,
                7,
                TIME,
                TimestampType.CREATE_TIME,
                2,
                1,
                "id".getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8),
                own,
                Optional.empty());
    }
}
