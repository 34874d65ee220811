package io.millrace.it.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.millrace.connectors.channel.ChannelSinkConnector;
import io.millrace.local.ShopTopics;
import io.millrace.testing.servers.ProjectFiles;
import io.strimzi.api.kafka.model.common.template.ContainerEnvVar;
import io.strimzi.api.kafka.model.connect.KafkaConnect;
import io.strimzi.api.kafka.model.connector.KafkaConnector;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.topic.KafkaTopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The resources for Kubernetes, read with the classes of Strimzi's API as strictly as its operator's schema does. */
class KubernetesTest {
    private static final Path FOLDER = DocumentsTest.PROJECT.resolve("deploy/kubernetes");
    private static final String API_VERSION = "v1";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([A-Z0-9_]+)\\}");
    private static final ObjectMapper STRICT = new ObjectMapper(new YAMLFactory())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .setAnnotationIntrospector(new OnlyNamedProperties());

    private final ConnectorResources connectors = new ConnectorResources(DocumentsTest.PROJECT);

    @BeforeEach
    void connectorsAreGenerated() throws IOException {
        new GeneratedFiles(connectors.folder(), connectors.files()).check();
    }

    @Test
    void connectorsAreThoseOfConnectConfigs() throws IOException {
        for (Map.Entry<String, Map<?, ?>> posted : connectors.connectors().entrySet()) {
            KafkaConnector resource = read(connectors.folder().resolve(posted.getKey()), KafkaConnector.class);

            Map<String, Object> config = new HashMap<>(resource.getSpec().getConfig());
            config.put("connector.class", resource.getSpec().getClassName());
            config.put("tasks.max", resource.getSpec().getTasksMax().toString());
            assertThat(config).as(posted.getKey()).isEqualTo(posted.getValue().get("config"));
            assertThat(resource.getMetadata().getName())
                    .isEqualTo(posted.getValue().get("name"))
                    .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
        }
    }

    @Test
    void connectorsBelongToTheConnectCluster() throws IOException {
        KafkaConnect connect = connect();
        assertThat(connect.getMetadata().getAnnotations()).containsEntry("strimzi.io/use-connector-resources", "true");
        for (String file : connectors.files().keySet()) {
            KafkaConnector resource = read(connectors.folder().resolve(file), KafkaConnector.class);
            assertThat(resource.getMetadata().getLabels())
                    .containsEntry("strimzi.io/cluster", connect.getMetadata().getName());
        }
    }

    /** The classes do not look at what a resource says that it is. */
    @Test
    void resourcesAreOfTheVersionsAndKindsOfStrimzi() throws IOException {
        assertThat(KafkaConnect.VERSIONS).contains(API_VERSION);
        assertThat(KafkaConnector.VERSIONS).contains(API_VERSION);
        assertIs(FOLDER.resolve("connect.yaml"), KafkaConnect.RESOURCE_GROUP, KafkaConnect.RESOURCE_KIND);
        for (String file : connectors.files().keySet()) {
            assertIs(connectors.folder().resolve(file), KafkaConnector.RESOURCE_GROUP, KafkaConnector.RESOURCE_KIND);
        }
    }

    private static void assertIs(Path file, String group, String kind) throws IOException {
        JsonNode resource = STRICT.readTree(file.toFile());
        assertThat(resource.path("apiVersion").asText()).as("%s", file).isEqualTo(group + "/" + API_VERSION);
        assertThat(resource.path("kind").asText()).as("%s", file).isEqualTo(kind);
    }

    @Test
    void topicsAreThoseOfTheScript() throws IOException {
        Path file = FOLDER.resolve("topics.yaml");
        Map<String, KafkaTopic> resources = readAll(file, KafkaTopic.class).stream()
                .collect(Collectors.toMap(topic -> topic.getMetadata().getName(), topic -> topic));
        List<NewTopic> topics = ShopTopics.read(new ProjectFiles(DocumentsTest.PROJECT).topicScript());
        assertThat(topics).extracting(NewTopic::name).containsExactlyInAnyOrderElementsOf(resources.keySet());
        for (NewTopic topic : topics) {
            KafkaTopicSpec spec = resources.get(topic.name()).getSpec();
            assertThat(spec.getPartitions()).as(topic.name()).isEqualTo(topic.numPartitions());
            Map<String, String> settings = new HashMap<>();
            if (spec.getConfig() != null) {
                spec.getConfig().forEach((name, value) -> settings.put(name, value.toString()));
            }
            assertThat(settings).as(topic.name()).isEqualTo(topic.configs());
        }
        assertThat(KafkaTopic.VERSIONS).contains(API_VERSION);
        try (MappingIterator<JsonNode> nodes = STRICT.readerFor(JsonNode.class).readValues(file.toFile())) {
            assertThat(nodes.readAll()).allSatisfy(node -> assertThat(node.path("apiVersion")
                                    .asText() + " " + node.path("kind").asText())
                    .isEqualTo(KafkaTopic.RESOURCE_GROUP + "/" + API_VERSION + " " + KafkaTopic.RESOURCE_KIND));
        }
    }

    @Test
    void everyVariableOfAConnectorComesFromTheWorker() throws IOException {
        KafkaConnect connect = connect();
        Set<String> given = connect.getSpec().getTemplate().getConnectContainer().getEnv().stream()
                .map(ContainerEnvVar::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> needed = new TreeSet<>();
        for (String file : connectors.files().values()) {
            VARIABLE.matcher(file).results().forEach(variable -> needed.add(variable.group(1)));
        }
        assertThat(needed).hasSizeGreaterThan(5);
        assertThat(given).isEqualTo(needed);
        assertThat(needed)
                .allMatch(Pattern.compile((String)
                                connect.getSpec().getConfig().get("config.providers.env.param.allowlist.pattern"))
                        .asMatchPredicate());
    }

    @Test
    void passwordsComeFromSecrets() throws IOException {
        Map<String, Secret> secrets = readAll(FOLDER.resolve("secrets.yaml"), Secret.class).stream()
                .collect(Collectors.toMap(secret -> secret.getMetadata().getName(), secret -> secret));
        for (ContainerEnvVar variable :
                connect().getSpec().getTemplate().getConnectContainer().getEnv()) {
            boolean secret = variable.getName().matches(".*(PASSWORD|SECRET|ACCESS_KEY).*");
            if (secret) {
                assertThat(variable.getValueFrom()).as(variable.getName()).isNotNull();
            }
            if (variable.getValueFrom() != null) {
                SecretKeySelector key = variable.getValueFrom().getSecretKeyRef();
                assertThat(secrets).containsKey(key.getName());
                assertThat(secrets.get(key.getName()).getStringData()).containsKey(key.getKey());
            }
        }
    }

    /** The pods read the connector from a file, with a consumer group of their own. */
    @Test
    void podsOfChannelsRunTheConnectorOfConnectConfigs() throws IOException {
        ConfigMap connectors = channels("ConfigMap", ConfigMap.class).get(0);
        JsonNode posted = STRICT.readTree(DocumentsTest.PROJECT
                .resolve("connect-configs/channels/30-order-channels.json")
                .toFile());
        ObjectNode expected = posted.deepCopy();
        ((ObjectNode) expected.path("config"))
                .put("tls", "terminated-elsewhere")
                .put("consumer.override.group.id", "channels-${env:POD_NAME}");
        assertThat(STRICT.readTree(connectors.getData().get("channels.json"))).isEqualTo(expected);

        Container container = channelsContainer();
        Set<String> given = container.getEnv().stream().map(EnvVar::getName).collect(Collectors.toSet());
        assertThat(VARIABLE.matcher(connectors.getData().get("channels.json")).results())
                .extracting(variable -> variable.group(1))
                .isNotEmpty()
                .isSubsetOf(given);
        Map<String, Secret> secrets = readAll(FOLDER.resolve("secrets.yaml"), Secret.class).stream()
                .collect(Collectors.toMap(secret -> secret.getMetadata().getName(), secret -> secret));
        SecretKeySelector key =
                variable(container, "CHANNELS_TOKEN_KEY").getValueFrom().getSecretKeyRef();
        assertThat(secrets.get(key.getName()).getStringData()).containsKey(key.getKey());
        assertThat(variable(container, "POD_NAME").getValueFrom().getFieldRef().getFieldPath())
                .isEqualTo("metadata.name");
        String file = variable(container, "STANDALONE_CONNECTOR").getValue();
        assertThat(container.getVolumeMounts())
                .anySatisfy(mount -> assertThat(file).isEqualTo(mount.getMountPath() + "/channels.json"));
    }

    @Test
    void podsOfChannelsAreDrainedBeforeTheyEnd() throws IOException {
        StatefulSet pods = channels("StatefulSet", StatefulSet.class).get(0);
        Map<String, String> labels = pods.getSpec().getTemplate().getMetadata().getLabels();
        assertThat(pods.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
        assertThat(channels("PodDisruptionBudget", PodDisruptionBudget.class)
                        .get(0)
                        .getSpec()
                        .getSelector()
                        .getMatchLabels())
                .isEqualTo(labels);
        List<Service> services = channels("Service", Service.class);
        assertThat(services).hasSize(2).allSatisfy(service -> assertThat(
                        service.getSpec().getSelector())
                .isEqualTo(labels));
        assertThat(services)
                .extracting(service -> service.getMetadata().getName())
                .contains(pods.getSpec().getServiceName());

        Container container = channelsContainer();
        String address = variable(container, "CHANNELS_ADDRESS").getValue();
        assertThat(container.getPorts())
                .anySatisfy(port -> assertThat(address).endsWith(":" + port.getContainerPort()));
        assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/ready");
        assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/health");
        List<String> wait = container.getLifecycle().getPreStop().getExec().getCommand();
        long drainMs = Long.parseLong(new ChannelSinkConnector()
                .config()
                .defaultValues()
                .get("drain.ms")
                .toString());
        assertThat(pods.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds())
                .isGreaterThan(Long.parseLong(wait.get(1)) + drainMs / 1_000);
    }

    private static Container channelsContainer() throws IOException {
        return channels("StatefulSet", StatefulSet.class)
                .get(0)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0);
    }

    private static EnvVar variable(Container container, String name) {
        return container.getEnv().stream()
                .filter(variable -> variable.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The resources of a kind in {@code channels.yaml}. */
    private static <T> List<T> channels(String kind, Class<T> type) throws IOException {
        List<T> found = new ArrayList<>();
        for (JsonNode resource : readAll(FOLDER.resolve("channels.yaml"), JsonNode.class)) {
            if (resource.path("kind").asText().equals(kind)) {
                found.add(STRICT.treeToValue(resource, type));
            }
        }
        return found;
    }

    @Test
    void theWorkersAreThoseThatTheProjectIsTestedWith() throws IOException {
        KafkaConnect connect = connect();
        String build = Files.readString(DocumentsTest.PROJECT.resolve("pom.xml"));
        assertThat(build).contains("<kafka.version>" + connect.getSpec().getVersion() + "</kafka.version>");
        assertThat(Files.readString(FOLDER.resolve("connect.yaml")))
                .contains("version: " + build.replaceFirst("(?s).*<debezium.version>(.*?)</debezium.version>.*", "$1"));
        assertThat(connect.getSpec().getConfig()).containsEntry("exactly.once.source.support", "enabled");
    }

    @Test
    void aFieldThatStrimziDoesNotKnowIsFound() throws IOException {
        String resource = Files.readString(FOLDER.resolve("connect.yaml"));

        assertThatThrownBy(() -> STRICT.readValue(resource.replace("pushSecret:", "pushSecrets:"), KafkaConnect.class))
                .isInstanceOf(UnrecognizedPropertyException.class)
                .hasMessageContaining("pushSecrets");
        assertThatThrownBy(() -> STRICT.readValue(resource.replace("secretKeyRef:", "secretKey:"), KafkaConnect.class))
                .isInstanceOf(UnrecognizedPropertyException.class);
    }

    private static KafkaConnect connect() throws IOException {
        return read(FOLDER.resolve("connect.yaml"), KafkaConnect.class);
    }

    private static <T> T read(Path file, Class<T> type) throws IOException {
        List<T> resources = readAll(file, type);
        assertThat(resources).as("%s", file).hasSize(1);
        return resources.get(0);
    }

    private static <T> List<T> readAll(Path file, Class<T> type) throws IOException {
        try (MappingIterator<T> resources = STRICT.readerFor(type).readValues(Files.readString(file))) {
            return resources.readAll();
        }
    }

    /** The classes keep fields that they do not know, for resources of later versions; here these are mistakes. */
    private static final class OnlyNamedProperties extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return null;
        }
    }
}
