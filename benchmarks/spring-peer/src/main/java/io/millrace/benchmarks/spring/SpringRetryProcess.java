package io.millrace.benchmarks.spring;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.BackOff;
import org.springframework.kafka.annotation.EnableKafkaRetryTopic;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * A process whose listener writes each event to a table. Events that the table refuses come back by retry topics after 1 s, and then
 * every 10 s. When it is ended, it prints how much later than that they came.
 */
public final class SpringRetryProcess {
    /** Of the retries, in milliseconds: the first, and all others. */
    private static final long[] BACKOFF = {1_000, 10_000};

    private SpringRetryProcess() {}

    /**
     * Takes bootstrap servers, the topic, the consumer group, which is also the table, and the URL, the user and the password of a
     * database; runs until it is ended.
     */
    public static void main(String[] words) throws InterruptedException {
        System.setProperty("retry.topic", words[1]);
        System.setProperty("retry.group", words[2]);
        System.setProperty("retry.bootstrap", words[0]);
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(words[3]);
        pool.setUsername(words[4]);
        pool.setPassword(words[5]);
        HikariDataSource database = new HikariDataSource(pool);
        TableListener listener = new TableListener(database, words[2]);
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean(TableListener.class, () -> listener);
        context.register(RetryTopics.class);
        Runtime.getRuntime().addShutdownHook(new Thread(listener::printDelays));
        context.refresh();
        new CountDownLatch(1).await();
    }

    /** The listener's factories. */
    @Configuration
    @EnableKafkaRetryTopic
    static class RetryTopics {
        @Bean
        ConcurrentKafkaListenerContainerFactory<String, String> kafkaListenerContainerFactory() {
            ConcurrentKafkaListenerContainerFactory<String, String> factory =
                    new ConcurrentKafkaListenerContainerFactory<>();
            factory.setConsumerFactory(new DefaultKafkaConsumerFactory<>(
                    Map.of("bootstrap.servers", System.getProperty("retry.bootstrap"), "auto.offset.reset", "earliest"),
                    new StringDeserializer(),
                    new StringDeserializer()));
            factory.setConcurrency(2);
            return factory;
        }

        @Bean
        KafkaTemplate<String, String> kafkaTemplate() {
            return new KafkaTemplate<>(new DefaultKafkaProducerFactory<>(
                    Map.of("bootstrap.servers", System.getProperty("retry.bootstrap")),
                    new StringSerializer(),
                    new StringSerializer()));
        }

        @Bean
        TaskScheduler taskScheduler() {
            return new ThreadPoolTaskScheduler();
        }
    }

    /** Writes events. */
    static class TableListener {
        private static final Pattern EVENT = Pattern.compile("\\{\"id\":(\\d+),\"seq\":(\\d+),\"fits\":(\\d+)}");

        private final HikariDataSource database;
        private final String insert;
        private final Map<String, Failure> failures = new ConcurrentHashMap<>();
        private final Map<Long, Queue<Long>> lateness =
                Map.of(BACKOFF[0], new ConcurrentLinkedQueue<>(), BACKOFF[1], new ConcurrentLinkedQueue<>());

        private record Failure(int attempts, long millis) {}

        TableListener(HikariDataSource database, String table) {
            this.database = database;
            this.insert =
                    "INSERT INTO " + table + " (partition_id, record_offset, id, seq, fits) VALUES (?, ?, ?, ?, ?)";
        }

        @RetryableTopic(
                attempts = "100",
                backOff = @BackOff(delay = 1_000, multiplier = 10, maxDelay = 10_000),
                autoCreateTopics = "true",
                numPartitions = "4")
        @KafkaListener(topics = "${retry.topic}", groupId = "${retry.group}")
        void write(ConsumerRecord<String, String> event) throws SQLException {
            Matcher value = EVENT.matcher(event.value());
            if (!value.matches()) {
                throw new IllegalStateException("Not an event of this benchmark: " + event);
            }
            String seq = value.group(2);
            Failure failure = failures.get(seq);
            if (failure != null) {
                long backoff = BACKOFF[Math.min(failure.attempts(), BACKOFF.length) - 1];
                lateness.get(backoff).add(System.currentTimeMillis() - failure.millis() - backoff);
            }
            try (Connection connection = database.getConnection();
                    PreparedStatement statement = connection.prepareStatement(insert)) {
                statement.setInt(1, 0);
                statement.setString(2, seq);
                statement.setString(3, value.group(1));
                statement.setString(4, seq);
                statement.setString(5, value.group(3));
                statement.executeUpdate();
            } catch (SQLException e) {
                failures.put(
                        seq, new Failure(failure == null ? 1 : failure.attempts() + 1, System.currentTimeMillis()));
                throw e;
            }
        }

        void printDelays() {
            for (long backoff : BACKOFF) {
                long[] sorted = lateness.get(backoff).stream()
                        .mapToLong(Long::longValue)
                        .toArray();
                Arrays.sort(sorted);
                if (sorted.length > 0) {
                    System.out.printf(
                            Locale.ROOT,
                            "%d s p50 %.1f p99 %.1f%n",
                            backoff / 1000,
                            (double) sorted[sorted.length / 2],
                            (double) sorted[(int) (sorted.length * 0.99)]);
                }
            }
        }
    }
}
