package io.millrace.tools.deadletters;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.changes.RecordPlace;
import io.millrace.connectors.projection.write.ErrorHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.connect.runtime.errors.DeadLetterQueueReporter;
import org.jspecify.annotations.Nullable;

/**
 * A record of a dead letter queue. Its reason is in the headers {@code millrace.error.*} of our sink, and otherwise in
 * Connect's own {@code __connect.errors.*}. Connect adds headers and replaces none, so the last of a name counts.
 */
public final class DeadLetter {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PLACE = Pattern.compile("(\\S+-\\d+@\\d+): (.*)", Pattern.DOTALL);
    private static final String UNKNOWN = "no reason in the headers: the connector has neither error.headers nor"
            + " errors.deadletterqueue.context.headers.enable";

    private final ConsumerRecord<byte[], byte[]> letter;

    private DeadLetter(ConsumerRecord<byte[], byte[]> letter) {
        this.letter = letter;
    }

    /** A record as it was read from a queue. */
    public static DeadLetter of(ConsumerRecord<byte[], byte[]> letter) {
        return new DeadLetter(letter);
    }

    /**
     * A header with its value as text.
     *
     * @param name the name
     * @param value the value; null if it has none
     */
    record TextHeader(String name, @Nullable String value) {}

    /** The record's place in the queue. */
    String place() {
        return RecordPlace.of(letter.topic(), letter.partition(), letter.offset());
    }

    int partition() {
        return letter.partition();
    }

    long offset() {
        return letter.offset();
    }

    /** The timestamp of the record that was refused, in milliseconds. */
    public long timestampMs() {
        return letter.timestamp();
    }

    /** The place of the record that was refused; empty if no header has it. */
    Optional<String> origin() {
        Optional<String> topic = header(DeadLetterQueueReporter.ERROR_HEADER_ORIG_TOPIC);
        Optional<String> partition = header(DeadLetterQueueReporter.ERROR_HEADER_ORIG_PARTITION);
        Optional<String> offset = header(DeadLetterQueueReporter.ERROR_HEADER_ORIG_OFFSET);
        if (topic.isPresent() && partition.isPresent() && offset.isPresent()) {
            return Optional.of(topic.get() + "-" + partition.get() + "@" + offset.get());
        }
        return header(ErrorHeaders.RECORD).or(() -> header(ErrorHeaders.REASON)
                .map(PLACE::matcher)
                .filter(Matcher::matches)
                .map(reason -> reason.group(1)));
    }

    /** The connector that refused it; empty if no header has it. */
    public Optional<String> connector() {
        return header(DeadLetterQueueReporter.ERROR_HEADER_CONNECTOR_NAME);
    }

    /** Why it was refused, in one line without the record's place, so that equal reasons are equal texts. */
    public String reason() {
        String reason = header(ErrorHeaders.REASON)
                .or(() -> header(DeadLetterQueueReporter.ERROR_HEADER_EXCEPTION_MESSAGE))
                .or(() -> header(DeadLetterQueueReporter.ERROR_HEADER_EXCEPTION))
                .orElse(UNKNOWN);
        Matcher placed = PLACE.matcher(reason);
        String text = placed.matches() ? placed.group(2) : reason;
        return text.lines().findFirst().orElse("").strip();
    }

    /** The projection whose view refused it. */
    Optional<String> projection() {
        return header(ErrorHeaders.PROJECTION);
    }

    /** The view that refused it. */
    Optional<String> view() {
        return header(ErrorHeaders.VIEW);
    }

    /** The column that refused it. */
    Optional<String> column() {
        return header(ErrorHeaders.COLUMN);
    }

    /** All headers, without Connect's stack trace, which may contain values. */
    List<TextHeader> headers() {
        return StreamSupport.stream(letter.headers().spliterator(), false)
                .filter(header -> !header.key().equals(DeadLetterQueueReporter.ERROR_HEADER_EXCEPTION_STACK_TRACE))
                .map(header -> new TextHeader(header.key(), decodeHeader(header.value())))
                .toList();
    }

    /** The key as text, or as base64 if it is not text; null if there is none. */
    @Nullable
    String key() {
        return decodeBytes(letter.key());
    }

    /** The value as text, or as base64 if it is not text; null if there is none. */
    @Nullable
    String value() {
        return decodeBytes(letter.value());
    }

    private Optional<String> header(String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null ? Optional.empty() : Optional.ofNullable(decodeHeader(header.value()));
    }

    /** A header converter that writes JSON puts texts in quotes. */
    private static @Nullable String decodeHeader(byte @Nullable [] bytes) {
        String text = decodeBytes(bytes);
        if (text == null || text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
            return text;
        }
        try {
            JsonNode node = JSON.readTree(text);
            return node.isTextual() ? node.asText() : text;
        } catch (JsonProcessingException e) {
            return text;
        }
    }

    private static @Nullable String decodeBytes(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return "base64:" + Base64.getEncoder().encodeToString(bytes);
        }
    }

    /** The place in the queue, without the record. */
    @Override
    public String toString() {
        return place();
    }
}
