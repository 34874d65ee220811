package io.millrace.connectors.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicSourceCheckTest {
    private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final String ORIGINAL = "io.millrace.converters.OriginalBytesConverter";

    /** Options that are accepted. */
    static Map<String, String> options() {
        Map<String, String> options = new HashMap<>();
        options.put("name", "orders");
        options.put("connector.class", TopicSourceConnector.class.getName());
        options.put("source.topics", "shop.shop.orders,shop.shop.items");
        options.put("source.key.converter", JSON);
        options.put("source.key.converter.schemas.enable", "false");
        options.put("source.value.converter", JSON);
        options.put("source.value.converter.schemas.enable", "false");
        // Nothing listens on this port.
        options.put("kafka.bootstrap.servers", "127.0.0.1:1");
        options.put("exactly.once.support", "required");
        options.put("transforms", "event");
        options.put("transforms.event.type", "io.millrace.transforms.ToOfficialEvent");
        return options;
    }

    @Test
    void acceptsGoodOptions() {
        assertThat(errors(Map.of())).isEmpty();
        assertThat(errors(Map.of("transaction.boundary", "poll", "start.position", "2026-01-31T12:00:00Z")))
                .isEmpty();
        assertThat(errors(Map.of("processing.guarantee", "at_least_once", "exactly.once.support", "requested")))
                .isEmpty();
        assertThat(errors(Map.of(
                        "undecodable.topic", "bad",
                        "key.converter", ORIGINAL,
                        "value.converter", ORIGINAL,
                        "header.converter", ORIGINAL)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                source.topics           | shop orders          | source.topics           | the name of a topic
                source.topics           | a,b,a                | source.topics           | twice
                source.topics           | ''                   | source.topics           | one or more topics
                source.key.converter    | nowhere.Converter    | source.key.converter    | Class not found
                source.value.converter  | java.lang.String     | source.value.converter  | Converter
                source.header.converter | nowhere.Converter    | source.header.converter | Class not found
                source.value.converter.decimal.format | ROMAN  | source.value.converter  | source.value.converter.decimal.format
                processing.guarantee    | mostly               | processing.guarantee    | exactly_once, at_least_once
                exactly.once.support    | requested            | processing.guarantee    | exactly.once.support=required
                transaction.boundary    | interval             | processing.guarantee    | transaction.boundary: expected poll, found interval
                transaction.boundary    | connector            | processing.guarantee    | transaction.boundary: expected poll, found connector
                errors.tolerance        | all                  | processing.guarantee    | errors.tolerance: expected none
                start.position          | latest               | start.position          | earliest, or a time
                max.poll.records        | 0                    | max.poll.records        | at least 1
                heartbeat.topic         | shop.shop.orders     | heartbeat.topic         | not in source.topics
                heartbeat.topic         | a b                  | heartbeat.topic         | the name of a topic
                heartbeat.interval.ms   | 0                    | heartbeat.interval.ms   | at least 1
                undecodable.topic       | shop.shop.items      | undecodable.topic       | not in source.topics
                undecodable.topic       | bad                  | undecodable.topic       | key.converter: expected io.millrace.converters.OriginalBytesConverter
                retry.timeout.ms        | -1                   | retry.timeout.ms        | at least 0
                source.refresh.interval.ms | 1                 | source.refresh.interval.ms | at least 100
                kafka.bootstrap.servers | brokers              | kafka.bootstrap.servers | HOST:PORT
                kafka.bootstrap.servers | ${env:KAFKA}         | kafka.bootstrap.servers | has no value on this worker
                kafka.isolation.level   | read_uncommitted     | kafka.bootstrap.servers | kafka.isolation.level: expected no value
                kafka.auto.offset.reset | earliest             | kafka.bootstrap.servers | kafka.auto.offset.reset: expected no value
                kafka.group.id          | g                    | kafka.bootstrap.servers | kafka.group.id: expected no value
                source.topic            | a                    | source.topics           | source.topic: unknown option
                undecodable.topics      | a                    | source.topics           | undecodable.topics: unknown option
                transforms              | ''                   | source.topics           | transforms: expected transforms that route
                transforms              | other                | source.topics           | 'event' is configured, but not in the list
                """)
    void refusesBadOptionsByName(String option, String value, String refused, String reason) {
        Map<String, List<String>> errors = errors(Map.of(option, value));
        assertThat(errors).containsOnlyKeys(refused);
        assertThat(String.join("; ", errors.get(refused))).contains(reason);
    }

    @Test
    void refusesBrokersThatDoNotAnswer() {
        Map<String, String> options = options();
        options.put("kafka.request.timeout.ms", "200");
        options.put("kafka.default.api.timeout.ms", "400");
        Map<String, List<String>> errors =
                errorsOf(new TopicSourceConnector().validate(options).configValues());
        assertThat(errors).containsOnlyKeys("kafka.bootstrap.servers");
        assertThat(errors.get("kafka.bootstrap.servers").get(0)).contains("the brokers cannot be used");
    }

    @Test
    void refusesMissingOptionsWithoutAnException() {
        Map<String, List<String>> errors =
                errorsOf(new TopicSourceConnector().validate(Map.of()).configValues());
        assertThat(errors.keySet())
                .contains("source.topics", "source.key.converter", "source.value.converter", "kafka.bootstrap.servers");
    }

    /** What Connect shows to anybody who reads the configuration. */
    @Test
    void declaresSecretsAsPasswords() {
        ConfigDef definition = new TopicSourceConnector().config();
        for (String secret : List.of("sasl.jaas.config", "ssl.key.password", "ssl.truststore.password")) {
            assertThat(definition.configKeys().get("kafka." + secret).type).isEqualTo(ConfigDef.Type.PASSWORD);
        }
    }

    @Test
    void supportsExactlyOnceWithItsOwnBoundaryOnly() {
        TopicSourceConnector connector = new TopicSourceConnector();
        assertThat(connector.exactlyOnceSupport(options())).isEqualTo(ExactlyOnceSupport.SUPPORTED);
        assertThat(connector.exactlyOnceSupport(Map.of("transaction.boundary", "poll")))
                .isEqualTo(ExactlyOnceSupport.SUPPORTED);
        assertThat(connector.exactlyOnceSupport(Map.of("transaction.boundary", "interval")))
                .isEqualTo(ExactlyOnceSupport.UNSUPPORTED);
        assertThat(connector.canDefineTransactionBoundaries(options()))
                .isEqualTo(ConnectorTransactionBoundaries.UNSUPPORTED);
    }

    private static Map<String, List<String>> errors(Map<String, String> changed) {
        Map<String, String> options = options();
        options.putAll(changed);
        return errorsOf(new TopicSourceCheck(options).findOwnValues());
    }

    private static Map<String, List<String>> errorsOf(List<ConfigValue> values) {
        Map<String, List<String>> errors = new HashMap<>();
        values.stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .forEach(value -> errors.put(value.name(), value.errorMessages()));
        return errors;
    }
}
