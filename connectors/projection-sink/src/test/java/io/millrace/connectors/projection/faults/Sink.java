package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.campaigns.ConnectCalls;
import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.ConnectWorker;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A connector: its configuration, its state as Connect says it, and its offsets as the ledger says them. */
final class Sink {
    private static final int REFUSED = 400;

    private final ConnectGroup cluster;
    private final ConnectCalls calls;
    private final ViewServer server;
    private final Admin consumers;
    private final Guarantee guarantee;
    private final String name;
    private final ObjectNode config;

    private Sink(
            ConnectGroup cluster,
            ViewServer server,
            Admin consumers,
            Guarantee guarantee,
            String name,
            ObjectNode config) {
        this.cluster = cluster;
        this.calls = new ConnectCalls(cluster);
        this.server = server;
        this.consumers = consumers;
        this.guarantee = guarantee;
        this.name = name;
        this.config = config;
    }

    /** A connector that writes these views. */
    static Sink of(
            ConnectGroup cluster,
            ViewServer server,
            Admin consumers,
            Guarantee guarantee,
            LargeNotes notes,
            String name,
            List<EventSource> sources,
            List<ViewModel> views) {
        ObjectNode config = new ObjectMapper().createObjectNode();
        config.put("connector.class", "io.millrace.connectors.projection.ProjectionSinkConnector");
        config.put("tasks.max", "3");
        config.put("topics", sources.stream().map(EventSource::topic).collect(Collectors.joining(",")));
        config.put("kafka.bootstrap.servers", cluster.broker().bootstrapServers());
        config.put("consumer.override.isolation.level", "read_committed");
        config.put("consumer.override.max.poll.records", "200");
        config.put("errors.tolerance", "all");
        config.put("errors.deadletterqueue.topic.name", DeadLetters.TOPIC);
        config.put("errors.deadletterqueue.topic.replication.factor", "1");
        config.put("projections", views.stream().map(ViewModel::name).collect(Collectors.joining(",")));
        config.put("processing.guarantee", guarantee.option());
        config.put("transforms", "drop");
        config.put("transforms.drop.type", "org.apache.kafka.connect.transforms.Filter");
        config.put("transforms.drop.predicate", "dropped");
        config.put("predicates", "dropped");
        config.put("predicates.dropped.type", "org.apache.kafka.connect.transforms.predicates.HasHeaderKey");
        config.put("predicates.dropped.name", Event.DROPPED);
        notes.readOptions().forEach(config::put);
        server.connectionOptions().forEach(config::put);
        for (ViewModel view : views) {
            view.projection().forEach((option, value) -> config.put("projection." + view.name() + "." + option, value));
        }
        return new Sink(cluster, server, consumers, guarantee, name, config);
    }

    /** Sets the options with which the sink holds the keys of refused records. */
    void holdKeys() {
        config.put("hold.key.order", "true");
        config.put("errors.deadletterqueue.context.headers.enable", "true");
        config.put("topics", config.path("topics").asText() + "," + HeldKeys.retryTopic(name));
    }

    boolean holdsKeys() {
        return config.path("hold.key.order").asBoolean();
    }

    /** A connector with the same options that rebuilds the views of this one. */
    Sink successor(String successorName) {
        ObjectNode options = config.deepCopy();
        options.put("rebuild.replaces", name);
        options.put(
                "topics",
                config.path("topics")
                        .asText()
                        .replace("," + HeldKeys.retryTopic(name), "," + HeldKeys.retryTopic(successorName)));
        return new Sink(cluster, server, consumers, guarantee, successorName, options);
    }

    String name() {
        return name;
    }

    /** Creates the connector; the message with which Connect refuses its configuration, or nothing if it is created. */
    Optional<String> tryPost() {
        AtomicReference<String> refusal = new AtomicReference<>();
        calls.make("post", rest -> {
            try {
                return rest.put(name, config);
            } catch (ConnectRestException e) {
                if (e.status() != REFUSED) {
                    throw e;
                }
                refusal.set(e.getMessage());
                return null;
            }
        });
        return Optional.ofNullable(refusal.get());
    }

    /** Deletes the connector; its offsets and its rows in the ledger stay. */
    void delete() {
        calls.make("delete", rest -> {
            if (rest.connectors().contains(name)) {
                rest.delete(name);
            }
            return null;
        });
    }

    /** Creates the connector, or gives it the configuration anew with another value of one option. */
    void configure(String option, String value) {
        config.put(option, value);
        calls.make("configure", rest -> rest.put(name, config));
    }

    /** Sets an option, which {@link #configure} posts. */
    void setOption(String option, String value) {
        config.put(option, value);
    }

    /** Removes options that begin with this. */
    void removeOptions(String prefix) {
        List<String> names = new ArrayList<>();
        config.fieldNames().forEachRemaining(names::add);
        names.stream().filter(option -> option.startsWith(prefix)).forEach(config::remove);
    }

    /** Whether a task has failed with a message that contains this. */
    boolean hasFailedWith(String text) throws IOException {
        return failures(status()).stream().anyMatch(trace -> trace.contains(text));
    }

    void resetOffsets() {
        calls.make("reset the offsets", rest -> {
            rest.deleteOffsets(name);
            return null;
        });
    }

    void patchOffsets(Callable<JsonNode> offsets) {
        calls.make("set the offsets", rest -> {
            try {
                return rest.patchOffsets(name, offsets.call());
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
    }

    /** Deletes the consumer group of the stopped connector; returns true when it is gone. */
    boolean deleteGroup() throws Exception {
        String group = "connect-" + name;
        if (consumers.listGroups().all().get().stream()
                .anyMatch(listing -> listing.groupId().equals(group))) {
            consumers.deleteConsumerGroups(List.of(group)).all().get();
        }
        return true;
    }

    String option(String option) {
        return config.path(option).asText();
    }

    void restart() {
        calls.make("restart", rest -> {
            rest.restart(name);
            return null;
        });
    }

    void stop() {
        calls.make("stop", rest -> {
            rest.stop(name);
            return null;
        });
    }

    void resume() {
        calls.make("resume", rest -> {
            rest.resume(name);
            return null;
        });
    }

    /** The status as Connect says it, which after a broker's death may be an old one. */
    JsonNode status() throws IOException {
        return cluster.rest().status(name);
    }

    /** Whether tasks on this worker have partitions, as the broker knows it. */
    boolean hasPartitions(ConnectWorker worker) throws Exception {
        return consumers.describeConsumerGroups(List.of("connect-" + name)).all().get().values().stream()
                .flatMap(group -> group.members().stream())
                .anyMatch(member -> member.clientId().equals(cluster.name(worker))
                        && !member.assignment().topicPartitions().isEmpty());
    }

    /** Whether all partitions that the sink reads have a leader. */
    boolean hasLeaders() throws Exception {
        List<String> topics = List.of(option("topics").split(",", -1));
        return consumers.describeTopics(topics).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(partition ->
                        partition.leader() != null && !partition.isr().isEmpty());
    }

    /** The traces of the connector and tasks that have failed. */
    static List<String> failures(JsonNode status) {
        List<JsonNode> parts = new ArrayList<>(List.of(status.path("connector")));
        status.path("tasks").forEach(parts::add);
        return parts.stream()
                .filter(part -> part.path("state").asText().equals("FAILED"))
                .map(part -> part.path("trace").asText())
                .toList();
    }

    /** The next offset and the epoch of each partition, as the ledger has it, or the consumer group, which has no epochs. */
    Map<TopicPartition, Entry> offsets() throws Exception {
        return guarantee.keepsLedger() ? readLedger() : readGroup();
    }

    private Map<TopicPartition, Entry> readLedger() throws SQLException {
        Map<TopicPartition, Entry> entries = new HashMap<>();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT topic, partition_id, next_offset, epoch"
                        + " FROM millrace_ledger WHERE connector = '" + name + "'")) {
            while (rows.next()) {
                entries.put(
                        new TopicPartition(rows.getString(1), rows.getInt(2)),
                        new Entry(rows.getLong(3), rows.getLong(4)));
            }
        }
        return entries;
    }

    private Map<TopicPartition, Entry> readGroup() throws Exception {
        Map<TopicPartition, Entry> entries = new HashMap<>();
        consumers
                .listConsumerGroupOffsets("connect-" + name)
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach((partition, offset) -> {
                    if (offset != null) {
                        entries.put(partition, new Entry(offset.offset(), 0));
                    }
                });
        return entries;
    }

    /** Whether the sink has written everything up to these ends of partitions. */
    boolean hasRead(Map<TopicPartition, Long> ends) throws Exception {
        return findUnread(ends).isEmpty();
    }

    /** The partitions with records before these ends that the sink has not written, in a few words; empty if there are none. */
    Optional<String> findUnread(Map<TopicPartition, Long> ends) throws Exception {
        Map<TopicPartition, Entry> offsets = offsets();
        String unread = ends.entrySet().stream()
                .filter(end -> !isRead(offsets.get(end.getKey()), end.getValue()))
                .map(end -> end.getKey() + " is at " + offsets.get(end.getKey()) + " and not at " + end.getValue())
                .sorted()
                .collect(Collectors.joining(", "));
        return unread.isEmpty() ? Optional.empty() : Optional.of(unread);
    }

    private static boolean isRead(@Nullable Entry entry, long end) {
        return entry != null && entry.nextOffset() >= end;
    }

    record Entry(long nextOffset, long epoch) {}
}
