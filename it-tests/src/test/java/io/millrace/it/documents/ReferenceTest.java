package io.millrace.it.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.events.DeadLetterHeaders;
import io.millrace.events.EventHeaders;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.Test;

/** The reference says what the plugins say. */
class ReferenceTest {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

    private final Reference reference = new Reference(PROJECT);

    @Test
    void pagesAreWhatThePluginsSay() throws IOException {
        new GeneratedFiles(reference.folder(), reference.pages()).check();
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
        for (String header : constants(DeadLetterHeaders.class, "millrace.error.")) {
            assertThat(pages.get("ProjectionSinkConnector.md")).contains("`" + header + "`");
        }
    }

    @Test
    void nothingIsLeftToFillIn() throws IOException {
        reference.pages().forEach((name, page) -> assertThat(page).as(name).doesNotContain("${"));
    }

    @Test
    void contributingHasTheCommand() throws IOException {
        assertThat(PROJECT.resolve("CONTRIBUTING.md")).content().contains(GeneratedFiles.COMMAND);
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
}
