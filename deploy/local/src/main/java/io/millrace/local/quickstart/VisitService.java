package io.millrace.local.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.clients.spooling.SpoolingProducer;
import io.millrace.local.LocalPipeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The shop's service that records which pages its customers visit, in {@code shop.visits}. A visit changes no row, so there is no
 * transaction that an outbox could be part of. The service writes to Kafka by itself, with a {@link SpoolingProducer}: the visits of an
 * outage are stored in S3, and the connector {@code spool} brings them to Kafka.
 *
 * <p>Safe for use by many threads.
 */
final class VisitService implements AutoCloseable {
    /** The topic of the visits. Their key is the user. */
    static final String TOPIC = "shop.visits";

    private static final String ID_HEADER = "ce_id";
    private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(60);
    private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(20);
    private static final int PAGES = 120;

    private final SpoolingProducer<String, String> producer;

    /** Opens the producer with these options. */
    VisitService(Map<String, Object> options) {
        this.producer = new SpoolingProducer<>(options, new StringSerializer(), new StringSerializer());
    }

    /** The options of the service's producer. The spool is that of {@code connect-configs/17-spool.json}. */
    static Map<String, Object> options(LocalPipeline pipeline) {
        Map<String, Object> options = new HashMap<>(spool(pipeline));
        options.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, pipeline.bootstrapServers());
        options.put("spool.writer", "visits");
        // A page does not wait for longer.
        options.put("spool.after.ms", "3000");
        return options;
    }

    /** Where the spool is, and how it is read. */
    static Map<String, String> spool(LocalPipeline pipeline) {
        Map<String, String> environment = pipeline.environment();
        return Map.of(
                "spool.store", "s3://" + environment.get("SHOP_PAYLOADS_BUCKET") + "/spool",
                "payload.s3.endpoint", environment.get("SHOP_S3_ENDPOINT"),
                "payload.s3.region", environment.get("SHOP_S3_REGION"),
                "payload.s3.path.style", "true",
                "payload.s3.access.key.id", environment.get("SHOP_S3_ACCESS_KEY_ID"),
                "payload.s3.secret.access.key", environment.get("SHOP_S3_SECRET_ACCESS_KEY"));
    }

    /** A visit to a random page, of one of a few users. */
    static Visit next(Random random) {
        return new Visit(
                UUID.randomUUID().toString(),
                "user-" + (1 + random.nextInt(40)),
                "/pages/" + (1 + random.nextInt(PAGES)));
    }

    /**
     * Records a visit. The callback gets metadata with an offset if Kafka has it, metadata without one if the spool has it, and an
     * exception if neither has acknowledged it.
     */
    Future<RecordMetadata> record(Visit visit, Callback callback) {
        ProducerRecord<String, String> record =
                new ProducerRecord<>(TOPIC, visit.user(), "{\"page\":\"" + visit.page() + "\"}");
        record.headers().add(ID_HEADER, visit.id().getBytes(UTF_8));
        return producer.send(record, callback);
    }

    /**
     * Records random visits, and waits for their answers.
     *
     * @throws QuickstartFailedException if neither Kafka nor the spool acknowledges one
     */
    void recordAll(int count, Random random) throws InterruptedException {
        List<Future<RecordMetadata>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(record(next(random), (metadata, failure) -> {}));
        }
        for (Future<RecordMetadata> answer : answers) {
            try {
                answer.get(TIME_TO_ANSWER.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new QuickstartFailedException("A visit was not recorded: " + e.getCause());
            } catch (TimeoutException e) {
                throw new QuickstartFailedException("A visit had no answer after " + TIME_TO_ANSWER.toSeconds() + " s");
            }
        }
    }

    /** Waits for the answers of all visits. */
    void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close(TIME_TO_CLOSE);
    }
}
