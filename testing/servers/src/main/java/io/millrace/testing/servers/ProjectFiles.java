package io.millrace.testing.servers;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folders of the project that this build belongs to. */
public record ProjectFiles(Path root) {
    /** The project above the installation. */
    public static ProjectFiles of(Installation installation) {
        for (Path directory = installation.root(); directory != null; directory = directory.getParent()) {
            if (Files.isDirectory(directory.resolve("sql/source"))) {
                return new ProjectFiles(directory);
            }
        }
        throw new IllegalStateException("No folder above " + installation.root() + " has sql/source in it");
    }

    public Path sourceSql() {
        return root.resolve("sql/source");
    }

    public Path viewSql() {
        return root.resolve("sql/view");
    }

    /** The metrics of a worker that the exporter publishes, and their names. */
    public Path metricsConfig() {
        return root.resolve("deploy/image/src/main/docker/metrics/metrics.yaml");
    }

    public Path connectConfigs() {
        return root.resolve("connect-configs");
    }

    /**
     * The command {@code millrace}.
     *
     * @throws IllegalStateException if the build has not made it
     */
    public Path millrace() {
        Path target = root.resolve("tools/target");
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(target, "millrace-tools-*")) {
            for (Path version : versions) {
                Path command = version.resolve(version.getFileName()).resolve("bin/millrace");
                if (Files.isExecutable(command)) {
                    return command;
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("The command cannot be found in " + target, e);
        }
        throw new IllegalStateException(
                "There is no command below " + target + "; build it with: deploy/millrace --help");
    }

    /** The script that creates the topics that the connectors need. */
    public Path topicScript() {
        return connectConfigs().resolve("topics.sh");
    }
}
