package io.millrace.examples.retries;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bills orders: reads {@code shop.orders}, and retries what failed after a minute, ten minutes and an hour. */
public final class BillingService {
    private static final Logger LOG = LoggerFactory.getLogger(BillingService.class);
    private static final DelayedRetries RETRIES = new DelayedRetries(
            "billing",
            "shop.requests",
            "shop.retries.billing",
            "shop.parked.billing",
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofHours(1)));

    private BillingService() {}

    /** Reads {@code KAFKA_BOOTSTRAP_SERVERS}; runs until the process is ended. */
    public static void main(String[] words) {
        RetryingConsumer consumer = new RetryingConsumer(
                System.getenv().getOrDefault("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"),
                "shop.orders",
                RETRIES,
                BillingService::bill);
        Runtime.getRuntime().addShutdownHook(new Thread(consumer::close));
        consumer.run();
    }

    private static void bill(ConsumerRecord<byte[], byte[]> order) {
        if (order.value() == null || order.value().length == 0) {
            throw new IllegalArgumentException("An order without content");
        }
        LOG.info("Billed {}", order.key() == null ? "an order" : new String(order.key(), StandardCharsets.UTF_8));
    }
}
