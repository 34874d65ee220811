package io.millrace.it.retries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.examples.retries.DelayedRetries;
import io.millrace.examples.retries.RetryingConsumer;
import io.millrace.it.TestPipeline;
import io.millrace.local.LocalPipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** The example of a service that retries by schedules. */
class DelayedRetriesIT {
    private static final Duration TIME_TO_ACT = Duration.ofMinutes(2);
    private static final List<Duration> DELAYS = List.of(Duration.ofMillis(300), Duration.ofMillis(600));
    private static final DelayedRetries RETRIES =
            new DelayedRetries("it-billing", "retries.requests", "retries.retry", "retries.parked", DELAYS);

    private final LocalPipeline pipeline = TestPipeline.shared();
    /** Each call of the handler: {@code value@attempt}, with its time in ms. */
    private final Map<String, Long> handled = Collections.synchronizedMap(new LinkedHashMap<>());

    @Test
    void retriesWhatFailedAfterEachDelayAndParksItThen() throws Exception {
        createTopics();
        postSchedules();
        RetryingConsumer service =
                new RetryingConsumer(pipeline.bootstrapServers(), "retries.orders", RETRIES, this::handle);
        Thread thread = new Thread(service, "it-billing");
        thread.start();
        try {
            send("passes");
            send("passes on the second attempt");
            send("never passes");
            List<ConsumerRecord<byte[], byte[]>> parked = awaitParked();
            assertThat(parked).singleElement().satisfies(record -> {
                assertThat(record.key()).isEqualTo("key".getBytes(UTF_8));
                assertThat(record.value()).isEqualTo("never passes".getBytes(UTF_8));
                assertThat(header(record, "retry-origin")).contains("retries.orders-0@2");
                assertThat(header(record, "retry-reason")).contains("java.lang.IllegalStateException");
                assertThat(header(record, "shop")).contains("berlin");
                assertThat(record.headers().headers("retry-attempt")).hasSize(1);
            });
            assertThat(handled.keySet())
                    .containsExactlyInAnyOrder(
                            "passes@1",
                            "passes on the second attempt@1",
                            "passes on the second attempt@2",
                            "never passes@1",
                            "never passes@2",
                            "never passes@3");
            assertThat(handled.get("never passes@2") - handled.get("never passes@1"))
                    .isGreaterThanOrEqualTo(DELAYS.get(0).toMillis());
            assertThat(handled.get("never passes@3") - handled.get("never passes@2"))
                    .isGreaterThanOrEqualTo(DELAYS.get(1).toMillis());
        } finally {
            service.close();
            thread.join();
            pipeline.rest().delete("retries-schedules");
        }
    }

    private void handle(ConsumerRecord<byte[], byte[]> record) {
        String value = new String(record.value(), UTF_8);
        String attempt = header(record, "retry-attempt").orElse("1");
        assertThat(handled.put(value + "@" + attempt, System.currentTimeMillis()))
                .as("an earlier call with %s in attempt %s", value, attempt)
                .isNull();
        if (value.equals("never passes") || (value.startsWith("passes on") && attempt.equals("1"))) {
            throw new IllegalStateException("refused");
        }
    }

    private void createTopics() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", (Object) pipeline.bootstrapServers()))) {
            List<NewTopic> topics = new ArrayList<>();
            for (String topic : List.of("orders", "requests", "retry", "parked", "replies")) {
                topics.add(new NewTopic("retries." + topic, 1, (short) 1));
            }
            admin.createTopics(topics).all().get();
        }
    }

    private void postSchedules() throws Exception {
        ObjectNode body = (ObjectNode) new ObjectMapper()
                .readTree(Path.of("../connect-configs/15-schedules.json").toFile());
        body.put("name", "retries-schedules");
        ((ObjectNode) body.path("config"))
                .put("requests.topic", "retries.requests")
                .put("schedules.topic", "retries.schedules")
                .put("replies.topic", "retries.replies")
                .put("targets", "retries\\.retry");
        pipeline.rest().post(body);
        pipeline.rest().awaitRunning("retries-schedules", TIME_TO_ACT);
    }

    private void send(String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", pipeline.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            ProducerRecord<String, String> record = new ProducerRecord<>("retries.orders", "key", value);
            record.headers().add("shop", "berlin".getBytes(UTF_8));
            producer.send(record).get();
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> awaitParked() {
        List<ConsumerRecord<byte[], byte[]>> parked = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", pipeline.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, 1)
                    .mapToObj(partition -> new TopicPartition("retries.parked", partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            await().atMost(TIME_TO_ACT).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(parked::add);
                return !parked.isEmpty();
            });
        }
        return parked;
    }

    private static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name)).map(header -> new String(header.value(), UTF_8));
    }
}
