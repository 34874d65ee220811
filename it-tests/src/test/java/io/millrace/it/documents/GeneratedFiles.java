package io.millrace.it.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Files of the project that are generated, a folder of them.
 *
 * @param files what the folder holds, by the files' names
 */
record GeneratedFiles(Path folder, Map<String, String> files) {
    private static final String WRITE = "millrace.generate";

    /** What writes all generated files anew. */
    static final String COMMAND = "mvn -q test -pl it-tests -am -Dtest=ReferenceTest,KubernetesTest,DiagramsTest -D"
            + WRITE + " -Dsurefire.failIfNoSpecifiedTests=false";

    /** Fails where the folder does not hold these files; with the property {@value #WRITE} it is made to hold them. */
    void check() throws IOException {
        if (System.getProperty(WRITE) != null) {
            write();
        }
        assertThat(there())
                .as("files of %s; write them anew with: %s", folder, COMMAND)
                .isEqualTo(files.keySet());
        for (Map.Entry<String, String> file : files.entrySet()) {
            assertThat(folder.resolve(file.getKey()))
                    .as("%s is stale; write it anew with: %s", file.getKey(), COMMAND)
                    .hasContent(file.getValue());
        }
    }

    private Set<String> there() throws IOException {
        try (Stream<Path> there = Files.list(folder)) {
            return there.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private void write() throws IOException {
        for (String old : there()) {
            Files.delete(folder.resolve(old));
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
    }
}
