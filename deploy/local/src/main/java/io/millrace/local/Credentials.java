package io.millrace.local;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;

/**
 * The random passwords of the databases' users: the service's own, Debezium's, and the projection sink's. They are kept in
 * a file that only its owner can read, so that a pipeline can go on with its data.
 */
record Credentials(String service, String debezium, String projector) {
    /** Reads the file, or makes it with new passwords where there is none. */
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
                for (String name : new String[] {"service", "debezium", "projector"}) {
                    properties.setProperty(name, RandomText.ofBytes(12));
                }
                try (Writer writer = Files.newBufferedWriter(file)) {
                    properties.store(writer, "The passwords of the users in this directory's MySQL server");
                }
            }
            return new Credentials(
                    properties.getProperty("service"),
                    properties.getProperty("debezium"),
                    properties.getProperty("projector"));
        } catch (IOException e) {
            throw new UncheckedIOException("The passwords could not be kept in " + file, e);
        }
    }

    @Override
    public String toString() {
        return "Credentials[hidden]";
    }
}
