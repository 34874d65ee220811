package io.millrace.it.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.testing.servers.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the image is built of, and the compose file beside it. */
class ImageContextIT {
    private static final Path CONTEXT =
            Path.of(System.getProperty("millrace.it.image-context", "../deploy/image/target/context"));
    private static final Path COMPOSE = Path.of("../deploy/image/compose.yaml");
    private static final Path CONNECT_CONFIGS = Path.of("../connect-configs");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([A-Z0-9_]+)}");

    @Test
    void billsOfMaterialsHaveEveryLibrary() throws IOException {
        List<Path> bills = files(CONTEXT.resolve("millrace/sbom"), ".cdx.json");
        assertThat(bills).as("Maven makes them when it is online").hasSize(3);
        Set<String> components = new TreeSet<>();
        for (Path bill : bills) {
            JsonNode json = new ObjectMapper().readTree(bill.toFile());
            components.add(jarOf(json.at("/metadata/component")));
            json.path("components").forEach(component -> components.add(jarOf(component)));
        }

        assertThat(libraries()).isNotEmpty().isSubsetOf(components);
    }

    private static String jarOf(JsonNode component) {
        return component.path("name").asText() + "-" + component.path("version").asText() + ".jar";
    }

    @Test
    void namesTheLicenceOfEveryLibraryOfDebezium() throws IOException {
        String licences = Files.readString(CONTEXT.resolve("millrace/licenses/THIRD-PARTY.md"));

        assertThat(files(CONTEXT.resolve("plugins/debezium-connector-mysql"), ".jar"))
                .isNotEmpty()
                .allSatisfy(jar -> assertThat(licences)
                        .contains("`" + jar.getFileName().toString().replaceFirst("-\\d.*", "") + "`"));
    }

    @Test
    void everyFileHasOneTimeSoThatALayerDependsOnItsContentAlone() throws IOException {
        Set<FileTime> times = new TreeSet<>();
        for (Path file : files(CONTEXT, "")) {
            times.add(Files.getLastModifiedTime(file));
        }

        assertThat(times).hasSize(1);
    }

    @Test
    void composeGivesTheWorkerEveryVariableThatTheConnectorsName() throws IOException {
        String compose = Files.readString(COMPOSE);
        Set<String> missing = new TreeSet<>();
        for (Path config : files(CONNECT_CONFIGS, ".json")) {
            Matcher variable = VARIABLE.matcher(Files.readString(config));
            while (variable.find()) {
                if (!compose.contains("\n      " + variable.group(1) + ": ")) {
                    missing.add(variable.group(1));
                }
            }
        }

        assertThat(missing).isEmpty();
    }

    /** The command's libraries are those of the base image and of the plugins, whose licences are stated there, or are named. */
    @Test
    void namesTheLicenceOfEveryLibraryOfTheCommand() throws IOException {
        String licences = Files.readString(CONTEXT.resolve("millrace/licenses/THIRD-PARTY.md"));
        Set<String> stated = new TreeSet<>(namesOf(CONTEXT.resolve("plugins")));
        stated.addAll(namesOf(Installation.locate().root().resolve("kafka")));

        assertThat(namesOf(CONTEXT.resolve("millrace/tools/lib")))
                .contains("millrace-tools", "kafka-clients")
                .allSatisfy(name -> assertThat(stated.contains(name) || licences.contains("`" + name + "`"))
                        .as(name)
                        .isTrue());
    }

    private static Set<String> namesOf(Path folder) throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path jar : files(folder, ".jar")) {
            names.add(jar.getFileName().toString().replaceFirst("-\\d.*", ""));
        }
        return names;
    }

    private static Set<String> libraries() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String folder : List.of("plugins", "millrace/tools/lib")) {
            files(CONTEXT.resolve(folder), ".jar")
                    .forEach(jar -> names.add(jar.getFileName().toString()));
        }
        return names;
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }
}
