package io.millrace.client.context.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.context.RequestContext;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A request passes from a producer to a consumer through a real broker. */
class RecordContextIT {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final RequestContext CONTEXT = RequestContext.builder()
            .requestId("7")
            .userId("\u00FC's */")
            .put("traceparent", PARENT)
            .put("tracestate", "a=1")
            .put("baggage", "b=2")
            .put("tenant", "t")
            .put("internal", "not in the list")
            .build();

    private static KafkaBroker broker;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.start(Installation.locate(), ServerDirectories.newDirectory("records"), Map.of());
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aRecordIsHandledInTheContextInWhichItWasSent() throws Exception {
        try (KafkaProducer<String, String> producer = producer("tenant")) {
            CONTEXT.call(() -> producer.send(new ProducerRecord<>("sent", "k", "v")))
                    .get();
        }
        ConsumerRecord<String, String> record = read("sent", 1).get(0);
        assertThat(texts(record.headers()))
                .isEqualTo(Map.of(
                        "requestId", "7",
                        "userId", "\u00FC's */",
                        "traceparent", PARENT,
                        "tracestate", "a=1",
                        "baggage", "b=2",
                        "tenant", "t"));
        List<RequestContext> seen = new ArrayList<>();
        RecordContext.runInContextOf(record, handled -> seen.add(RequestContext.current()));
        assertThat(seen)
                .containsExactly(CONTEXT.toBuilder()
                        .put("tenant", null)
                        .put("internal", null)
                        .build());
        assertThat(RecordContext.<String, String, String>applyInContextOf(record, ConsumerRecord::value))
                .isEqualTo("v");
        assertThat(RequestContext.current().isEmpty()).isTrue();
    }

    @Test
    void headersOfTheServiceAreKept() throws Exception {
        ProducerRecord<String, String> record = new ProducerRecord<>("kept", "k", "v");
        record.headers().add("requestId", bytes("own")).add("traceparent", bytes(PARENT.replace('b', 'c')));
        try (KafkaProducer<String, String> producer = producer("")) {
            CONTEXT.call(() -> producer.send(record)).get();
        }
        assertThat(texts(read("kept", 1).get(0).headers()))
                .isEqualTo(Map.of(
                        "requestId", "own",
                        "userId", "\u00FC's */",
                        "traceparent", PARENT.replace('b', 'c'),
                        "baggage", "b=2"));
    }

    @Test
    void aRecordThatIsSentAgainHasTheContextOfEachTime() throws Exception {
        ProducerRecord<String, String> record = new ProducerRecord<>("again", "k", "v");
        try (KafkaProducer<String, String> producer = producer("")) {
            producer.send(record).get();
            CONTEXT.call(() -> producer.send(record)).get();
            RequestContext.builder()
                    .requestId("8")
                    .build()
                    .call(() -> producer.send(record))
                    .get();
        }
        List<ConsumerRecord<String, String>> records = read("again", 3);
        assertThat(RecordContext.of(records.get(0)).isEmpty()).isTrue();
        assertThat(RecordContext.of(records.get(1)).requestId()).hasValue("7");
        assertThat(RecordContext.of(records.get(2)).values()).isEqualTo(Map.of("requestId", "8"));
    }

    @Test
    void whatIsNotValidDoesNotReachTheConsumer() throws Exception {
        ProducerRecord<String, String> record = new ProducerRecord<>("hostile", "k", "v");
        record.headers()
                .add("requestId", bytes("first"))
                .add("requestId", bytes("last"))
                .add("userId", bytes("a\nb"))
                .add("traceparent", new byte[] {(byte) 0xFF, 0})
                .add("tracestate", null)
                .add("baggage", bytes("x".repeat(100_000)))
                .add("other", bytes("a\nb"));
        try (KafkaProducer<String, String> producer = producer("")) {
            producer.send(record).get();
        }
        ConsumerRecord<String, String> received = read("hostile", 1).get(0);
        assertThat(texts(received.headers())).isEqualTo(Map.of("requestId", "last", "other", "a\nb"));
        assertThat(received.headers().headers("requestId")).hasSize(1);
    }

    @Test
    void aHeaderThatIsNotUtf8IsIgnored() throws Exception {
        ProducerRecord<String, String> record = new ProducerRecord<>("malformed", "k", "v");
        record.headers().add("requestId", bytes("7")).add("userId", new byte[] {(byte) 0xC3, '('});
        try (KafkaProducer<String, String> producer = producer("")) {
            producer.send(record).get();
        }
        assertThat(texts(read("malformed", 1).get(0).headers())).isEqualTo(Map.of("requestId", "7"));
    }

    @Test
    void aKeyThatIsNotValidIsRefused() {
        assertThatThrownBy(() -> producer("no key"))
                .isInstanceOf(KafkaException.class)
                .rootCause()
                .hasMessageContaining("millrace.context.keys");
    }

    private static KafkaProducer<String, String> producer(String keys) {
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "interceptor.classes", ContextProducerInterceptor.class.getName(),
                        "millrace.context.keys", keys),
                new StringSerializer(),
                new StringSerializer());
    }

    private static List<ConsumerRecord<String, String>> read(String topic, int count) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "interceptor.classes", ContextConsumerInterceptor.class.getName(),
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (records.size() < count && System.nanoTime() < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            assertThat(records).hasSize(count);
            return records;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> texts(Headers headers) {
        Map<String, String> texts = new TreeMap<>();
        headers.forEach(header -> texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return texts;
    }
}
