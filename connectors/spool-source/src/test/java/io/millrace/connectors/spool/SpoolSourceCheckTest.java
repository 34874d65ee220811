package io.millrace.connectors.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused when a connector is posted. */
class SpoolSourceCheckTest {
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

    private static Map<String, String> options() {
        Map<String, String> options = new HashMap<>();
        options.put("name", "spool");
        options.put("connector.class", SpoolSourceConnector.class.getName());
        options.put("spool.store", "file:/no/such/folder");
        // Nothing listens on this port.
        options.put("kafka.bootstrap.servers", "127.0.0.1:1");
        options.put("exactly.once.support", "required");
        options.put("key.converter", BYTES);
        options.put("value.converter", BYTES);
        options.put("header.converter", BYTES);
        return options;
    }

    private static Map<String, List<String>> errors(Map<String, String> changes) {
        Map<String, String> options = options();
        options.putAll(changes);
        Map<String, List<String>> errors = new HashMap<>();
        for (ConfigValue value : new SpoolSourceCheck(options).findOwnValues()) {
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
                        "spool.store", "s3://bucket/prefix",
                        "payload.s3.endpoint", "http://127.0.0.1:9000",
                        "verify", "off",
                        "on.corrupt", "skip",
                        "skip.event.ids", "a,b",
                        "processing.guarantee", "at_least_once",
                        "exactly.once.support", "requested")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                spool.store             | kafka:spool          | spool.store             | Expected s3://BUCKET/PREFIX or file:/FOLDER
                spool.writer            | a                    | spool.store             | spool.writer: unknown option
                duplicates              | allowed              | spool.store             | duplicates: unknown option
                payload.s3.multipart.bytes | 6000000           | spool.store             | payload.s3.multipart.bytes: unknown option
                verify                  | yes                  | verify                  | expected one of log, off
                on.corrupt              | ignore               | on.corrupt              | expected one of fail, skip
                skip.event.id           | a                    | spool.store             | skip.event.id: unknown option
                recover.delay.ms        | -1                   | recover.delay.ms        | at least 0
                exactly.once.support    | requested            | processing.guarantee    | exactly.once.support=required
                transaction.boundary    | interval             | processing.guarantee    | transaction.boundary: expected poll, found interval
                errors.tolerance        | all                  | processing.guarantee    | errors.tolerance: expected none
                header.converter        | org.apache.kafka.connect.storage.SimpleHeaderConverter | processing.guarantee | header.converter: expected org.apache.kafka.connect.converters.ByteArrayConverter
                transforms              | event                | processing.guarantee    | transforms: expected none
                kafka.isolation.level   | read_uncommitted     | kafka.bootstrap.servers | kafka.isolation.level: expected no value
            """)
    void refusesWhatCannotWork(String option, String value, String named, String reason) {
        assertThat(errors(Map.of(option, value))).hasEntrySatisfying(named, messages -> assertThat(messages)
                .anySatisfy(message -> assertThat(message).contains(reason)));
    }

    @Test
    void asksTheStoreAndTheBrokersIfTheOptionsAreRight(@TempDir Path folder) {
        Map<String, String> options = options();
        options.put("kafka.default.api.timeout.ms", "500");
        options.put("kafka.request.timeout.ms", "400");
        options.put("spool.store", "file:" + folder);
        assertThat(messages(options, "kafka.bootstrap.servers"))
                .singleElement()
                .satisfies(message -> assertThat(message).contains("the brokers cannot be used"));
        assertThat(messages(options, "spool.store")).isEmpty();
        options.put("spool.store", "s3://bucket/prefix");
        options.put("payload.s3.endpoint", "http://127.0.0.1:1");
        options.put("payload.s3.access.key.id", "id");
        options.put("payload.s3.secret.access.key", "secret");
        assertThat(messages(options, "spool.store")).singleElement().satisfies(message -> assertThat(message)
                .contains("the spool cannot be listed", "s3://bucket/prefix"));
    }

    private static List<String> messages(Map<String, String> options, String option) {
        return new SpoolSourceConnector()
                .validate(options).configValues().stream()
                        .filter(value -> value.name().equals(option))
                        .flatMap(value -> value.errorMessages().stream())
                        .toList();
    }

    @Test
    void supportsExactlyOnceAndHasAllTasks() {
        SpoolSourceConnector connector = new SpoolSourceConnector();
        assertThat(connector.exactlyOnceSupport(options())).isEqualTo(ExactlyOnceSupport.SUPPORTED);
        assertThat(connector.exactlyOnceSupport(Map.of("transaction.boundary", "interval")))
                .isEqualTo(ExactlyOnceSupport.UNSUPPORTED);
        connector.start(options());
        List<Map<String, String>> tasks = connector.taskConfigs(3);
        assertThat(tasks.stream().map(SpoolSourceOptions::taskNumber)).containsExactly(0, 1, 2);
        assertThat(tasks).allSatisfy(task -> assertThat(SpoolSourceOptions.taskCount(task))
                .isEqualTo(3));
    }
}
