package io.millrace.examples.retries;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What is written for a record whose handler has failed: a command of {@code ScheduleSourceConnector} that sends the record to the
 * retry topic after a delay, or the record itself to the parking topic after the last attempt. One topic of commands serves all
 * services and all delays.
 *
 * @param service the name of the service, which begins the ids of its schedules
 * @param requestsTopic the topic of commands
 * @param retryTopic where the record comes back; the service alone reads it
 * @param parkingTopic where records go that have failed too often
 * @param delays before the second attempt, the third, and so on
 */
public record DelayedRetries(
        String service, String requestsTopic, String retryTopic, String parkingTopic, List<Duration> delays) {
    private static final String ATTEMPT = "retry-attempt";
    private static final String ORIGIN = "retry-origin";
    private static final String REASON = "retry-reason";
    private static final Set<String> OWN = Set.of(ATTEMPT, ORIGIN, REASON);

    public DelayedRetries {
        delays = List.copyOf(delays);
    }

    /**
     * The record to write before the offset of the failed one is committed.
     *
     * @param failed the record, from an original topic or from the retry topic
     * @param cause the failure; its class is written, not its message, which may contain data
     */
    public ProducerRecord<byte[], byte[]> next(ConsumerRecord<byte[], byte[]> failed, Exception cause) {
        int attempt = attempt(failed.headers());
        String origin =
                text(failed.headers(), ORIGIN, failed.topic() + "-" + failed.partition() + "@" + failed.offset());
        ProducerRecord<byte[], byte[]> next;
        if (attempt > delays.size()) {
            next = new ProducerRecord<>(parkingTopic, failed.key(), failed.value());
        } else {
            // The same id if the service fails between this and the commit: the schedule is replaced, not doubled.
            next = new ProducerRecord<>(requestsTopic, bytes(service + ":" + origin + ":" + attempt), failed.value());
            add(next, "schedule-after", delays.get(attempt - 1).toString());
            add(next, "schedule-topic", retryTopic);
            if (failed.key() != null) {
                next.headers().add("schedule-key", failed.key());
            }
            if (failed.value() == null) {
                add(next, "schedule-value", "null");
            }
        }
        for (Header header : failed.headers()) {
            if (!OWN.contains(header.key())) {
                next.headers().add(header);
            }
        }
        add(next, ATTEMPT, Integer.toString(attempt + 1));
        add(next, ORIGIN, origin);
        add(next, REASON, cause.getClass().getName());
        return next;
    }

    /** Which attempt this is to handle a record with these headers; 1 is the first. */
    static int attempt(Headers headers) {
        return Integer.parseInt(text(headers, ATTEMPT, "1"));
    }

    private static String text(Headers headers, String name, String otherwise) {
        Header header = headers.lastHeader(name);
        return header == null ? otherwise : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static void add(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
