package io.millrace.clients.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.tables.KeyFormat;
import io.millrace.tables.TableSettings;
import io.millrace.tables.TopicTable;
import io.millrace.testing.servers.BrokerSecurity;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** The least privileges of docs/tables.md, on a broker with an authorizer. */
class PrivilegesIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TOPIC = "shop.countries";

    @Test
    void readersAndWritersNeedThePrivilegesOfThePage() throws Exception {
        Map<String, String> brokerSettings = Map.of(
                "sasl.enabled.mechanisms", "SCRAM-SHA-256",
                "sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-256",
                "listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config", jaas("broker"),
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                // The controller's listener has no users, and no client reaches it.
                "super.users", "User:broker;User:ANONYMOUS");
        BrokerSecurity security = new BrokerSecurity(
                "SASL_PLAINTEXT",
                brokerSettings,
                user("broker"),
                Map.of("broker", "broker", "reader", "reader", "writer", "writer"));
        try (KafkaBroker broker = KafkaBroker.start(
                        Installation.locate(), ServerDirectories.newDirectory("privileges"), Map.of(), security);
                Admin admin = Admin.create(client(broker, "broker"))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
            try (TopicTable<String, String> table = Tables.open(
                            TableSettings.of(client(broker, "reader")),
                            TOPIC,
                            KeyFormat.TEXT,
                            new StringDeserializer());
                    TableWriter<String, String> writer = TableWriter.open(
                            client(broker, "writer"), TOPIC, new StringSerializer(), new StringSerializer())) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(table.status().reason().orElseThrow())
                                .contains("needs Describe and DescribeConfigs"));
                assertThatThrownBy(() -> writer.put("DE", "Germany")).isInstanceOf(TopicAuthorizationException.class);

                allow(admin, "reader", AclOperation.READ, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS);
                allow(admin, "writer", AclOperation.WRITE, AclOperation.DESCRIBE);
                assertThat(table.awaitReady(SOON)).isTrue();
                await().atMost(SOON).ignoreExceptions().until(() -> table.await(writer.put("DE", "Germany"), SOON));
                assertThat(table.get("DE")).isEqualTo("Germany");
            }
        }
    }

    private static void allow(Admin admin, String user, AclOperation... operations) throws Exception {
        ResourcePattern topic = new ResourcePattern(ResourceType.TOPIC, TOPIC, PatternType.LITERAL);
        admin.createAcls(Stream.of(operations)
                        .map(operation -> new AclBinding(
                                topic, new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)))
                        .toList())
                .all()
                .get();
    }

    private static Map<String, Object> client(KafkaBroker broker, String user) {
        Map<String, Object> settings = new HashMap<>(user(user));
        settings.put("bootstrap.servers", broker.bootstrapServers());
        return settings;
    }

    private static Map<String, String> user(String name) {
        return Map.of(
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", "SCRAM-SHA-256",
                "sasl.jaas.config", jaas(name));
    }

    private static String jaas(String user) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + user + "\";";
    }
}
