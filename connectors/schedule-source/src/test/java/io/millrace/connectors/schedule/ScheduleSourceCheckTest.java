package io.millrace.connectors.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleSourceCheckTest {
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

    /** Options that are accepted. */
    private static Map<String, String> options() {
        Map<String, String> options = new HashMap<>();
        options.put("name", "schedules");
        options.put("connector.class", ScheduleSourceConnector.class.getName());
        options.put("requests.topic", "shop.requests");
        options.put("schedules.topic", "shop.schedules");
        options.put("replies.topic", "shop.replies");
        options.put("targets", "shop\\..*");
        // Nothing listens on this port.
        options.put("kafka.bootstrap.servers", "127.0.0.1:1");
        options.put("exactly.once.support", "required");
        options.put("transaction.boundary", "connector");
        options.put("key.converter", BYTES);
        options.put("value.converter", BYTES);
        options.put("header.converter", BYTES);
        return options;
    }

    @Test
    void acceptsGoodOptions() {
        assertThat(errors(Map.of())).isEmpty();
        assertThat(errors(Map.of("past.due", "skip", "past.due.rate", "5", "past.due.window.ms", "60000")))
                .isEmpty();
        assertThat(errors(Map.of("processing.guarantee", "at_least_once", "exactly.once.support", "requested")))
                .isEmpty();
        assertThat(errors(Map.of("producer.override.max.request.size", "1016384")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                requests.topic          | a b                  | requests.topic          | the name of a topic
                schedules.topic         | shop.requests        | schedules.topic         | another topic than requests.topic
                replies.topic           | shop.schedules       | replies.topic           | another topic than schedules.topic
                targets                 | (                    | targets                 | Unclosed group
                processing.guarantee    | mostly               | processing.guarantee    | exactly_once, at_least_once
                exactly.once.support    | requested            | processing.guarantee    | exactly.once.support=required
                transaction.boundary    | poll                 | processing.guarantee    | transaction.boundary: expected connector, found poll
                transaction.boundary    | interval             | processing.guarantee    | transaction.boundary: expected connector, found interval
                errors.tolerance        | all                  | processing.guarantee    | errors.tolerance: expected none
                transforms              | event                | processing.guarantee    | transforms: expected none
                predicates              | any                  | processing.guarantee    | predicates: expected none
                key.converter           | org.apache.kafka.connect.storage.StringConverter | processing.guarantee | key.converter: expected org.apache.kafka.connect.converters.ByteArrayConverter
                past.due                | never                | past.due                | fire, skip, last
                past.due.rate           | 0                    | past.due.rate           | at least 1
                past.due.window.ms      | 29999                | past.due.window.ms      | expected at least past.due.tolerance.ms, which is 30000
                past.due.windows.ms     | 1                    | requests.topic          | past.due.windows.ms: unknown option
                max.schedule.bytes      | 0                    | max.schedule.bytes      | at least 1
                max.bytes               | 1                    | max.bytes               | at least 1048576
                producer.override.max.request.size | 1000000   | max.schedule.bytes      | producer.override.max.request.size
                kafka.bootstrap.servers | brokers              | kafka.bootstrap.servers | HOST:PORT
                kafka.group.id          | g                    | kafka.bootstrap.servers | kafka.group.id: expected no value
                """)
    void refusesBadOptionsByName(String option, String value, String refused, String reason) {
        Map<String, List<String>> errors = errors(Map.of(option, value));
        assertThat(errors).containsOnlyKeys(refused);
        assertThat(String.join("; ", errors.get(refused))).contains(reason);
    }

    /** Connect's default of the header converter, and the worker's of the others, would change bytes. */
    @Test
    void requiresTheConvertersInTheConfigurationItself() {
        Map<String, String> options = options();
        options.keySet().removeIf(option -> option.endsWith(".converter"));
        assertThat(errorsOf(new ScheduleSourceCheck(options).findOwnValues()).get("processing.guarantee"))
                .hasSize(3)
                .allMatch(error -> error.contains("found no value"));
    }

    @Test
    void refusesBrokersThatDoNotAnswer() {
        Map<String, String> options = options();
        options.put("kafka.request.timeout.ms", "200");
        options.put("kafka.default.api.timeout.ms", "400");
        Map<String, List<String>> errors =
                errorsOf(new ScheduleSourceConnector().validate(options).configValues());
        assertThat(errors).containsOnlyKeys("kafka.bootstrap.servers");
        assertThat(errors.get("kafka.bootstrap.servers").get(0)).contains("the brokers cannot be used");
    }

    @Test
    void refusesMissingOptionsWithoutAnException() {
        assertThat(errorsOf(new ScheduleSourceConnector().validate(Map.of()).configValues())
                        .keySet())
                .contains("requests.topic", "schedules.topic", "targets", "kafka.bootstrap.servers");
    }

    @Test
    void definesItsTransactionsItself() {
        ScheduleSourceConnector connector = new ScheduleSourceConnector();
        assertThat(connector.exactlyOnceSupport(options())).isEqualTo(ExactlyOnceSupport.SUPPORTED);
        assertThat(connector.exactlyOnceSupport(Map.of())).isEqualTo(ExactlyOnceSupport.UNSUPPORTED);
        assertThat(connector.canDefineTransactionBoundaries(options()))
                .isEqualTo(ConnectorTransactionBoundaries.SUPPORTED);
    }

    private static Map<String, List<String>> errors(Map<String, String> changed) {
        Map<String, String> options = options();
        options.putAll(changed);
        return errorsOf(new ScheduleSourceCheck(options).findOwnValues());
    }

    private static Map<String, List<String>> errorsOf(List<ConfigValue> values) {
        Map<String, List<String>> errors = new HashMap<>();
        values.stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .forEach(value -> errors.put(value.name(), value.errorMessages()));
        return errors;
    }
}
