package io.millrace.local.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The shop's service that takes payments. It consumes {@code shop.renewals}, whose messages come when a payment is due, and writes the
 * payment and the time of the next one into the subscription's row, in one statement. A rule makes a schedule of that time, so the
 * service has no timer.
 *
 * <p>A message is acknowledged after its statement is committed, so it may come again. The statement compares the time for which the
 * message was scheduled with the one in the row, and changes nothing then.
 *
 * <p>One thread consumes; the methods are for any other one.
 */
public final class RenewalService implements AutoCloseable {
    /** The topic of the payments that are due. */
    public static final String TOPIC = "shop.renewals";

    private static final String GROUP = "shop-renewals";
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TIME_TO_END = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Connection connection;
    private final ShopService shop;
    private final KafkaConsumer<String, String> consumer;
    private final Duration interval;
    private final Random random = new Random();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::consume, "renewals");
    private volatile boolean ending;
    private volatile boolean closed;

    private RenewalService(Connection connection, String bootstrapServers, Duration interval) throws SQLException {
        this.connection = connection;
        this.shop = new ShopService(connection);
        this.interval = interval;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        GROUP,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    /**
     * Starts the service.
     *
     * @param connection to the shop; closed with the service
     * @param interval from one payment of a subscription to the next
     */
    public static RenewalService start(Connection connection, String bootstrapServers, Duration interval)
            throws SQLException {
        RenewalService service = new RenewalService(connection, bootstrapServers, interval);
        service.thread.setDaemon(true);
        service.thread.start();
        return service;
    }

    /** The time after this duration, as a subscription's row has it. */
    static LocalDateTime after(Duration duration) {
        return LocalDateTime.now(ZoneOffset.UTC).plus(duration).truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * Lets each subscription end with its next payment, and waits until all have. So it returns only if every message that was due has
     * come.
     *
     * @param reader must see what is committed at the time of a query
     * @throws QuickstartFailedException if a subscription still waits for a payment after 60 s, or the service has failed
     */
    public void endSubscriptions(Connection reader) throws SQLException, InterruptedException {
        requireRunning();
        ending = true;
        try {
            long deadline = System.nanoTime() + TIME_TO_END.toNanos();
            for (int waiting = countWaiting(reader); waiting > 0; waiting = countWaiting(reader)) {
                requireRunning();
                if (System.nanoTime() > deadline) {
                    throw new QuickstartFailedException("The next payment of " + waiting
                            + " subscriptions did not come within " + TIME_TO_END.toSeconds() + " s");
                }
                Thread.sleep(50);
            }
        } finally {
            ending = false;
        }
    }

    /**
     * Returns if the service runs.
     *
     * @throws QuickstartFailedException if it has failed
     */
    public void requireRunning() {
        Exception found = failure.get();
        if (found != null) {
            throw new QuickstartFailedException("The service that takes payments has failed: " + found);
        }
    }

    private static int countWaiting(Connection reader) throws SQLException {
        try (Statement statement = reader.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT COUNT(*) FROM shop.subscriptions WHERE next_payment_at IS NOT NULL")) {
            row.next();
            return row.getInt(1);
        }
    }

    private void consume() {
        try (connection;
                consumer) {
            consumer.subscribe(List.of(TOPIC));
            while (!closed) {
                ConsumerRecords<String, String> messages = consumer.poll(POLL);
                for (ConsumerRecord<String, String> message : messages) {
                    renew(message);
                }
                if (!messages.isEmpty()) {
                    consumer.commitSync();
                }
            }
        } catch (Exception e) {
            // What was not acknowledged comes again.
            if (!closed) {
                failure.set(e);
            }
        }
    }

    private void renew(ConsumerRecord<String, String> message) throws SQLException, IOException {
        Optional<LocalDateTime> due = dueTime(message);
        if (due.isPresent()) {
            shop.renew(
                    requestOf(message),
                    JSON.readTree(message.key()).path("subscription_id").asLong(),
                    due.get(),
                    ending ? null : after(interval));
        }
    }

    /** Empty for a message that no schedule has sent. */
    private static Optional<LocalDateTime> dueTime(ConsumerRecord<String, String> message) {
        String due = OfficialEvents.header(message, "schedule-due");
        return due.isEmpty()
                ? Optional.empty()
                : Optional.of(LocalDateTime.ofInstant(Instant.parse(due), ZoneOffset.UTC));
    }

    /** The request that began the subscription; another one for a row that a snapshot found. */
    private ShopRequest requestOf(ConsumerRecord<String, String> message) {
        String request = OfficialEvents.header(message, "requestId");
        return request.isEmpty()
                ? ShopRequest.next(random)
                : new ShopRequest(
                        request,
                        OfficialEvents.header(message, "userId"),
                        OfficialEvents.header(message, "traceparent"));
    }

    /** Ends the service and its connection. */
    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
