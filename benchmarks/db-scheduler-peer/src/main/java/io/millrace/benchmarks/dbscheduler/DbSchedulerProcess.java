package io.millrace.benchmarks.dbscheduler;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.millrace.benchmarks.schedules.ScheduleCommands;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A process in which db-scheduler sends messages when they are due, at least once: an execution ends when Kafka has its message. It
 * polls as often and with as many threads as suits the benchmark, and fetches by locks, which its documentation recommends for a
 * high rate.
 */
public final class DbSchedulerProcess {
    private static final int THREADS = 64;
    private static final Duration POLLING = Duration.ofMillis(10);
    private static final String TABLE = """
            CREATE TABLE IF NOT EXISTS scheduled_tasks (
              task_name VARCHAR(100) NOT NULL, task_instance VARCHAR(100) NOT NULL, task_data BLOB,
              execution_time TIMESTAMP(6) NOT NULL, picked BOOLEAN NOT NULL, picked_by VARCHAR(50),
              last_success TIMESTAMP(6) NULL, last_failure TIMESTAMP(6) NULL, consecutive_failures INT,
              last_heartbeat TIMESTAMP(6) NULL, version BIGINT NOT NULL, priority SMALLINT,
              PRIMARY KEY (task_name, task_instance), KEY (execution_time), KEY (last_heartbeat))
            """;

    private DbSchedulerProcess() {}

    /**
     * Takes bootstrap servers, the consumer group, the topics of commands and messages, and the URL, the user and the password of a
     * database of MySQL; runs until it is ended.
     */
    public static void main(String[] words) throws SQLException, InterruptedException {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(words[4]);
        pool.setUsername(words[5]);
        pool.setPassword(words[6]);
        pool.setMaximumPoolSize(THREADS + 4);
        try (HikariDataSource database = new HikariDataSource(pool);
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", words[0]), new ByteArraySerializer(), new ByteArraySerializer())) {
            createTable(database);
            OneTimeTask<byte[]> task = Tasks.oneTime("message", byte[].class)
                    .execute((instance, context) -> send(
                            producer,
                            new ProducerRecord<>(
                                    words[3], instance.getId().getBytes(StandardCharsets.UTF_8), instance.getData())));
            Scheduler scheduler = Scheduler.create(database, task)
                    .threads(THREADS)
                    .pollingInterval(POLLING)
                    .pollUsingLockAndFetch(0.5, 1.0)
                    .alwaysPersistTimestampInUTC()
                    .build();
            scheduler.start();
            schedule(words, scheduler, task);
        }
    }

    private static void createTable(HikariDataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS scheduled_tasks");
            statement.execute(TABLE);
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> message) {
        try {
            producer.send(message).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void schedule(String[] words, Scheduler scheduler, OneTimeTask<byte[]> task) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                words[0],
                "group.id",
                words[1],
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false,
                "max.poll.records",
                5000);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(words[2]));
            while (true) {
                ConsumerRecords<byte[], byte[]> commands = consumer.poll(Duration.ofMillis(100));
                List<SchedulableInstance<?>> instances = new ArrayList<>();
                for (ConsumerRecord<byte[], byte[]> command : commands) {
                    String at = text(
                            command.headers().lastHeader(ScheduleCommands.AT).value());
                    instances.add(SchedulableInstance.of(
                            task.instance(text(command.key()), command.value()), Instant.parse(at)));
                }
                if (!instances.isEmpty()) {
                    scheduler.scheduleBatch(instances);
                    consumer.commitSync();
                }
            }
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
