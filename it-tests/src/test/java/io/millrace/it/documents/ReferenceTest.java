package io.millrace.it.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.projection.write.ErrorHeaders;
import io.millrace.events.EventHeaders;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.Test;

/** The reference says what the plugins say. With the property {@value #WRITE} it is written anew instead. */
class ReferenceTest {
    private static final String WRITE = "millrace.reference.write";
    private static final String COMMAND =
            "mvn -q test -pl it-tests -am -Dtest=ReferenceTest -D" + WRITE + " -Dsurefire.failIfNoSpecifiedTests=false";
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    private final Reference reference = new Reference(PROJECT);

    @Test
    void pagesAreWhatThePluginsSay() throws IOException {
        Map<String, String> pages = reference.pages();
        if (System.getProperty(WRITE) != null) {
            write(pages);
        }
        assertThat(files()).as("pages; write them anew with: %s", COMMAND).isEqualTo(pages.keySet());
        for (Map.Entry<String, String> page : pages.entrySet()) {
            assertThat(reference.folder().resolve(page.getKey()))
                    .as("%s is stale; write it anew with: %s", page.getKey(), COMMAND)
                    .hasContent(page.getValue());
        }
    }

    @Test
    void everyPluginHasAPage() throws IOException {
        Set<String> plugins = new TreeSet<>();
        for (Class<?> kind :
                List.of(Transformation.class, Converter.class, SourceConnector.class, SinkConnector.class)) {
            for (URL services :
                    Collections.list(getClass().getClassLoader().getResources("META-INF/services/" + kind.getName()))) {
                new String(services.openStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(name -> name.startsWith("io.millrace.") && !name.startsWith("io.millrace.it."))
                        .forEach(name -> plugins.add(name.substring(name.lastIndexOf('.') + 1) + ".md"));
            }
        }

        assertThat(plugins).hasSizeGreaterThanOrEqualTo(8);
        assertThat(reference.pages()).containsKeys(plugins.toArray(String[]::new));
    }

    @Test
    void pagesNameTheHeadersThatTheCodeWrites() throws IOException, IllegalAccessException {
        Map<String, String> pages = reference.pages();
        for (String header : constants(EventHeaders.class, "ce_")) {
            assertThat(pages.get("ToOfficialEvent.md")).contains("`" + header + "`");
        }
        for (String header : constants(ErrorHeaders.class, "millrace.error.")) {
            assertThat(pages.get("ProjectionSinkConnector.md")).contains("`" + header + "`");
        }
    }

    @Test
    void nothingIsLeftToFillIn() throws IOException {
        reference.pages().forEach((name, page) -> assertThat(page).as(name).doesNotContain("${"));
    }

    @Test
    void contributingHasTheCommand() throws IOException {
        assertThat(PROJECT.resolve("CONTRIBUTING.md")).content().contains(COMMAND);
    }

    private static Set<String> constants(Class<?> type, String prefix) throws IllegalAccessException {
        Set<String> headers = new TreeSet<>();
        for (Field field : type.getFields()) {
            if (Modifier.isStatic(field.getModifiers())
                    && field.get(null) instanceof String header
                    && header.startsWith(prefix)) {
                headers.add(header);
            }
        }
        assertThat(headers).hasSizeGreaterThan(3);
        return headers;
    }

    private Set<String> files() throws IOException {
        try (Stream<Path> files = Files.list(reference.folder())) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private void write(Map<String, String> pages) throws IOException {
        for (String stale : files()) {
            Files.delete(reference.folder().resolve(stale));
        }
        for (Map.Entry<String, String> page : pages.entrySet()) {
            Files.writeString(reference.folder().resolve(page.getKey()), page.getValue());
        }
    }
}
