package io.millrace.testing.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.architecture.Modules.Module;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What plain services link against changes only on purpose: the public interface of these packages is compared with a file
 * in {@code src/test/api}. A line that a change removes breaks a service that uses it.
 */
class PublicApiTest {
    private static final String COMMAND = "mvn -q test -pl testing/architecture -am -Dtest=PublicApiTest"
            + " -Dmillrace.generate -Dsurefire.failIfNoSpecifiedTests=false";

    /** A library for services, and the packages that they use. A new library is a line here. */
    enum Library {
        CONVERTERS("converters", "io.millrace.converters"),
        PAYLOADS("common/payloads", "io.millrace.payloads"),
        CONTEXT("clients/context", "io.millrace.client.context", "io.millrace.client.context.httpserver"),
        CONTEXT_JDBC("clients/context-jdbc", "io.millrace.client.context.jdbc"),
        CONTEXT_KAFKA("clients/context-kafka", "io.millrace.client.context.kafka"),
        CONTEXT_SERVLET("clients/context-servlet", "io.millrace.client.context.servlet"),
        CONTEXT_HIBERNATE("clients/context-hibernate", "io.millrace.client.context.hibernate"),
        CONTEXT_JOOQ("clients/context-jooq", "io.millrace.client.context.jooq"),
        TABLES("common/tables", "io.millrace.tables"),
        CLIENT_TABLES("clients/tables", "io.millrace.clients.tables"),
        SPOOLING_PRODUCER("clients/spooling-producer", "io.millrace.clients.spooling");

        private final String folder;
        private final String packageNames;

        Library(String folder, String... packageNames) {
            this.folder = folder;
            this.packageNames = String.join(",", packageNames);
        }

        String describe() {
            Module module = Modules.ofTable().stream()
                    .filter(row -> row.folder().equals(folder))
                    .findFirst()
                    .orElseThrow();
            return PublicApi.describe(module, List.of(packageNames.split(",", -1)));
        }

        Path file() {
            return Modules.ROOT.resolve("testing/architecture/src/test/api").resolve(folder.replace('/', '-') + ".txt");
        }
    }

    @ParameterizedTest
    @EnumSource
    void staysAsItIsRecorded(Library library) throws IOException {
        String api = library.describe();
        if (System.getProperty("millrace.generate") != null) {
            Files.writeString(library.file(), api, StandardCharsets.UTF_8);
        }
        List<String> recorded = Files.exists(library.file()) ? Files.readAllLines(library.file()) : List.of();
        List<String> present = api.lines().toList();

        assertThat(differences(recorded, present))
                .as(
                        "changes of the public interface of %s (- breaks services, + is new). If they are meant, run %s,"
                                + " and add them to CHANGELOG.md",
                        library.folder, COMMAND)
                .isEmpty();
    }

    /** Lines that one of the texts has more often than the other, each with the type that it belongs to. */
    private static List<String> differences(List<String> recorded, List<String> present) {
        List<String> before = qualify(recorded);
        List<String> after = qualify(present);
        List<String> differences = new ArrayList<>();
        before.stream().filter(line -> !after.contains(line)).forEach(line -> differences.add("- " + line));
        after.stream().filter(line -> !before.contains(line)).forEach(line -> differences.add("+ " + line));
        return differences;
    }

    private static List<String> qualify(List<String> lines) {
        String type = "";
        List<String> qualified = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(" ")) {
                qualified.add(type + ": " + line.strip());
            } else {
                type = line;
                qualified.add(line);
            }
        }
        return qualified;
    }
}
