package io.millrace.examples.tables;

import io.millrace.clients.tables.TableWriter;
import io.millrace.clients.tables.Tables;
import io.millrace.tables.KeyFormat;
import io.millrace.tables.TableSettings;
import io.millrace.tables.TopicTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A compacted topic of the example, with texts as keys.
 *
 * @param <V> the type of values
 */
final class ReferenceTopic<V> {
    /** The country of each code, such as {@code DE}. */
    static final ReferenceTopic<Country> COUNTRIES =
            new ReferenceTopic<>("reference.countries", Country.SERIALIZER, Country.DESERIALIZER);

    /** The codes of the countries of each time zone, with commas between them. */
    static final ReferenceTopic<String> ZONES = new ReferenceTopic<>(
            "reference.zones", Serdes.String().serializer(), Serdes.String().deserializer());

    private static final int PARTITIONS = 3;

    private final String name;
    private final Serializer<V> serializer;
    private final Deserializer<V> deserializer;

    private ReferenceTopic(String name, Serializer<V> serializer, Deserializer<V> deserializer) {
        this.name = name;
        this.serializer = serializer;
        this.deserializer = deserializer;
    }

    private static Map<String, Object> clients(String servers) {
        return Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers);
    }

    /** Opens the table of the topic. */
    TopicTable<String, V> openTable(String servers) {
        return Tables.open(TableSettings.of(clients(servers)), name, KeyFormat.TEXT, deserializer);
    }

    /** Opens a writer of the topic, which only the service that owns the topic does, and creates the topic if it is missing. */
    TableWriter<String, V> openWriter(String servers) {
        createIfMissing(servers);
        return TableWriter.open(clients(servers), name, new StringSerializer(), serializer);
    }

    private void createIfMissing(String servers) {
        NewTopic topic = new NewTopic(name, Optional.of(PARTITIONS), Optional.empty())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        try (Admin admin = Admin.create(clients(servers))) {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new KafkaException("The topic " + name + " was not created", e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while the topic " + name + " was created", e);
        }
    }
}
