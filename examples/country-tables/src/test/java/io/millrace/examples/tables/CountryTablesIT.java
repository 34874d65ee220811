package io.millrace.examples.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The three services as processes on a real broker: what is written in one flows through the tables of all. */
class CountryTablesIT {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final Pattern ADDRESS = Pattern.compile("Answers at (http://127.0.0.1:\\d+)/");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final List<Process> PROCESSES = new ArrayList<>();

    private static Path directory;
    private static KafkaBroker broker;
    private static String countries;
    private static String places;

    @BeforeAll
    static void start() throws IOException {
        directory = ServerDirectories.newDirectory("country-tables");
        broker = KafkaBroker.start(Installation.locate(), directory.resolve("broker"), Map.of());
        launch("countries");
        launch("zones");
        launch("places");
        countries = awaitAddress("countries") + "/countries/";
        places = awaitAddress("places") + "/";
    }

    @AfterAll
    static void stop() throws InterruptedException {
        PROCESSES.forEach(Process::destroy);
        for (Process process : PROCESSES) {
            process.waitFor();
        }
        broker.close();
    }

    private static Process launch(String name) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CountryServices.class.getName(),
                name);
        builder.environment().putAll(Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(), "PORT", "0"));
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
        Process process = builder.start();
        PROCESSES.add(process);
        return process;
    }

    private static Path log(String name) {
        return directory.resolve(name + ".log");
    }

    private static String awaitAddress(String name) {
        Matcher address = ADDRESS.matcher("");
        await("the address in " + log(name)).atMost(SOON).until(() -> address.reset(Files.readString(log(name)))
                .find());
        return address.group(1);
    }

    private static String ask(String method, String address, String body) throws IOException, InterruptedException {
        HttpResponse<String> response = CLIENT.send(
                HttpRequest.newBuilder(URI.create(address))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body().strip();
    }

    private static void awaitPlace(String path, String expected) {
        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> assertThat(ask("GET", places + path, ""))
                .isEqualTo(expected));
    }

    @Test
    void aCountryFlowsThroughAllTablesAndSoDoesItsRemoval() throws Exception {
        assertThat(ask("PUT", countries + "DE", "Germany\nEurope/Berlin\nEurope/Busingen"))
                .startsWith("200 Written: reference.countries-");
        // The service reads what it wrote.
        assertThat(ask("GET", countries + "DE", "")).isEqualTo("200 Germany\nEurope/Berlin\nEurope/Busingen");
        awaitPlace("places/DE", "200 Germany\nEurope/Berlin DE\nEurope/Busingen DE");

        ask("PUT", countries + "CH", "Switzerland\nEurope/Zurich\nEurope/Busingen");
        awaitPlace("places/CH", "200 Switzerland\nEurope/Zurich CH\nEurope/Busingen CH,DE");
        awaitPlace("zones/Europe/Busingen", "200 CH,DE");

        assertThat(ask("DELETE", countries + "DE", "")).startsWith("200 Written");
        assertThat(ask("GET", countries + "DE", "")).isEqualTo("404 Not supported");
        awaitPlace("places/DE", "404 Not supported");
        awaitPlace("zones/Europe/Berlin", "404 Not supported");
        awaitPlace("zones/Europe/Busingen", "200 CH");
        assertThat(ask("GET", places + "ready", "")).startsWith("200 READY");
    }

    @Test
    void whatChangesWhileTheDerivationIsDownIsDerivedAfterItsStart() throws Exception {
        ask("PUT", countries + "JP", "Japan\nAsia/Tokyo");
        awaitPlace("zones/Asia/Tokyo", "200 JP");
        Process derivation = PROCESSES.get(1);
        derivation.destroyForcibly().waitFor();
        ask("DELETE", countries + "JP", "");
        ask("PUT", countries + "NZ", "New Zealand\nPacific/Auckland");
        PROCESSES.set(1, launch("zones"));
        awaitPlace("zones/Asia/Tokyo", "404 Not supported");
        awaitPlace("zones/Pacific/Auckland", "200 NZ");
    }

    @Test
    void aCountryThatIsNotValidIsRefused() throws Exception {
        assertThat(ask("PUT", countries + "FR", "France\nEurope/Pariss"))
                .startsWith("400 Expected the id of a time zone");
        assertThat(ask("PUT", countries + "FR", "")).startsWith("400 Expected a name");
        assertThat(ask("PUT", countries + "france", "France")).startsWith("400 Expected /countries/");
    }
}
