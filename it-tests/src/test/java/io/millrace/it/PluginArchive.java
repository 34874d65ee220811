package io.millrace.it;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** The archive of the plugins that this build made. */
public record PluginArchive(Path path) {
    private static final String SERVICES = "META-INF/services/org.apache.kafka.";

    public static PluginArchive built() {
        return new PluginArchive(Path.of(System.getProperty("millrace.archive")));
    }

    /** The version of all its plugins. */
    public String version() {
        return path.getFileName().toString().replaceFirst("^millrace-connect-(.*)\\.zip$", "$1");
    }

    /** The classes that its service files name. */
    public Set<String> declaredPlugins() throws IOException {
        Set<String> declared = new TreeSet<>();
        try (ZipFile archive = new ZipFile(path.toFile())) {
            List<? extends ZipEntry> jars = archive.stream()
                    .filter(entry -> entry.getName().matches(".*/millrace-[^/]*\\.jar"))
                    .toList();
            for (ZipEntry jar : jars) {
                try (InputStream in = archive.getInputStream(jar)) {
                    addDeclared(in.readAllBytes(), declared);
                }
            }
        }
        return declared;
    }

    private static void addDeclared(byte[] jar, Set<String> declared) throws IOException {
        try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                if (entry.getName().startsWith(SERVICES)) {
                    new String(entries.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .map(line -> line.replaceFirst("#.*", "").strip())
                            .filter(line -> !line.isEmpty())
                            .forEach(declared::add);
                }
            }
        }
    }
}
