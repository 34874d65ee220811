package io.millrace.connectors.projection.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.documents.Troubleshooting;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** A topic is deleted and created again under a running sink, and has more records than before: the offset shows nothing. */
class TopicRecreatedIT {
    private static final String NAME = "statuses";
    private static final Duration TIME = Duration.ofMinutes(2);

    @Test
    void failsAndIsRightAfterTheRemedyThatTheMessageNames() throws Exception {
        Installation installation = Installation.locate();
        Path directory = ServerDirectories.newDirectory("topic-recreated");
        try (ViewServer server = MySqlViewServer.start(installation, directory.resolve("mysql"));
                ConnectGroup cluster = SinkGroup.start(installation, directory);
                Admin admin = Admin.create(
                        Map.of("bootstrap.servers", cluster.broker().bootstrapServers()));
                Connection connection = server.connect()) {
            execute(connection, "CREATE TABLE statuses (id BIGINT PRIMARY KEY, status VARCHAR(20))");
            create(admin);
            send(cluster, 1, 100);
            cluster.rest().put(NAME, configuration(cluster, server));
            await().atMost(TIME).until(() -> count(connection) == 100);

            admin.deleteTopics(List.of(NAME)).all().get();
            await().atMost(TIME).until(() -> !admin.listTopics().names().get().contains(NAME));
            create(admin);
            send(cluster, 201, 320);
            await().atMost(TIME).ignoreExceptions().until(() -> Sink.failures(
                            cluster.rest().status(NAME))
                    .stream()
                    .anyMatch(trace -> trace.contains("created again")
                            && trace.contains("DELETE /connectors/")
                            && Troubleshooting.findEntry("The topic was deleted and created again").messages().stream()
                                    .anyMatch(message -> message.matcher(trace).find())));
            assertThat(count(connection)).isEqualTo(100);

            cluster.rest().stop(NAME);
            await().atMost(TIME)
                    .ignoreExceptionsInstanceOf(ConnectRestException.class)
                    .until(() -> {
                        cluster.rest().deleteOffsets(NAME);
                        return true;
                    });
            cluster.rest().resume(NAME);
            await().atMost(TIME).until(() -> count(connection) == 220);
        }
    }

    private static ObjectNode configuration(ConnectGroup cluster, ViewServer server) throws IOException {
        ObjectNode config = new ObjectMapper()
                .createObjectNode()
                .put("connector.class", "io.millrace.connectors.projection.ProjectionSinkConnector")
                .put("topics", NAME)
                .put("kafka.bootstrap.servers", cluster.broker().bootstrapServers())
                .put("consumer.override.isolation.level", "read_committed")
                .put("consumer.override.metadata.max.age.ms", "1000")
                .put("consumer.override.allow.auto.create.topics", "false")
                .put("projections", NAME)
                .put("projection.statuses.kind", "upsert")
                .put("projection.statuses.key", "id = key.id")
                .put("projection.statuses.columns", "status");
        server.connectionOptions().forEach(config::put);
        return config;
    }

    private static void create(Admin admin) throws Exception {
        admin.createTopics(List.of(new NewTopic(NAME, 1, (short) 1))).all().get();
    }

    private static void send(ConnectGroup cluster, int from, int to) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.broker().bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            for (int id = from; id <= to; id++) {
                Future<RecordMetadata> unused =
                        producer.send(new ProducerRecord<>(NAME, "{\"id\":" + id + "}", "{\"status\":\"NEW\"}"));
            }
        }
    }

    private static void execute(Connection connection, String sql) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int count(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM statuses")) {
            row.next();
            return row.getInt(1);
        }
    }
}
