package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Projections that look up a table over a topic. */
class SinkLookupIT {
    private static SinkFixture fixture;
    private static KafkaBroker broker;
    private static Admin admin;

    private final FakeContext context = new FakeContext(true);

    @BeforeAll
    static void start() throws Exception {
        fixture = new SinkFixture(new MySqlSinkDatabase("sink-lookup"));
        broker =
                KafkaBroker.start(Installation.locate(), ServerDirectories.newDirectory("sink-lookup-kafka"), Map.of());
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
        fixture.close();
    }

    private static void create(String topic) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                .all()
                .get();
    }

    private static void put(String topic, String key, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        }
    }

    private static Map<String, String> options(String name, String topic) throws Exception {
        fixture.execute("CREATE TABLE IF NOT EXISTS " + name
                + " (id BIGINT PRIMARY KEY, country VARCHAR(20), since DATE, fee DECIMAL(10, 2))");
        Map<String, String> options = fixture.options(
                name,
                name,
                name + ".kind",
                "upsert",
                name + ".topics",
                "events",
                name + ".key",
                "id = key.id",
                name + ".columns",
                "country = lookup('countries', value.country).name, since = lookup('countries', value.country).since, "
                        + "fee = lookup('countries', value.country).fee",
                name + ".when",
                "lookup('countries', value.country).population > 10");
        options.put(
                "lookup.1",
                "countries; topic: " + topic
                        + "; fields: name: string, population: int64?, since: date?, fee: decimal(2)? = value.fee;"
                        + " delete.when: has(value.gone)");
        options.put("tables.kafka.bootstrap.servers", broker.bootstrapServers());
        return options;
    }

    @Test
    void writesWhatTheTableHasOfARecord() throws Exception {
        create("countries");
        put(
                "countries",
                "\"DE\"",
                "{\"name\": \"Germany\", \"population\": 83, \"since\": \"1949-05-23\", \"fee\": 1.5}");
        put("countries", "{\"code\": \"FR\"}", "{\"name\": \"France\", \"population\": 68}");
        put("countries", "\"VA\"", "{\"name\": \"Vatican\", \"population\": 1}");
        put("countries", "\"DD\"", "{\"name\": \"GDR\", \"population\": 16}");
        put("countries", "\"DD\"", "{\"gone\": true}");
        ProjectionSinkTask task = fixture.opened(options("shops", "countries"), context);
        SinkFixture.awaitClaims(task, context);
        task.put(List.of(
                order(0, 1, "DE"), order(1, 2, "FR"), order(2, 3, "VA"), order(3, 4, "DD"), order(4, 5, "unknown")));
        SinkFixture.settle(task);
        assertThat(fixture.rows("SELECT id, country, since, fee FROM shops ORDER BY id"))
                .containsExactly(
                        List.of("1", "Germany", "1949-05-23", "1.50"), Arrays.asList("2", "France", null, null));

        put("countries", "\"VA\"", "{\"name\": \"Vatican\", \"population\": 1000}");
        await().atMost(Duration.ofMinutes(1)).pollInSameThread().until(() -> {
            task.put(List.of(order(5, 3, "VA")));
            SinkFixture.settle(task);
            return fixture.rows("SELECT country FROM shops WHERE id = 3").equals(List.of(List.of("Vatican")));
        });
        task.stop();
    }

    /** Until then its partitions are paused. */
    @Test
    void beginsWhenTheTableIsComplete() throws Exception {
        ProjectionSinkTask task = fixture.opened(options("late", "late-countries"), context);
        assertThat(context.paused).isNotEmpty();
        create("late-countries");
        put("late-countries", "\"DE\"", "{\"name\": \"Germany\", \"population\": 83}");
        SinkFixture.awaitClaims(task, context);
        task.put(List.of(order(0, 1, "DE")));
        SinkFixture.settle(task);
        assertThat(fixture.rows("SELECT country FROM late")).containsExactly(List.of("Germany"));
        task.stop();
    }

    @Test
    void failsIfTheTableIsNotCompleteInTime() throws Exception {
        Map<String, String> options = options("never", "no-such-topic");
        options.put("tables.ready.timeout.ms", "1000");
        assertThatThrownBy(() -> {
                    ProjectionSinkTask task = fixture.opened(options, context);
                    SinkFixture.awaitClaims(task, context);
                })
                .isInstanceOf(ConnectException.class)
                .hasStackTraceContaining("The table countries cannot answer")
                .hasStackTraceContaining("the topic does not exist");
    }

    @Test
    void refusesAMisspeltTableOrFieldWhenPosted() throws Exception {
        Map<String, String> options = options("posted", "countries");
        options.put("projection.posted.columns", "country = lookup('country', value.country).name");
        assertThat(errors(options)).anySatisfy(error -> assertThat(error)
                .contains("projection.posted.columns", "unknown table 'country'; expected one of [countries]"));
        options.put("projection.posted.columns", "country = lookup('countries', value.country).nam");
        assertThat(errors(options)).anySatisfy(error -> assertThat(error)
                .contains("projection.posted.columns", "unknown field 'nam' of the table", "'name'"));
        options.put("projection.posted.columns", "country = lookup('countries', value.country).name");
        options.put("lookup.2", "countries; topic: x; fields: name: string");
        assertThat(errors(options)).anySatisfy(error -> assertThat(error)
                .contains("lookup.2", "the table countries is in lookup.1 already"));
        options.put("lookup.2", "regions; topic: x; fields: name");
        assertThat(errors(options))
                .anySatisfy(error -> assertThat(error).contains("lookup.2", "field 'name': its type is not known"));
        options.remove("lookup.2");
        options.remove("tables.kafka.bootstrap.servers");
        assertThat(errors(options))
                .anySatisfy(error -> assertThat(error).contains("the brokers of the table countries are not set"));
    }

    /** A misspelt bound would be no bound, and the contribution of an earlier state would stay. */
    @Test
    void refusesUnknownOptionsAndLookupsThatAnAggregateCannotUndo() throws Exception {
        Map<String, String> options = options("unknown", "countries");
        options.put("tables.max.stalness.ms", "5000");
        options.put("lookup.21", "regions; topic: x; fields: name: string");
        assertThat(errors(options))
                .anySatisfy(error -> assertThat(error).contains("tables.max.stalness.ms", "there is no such option"))
                .anySatisfy(error -> assertThat(error).contains("lookup.21", "there is no such option"));

        Map<String, String> aggregate = options("states", "countries");
        aggregate.keySet().removeIf(option -> option.startsWith("projection.states."));
        aggregate.put("projection.states.kind", "aggregate");
        aggregate.put("projection.states.key", "country = lookup('countries', state.country).name");
        aggregate.put("projection.states.columns", "id = count()");
        aggregate.put("projection.states.before", "value.before");
        assertThat(errors(aggregate))
                .anySatisfy(error -> assertThat(error).contains("projection.states.key", "no lookups with before"));
    }

    /** The task fails; no record goes to the dead letter queue. */
    @Test
    void refusesNoRecordIfTheTableFails() throws Exception {
        create("failing-countries");
        put("failing-countries", "\"DE\"", "{\"name\": \"Germany\", \"population\": 83}");
        ProjectionSinkTask task = fixture.opened(options("failing", "failing-countries"), context);
        SinkFixture.awaitClaims(task, context);
        task.put(List.of(order(0, 1, "DE")));
        SinkFixture.settle(task);
        put("failing-countries", "\"FR\"", "not JSON");
        await().atMost(Duration.ofMinutes(1)).pollInSameThread().untilAsserted(() -> assertThatThrownBy(() -> {
                    task.put(List.of(order(1, 2, "DE")));
                    SinkFixture.settle(task);
                })
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("The table countries cannot answer")
                .hasMessageContaining("failing-countries-"));
        assertThat(context.reports).isEmpty();
        task.stop();
    }

    private static List<String> errors(Map<String, String> options) {
        Map<String, String> posted = new HashMap<>(options);
        return new ProjectionSinkConnector()
                .validate(posted).configValues().stream()
                        .map(ConfigValue::errorMessages)
                        .flatMap(List::stream)
                        .toList();
    }

    private static SinkRecord order(long offset, long id, String country) {
        return SinkFixture.record(offset, Map.of("id", id), Map.of("country", country));
    }
}
