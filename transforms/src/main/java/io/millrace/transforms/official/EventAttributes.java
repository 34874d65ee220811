package io.millrace.transforms.official;

import io.millrace.events.EventHeaders;
import io.millrace.events.EventId;
import io.millrace.transforms.StructFields;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The headers of an event: those that the change came with, but for Debezium's own, and the event's attributes, each of
 * which is there once. For one thread.
 */
final class EventAttributes {
    /** MySQL's decimals have fewer digits; written out, those of a made-up exponent would fill the memory. */
    private static final int MAX_ZEROS = 1_000;

    private static final String DEBEZIUM_HEADERS = "__debezium.";
    private static final Set<String> ATTRIBUTES = Set.of(
            EventHeaders.SPEC_VERSION,
            EventHeaders.ID,
            EventHeaders.SOURCE,
            EventHeaders.TYPE,
            EventHeaders.TIME,
            EventHeaders.SNAPSHOT,
            EventHeaders.SUBJECT,
            EventHeaders.REVISION);

    private final String source;
    private long lastTime;
    private String lastTimeText = Instant.EPOCH.toString();

    /** With the events' source; without one it is the connector's name. */
    EventAttributes(Optional<String> source) {
        this.source = source.orElse(null);
    }

    Headers headers(SourceRecord record, ChangeEvent change, Rule rule, Object key) {
        Headers headers = new ConnectHeaders();
        for (Header header : record.headers()) {
            // Debezium's have the old or new key of a moved row, with the table's columns in it.
            if (!header.key().startsWith(DEBEZIUM_HEADERS) && !ATTRIBUTES.contains(header.key())) {
                headers.add(header);
            }
        }
        headers.addString(EventHeaders.SPEC_VERSION, EventHeaders.SPEC_VERSION_1_0);
        headers.addString(EventHeaders.ID, id(record, change));
        headers.addString(EventHeaders.SOURCE, source(change));
        headers.addString(EventHeaders.TYPE, rule.typeHeader());
        headers.addString(EventHeaders.TIME, time(change));
        if (change.isSnapshot()) {
            headers.addString(
                    EventHeaders.SNAPSHOT, "incremental".equals(change.source("snapshot")) ? "incremental" : "initial");
        }
        if (key != null) {
            headers.addString(EventHeaders.SUBJECT, text(key, "/"));
        }
        if (rule.revision().isPresent()) {
            headers.addString(
                    EventHeaders.REVISION, wholeNumber(rule.revision().get().value(change)));
        }
        return headers;
    }

    /** The events' source. */
    String source(ChangeEvent change) {
        return source != null ? source : "/" + change.sourceText("name");
    }

    /** Changes come in the order of their time, and often many with the same. */
    private String time(ChangeEvent change) {
        long micros = change.timeMicros();
        if (micros != lastTime) {
            lastTimeText = Instant.ofEpochSecond(
                            Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L)
                    .toString();
            lastTime = micros;
        }
        return lastTimeText;
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
            struct.schema().fields().forEach(field -> identity.append(identity(StructFields.get(struct, field))));
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
        if (key instanceof Struct struct) {
            List<Field> fields = struct.schema().fields();
            if (fields.size() == 1) {
                return text(StructFields.get(struct, fields.get(0)), separator);
            }
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < fields.size(); i++) {
                text.append(i == 0 ? "" : separator).append(text(StructFields.get(struct, fields.get(i)), separator));
            }
            return text.toString();
        }
        if (key instanceof Map<?, ?> map) {
            return map.values().stream().map(value -> text(value, separator)).collect(Collectors.joining(separator));
        }
        if (key instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (key instanceof ByteBuffer buffer) {
            return HexFormat.of().formatHex(Utils.toArray(buffer));
        }
        if (key instanceof BigDecimal decimal) {
            return Math.abs(decimal.scale()) > MAX_ZEROS ? decimal.toString() : decimal.toPlainString();
        }
        return String.valueOf(key);
    }
}
