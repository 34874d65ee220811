package io.millrace.converters.json;

import io.millrace.converters.json.ValueWriter.ContentWriter;
import java.math.BigDecimal;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.json.DecimalFormat;
import org.apache.kafka.connect.json.JsonConverterConfig;
import org.jspecify.annotations.Nullable;

/** Writes the values of Connect's logical types, which JsonConverter identifies by the names of their schemas alone. */
final class LogicalWriters {
    private static final long MILLIS_PER_DAY = 24 * 60 * 60 * 1000;
    /** 35,000 years before and after 1970, far from the times with which a calendar overflows. */
    private static final long MAX_DATE = 1L << 50;

    private LogicalWriters() {}

    static boolean isLogical(Schema schema) {
        return schema.name() != null
                && switch (schema.name()) {
                    case Decimal.LOGICAL_NAME, Date.LOGICAL_NAME, Time.LOGICAL_NAME, Timestamp.LOGICAL_NAME -> true;
                    default -> false;
                };
    }

    /** The writer of a schema that {@link #isLogical}; null for a decimal without a scale, which JsonConverter refuses. */
    @SuppressWarnings("JavaUtilDate") // Connect's values are of this class.
    static @Nullable ContentWriter of(Schema schema, JsonConverterConfig config) {
        return switch (schema.name()) {
            case Date.LOGICAL_NAME -> (out, value) -> out.writeInteger(daysOf(((java.util.Date) value).getTime()));
            case Time.LOGICAL_NAME -> (out, value) -> out.writeInteger(timeOfDay(((java.util.Date) value).getTime()));
            case Timestamp.LOGICAL_NAME -> (out, value) -> out.writeInteger(((java.util.Date) value).getTime());
            default ->
                config.decimalFormat() == DecimalFormat.NUMERIC
                        ? (out, value) -> out.writeAscii(((BigDecimal) value).toString())
                        : newDecimalWriter(schema);
        };
    }

    private static long daysOf(long millis) throws UnsupportedJsonException {
        if (millis % MILLIS_PER_DAY != 0 || millis > MAX_DATE || millis < -MAX_DATE) {
            throw new UnsupportedJsonException();
        }
        return millis / MILLIS_PER_DAY;
    }

    /** JsonConverter also accepts the end of a day. */
    private static long timeOfDay(long millis) throws UnsupportedJsonException {
        if (millis < 0 || millis > MILLIS_PER_DAY) {
            throw new UnsupportedJsonException();
        }
        return millis;
    }

    private static @Nullable ContentWriter newDecimalWriter(Schema schema) {
        Map<String, String> parameters = schema.parameters();
        String text = parameters == null ? null : parameters.get(Decimal.SCALE_FIELD);
        if (text == null) {
            return null;
        }
        try {
            int scale = Integer.parseInt(text);
            return (out, value) -> writeBytes(out, (BigDecimal) value, scale);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static void writeBytes(JsonOutput out, BigDecimal decimal, int scale) throws UnsupportedJsonException {
        if (decimal.scale() != scale) {
            throw new UnsupportedJsonException();
        }
        out.writeBase64(decimal.unscaledValue().toByteArray());
    }
}
