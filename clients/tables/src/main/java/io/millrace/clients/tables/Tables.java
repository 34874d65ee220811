package io.millrace.clients.tables;

import io.millrace.tables.KeyFormat;
import io.millrace.tables.TableSettings;
import io.millrace.tables.TopicTable;
import io.millrace.tables.ValueFormat;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Opens tables over compacted topics.
 *
 * <pre>{@code
 * TableSettings settings = TableSettings.of(Map.of("bootstrap.servers", "kafka:9092"));
 * try (TopicTable<String, String> countries =
 *         Tables.open(settings, "shop.countries", KeyFormat.TEXT, new StringDeserializer())) {
 *     countries.awaitReady(Duration.ofSeconds(30));
 *     String germany = countries.get("DE");
 * }
 * }</pre>
 *
 * A table is complete before it answers, and refuses to answer otherwise: see {@link TopicTable}. Each call opens a table with a
 * thread and clients of its own, so a service opens a topic once and closes the table when it ends.
 */
public final class Tables {
    private Tables() {}

    /**
     * Opens a table that keeps the whole values of its topic. Does not wait: {@link TopicTable#awaitReady} does.
     *
     * @param topic the topic, which is also the name of the table's MBean; it may be created later
     * @param values reads the topic's values, once when a record is loaded and again at each read. It must be safe for use by
     *     many threads, and gets no headers at a read
     * @throws KafkaException if the settings of the clients are invalid
     */
    public static <K, V> TopicTable<K, V> open(
            TableSettings settings, String topic, KeyFormat<K> keys, Deserializer<V> values) {
        return open(settings, topic, keys, ValueFormat.of(topic, values));
    }

    /**
     * Opens a table that keeps what the format keeps of the values of its topic, such as the fields of a {@link RowFormat}. Does
     * not wait: {@link TopicTable#awaitReady} does.
     *
     * @param topic the topic, which is also the name of the table's MBean; it may be created later
     * @throws KafkaException if the settings of the clients are invalid
     */
    public static <K, V> TopicTable<K, V> open(
            TableSettings settings, String topic, KeyFormat<K> keys, ValueFormat<V> values) {
        return TopicTable.open(topic, topic, keys, values, settings);
    }
}
