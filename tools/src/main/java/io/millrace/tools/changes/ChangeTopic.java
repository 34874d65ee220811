package io.millrace.tools.changes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.changes.RecordPlace;
import io.millrace.tools.input.UsageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The committed records of a topic that Connect's JsonConverter wrote, each partition in its order. It joins no
 * consumer group and stores nothing.
 *
 * @param topic the topic
 * @param client the consumer's settings, bootstrap.servers among them
 * @param fromBeginning whether to read the existing records and end; otherwise only new records, without an end
 */
public record ChangeTopic(String topic, Properties client, boolean fromBeginning) implements ChangeSource {
    private static final Duration POLL = Duration.ofMillis(500);

    @Override
    public void forEach(Predicate<Change> wantsMore) {
        Properties settings = new Properties();
        settings.putAll(client);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new UsageException("missing topic " + topic);
            }
            consumer.assign(partitions);
            readRecords(consumer, partitions, wantsMore);
        } catch (KafkaException e) {
            throw new UsageException("cannot read the topic " + topic + ": " + e.getMessage(), e);
        }
    }

    private void readRecords(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Predicate<Change> wantsMore) {
        if (fromBeginning) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        ChangeJson json = new ChangeJson();
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (!fromBeginning || !isAtEnd(consumer, ends)) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (!wantsMore.test(toChange(json, record))) {
                    return;
                }
            }
        }
    }

    /** By positions and not by the last record, since markers of transactions take offsets too. */
    private static boolean isAtEnd(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private static Change toChange(ChangeJson json, ConsumerRecord<byte[], byte[]> record) {
        String place = RecordPlace.of(record.topic(), record.partition(), record.offset());
        ObjectNode line = ConnectJson.MAPPER.createObjectNode();
        line.put("topic", record.topic());
        line.set("key", parseNode(place, record.key()));
        line.set("value", parseNode(place, record.value()));
        line.put("timestamp", record.timestamp());
        ObjectNode headers = line.putObject("headers");
        for (Header header : record.headers()) {
            headers.put(
                    header.key(), header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8));
        }
        return json.readChange(place, line);
    }

    private static JsonNode parseNode(String place, byte[] text) {
        return text == null ? ConnectJson.MAPPER.nullNode() : ConnectJson.parseText(place, text);
    }
}
