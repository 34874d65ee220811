package io.millrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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

    private static ZipFile archive;
    private static String top;

    @BeforeAll
    static void open() throws IOException {
        Path path = Path.of(System.getProperty("millrace.archive"));
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
            Matcher parts = JAR.matcher(jar.substring(jar.lastIndexOf('/') + 1));
            if (!parts.matches()) {
                fail("Not named as a library with its version: " + jar);
            }
            libraries.computeIfAbsent(parts.group(1), name -> new ArrayList<>()).add(parts.group(2));
        }
        return libraries;
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
