package io.millrace.local.quickstart;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** The answers that callers of visits got, and what Kafka has. Safe for use by many threads. */
final class VisitTally {
    /** The numbers of the calls, by the visits' ids. */
    private final Map<String, Long> calls = new LinkedHashMap<>();

    private final Set<String> acknowledged = new HashSet<>();
    private final Set<String> written = new HashSet<>();
    /** The number of the last visit of each user in Kafka. */
    private final Map<String, Long> last = new HashMap<>();

    private final List<String> repeated = new ArrayList<>();
    private final List<String> overtaken = new ArrayList<>();
    private long direct;
    private long spooled;
    private long failed;
    private long slowestNanos;

    /** Takes a visit before it is recorded. */
    synchronized void called(Visit visit) {
        calls.put(visit.id(), (long) calls.size());
    }

    /** Takes the answer that the caller of a visit got, and after how many nanoseconds. */
    synchronized void answered(Visit visit, RecordMetadata metadata, @Nullable Exception failure, long nanos) {
        slowestNanos = Math.max(slowestNanos, nanos);
        if (failure != null) {
            failed++;
            return;
        }
        acknowledged.add(visit.id());
        if (metadata.hasOffset()) {
            direct++;
        } else {
            spooled++;
        }
    }

    /** Takes an event of the topic, in the order of its partition. Events of other runs are not counted. */
    synchronized void found(String id, String user) {
        Long number = calls.get(id);
        if (number == null) {
            return;
        }
        if (!written.add(id)) {
            repeated.add(id);
            return;
        }
        Long before = last.put(user, number);
        if (before != null && before > number) {
            overtaken.add(id);
        }
    }

    /** How many visits the spool has acknowledged. */
    synchronized long spooled() {
        return spooled;
    }

    /** The answers of all visits. */
    synchronized String answers() {
        return "the callers of " + calls.size() + " visits were told: in Kafka " + direct + ", in the spool " + spooled
                + ", in neither " + failed + "; the slowest answer came after "
                + TimeUnit.NANOSECONDS.toMillis(slowestNanos) + " ms";
    }

    /** What Kafka has of it. */
    synchronized String comparison() {
        return "Kafka has " + written.size() + " of them; acknowledged and lost " + lost() + ", repeated "
                + repeated.size() + ", overtaken " + overtaken.size();
    }

    private long lost() {
        return acknowledged.stream().filter(id -> !written.contains(id)).count();
    }

    /** Whether Kafka has every acknowledged visit once, and those of each user in the order of the calls. */
    synchronized boolean isRight() {
        return lost() == 0 && repeated.isEmpty() && overtaken.isEmpty();
    }
}
