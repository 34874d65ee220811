package io.millrace.events;

import io.millrace.changes.ValueText;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Values;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;

/**
 * The headers of an official event: CloudEvents attributes in binary content mode, as the CloudEvents Kafka protocol
 * binding 1.0.2 names them ({@code ce_} and the attribute's name, the value as UTF-8 text).
 */
public final class EventHeaders {
    /** Identifies the change: unique within {@link #SOURCE}, and the same on every replay. See {@link EventId}. */
    public static final String ID = "ce_id";
    /** The producer of the event, a URI reference. */
    public static final String SOURCE = "ce_source";
    /** The event's type, with its version if the rule gives one: {@code OrderPaid}, {@code OrderPaid.v2}. */
    public static final String TYPE = "ce_type";
    /** The entity that the event is about: the event's key as text, its parts joined by {@code /}. */
    public static final String SUBJECT = "ce_subject";
    /** When the change was made, RFC 3339 in UTC. */
    public static final String TIME = "ce_time";
    /** The version of the CloudEvents specification: {@link #SPEC_VERSION_1_0}. */
    public static final String SPEC_VERSION = "ce_specversion";
    /**
     * An extension attribute: the entity's own version as a decimal number. Of two events of one entity the one with the
     * larger revision is the newer, whatever order they arrive in.
     */
    public static final String REVISION = "ce_revision";

    /**
     * An extension attribute: the event describes a row that a snapshot read, and not a change; {@code initial} for a
     * connector's snapshot, {@code incremental} for one that a signal requested. Other events do not have it.
     */
    public static final String SNAPSHOT = "ce_snapshot";

    /** The value of {@link #SPEC_VERSION}. */
    public static final String SPEC_VERSION_1_0 = "1.0";

    private EventHeaders() {}

    /**
     * The text of the last header of this name, whatever type the worker's header converter made of it; empty if there
     * is none or its value is null.
     */
    public static Optional<String> text(Headers headers, String name) {
        return Optional.ofNullable(headers.lastWithName(name)).flatMap(EventHeaders::text);
    }

    /** Every header's text by its name, of several with one name the last; without those whose value is null. */
    public static Map<String, String> texts(Headers headers) {
        Map<String, String> texts = new HashMap<>();
        for (Header header : headers) {
            text(header).ifPresentOrElse(text -> texts.put(header.key(), text), () -> texts.remove(header.key()));
        }
        return texts;
    }

    /** The header's value as text; empty if it is null. */
    public static Optional<String> text(Header header) {
        Object value = header.value();
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        return ValueText.ofUtf8(value).or(() -> Optional.of(Values.convertToString(header.schema(), value)));
    }
}
