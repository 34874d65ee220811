package io.millrace.connectors.projection.write;

import io.millrace.events.EventHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The request behind a record, in the MDC of the log lines that are about the record: headers of the record under their
 * own names. Earlier values of these names in the MDC are restored afterwards.
 *
 * @param headers the headers to put there; one that a record lacks is not there
 */
public record LogContext(List<String> headers) {
    private static final int LONGEST = 512;

    /** Logs lines that are about this record. */
    public void log(SinkRecord record, Runnable lines) {
        Map<String, @Nullable String> before = new HashMap<>();
        for (String name : headers) {
            before.put(name, MDC.get(name));
            Optional<String> value = EventHeaders.text(record.headers(), name);
            setOrRemove(name, value.map(LogContext::oneLine).orElse(null));
        }
        try {
            lines.run();
        } finally {
            before.forEach(LogContext::setOrRemove);
        }
    }

    private static void setOrRemove(String name, @Nullable String value) {
        if (value == null) {
            MDC.remove(name);
        } else {
            MDC.put(name, value);
        }
    }

    /** The text comes from the topic, and must not forge lines of the log. */
    private static String oneLine(String text) {
        String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST);
        return cut.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]", "?");
    }
}
