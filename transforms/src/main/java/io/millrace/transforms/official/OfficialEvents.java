package io.millrace.transforms.official;

import io.millrace.events.EventHeaders;
import io.millrace.events.EventId;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;

/** Turns change events into official events by rules. Used by one thread; keeps nothing of a record. */
public final class OfficialEvents {
    /** MySQL's decimals have fewer digits; written out, those of a made-up exponent would fill the memory. */
    private static final int MAX_ZEROS = 1_000;

    /** Longer than the name of a table with its database, or of a binlog file. */
    private static final int MAX_NAME = 300;

    private static final String DEBEZIUM_HEADERS = "__debezium.";

    private final OfficialEventConfig config;
    private final Rules rules;
    private final EventSpans spans;

    /** With checked settings. */
    public OfficialEvents(OfficialEventConfig config) {
        this(config, EventSpans.ofWorker());
    }

    OfficialEvents(OfficialEventConfig config, EventSpans spans) {
        this.config = config;
        this.rules = new Rules(config.rules());
        this.spans = spans;
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
        Optional<ChangeEvent> change = ChangeEvent.of(record);
        try {
            if (change.isEmpty()) {
                return leave(record, config.onOther(), "it is no change event");
            }
            change.get().requireRows();
            Optional<EventShape> shape = rules.match(change.get(), record.valueSchema());
            return shape.isPresent()
                    ? spannedEvent(record, change.get(), shape.get())
                    : leave(record, config.onUnmatched(), "no rule matches");
        } catch (DataException e) {
            throw new DataException(
                    "ToOfficialEvent refuses a record of " + origin(record, change) + ": " + e.getMessage(), e);
        }
    }

    /**
     * What the rules promise of the events that they make of this change's table, in the order of the rules.
     *
     * @param change any change of the table, with schemas
     * @throws DataException where it is none, or where a rule does not fit the table: the rule and the reason
     */
    public List<EventContract> contracts(ConnectRecord<?> change) {
        ChangeEvent first = ChangeEvent.of(change)
                .filter(ChangeEvent::structured)
                .orElseThrow(() -> new DataException("expected a change event with schemas"));
        return rules.shapes(first, change.valueSchema()).stream()
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
                source(first),
                Optional.ofNullable(shape.keySchema()),
                Optional.ofNullable(shape.valueSchema()),
                rule.revision().isPresent(),
                rule.operations().contains(Operation.READ));
    }

    private String source(ChangeEvent change) {
        return config.source().orElseGet(() -> "/" + change.sourceText("name"));
    }

    /**
     * Why {@link #apply} drops the record, a line to each reason, for people who try rules. Of a record that it does not
     * drop it says what each rule of the table means.
     */
    public List<String> whyDropped(ConnectRecord<?> record) {
        if (record.value() == null) {
            return List.of("it has no value, as the tombstone behind a delete");
        }
        Optional<ChangeEvent> change = ChangeEvent.of(record);
        if (change.isEmpty()) {
            return List.of("it is no change event, and on.other is " + config.onOther());
        }
        List<String> considered = rules.explain(change.get(), record.valueSchema());
        List<String> reasons = new ArrayList<>();
        reasons.add(
                considered.isEmpty()
                        ? "no rule names the table " + change.get().table()
                        : "no rule matches this " + change.get().operation() + " of "
                                + change.get().table());
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

    private <R extends ConnectRecord<R>> R spannedEvent(R record, ChangeEvent change, EventShape shape) {
        return spans.on()
                ? spans.around(record, shape.rule(), () -> event(record, change, shape))
                : event(record, change, shape);
    }

    private <R extends ConnectRecord<R>> R event(R record, ChangeEvent change, EventShape shape) {
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
                    headers(source, change, shape.rule(), key));
        } catch (DataException e) {
            throw new DataException("rule " + shape.rule() + ": " + e.getMessage(), e);
        }
    }

    private Headers headers(SourceRecord record, ChangeEvent change, Rule rule, Object key) {
        Headers headers = record.headers().duplicate();
        for (Header header : record.headers()) {
            // The old or new key of a moved row, with the table's columns in it.
            if (header.key().startsWith(DEBEZIUM_HEADERS)) {
                headers.remove(header.key());
            }
        }
        put(headers, EventHeaders.SPEC_VERSION, EventHeaders.SPEC_VERSION_1_0);
        put(headers, EventHeaders.ID, id(record, change));
        put(headers, EventHeaders.SOURCE, source(change));
        put(headers, EventHeaders.TYPE, rule.typeHeader());
        put(headers, EventHeaders.TIME, change.time().toString());
        headers.remove(EventHeaders.SNAPSHOT);
        if (change.isSnapshot()) {
            headers.addString(
                    EventHeaders.SNAPSHOT, "incremental".equals(change.source("snapshot")) ? "incremental" : "initial");
        }
        headers.remove(EventHeaders.SUBJECT);
        headers.remove(EventHeaders.REVISION);
        if (key != null) {
            headers.addString(EventHeaders.SUBJECT, text(key, "/"));
        }
        rule.revision()
                .ifPresent(revision -> headers.addString(EventHeaders.REVISION, wholeNumber(revision.value(change))));
        return headers;
    }

    private static void put(Headers headers, String name, String value) {
        headers.remove(name).addString(name, value);
    }

    private static String id(SourceRecord record, ChangeEvent change) {
        if (change.isSnapshot()) {
            Object identity = record.key() != null ? record.key() : change.row();
            return EventId.snapshot(record.sourceOffset(), change.table().toString(), identity(identity));
        }
        String gtid = change.source("gtid") == null ? "" : change.sourceText("gtid");
        return EventId.streamed(
                record.sourceOffset(),
                gtid.isEmpty() ? null : gtid,
                change.operation().code());
    }

    private static String wholeNumber(Object revision) {
        if (revision instanceof Byte
                || revision instanceof Short
                || revision instanceof Integer
                || revision instanceof Long) {
            return revision.toString();
        }
        if (revision instanceof BigDecimal decimal
                && decimal.scale() >= -MAX_ZEROS
                && decimal.stripTrailingZeros().scale() <= 0) {
            return decimal.toBigIntegerExact().toString();
        }
        throw new DataException("'revision' is "
                + (revision == null ? "null" : "a " + revision.getClass().getSimpleName())
                + "; expected a whole number");
    }

    /** A text that no other key has, whatever characters the keys' texts have in them. */
    private static String identity(Object key) {
        StringBuilder identity = new StringBuilder();
        if (key instanceof Struct struct) {
            struct.schema()
                    .fields()
                    .forEach(field -> identity.append(identity(struct.getWithoutDefault(field.name()))));
        } else if (key instanceof Map<?, ?> map) {
            map.values().forEach(value -> identity.append(identity(value)));
        } else if (key == null) {
            identity.append('-');
        } else {
            String text = text(key, "");
            identity.append(text.length()).append(':').append(text);
        }
        return identity.toString();
    }

    /** A key's values in their order, as text. */
    private static String text(Object key, String separator) {
        List<String> parts = new ArrayList<>();
        if (key instanceof Struct struct) {
            for (Field field : struct.schema().fields()) {
                parts.add(text(struct.getWithoutDefault(field.name()), separator));
            }
        } else if (key instanceof Map<?, ?> map) {
            map.values().forEach(value -> parts.add(text(value, separator)));
        } else if (key instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        } else if (key instanceof ByteBuffer buffer) {
            return HexFormat.of().formatHex(Utils.toArray(buffer));
        } else if (key instanceof BigDecimal decimal) {
            return Math.abs(decimal.scale()) > MAX_ZEROS ? decimal.toString() : decimal.toPlainString();
        } else {
            return String.valueOf(key);
        }
        return String.join(separator, parts);
    }

    private static String origin(ConnectRecord<?> record, Optional<ChangeEvent> change) {
        String what = change.map(c -> c.table() + " (" + c.operation() + ")").orElse("topic " + record.topic());
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
