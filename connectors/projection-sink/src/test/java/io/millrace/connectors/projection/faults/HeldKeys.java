package io.millrace.connectors.projection.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.events.DeadLetterHeaders;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What an operator does about the records that a sink holds for the order of their keys: deletes the rows of poison records, and
 * brings the records behind them back by the sink's retry topic. For one thread.
 */
final class HeldKeys implements AutoCloseable {
    /** How many partitions a retry topic has. */
    static final int PARTITIONS = 3;

    private static final Duration TIME_TO_COME_BACK = Duration.ofSeconds(5);
    private static final Duration TIME_TO_READ = Duration.ofSeconds(60);

    private final ViewServer server;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    /** When each record was sent to the retry topic. */
    private final Map<Place, Long> sentNanos = new HashMap<>();

    private final Set<String> held = new TreeSet<>();
    private long sent;

    HeldKeys(ViewServer server, String bootstrapServers) {
        this.server = server;
        this.consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** The retry topic of a connector. */
    static String retryTopic(String connector) {
        return connector + ".retry";
    }

    /** The places of all records that were held behind others, as {@code TOPIC-PARTITION@OFFSET}. */
    Set<String> held() {
        return held;
    }

    /** How many records were sent to retry topics. */
    long sent() {
        return sent;
    }

    /**
     * Deletes the rows of poison, and sends the other held records to the retry topic, each key's in their order.
     *
     * @param poison the places of the records that the sink must refuse
     * @return what is still held; empty if nothing is
     */
    Optional<String> release(String connector, Set<String> poison) throws SQLException, IOException {
        List<Place> rows = readRows(connector);
        List<Place> behind = new ArrayList<>();
        for (Place row : rows) {
            if (poison.contains(row.toString())) {
                deleteRow(connector, row);
            } else {
                held.add(row.toString());
                behind.add(row);
            }
        }
        long now = System.nanoTime();
        behind.removeIf(row ->
                now - sentNanos.getOrDefault(row, now - TIME_TO_COME_BACK.toNanos() - 1) < TIME_TO_COME_BACK.toNanos());
        bringBack(connector, behind);
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.size() + " records of " + connector + " are held");
    }

    private List<Place> readRows(String connector) throws SQLException {
        List<Place> rows = new ArrayList<>();
        try (Connection connection = server.connect();
                PreparedStatement select = connection.prepareStatement("SELECT topic, partition_id, record_offset"
                        + " FROM millrace_held WHERE connector = ? ORDER BY topic, partition_id, record_offset")) {
            select.setString(1, connector);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    rows.add(new Place(new TopicPartition(row.getString(1), row.getInt(2)), row.getLong(3)));
                }
            }
        }
        return rows;
    }

    private void deleteRow(String connector, Place row) throws SQLException {
        try (Connection connection = server.connect();
                PreparedStatement delete = connection.prepareStatement("DELETE FROM millrace_held WHERE connector = ?"
                        + " AND topic = ? AND partition_id = ? AND record_offset = ?")) {
            delete.setString(1, connector);
            delete.setString(2, row.partition().topic());
            delete.setInt(3, row.partition().partition());
            delete.setLong(4, row.offset());
            delete.executeUpdate();
        }
    }

    private void bringBack(String connector, List<Place> rows) throws IOException {
        Map<TopicPartition, Set<Long>> byPartition = new HashMap<>();
        rows.forEach(row -> byPartition
                .computeIfAbsent(row.partition(), partition -> new TreeSet<>())
                .add(row.offset()));
        for (Map.Entry<TopicPartition, Set<Long>> partition : byPartition.entrySet()) {
            for (ConsumerRecord<byte[], byte[]> record : read(partition.getKey(), new TreeSet<>(partition.getValue()))
                    .values()) {
                Place place = new Place(partition.getKey(), record.offset());
                ProducerRecord<byte[], byte[]> again = new ProducerRecord<>(
                        retryTopic(connector), null, record.key(), record.value(), record.headers());
                again.headers().add(DeadLetterHeaders.ORIGIN, place.toString().getBytes(UTF_8));
                var unused = producer.send(again);
                sentNanos.put(place, System.nanoTime());
                sent++;
            }
        }
        producer.flush();
    }

    /** The records at these offsets. */
    private Map<Long, ConsumerRecord<byte[], byte[]>> read(TopicPartition partition, NavigableSet<Long> offsets)
            throws IOException {
        Map<Long, ConsumerRecord<byte[], byte[]>> found = new TreeMap<>();
        consumer.assign(List.of(partition));
        consumer.seek(partition, offsets.first());
        long deadline = System.nanoTime() + TIME_TO_READ.toNanos();
        while (found.size() < offsets.size()) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "Of the held records of " + partition + " at " + offsets + " there are only " + found.keySet());
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                if (offsets.contains(record.offset())) {
                    found.put(record.offset(), record);
                }
            }
        }
        return found;
    }

    @Override
    public void close() {
        consumer.close();
        producer.close(Duration.ZERO);
    }

    private record Place(TopicPartition partition, long offset) {
        @Override
        public String toString() {
            return partition + "@" + offset;
        }
    }
}
