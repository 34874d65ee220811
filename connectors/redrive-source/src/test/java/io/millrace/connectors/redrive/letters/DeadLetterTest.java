package io.millrace.connectors.redrive.letters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.changes.TopicPlace;
import io.millrace.expressions.InvalidExpressionException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterTest {
    private static final long NOW = Instant.parse("2026-11-28T12:00:00Z").toEpochMilli();

    private static DeadLetter letter(String... headers) {
        RecordHeaders all = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        return letter(all);
    }

    private static DeadLetter letter(Headers headers) {
        return DeadLetter.of(new ConsumerRecord<>(
                "views.dlq",
                2,
                17,
                NOW,
                TimestampType.CREATE_TIME,
                0,
                0,
                "{\"id\":1}".getBytes(UTF_8),
                new byte[] {(byte) 0xff},
                headers,
                Optional.empty()));
    }

    private static List<String> texts(Headers headers) {
        List<String> texts = new ArrayList<>();
        for (Header header : headers) {
            texts.add(header.key() + "=" + new String(header.value(), UTF_8));
        }
        return texts;
    }

    @Test
    void theReasonOfTheSinkComesFirstWithoutThePlace() {
        DeadLetter letter = letter(
                "__connect.errors.topic", "orders",
                "__connect.errors.partition", "3",
                "__connect.errors.offset", "40",
                "__connect.errors.connector.name", "views",
                "__connect.errors.exception.message", "another text",
                "millrace.error.reason", "orders-3@40: total: does not fit\nmore",
                "millrace.error.column", "total");

        assertThat(letter.reason()).isEqualTo("total: does not fit");
        assertThat(letter.origin()).contains(new TopicPlace("orders", 3, 40));
        assertThat(letter.connector()).contains("views");
        assertThat(letter.column()).contains("total");
        assertThat(letter.place()).isEqualTo("views.dlq-2@17");
        assertThat(letter.value()).isEqualTo("base64:/w==");
        assertThat(letter.key()).isEqualTo("{\"id\":1}");
    }

    @Test
    void theReasonOfConnectIsTakenOtherwise() {
        assertThat(letter("__connect.errors.exception.message", "Converting byte[] failed")
                        .reason())
                .isEqualTo("Converting byte[] failed");
        assertThat(letter().reason()).contains("errors.deadletterqueue.context.headers.enable");
    }

    @Test
    void theLastOfEqualHeadersCounts() {
        DeadLetter letter = letter(
                "__connect.errors.connector.name", "first",
                "__connect.errors.connector.name", "second",
                "millrace.error.reason", "\"views-0@1: quoted as \\\"JSON\\\"\"");

        assertThat(letter.connector()).contains("second");
        assertThat(letter.reason()).isEqualTo("quoted as \"JSON\"");
        assertThat(letter.origin()).contains(new TopicPlace("views", 0, 1));
    }

    @Test
    void stackTracesAreNotAmongTheHeaders() {
        DeadLetter letter = letter("__connect.errors.exception.stacktrace", "with a value", "requestId", "r1");

        assertThat(letter.headers()).containsExactly(new DeadLetter.TextHeader("requestId", "r1"));
        assertThat(letter).hasToString("views.dlq-2@17");
    }

    @Test
    void theOriginIsWhereItWasRefusedFirst() {
        DeadLetter letter = letter(
                "__connect.errors.topic", "views.retry",
                "__connect.errors.partition", "0",
                "__connect.errors.offset", "3",
                "millrace.redrive.origin", "shop-orders-1@70");

        assertThat(letter.origin()).contains(new TopicPlace("shop-orders", 1, 70));
    }

    @Test
    void theOriginIsThePlaceOfTheLastRefusalIfItDidNotComeBackByTheRetryTopic() {
        DeadLetter first = refused("a", "orders", 7, new RecordHeaders());
        // It came back by its topic, where another sink reads it, too.
        DeadLetter second = refused("b", "orders", 100, RedriveHeaders.ofRedriven(first, NOW));
        assertThat(second.origin()).contains(new TopicPlace("orders", 2, 100));
        assertThat(second.attempts()).isEqualTo(2);
        RedrivenRecord retried = RedrivenRecord.of(second, "b.retry", 3, 3, NOW);
        assertThat(texts(retried.headers())).contains("millrace.redrive.origin=orders-2@100");

        // By the retry topic, and by that of another connector.
        assertThat(refused("b", "b.retry", 3, retried.headers()).origin()).contains(new TopicPlace("orders", 2, 100));
        assertThat(refused("c", "b.retry", 3, retried.headers()).origin()).contains(new TopicPlace("b.retry", 2, 3));
        // What was parked was not refused since.
        DeadLetter parked = letter(RedrivenRecord.parked(refused("b", "b.retry", 3, retried.headers()), "why", NOW)
                .headers());
        assertThat(parked.origin()).contains(new TopicPlace("orders", 2, 100));
        assertThat(parked.attempts()).isEqualTo(3);
    }

    /** What Connect adds to a record's headers when a sink refuses it. */
    private static DeadLetter refused(String connector, String topic, long offset, RecordHeaders headers) {
        headers.add("__connect.errors.topic", topic.getBytes(UTF_8));
        headers.add("__connect.errors.partition", "2".getBytes(UTF_8));
        headers.add("__connect.errors.offset", String.valueOf(offset).getBytes(UTF_8));
        headers.add("__connect.errors.connector.name", connector.getBytes(UTF_8));
        return letter(headers);
    }

    @Test
    void namesThatNoTopicCanHaveCountAsMissing() {
        DeadLetter odd = letter(
                "__connect.errors.topic", "a b",
                "__connect.errors.partition", "3",
                "__connect.errors.offset", "40",
                "__connect.errors.connector.name", "the views");
        assertThat(odd.origin()).isEmpty();
        assertThat(RedriveTarget.ORIGINAL.topicOf(odd)).isEmpty();
        assertThat(RedriveTarget.PARKED.topicOf(odd)).contains("views.dlq.parked");
        DeadLetter known = refused("the views", "orders", 7, new RecordHeaders());
        assertThat(RedriveTarget.RETRY.topicOf(known)).isEmpty();
        assertThat(refused("x".repeat(244), "orders", 7, new RecordHeaders()).retryTopic())
                .isEmpty();
        assertThat(letter("millrace.redrive.origin", "../../etc-1@7").origin()).isEmpty();
        assertThat(letter("millrace.error.record", "-1@7").origin()).isEmpty();
        assertThat(letter(
                                "__connect.errors.topic", "orders",
                                "__connect.errors.partition", "-1",
                                "__connect.errors.offset", "7")
                        .origin())
                .isEmpty();
        assertThatThrownBy(() -> RedriveTarget.parse("..")).hasMessageContaining("found '..'");
    }

    @Test
    void recordsThatWereNotTriedDoNotCountAttempts() {
        assertThat(letter().attempts()).isEqualTo(1);
        assertThat(letter("millrace.error.behind", "a-0@1").attempts()).isZero();
        assertThat(letter("millrace.redrive.attempt", "3").attempts()).isEqualTo(4);
        assertThat(letter("millrace.redrive.attempt", "3", "millrace.error.behind", "a-0@1")
                        .attempts())
                .isEqualTo(3);
        assertThat(letter("millrace.redrive.attempt", "3", "millrace.redrive.parked", "why")
                        .attempts())
                .isEqualTo(3);
        assertThat(letter("millrace.redrive.attempt", "99999999999").attempts()).isEqualTo(1);
    }

    @Test
    void readsTheHeadersOfSpringAndNamedOnes() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("kafka_dlt-original-topic", "orders".getBytes(UTF_8));
        headers.add(
                "kafka_dlt-original-partition",
                ByteBuffer.allocate(4).putInt(0x31323334).array());
        headers.add(
                "kafka_dlt-original-offset", ByteBuffer.allocate(8).putLong(40).array());
        headers.add("kafka_dlt-original-consumer-group", "billing".getBytes(UTF_8));
        headers.add("kafka_dlt-exception-message", "no such customer".getBytes(UTF_8));
        headers.add("kafka_dlt-exception-stacktrace", "with a value".getBytes(UTF_8));
        DeadLetter spring = letter(headers);
        assertThat(spring.origin()).contains(new TopicPlace("orders", 0x31323334, 40));
        assertThat(spring.connector()).contains("billing");
        assertThat(spring.reason()).isEqualTo("no such customer");
        assertThat(spring.headers())
                .extracting(DeadLetter.TextHeader::name)
                .doesNotContain("kafka_dlt-exception-stacktrace");

        DeadLetter named = DeadLetter.of(
                letter("t", "orders", "p", "3", "o", "40", "g", "billing", "r", "too late")
                        .record(),
                LetterFormat.parse("t, p,o,g,r"));
        assertThat(named.origin()).contains(new TopicPlace("orders", 3, 40));
        assertThat(named.connector()).contains("billing");
        assertThat(named.reason()).isEqualTo("too late");
        assertThatThrownBy(() -> LetterFormat.parse("t,p"))
                .hasMessageContaining("TOPIC,PARTITION,OFFSET,CONSUMER,REASON");
    }

    @Test
    void headersDoNotGrow() {
        DeadLetter letter = letter(
                "user", "1",
                "__connect.errors.topic", "orders",
                "__connect.errors.partition", "3",
                "__connect.errors.offset", "40",
                "__connect.errors.exception.stacktrace", "long",
                "user", "2",
                "millrace.error.reason", "why");
        List<String> first = texts(RedriveHeaders.ofRedriven(letter, NOW));
        assertThat(first)
                .containsExactly(
                        "user=1",
                        "user=2",
                        "millrace.redrive.origin=orders-3@40",
                        "millrace.redrive.attempt=1",
                        "millrace.redrive.first-failed=2026-11-28T12:00:00Z");

        // What the sink and Connect add in each round.
        Headers headers = RedriveHeaders.ofRedriven(letter, NOW);
        for (int round = 2; round <= 5; round++) {
            headers.add("__connect.errors.topic", "views.retry".getBytes(UTF_8));
            headers.add("__connect.errors.exception.message", "again".getBytes(UTF_8));
            headers.add("millrace.error.reason", "again".getBytes(UTF_8));
            headers = RedriveHeaders.ofRedriven(letter(headers), NOW + round);
            assertThat(texts(headers))
                    .containsExactly(
                            "user=1",
                            "user=2",
                            "millrace.redrive.origin=orders-3@40",
                            "millrace.redrive.attempt=" + round,
                            "millrace.redrive.first-failed=2026-11-28T12:00:00Z");
        }
    }

    @Test
    void aParkedRecordStillStatesWhyItWasRefused() {
        DeadLetter letter = letter(
                "__connect.errors.connector.name", "views",
                "__connect.errors.exception.message", "first",
                "__connect.errors.exception.message", "last",
                "__connect.errors.exception.stacktrace", "long",
                "user", "1");
        RedrivenRecord parked = RedrivenRecord.parked(letter, "for a reason", NOW);
        assertThat(parked.topic()).isEqualTo("views.parked");
        assertThat(texts(parked.headers()))
                .containsExactly(
                        "user=1",
                        "__connect.errors.connector.name=views",
                        "__connect.errors.exception.message=last",
                        "millrace.redrive.attempt=1",
                        "millrace.redrive.first-failed=2026-11-28T12:00:00Z",
                        "millrace.redrive.parked=for a reason");
        assertThat(letter(parked.headers()).reason()).isEqualTo("last");
        assertThat(RedrivenRecord.parked(letter(), "unknown connector", NOW).topic())
                .isEqualTo("views.dlq.parked");
    }

    @Test
    void theTargetNeedsWhatTheHeadersContain() {
        DeadLetter complete = letter(
                "__connect.errors.topic", "orders",
                "__connect.errors.partition", "3",
                "__connect.errors.offset", "40",
                "__connect.errors.connector.name", "views");
        assertThat(RedriveTarget.parse("retry").topicOf(complete)).contains("views.retry");
        assertThat(RedriveTarget.parse("original").topicOf(complete)).contains("orders");
        assertThat(RedriveTarget.parse("mended").topicOf(complete)).contains("mended");
        assertThat(RedriveTarget.RETRY.topicOf(letter("__connect.errors.connector.name", "views")))
                .isEmpty();
        assertThat(RedriveTarget.ORIGINAL.topicOf(letter())).isEmpty();
    }

    @Test
    void keepsThePartitionWhereTheCountsAgree() {
        DeadLetter letter = letter("millrace.redrive.origin", "orders-3@40");
        assertThat(RedrivenRecord.of(letter, "views.retry", 6, 6, NOW).partition())
                .isEqualTo(3);
        assertThat(RedrivenRecord.of(letter, "views.retry", 1, 6, NOW).partition())
                .isNull();
        assertThat(RedrivenRecord.of(letter(), "views.retry", 6, 6, NOW).partition())
                .isNull();
        RedrivenRecord record = RedrivenRecord.of(letter, "views.retry", 6, 6, NOW);
        assertThat(record.toProducerRecord().timestamp()).isEqualTo(NOW);
        assertThat(record.toProducerRecord().value()).isSameAs(letter.record().value());
        assertThat(record).hasToString("views.dlq-2@17 to views.retry");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "headers['user'] == '1' && topic == 'orders'",
                "error.startsWith('total') && connector == 'views'",
                "attempt == 1 && age == 90",
                "key.contains('id')",
                "!('missing' in headers)",
            })
    void conditionsReadTheLetter(String condition) {
        DeadLetter letter = letter(
                "__connect.errors.topic", "orders",
                "__connect.errors.partition", "3",
                "__connect.errors.offset", "40",
                "__connect.errors.connector.name", "views",
                "millrace.error.reason", "orders-3@40: total does not fit",
                "user", "1");
        assertThat(LetterCondition.parse(condition).matches(letter, NOW + 90_000))
                .isTrue();
    }

    @Test
    void aHeaderThatALetterLacksIsNamedWithTheLetter() {
        assertThatThrownBy(() -> LetterCondition.parse("headers['user'] == '1'").matches(letter(), NOW))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("views.dlq-2@17: the condition cannot be evaluated");
    }

    @Test
    void conditionsAreCheckedBeforeTheFirstLetter() {
        assertThatThrownBy(() -> LetterCondition.parse("reason == ''"))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessageContaining("reason");
        assertThatThrownBy(() -> LetterCondition.parse("age")).hasMessageContaining("expected a condition");
    }
}
