package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.documents.Troubleshooting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.sink.SinkConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectionSinkConnectorTest {
    private final Map<String, String> properties = new HashMap<>(Map.ofEntries(
            Map.entry("name", "views"),
            Map.entry("topics", "shop.orders,shop.sites"),
            // Nothing listens there.
            Map.entry("connection.url", "jdbc:mysql://127.0.0.1:1/views"),
            Map.entry("connection.user", "projector"),
            Map.entry("connection.password", "hunter2"),
            Map.entry("projections", "orders,apps,totals,log"),
            Map.entry("projection.orders.kind", "upsert"),
            Map.entry("projection.orders.topics", "shop.orders"),
            Map.entry("projection.orders.key", "order_id = key.order_id"),
            Map.entry("projection.orders.columns", "status, total"),
            Map.entry("projection.apps.kind", "explode"),
            Map.entry("projection.apps.key", "site_id = key.site_id"),
            Map.entry("kafka.bootstrap.servers", "localhost:9092"),
            Map.entry("consumer.override.isolation.level", "read_committed"),
            Map.entry("projection.apps.elements", "value.apps"),
            Map.entry("projection.apps.element.key", "app_id = element.id"),
            Map.entry("projection.apps.columns", "version = element.version"),
            Map.entry("projection.totals.kind", "aggregate"),
            Map.entry("projection.totals.key", "customer_id"),
            Map.entry("projection.totals.member.key", "order_id = key.order_id"),
            Map.entry(
                    "projection.totals.columns",
                    "orders = count(), total = sum(value.total), apps = distinct(value.app)"),
            Map.entry("projection.log.kind", "append"),
            Map.entry("projection.log.key", "id = headers.ce_id")));

    @Test
    void isFoundByConnect() {
        assertThat(ServiceLoader.load(SinkConnector.class))
                .singleElement()
                .isInstanceOf(ProjectionSinkConnector.class)
                .extracting(connector -> ((ProjectionSinkConnector) connector).version())
                .asString()
                .matches("\\d+\\.\\d+.*");
    }

    @Test
    void triesTheDatabaseOnceTheOptionsAreRight() {
        Map<String, List<String>> errors = errors();

        assertThat(errors).containsOnlyKeys("connection.url");
        assertThat(errors.get("connection.url"))
                .singleElement()
                .asString()
                .contains("cannot use the database")
                .contains("Communications link failure")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    kafka.bootstrap.servers       | ''                               | expected the brokers of the topics
                    consumer.override.isolation.level | read_uncommitted             | aborted transactions
                    consumer.override.auto.offset.reset | latest                     | expected earliest or no value
                    projection.orders.kind        | replace                          | upsert, explode
                    projection.orders.when        | headers.ce_type ==               | headers.ce_type ==
                    projection.orders.when        | nothing.like == 'that'           | nothing
                    projection.orders.when        | 1 + 1                            | expected a condition
                    projection.orders.when        | element.id == 1                  | element
                    projection.orders.key         | ''                               | at least one column
                    projection.orders.key         | order_id =                       | order_id
                    projection.orders.columns     | status = valu.status             | valu
                    projection.orders.columns     | status = element.status          | element
                    projection.orders.columns     | order_id, status                 | order_id is a duplicate
                    projection.orders.delete.when | value.(                          | value.(
                    projection.orders.table       | a.b.c                            | at most a database and a table
                    projection.orders.topics      | shop.orders,shop.oders           | does not read the topic shop.oders
                    projection.orders.topics      | shop.*                           | expected a part such as {tenant}
                    projection.orders.topics      | shop.{tenant,shop.sites          | is not closed
                    projection.orders.topics      | shop.{tenant},shop.sites         | one pattern alone
                    topic.views.max               | 0                                | at least 1
                    projection.orders.elements    | value.apps                       | only for the kind explode
                    projection.orders.element.key | id                               | only for the kind explode
                    projection.orders.before      | value.before                     | only for the kind aggregate
                    projection.orders.on.unmatched | drop                            | ignore, delete
                    projection.log.delete.when    | headers.ce_type == 'Gone'        | not for the kind append
                    projection.log.on.unmatched   | delete                           | not for the kind append
                    projection.totals.columns     | ''                               | at least one aggregate
                    projection.totals.columns     | total                            | 'column = count()'
                    projection.totals.columns     | total = avg(value.total)         | count, sum, min, max or distinct
                    projection.totals.columns     | total = sum()                    | expected an expression
                    projection.totals.columns     | total = sum(valu.total)          | valu
                    projection.totals.columns     | total = sum(value.a, value.b)    | found '.b'
                    projection.totals.columns     | customer_id = count()            | customer_id is a duplicate
                    projection.totals.member.key  | customer_id = key.id             | customer_id is a duplicate
                    projection.totals.before      | value.before                     | not with member.key
                    projection.totals.after       | value.after                      | only with before
                    projection.totals.empty.groups | drop                            | delete, keep
                    projection.totals.complete.table | outbox                        | only with complete.when
                    projection.orders.colums      | status                           | there is no such option
                    projection.order.kind         | upsert                           | there is no such option
                    projection.apps.elements      | value.[                          | value.[
                    projection.apps.element.key   | app_id = elemen.id               | elemen
                    projection.apps.columns       | app_id = element.id              | app_id is a duplicate
                    projection.orders.revision    | versoin                          | expected one of
                    projection.apps.revision      | version                          | only for the kind upsert
                    projection.orders.on.delete   | flag                             | row, mark
                    projection.orders.deleted.column | gone                          | only with on.delete=mark
                    projection.orders.on.tombstone | skip                            | delete, ignore, fail
                    projection.orders.on.unmatched | delete                          | only with a condition
                    projection.orders.key.collation | any                            | exact, accept
                    projection.orders.truncate.when | value.                         | value.
                    projection.orders.truncate.when | headers.ce_snapshot == 'initial' | expected a condition that does not read ce_snapshot
                    projection.orders.truncate.when | value.source.snapshot == 'first' | is in one partition alone
                    projection.totals.truncate.when | value.op == 't'                | found the topics [shop.orders, shop.sites]
                    projection.orders.truncations.table | emptied                    | only with truncate.when and revision
                    projection.log.truncations.table | emptied                       | not for the kind append
                    auto.create                   | perhaps                          | perhaps
                    projections                   | orders,apps,a b                  | found 'a b'
                    projections                   | ''                               | at least one name
                    mdc.headers                   | requestId,userId,requestId       | 'requestId' is a duplicate
                    mdc.headers                   | requestId,,userId                | a name is empty
                    ledger.table                  | `open                            | not closed
                    retry.timeout.ms              | -1                               | at least 0
                    retry.timeout.ms              | soon                             | soon
                    connection.url                | jdbc:oracle:thin:@h:1521/d       | jdbc:mysql: or jdbc:postgresql:
                    connection.url                | jdbc:mysql://u:hunter2@h/d       | separate options for user and password
                    connection.url                | jdbc:mysql://h/d?password=hunter2 | separate options for user and password
                    connection.url                | jdbc:mysql://h/d?sessionVariables=sql_mode='' | sets 'sessionVariables' itself
                    connection.url                | jdbc:mysql://h/d?trustCertificateKeyStorePassword=hunter2 | separate options for user and passwords
                    connection.url                | jdbc:postgresql://h/d?sslPassword=hunter2 | separate options for user and passwords
                    connection.user               | ''                               | connection.user
                    connection.credentials        | vault                            | expected one of options, file, aws-iam
                    connection.credentials.file   | /secrets/db                      | only with connection.credentials=file
                    connection.credentials.region | eu-central-1                     | only with connection.credentials=aws-iam
                    connection.credentials.region | EU Central                       | expected a region such as eu-central-1
                    connection.password           | ${env:NO_SUCH_VARIABLE}          | ${env:NO_SUCH_VARIABLE} has no value on this worker
                    consumer.override.sasl.jaas.config | ${env:NO_SUCH_VARIABLE}     | configure the provider env
                    """)
    void namesTheOptionThatIsWrongAndWhy(String option, String value, String reason) {
        properties.put(option, value);

        Map<String, List<String>> errors = errors();

        assertThat(errors).containsOnlyKeys(option);
        assertThat(String.join("\n", errors.get(option)))
                .contains(option)
                .contains(reason)
                .doesNotContain("hunter2");
    }

    @Test
    void refusesAConsumerThatReadsAbortedTransactionsAndAnUnknownOption() {
        properties.remove("consumer.override.isolation.level");
        assertThat(errors().get("consumer.override.isolation.level"))
                .singleElement()
                .asString()
                .containsPattern(Troubleshooting.symptom("The sink reads aborted transactions"));

        properties.putAll(Troubleshooting.readOptions("The sink reads aborted transactions"));
        // The database is tried once all options are right.
        assertThat(errors()).containsOnlyKeys("connection.url");

        properties.put("projection.orders.colums", "status");
        assertThat(errors().get("projection.orders.colums"))
                .singleElement()
                .asString()
                .containsPattern(Troubleshooting.symptom("An option does not exist", 2));
    }

    @Test
    void namesWhatTheOrderOfKeysNeeds() {
        properties.put("hold.max", "5");
        assertThat(errors()).containsOnlyKeys("hold.max");
        properties.put("hold.key.order", "true");
        properties.remove("errors.tolerance");
        properties.put("processing.guarantee", "at_least_once");
        Map<String, List<String>> errors = errors();
        assertThat(String.join("\n", errors.get("hold.key.order")))
                .contains("only with processing.guarantee=exactly_once")
                .contains("errors.deadletterqueue.topic.name and errors.tolerance=all")
                .contains("expected errors.deadletterqueue.context.headers.enable=true");
        String retries = properties.get("name") + ".retry";
        assertThat(errors.get("topics")).singleElement().asString().contains("expected the topic " + retries);
        // As Connect converts the value of its own option for the answer.
        assertThat(new ProjectionSinkConnector().validate(properties).configValues())
                .filteredOn(value -> value.name().equals("topics"))
                .extracting(value -> ConfigDef.convertToString(value.value(), ConfigDef.Type.LIST))
                .containsOnlyNulls();

        properties.remove("processing.guarantee");
        properties.put("errors.tolerance", "all");
        properties.put("errors.deadletterqueue.topic.name", "misfits");
        properties.put("errors.deadletterqueue.context.headers.enable", "true");
        properties.computeIfPresent("topics", (name, topics) -> topics + "," + retries);
        properties.put("error.headers", "false");
        assertThat(errors().get("error.headers"))
                .singleElement()
                .asString()
                .contains("expected true with hold.key.order=true");
        properties.remove("error.headers");
        assertThat(errors()).containsOnlyKeys("connection.url");
        properties.put("projection.orders.topics", retries);
        assertThat(errors().get("projection.orders.topics"))
                .singleElement()
                .asString()
                .contains("its records are projected as those of their original topics");
        properties.remove("projection.orders.topics");
        properties.put("projection.orders.truncate.when", "headers.ce_type == 'Cleared'");
        assertThat(errors().get("projection.orders.truncate.when"))
                .singleElement()
                .asString()
                .contains("not with hold.key.order=true");
        properties.remove("projection.orders.truncate.when");
        properties.put("name", "a sink");
        assertThat(errors().get("hold.key.order")).singleElement().asString().contains("Kafka permits no such topic");
    }

    @Test
    void refusesATruststorePasswordThatNobodyReads() {
        properties.put("connection.url", "jdbc:postgresql://127.0.0.1:1/views");
        properties.put("connection.ssl.truststore.password", "hunter2");

        Map<String, List<String>> errors = errors();

        assertThat(errors).containsOnlyKeys("connection.ssl.truststore.password");
        assertThat(String.join("\n", errors.get("connection.ssl.truststore.password")))
                .contains("certificates that have no password")
                .doesNotContain("hunter2");
    }

    @Test
    void refusesCredentialsOfAFileThatHasNone(@TempDir Path directory) throws IOException {
        properties.put("connection.credentials", "file");
        assertThat(errors())
                .containsOnlyKeys("connection.password", "connection.credentials.file")
                .satisfies(errors -> assertThat(errors.toString())
                        .contains("connection.password: not with connection.credentials=file")
                        .contains("connection.credentials.file: needed with connection.credentials=file")
                        .doesNotContain("hunter2"));
        properties.remove("connection.password");
        Path file = directory.resolve("db.properties");
        properties.put("connection.credentials.file", file.toString());
        assertThat(errors().get("connection.credentials.file").toString()).contains("NoSuchFileException");
        Files.writeString(file, "hunter2");
        assertThat(errors().get("connection.credentials.file").toString())
                .contains("Expected the entry password in " + file)
                .doesNotContain("hunter2");
        Files.writeString(file, "password=hunter2");
        assertThat(errors()).as("only that there is no database").containsOnlyKeys("connection.url");
    }

    @Test
    void requiresTlsAndARegionForTokensOfAws() {
        properties.put("connection.credentials", "aws-iam");
        properties.remove("connection.password");
        assertThat(errors().toString())
                .contains(
                        "connection.url: expected TLS with connection.credentials=aws-iam, by sslMode=VERIFY_IDENTITY")
                .contains("connection.credentials.region: needed with connection.credentials=aws-iam");
        properties.put("connection.url", "jdbc:mysql://a:1,b:1/views?sslMode=REQUIRED");
        assertThat(errors().get("connection.url").toString()).contains("expected one host");
    }

    @Test
    void namesWhatAnAggregateNeedsMembersFor() {
        properties.remove("projection.totals.member.key");
        properties.put("projection.totals.before", "value.before");
        properties.put("projection.totals.columns", "total = sum(state.total), apps = distinct(state.app)");
        properties.put("projection.totals.delete.when", "headers.ce_type == 'Gone'");
        properties.put("projection.totals.on.unmatched", "delete");

        assertThat(errors().toString())
                .contains("projection.totals.member.key: needed for distinct in the column apps")
                .contains("projection.totals.columns: expected a column = count()")
                .contains("projection.totals.delete.when: only with member.key")
                .contains("projection.totals.on.unmatched: only with member.key");
    }

    @Test
    void takesARequestAndItsJobsFromTwoTopics() {
        properties.put("topics", "shop.orders,shop.sites,shop.requests,shop.jobs");
        properties.put("projection.totals.topics", "shop.requests,shop.jobs");
        properties.put("projection.totals.key", "request_id = value.request_id");
        properties.put(
                "projection.totals.member.key",
                "member = topic + '/' + string(topic == 'shop.jobs' ? key.job_id : key.request_id)");
        properties.put(
                "projection.totals.columns",
                "announced = max(topic == 'shop.requests' ? value.job_count : null),"
                        + " finished = distinct(topic == 'shop.jobs' && value.status == 'DONE' ? value.job_id : null)");
        properties.put("projection.totals.complete.when", "group.finished >= group.announced");
        properties.put("projection.totals.complete.table", "outbox");
        properties.put(
                "projection.totals.complete.columns",
                "id = sha256('RequestCompleted/' + group.request_id), aggregatetype = 'request',"
                        + " aggregateid = group.request_id, type = 'RequestCompleted',"
                        + " payload = {'request_id': group.request_id, 'jobs': group.finished},"
                        + " request_id = headers.requestId");

        assertThat(errors()).as("only that there is no database").containsOnlyKeys("connection.url");

        properties.put("projection.totals.complete.column", "finished");
        assertThat(errors()).containsOnlyKeys("projection.totals.complete.column");
    }

    @Test
    void emptiesAViewWithoutARevisionOnlyIfItKnowsThatItsTopicHasOnePartition() {
        String option = "projection.orders.truncate.when";
        properties.put(option, "value.op == 't'");
        properties.put("kafka.bootstrap.servers", "127.0.0.1:1");
        properties.put("kafka.default.api.timeout.ms", "500");
        properties.put("kafka.request.timeout.ms", "300");
        assertThat(errors().get(option).toString())
                .contains("the number of partitions of the topic shop.orders could not be read");

        properties.put("topic.identity", "unchecked");
        assertThat(errors()).containsOnlyKeys(option);
        assertThat(errors().get(option).toString()).contains("kafka.bootstrap.servers and topic.identity=checked");

        properties.put("projection.orders.columns", "status, version");
        properties.put("projection.orders.revision", "version");
        assertThat(errors()).as("only that there is no database").containsOnlyKeys("connection.url");

        properties.put("processing.guarantee", "at_least_once");
        properties.put("projections", "orders");
        properties.keySet().removeIf(name -> name.matches("projection\\.(?!orders).*"));
        properties.put("projection.orders.on.tombstone", "ignore");
        assertThat(errors()).containsOnlyKeys(option);
        assertThat(errors().get(option).toString()).contains("not with processing.guarantee=at_least_once");
    }

    @Test
    void requiresThatEachTopicOfAPatternHasTablesOfItsOwn() {
        properties.put("projection.orders.topics", "store.{tenant}");
        properties.put("projection.orders.table", "orders_{tenant}");
        properties.put("rebuild.replaces", "other");
        assertThat(errors())
                .containsOnlyKeys("projection.orders.topics", "rebuild.replaces")
                .satisfies(errors -> assertThat(errors.toString())
                        .contains("the pattern 'store.{tenant}' matches none of the sink's topics")
                        .contains("not with a pattern in projection.orders.topics"));

        properties.remove("rebuild.replaces");
        properties.put("projection.orders.topics", "shop.{tenant}");
        assertThat(errors()).as("only that there is no database").containsOnlyKeys("connection.url");
        properties.put("projection.orders.table", "orders");
        assertThat(errors()).containsOnlyKeys("projection.orders.table");
        assertThat(errors().toString()).contains("expected a part of the pattern 'shop.{tenant}' in the name orders");
        properties.put("projection.orders.table", "orders_{tenant}");
        properties.put("projection.orders.truncate.when", "value.op == 't'");
        assertThat(errors().get("projection.orders.truncate.when").toString())
                .contains("needs a revision with the pattern 'shop.{tenant}'");
        properties.remove("projection.orders.truncate.when");

        properties.put("projection.totals.topics", "shop.{tenant}");
        properties.put("projection.totals.table", "totals_{tenant}");
        properties.put("projection.totals.members.table", "members");
        assertThat(errors()).containsOnlyKeys("projection.totals.members.table");
    }

    @Test
    void emptiesNoViewThatAnnouncesItsCompletionOrThatSeveralTopicsMayFill() {
        properties.put("projection.totals.topics", "shop.orders");
        properties.put("projection.totals.truncate.when", "value.op == 't'");
        properties.put("projection.totals.complete.when", "group.orders == 3");
        properties.put("projection.totals.complete.table", "outbox");
        properties.put("projection.totals.complete.columns", "id = group.customer_id");
        assertThat(errors()).containsOnlyKeys("projection.totals.truncate.when");
        assertThat(errors().toString()).contains("not with complete.when");

        properties.keySet().removeIf(name -> name.startsWith("projection.totals.complete"));
        properties.remove("topics");
        properties.remove("projection.totals.topics");
        properties.put("topics.regex", "shop\\..*");
        assertThat(errors().get("projection.totals.truncate.when").toString()).contains("found topics.regex");
    }

    @Test
    void namesAColumnThatAGroupDoesNotHave() {
        properties.put("projection.totals.complete.when", "group.oders == 3");
        properties.put("projection.totals.complete.table", "outbox");
        properties.put("projection.totals.complete.columns", "aggregateid = group.customer_id");

        assertThat(errors()).containsOnlyKeys("projection.totals.complete.when");
        assertThat(errors().get("projection.totals.complete.when").get(0)).contains("oders");
    }

    @ParameterizedTest
    @CsvSource({
        "connection.url",
        "connection.user",
        "projections",
        "projection.orders.kind",
        "projection.orders.key",
        "projection.apps.elements",
        "projection.apps.element.key"
    })
    void namesTheOptionThatIsMissing(String option) {
        properties.remove(option);

        assertThat(errors()).containsKey(option);
    }

    @Test
    void takesParametersOfTheUrlThatAgreeWithItsOwn() {
        properties.put("connection.url", "jdbc:mysql://127.0.0.1:1/views?connectionTimeZone=UTC&sslMode=DISABLED");

        assertThat(String.join("\n", errors().get("connection.url"))).contains("Communications link failure");
    }

    private Map<String, List<String>> errors() {
        return new ProjectionSinkConnector()
                .validate(properties).configValues().stream()
                        .filter(value -> !value.errorMessages().isEmpty())
                        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
    }
}
