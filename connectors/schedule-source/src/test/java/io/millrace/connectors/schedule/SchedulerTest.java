package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connectors.schedule.OutgoingRecord.Kind;
import io.millrace.connectors.schedule.ScheduleCounts.Event;
import io.millrace.connectors.schedule.ScheduleModel.Command;
import io.millrace.connectors.schedule.ScheduleModel.Spec;
import io.millrace.timers.PastDue;
import io.millrace.timers.PastDuePolicy;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands and times, without Kafka. */
class SchedulerTest {
    private static final long START = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final long TOLERANCE = 10_000;
    private static final List<PastDuePolicy> POLICIES =
            List.of(PastDuePolicy.FIRE, PastDuePolicy.SKIP, PastDuePolicy.LAST);

    private final Map<String, OptionalInt> limits =
            new HashMap<>(Map.of("t", OptionalInt.of(1_000_000), "small", OptionalInt.of(9_000)));
    private final ScheduleCounts counts = new ScheduleCounts();
    private long rate = Long.MAX_VALUE;
    private long maxBytes = 10_000_000;
    private long window = Long.MAX_VALUE;
    private int offset;
    /** What was committed of the schedules topic. */
    private final List<OutgoingRecord> log = new ArrayList<>();

    private Scheduler scheduler() {
        Scheduler created = new Scheduler(
                new Scheduler.Settings(
                        "schedules",
                        Optional.of("replies"),
                        List.of("schedules"),
                        Pattern.compile("t|small|missing|schedules|invalid|[._].*"),
                        new PastDue(TOLERANCE, window),
                        Optional.empty(),
                        rate,
                        20_000,
                        maxBytes,
                        1000),
                topic -> {
                    OptionalInt limit = limits.getOrDefault(topic, OptionalInt.empty());
                    if (topic.equals("invalid")) {
                        throw new InvalidTopicException("it collides");
                    }
                    if (limit.isPresent() && limit.getAsInt() < 0) {
                        throw new TimeoutException("no answer");
                    }
                    return limit;
                },
                counts);
        log.forEach(record -> created.load(toState(record)));
        return created;
    }

    private static ConsumerRecord<byte[], byte[]> toState(OutgoingRecord record) {
        return new ConsumerRecord<>(
                "schedules",
                record.source(),
                0,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                record.key(),
                record.value(),
                new RecordHeaders(record.headers()),
                Optional.empty());
    }

    /** Random commands and times; crashes before a batch is committed; loads of what was. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void sendsWhatTheModelSendsThroughCrashesAndLoads(long seed) {
        Random random = new Random(seed);
        ScheduleModel model = new ScheduleModel(TOLERANCE);
        Scheduler scheduler = scheduler();
        List<ConsumerRecord<byte[], byte[]>> waiting = new ArrayList<>();
        List<Command> waitingOfModel = new ArrayList<>();
        List<String> sent = new ArrayList<>();
        List<String> replies = new ArrayList<>();
        long now = START;
        for (int round = 0; round < 400; round++) {
            for (int i = random.nextInt(4); i > 0; i--) {
                Command command = randomCommand(random, now);
                waitingOfModel.add(command);
                waiting.add(toRecord(command, now));
            }
            // Mostly on time; sometimes after an outage.
            now += random.nextInt(20) == 0 ? random.nextInt(600_000) : random.nextInt(20_000);
            OutgoingBatch batch = new OutgoingBatch(100_000);
            for (ConsumerRecord<byte[], byte[]> command : waiting) {
                scheduler.accept(command, now, batch);
            }
            scheduler.fire(now, batch);
            if (random.nextInt(4) == 0) {
                scheduler = scheduler();
                continue;
            }
            for (Command command : waitingOfModel) {
                model.accept(command);
            }
            model.fire(now);
            waiting.clear();
            waitingOfModel.clear();
            int sentBefore = sent.size();
            int repliesBefore = replies.size();
            commit(batch, now, sent, replies);
            assertThat(since(sentBefore, sent))
                    .as("messages of seed %d, round %d", seed, round)
                    .isEqualTo(since(sentBefore, model.sent()));
            assertThat(since(repliesBefore, replies))
                    .as("replies of seed %d, round %d", seed, round)
                    .isEqualTo(since(repliesBefore, model.replies()));
            assertThat(scheduler.pending()).isEqualTo(model.pending());
            if (random.nextInt(10) == 0) {
                scheduler = scheduler();
            }
        }
        assertThat(sent).hasSizeGreaterThan(100);
        assertThat(replies)
                .anyMatch(reply -> reply.endsWith(":too-late"))
                .anyMatch(reply -> reply.endsWith(":skipped"));
    }

    /** Those of the round. Messages that are due at the same time have no order. */
    private static List<String> since(int index, List<String> all) {
        return all.subList(index, all.size()).stream().sorted().toList();
    }

    private static Command randomCommand(Random random, long now) {
        String id = "id" + random.nextInt(12);
        if (random.nextInt(3) == 0) {
            return new Command(id, Optional.empty());
        }
        PastDuePolicy policy = POLICIES.get(random.nextInt(POLICIES.size()));
        boolean once = random.nextBoolean();
        return new Command(
                id,
                Optional.of(new Spec(
                        once ? OptionalLong.of(now + random.nextInt(120_000)) : OptionalLong.empty(),
                        now,
                        once ? 1 : 1 + random.nextInt(4),
                        random.nextBoolean() ? Optional.of(policy) : Optional.empty(),
                        "p" + random.nextInt(1000))));
    }

    private ConsumerRecord<byte[], byte[]> toRecord(Command command, long now) {
        if (command.spec().isEmpty()) {
            return command(now, command.id(), null);
        }
        Spec spec = command.spec().get();
        List<String> headers = new ArrayList<>(List.of("schedule-topic", "t"));
        if (spec.at().isPresent()) {
            headers.addAll(List.of(
                    "schedule-at", Instant.ofEpochMilli(spec.at().getAsLong()).toString()));
        } else {
            headers.addAll(List.of("schedule-cron", "* * * * *", "schedule-count", String.valueOf(spec.count())));
        }
        spec.policy()
                .ifPresent(policy -> headers.addAll(
                        List.of("schedule-past-due", policy.name().toLowerCase(Locale.ROOT))));
        return command(now, command.id(), spec.payload(), headers.toArray(String[]::new));
    }

    private void commit(OutgoingBatch batch, long now, List<String> sent, List<String> replies) {
        long latest = Long.MIN_VALUE;
        for (OutgoingRecord record : batch.records()) {
            String id = new String(record.key(), UTF_8);
            if (record.kind() == Kind.STATE) {
                log.add(record);
            } else if (record.kind() == Kind.REPLY) {
                replies.add(id + ":" + new String(record.value(), UTF_8));
            } else {
                long due = Instant.parse(header(record, "schedule-due")).toEpochMilli();
                assertThat(due).as("never early, and in order").isBetween(latest, now);
                latest = due;
                sent.add(id + "@" + due + "#" + header(record, "schedule-occurrence") + "="
                        + new String(record.value(), UTF_8));
            }
        }
    }

    @Test
    void sendsStateWithEachMessageSoThatBothAreCommitted() {
        Scheduler scheduler = scheduler();
        OutgoingBatch batch = new OutgoingBatch(10);
        scheduler.accept(command(START, "a", "x", "schedule-topic", "t", "schedule-after", "PT1M"), START, batch);
        scheduler.fire(START + 59_999, batch);
        assertThat(batch.records())
                .extracting(record ->
                        record.kind() + " " + record.topic() + " " + record.partition() + " " + record.nextOffset())
                .containsExactly("STATE schedules 3 1", "REPLY replies null 1");
        assertThat(scheduler.nextMoment(START)).hasValue(START + 60_000);

        OutgoingBatch due = new OutgoingBatch(10);
        scheduler.fire(START + 60_000, due);
        assertThat(due.records())
                .extracting(record ->
                        record.kind() + " " + record.topic() + " " + record.partition() + " " + record.nextOffset())
                .containsExactly("MESSAGE t null -1", "STATE schedules 3 -1");
        assertThat(due.records().get(1).value()).isNull();
        assertThat(header(due.records().get(0), "ce_id")).isEqualTo("a@2026-03-01T12:01:00Z");
    }

    /** Services whose clients have different partitioners. */
    @Test
    void tellsOneIdInTwoPartitionsApart() {
        Scheduler scheduler = scheduler();
        OutgoingBatch batch = new OutgoingBatch(10);
        scheduler.accept(command(START, "a", "x", "schedule-topic", "t", "schedule-after", "PT1M"), START, batch);
        scheduler.accept(new ConsumerRecord<>("requests", 4, 0, "a".getBytes(UTF_8), null), START, batch);
        assertThat(batch.records())
                .filteredOn(record -> record.kind() == Kind.REPLY)
                .extracting(record -> new String(record.value(), UTF_8))
                .containsExactly("accepted", "unknown");
        assertThat(scheduler.pending()).isEqualTo(1);
    }

    @Test
    void refusesSchedulesThatDoNotFitAndKeepsTheFormerOne() {
        maxBytes = 6_000;
        Scheduler scheduler = scheduler();
        assertThat(reasons(scheduler, "a", "x".repeat(500), "t")).isEmpty();
        assertThat(reasons(scheduler, "a", "x".repeat(6_000), "t")).contains("fits into max.bytes");
        assertThat(reasons(scheduler, "a", "x".repeat(20_001), "t")).contains("up to 20000 bytes");
        assertThat(reasons(scheduler, "b", "x".repeat(1_000), "small")).contains("max.message.bytes of 9000");
        assertThat(reasons(scheduler, "b", "x", "missing")).contains("a topic that exists, found 'missing'");
        assertThat(reasons(scheduler, "b", "x", "schedules")).contains("targets permits, found 'schedules'");
        assertThat(reasons(scheduler, "b", "x", "other")).contains("targets permits, found 'other'");
        assertThat(reasons(scheduler, "b", "x", "invalid")).contains("can be used, found 'invalid': it collides");
        for (String name : List.of(".", "..", "__consumer_offsets")) {
            assertThat(reasons(scheduler, "b", "x", name)).contains("targets permits, found '" + name + "'");
        }
        assertThat(scheduler.pending()).isEqualTo(1);
        assertThat(counts.get(Event.REFUSED)).isEqualTo(10);
    }

    /** A compacted topic of replies refuses records without a key. */
    @Test
    void answersACommandWithoutAnIdWithItsPlaceAsTheKey() {
        OutgoingBatch batch = new OutgoingBatch(10);
        scheduler().accept(new ConsumerRecord<>("requests", 3, 17, null, "x".getBytes(UTF_8)), START, batch);
        assertThat(batch.records()).singleElement().satisfies(reply -> {
            assertThat(reply.key()).isEqualTo("requests-3@17".getBytes(UTF_8));
            assertThat(reply.headers()).extracting(Header::key).doesNotContain("schedule-id");
        });
    }

    private String reasons(Scheduler scheduler, String id, String value, String topic) {
        OutgoingBatch batch = new OutgoingBatch(10);
        scheduler.accept(command(START, id, value, "schedule-topic", topic, "schedule-after", "PT1M"), START, batch);
        OutgoingRecord reply = batch.records().get(batch.records().size() - 1);
        assertThat(header(reply, "schedule-request")).startsWith("requests-3@");
        Header reason = reply.headers().stream()
                .filter(header -> header.key().equals("schedule-reason"))
                .findFirst()
                .orElse(null);
        return reason == null ? "" : new String(reason.value(), UTF_8);
    }

    @Test
    void changesNothingWhileTheBrokersDoNotAnswerAboutATarget() {
        Scheduler scheduler = scheduler();
        limits.put("t", OptionalInt.of(-1));
        OutgoingBatch batch = new OutgoingBatch(10);
        ConsumerRecord<byte[], byte[]> command =
                command(START, "a", "x", "schedule-topic", "t", "schedule-after", "PT1M");
        assertThatThrownBy(() -> scheduler.accept(command, START, batch)).isInstanceOf(TimeoutException.class);
        assertThat(batch.records()).isEmpty();
        assertThat(scheduler.pending()).isZero();
    }

    /** A topic that was deleted after a schedule named it must not end the task, which has other schedules. */
    @Test
    void holdsMessagesWhoseTopicDoesNotExistAnyMore() {
        Scheduler scheduler = scheduler();
        OutgoingBatch batch = new OutgoingBatch(10);
        scheduler.accept(command(START, "a", "x", "schedule-topic", "t", "schedule-after", "PT1M"), START, batch);
        scheduler.accept(command(START, "b", "x", "schedule-topic", "small", "schedule-after", "PT1M"), START, batch);
        OptionalInt limit = limits.remove("t");
        OutgoingBatch due = new OutgoingBatch(10);
        scheduler.fire(START + 60_000, due);
        assertThat(due.records()).extracting(OutgoingRecord::topic).containsExactly("small", "schedules");
        assertThat(scheduler.pending()).isEqualTo(1);
        assertThat(counts.get(Event.HELD)).isEqualTo(1);

        limits.put("t", limit);
        OutgoingBatch later = new OutgoingBatch(10);
        scheduler.fire(START + 70_000, later);
        assertThat(later.records()).extracting(OutgoingRecord::topic).containsExactly("t", "schedules");
        assertThat(header(later.records().get(0), "schedule-due")).isEqualTo("2026-03-01T12:01:00Z");
    }

    /** All of one topic wait together, so that none overtakes another one. */
    @Test
    void sendsWhatWasHeldInTheOrderInWhichItWasDue() {
        Scheduler scheduler = scheduler();
        OutgoingBatch batch = new OutgoingBatch(100);
        for (int i = 0; i < 9; i++) {
            String after = "PT" + (60 + i) + "S";
            scheduler.accept(
                    command(START, "a" + i, "x", "schedule-topic", "t", "schedule-after", after), START, batch);
        }
        OptionalInt limit = limits.remove("t");
        OutgoingBatch due = new OutgoingBatch(100);
        for (long second = 60; second < 67; second++) {
            scheduler.fire(START + second * 1000, due);
        }
        limits.put("t", limit);
        for (long second = 67; second < 80; second++) {
            scheduler.fire(START + second * 1000, due);
        }
        assertThat(due.records())
                .filteredOn(record -> record.kind() == Kind.MESSAGE)
                .extracting(record -> header(record, "schedule-id"))
                .containsExactly("a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8");
    }

    @Test
    void waitsForAMomentWhenTheBrokersDoNotAnswerAndKeepsTheOrder() {
        Scheduler scheduler = scheduler();
        OutgoingBatch batch = new OutgoingBatch(100);
        scheduler.accept(command(START, "a", "x", "schedule-topic", "t", "schedule-after", "PT1M"), START, batch);
        scheduler.accept(command(START, "b", "x", "schedule-topic", "small", "schedule-after", "PT61S"), START, batch);
        OptionalInt limit = limits.put("t", OptionalInt.of(-1));
        OutgoingBatch due = new OutgoingBatch(100);
        long now = START + 62_000;
        scheduler.fire(now, due);
        assertThat(due.records()).isEmpty();
        assertThat(scheduler.nextMoment(now)).hasValue(now + 1000);
        assertThat(counts.get(Event.TARGET_QUERY_FAILED)).isEqualTo(1);
        assertThat(counts.get(Event.HELD)).isZero();
        limits.put("t", limit);
        scheduler.fire(now + 999, due);
        assertThat(due.records()).isEmpty();
        scheduler.fire(now + 1000, due);
        assertThat(due.records())
                .filteredOn(record -> record.kind() == Kind.MESSAGE)
                .extracting(record -> header(record, "schedule-id"))
                .containsExactly("a", "b");
    }

    /** The limit of a topic was lowered after the schedule was accepted. */
    @Test
    void holdsAMessageThatDoesNotFitAnyMore() {
        Scheduler scheduler = scheduler();
        OutgoingBatch batch = new OutgoingBatch(100);
        scheduler.accept(
                command(START, "a", "x".repeat(2_000), "schedule-topic", "t", "schedule-after", "PT1M"), START, batch);
        scheduler.accept(command(START, "b", "x", "schedule-topic", "t", "schedule-after", "PT1M"), START, batch);
        limits.put("t", OptionalInt.of(9_000));
        OutgoingBatch due = new OutgoingBatch(100);
        scheduler.fire(START + 60_000, due);
        assertThat(header(due.records().get(0), "schedule-id")).isEqualTo("b");
        assertThat(scheduler.pending()).isEqualTo(1);
        assertThat(counts.get(Event.HELD)).isEqualTo(1);
        limits.put("t", OptionalInt.of(100_000));
        scheduler.fire(START + 65_000, due);
        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void skipsWhatIsTooOldWhenTheRatePermitsIt() {
        rate = 1;
        window = 70_000;
        Scheduler scheduler = scheduler();
        OutgoingBatch batch = new OutgoingBatch(1000);
        for (int i = 0; i < 50; i++) {
            scheduler.accept(
                    command(START, "a" + i, "x", "schedule-topic", "t", "schedule-after", "PT0S"), START, batch);
        }
        OutgoingBatch late = new OutgoingBatch(1000);
        for (long second = 60; second < 120; second++) {
            scheduler.fire(START + second * 1000, late);
        }
        assertThat(counts.get(Event.PAST_DUE)).isBetween(10L, 12L);
        assertThat(counts.get(Event.SKIPPED)).isEqualTo(50 - counts.get(Event.PAST_DUE));
        assertThat(scheduler.pending()).isZero();
    }

    /** With a rate that permits more late messages than a batch contains. */
    @Test
    void takesLateMessagesAndThoseOnTimeInTurn() {
        rate = 1_000_000;
        Scheduler scheduler = scheduler();
        OutgoingBatch batch = new OutgoingBatch(10_000);
        for (int i = 0; i < 500; i++) {
            scheduler.accept(
                    command(START, "late" + i, "x", "schedule-topic", "t", "schedule-after", "PT0S"), START, batch);
        }
        long now = START + 60_000;
        scheduler.fire(now, new OutgoingBatch(1));
        for (int i = 0; i < 20; i++) {
            scheduler.accept(command(now, "now" + i, "x", "schedule-topic", "t", "schedule-after", "PT0S"), now, batch);
        }
        OutgoingBatch first = new OutgoingBatch(100);
        scheduler.fire(now + 1, first);
        List<String> ids = first.records().stream()
                .filter(record -> record.kind() == Kind.MESSAGE)
                .map(record -> header(record, "schedule-id"))
                .toList();
        assertThat(ids).hasSize(50).filteredOn(id -> id.startsWith("now")).hasSize(20);
    }

    /** By the new rules, the pending occurrence is an hour earlier. */
    @Test
    void dropsNoOccurrenceWhenTheRulesOfATimeZoneChange() {
        MovableZone.set(ZoneOffset.UTC);
        Scheduler scheduler = scheduler();
        OutgoingBatch batch = new OutgoingBatch(10);
        scheduler.accept(daily(START - 1), START - 1, batch);
        scheduler.fire(START, batch);
        batch.records().stream().filter(record -> record.kind() == Kind.STATE).forEach(log::add);

        MovableZone.set(ZoneOffset.ofHours(1));
        Scheduler loaded = scheduler();
        assertThat(loaded.nextMoment(START))
                .hasValue(Instant.parse("2026-03-02T11:00:00Z").toEpochMilli());
    }

    @Test
    void holdsTheSchedulesOfATimeZoneThatIsNotKnownAnyMore() {
        MovableZone.set(ZoneOffset.UTC);
        Scheduler scheduler = scheduler();
        OutgoingBatch batch = new OutgoingBatch(10);
        scheduler.accept(daily(START - 1), START - 1, batch);
        scheduler.accept(command(START, "b", "x", "schedule-topic", "t", "schedule-after", "PT1M"), START, batch);
        batch.records().stream().filter(record -> record.kind() == Kind.STATE).forEach(log::add);

        MovableZone.set(null);
        Scheduler loaded = scheduler();
        OutgoingBatch due = new OutgoingBatch(10);
        loaded.fire(START + 60_000, due);
        assertThat(due.records()).extracting(OutgoingRecord::kind).containsExactly(Kind.MESSAGE, Kind.STATE);
        assertThat(header(due.records().get(0), "schedule-id")).isEqualTo("b");
        assertThat(counts.get(Event.HELD)).isEqualTo(1);
        assertThat(loaded.pending()).isEqualTo(1);
        MovableZone.set(ZoneOffset.UTC);
        OutgoingBatch later = new OutgoingBatch(10);
        loaded.fire(START + 2 * 3_600_000, later);
        assertThat(header(later.records().get(0), "schedule-id")).isEqualTo("a");

        MovableZone.set(null);
        OutgoingBatch cancelled = new OutgoingBatch(10);
        scheduler().accept(command(START, "a", null), START, cancelled);
        assertThat(cancelled.records().get(1).value()).isEqualTo("cancelled".getBytes(UTF_8));
        MovableZone.set(ZoneOffset.UTC);
    }

    private ConsumerRecord<byte[], byte[]> daily(long time) {
        return command(
                time,
                "a",
                "x",
                "schedule-topic",
                "t",
                "schedule-cron",
                "0 12 * * *",
                "schedule-zone",
                MovableZone.NAME);
    }

    @Test
    void sendsNoMoreInASecondThanTheRateIfTheyArePastDue() {
        rate = 10;
        Scheduler scheduler = scheduler();
        OutgoingBatch batch = new OutgoingBatch(1000);
        for (int i = 0; i < 50; i++) {
            scheduler.accept(
                    command(START, "a" + i, "x", "schedule-topic", "t", "schedule-after", "PT1M"), START, batch);
        }
        scheduler.accept(command(START, "later", "x", "schedule-topic", "t", "schedule-after", "PT20M"), START, batch);
        long now = START + 20 * 60_000;
        OutgoingBatch first = new OutgoingBatch(1000);
        scheduler.fire(now, first);
        assertThat(first.records())
                .filteredOn(record -> record.kind() == Kind.MESSAGE)
                .extracting(record -> header(record, "schedule-id"))
                .hasSizeLessThan(5)
                .contains("later");
        scheduler.accept(command(now, "a49", null), now, batch);
        int messages = 0;
        for (long time = now; time < now + 10_000; time += 10) {
            OutgoingBatch late = new OutgoingBatch(1000);
            scheduler.fire(time, late);
            messages += late.records().size() / 2;
        }
        assertThat(scheduler.pending()).isZero();
        assertThat(counts.get(Event.PAST_DUE)).isEqualTo(49);
        assertThat(messages).isBetween(45, 49);
        assertThat(counts.get(Event.CANCELLED)).isEqualTo(1);
    }

    @Test
    void firesNoMoreThanABatchPermits() {
        Scheduler scheduler = scheduler();
        OutgoingBatch batch = new OutgoingBatch(10);
        for (int i = 0; i < 30; i++) {
            scheduler.accept(
                    command(START, "a" + i, "x", "schedule-topic", "t", "schedule-after", "PT0S"), START, batch);
        }
        scheduler.fire(START, batch);
        assertThat(batch.records())
                .filteredOn(record -> record.kind() == Kind.MESSAGE)
                .hasSize(5);
        assertThat(scheduler.nextMoment(START)).hasValue(START);
    }

    /** An installation that is upgraded while schedules wait. */
    @Test
    void continuesSchedulesOfVersion1() {
        Scheduler scheduler = scheduler();
        Schedule once =
                new Schedule(new Timing.Once(START), 0, Optional.empty(), "t", null, List.of(), "x".getBytes(UTF_8));
        Schedule recurring = new Schedule(
                new Timing.Recurring(START, "* * * * *", "UTC", Long.MAX_VALUE, 2),
                0,
                Optional.empty(),
                "t",
                null,
                List.of(),
                null);
        scheduler.load(new ConsumerRecord<>("schedules", 3, 5, "a".getBytes(UTF_8), FirstScheduleWriter.write(once)));
        scheduler.load(
                new ConsumerRecord<>("schedules", 3, 6, "b".getBytes(UTF_8), FirstScheduleWriter.write(recurring)));

        OutgoingBatch due = new OutgoingBatch(10);
        scheduler.fire(START + 60_000, due);
        assertThat(due.records())
                .filteredOn(record -> record.kind() == Kind.MESSAGE)
                .extracting(record -> header(record, "ce_id"))
                .containsExactly("a@2026-03-01T12:00:00Z", "b@2026-03-01T12:01:00Z");
        List<OutgoingRecord> states = due.records().stream()
                .filter(record -> record.kind() == Kind.STATE)
                .toList();
        assertThat(states.get(0).value()).isNull();
        assertThat(states.get(1).value()).startsWith(2);
        assertThat(ScheduleFormat.read(states.get(1).value()).fired()).isEqualTo(1);
    }

    @Test
    void namesTheRecordOfAStateThatItCannotRead() {
        assertThatThrownBy(() ->
                        scheduler().load(new ConsumerRecord<>("schedules", 2, 5, "a".getBytes(UTF_8), new byte[] {9})))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("schedules-2@5")
                .hasMessageContaining("version 1 or 2, found version 9");
    }

    /** A command in partition 3. */
    private ConsumerRecord<byte[], byte[]> command(long time, String id, @Nullable String value, String... headers) {
        RecordHeaders own = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            own.add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        return new ConsumerRecord<>(
                "requests",
                3,
                offset++,
                time,
                TimestampType.CREATE_TIME,
                0,
                0,
                id.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8),
                own,
                Optional.empty());
    }

    private static String header(OutgoingRecord record, String name) {
        return record.headers().stream()
                .filter(header -> header.key().equals(name))
                .map(header -> new String(header.value(), UTF_8))
                .findFirst()
                .orElseThrow();
    }
}
