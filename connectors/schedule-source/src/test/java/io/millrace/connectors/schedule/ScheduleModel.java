package io.millrace.connectors.schedule;

import io.millrace.timers.PastDuePolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** What the connector must send, computed as plainly as possible: every minute, in lists. */
final class ScheduleModel {
    static final long MINUTE = 60_000;

    private final long tolerance;
    private final TreeMap<String, Pending> pending = new TreeMap<>();
    private final Set<String> ended = new HashSet<>();
    private final List<String> sent = new ArrayList<>();
    private final List<String> replies = new ArrayList<>();

    /** A command: an id, and a schedule, or none for a cancel. */
    record Command(String id, Optional<Spec> spec) {}

    /**
     * A schedule.
     *
     * @param at when it is due; empty for every minute
     * @param after where every minute begins
     * @param count how many minutes
     */
    record Spec(OptionalLong at, long after, long count, Optional<PastDuePolicy> policy, String payload) {}

    private record Pending(Spec spec, long due, long fired) {
        OptionalLong next(long after) {
            return spec.at().isPresent()
                    ? OptionalLong.empty()
                    : OptionalLong.of(Math.floorDiv(after, MINUTE) * MINUTE + MINUTE);
        }
    }

    ScheduleModel(long tolerance) {
        this.tolerance = tolerance;
    }

    void accept(Command command) {
        String id = command.id();
        if (command.spec().isPresent()) {
            Spec spec = command.spec().get();
            long due = spec.at().orElse(Math.floorDiv(spec.after(), MINUTE) * MINUTE + MINUTE);
            replies.add(id + (pending.put(id, new Pending(spec, due, 0)) == null ? ":accepted" : ":replaced"));
            ended.remove(id);
        } else if (pending.remove(id) != null) {
            replies.add(id + ":cancelled");
        } else {
            replies.add(id + (ended.contains(id) ? ":too-late" : ":unknown"));
        }
    }

    void fire(long now) {
        while (true) {
            Optional<String> id = pending.entrySet().stream()
                    .filter(entry -> entry.getValue().due() <= now)
                    .min(Comparator.comparing(entry -> entry.getValue().due()))
                    .map(java.util.Map.Entry::getKey);
            if (id.isEmpty()) {
                return;
            }
            decide(id.get(), pending.get(id.get()), now);
        }
    }

    private void decide(String id, Pending schedule, long now) {
        PastDuePolicy policy = schedule.spec()
                .policy()
                .orElse(schedule.spec().at().isPresent() ? PastDuePolicy.FIRE : PastDuePolicy.LAST);
        long due = schedule.due();
        if (now - due <= tolerance || policy == PastDuePolicy.FIRE) {
            send(id, schedule);
            return;
        }
        // The later occurrences up to now.
        List<Long> later = new ArrayList<>();
        for (OptionalLong next = schedule.next(due);
                next.isPresent() && next.getAsLong() <= now;
                next = schedule.next(next.getAsLong())) {
            later.add(next.getAsLong());
        }
        if (policy == PastDuePolicy.LAST) {
            if (later.isEmpty()) {
                send(id, schedule);
            } else {
                skip(id, schedule, OptionalLong.of(later.get(later.size() - 1)));
            }
            return;
        }
        OptionalLong next = later.stream()
                .mapToLong(Long::longValue)
                .filter(time -> now - time <= tolerance)
                .findFirst();
        skip(id, schedule, next.isPresent() ? next : schedule.next(now));
    }

    private void send(String id, Pending schedule) {
        long fired = schedule.fired() + 1;
        sent.add(id + "@" + schedule.due() + "#" + fired + "=" + schedule.spec().payload());
        continueAt(
                id,
                schedule,
                fired,
                fired == schedule.spec().count() ? OptionalLong.empty() : schedule.next(schedule.due()));
    }

    private void skip(String id, Pending schedule, OptionalLong next) {
        replies.add(id + ":skipped");
        continueAt(id, schedule, schedule.fired(), next);
    }

    private void continueAt(String id, Pending schedule, long fired, OptionalLong next) {
        if (next.isPresent()) {
            pending.put(id, new Pending(schedule.spec(), next.getAsLong(), fired));
        } else {
            pending.remove(id);
            ended.add(id);
        }
    }

    int pending() {
        return pending.size();
    }

    /** As {@code id@due#occurrence=payload}, in order. */
    List<String> sent() {
        return sent;
    }

    /** As {@code id:word}, in order. */
    List<String> replies() {
        return replies;
    }
}
