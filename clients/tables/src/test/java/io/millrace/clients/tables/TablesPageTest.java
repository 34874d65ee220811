package io.millrace.clients.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tables.TableMXBean;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/tables.md: its snippets are sources that {@link TablesIT} runs, and its metrics are those of the MBean. */
class TablesPageTest {
    private static final Path PAGE = Path.of("../../docs/tables.md");
    private static final Path SOURCES = Path.of("src/test/java/io/millrace/clients/tables/guide/CountryTables.java");

    @Test
    void thePageShowsTheSourcesOfTheTests() throws IOException {
        String page = Files.readString(PAGE);
        List<String> snippets = snippets();
        assertThat(snippets).hasSize(6).allSatisfy(snippet -> assertThat(page).contains("```java\n" + snippet + "```"));
        assertThat(page.split("```java\n", -1)).hasSize(snippets.size() + 1);
        String readme = Files.readString(Path.of("README.md"));
        String snippet = readme.substring(readme.indexOf("```java\n") + 8);
        assertThat(snippets).contains(snippet.substring(0, snippet.indexOf("```")));
    }

    @Test
    void thePageListsTheAttributesOfTheMBean() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(TableMXBean.class.getMethods()).hasSize(8).allSatisfy(method -> assertThat(page)
                .contains("| `" + method.getName().substring("get".length()) + "` |"));
    }

    private static List<String> snippets() throws IOException {
        List<String> snippets = new ArrayList<>();
        for (String part : Arrays.asList(Files.readString(SOURCES).split(" {4}// page: [^\n]*\n", -1)).stream()
                .skip(1)
                .toList()) {
            snippets.add(part.substring(0, part.indexOf("    // end\n"))
                            .stripTrailing()
                            .stripIndent() + "\n");
        }
        return snippets;
    }
}
