package io.millrace.connectors.projection.faults;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.ConnectWorker;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.TopicPartition;

/** The connector under test: its configuration, its state as Connect says it, and its offsets as the ledger says them. */
final class Sink implements AutoCloseable {
    static final String NAME = "faults";
    private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final ViewServer server;
    private final ObjectNode config;
    private final Admin consumers;

    Sink(Cluster cluster, ViewServer server, List<EventSource> sources, List<ViewModel> views) {
        this.cluster = cluster;
        this.server = server;
        this.consumers = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.broker().bootstrapServers()));
        this.config = new ObjectMapper().createObjectNode();
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
        server.connectionOptions().forEach(config::put);
        for (ViewModel view : views) {
            view.projection().forEach((option, value) -> config.put("projection." + view.name() + "." + option, value));
        }
    }

    /** Creates the connector, or gives it the configuration anew with another value of one option. */
    void configure(String option, String value) {
        config.put(option, value);
        rest("configure", rest -> rest.put(NAME, config));
    }

    /** Sets an option, which {@link #configure} posts. */
    void setOption(String option, String value) {
        config.put(option, value);
    }

    /** Removes options that begin with this. */
    void removeOptions(String prefix) {
        List<String> names = new ArrayList<>();
        config.fieldNames().forEachRemaining(names::add);
        names.stream().filter(name -> name.startsWith(prefix)).forEach(config::remove);
    }

    /** Whether a task has failed with a message that contains this. */
    boolean hasFailedWith(String text) throws IOException {
        return failures(status()).stream().anyMatch(trace -> trace.contains(text));
    }

    void resetOffsets() {
        rest("reset the offsets", rest -> {
            rest.deleteOffsets(NAME);
            return null;
        });
    }

    void patchOffsets(Callable<JsonNode> offsets) {
        rest("set the offsets", rest -> {
            try {
                return rest.patchOffsets(NAME, offsets.call());
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        });
    }

    /** Deletes the consumer group of the stopped connector; returns true when it is gone. */
    boolean deleteGroup() throws Exception {
        String group = "connect-" + NAME;
        if (consumers.listGroups().all().get().stream()
                .anyMatch(listing -> listing.groupId().equals(group))) {
            consumers.deleteConsumerGroups(List.of(group)).all().get();
        }
        return true;
    }

    String option(String name) {
        return config.path(name).asText();
    }

    void restart() {
        rest("restart", rest -> {
            rest.restart(NAME);
            return null;
        });
    }

    void stop() {
        rest("stop", rest -> {
            rest.stop(NAME);
            return null;
        });
    }

    void resume() {
        rest("resume", rest -> {
            rest.resume(NAME);
            return null;
        });
    }

    /** The status as Connect says it, which after a broker's death may be an old one. */
    JsonNode status() throws IOException {
        return cluster.rest().status(NAME);
    }

    /** Whether tasks on this worker have partitions, as the broker knows it. */
    boolean hasPartitions(ConnectWorker worker) throws Exception {
        return consumers.describeConsumerGroups(List.of("connect-" + NAME)).all().get().values().stream()
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

    /** The next offset and the epoch of each partition. */
    Map<TopicPartition, Entry> ledger() throws SQLException {
        Map<TopicPartition, Entry> entries = new HashMap<>();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT topic, partition_id, next_offset, epoch"
                        + " FROM millrace_ledger WHERE connector = '" + NAME + "'")) {
            while (rows.next()) {
                entries.put(
                        new TopicPartition(rows.getString(1), rows.getInt(2)),
                        new Entry(rows.getLong(3), rows.getLong(4)));
            }
        }
        return entries;
    }

    @Override
    public void close() {
        consumers.close(Duration.ZERO);
    }

    record Entry(long nextOffset, long epoch) {}

    private interface Call {
        Object on(ConnectRest rest) throws IOException;
    }

    /** Asks again while the workers find each other. */
    private void rest(String what, Call call) {
        await(what)
                .atMost(TIME_TO_ANSWER)
                .ignoreExceptionsMatching(Sink::passes)
                .until(() -> {
                    call.on(cluster.rest());
                    return true;
                });
    }

    private static boolean passes(Throwable failure) {
        return failure instanceof IOException
                || (failure instanceof ConnectRestException refusal && refusal.status() != 400);
    }
}
