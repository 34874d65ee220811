package io.millrace.it.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.TestPipeline;
import io.millrace.it.shop.EventLog;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.documents.Troubleshooting;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.Installation;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Symptoms of a source that {@code docs/troubleshooting.md} has, and its remedies. */
class SourceSymptomsIT {
    private static final Duration TIME_TO_ACT = Duration.ofMinutes(2);
    private static final String WRAPPER = "io.millrace.connectors.event.EventSourceConnector";
    private static final String DEBEZIUM = "io.debezium.connector.mysql.MySqlConnector";

    private final LocalPipeline pipeline = TestPipeline.shared();
    private final ConnectRest rest = pipeline.rest();
    private final EventSources sources =
            new EventSources(rest, pipeline.broker().bootstrapServers());
    private Connection connection;
    private Statement sql;

    @BeforeEach
    void connect() throws SQLException {
        connection = pipeline.mysql().connectAsRoot();
        sql = connection.createStatement();
        sql.execute("CREATE TABLE IF NOT EXISTS shop.typed (id BIGINT PRIMARY KEY, name VARCHAR(20),"
                + " fee DECIMAL(10, 2), status ENUM('PLACED', 'PAID'))");
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        sources.deletePosted();
    }

    /** Mistakes of a first configuration. Each is answered before the connector exists, as the page quotes it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "A password is wrong | 1 | database.password=wrong",
                "A variable has no value | 1 | database.password=${env:NO_SUCH_VARIABLE}",
                "A plugin is not found | 1 | wrapped.connector.class=io.debezium.connector.mysql.MySqlConector",
                "A plugin is not found | 2 | transforms=first ;; transforms.first.type=io.millrace.transforms.InjectContex",
                "A plugin is not found | 3 | connector.class=io.millrace.connectors.event.EventSourceConector",
                "The source may not read a table | 1 | events.table.1=shop.tpyed; key: id",
                "A rule never matches | 1 | events.rule.1=Seen; table: shop.typed; on: update; fields: id;"
                        + " when: after.status == 'PIAD'",
                "A rule never matches | 2 | table.include.list=shop.tpyed",
                "A field has a type that does not fit its column | 1 | events.rule.1=Seen; table: shop.typed; on: create;"
                        + " fields: id, n: int32 = row.name",
                "A field has a type that does not fit its column | 2 | events.rule.1=Seen; table: shop.typed; on: create;"
                        + " fields: id; revision: row.name",
                "A field has a type that does not fit its column | 3 | events.rule.1=Seen; table: shop.typed; on: create;"
                        + " fields: id; when: after.fee > '20'",
                "An option does not exist | 1 | events.tabel.1=shop.typed",
                "A transform is configured and not applied | 1 | transforms.first.type=io.millrace.transforms.InjectContext",
                "A transform is configured and not applied | 1 | transforms=frist ;;"
                        + " transforms.first.type=io.millrace.transforms.InjectContext"
            })
    void answersAMistakeAsThePageQuotesIt(String title, int message, String changes) throws Exception {
        ObjectNode body =
                EventSources.connector("typed", 5454, "Seen; table: shop.typed; on: create; fields: id, name");
        ObjectNode right = body.deepCopy();
        for (String change : changes.split(" ;; ", -1)) {
            String[] option = change.split("=", 2);
            ((ObjectNode) body.path("config")).put(option[0], option[1]);
        }

        ConnectRestException refusal = catchThrowableOfType(ConnectRestException.class, () -> rest.post(body));

        assertThat(refusal).as(changes).isNotNull();
        assertThat(refusal.getMessage()).containsPattern(Troubleshooting.symptom(title, message));
        assertThat(rest.connectors()).doesNotContain("typed");
        assertAccepted(right.path("config"));
    }

    @Test
    void appliesATransformOnceTheListHasIt() throws Exception {
        ObjectNode config =
                (ObjectNode) EventSources.connector("typed", 5454, "Seen; table: shop.typed; on: create; fields: id")
                        .path("config");
        config.put("transforms.first.type", "io.millrace.transforms.InjectContext");
        String title = "A transform is configured and not applied";
        assertThat(rest.validate(WRAPPER, config).toString()).containsPattern(Troubleshooting.symptom(title));

        assertAccepted(with(config, Troubleshooting.readOptions(title)));
    }

    @Test
    void answersInThePlaceOfDebeziumsConnectorWhoseReasonsConnectLoses() throws Exception {
        ObjectNode body = EventSources.connector("lost", 5453, "Seen; table: shop.typed; on: create; fields: id, name");
        ObjectNode config = (ObjectNode) body.path("config");
        config.put("table.include.list", "shop.typed").put("database.password", "wrong");
        ObjectNode alone = body.deepCopy();
        ((ObjectNode) alone.path("config")).put("connector.class", DEBEZIUM).remove("transaction.boundary");
        String title = "Posting is answered with HTTP 500 and no reason";

        ConnectRestException refusal = catchThrowableOfType(ConnectRestException.class, () -> rest.post(alone));

        assertThat(refusal.status()).isEqualTo(500);
        assertThat(refusal.getMessage()).containsPattern(Troubleshooting.symptom(title));
        assertThat(rest.validate(DEBEZIUM, alone.path("config")).toString()).contains("Access denied");
        with((ObjectNode) alone.path("config"), Troubleshooting.readOptions(title))
                .put("transaction.boundary", "connector");
        ConnectRestException answer = catchThrowableOfType(ConnectRestException.class, () -> rest.post(alone));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.getMessage()).contains("Access denied");
    }

    @Test
    void readsATableOnceItsUserMay() throws Exception {
        sql.execute("CREATE DATABASE hidden");
        try {
            sql.execute("CREATE TABLE hidden.orders (id BIGINT PRIMARY KEY)");
            ObjectNode config = (ObjectNode)
                    EventSources.connector("hidden", 5455, "Seen; table: hidden.orders; on: create; fields: id")
                            .path("config");
            String title = "The source may not read a table";
            assertThat(rest.validate(WRAPPER, config).toString()).containsPattern(Troubleshooting.symptom(title));

            sql.execute(Troubleshooting.remedy(title));

            assertAccepted(config);
        } finally {
            sql.execute("DROP DATABASE hidden");
            sql.execute("REVOKE IF EXISTS SELECT ON hidden.orders FROM 'debezium'@'%' IGNORE UNKNOWN USER");
        }
    }

    @Test
    void acceptsAServerOnceTheNamedSettingIsMade() throws Exception {
        ObjectNode body =
                EventSources.connector("typed", 5454, "Seen; table: shop.typed; on: create; fields: id, name");
        String title = "A setting of the source's server is wrong";
        sql.execute("SET GLOBAL binlog_rows_query_log_events = OFF");
        try {
            assertThat(catchThrowableOfType(ConnectRestException.class, () -> rest.post(body))
                            .getMessage())
                    .containsPattern(Troubleshooting.symptom(title));

            sql.execute(Troubleshooting.remedy(title));

            assertAccepted(body.path("config"));
        } finally {
            sql.execute("RESET PERSIST IF EXISTS binlog_rows_query_log_events");
            sql.execute("SET GLOBAL binlog_rows_query_log_events = ON");
        }
    }

    @Test
    void hasTheContextOfAClientThatSendsComments() throws Exception {
        String title = "Events do not have the request's context";
        String insert = "INSERT INTO shop.commented VALUES (%d, 'NEW') /*requestId='typed-%d'*/";
        sql.execute("CREATE TABLE shop.commented (id BIGINT PRIMARY KEY, status VARCHAR(20))");
        sql.execute("CREATE USER IF NOT EXISTS 'typist'@'%' IDENTIFIED BY 'typed'");
        sql.execute("GRANT INSERT ON shop.commented TO 'typist'@'%'");
        sources.post("commented", 5450, "Seen; table: shop.commented; on: create; fields: id, status");
        sources.awaitOffset("commented");

        runClient(List.of(), insert.formatted(1, 1));
        String[] remedy = Troubleshooting.remedy(title).split(" ", -1);
        assertThat(remedy[0]).isEqualTo("mysql");
        runClient(List.of(remedy).subList(1, remedy.length), insert.formatted(2, 2));

        sources.awaitEvents(
                "commented", "Seen 1 {\"id\":1,\"status\":\"NEW\"}", "Seen 2 {\"id\":2,\"status\":\"NEW\"}");
        assertThat(EventLog.records(pipeline.broker().bootstrapServers(), "commented"))
                .extracting(record -> EventLog.header(record, "requestId"))
                .containsExactly(null, "typed-2");
        sql.execute("DROP USER 'typist'@'%'");
    }

    private void runClient(List<String> options, String statement) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                Installation.locate().mysql().resolve("bin/mysql").toString(),
                "--no-defaults",
                "--host=127.0.0.1",
                "--port=" + pipeline.mysql().port(),
                "--user=typist",
                "--execute=" + statement));
        words.addAll(options);
        ProcessBuilder client = new ProcessBuilder(words).inheritIO();
        client.environment().put("MYSQL_PWD", "typed");
        Process process = client.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as("%s", words).isZero();
    }

    @Test
    void readsOnWithAServerIdOfItsOwn() throws Exception {
        String title = "Another reader has the same server id";
        sql.execute("CREATE TABLE shop.first_twin (id BIGINT PRIMARY KEY)");
        sql.execute("CREATE TABLE shop.second_twin (id BIGINT PRIMARY KEY)");
        sources.post("first_twin", 5451, "Seen; table: shop.first_twin; on: create; fields: id");
        sources.awaitOffset("first_twin");
        ObjectNode second = sources.post("second_twin", 5451, "Seen; table: shop.second_twin; on: create; fields: id");
        await().atMost(TIME_TO_ACT)
                .untilAsserted(() -> assertThat(sources.trace("first_twin") + sources.trace("second_twin"))
                        .containsPattern(Troubleshooting.symptom(title)));

        rest.put("second_twin", with(second, Troubleshooting.readOptions(title)));
        rest.restart("first_twin");
        rest.restart("second_twin");
        rest.awaitRunning("first_twin", TIME_TO_ACT);
        rest.awaitRunning("second_twin", TIME_TO_ACT);
        sql.execute("INSERT INTO shop.first_twin VALUES (1)");
        sql.execute("INSERT INTO shop.second_twin VALUES (2)");

        sources.awaitEvents("first_twin", "Seen 1 {\"id\":1}");
        sources.awaitEvents("second_twin", "Seen 2 {\"id\":2}");
    }

    @Test
    void hasTheInstantOfATimeThatIsStoredWithOne() throws Exception {
        sql.execute("SET time_zone = '+02:00'");
        sql.execute("CREATE TABLE shop.clocked (id BIGINT PRIMARY KEY, at DATETIME)");
        sources.post("clocked", 5456, "Seen; table: shop.clocked; on: create; fields: id, at: timestamp = row.at");
        sources.awaitOffset("clocked");
        String noon = "INSERT INTO shop.clocked VALUES (%d, '2026-11-29 12:00:00')";
        sql.execute(noon.formatted(1));

        sql.execute(Troubleshooting.remedy("Times differ by hours"));
        sql.execute(noon.formatted(2));

        sources.awaitEvents(
                "clocked",
                seenAt(1, Instant.parse("2026-11-29T12:00:00Z")),
                seenAt(2, Instant.parse("2026-11-29T10:00:00Z")));
    }

    private static String seenAt(int id, Instant at) {
        return "Seen " + id + " {\"id\":" + id + ",\"at\":" + at.toEpochMilli() + "}";
    }

    private void assertAccepted(JsonNode config) throws IOException {
        // Connect requires the name here, which is outside of the options when a connector is posted.
        JsonNode validation = rest.validate(WRAPPER, ((ObjectNode) config.deepCopy()).put("name", "accepted"));
        assertThat(validation.path("error_count").asInt(-1))
                .as(validation.toString())
                .isZero();
    }

    private static ObjectNode with(ObjectNode config, Map<String, String> options) {
        options.forEach(config::put);
        return config;
    }
}
