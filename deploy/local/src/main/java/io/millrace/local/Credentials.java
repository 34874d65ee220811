package io.millrace.local;

import io.millrace.testing.servers.RandomText;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Properties;

/**
 * The random passwords of the databases' users: an administrator's, the service's own, Debezium's, the projection sink's, and that
 * of the service that reads the views. They are kept in a file that only its owner can read, so that a pipeline can be started
 * again with its data.
 */
record Credentials(String administrator, String service, String debezium, String projector, String reader) {
    private static final List<String> NAMES = List.of("administrator", "service", "debezium", "projector", "reader");

    /** Reads the file, or makes it, with new passwords for those that it lacks. */
    static Credentials in(Path file) {
        try {
            Properties properties = new Properties();
            if (Files.exists(file)) {
                try (Reader reader = Files.newBufferedReader(file)) {
                    properties.load(reader);
                }
            } else {
                Files.createDirectories(file.getParent());
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            if (!properties.keySet().containsAll(NAMES)) {
                NAMES.forEach(name -> properties.putIfAbsent(name, RandomText.ofBytes(12)));
                try (Writer writer = Files.newBufferedWriter(file)) {
                    properties.store(writer, "The passwords of the users in this directory's MySQL server");
                }
            }
            return new Credentials(
                    properties.getProperty("administrator"),
                    properties.getProperty("service"),
                    properties.getProperty("debezium"),
                    properties.getProperty("projector"),
                    properties.getProperty("reader"));
        } catch (IOException e) {
            throw new UncheckedIOException("Storing the passwords failed: " + file, e);
        }
    }

    @Override
    public String toString() {
        return "Credentials[hidden]";
    }
}
