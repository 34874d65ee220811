package io.millrace.it.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents name is there. */
class DocumentsTest {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z]+[A-Za-z]*)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

    private static final Pattern FIGURE = Pattern.compile("\\d{1,3},\\d{3}");

    /** Types of Kafka and Debezium that the architecture speaks of. */
    private static final Set<String> OTHERS = Set.of("SourceRecord", "NullPointerException", "EventRouter");

    static List<Path> documents() throws IOException {
        try (Stream<Path> root = Files.list(PROJECT);
                Stream<Path> docs = Files.walk(PROJECT.resolve("docs"))) {
            return Stream.concat(root, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theArchitectureNamesTypesThatExist() throws IOException {
        Set<String> missing = new TreeSet<>();
        Matcher type = TYPE.matcher(Files.readString(PROJECT.resolve("ARCHITECTURE.md")));
        Set<String> types = types();
        while (type.find()) {
            if (!types.contains(type.group(1)) && !OTHERS.contains(type.group(1))) {
                missing.add(type.group(1));
            }
        }
        assertThat(types).hasSizeGreaterThan(50);
        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksLeadToFiles(Path document) throws IOException {
        Matcher link = LINK.matcher(Files.readString(document));
        while (link.find()) {
            assertThat(document.resolveSibling(link.group(1))).exists();
        }
    }

    @Test
    void theRunbookQuotesFiguresThatTheBenchmarksHave() throws IOException {
        String runbook = Files.readString(PROJECT.resolve("docs/runbook.md"));
        String benchmarks =
                Files.readString(PROJECT.resolve("docs/benchmarks.md")).replace(",", "");
        Matcher figure = FIGURE.matcher(runbook.substring(runbook.indexOf("## How large")));
        List<String> figures =
                figure.results().map(found -> found.group().replace(",", "")).toList();
        assertThat(figures).hasSizeGreaterThan(5).allSatisfy(each -> assertThat(benchmarks)
                .contains(each));
    }

    private static Set<String> types() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT)) {
            return files.filter(file -> file.toString().contains("/src/"))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }
}
