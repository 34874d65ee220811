package io.millrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ProjectFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The archive that Confluent Hub and {@code plugin.path} take. */
class PluginArchiveIT {
    private static final Pattern JAR = Pattern.compile("([^/]+?)-(\\d[^/]*)\\.jar");
    /** Connect gives these to every plugin; a second copy would be another class of the same name. */
    private static final List<String> PROVIDED = List.of(
            "connect-api", "connect-json", "connect-runtime", "connect-transforms", "kafka-clients", "slf4j-api");

    /** A row of the document's table: a file, its size in KiB, and why the archive contains it. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| ([\\d,]+) \\| .{8,} \\|$");
    /** Sizes may differ by a fifth and this many KiB: those of our own jars change with each commit. */
    private static final int TOLERANCE_KIB = 10;

    private static Path path;
    private static ZipFile archive;
    private static String top;

    @BeforeAll
    static void open() throws IOException {
        path = PluginArchive.built().path();
        archive = new ZipFile(path.toFile());
        top = path.getFileName().toString().replaceFirst("\\.zip$", "") + "/";
    }

    @AfterAll
    static void close() throws IOException {
        archive.close();
    }

    @Test
    void isOneFolderWithManifestLibrariesAndDocuments() {
        List<String> names = archive.stream().map(ZipEntry::getName).toList();

        assertThat(names).allMatch(name -> name.startsWith(top));
        assertThat(names).contains(top + "manifest.json", top + "doc/THIRD-PARTY.md");
        assertThat(names).anyMatch(name -> name.startsWith(top + "lib/millrace-transforms-"));
    }

    @Test
    void folderIsNamedAsTheManifestSays() throws IOException {
        JsonNode manifest = new ObjectMapper().readTree(read(top + "manifest.json"));

        assertThat(manifest.at("/owner/username").asText() + "-"
                        + manifest.path("name").asText() + "-"
                        + manifest.path("version").asText() + "/")
                .isEqualTo(top);
        assertThat(manifest.path("component_types"))
                .extracting(JsonNode::asText)
                .containsExactly("transform", "converter", "source", "sink");
        assertThat(manifest.path("title").asText()).isNotEmpty();
        assertThat(manifest.path("description").asText()).isNotEmpty().doesNotContain("${");
        assertThat(manifest.at("/license/0/name").asText()).isEqualTo("Apache License 2.0");
    }

    @Test
    void holdsNoLibraryThatConnectProvides() {
        assertThat(libraries().keySet()).doesNotContainAnyElementsOf(PROVIDED);
    }

    @Test
    void holdsNoLibraryTwice() {
        assertThat(libraries())
                .allSatisfy((name, versions) -> assertThat(versions).as(name).hasSize(1));
    }

    @Test
    void holdsNoClassTwice() throws IOException {
        Map<String, List<String>> jarsOfClass = new HashMap<>();
        for (String jar : jars()) {
            forEachEntry(jar, (name, content) -> {
                if (name.endsWith(".class") && !name.endsWith("module-info.class")) {
                    jarsOfClass.computeIfAbsent(name, key -> new ArrayList<>()).add(jar);
                }
            });
        }

        jarsOfClass.values().removeIf(holders -> holders.size() == 1);
        assertThat(jarsOfClass).isEmpty();
    }

    @Test
    void namesTheLicenceOfEveryLibrary() throws IOException {
        String licences = new String(read(top + "doc/THIRD-PARTY.md"), StandardCharsets.UTF_8);

        assertThat(libraries().keySet())
                .filteredOn(name -> !name.startsWith("millrace-"))
                .allSatisfy(name -> assertThat(licences).contains("`" + name + "`"));
    }

    @Test
    void documentJustifiesEveryLibraryAndHasItsSize() throws IOException {
        Map<String, Long> actual = new TreeMap<>(Map.of("millrace-connect.zip", Files.size(path) / 1024));
        for (String jar : jars()) {
            actual.put(libraryName(jar) + ".jar", archive.getEntry(jar).getSize() / 1024);
        }

        Map<String, Long> documented = new TreeMap<>();
        String document =
                Files.readString(ProjectFiles.of(Installation.locate()).root().resolve("docs/benchmarks.md"));
        Matcher row = ROW.matcher(document.substring(document.indexOf("### The archive")));
        while (row.find()) {
            documented.put(row.group(1), Long.valueOf(row.group(2).replace(",", "")));
        }

        assertThat(documented.keySet()).isEqualTo(actual.keySet());
        assertThat(document).contains("has " + jars().size() + " jars");
        assertThat(actual).allSatisfy((name, size) -> assertThat(documented.get(name))
                .as("KiB of %s in docs/benchmarks.md", name)
                .isCloseTo(size, within(size / 5 + TOLERANCE_KIB)));
    }

    @Test
    void workerFindsEveryPluginByTheServiceFiles() throws IOException {
        Set<String> declared = PluginArchive.built().declaredPlugins();
        assertThat(declared).isNotEmpty();

        TreeMap<String, String> found = new TreeMap<>();
        for (JsonNode plugin : TestPipeline.shared().rest().plugins()) {
            String name = plugin.path("class").asText();
            if (name.startsWith("io.millrace.")) {
                found.put(name, plugin.path("version").asText());
            }
        }

        assertThat(found.keySet()).isEqualTo(declared);
        assertThat(found.values()).allMatch(version -> top.endsWith("-" + version + "/"));
    }

    private static Map<String, List<String>> libraries() {
        Map<String, List<String>> libraries = new TreeMap<>();
        for (String jar : jars()) {
            Matcher parts = nameAndVersion(jar);
            libraries.computeIfAbsent(parts.group(1), name -> new ArrayList<>()).add(parts.group(2));
        }
        return libraries;
    }

    private static String libraryName(String jar) {
        return nameAndVersion(jar).group(1);
    }

    private static Matcher nameAndVersion(String jar) {
        Matcher parts = JAR.matcher(jar.substring(jar.lastIndexOf('/') + 1));
        if (!parts.matches()) {
            fail("Not named as a library with its version: " + jar);
        }
        return parts;
    }

    private static List<String> jars() {
        return archive.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(".jar"))
                .toList();
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream in = archive.getInputStream(archive.getEntry(name))) {
            return in.readAllBytes();
        }
    }

    private static void forEachEntry(String jar, EntryReader reader) throws IOException {
        try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(read(jar)))) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                reader.read(entry.getName(), entries.readAllBytes());
            }
        }
    }

    @FunctionalInterface
    private interface EntryReader {
        void read(String name, byte[] content);
    }
}
