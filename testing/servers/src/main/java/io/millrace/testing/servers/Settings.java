package io.millrace.testing.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;

/** The files that a server is started with. */
final class Settings {
    private Settings() {}

    /** Writes a properties file and returns its path. */
    static Path write(Path file, Map<String, String> values) {
        Properties properties = new Properties();
        properties.putAll(values);
        try {
            Files.createDirectories(file.getParent());
            try (Writer writer = Files.newBufferedWriter(file)) {
                properties.store(writer, null);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not be written: " + file, e);
        }
    }

    /** Puts the logging configuration of Kafka's programs (to standard output, from INFO on) into the directory. */
    static Path writeLogging(Path directory) {
        Path file = directory.resolve("log4j2.properties");
        try (InputStream resource = Settings.class.getResourceAsStream("log4j2-child.properties")) {
            Files.createDirectories(directory);
            Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not be written: " + file, e);
        }
    }
}
