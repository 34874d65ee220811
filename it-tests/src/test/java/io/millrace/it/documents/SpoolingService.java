package io.millrace.it.documents;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.clients.spooling.SpoolingProducer;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A service whose records go to the spool, in the folder of its argument. It runs until it is killed. */
final class SpoolingService {
    private SpoolingService() {}

    public static void main(String... arguments) throws InterruptedException {
        Map<String, Object> configs = Map.of(
                "client.id",
                "visits",
                // Nothing listens on this port.
                "bootstrap.servers",
                "127.0.0.1:1",
                "spool.store",
                "file:" + arguments[0],
                "spool.after.ms",
                1_000L);
        try (SpoolingProducer<byte[], byte[]> producer =
                new SpoolingProducer<>(configs, new ByteArraySerializer(), new ByteArraySerializer())) {
            var unused = producer.send(new ProducerRecord<>("shop.visits", "visit".getBytes(UTF_8)));
            new CountDownLatch(1).await();
        }
    }
}
