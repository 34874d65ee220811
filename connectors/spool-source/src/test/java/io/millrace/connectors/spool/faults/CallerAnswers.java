package io.millrace.connectors.spool.faults;

import io.millrace.testing.campaigns.Discrepancy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The model: every event with what its caller was told, and every event that Kafka has. Safe for use by many threads. */
final class CallerAnswers {
    private final Set<String> called = new HashSet<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final Map<String, Integer> written = new HashMap<>();
    /** The number of the last event of each key of each run in Kafka. */
    private final Map<String, Long> last = new HashMap<>();

    private final List<Discrepancy> found = new ArrayList<>();
    private long direct;
    private long spooled;
    private long failed;

    /** Takes a line of a {@link SpoolingWriter}. */
    synchronized void take(String line) {
        String[] words = line.split(" ", 3);
        switch (words[0]) {
            case "call" -> called.add(words[1]);
            case "kafka" -> {
                direct++;
                acknowledge(words[1]);
            }
            case "spool" -> {
                spooled++;
                acknowledge(words[1]);
            }
            case "failed" -> failed++;
            default -> throw new IllegalStateException("Expected a line of a service, found " + line);
        }
    }

    private void acknowledge(String id) {
        if (!acknowledged.add(id)) {
            found.add(new Discrepancy(Discrepancy.Kind.REPEATED, id + " was acknowledged twice"));
        }
    }

    /** Takes an event of Kafka's log, in the order of its partition. */
    synchronized void takeWritten(String id, String place) {
        int times = written.merge(id, 1, Integer::sum);
        if (times > 1) {
            found.add(new Discrepancy(Discrepancy.Kind.REPEATED, id + " is in Kafka again, at " + place));
            return;
        }
        if (!called.contains(id)) {
            found.add(new Discrepancy(Discrepancy.Kind.REPEATED, id + " is in Kafka and was never sent, at " + place));
        }
        int end = id.lastIndexOf(':');
        long number = Long.parseLong(id.substring(end + 1));
        Long before = last.put(id.substring(0, end), number);
        if (before != null && before > number) {
            found.add(new Discrepancy(
                    Discrepancy.Kind.OVERTAKEN,
                    id + " at " + place + " is behind the event " + before + " of its key"));
        }
    }

    /** What is wrong since the last call, when nothing is on its way. */
    synchronized List<Discrepancy> takeDiscrepancies() {
        acknowledged.stream()
                .filter(id -> !written.containsKey(id))
                .sorted()
                .forEach(id -> found.add(
                        new Discrepancy(Discrepancy.Kind.LOST, id + " was acknowledged and is not in Kafka")));
        List<Discrepancy> taken = List.copyOf(found);
        found.clear();
        return taken;
    }

    /** How many events have been acknowledged. */
    synchronized long acknowledged() {
        return direct + spooled;
    }

    /** How many events have been acknowledged by Kafka. */
    synchronized long direct() {
        return direct;
    }

    /** How many events have been acknowledged by the spool. */
    synchronized long spooled() {
        return spooled;
    }

    @Override
    public synchronized String toString() {
        return called.size() + " events: Kafka acknowledged " + direct + ", the spool " + spooled + "; " + failed
                + " failed, and " + (called.size() - direct - spooled - failed) + " had no answer";
    }
}
