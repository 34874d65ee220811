package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.changes.RecordPlace;
import io.millrace.connectors.schedule.OutgoingRecord.Kind;
import io.millrace.connectors.schedule.ScheduleCounts.Event;
import io.millrace.events.EventHeaders;
import io.millrace.timers.PastDue;
import io.millrace.timers.PastDuePolicy;
import io.millrace.timers.PastDueQueue;
import io.millrace.timers.Timer;
import io.millrace.timers.TimerQueue;
import io.millrace.timers.TimerQueueFullException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes records of commands and of schedules that are due: messages, replies, and the schedules' state, which is sent with them. It
 * takes its state from the schedules topic with {@link #load}, then commands with {@link #accept} in the order of their
 * partitions, and fires with {@link #fire}. If what it returned was not sent, it must be replaced by another one.
 *
 * <p>Occurrences fire in the order in which they are due, never before. An id names a schedule in its partition of the requests
 * topic. Pure logic, except for the target topics; for use by one thread.
 */
final class Scheduler {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    /** Of a record with its names, ids and times, besides what a command contains. */
    private static final int OVERHEAD_BYTES = 8 * 1024;
    /** How long an occurrence waits for a topic that does not exist, until it is looked up again. */
    private static final long HOLD_MS = 5_000;

    /** How long nothing is sent after the brokers did not answer a query for a topic. */
    private static final long BLOCK_MS = 1_000;

    private static final int MAX_LOGGED = 1_000;
    /** Topics whose names the schedules share in memory. */
    private static final int MAX_TOPICS = 10_000;

    /** How long a schedule waits whose time zone is not known, until it is read again. */
    private static final long ZONE_HOLD_MS = 3_600_000;

    /** Of a schedule that has no occurrence any more. */
    private static final long NEVER = Long.MIN_VALUE;
    /** Of a schedule whose time zone is not known. */
    private static final long UNKNOWN = Long.MIN_VALUE + 1;

    private static final byte[] NO_BYTES = {};
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    private final Settings settings;
    private final TargetTopics targets;
    private final ScheduleCounts counts;
    private final PackedSchedules packed = new PackedSchedules(MAX_TOPICS);
    private final PastDueQueue lateTimers;
    private final TimerQueue timers;
    /** May contain schedules that have begun again since; what is pending counts first. */
    private final EndedSchedules ended;

    private boolean refusalLogged;
    private long lastDue;
    /** Of the last message; null before the first one. */
    private @Nullable String lastDueText;

    /** Topics and time zones that were logged as those of messages that wait. */
    private final Set<String> logged = new HashSet<>();
    /** The topics that did not exist, and until when their messages wait. */
    private final Map<String, Long> heldUntil = new HashMap<>();
    /** Nothing is sent before, because the brokers did not answer. */
    private long blockedUntil = Long.MIN_VALUE / 2;

    /**
     * What the connector's options set.
     *
     * @param schedulesTopic the topic of the state
     * @param repliesTopic the topic of the replies; empty if none are sent
     * @param forbidden topics to which no message may be sent
     * @param targets which topics schedules may name
     * @param pastDue which occurrences are past due, and which of these are too old
     * @param policy the policy of schedules without one; empty for the one of their kind
     * @param ratePerSecond how many past due messages are sent in a second; {@link Long#MAX_VALUE} for all at once
     * @param maxScheduleBytes the largest schedule
     * @param maxBytes the heap for all schedules
     * @param maxEnded how many schedules that have ended are remembered
     */
    record Settings(
            String schedulesTopic,
            Optional<String> repliesTopic,
            List<String> forbidden,
            Pattern targets,
            PastDue pastDue,
            Optional<PastDuePolicy> policy,
            long ratePerSecond,
            int maxScheduleBytes,
            long maxBytes,
            int maxEnded) {
        Settings {
            forbidden = List.copyOf(forbidden);
        }
    }

    Scheduler(Settings settings, TargetTopics targets, ScheduleCounts counts) {
        this.settings = settings;
        this.targets = targets;
        this.counts = counts;
        this.lateTimers = new PastDueQueue(Math.min(settings.ratePerSecond(), 1_000_000));
        this.timers = new TimerQueue(settings.maxBytes(), () -> lateTimers.bytes() + packed.bytes());
        this.ended = new EndedSchedules(settings.maxEnded());
    }

    // State.

    /**
     * Takes a record of the schedules topic, of a key the last one.
     *
     * @throws DataException if it is not a schedule
     */
    void load(ConsumerRecord<byte[], byte[]> state) {
        byte[] id = state.key();
        if (id == null || id.length == 0) {
            return;
        }
        byte[] slot = slotOf(state.partition(), id);
        byte[] value = state.value();
        if (value == null) {
            timers.remove(slot);
            if (state.headers().lastHeader(ScheduleHeaders.ENDED) == null) {
                ended.remove(slot);
            } else {
                ended.add(slot);
            }
            return;
        }
        try {
            byte[] schedule = packed.pack(value);
            // Without a time any more, it ends when it is due; without a known time zone, it is held then.
            timers.putBack(slot, PackedSchedules.readDue(schedule), schedule);
        } catch (DataException e) {
            throw new DataException(
                    "The schedule at " + RecordPlace.of(state.topic(), state.partition(), state.offset())
                            + " cannot be read: " + e.getMessage(),
                    e);
        }
    }

    /** The number of schedules. */
    int pending() {
        return timers.size() + lateTimers.size();
    }

    /** The bytes that the schedules occupy in the heap. */
    long bytes() {
        return timers.bytes() + lateTimers.bytes() + packed.bytes();
    }

    /** When the next message is due, or may be sent if it is late, in milliseconds since 1970; empty if there is no schedule. */
    OptionalLong nextMoment(long now) {
        OptionalLong due = timers.nextDue();
        OptionalLong late = lateTimers.nextMoment(now);
        if (due.isEmpty() && late.isEmpty()) {
            return due;
        }
        long moment = Math.min(due.orElse(Long.MAX_VALUE), late.orElse(Long.MAX_VALUE));
        return OptionalLong.of(isBlocked(now) ? Math.max(moment, blockedUntil) : moment);
    }

    static byte[] slotOf(int partition, byte[] id) {
        ScheduleWriter slot = new ScheduleWriter(1 + id.length);
        slot.addNumber(partition);
        slot.addRest(id, 0);
        return slot.toBytes();
    }

    // Commands.

    /**
     * Carries a command out.
     *
     * @param now milliseconds since 1970
     * @throws RetriableException if the brokers do not answer a query for the target topic; nothing has changed then
     */
    void accept(ConsumerRecord<byte[], byte[]> command, long now, OutgoingBatch batch) {
        byte[] id = null;
        try {
            id = ScheduleCommand.idOf(command);
            ScheduleCommand parsed = ScheduleCommand.parse(command, now);
            if (parsed instanceof ScheduleCommand.Accept set) {
                set(command, id, set.schedule(), batch);
            } else {
                cancel(command, id, batch);
            }
        } catch (RefusedCommandException e) {
            if (!refusalLogged) {
                refusalLogged = true;
                LOG.warn(
                        "A command was refused because of its {}: {}. Replies contain the reason; further ones are"
                                + " counted in JMX",
                        e.subject(),
                        placeOf(command));
            }
            reply(command, id, ScheduleReply.refused(String.valueOf(e.getMessage())), batch);
        }
    }

    /**
     * Adds a record that is not a schedule's, so that the position of a partition is committed.
     */
    void addPosition(int partition, long nextOffset, OutgoingBatch batch) {
        batch.add(new OutgoingRecord(
                Kind.STATE, partition, nextOffset, settings.schedulesTopic(), partition, NO_BYTES, null, List.of()));
    }

    private void set(ConsumerRecord<byte[], byte[]> command, byte[] id, Schedule schedule, OutgoingBatch batch)
            throws RefusedCommandException {
        byte[] state = ScheduleFormat.write(schedule);
        requireTarget(schedule);
        requireSize(schedule, id.length + state.length);
        byte[] slot = slotOf(command.partition(), id);
        OptionalLong due = schedule.timing().due();
        boolean replaced;
        try {
            replaced = timers.put(slot, due.orElseThrow(), packed.pack(state));
        } catch (TimerQueueFullException e) {
            throw new RefusedCommandException(
                    "value", "expected that the schedule fits into max.bytes. " + e.getMessage());
        }
        replaced |= lateTimers.remove(slot);
        addState(command, id, state, List.of(), batch);
        reply(command, id, ScheduleReply.due(replaced ? Event.REPLACED : Event.ACCEPTED, due), batch);
    }

    private void requireTarget(Schedule schedule) throws RefusedCommandException {
        String topic = schedule.topic();
        if (!TOPIC.matcher(topic).matches()
                || !settings.targets().matcher(topic).matches()
                || topic.startsWith("__")
                || topic.equals(".")
                || topic.equals("..")
                || settings.forbidden().contains(topic)) {
            throw new RefusedCommandException(
                    ScheduleHeaders.TOPIC,
                    "expected a topic that the connector's option targets permits, found "
                            + RefusedCommandException.quote(topic));
        }
    }

    private void requireSize(Schedule schedule, int bytes) throws RefusedCommandException {
        if (bytes > settings.maxScheduleBytes()) {
            throw new RefusedCommandException(
                    "value",
                    "expected a schedule of up to " + settings.maxScheduleBytes()
                            + " bytes, as max.schedule.bytes sets," + " found " + bytes);
        }
        OptionalInt limit = findLimit(schedule.topic());
        if (limit.isEmpty()) {
            throw new RefusedCommandException(
                    ScheduleHeaders.TOPIC,
                    "expected a topic that exists, found " + RefusedCommandException.quote(schedule.topic()));
        }
        if (!fits(bytes, limit.getAsInt())) {
            throw new RefusedCommandException(
                    "value",
                    "expected a message that fits into the topic's max.message.bytes of " + limit.getAsInt()
                            + ", with " + OVERHEAD_BYTES + " bytes for headers, found a schedule of " + bytes
                            + " bytes");
        }
    }

    private OptionalInt findLimit(String topic) throws RefusedCommandException {
        try {
            return targets.findLimit(topic);
        } catch (RetriableException e) {
            counts.count(Event.TARGET_QUERY_FAILED);
            throw e;
        } catch (ApiException e) {
            throw new RefusedCommandException(
                    ScheduleHeaders.TOPIC,
                    "expected a topic that can be used, found " + RefusedCommandException.quote(topic) + ": "
                            + e.getMessage());
        }
    }

    private void cancel(ConsumerRecord<byte[], byte[]> command, byte[] id, OutgoingBatch batch) {
        byte[] slot = slotOf(command.partition(), id);
        // It is in one of the two.
        if (timers.remove(slot) || lateTimers.remove(slot)) {
            ended.remove(slot);
            addState(command, id, null, List.of(), batch);
            reply(command, id, ScheduleReply.of(Event.CANCELLED), batch);
        } else {
            reply(command, id, ScheduleReply.of(ended.contains(slot) ? Event.TOO_LATE : Event.UNKNOWN), batch);
        }
    }

    private void addState(
            ConsumerRecord<byte[], byte[]> command,
            byte[] id,
            byte @Nullable [] state,
            List<Header> headers,
            OutgoingBatch batch) {
        batch.add(new OutgoingRecord(
                Kind.STATE,
                command.partition(),
                command.offset() + 1,
                settings.schedulesTopic(),
                command.partition(),
                id,
                state,
                headers));
    }

    private void reply(
            ConsumerRecord<byte[], byte[]> command, byte @Nullable [] id, ScheduleReply reply, OutgoingBatch batch) {
        counts.count(reply.event());
        addReply(command.partition(), command.offset() + 1, id, placeOf(command), reply, batch);
    }

    /** Its key is the id; without one the place of the command, because a compacted topic refuses records without a key. */
    private void addReply(
            int source,
            long nextOffset,
            byte @Nullable [] id,
            @Nullable String request,
            ScheduleReply reply,
            OutgoingBatch batch) {
        settings.repliesTopic()
                .ifPresent(topic -> batch.add(new OutgoingRecord(
                        Kind.REPLY,
                        source,
                        nextOffset,
                        topic,
                        null,
                        id == null ? String.valueOf(request).getBytes(UTF_8) : id,
                        reply.word().getBytes(UTF_8),
                        reply.headers(id, request))));
    }

    private static String placeOf(ConsumerRecord<byte[], byte[]> command) {
        return RecordPlace.of(command.topic(), command.partition(), command.offset());
    }

    // Firing.

    /**
     * Fires what is due, as much as the batch permits from here on.
     *
     * @param now milliseconds since 1970
     */
    void fire(long now, OutgoingBatch batch) {
        batch.permitMore();
        boolean isTurnOfLate = true;
        while (!batch.isFull() && !isBlocked(now)) {
            // In turn, so that those on time do not wait for a flood of late ones.
            int before = batch.records().size();
            Timer late = isTurnOfLate ? lateTimers.poll(now) : null;
            Timer timer = late == null ? timers.poll(now) : null;
            if (late == null && timer == null && !isTurnOfLate) {
                late = lateTimers.poll(now);
            }
            if (late != null) {
                decide(late, true, now, batch);
            } else if (timer != null) {
                decide(timer, false, now, batch);
            } else {
                return;
            }
            isTurnOfLate = late == null && batch.records().size() > before;
        }
    }

    /** Whether a query for a target failed a moment ago. Also true after a step back of the clock, but not for longer. */
    private boolean isBlocked(long now) {
        return now < blockedUntil && blockedUntil - now <= BLOCK_MS;
    }

    /** A schedule whose pending occurrence is due. */
    @SuppressWarnings("ArrayRecordComponent") // They are never compared.
    private record Due(int partition, byte[] id, byte[] slot, Schedule schedule, long at) {}

    private Due read(Timer timer) {
        Schedule schedule = packed.read(timer.state());
        ScheduleReader slot = new ScheduleReader(timer.id(), 0);
        return new Due(
                (int) slot.readNumber(),
                slot.readBytes(slot.remaining()),
                timer.id(),
                schedule,
                schedule.timing().isComputable() ? schedule.timing().due().orElse(NEVER) : UNKNOWN);
    }

    /**
     * Fires, skips, or delays.
     *
     * @param waited whether the timer has waited for the rate of late messages; it may be too old by now
     */
    private void decide(Timer timer, boolean waited, long now, OutgoingBatch batch) {
        Due due = read(timer);
        if (due.at() == NEVER) {
            end(due, "no-occurrence", batch);
            return;
        }
        if (due.at() == UNKNOWN) {
            holdUnknown(due, now, timer);
            return;
        }
        if (due.at() > now) {
            // It was held, or the clock was moved back.
            timers.putBack(timer.id(), due.at(), timer.state());
            return;
        }
        Schedule schedule = due.schedule();
        PastDuePolicy policy = schedule.policy().or(settings::policy).orElseGet(() -> schedule.timing()
                .defaultPolicy());
        PastDue.Decision decision = settings.pastDue()
                .decide(policy, due.at(), now, schedule.timing().occurrences());
        if (!decision.fires()) {
            skip(due, decision.next(), batch);
        } else if (decision.late() && !waited && settings.ratePerSecond() != Long.MAX_VALUE) {
            lateTimers.put(timer, due.at());
        } else if (!isHeld(timer, due, waited, now) && !hold(timer, due, now)) {
            targets.addSent(schedule.topic());
            if (decision.late()) {
                counts.count(Event.PAST_DUE);
            }
            fire(due, decision.next(), batch);
        }
    }

    private void holdUnknown(Due due, long now, Timer timer) {
        counts.count(Event.HELD);
        if (logged.size() < MAX_LOGGED && logged.add(zoneOf(due.schedule().timing()))) {
            LOG.warn(
                    "The time zone of schedules is not known, so their messages wait. Expected one of this Java runtime,"
                            + " found the timing {}. Run the worker with time zone data that contains it, or cancel the"
                            + " schedules",
                    due.schedule().timing());
        }
        timers.putBack(timer.id(), now + ZONE_HOLD_MS, timer.state());
    }

    private static String zoneOf(Timing timing) {
        return timing instanceof Timing.Recurring recurring ? recurring.zone() : "";
    }

    /**
     * Puts a timer back whose topic is known not to exist. All of one topic return together, and those that are due meanwhile behind
     * them.
     *
     * @return whether it was put back
     */
    private boolean isHeld(Timer timer, Due due, boolean waited, long now) {
        Long until = heldUntil.get(due.schedule().topic());
        // After a step back of the clock, the topic is looked up again.
        if (until == null || until - now > HOLD_MS) {
            return false;
        }
        boolean overtakes = !waited && timer.due() == due.at() && due.at() <= until;
        if (now >= until && !overtakes) {
            return false;
        }
        counts.count(Event.HELD);
        timers.putBack(timer.id(), due.at() == until ? until + 1 : until, timer.state());
        return true;
    }

    /**
     * Puts a timer back whose message cannot be sent.
     *
     * @return whether it was put back
     */
    private boolean hold(Timer timer, Due due, long now) {
        String topic = due.schedule().topic();
        OptionalInt limit;
        try {
            limit = targets.findLimit(topic);
        } catch (RetriableException e) {
            counts.count(Event.TARGET_QUERY_FAILED);
            LOG.debug("Querying the topic {} of a message failed, retrying", topic, e);
            blockedUntil = now + BLOCK_MS;
            timers.putBack(timer.id(), timer.due(), timer.state());
            return true;
        } catch (ApiException e) {
            LOG.debug("The brokers refuse a query for the topic {} of a message", topic, e);
            limit = OptionalInt.empty();
        }
        heldUntil.remove(topic);
        if (limit.isPresent() && fits(due.id().length + timer.state().length, limit.getAsInt())) {
            return false;
        }
        if (limit.isEmpty()) {
            heldUntil.put(topic, now + HOLD_MS);
            warnOfHold(topic, "it does not exist, or the brokers refuse it");
        } else {
            warnOfHold(topic, "its max.message.bytes of " + limit.getAsInt() + " is less than a message needs");
        }
        counts.count(Event.HELD);
        timers.putBack(timer.id(), now + HOLD_MS, timer.state());
        return true;
    }

    private void warnOfHold(String topic, String reason) {
        if (logged.size() < MAX_LOGGED && logged.add(topic + reason)) {
            LOG.warn(
                    "Messages to the topic {} wait, because {}. Create the topic or change its settings, or cancel their"
                            + " schedules",
                    topic,
                    reason);
        }
    }

    private static boolean fits(int bytes, int limit) {
        return bytes <= limit - OVERHEAD_BYTES;
    }

    private void fire(Due due, OptionalLong next, OutgoingBatch batch) {
        Schedule fired = due.schedule().countFired();
        counts.count(Event.FIRED);
        batch.add(new OutgoingRecord(
                Kind.MESSAGE,
                due.partition(),
                -1,
                fired.topic(),
                null,
                fired.key() == null ? due.id() : fired.key(),
                fired.payload(),
                messageHeaders(due, fired)));
        if (next.isEmpty() || fired.isComplete()) {
            end(due, "fired", batch);
        } else {
            // Not the next time, which new rules of the time zone may move to an earlier one.
            store(due, fired.continueAfter(due.at()), next.getAsLong(), batch);
        }
    }

    private List<Header> messageHeaders(Due due, Schedule fired) {
        String time = dueText(due.at());
        List<Header> headers = new ArrayList<>(fired.headers());
        headers.add(ScheduleReply.header(EventHeaders.ID, new String(due.id(), UTF_8) + "@" + time));
        headers.add(new RecordHeader(ScheduleHeaders.ID, due.id()));
        headers.add(ScheduleReply.header(ScheduleHeaders.DUE, time));
        headers.add(ScheduleReply.header(ScheduleHeaders.OCCURRENCE, String.valueOf(fired.fired())));
        return headers;
    }

    /** Many messages are due at the same time. */
    private String dueText(long at) {
        if (lastDueText == null || at != lastDue) {
            lastDue = at;
            lastDueText = ScheduleReply.timeText(at);
        }
        return lastDueText;
    }

    private void skip(Due due, OptionalLong next, OutgoingBatch batch) {
        counts.count(Event.SKIPPED);
        addReply(
                due.partition(),
                -1,
                due.id(),
                null,
                new ScheduleReply(Event.SKIPPED, OptionalLong.of(due.at()), next, null),
                batch);
        if (next.isEmpty()) {
            end(due, "skipped", batch);
        } else {
            store(due, due.schedule().continueAfter(next.getAsLong() - 1), next.getAsLong(), batch);
        }
    }

    private void store(Due due, Schedule schedule, long next, OutgoingBatch batch) {
        byte[] state = ScheduleFormat.write(schedule);
        timers.putBack(due.slot(), next, packed.pack(state));
        addFiredState(due, state, List.of(), batch);
    }

    private void end(Due due, String how, OutgoingBatch batch) {
        ended.add(due.slot());
        addFiredState(due, null, List.of(ScheduleReply.header(ScheduleHeaders.ENDED, how)), batch);
    }

    private void addFiredState(Due due, byte @Nullable [] state, List<Header> headers, OutgoingBatch batch) {
        batch.add(new OutgoingRecord(
                Kind.STATE, due.partition(), -1, settings.schedulesTopic(), due.partition(), due.id(), state, headers));
    }
}
