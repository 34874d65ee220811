package io.millrace.benchmarks.source;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The plugins with the language of scripts in the folder of Debezium's connector. A task's transforms look for it by the class
 * loader of the connector.
 */
final class ScriptingPlugins {
    private static final String CONNECTOR = "debezium-connector-mysql";

    private ScriptingPlugins() {}

    /**
     * Makes a folder with links to all plugins, and returns it.
     *
     * @param plugins a folder of plugins, which is not changed
     * @param language the folder of the language's jars
     * @param folder a new one
     */
    static Path addLanguage(Path plugins, Path language, Path folder) throws IOException {
        Files.createDirectories(folder);
        linkAll(plugins, folder, "*");
        Files.delete(folder.resolve(CONNECTOR));
        Path connector = Files.createDirectory(folder.resolve(CONNECTOR));
        linkAll(plugins.resolve(CONNECTOR), connector, "*.jar");
        linkAll(language, connector, "*.jar");
        return folder;
    }

    private static void linkAll(Path from, Path to, String names) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(from, names)) {
            for (Path file : files) {
                Files.createSymbolicLink(to.resolve(file.getFileName()), file.toAbsolutePath());
            }
        }
    }
}
