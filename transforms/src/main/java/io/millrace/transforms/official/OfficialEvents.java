package io.millrace.transforms.official;

import java.util.Map;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;

/** Turns change events into official events by rules. Used by one thread; keeps nothing of a record. */
public final class OfficialEvents {
    private final Leftover onUnmatched;
    private final Leftover onOther;
    private final Rules rules;
    private final EventAttributes attributes;
    private final ChangeEvent change = new ChangeEvent();

    /** With checked settings. */
    public OfficialEvents(OfficialEventConfig config) {
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
        if (record.value() == null) {
            // The tombstone behind a delete event: its key is the table's, which is nobody's contract.
            return null;
        }
        boolean isChange = change.read(record);
        try {
            if (!isChange) {
                return leave(record, onOther, "it is no change event");
            }
            EventShape shape = rules.match(change, record.valueSchema());
            return shape == null ? leave(record, onUnmatched, "no rule matches") : event(record, shape);
        } catch (DataException e) {
            throw new DataException(
                    "ToOfficialEvent refuses a record of " + origin(record, isChange) + ": " + e.getMessage(), e);
        } finally {
            change.forget();
        }
    }

    private static <R extends ConnectRecord<R>> R leave(R record, Leftover leftover, String why) {
        return switch (leftover) {
            case DROP -> null;
            case PASS -> record;
            case FAIL -> throw new DataException(why);
        };
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
            return what + " at " + offset.get("file") + ":" + offset.get("pos") + ", event " + offset.get("event")
                    + ", row " + offset.get("row");
        }
        return record instanceof SinkRecord sink
                ? what + " at " + sink.originalTopic() + "-" + sink.originalKafkaPartition() + "@"
                        + sink.originalKafkaOffset()
                : what;
    }
}
