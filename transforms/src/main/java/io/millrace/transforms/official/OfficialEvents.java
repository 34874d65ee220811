package io.millrace.transforms.official;

import io.millrace.transforms.UnqueriedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;

/** Turns change events into official events by rules. Used by one thread; keeps nothing of a record. */
public final class OfficialEvents {
    /** Longer than the name of a table with its database, or of a binlog file. */
    private static final int MAX_NAME = 300;

    private final Leftover onUnmatched;
    private final Leftover onOther;
    private final Rules rules;
    private final EventAttributes attributes;
    private final EventSpans spans;
    private final ChangeEvent change = new ChangeEvent();

    /** With checked settings. */
    public OfficialEvents(OfficialEventConfig config) {
        this(config, EventSpans.ofWorker());
    }

    OfficialEvents(OfficialEventConfig config, EventSpans spans) {
        this.spans = spans;
        this.onUnmatched = config.onUnmatched();
        this.onOther = config.onOther();
        this.rules = new Rules(config.rules());
        this.attributes = new EventAttributes(config.source());
    }

    /**
     * The event that the record becomes; the record itself where it is passed on; null where it is dropped.
     *
     * @throws DataException where the record is refused: where it is from, the rule, and why, without its values
     */
    public <R extends ConnectRecord<R>> R apply(R record) {
        if (UnqueriedRecord.wholeValue(record) == null) {
            // The tombstone behind a delete event: its key is the table's, which is nobody's contract.
            return null;
        }
        boolean isChange = change.read(record);
        try {
            if (!isChange) {
                return leave(record, onOther, "it is no change event");
            }
            change.requireRows();
            EventShape shape = rules.match(change, record.valueSchema());
            return shape == null ? leave(record, onUnmatched, "no rule matches") : spannedEvent(record, shape);
        } catch (DataException e) {
            throw new DataException(
                    "ToOfficialEvent refuses a record of " + origin(record, isChange) + ": " + e.getMessage(), e);
        } finally {
            change.forget();
        }
    }

    /**
     * What the rules promise of the events that they make of this change's table, in the order of the rules.
     *
     * @param record any change of the table, with schemas
     * @throws DataException where it is none, or where a rule does not fit the table: the rule and the reason
     */
    public List<EventContract> contracts(ConnectRecord<?> record) {
        ChangeEvent first = new ChangeEvent();
        if (!first.read(record) || !first.structured()) {
            throw new DataException("expected a change event with schemas");
        }
        return rules.shapes(first, record.valueSchema()).stream()
                .map(shape -> contract(shape, first))
                .toList();
    }

    private EventContract contract(EventShape shape, ChangeEvent first) {
        shape.fault().ifPresent(fault -> {
            throw new DataException("rule " + shape.rule() + ": " + fault);
        });
        Rule rule = shape.rule();
        return new EventContract(
                rule.typeHeader(),
                rule.table().toString(),
                rule.topic(),
                attributes.source(first),
                Optional.ofNullable(shape.keySchema()),
                Optional.ofNullable(shape.valueSchema()),
                rule.revision().isPresent(),
                rule.operations().contains(Operation.READ));
    }

    /**
     * Why {@link #apply} drops the record, a line to each reason, for people who try rules. Of a record that it does not
     * drop it says what each rule of the table means.
     */
    public List<String> whyDropped(ConnectRecord<?> record) {
        if (record.value() == null) {
            return List.of("it has no value, as the tombstone behind a delete");
        }
        ChangeEvent dropped = new ChangeEvent();
        if (!dropped.read(record)) {
            return List.of("it is no change event, and on.other is " + onOther);
        }
        List<String> considered = rules.explain(dropped, record.valueSchema());
        List<String> reasons = new ArrayList<>();
        reasons.add(
                considered.isEmpty()
                        ? "no rule names the table " + dropped.table()
                        : "no rule matches this " + dropped.operation() + " of " + dropped.table());
        reasons.addAll(considered);
        return reasons;
    }

    private static <R extends ConnectRecord<R>> R leave(R record, Leftover leftover, String why) {
        return switch (leftover) {
            case DROP -> null;
            case PASS -> record;
            case FAIL -> throw new DataException(why);
        };
    }

    private <R extends ConnectRecord<R>> R spannedEvent(R record, EventShape shape) {
        return spans.on() ? spans.around(record, shape.rule(), () -> event(record, shape)) : event(record, shape);
    }

    private <R extends ConnectRecord<R>> R event(R record, EventShape shape) {
        if (!(record instanceof SourceRecord source)) {
            throw new DataException("an event's identity is the source's offset, which only a source connector has; "
                    + "use this transform in the source connector");
        }
        try {
            shape.requireMappable();
            Object key = shape.key(change);
            return record.newRecord(
                    shape.rule().topic(),
                    null,
                    shape.keySchema(),
                    key,
                    shape.valueSchema(),
                    shape.value(change),
                    record.timestamp(),
                    attributes.headers(source, change, shape.rule(), key));
        } catch (DataException e) {
            throw new DataException("rule " + shape.rule() + ": " + e.getMessage(), e);
        }
    }

    private String origin(ConnectRecord<?> record, boolean isChange) {
        String what = isChange ? change.table() + " (" + change.operation() + ")" : "topic " + record.topic();
        if (record instanceof SourceRecord source && source.sourceOffset() != null) {
            Map<String, ?> offset = source.sourceOffset();
            return brief(what) + " at " + brief(offset.get("file")) + ":" + brief(offset.get("pos")) + ", event "
                    + brief(offset.get("event")) + ", row " + brief(offset.get("row"));
        }
        return record instanceof SinkRecord sink
                ? what + " at " + sink.originalTopic() + "-" + sink.originalKafkaPartition() + "@"
                        + sink.originalKafkaOffset()
                : brief(what);
    }

    private static String brief(Object place) {
        String text = String.valueOf(place);
        return text.length() > MAX_NAME ? text.substring(0, MAX_NAME) + "…" : text;
    }
}
