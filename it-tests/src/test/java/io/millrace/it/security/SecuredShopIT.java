package io.millrace.it.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.spool.SpooledEvents;
import io.millrace.spool.SpoolStore;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.FreePort;
import io.millrace.testing.servers.ServerDirectories;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The shop with everything encrypted, every server verified and every user allowed what it needs and no more, as {@code
 * deploy/security} sets it up. The last test looks for the secrets of all the others.
 */
@TestMethodOrder(OrderAnnotation.class)
class SecuredShopIT {
    private static final Duration TIME_TO_ACT = Duration.ofSeconds(90);
    private static final List<String> FILES = List.of(
            "10-shop-source",
            "11-shop-media",
            "12-shop-customers",
            "14-subscriptions",
            "15-schedules",
            "16-renewals-redrive",
            "17-spool",
            "21-order-status",
            "22-products",
            "23-site-documents",
            "24-customers",
            "25-renewals",
            "channels/30-order-channels");
    private static final int CHANNELS_PORT = FreePort.ask();
    private static final byte[] IMAGE = bytes(300_000);
    private static final String DOCUMENT = "{\"pages\": [\"" + "a page ".repeat(20_000) + "\"]}";
    private static final List<String> ANSWERS = new ArrayList<>();

    private static SecureServers servers;
    private static ConnectRest rest;

    @BeforeAll
    static void start() throws Exception {
        servers = SecureServers.start(ServerDirectories.newDirectory("secured"));
        rest = servers.rest();
        for (String file : FILES) {
            ObjectNode body = servers.connector(file);
            if (file.equals("16-renewals-redrive")) {
                config(body).put("backoff", "100ms").put("max.attempts", "1000");
            } else if (file.equals("17-spool")) {
                config(body).put("recover.delay.ms", "0");
            } else if (file.equals("channels/30-order-channels")) {
                config(body).put("listener.address", "127.0.0.1:" + CHANNELS_PORT);
            } else if (file.equals("10-shop-source")) {
                // A transform's secret, among options that Debezium writes to its log. It stores nothing here.
                ObjectNode config = config(body);
                config.put("transforms", config.path("transforms").asText() + ",claim")
                        .put("transforms.claim.type", "io.millrace.transforms.ClaimCheck")
                        .put("transforms.claim.fields", "no_such_field")
                        .put("transforms.claim.payload.store", "s3://" + SecureServers.BUCKET + "/unused");
                for (String name : List.of("access.key.id", "secret.access.key")) {
                    config.put(
                            "transforms.claim.payload.s3." + name,
                            "${file:" + servers.secrets().folder() + "/s3-writer.properties:" + name + "}");
                }
            }
            rest.post(body);
        }
        for (String file : FILES) {
            rest.awaitRunning(name(file), TIME_TO_ACT);
        }
    }

    @AfterAll
    static void stop() {
        // Null where they could not be started.
        if (servers != null) {
            servers.close();
        }
    }

    @Test
    @Order(1)
    void everyRowComesToItsView() throws Exception {
        try (Connection service = asService();
                Statement sql = service.createStatement()) {
            sql.executeUpdate("INSERT INTO shop.orders (id, customer_id, status, currency, total, placed_at)"
                    + " VALUES (1, 7, 'PLACED', 'EUR', 19.90, '2026-11-21 10:00:00')");
            // A source that still reads the tables sees the row, and not who changed it.
            awaitMySql("SELECT status FROM views.order_status", "PLACED");
            sql.executeUpdate("UPDATE shop.orders SET status = 'PAID', version = 2 WHERE id = 1 /*requestId='r1'*/");
            insertProduct(service, 1);
            insertSite(service, 1);
            awaitCountries();
            sql.executeUpdate("INSERT INTO shop_us.customers (id, name, street, city, country)"
                    + " VALUES (1, 'Grace', '1 Mill Lane', 'Newport', 'CA')");
        }

        awaitMySql("SELECT CONCAT_WS(',', region, name, country_name) FROM views.customers", "us,Grace,Canada");
        awaitMySql("SELECT CONCAT_WS(',', status, total, request_id) FROM views.order_status", "PAID,19.90,r1");
        awaitMySql("SELECT CONCAT_WS(',', orders, spent) FROM views.customer_totals", "1,19.90");
        requireEncryptedSessions();
        renewsASubscriptionAlsoAfterARefusal();
        recoversWhatWasSpooled();
        awaitStored(1);
        // It was too large for its record, so it came through S3.
        try (Stream<Path> objects = Files.walk(servers.payloadObjects())) {
            assertThat(objects.filter(Files::isRegularFile)).isNotEmpty();
        }
        assertThat(servers.s3Users().used("writer")).contains("s3:PutObject");
        // The second one by the check of a task's start, which reads an object that does not exist.
        assertThat(servers.s3Users().used("reader")).containsExactlyInAnyOrder("s3:GetObject", "s3:ListBucket");
        assertThat(servers.s3Users().used("spool"))
                .containsExactlyInAnyOrder("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject");
        assertThat(servers.s3Users().refused()).isEmpty();
    }

    /** Before a pause, after which a sink closes the sessions that it does not use. */
    private static void requireEncryptedSessions() {
        await().atMost(TIME_TO_ACT).ignoreExceptions().untilAsserted(() -> {
            try (Connection superuser = servers.postgres().connectAsSuperuser("views");
                    Statement statement = superuser.createStatement();
                    ResultSet rows =
                            statement.executeQuery("SELECT count(*) FILTER (WHERE ssl), count(*) FROM pg_stat_ssl"
                                    + " JOIN pg_stat_activity USING (pid) WHERE usename = 'projector'")) {
                rows.next();
                assertThat(rows.getInt(1)).isPositive().isEqualTo(rows.getInt(2));
            }
        });
    }

    /** By the raw topic, the schedules, the sink, its queue and the redrive. */
    private static void renewsASubscriptionAlsoAfterARefusal() throws Exception {
        try (Connection service = asService();
                Statement sql = service.createStatement();
                Connection root = servers.mysql().connectAsRoot();
                Statement table = root.createStatement()) {
            // A view that is empty cannot be told from one that was emptied.
            sql.executeUpdate("INSERT INTO shop.subscriptions (id, customer_id, price, next_payment_at)"
                    + " VALUES (2, 7, 5.00, '2020-01-31 10:00:00')");
            awaitMySql("SELECT CONCAT_WS(',', renewals, spent) FROM views.subscription_renewals", "1,5.00");
            table.execute("ALTER TABLE views.subscription_renewals MODIFY spent DECIMAL(3, 2) NOT NULL");
            sql.executeUpdate("INSERT INTO shop.subscriptions (id, customer_id, price, next_payment_at)"
                    + " VALUES (1, 7, 19.90, '2020-01-31 10:00:00')");
            awaitMySql("SELECT COUNT(*) FROM views.millrace_held WHERE connector = 'renewals'", "1");
            table.execute("ALTER TABLE views.subscription_renewals MODIFY spent DECIMAL(20, 2) NOT NULL");
        }
        awaitMySql(
                "SELECT CONCAT_WS(',', renewals, spent) FROM views.subscription_renewals WHERE subscription_id = 1",
                "1,19.90");
    }

    /** The bucket is a folder of the server's machine. */
    private static void recoversWhatWasSpooled() throws Exception {
        Path spool = servers.payloadObjects().resolve("spool");
        try (SpoolStore store = SpoolStore.open(Map.of("spool.store", "file:" + spool));
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        servers.kafkaClient("broker"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            new SpooledEvents(store, "visits").store("shop.visits", "visit");
            TopicPartition partition = new TopicPartition("shop.visits", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<String> values = new ArrayList<>();
            await().atMost(TIME_TO_ACT).untilAsserted(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(new String(record.value(), UTF_8)));
                assertThat(values).containsExactly("visit");
            });
            await().atMost(TIME_TO_ACT)
                    .untilAsserted(() -> assertThat(store.list().incarnations().values())
                            .allSatisfy(waiting -> assertThat(waiting.objects()).isEmpty()));
        }
    }

    @Test
    @Order(2)
    void browsersGetEventsOverTls() throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(servers.tls()).build();
        HttpRequest ready = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + CHANNELS_PORT + "/ready"))
                .build();
        // The task has read its topic, by its group.
        await().atMost(TIME_TO_ACT)
                .until(() -> client.send(ready, BodyHandlers.ofString()).statusCode() == 200);
        HttpRequest withoutToken = HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + CHANNELS_PORT + "/channels?channel=order:1"))
                .build();
        assertThat(client.send(withoutToken, BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
    }

    @Test
    @Order(2)
    void nobodyIsLetInUnencryptedOrUnknown() throws Exception {
        String mysql = "jdbc:mysql://127.0.0.1:" + servers.mysql().port() + "/views?sslMode=DISABLED"
                + "&allowPublicKeyRetrieval=true";
        assertThatThrownBy(() -> DriverManager.getConnection(
                                mysql, "projector", servers.secrets().password("projector"))
                        .close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("insecure transport");
        assertThatThrownBy(() -> DriverManager.getConnection(
                                servers.postgres().jdbcUrl("views") + "?sslmode=disable",
                                "projector",
                                servers.secrets().password("projector"))
                        .close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("no encryption");
        Map<String, Object> plain = Map.of(
                "bootstrap.servers",
                servers.broker().bootstrapServers(),
                "default.api.timeout.ms",
                5000,
                "request.timeout.ms",
                4000);
        try (Admin admin = Admin.create(plain)) {
            assertThatThrownBy(() -> admin.listTopics().names().get()).isInstanceOf(ExecutionException.class);
        }
    }

    @ParameterizedTest
    @Order(3)
    @CsvSource(
            delimiter = '|',
            value = {
                "21-order-status | connection.url | truststore.p12 | stranger.p12",
                "22-products     | connection.url | ca.pem         | stranger.pem",
                "11-shop-media   | database.ssl.truststore | truststore.p12 | stranger.p12",
            })
    void aServerOfAnotherAuthorityIsNotTrusted(String file, String option, String trusted, String other)
            throws Exception {
        ObjectNode body = servers.connector(file);
        config(body).put(option, config(body).path(option).asText().replace(trusted, other));

        assertThat(refusal(body).getMessage())
                .containsAnyOf("Communications link failure", "SSL error", "Failed to establish connection");
    }

    @Test
    @Order(3)
    void rulesAreHeldAgainstTheTablesOfAVerifiedServerAlone() throws Exception {
        ObjectNode body = servers.connector("10-shop-source");
        config(body).put("events.rule.2", "OrderPaid; table: shop.orders; on: update; when: after.statsu == 'PAID'");
        assertThat(refusal(body).getMessage()).contains("unknown column 'statsu'");

        // The password is not shown to a server that is not verified, so the table is not known.
        config(body).put("database.ssl.truststore", servers.secrets().folder() + "/stranger.p12");
        ANSWERS.add(rest.validate("io.millrace.connectors.event.EventSourceConnector", config(body))
                .toString());
        assertThat(Files.readString(servers.logs().get(0)))
                .contains("Checking the rules against the table shop.orders failed");
    }

    @ParameterizedTest
    @Order(4)
    @CsvSource(
            delimiter = '|',
            value = {
                "debezium  | INSERT INTO shop.orders (customer_id) VALUES (1)",
                "debezium  | UPDATE shop.orders SET version = version",
                "debezium  | DELETE FROM shop.outbox",
                "debezium  | DROP TABLE shop.outbox",
                "debezium  | SELECT * FROM views.order_status",
                "debezium  | SELECT * FROM mysql.user",
                "debezium  | CREATE USER 'x'@'%'",
                "projector | SELECT * FROM shop.orders",
                "projector | INSERT INTO shop.orders (customer_id) VALUES (1)",
                "projector | CREATE TABLE shop.x (id INT)",
                "projector | DROP TABLE views.order_status",
                "projector | ALTER TABLE views.order_status ADD COLUMN x INT",
                "projector | SELECT * FROM mysql.user",
                "projector | FLUSH TABLES",
                "projector | SHOW MASTER STATUS",
                "reader    | INSERT INTO views.installed_apps (site_id, app_id) VALUES (1, 'x')",
                "reader    | DELETE FROM views.millrace_ledger",
                "reader    | CREATE TABLE views.x (id INT)",
                "reader    | SELECT * FROM shop.orders",
                "service   | DROP TABLE shop.orders",
                "service   | SELECT * FROM views.order_status",
                "service   | SHOW BINARY LOGS",
            })
    void aUserOfMySqlMayDoNoMore(String name, String sql) throws Exception {
        String user = Map.of("reader", "order_queries", "service", "shop").getOrDefault(name, name);
        try (Connection connection = servers.mysqlAs(user, servers.secrets().password(name));
                Statement statement = connection.createStatement()) {
            SQLException refusal = catchThrowableOfType(SQLException.class, () -> statement.execute(sql));
            assertThat((Throwable) refusal).isNotNull();
            // Access denied: to a database, to a table, for want of a privilege.
            assertThat(refusal.getErrorCode()).isIn(1044, 1142, 1227);
        }
    }

    @ParameterizedTest
    @Order(4)
    @CsvSource(
            delimiter = '|',
            value = {
                "projector     | projector | CREATE ROLE x",
                "projector     | projector | CREATE DATABASE x",
                "projector     | projector | CREATE SCHEMA x",
                "projector     | projector | SELECT * FROM pg_authid",
                "order_queries | reader    | DELETE FROM products",
                "order_queries | reader    | CREATE TABLE x (id bigint)",
            })
    void aUserOfPostgresMayDoNoMore(String user, String password, String sql) throws Exception {
        try (Connection connection = servers.postgresAs(user, servers.secrets().password(password));
                Statement statement = connection.createStatement()) {
            statement.executeQuery("SELECT count(*) FROM products").close();
            SQLException refusal = catchThrowableOfType(SQLException.class, () -> statement.execute(sql));
            assertThat((Throwable) refusal).isNotNull();
            assertThat(refusal.getSQLState()).isEqualTo("42501");
        }
    }

    @ParameterizedTest
    @Order(4)
    @CsvSource({
        "shop-views, shop.orders",
        "shop-views, connect-configs",
        "shop-views, renewals.retry",
        "shop-source, renewals.retry",
        "shop-source, order-status.dlq",
        "shop-source, connect-configs",
        "shop-channels, shop.orders",
        "connect, shop.orders"
    })
    void aUserOfKafkaWritesNoOtherTopic(String user, String topic) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(servers.kafkaClient(user), new ByteArraySerializer(), new ByteArraySerializer())) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, new byte[0]))
                            .get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(AuthorizationException.class);
        }
    }

    @ParameterizedTest
    @Order(4)
    @CsvSource({
        "shop-views, connect-configs",
        "shop-source, connect-configs",
        "shop-channels, shop.products",
        "connect, shop.orders"
    })
    void aUserOfKafkaReadsNoOtherTopic(String user, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                servers.kafkaClient(user), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            assertThatThrownBy(() -> consumer.beginningOffsets(List.of(partition), TIME_TO_ACT))
                    .isInstanceOf(TopicAuthorizationException.class);
        }
    }

    @ParameterizedTest
    @Order(5)
    @CsvSource({
        "11-shop-media, database.password",
        "21-order-status, connection.password",
        "21-order-status, connection.ssl.truststore.password",
        "22-products, connection.password",
    })
    void aWrongPasswordIsRefusedAndNotRepeated(String file, String option) throws Exception {
        ObjectNode body = servers.connector(file);
        config(body).put(option, wrong("posted.password", servers.secrets().password("posted")));

        String connector = config(body).path("connector.class").asText();
        ANSWERS.add(rest.validate(connector, config(body)).toString());
        assertThat(refusal(body).getMessage()).containsAnyOf("Access denied", "authentication failed", "password");
    }

    @Test
    @Order(7)
    void aTaskFailsWithoutTellingThePasswordsOfDatabases() throws Exception {
        try (Connection root = servers.mysql().connectAsRoot();
                Statement sql = root.createStatement()) {
            List<String> users = List.of("debezium", "projector");
            for (String user : users) {
                sql.execute("ALTER USER '" + user + "'@'%' IDENTIFIED BY '"
                        + servers.secrets().password("changed") + "'");
            }
            rest.restart("shop-source");
            rest.restart("order-status");
            awaitFailed("shop-source");
            awaitFailed("order-status");
            for (String user : users) {
                sql.execute("ALTER USER '" + user + "'@'%' IDENTIFIED BY '"
                        + servers.secrets().password(user) + "'");
            }
        }
        // Others may have opened a connection in the meantime.
        for (String file : FILES) {
            rest.restart(name(file));
        }
        for (String file : FILES) {
            await().atMost(TIME_TO_ACT)
                    .untilAsserted(() -> assertThat(rest.status(name(file)).toString())
                            .doesNotContain("FAILED")
                            .contains("RUNNING"));
        }
        try (Connection service = asService();
                Statement sql = service.createStatement()) {
            sql.executeUpdate("UPDATE shop.orders SET status = 'SHIPPED', version = 3 WHERE id = 1");
        }
        awaitMySql("SELECT status FROM views.order_status WHERE order_id = 1", "SHIPPED");
    }

    @Test
    @Order(6)
    void aTaskFailsWithoutTellingThePasswordsOfPayloads() throws Exception {
        Path folder = servers.secrets().folder();
        wrong(
                "wrong.jaas",
                servers.secrets()
                        .jaas("shop-views")
                        .replace(
                                servers.secrets().password("shop-views"),
                                servers.secrets().password("jaas")));
        wrong("wrong.key", servers.secrets().password("key"));
        ObjectNode documents = config(servers.connector("23-site-documents"));
        ObjectNode products = config(servers.connector("22-products"));
        documents
                .put("payload.kafka.sasl.jaas.config", "${secret:" + folder + ":wrong.jaas}")
                .put("payload.retry.timeout.ms", "1000")
                .put("retry.timeout.ms", "1000")
                .put("errors.tolerance", "none");
        products.put("transforms.image.payload.s3.secret.access.key", "${secret:" + folder + ":wrong.key}")
                .put("transforms.image.payload.retry.timeout.ms", "1000")
                .put("errors.tolerance", "none");
        rest.put("site-documents", documents);
        rest.put("products", products);
        try (Connection service = asService()) {
            insertProduct(service, 2);
            insertSite(service, 2);
        }
        awaitFailed("site-documents");
        awaitFailed("products");

        rest.put("site-documents", config(servers.connector("23-site-documents")));
        rest.put("products", config(servers.connector("22-products")));
        awaitStored(2);
    }

    @Test
    @Order(8)
    void noSecretIsAnywhere() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        List<String> paths = new ArrayList<>(List.of("/connectors?expand=info&expand=status", "/connector-plugins"));
        for (String name : rest.connectors()) {
            for (String part : List.of("", "/config", "/tasks", "/status", "/offsets", "/topics")) {
                paths.add("/connectors/" + name + part);
            }
        }
        for (String path : paths) {
            ANSWERS.add(client.send(
                            HttpRequest.newBuilder(URI.create(rest.address() + path))
                                    .build(),
                            BodyHandlers.ofString())
                    .body());
        }
        for (String file : FILES) {
            ObjectNode config = config(servers.connector(file));
            ANSWERS.add(rest.validate(config.path("connector.class").asText(), config)
                    .toString());
        }

        assertThat(servers.secrets()
                        .in(Files.readAllBytes(servers.secrets().folder().resolve("s3-writer.properties"))))
                .as("what is looked for is found where it is")
                .containsExactly("s3");
        for (String answer : ANSWERS) {
            assertThat(servers.secrets().in(answer.getBytes(StandardCharsets.UTF_8)))
                    .as(answer)
                    .isEmpty();
        }
        for (Path log : servers.logs()) {
            byte[] content = Files.readAllBytes(log);
            assertThat(servers.secrets().in(content)).as(() -> lines(log)).isEmpty();
        }
        assertThat(Files.readString(servers.logs().get(0)))
                .contains("sasl.jaas.config = [hidden]", "SignatureDoesNotMatch");
        // Otherwise what is said at this level was not searched.
        assertThat(client.send(
                                HttpRequest.newBuilder(URI.create(rest.address() + "/admin/loggers/io.millrace"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body())
                .contains("DEBUG");
        byte[] topics = everythingInKafka();
        assertThat(new String(topics, StandardCharsets.ISO_8859_1)).contains("${secret:", "FAILED", "OrderPaid");
        assertThat(servers.secrets().in(topics)).isEmpty();
    }

    private static String lines(Path log) {
        try {
            return String.join(
                    "\n",
                    Files.readAllLines(log).stream()
                            .filter(line -> !servers.secrets()
                                    .in(line.getBytes(StandardCharsets.UTF_8))
                                    .isEmpty())
                            .toList());
        } catch (IOException e) {
            return log + ": " + e;
        }
    }

    private static byte[] everythingInKafka() throws Exception {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                servers.kafkaClient("broker"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.listTopics().values().stream()
                    .flatMap(List::stream)
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .filter(partition -> !partition.topic().startsWith("__"))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    for (byte[] part : new byte[][] {record.key(), record.value()}) {
                        content.writeBytes(part == null ? new byte[0] : part);
                    }
                    record.headers().forEach(header -> {
                        content.writeBytes(header.key().getBytes(StandardCharsets.UTF_8));
                        content.writeBytes(header.value() == null ? new byte[0] : header.value());
                    });
                });
            }
        }
        return content.toByteArray();
    }

    /** Writes a secret that is wrong, and returns how a configuration names it. */
    private static String wrong(String file, String secret) throws IOException {
        servers.secrets().write(file, secret);
        return "${secret:" + servers.secrets().folder() + ":" + file + "}";
    }

    private static ConnectRestException refusal(ObjectNode body) {
        body.put("name", body.path("name").asText() + "-refused");
        ConnectRestException refusal = catchThrowableOfType(ConnectRestException.class, () -> rest.post(body));
        assertThat(refusal).isNotNull();
        assertThat(refusal.status()).isEqualTo(400);
        ANSWERS.add(refusal.getMessage());
        return refusal;
    }

    private static void awaitFailed(String name) {
        await().atMost(TIME_TO_ACT).untilAsserted(() -> {
            String status = rest.status(name).toString();
            assertThat(status).contains("FAILED", "trace");
            ANSWERS.add(status);
        });
    }

    private static void awaitMySql(String query, String expected) {
        await().atMost(TIME_TO_ACT).untilAsserted(() -> {
            assertAllRun();
            try (Connection reader =
                            servers.mysqlAs("order_queries", servers.secrets().password("reader"));
                    Statement statement = reader.createStatement();
                    ResultSet rows = statement.executeQuery(query)) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo(expected);
            }
        });
    }

    /** A customer who is registered earlier has no country's name in the view. */
    private static void awaitCountries() {
        TopicPartition countries = new TopicPartition("shop.countries", 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                servers.kafkaClient("shop-views"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            // Before the topic exists, the user may not create it.
            await("the countries").atMost(TIME_TO_ACT).ignoreExceptions().untilAsserted(() -> assertThat(
                            consumer.endOffsets(List.of(countries), TIME_TO_ACT))
                    .allSatisfy((partition, end) -> assertThat(end).isGreaterThanOrEqualTo(6)));
        }
    }

    private static void awaitStored(int id) {
        awaitMySql(
                "SELECT JSON_LENGTH(document) + LENGTH(document->>'$.pages[0]') FROM views.site_documents WHERE"
                        + " site_id = "
                        + id,
                Integer.toString(1 + "a page ".length() * 20_000));
        await().atMost(TIME_TO_ACT).untilAsserted(() -> {
            assertAllRun();
            try (Connection reader = servers.postgresAs(
                            "order_queries", servers.secrets().password("reader"));
                    Statement statement = reader.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT image FROM products WHERE product_id = " + id)) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getBytes(1)).isEqualTo(IMAGE);
            }
        });
    }

    private static void assertAllRun() throws IOException {
        for (String file : FILES) {
            assertThat(rest.status(name(file)).toString()).doesNotContain("FAILED");
        }
    }

    private static Connection asService() throws SQLException {
        return servers.mysqlAs("shop", servers.secrets().password("service"));
    }

    private static void insertProduct(Connection service, int id) throws SQLException {
        try (PreparedStatement insert = service.prepareStatement(
                "INSERT INTO shop.products (id, sku, name, price, image) VALUES (?, ?, 'lamp', 9.90, ?)")) {
            insert.setInt(1, id);
            insert.setString(2, "sku-" + id);
            insert.setBytes(3, IMAGE);
            insert.executeUpdate();
        }
    }

    private static void insertSite(Connection service, int id) throws SQLException {
        try (PreparedStatement insert =
                service.prepareStatement("INSERT INTO shop.sites (id, name, document) VALUES (?, 'site', ?)")) {
            insert.setInt(1, id);
            insert.setString(2, DOCUMENT);
            insert.executeUpdate();
        }
    }

    private static String name(String file) {
        return Path.of(file).getFileName().toString().substring(3);
    }

    private static ObjectNode config(ObjectNode body) {
        return (ObjectNode) body.path("config");
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
