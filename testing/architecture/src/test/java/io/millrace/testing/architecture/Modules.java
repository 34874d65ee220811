package io.millrace.testing.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The modules of the table in ARCHITECTURE.md that have main sources, and the classes that the build made of them. */
final class Modules {
    /** The folder of the whole project. */
    static final Path ROOT = root();

    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\|.*\\|([^|]*)\\|");

    private static final Map<String, JavaClasses> CLASSES = new ConcurrentHashMap<>();

    private Modules() {}

    /**
     * A row of the table.
     *
     * @param folder the module's, from the project's
     * @param mayUse modules in backticks, and libraries
     */
    record Module(String folder, List<String> mayUse) {
        Path sources() {
            return ROOT.resolve(folder).resolve("src/main/java");
        }

        /** The classes of the module, which the build has compiled before these tests. */
        JavaClasses classes() {
            return CLASSES.computeIfAbsent(folder, name -> new ClassFileImporter()
                    .importPath(ROOT.resolve(name).resolve("target/classes")));
        }

        /** The packages that belong to the module: those with its sources. */
        List<String> packages() {
            try (Stream<Path> files = Files.walk(sources())) {
                return files.filter(file -> file.toString().endsWith(".java"))
                        .map(file -> sources()
                                .relativize(file.getParent())
                                .toString()
                                .replace('/', '.'))
                        .distinct()
                        .sorted()
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The modules of the table that have Java sources. */
    static List<Module> ofTable() {
        List<Module> modules = new ArrayList<>();
        for (String line : read(ROOT.resolve("ARCHITECTURE.md")).lines().toList()) {
            Matcher row = ROW.matcher(line.strip());
            if (row.matches() && Files.isDirectory(ROOT.resolve(row.group(1)).resolve("src/main/java"))) {
                List<String> uses = Arrays.stream(row.group(2).split(","))
                        .map(String::strip)
                        .filter(use -> !use.isEmpty())
                        .toList();
                modules.add(new Module(row.group(1), uses));
            }
        }
        return modules;
    }

    /** Every folder of the project with main sources in Java. */
    static List<String> foldersWithSources() {
        try (Stream<Path> folders = Files.walk(ROOT, 6)) {
            return folders.filter(folder -> folder.endsWith("src/main/java"))
                    .map(folder -> ROOT.relativize(folder).toString().replace("/src/main/java", ""))
                    .filter(folder -> !folder.contains("target/"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("ARCHITECTURE.md"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
