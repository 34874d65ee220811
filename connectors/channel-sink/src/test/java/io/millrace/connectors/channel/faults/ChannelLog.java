package io.millrace.connectors.channel.faults;

import io.millrace.testing.campaigns.Discrepancy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Everything that a client has received of a channel, and its comparison with the topic. A client that has {@code recovered: true} must get each
 * event behind its former position; one that has {@code recovered: false} or a reset, each event behind the position of this answer.
 * Not safe for use by several threads.
 */
final class ChannelLog {
    private static final int UNKNOWN = -1;
    private static final int MISSING_SHOWN = 5;

    private final String client;
    private final String channel;
    private final List<Line> lines = new ArrayList<>();
    private final BitSet received = new BitSet();
    private String position = "";
    private Kind lastKind = Kind.NOT_RECOVERED;
    /** The index of the event that must come next; unknown before the first answer. */
    private int expected = UNKNOWN;
    /** Whether an event was received since the last answer. */
    private boolean hasEvents;

    private long recovered;
    private long notRecovered;
    private long resets;
    private long events;

    /** What a client receives. */
    enum Kind {
        RECOVERED,
        NOT_RECOVERED,
        RESET,
        /** A position without an event. */
        MOVED,
        EVENT
    }

    /**
     * A frame.
     *
     * @param before the position that the client had
     * @param number of the event
     */
    private record Line(Kind kind, String before, String position, long number) {}

    ChannelLog(String client, String channel) {
        this.client = client;
        this.channel = channel;
    }

    String channel() {
        return channel;
    }

    /** The last position; empty before the first answer. */
    String position() {
        return position;
    }

    /** Takes a frame, and keeps its position. */
    void take(Kind kind, String newPosition, long number) {
        lines.add(new Line(kind, position, newPosition, number));
        position = newPosition;
    }

    /** How often the client's position was resumed completely. */
    long recovered() {
        return recovered;
    }

    /** How often the client had a position that was not resumed. */
    long notRecovered() {
        return notRecovered;
    }

    long resets() {
        return resets;
    }

    long events() {
        return events;
    }

    /** Whether the client's position is the end of what the topic has of the channel. */
    boolean isComplete(CommittedEvents.OfChannel own) {
        OptionalLong offset = offsetIn(position, own.partition());
        return own.events().isEmpty()
                || (offset.isPresent()
                        && own.indexBehind(offset.getAsLong()) == own.events().size());
    }

    /** The offset that a position has of a partition: {@code EPOCH:PARTITION:OFFSET:DIGEST}, or a list of these behind {@code *}. */
    private static OptionalLong offsetIn(String position, int partition) {
        for (String mark : position.split(",", -1)) {
            String[] parts = mark.split(":", -1);
            if (parts.length == 4 && parts[1].equals(String.valueOf(partition))) {
                return OptionalLong.of(Long.parseLong(parts[2]));
            }
        }
        return OptionalLong.empty();
    }

    /** Compares what was received since the last call with everything that the topic has of the channel. */
    void compare(CommittedEvents.OfChannel own, List<Discrepancy> found) {
        for (Line line : lines) {
            compare(line, own, found);
        }
        lines.clear();
        if (expected == UNKNOWN) {
            add(found, Discrepancy.Kind.LOST, "was never answered");
        } else {
            requireThrough(own, own.events().size(), "at the end", found);
        }
    }

    private void compare(Line line, CommittedEvents.OfChannel own, List<Discrepancy> found) {
        switch (line.kind()) {
            case EVENT -> compareEvent(line, own, found);
            case MOVED -> requirePassed(line, own, found);
            case RECOVERED -> {
                recovered++;
                if (expected == UNKNOWN) {
                    add(found, Discrepancy.Kind.WRONG, "recovered: true without a position, at " + line);
                    restartAt(line, own);
                }
                beginAnswer(line);
                requirePassed(line, own, found);
            }
            case NOT_RECOVERED -> {
                notRecovered += line.before().isEmpty() ? 0 : 1;
                beginAnswer(line);
                restartAt(line, own);
            }
            case RESET -> {
                resets++;
                beginAnswer(line);
                restartAt(line, own);
            }
        }
    }

    private void beginAnswer(Line line) {
        lastKind = line.kind();
        hasEvents = false;
    }

    /** What lies between is lost with notice. */
    private void restartAt(Line line, CommittedEvents.OfChannel own) {
        OptionalLong offset = offsetIn(line.position(), own.partition());
        // A position without the partition is of a server that had not read it, and cannot be resumed.
        expected = offset.isPresent() ? own.indexBehind(offset.getAsLong()) : Math.max(0, expected);
    }

    private void compareEvent(Line line, CommittedEvents.OfChannel own, List<Discrepancy> found) {
        events++;
        long offset = offsetIn(line.position(), own.partition()).orElse(UNKNOWN);
        int index = own.indexBehind(offset) - 1;
        if (index < 0
                || own.events().get(index).offset() != offset
                || own.events().get(index).number() != line.number()) {
            add(found, Discrepancy.Kind.WRONG, "the topic has no such event: " + line);
            return;
        }
        if (received.get(index)) {
            add(found, Discrepancy.Kind.REPEATED, "again: " + line);
        } else if (index < expected) {
            add(found, Discrepancy.Kind.REORDERED, "behind later ones: " + line);
        }
        requireThrough(own, index, "before " + line, found);
        received.set(index);
        expected = Math.max(expected, index + 1);
        hasEvents = true;
    }

    /** A position states that everything up to it was delivered. */
    private void requirePassed(Line line, CommittedEvents.OfChannel own, List<Discrepancy> found) {
        OptionalLong offset = offsetIn(line.position(), own.partition());
        if (offset.isPresent()) {
            requireThrough(own, own.indexBehind(offset.getAsLong()), "before the position of " + line, found);
        }
    }

    /** Requires that every event before an index was delivered, except a state that a newer one replaces. */
    private void requireThrough(CommittedEvents.OfChannel own, int end, String where, List<Discrepancy> found) {
        if (expected >= end) {
            return;
        }
        List<CommittedEvents.Event> missing = new ArrayList<>();
        int lastState = own.lastState();
        for (int i = expected; i < end; i++) {
            if (!own.events().get(i).isState() || i == lastState) {
                missing.add(own.events().get(i));
            }
        }
        expected = end;
        if (!missing.isEmpty()) {
            boolean promised = lastKind == Kind.RECOVERED && !hasEvents;
            add(
                    found,
                    promised ? Discrepancy.Kind.WRONG : Discrepancy.Kind.LOST,
                    missing.size() + " events are missing " + where + " after " + lastKind + ": "
                            + missing.stream()
                                    .limit(MISSING_SHOWN)
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(" ")));
        }
    }

    private void add(List<Discrepancy> found, Discrepancy.Kind kind, String text) {
        found.add(new Discrepancy(kind, client + " " + channel + ": " + text));
    }
}
