package io.millrace.rules;

import io.millrace.changes.Operation;
import io.millrace.changes.RecordPlace;
import io.millrace.changes.RedactedRecord;
import io.millrace.changes.TopicPosition;
import io.millrace.events.EventId;
import io.millrace.events.Heartbeat;
import io.millrace.events.OriginalBytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Maps change events to official events by rules. Keeps no state of a record. For use by one thread. */
public final class OfficialEventMapper {
    /** A UUID, a tag since MySQL 8.3, and a number. */
    private static final Pattern GTID = Pattern.compile("[0-9a-fA-F-]{36}:(?:\\w{1,32}:)?\\d{1,19}");

    private final UnmatchedPolicy onUnmatched;
    private final UnmatchedPolicy onOther;
    private final Rules rules;
    private final Set<Table> unmappedTables;
    private final XaPolicy xa;
    private final EventAttributes attributes;
    private final EventSpans spans;
    private final ChangeScope change = new ChangeScope();

    /** With checked settings. */
    public OfficialEventMapper(OfficialEventConfig config) {
        this(config, EventSpans.ofWorker());
    }

    OfficialEventMapper(OfficialEventConfig config, EventSpans spans) {
        this.spans = spans;
        this.onUnmatched = config.onUnmatched();
        this.onOther = config.onOther();
        this.rules = new Rules(config.rules());
        this.unmappedTables = config.unmappedTables();
        this.xa = config.xa();
        this.attributes = new EventAttributes(config.source(), config.sharedKeys());
    }

    /**
     * Returns the event of the record, the record itself if it passes, null if it is dropped. For rules that make one event of a
     * change.
     *
     * @throws DataException if the record is refused: its place, the rule, and the reason, without its values
     */
    public <R extends ConnectRecord<R>> @Nullable R mapRecord(R record) {
        return mapRecord(record, further -> {
            throw new IllegalStateException("Several events of one change are not expected");
        });
    }

    /**
     * Returns the first event of the record, the record itself if it passes, null if it is dropped.
     *
     * @param further gets the further events of the change, in the order of the rules. If the record is refused, none of its events
     *     must be sent
     * @throws DataException if the record is refused: its place, the rule, and the reason, without its values
     */
    public <R extends ConnectRecord<R>> @Nullable R mapRecord(R record, Consumer<? super R> further) {
        if (OriginalBytes.isValueOf(record)) {
            // It could not be decoded, and is on its way to a topic for such records.
            return record;
        }
        if (RedactedRecord.readWholeValue(record) == null) {
            // The tombstone of a delete event: its key is the table's, which is private.
            return null;
        }
        boolean isChange = change.read(record);
        try {
            if (!isChange) {
                return mapOther(record);
            }
            if (!unmappedTables.isEmpty() && unmappedTables.contains(change.table())) {
                return record;
            }
            change.change().requireRows();
            EventMapping mapping = rules.findMatch(change, record.valueSchema());
            if (mapping == null) {
                return onUnmatched.applyTo(record, "no rule matches");
            }
            R event = makeEvent(record, mapping, 0);
            if (rules.makeSeveral()) {
                makeFurther(record, mapping, further);
            }
            return event;
        } catch (DataException e) {
            throw new DataException(
                    "ToOfficialEvent refuses a record of " + describePlace(record, isChange) + ": " + e.getMessage(),
                    e);
        } finally {
            change.clear();
        }
    }

    private <R extends ConnectRecord<R>> @Nullable R mapOther(R record) {
        if (Heartbeat.isHeartbeat(record)) {
            // Its source offset has to reach Connect, whatever else does.
            return record;
        }
        if (onOther == UnmatchedPolicy.PASS && !ConnectorMessage.isMessage(record)) {
            throw new DataException(
                    "it is neither a change event nor a message of Debezium's, and it may contain a row. If a"
                            + " transform before this one unwraps the rows, remove that transform; if the"
                            + " records are not for this transform, exclude them by a predicate or drop them"
                            + " with on.other=drop");
        }
        return onOther.applyTo(record, "it is not a change event");
    }

    /**
     * The contracts of the events that the rules make of this change's table, in the order of the rules.
     *
     * @param record any change of the table, with schemas
     * @throws DataException if it is not a change, or if a rule does not fit the table: the rule and the reason
     */
    public List<EventContract> findContracts(ConnectRecord<?> record) {
        ChangeScope first = new ChangeScope();
        if (!first.read(record) || !first.structured()) {
            throw new DataException("expected a change event with schemas");
        }
        return rules.findAll(first, record.valueSchema()).stream()
                .map(mapping -> makeContract(mapping, first))
                .toList();
    }

    private EventContract makeContract(EventMapping mapping, ChangeScope first) {
        mapping.fault().ifPresent(fault -> {
            throw new DataException("rule " + mapping.rule() + ": " + fault);
        });
        Rule rule = mapping.rule();
        return new EventContract(
                rule.typeHeader(),
                first.table().toString(),
                rule.routing().topic().toString(),
                rule.routing().topic() instanceof EventTopic.Computed computed
                        ? Optional.of(computed.allowed().pattern())
                        : Optional.empty(),
                attributes.sourceOf(first.change()),
                Optional.ofNullable(mapping.keySchema()),
                Optional.ofNullable(mapping.valueSchema()),
                rule.revision().isPresent(),
                rule.operations().contains(Operation.READ),
                rule.routing().headers().stream()
                        .map(OfficialEventMapper::makeContract)
                        .toList());
    }

    private static EventContract.Header makeContract(EventHeader header) {
        Schema type = header.typed() ? header.field().expression().declared().orElse(null) : null;
        return new EventContract.Header(header.name(), Optional.ofNullable(type));
    }

    /**
     * The reasons why {@link #mapRecord} drops the record, one line each, for users who try rules. If the record is not dropped:
     * for each rule of the table whether it matches.
     */
    public List<String> explainDrop(ConnectRecord<?> record) {
        if (record.value() == null) {
            return List.of("it has no value, like the tombstone after a delete");
        }
        ChangeScope dropped = new ChangeScope();
        if (!dropped.read(record)) {
            return List.of("it is not a change event, and on.other is " + onOther);
        }
        List<String> considered = rules.explainMatches(dropped, record.valueSchema());
        List<String> reasons = new ArrayList<>();
        reasons.add(
                considered.isEmpty()
                        ? "no rule names the table " + dropped.table()
                        : "no rule matches this " + dropped.operation() + " of " + dropped.table());
        reasons.addAll(considered);
        return reasons;
    }

    private <R extends ConnectRecord<R>> void makeFurther(R record, EventMapping first, Consumer<? super R> further) {
        Map<String, Integer> types = new HashMap<>();
        rules.findFurtherMatches(
                change,
                record.valueSchema(),
                first,
                mapping -> further.accept(
                        makeEvent(record, mapping, types.merge(mapping.rule().typeHeader(), 1, Integer::sum))));
    }

    /**
     * Makes an event.
     *
     * @param occurrence 0 for the first event of the change; of its further events, the number among those of the rule's type, from 1
     */
    private <R extends ConnectRecord<R>> R makeEvent(R record, EventMapping mapping, int occurrence) {
        return spans.areRecorded()
                ? spans.makeInSpan(record, mapping.rule(), () -> mapEvent(record, mapping, occurrence))
                : mapEvent(record, mapping, occurrence);
    }

    private <R extends ConnectRecord<R>> R mapEvent(R record, EventMapping mapping, int occurrence) {
        if (!(record instanceof SourceRecord source)) {
            throw new DataException("the id of an event is derived from the source offset, which only a source"
                    + " connector has; "
                    + "use this transform in the source connector");
        }
        try {
            requireAllowedTransaction(source);
            mapping.requireMappable();
            mapping.requireValues(change);
            mapping.requireRoutingColumns(change);
            EventRouting routing = mapping.rule().routing();
            String topic = routing.topic().nameFor(change);
            Object key = mapping.makeKey(change);
            return record.newRecord(
                    topic,
                    routing.choosePartition(topic, change),
                    mapping.keySchema(),
                    key,
                    mapping.valueSchema(),
                    mapping.makeValue(change),
                    routing.findTimestamp(change, record.timestamp()),
                    attributes.makeHeaders(source, change, mapping.rule(), key, occurrence));
        } catch (DataException e) {
            throw new DataException("rule " + mapping.rule() + ": " + e.getMessage(), e);
        }
    }

    private void requireAllowedTransaction(SourceRecord source) {
        if (xa == XaPolicy.REFUSE
                && !change.change().isSnapshot()
                && EventId.isOfXa(source.sourceOffset(), change.operation().code())) {
            String gtid = String.valueOf(change.change().source("gtid"));
            throw new DataException("the change belongs to an XA transaction"
                    // Any other text in this field may be a private value.
                    + (GTID.matcher(gtid).matches() ? " (" + gtid + ")" : "")
                    + ", which is read when it is prepared and may still be rolled back. Set xa=at_prepare to"
                    + " send its events anyway; or stop the connector, set its offset after the transaction,"
                    + " and resume it, to skip the transaction. Changes of tables that need events must be"
                    + " committed without"
                    + " XA");
        }
    }

    private String describePlace(ConnectRecord<?> record, boolean isChange) {
        String what = RecordPlace.abbreviate(
                isChange ? change.table() + " (" + change.operation() + ")" : "topic " + record.topic());
        if (record instanceof SourceRecord source && source.sourceOffset() != null) {
            Optional<TopicPosition> position = TopicPosition.find(source.sourcePartition(), source.sourceOffset());
            if (position.isPresent()) {
                return what + " at " + RecordPlace.of(position.get());
            }
            return what + " at " + RecordPlace.ofPosition(source.sourceOffset());
        }
        return record instanceof SinkRecord ? what + " at " + RecordPlace.of(record) : what;
    }
}
