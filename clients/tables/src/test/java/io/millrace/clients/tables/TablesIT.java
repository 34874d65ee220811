package io.millrace.clients.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.millrace.clients.tables.guide.Country;
import io.millrace.clients.tables.guide.CountryTables;
import io.millrace.tables.TablePosition;
import io.millrace.tables.TableState;
import io.millrace.tables.TopicTable;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The snippets of docs/tables.md, and what the page promises of writers, on a real broker. */
class TablesIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TOPIC = "shop.countries";
    private static final Country GERMANY = new Country("Germany", "Europe", 83_000_000L, true, "x".repeat(1_000));
    private static final Country ATLANTIS = new Country("Atlantis", null, null, true, "x".repeat(1_000));

    private static KafkaBroker broker;
    private static Admin admin;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.start(Installation.locate(), ServerDirectories.newDirectory("clients"), Map.of());
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void createTopic() throws Exception {
        if (admin.listTopics().names().get().contains(TOPIC)) {
            admin.deleteTopics(Set.of(TOPIC)).all().get();
        }
        admin.createTopics(List.of(new NewTopic(TOPIC, 3, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                .all()
                .get();
    }

    private static TopicTable<String, Country> openCountries() throws InterruptedException {
        TopicTable<String, Country> countries =
                CountryTables.openCountries(broker.bootstrapServers(), Country.DESERIALIZER);
        assertThat(countries.awaitReady(SOON)).isTrue();
        return countries;
    }

    private static TableWriter<String, Country> openWriter() {
        return CountryTables.openWriter(broker.bootstrapServers(), Country.SERIALIZER);
    }

    @Test
    void aServiceReadsWhatItWrote() throws Exception {
        try (TopicTable<String, Country> countries = openCountries();
                TableWriter<String, Country> writer = openWriter()) {
            assertThat(CountryTables.nameOf(countries, "DE")).isEqualTo("DE");
            assertThat(CountryTables.rename(countries, writer, "DE", GERMANY)).isTrue();
            assertThat(CountryTables.nameOf(countries, "DE")).isEqualTo("Germany");
            assertThat(countries.get("DE")).isEqualTo(GERMANY);
            assertThat(countries.await(writer.delete("DE"), SOON)).isTrue();
            assertThat(countries.get("DE")).isNull();
        }
    }

    @Test
    void manyWritesAreInTheOrderOfTheirCalls() throws Exception {
        try (TopicTable<String, Country> countries = openCountries();
                TableWriter<String, Country> writer = openWriter()) {
            List<CompletableFuture<TablePosition>> written = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                written.add(writer.putAsync("key " + i % 20, new Country("name " + i, null, null, true, "")));
            }
            written.add(writer.deleteAsync("key 0"));
            writer.flush();
            assertThat(written).allSatisfy(one -> assertThat(one).isCompleted());
            for (CompletableFuture<TablePosition> one : written) {
                assertThat(countries.await(one.join(), SOON)).isTrue();
            }
            assertThat(countries.size()).isEqualTo(19);
            for (int i = 1; i < 20; i++) {
                assertThat(CountryTables.nameOf(countries, "key " + i)).isEqualTo("name " + (180 + i));
            }
        }
    }

    @Test
    void aTableKeepsTheFieldsThatAServiceNeeds() throws Exception {
        try (TableWriter<String, Country> writer = openWriter()) {
            writer.put("DE", GERMANY);
            writer.put("AT", ATLANTIS);
            writer.put("XX", new Country("nowhere", null, null, false, ""));
        }
        try (TopicTable<String, Row> countries =
                CountryTables.openRows(broker.bootstrapServers(), Country.DESERIALIZER)) {
            assertThat(countries.awaitReady(SOON)).isTrue();
            assertThat(countries.size()).isEqualTo(2);
            assertThat(CountryTables.populationOf(countries, "DE")).isEqualTo(83_000_000);
            assertThat(CountryTables.populationOf(countries, "AT")).isZero();
            assertThat(CountryTables.populationOf(countries, "XX")).isZero();
            Row germany = countries.get("DE");
            assertThat(germany.text("name")).isEqualTo("Germany");
            assertThat(germany.text("region")).isEqualTo("Europe");
            // The descriptions have 2,000 bytes.
            assertThat(countries.status().bytes()).isLessThan(400);
        }
    }

    @Test
    void aTransactionIsVisibleAfterItsCommit() throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "countries");
        try (TopicTable<String, Country> countries = openCountries();
                KafkaProducer<String, Country> producer =
                        new KafkaProducer<>(settings, new StringSerializer(), Country.SERIALIZER)) {
            producer.initTransactions();
            TableWriter<String, Country> writer = TableWriter.using(producer, TOPIC);
            producer.beginTransaction();
            TablePosition written = writer.put("DE", GERMANY);
            assertThat(countries.await(written, Duration.ofSeconds(1))).isFalse();
            assertThat(countries.get("DE")).isNull();
            producer.commitTransaction();
            assertThat(countries.await(written, SOON)).isTrue();
            assertThat(countries.get("DE")).isEqualTo(GERMANY);

            TablePosition moved = CountryTables.move(producer, TOPIC, "DE", "D", GERMANY);
            assertThat(countries.await(moved, SOON)).isTrue();
            assertThat(countries.get("D")).isEqualTo(GERMANY);
            await().atMost(SOON).until(() -> countries.get("DE") == null);
        }
    }

    @Test
    void aListenerGetsTheContentAndThenTheChanges() throws Exception {
        Map<String, String> codesByName = new ConcurrentHashMap<>();
        try (TopicTable<String, Country> countries = openCountries();
                TableWriter<String, Country> writer = openWriter()) {
            countries.await(writer.put("DE", GERMANY), SOON);
            CountryTables.follow(countries, codesByName);
            await().atMost(SOON).until(() -> codesByName.equals(Map.of("Germany", "DE")));
            writer.put("DE", new Country("Allemagne", null, null, true, ""));
            writer.put("AT", ATLANTIS);
            await().atMost(SOON).until(() -> codesByName.equals(Map.of("Allemagne", "DE", "Atlantis", "AT")));
            writer.delete("AT");
            await().atMost(SOON).until(() -> codesByName.equals(Map.of("Allemagne", "DE")));
        }
    }

    @Test
    void aProbeHasTheReason() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        admin.deleteTopics(Set.of(TOPIC)).all().get();
        try (TopicTable<String, Country> countries =
                CountryTables.openCountries(broker.bootstrapServers(), Country.DESERIALIZER)) {
            CountryTables.serveProbes(server, countries);
            server.start();
            await().atMost(SOON).untilAsserted(() -> assertThat(ask(server, "/ready"))
                    .isEqualTo("503 LOADING the topic does not exist"));
            assertThat(ask(server, "/alive")).startsWith("200 LOADING");
            admin.createTopics(List.of(
                            new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("cleanup.policy", "compact,delete"))))
                    .all()
                    .get();
            await().atMost(SOON).untilAsserted(() -> assertThat(ask(server, "/alive"))
                    .startsWith("503 FAILED the topic has cleanup.policy=compact,delete, expected compact"));
            assertThat(countries.status().state()).isEqualTo(TableState.FAILED);
        } finally {
            server.stop(0);
        }
    }

    private static String ask(HttpServer server, String path) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                        + server.getAddress().getPort() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    @Test
    void aWriterReportsWhatItCannotWrite() {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (TableWriter<String, Country> writer =
                TableWriter.open(settings, TOPIC, new StringSerializer(), (topic, country) -> {
                    throw new SerializationException("not a country");
                })) {
            assertThatThrownBy(() -> writer.put("DE", GERMANY)).isInstanceOf(SerializationException.class);
        }
        assertThatThrownBy(() -> TableWriter.open(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "id"),
                        TOPIC,
                        new StringSerializer(),
                        Country.SERIALIZER))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("TableWriter.using");
    }
}
