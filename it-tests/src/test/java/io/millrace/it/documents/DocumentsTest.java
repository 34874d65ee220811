package io.millrace.it.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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
    static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z]+[A-Za-z]*)`");
    /** Where a link leads: a file, a heading behind #, or both. Not what has a scheme. */
    private static final Pattern LINK = Pattern.compile("\\]\\((?![a-z]+:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");

    private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```|`[^`\\n]*`");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```.*?^ *```");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");

    private static final Pattern FIGURE = Pattern.compile("\\d{1,3},\\d{3}");

    /** Types of Kafka and Debezium that the architecture speaks of. */
    private static final Set<String> OTHERS =
            Set.of("SourceRecord", "NullPointerException", "EventRouter", "JsonConverter");

    /** Every document of the project; what is built, hidden, or put into other documents is left out. */
    static List<Path> documents() throws IOException {
        Path templates = PROJECT.resolve("it-tests/src/test/reference");
        List<Path> documents = new ArrayList<>();
        Files.walkFileTree(PROJECT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean skipped = name.equals("target") || name.startsWith(".") || folder.equals(templates);
                return skipped && !folder.equals(PROJECT) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".md")) {
                    documents.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        documents.sort(Comparator.naturalOrder());
        return documents;
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
    void linksLeadToFilesAndHeadings(Path document) throws IOException {
        Matcher link = LINK.matcher(CODE.matcher(Files.readString(document)).replaceAll("`code`"));
        while (link.find()) {
            Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
            assertThat(target).exists();
            if (link.group(2) != null) {
                assertThat(anchors(target)).as("headings of %s", target).contains(link.group(2));
            }
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

    @Test
    void headingsHaveTheAnchorsThatGitHubGivesThem() {
        assertThat(anchor("What keeps a view right")).isEqualTo("what-keeps-a-view-right");
        assertThat(anchor("`payload.s3.sse` to `x`")).isEqualTo("payloads3sse-to-x");
        assertThat(anchor("Fields: ClaimCheck, RestorePayload")).isEqualTo("fields-claimcheck-restorepayload");
    }

    private static Set<String> anchors(Path document) throws IOException {
        Set<String> anchors = new TreeSet<>();
        Matcher heading =
                HEADING.matcher(BLOCK.matcher(Files.readString(document)).replaceAll(""));
        while (heading.find()) {
            String anchor = anchor(heading.group(1));
            // The second heading of a name gets a number.
            int same = 0;
            while (!anchors.add(same == 0 ? anchor : anchor + "-" + same)) {
                same++;
            }
        }
        return anchors;
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    static Set<String> types() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT)) {
            return files.filter(file -> file.toString().contains("/src/"))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()))
                    .collect(Collectors.toSet());
        }
    }
}
