package io.millrace.it.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.documents.Troubleshooting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every entry of the page about symptoms is complete, and a test has each of its messages and of its remedies in code. */
class TroubleshootingTest {
    private static final int FEWEST_ENTRIES = 20;
    /** The languages of remedies that a test applies; the others are settings of a worker and commands of a shell. */
    private static final Pattern APPLIED = Pattern.compile("(?m)^ *```(json|sql)$");

    static List<Troubleshooting> entries() {
        return Troubleshooting.readAll();
    }

    @Test
    void thePageHasTheLikeliestSymptoms() {
        assertThat(entries())
                .hasSizeGreaterThanOrEqualTo(FEWEST_ENTRIES)
                .extracting(Troubleshooting::title)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void anEntryHasItsPartsInTheirOrder(Troubleshooting entry) {
        assertThat(entry.parts().keySet()).containsExactlyElementsOf(Troubleshooting.PARTS);
        assertThat(entry.parts().values()).allSatisfy(part -> assertThat(part).isNotBlank());
    }

    @ParameterizedTest
    @MethodSource("entries")
    void aTestHasEachMessageAndRemedy(Troubleshooting entry) throws IOException {
        String tests = String.join("\n", testSources());
        String title = Pattern.quote(entry.title());
        assertThat(tests).as("a test that names the entry").containsPattern("\"" + title);
        for (int message = 2; message <= entry.messages().size(); message++) {
            assertThat(tests)
                    .as("a test of message %d", message)
                    .containsPattern("\"" + title + "(\", | \\| )" + message + "\\b");
        }
        if (APPLIED.matcher(entry.parts().get("Remedy")).find()) {
            assertThat(tests)
                    .as("a test that applies the remedy")
                    .containsPattern("(Troubleshooting\\.(remedy|readOptions)\\(|String title = )\"" + title + "\"");
        }
    }

    @Test
    void aMessageIsFoundWhateverStandsForItsNames() {
        Pattern message = Troubleshooting.symptom("The topic was deleted and created again");

        assertThat(
                        "Cannot resume a-0: the topic was deleted and created again. Expected offset 1 (x);\nfound the offsets"
                                + " 0 to 2")
                .containsPattern(message);
        assertThat("Cannot resume a-0: the topic was deleted. Expected offset 1; found the offsets 0 to 2")
                .doesNotContainPattern(message);
    }

    /** The sources of tests that compare messages with the page. */
    private static List<String> testSources() throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> files = Files.walk(DocumentsTest.PROJECT)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("/src/test/"))
                    .filter(file -> !file.endsWith("TroubleshootingTest.java"))
                    .toList()) {
                String source = Files.readString(file);
                if (source.contains("Troubleshooting.")) {
                    sources.add(source);
                }
            }
        }
        return sources;
    }
}
