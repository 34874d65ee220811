package io.millrace.connectors.redrive.letters;

import io.millrace.changes.TopicPlace;
import io.millrace.events.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers of records that come back or are parked. Their size does not grow with the number of times: headers of failures are
 * removed, or only the last ones are kept.
 */
final class RedriveHeaders {
    private static final String ERROR_PREFIX = "millrace.error.";
    private static final String REDRIVE_PREFIX = "millrace.redrive.";

    private RedriveHeaders() {}

    /**
     * The headers of a letter that comes back: those of the record as it was refused, and
     *
     * <pre>
     * millrace.redrive.origin       = topic "-" partition "@" offset   ; only if it is known
     * millrace.redrive.attempt      = how many times it was refused, in decimal digits
     * millrace.redrive.first-failed = when it was found first, as RFC 3339
     * </pre>
     *
     * @param nowMs milliseconds since 1970
     */
    static RecordHeaders ofRedriven(DeadLetter letter, long nowMs) {
        RecordHeaders headers = new RecordHeaders();
        for (Header header : letter.record().headers()) {
            String name = header.key();
            if (!name.startsWith(ERROR_PREFIX)
                    && !name.startsWith(REDRIVE_PREFIX)
                    && !letter.format().isOfFailure(name)) {
                headers.add(header);
            }
        }
        return addProgress(headers, letter, nowMs);
    }

    /**
     * The headers of a letter that is parked: those of the letter, of a name that describes the failure only the last, without stack
     * traces, and {@link DeadLetterHeaders#PARKED}. They still contain the reason of the refusal.
     *
     * @param reason why it is parked
     * @param nowMs milliseconds since 1970
     */
    static RecordHeaders ofParked(DeadLetter letter, String reason, long nowMs) {
        RecordHeaders headers = new RecordHeaders();
        Map<String, Header> ofFailure = new LinkedHashMap<>();
        for (Header header : letter.record().headers()) {
            String name = header.key();
            if (letter.format().isStackTrace(name) || name.startsWith(REDRIVE_PREFIX)) {
                continue;
            }
            if (name.startsWith(ERROR_PREFIX) || letter.format().isOfFailure(name)) {
                ofFailure.put(name, header);
            } else {
                headers.add(header);
            }
        }
        ofFailure.values().forEach(headers::add);
        addProgress(headers, letter, nowMs);
        return add(headers, DeadLetterHeaders.PARKED, reason);
    }

    private static RecordHeaders addProgress(RecordHeaders headers, DeadLetter letter, long nowMs) {
        letter.origin().map(TopicPlace::toString).ifPresent(origin -> add(headers, DeadLetterHeaders.ORIGIN, origin));
        add(headers, DeadLetterHeaders.ATTEMPT, String.valueOf(letter.attempts()));
        long firstMs = letter.firstFailedMs().orElse(nowMs);
        return add(
                headers,
                DeadLetterHeaders.FIRST_FAILED,
                Instant.ofEpochMilli(firstMs).toString());
    }

    private static RecordHeaders add(RecordHeaders headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
        return headers;
    }
}
