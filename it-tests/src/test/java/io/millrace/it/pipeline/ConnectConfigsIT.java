package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.testing.servers.ConnectRest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** Every configuration that the project ships, whichever there are, posted as a user posts it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConnectConfigsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Families of options that are handed on to others, which Connect and Debezium do not list one by one. */
    private static final Pattern HANDED_ON = Pattern.compile(
            "(consumer|producer|admin)\\.override\\..+|(tables\\.|source\\.)?(key|value|header)\\.converter\\..+"
                    + "|schema\\.history\\.internal\\..+"
                    + "|topic\\.creation\\.[^.]+\\.(partitions|replication\\.factor|include|exclude|cleanup\\.policy|retention\\.ms)");

    private ConnectRest rest;

    /** A worker that runs, with all plugins, the variables of the configurations and the servers to which they refer. */
    abstract ConnectRest findRest() throws Exception;

    /** The configurations, in posting order. */
    List<Path> files() throws IOException {
        return ShopConnectors.files();
    }

    @BeforeAll
    void findWorker() throws Exception {
        rest = findRest();
    }

    @TestFactory
    List<DynamicTest> reachesRunning() throws IOException {
        return files().stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    JsonNode body = JSON.readTree(file.toFile());
                    String name = body.path("name").asText();
                    if (rest.connectors().contains(name)) {
                        rest.put(name, body.path("config"));
                    } else {
                        rest.post(body);
                    }
                    rest.awaitRunning(name, Duration.ofSeconds(90));
                }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> hasOnlyOptionsThatThePluginsDefine() throws IOException {
        return files().stream()
                .map(file ->
                        DynamicTest.dynamicTest(file.getFileName().toString(), () -> assertThat(unknownOptions(file))
                                .isEmpty()))
                .toList();
    }

    @TestFactory
    List<DynamicTest> holdsNoSecretAndNothingOfOneMachine() throws IOException {
        return files().stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> JSON.readTree(file.toFile())
                        .path("config")
                        .properties()
                        .forEach(option -> {
                            String value = option.getValue().asText();
                            if (option.getKey().matches(".*(password|secret|hostname|\\.port|url|bootstrap).*")) {
                                assertThat(value).as(option.getKey()).matches("\\$\\{env:[A-Z0-9_]+}");
                            }
                            assertThat(value).as(option.getKey()).doesNotContainPattern("localhost|127\\.0\\.0\\.1");
                        })))
                .toList();
    }

    private Set<String> unknownOptions(Path file) throws IOException {
        JsonNode body = JSON.readTree(file.toFile());
        ObjectNode config = body.path("config").deepCopy();
        config.put("name", body.path("name").asText());
        Set<String> known =
                new TreeSet<>(knownOptions(config.path("connector.class").asText(), config));
        // A connector inside of another one has its options beside that one's.
        String wrapped = config.path("wrapped.connector.class").asText();
        if (!wrapped.isEmpty()) {
            known.addAll(knownOptions(wrapped, config));
        }
        Set<String> unknown = new TreeSet<>();
        config.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(known);
        unknown.removeIf(option -> HANDED_ON.matcher(option).matches());
        return unknown;
    }

    private Set<String> knownOptions(String connectorClass, ObjectNode config) throws IOException {
        ObjectNode asItsOwn = config.deepCopy().put("connector.class", connectorClass);
        Set<String> known = new TreeSet<>();
        rest.validate(connectorClass, asItsOwn)
                .path("configs")
                .forEach(option -> known.add(option.path("value").path("name").asText()));
        return known;
    }
}
