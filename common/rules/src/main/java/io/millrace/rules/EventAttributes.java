package io.millrace.rules;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.ExactNumber;
import io.millrace.changes.TopicPosition;
import io.millrace.changes.ValueText;
import io.millrace.events.EventHeaders;
import io.millrace.events.EventId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes the headers of an event: those of the change without Debezium's own, and the event's attributes, each of them once.
 * For use by one thread.
 */
final class EventAttributes {
    /** The names of Debezium's own headers begin so. */
    static final String DEBEZIUM_HEADERS = "__debezium.";

    private static final Set<String> ATTRIBUTES = Set.of(
            EventHeaders.SPEC_VERSION,
            EventHeaders.ID,
            EventHeaders.SOURCE,
            EventHeaders.TYPE,
            EventHeaders.TIME,
            EventHeaders.SNAPSHOT,
            EventHeaders.SUBJECT,
            EventHeaders.REVISION);

    private final Optional<String> source;
    private final SharedKeys sharedKeys;
    private long lastTime;
    private String lastTimeText = Instant.EPOCH.toString();

    /** With the events' source; if it is empty, the source is the connector's name. */
    EventAttributes(Optional<String> source, SharedKeys sharedKeys) {
        this.source = source;
        this.sharedKeys = sharedKeys;
    }

    /**
     * The headers of one event of a change.
     *
     * @param key the event's key; null if it has none
     * @param occurrence 0 for the first event of the change; of its further events, the number among those of the rule's type, from 1
     */
    Headers makeHeaders(SourceRecord record, ChangeScope scope, Rule rule, @Nullable Object key, int occurrence) {
        ChangeReader change = scope.change();
        Headers headers = new ConnectHeaders();
        for (Header header : record.headers()) {
            // Debezium's contain the old or new key of a moved row, with the table's columns.
            if (!header.key().startsWith(DEBEZIUM_HEADERS) && !ATTRIBUTES.contains(header.key())) {
                headers.add(header);
            }
        }
        headers.addString(EventHeaders.SPEC_VERSION, EventHeaders.SPEC_VERSION_1_0);
        String id = makeId(record, scope);
        headers.addString(
                EventHeaders.ID, occurrence == 0 ? id : EventId.ofFurtherEvent(id, rule.typeHeader(), occurrence));
        headers.addString(EventHeaders.SOURCE, sourceOf(change));
        headers.addString(EventHeaders.TYPE, rule.typeHeader());
        headers.addString(EventHeaders.TIME, formatTime(change.timeMicros()));
        if (change.isSnapshot()) {
            headers.addString(
                    EventHeaders.SNAPSHOT, "incremental".equals(change.source("snapshot")) ? "incremental" : "initial");
        }
        if (key != null) {
            headers.addString(EventHeaders.SUBJECT, ValueText.ofKey(key, "/"));
        }
        if (rule.revision().isPresent()) {
            headers.addString(
                    EventHeaders.REVISION, formatRevision(rule.revision().get().value(scope)));
        }
        List<EventHeader> own = rule.routing().headers();
        for (int i = 0; i < own.size(); i++) {
            own.get(i).writeTo(headers, scope);
        }
        return headers;
    }

    /** The source of the events of this change's connector. */
    String sourceOf(ChangeReader change) {
        return source.isPresent() ? source.get() : "/" + change.requireSourceText("name");
    }

    /** Changes come in the order of their time, and often many with the same. */
    private String formatTime(long micros) {
        if (micros != lastTime) {
            lastTimeText = Instant.ofEpochSecond(
                            Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L)
                    .toString();
            lastTime = micros;
        }
        return lastTimeText;
    }

    private String makeId(SourceRecord record, ChangeScope scope) {
        Optional<TopicPosition> position = TopicPosition.find(record.sourcePartition(), record.sourceOffset());
        if (position.isPresent()) {
            return EventId.ofTopic(position.get());
        }
        ChangeReader change = scope.change();
        if (change.isSnapshot()) {
            Object identity = record.key() != null && !sharedKeys.contains(scope.table()) ? record.key() : change.row();
            return EventId.snapshot(record.sourceOffset(), scope.table().toString(), ValueText.ofIdentity(identity));
        }
        String gtid = change.source("gtid") == null ? "" : change.requireSourceText("gtid");
        return EventId.streamed(
                record.sourceOffset(),
                gtid.isEmpty() ? null : gtid,
                scope.operation().code());
    }

    private static String formatRevision(@Nullable Object revision) {
        if (revision instanceof Byte
                || revision instanceof Short
                || revision instanceof Integer
                || revision instanceof Long) {
            return revision.toString();
        }
        if (revision instanceof BigDecimal decimal
                && !ExactNumber.isLongerThan(decimal, ValueText.MAX_ZEROS)
                && decimal.stripTrailingZeros().scale() <= 0) {
            return decimal.toBigIntegerExact().toString();
        }
        throw new DataException("'revision' is "
                + (revision == null ? "null" : "a " + revision.getClass().getSimpleName())
                + "; expected a whole number");
    }
}
