package io.millrace.connectors.redrive.letters;

import io.millrace.changes.RecordPlace;
import io.millrace.changes.TopicPlace;
import io.millrace.events.DeadLetterHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.internals.Topic;
import org.jspecify.annotations.Nullable;

/**
 * A record of a dead letter queue. Its reason is in the headers {@code millrace.error.*} of our sink, and otherwise in those of its
 * {@link LetterFormat}. Connectors add headers and replace none, so the last of a name counts.
 *
 * <p>A letter of a record that came back before has the headers {@code millrace.redrive.*}, too. If it came back by the retry topic
 * of the connector that refused it, its origin is in them, because the others state its place in that topic. A record that came back by
 * another topic was refused at a new place, which is its origin then: a sink that holds keys has its row by that place.
 *
 * <p>Headers are decoded when they are needed. For use by one thread.
 */
public final class DeadLetter {
    private static final Pattern PLACE = Pattern.compile("(\\S+-\\d+@\\d+): (.*)", Pattern.DOTALL);
    private static final String UNKNOWN = "no reason in the headers: the connector has neither error.headers nor"
            + " errors.deadletterqueue.context.headers.enable";
    private static final Pattern ATTEMPT = Pattern.compile("[0-9]{1,7}");
    private static final String RETRY = ".retry";
    private static final String PARKED = ".parked";
    private static final int MOST_ATTEMPTS = 1_000_000;

    private final ConsumerRecord<byte[], byte[]> letter;
    private final LetterFormat format;
    /** Null before its first use. */
    private @Nullable LetterSource source;

    private DeadLetter(ConsumerRecord<byte[], byte[]> letter, LetterFormat format) {
        this.letter = letter;
        this.format = format;
    }

    /** A record as it was read from a queue of Connect or Spring. */
    public static DeadLetter of(ConsumerRecord<byte[], byte[]> letter) {
        return of(letter, LetterFormat.BY_HEADERS);
    }

    /** A record as it was read from a queue. */
    public static DeadLetter of(ConsumerRecord<byte[], byte[]> letter, LetterFormat format) {
        return new DeadLetter(letter, format);
    }

    /**
     * A header with its value as text.
     *
     * @param name the name
     * @param value the value; null if it has none
     */
    public record TextHeader(String name, @Nullable String value) {}

    /** The record in the queue. */
    public ConsumerRecord<byte[], byte[]> record() {
        return letter;
    }

    /** The record in the queue, of which stack traces may be too large to be stored again. Nothing that comes back has them. */
    public ConsumerRecord<byte[], byte[]> withoutStackTraces() {
        RecordHeaders headers = new RecordHeaders();
        for (Header header : letter.headers()) {
            if (!format.isStackTrace(header.key())) {
                headers.add(header);
            }
        }
        return new ConsumerRecord<>(
                letter.topic(),
                letter.partition(),
                letter.offset(),
                letter.timestamp(),
                letter.timestampType(),
                letter.serializedKeySize(),
                letter.serializedValueSize(),
                letter.key(),
                letter.value(),
                headers,
                letter.leaderEpoch());
    }

    LetterFormat format() {
        return format;
    }

    /** The record's place in the queue. */
    public String place() {
        return RecordPlace.of(letter.topic(), letter.partition(), letter.offset());
    }

    public int partition() {
        return letter.partition();
    }

    public long offset() {
        return letter.offset();
    }

    /** The timestamp of the record that was refused, in milliseconds. */
    public long timestampMs() {
        return letter.timestamp();
    }

    /**
     * The place by which the connector that refused the record knows it: that of the last refusal, or, if this is in the connector's retry
     * topic, the one before the record came back. Empty if no header has a place in a topic that can exist.
     */
    public Optional<TopicPlace> origin() {
        return source().origin();
    }

    /** What the headers state about the refusal: their dialect, who refused the record, and its place. */
    private record LetterSource(
            Optional<LetterFormat.Dialect> dialect, Optional<String> connector, Optional<TopicPlace> origin) {}

    private LetterSource source() {
        LetterSource known = source;
        if (known == null) {
            known = findSource();
            source = known;
        }
        return known;
    }

    private LetterSource findSource() {
        Optional<LetterFormat.Dialect> dialect = format.dialectOf(letter.headers());
        Optional<String> connector = dialect.flatMap(known -> known.findFailed(letter.headers()));
        Optional<TopicPlace> last = lastRefusal(dialect);
        boolean isFormer =
                isParked() || last.map(place -> isRetry(place, connector)).orElse(true);
        return new LetterSource(
                dialect, connector, isFormer ? placeIn(DeadLetterHeaders.ORIGIN).or(() -> last) : last);
    }

    private static boolean isRetry(TopicPlace place, Optional<String> connector) {
        return connector.isEmpty()
                ? place.topic().endsWith(RETRY)
                : retryTopicOf(connector).filter(place.topic()::equals).isPresent();
    }

    private Optional<TopicPlace> lastRefusal(Optional<LetterFormat.Dialect> dialect) {
        return dialect.flatMap(known -> known.findPlace(letter.headers()))
                .filter(DeadLetter::canExist)
                .or(() -> placeIn(DeadLetterHeaders.RECORD))
                .or(() -> header(DeadLetterHeaders.REASON)
                        .map(PLACE::matcher)
                        .filter(Matcher::matches)
                        .flatMap(reason -> TopicPlace.find(reason.group(1)))
                        .filter(DeadLetter::canExist));
    }

    private Optional<TopicPlace> placeIn(String header) {
        return header(header).flatMap(TopicPlace::find).filter(DeadLetter::canExist);
    }

    private static boolean canExist(TopicPlace place) {
        return Topic.isValid(place.topic());
    }

    /** The topic by which records come back to the connector that refused it; empty if the name is missing or no topic can have it. */
    Optional<String> retryTopic() {
        return retryTopicOf(connector());
    }

    private static Optional<String> retryTopicOf(Optional<String> connector) {
        return connector.map(name -> name + RETRY).filter(Topic::isValid);
    }

    /** The topic of what does not come back by itself; that of the queue if the connector's name is missing or no topic can have it. */
    String parkedTopic() {
        return connector().map(name -> name + PARKED).filter(Topic::isValid).orElse(letter.topic() + PARKED);
    }

    /** The connector, or the consumer group, that refused it; empty if no header has it. */
    public Optional<String> connector() {
        return source().connector();
    }

    /** Why it was refused, in one line without the record's place, so that equal reasons are equal texts. */
    public String reason() {
        String reason = header(DeadLetterHeaders.REASON)
                .or(() -> source().dialect().flatMap(known -> known.findReason(letter.headers())))
                .orElse(UNKNOWN);
        Matcher placed = PLACE.matcher(reason);
        String text = placed.matches() ? placed.group(2) : reason;
        return text.lines().findFirst().orElse("").strip();
    }

    /** The projection whose view refused it. */
    public Optional<String> projection() {
        return header(DeadLetterHeaders.PROJECTION);
    }

    /** The view that refused it. */
    public Optional<String> view() {
        return header(DeadLetterHeaders.VIEW);
    }

    /** The column that refused it. */
    public Optional<String> column() {
        return header(DeadLetterHeaders.COLUMN);
    }

    /** Whether it was not tried, because a record before it with its key was refused. */
    public boolean isBehind() {
        return header(DeadLetterHeaders.BEHIND).isPresent();
    }

    /** Whether its value is not in the queue, because it was too large. */
    public boolean lacksValue() {
        return header(DeadLetterHeaders.RECORD).isPresent();
    }

    /** How many times it was refused, without the times when it was held behind another one; so 0 or more. */
    public int attempts() {
        int former = header(DeadLetterHeaders.ATTEMPT)
                .filter(text -> ATTEMPT.matcher(text).matches())
                .map(Integer::valueOf)
                .orElse(0);
        return Math.min(former, MOST_ATTEMPTS) + (isBehind() || isParked() ? 0 : 1);
    }

    /** Whether it was parked: it has not been tried since. */
    private boolean isParked() {
        return header(DeadLetterHeaders.PARKED).isPresent();
    }

    /** When it was found for the first time, in milliseconds; empty if it has not come back yet. */
    public Optional<Long> firstFailedMs() {
        return header(DeadLetterHeaders.FIRST_FAILED).flatMap(text -> {
            try {
                return Optional.of(Instant.parse(text).toEpochMilli());
            } catch (DateTimeException | ArithmeticException e) {
                return Optional.empty();
            }
        });
    }

    /** All headers, without stack traces, which may contain values. */
    public List<TextHeader> headers() {
        return StreamSupport.stream(letter.headers().spliterator(), false)
                .filter(header -> !format.isStackTrace(header.key()))
                .map(header -> new TextHeader(header.key(), HeaderText.decodeHeader(header.value())))
                .toList();
    }

    /** The last value of each header that has one, as text, without stack traces. Not modifiable. */
    Map<String, String> headerTexts() {
        return new HeaderTexts(letter.headers(), format);
    }

    /** The key as text, or as base64 if it is not text; null if there is none. */
    public @Nullable String key() {
        return HeaderText.decodeBytes(letter.key());
    }

    /** The value as text, or as base64 if it is not text; null if there is none. */
    public @Nullable String value() {
        return HeaderText.decodeBytes(letter.value());
    }

    private Optional<String> header(String name) {
        return HeaderText.find(letter.headers(), name);
    }

    /** The place in the queue, without the record. */
    @Override
    public String toString() {
        return place();
    }
}
