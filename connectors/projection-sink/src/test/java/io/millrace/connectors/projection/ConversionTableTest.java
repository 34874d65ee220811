package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.changes.SemanticType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of conversions and its page. */
class ConversionTableTest {
    private static final Path PAGE = Path.of("../../docs/conversions.md");

    @Test
    void thePageIsTheTable() throws IOException {
        if (Boolean.getBoolean("millrace.generate") || "".equals(System.getProperty("millrace.generate"))) {
            Files.writeString(PAGE, ConversionTable.page());
        }
        assertThat(Files.readString(PAGE))
                .as("generate it with mvn test -pl connectors/projection-sink -am -Dtest=ConversionTableTest"
                        + " -Dmillrace.generate")
                .isEqualTo(ConversionTable.page());
    }

    @Test
    void everyRowHasValuesAndEveryValueARow() {
        Set<String> sources = new TreeSet<>();
        SourceType.names().forEach(sources::add);

        assertThat(ConversionTable.rows().keySet()).containsExactlyInAnyOrderElementsOf(sources);
    }

    @Test
    void everySemanticTypeHasARow() {
        Set<String> schemas = ConversionTable.rows().keySet().stream()
                .flatMap(source -> SourceType.samples(source).stream())
                .filter(sample -> sample.schema() != null && sample.schema().name() != null)
                .map(sample -> sample.schema().name())
                .collect(Collectors.toSet());

        for (SemanticType type : SemanticType.values()) {
            assertThat(schemas).contains(type.schemaName());
        }
    }
}
