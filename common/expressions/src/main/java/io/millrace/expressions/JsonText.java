package io.millrace.expressions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.millrace.changes.ExactNumber;
import io.millrace.changes.RowValues;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * A structure as JSON text: decimals as plain numbers, Connect's dates and times in ISO 8601 in UTC, bytes in base64, and
 * Debezium's temporal types as the numbers that they are sent as.
 */
public final class JsonText {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private static final int MAX_DIGITS = 400;

    private JsonText() {}

    /** The text of a value; the schema may be null. */
    public static String of(@Nullable Schema schema, Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            write(json, schema, value);
        } catch (IOException e) {
            // Without the cause, whose message may quote the value.
            throw new DataException(
                    "expected a structure that JSON can represent, found one that is nested too deeply");
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, @Nullable Schema schema, @Nullable Object value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof Boolean bool) {
            json.writeBoolean(bool);
        } else if (value instanceof BigDecimal number) {
            requireShort(ExactNumber.isLongerThan(number, MAX_DIGITS));
            json.writeNumber(number);
        } else if (value instanceof BigInteger number) {
            requireShort(ExactNumber.isLongerThan(number, MAX_DIGITS));
            json.writeNumber(number);
        } else if (value instanceof Float number) {
            requireFinite(number);
            json.writeNumber(number);
        } else if (value instanceof Double number) {
            requireFinite(number);
            json.writeNumber(number);
        } else if (value instanceof Number number) {
            json.writeNumber(number.longValue());
        } else if (value instanceof byte[] bytes) {
            json.writeBinary(bytes);
        } else if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            json.writeBinary(bytes);
        } else if (value instanceof java.util.Date date) {
            json.writeString(iso(schema, date.toInstant()));
        } else if (value instanceof Struct struct) {
            json.writeStartObject();
            for (Field field : struct.schema().fields()) {
                json.writeFieldName(field.name());
                write(json, field.schema(), RowValues.get(struct, field));
            }
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(json, schema == null ? null : schema.valueSchema(), element);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName(String.valueOf(entry.getKey()));
                write(
                        json,
                        schema == null || schema.type() != Schema.Type.MAP ? null : schema.valueSchema(),
                        entry.getValue());
            }
            json.writeEndObject();
        } else {
            throw new DataException("expected a value that JSON can represent, found "
                    + value.getClass().getSimpleName());
        }
    }

    /** Written out, a number such as 1e999999999 would fill the heap. */
    private static void requireShort(boolean isLong) {
        if (isLong) {
            throw new DataException("expected numbers of at most " + MAX_DIGITS + " digits in a structure");
        }
    }

    private static void requireFinite(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new DataException("expected a finite number, because JSON cannot represent others");
        }
    }

    private static String iso(@Nullable Schema schema, Instant instant) {
        String text = instant.toString();
        String name = schema == null ? null : schema.name();
        if (Date.LOGICAL_NAME.equals(name)) {
            return text.substring(0, text.indexOf('T'));
        } else if (Time.LOGICAL_NAME.equals(name)) {
            return text.substring(text.indexOf('T') + 1, text.length() - 1);
        }
        return text;
    }
}
