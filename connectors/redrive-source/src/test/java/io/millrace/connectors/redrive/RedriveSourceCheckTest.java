package io.millrace.connectors.redrive;

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

class RedriveSourceCheckTest {
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

    /** Options that are accepted. */
    private static Map<String, String> options() {
        Map<String, String> options = new HashMap<>();
        options.put("name", "redrive");
        options.put("connector.class", RedriveSourceConnector.class.getName());
        options.put("letters.topics", "views.dlq");
        // Nothing listens on this port.
        options.put("kafka.bootstrap.servers", "127.0.0.1:1");
        options.put("exactly.once.support", "required");
        options.put("transaction.boundary", "connector");
        options.put("key.converter", BYTES);
        options.put("value.converter", BYTES);
        options.put("header.converter", BYTES);
        return options;
    }

    private static Map<String, List<String>> errors(Map<String, String> changes) {
        Map<String, String> options = options();
        options.putAll(changes);
        Map<String, List<String>> errors = new HashMap<>();
        for (ConfigValue value : new RedriveSourceCheck(options).findOwnValues()) {
            if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), value.errorMessages());
            }
        }
        return errors;
    }

    @Test
    void acceptsGoodOptions() {
        assertThat(errors(Map.of())).isEmpty();
        assertThat(errors(Map.of(
                        "where", "topic == 'orders' && attempt < 3",
                        "backoff", "0s,500ms, 1h",
                        "target", "original",
                        "letters.format", "t,p,o,g,r",
                        "processing.guarantee", "at_least_once",
                        "exactly.once.support", "requested")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                letters.topics          | a,b,a                | letters.topics          | twice
                letters.topics          | a b                  | letters.topics          | the name of a topic
                letters.topic           | a                    | letters.topics          | letters.topic: unknown option
                letters.format          | sqs                  | letters.format          | TOPIC,PARTITION,OFFSET,CONSUMER,REASON
                where                   | reason == 'x'        | where                   | reason
                where                   | attempt              | where                   | expected a condition
                backoff                 | 1h,1m                | backoff                 | none shorter than the one before
                backoff                 | soon                 | backoff                 | found 'soon'
                max.attempts            | 0                    | max.attempts            | at least 1
                target                  | views.dlq            | target                  | not in letters.topics
                target                  | a b                  | target                  | retry, original, or the name of a topic
                state.topic             | views.dlq            | state.topic             | not in letters.topics
                max.bytes               | 1                    | max.bytes               | at least 1048576
                processing.guarantee    | mostly               | processing.guarantee    | exactly_once, at_least_once
                exactly.once.support    | requested            | processing.guarantee    | exactly.once.support=required
                transaction.boundary    | poll                 | processing.guarantee    | transaction.boundary: expected connector, found poll
                errors.tolerance        | all                  | processing.guarantee    | errors.tolerance: expected none
                value.converter         | org.apache.kafka.connect.json.JsonConverter | processing.guarantee | value.converter: expected org.apache.kafka.connect.converters.ByteArrayConverter
                transforms              | event                | processing.guarantee    | transforms: expected none
                kafka.isolation.level   | read_uncommitted     | kafka.bootstrap.servers | kafka.isolation.level: expected no value
            """)
    void refusesWhatCannotWork(String option, String value, String named, String reason) {
        assertThat(errors(Map.of(option, value))).hasEntrySatisfying(named, messages -> assertThat(messages)
                .anySatisfy(message -> assertThat(message).contains(reason)));
    }

    @Test
    void asksTheBrokersIfTheOptionsAreRight() {
        Map<String, String> options = options();
        options.put("kafka.default.api.timeout.ms", "500");
        options.put("kafka.request.timeout.ms", "400");
        assertThat(new RedriveSourceConnector()
                        .validate(options).configValues().stream()
                                .filter(value -> value.name().equals("kafka.bootstrap.servers"))
                                .flatMap(value -> value.errorMessages().stream()))
                .singleElement()
                .satisfies(message -> assertThat(message).contains("the brokers cannot be used"));
    }

    @Test
    void supportsExactlyOnceWithItsOwnBoundaries() {
        RedriveSourceConnector connector = new RedriveSourceConnector();
        assertThat(connector.exactlyOnceSupport(options())).isEqualTo(ExactlyOnceSupport.SUPPORTED);
        assertThat(connector.exactlyOnceSupport(Map.of("transaction.boundary", "poll")))
                .isEqualTo(ExactlyOnceSupport.UNSUPPORTED);
        assertThat(connector.canDefineTransactionBoundaries(options()))
                .isEqualTo(ConnectorTransactionBoundaries.SUPPORTED);
    }
}
