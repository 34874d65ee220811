package io.millrace.image;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * Writes {@code worker.properties} and {@code log4j2.properties} into a directory, from environment variables. Exits
 * with 2 and a message if a variable is missing or invalid.
 */
public final class SettingsWriter {
    private SettingsWriter() {}

    /** Takes the directory as its only argument. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        try {
            writeSettings(directory, System.getenv(), InetAddress.getLocalHost().getHostAddress());
        } catch (SettingsException e) {
            System.err.println("connect: " + e.getMessage());
            System.exit(2);
        }
    }

    static void writeSettings(Path directory, Map<String, String> environment, String address)
            throws SettingsException, IOException {
        Map<String, String> worker = WorkerSettings.of(environment, address);
        if (WorkerSettings.isStandalone(environment)) {
            worker.putIfAbsent(
                    "offset.storage.file.filename",
                    directory.resolve("connect.offsets").toString());
        }
        Map<String, String> logging = LoggingSettings.of(environment);
        store(worker, directory.resolve("worker.properties"));
        store(logging, directory.resolve("log4j2.properties"));
    }

    private static void store(Map<String, String> settings, Path file) throws IOException {
        Properties properties = new Properties();
        properties.putAll(settings);
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
    }
}
