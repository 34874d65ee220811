package io.millrace.rules;

import io.millrace.changes.SemanticType;
import io.millrace.changes.ValueText;
import io.millrace.events.EventHeaders;
import io.millrace.expressions.Field;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.Scope;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A header that a rule gives its events. A header without a declared type is a text, which every header converter writes:
 *
 * <table>
 * <caption>Texts</caption>
 * <tr><td>text, {@code ENUM}, {@code SET}, JSON</td><td>as it is</td></tr>
 * <tr><td>whole number, boolean</td><td>{@code -12}, {@code true}</td></tr>
 * <tr><td>decimal, floating-point number</td><td>digits with a point; a {@code double} as Java writes it</td></tr>
 * <tr><td>moment</td><td>RFC 3339 in UTC</td></tr>
 * <tr><td>list of texts, such as {@code changed()}</td><td>joined by commas</td></tr>
 * <tr><td>day, time of day</td><td>ISO 8601: {@code 2026-11-29}, {@code PT8H30M}</td></tr>
 * </table>
 *
 * <p>A header with a declared type has a value of that type, whose bytes the worker's header converter determines. A header
 * whose value is NULL is left out.
 *
 * @param field the header's name and value
 * @param typed whether its type is declared
 */
record EventHeader(Field field, boolean typed) {
    /** The attributes of CloudEvents, which {@link EventAttributes} makes. */
    private static final String ATTRIBUTES = "ce_";

    /**
     * Checks the header's name and type.
     *
     * @throws InvalidExpressionException with the reason
     */
    EventHeader {
        String name = field.name().toLowerCase(Locale.ROOT);
        if (name.startsWith(ATTRIBUTES) || name.startsWith(EventAttributes.DEBEZIUM_HEADERS)) {
            throw new InvalidExpressionException("the header '" + field.name() + "' is reserved: names that begin with "
                    + ATTRIBUTES + " are the event's attributes, such as " + EventHeaders.ID + ", and those with "
                    + EventAttributes.DEBEZIUM_HEADERS + " are Debezium's; choose another name");
        }
        Optional<Schema> declared = field.expression().declared();
        if (declared.isPresent() && !declared.get().type().isPrimitive() && (typed || !isListOfTexts(declared.get()))) {
            throw new InvalidExpressionException(
                    "header '" + field.name() + "': expected a scalar, found a value of type "
                            + declared.get().type());
        }
        if (!typed
                && declared.isPresent()
                && declared.get().type() == Schema.Type.BYTES
                && declared.get().name() == null) {
            throw new InvalidExpressionException("header '" + field.name()
                    + "': bytes have no text; declare the type, as in '" + field.name() + ": bytes = …'");
        }
    }

    private static boolean isListOfTexts(Schema schema) {
        return schema.type() == Schema.Type.ARRAY && schema.valueSchema().type() == Schema.Type.STRING;
    }

    String name() {
        return field.name();
    }

    /**
     * Adds the header of a change's event, in place of others of the name.
     *
     * @throws DataException if the value does not fit the declared type, or has no text
     */
    void writeTo(Headers headers, Scope change) {
        Object value = field.expression().value(change);
        headers.remove(name());
        if (value == null) {
            return;
        }
        if (typed) {
            headers.add(
                    name(),
                    value,
                    Objects.requireNonNull(field.expression().declared().orElse(null)));
        } else {
            headers.addString(name(), toText(field.expression().schema(change), value));
        }
    }

    private String toText(@Nullable Schema schema, Object value) {
        Optional<SemanticType> type = SemanticType.find(schema);
        Object meaning = type.isPresent() ? type.get().read(value) : value;
        if (meaning instanceof LocalDateTime moment) {
            return moment.toInstant(ZoneOffset.UTC).toString();
        }
        if (meaning instanceof java.util.Date date) {
            return date.toInstant().toString();
        }
        if (meaning instanceof java.time.LocalDate || meaning instanceof java.time.Duration) {
            return meaning.toString();
        }
        if (meaning instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).collect(Collectors.joining(","));
        }
        if (meaning instanceof String || meaning instanceof Number || meaning instanceof Boolean) {
            return ValueText.ofScalar(schema, meaning).orElseThrow();
        }
        throw new DataException("header '" + name() + "': expected a scalar with a text, found a "
                + meaning.getClass().getSimpleName());
    }
}
