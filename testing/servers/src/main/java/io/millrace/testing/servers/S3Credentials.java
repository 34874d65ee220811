package io.millrace.testing.servers;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;

/** The random key of an S3 server's only user, kept in a file that only its owner can read. */
record S3Credentials(String accessKeyId, String secretAccessKey) {
    private static final String ID = "access.key.id";
    private static final String SECRET = "secret.access.key";

    /** Reads the file, or makes it. */
    static S3Credentials in(Path file) {
        Properties properties = new Properties();
        try {
            if (Files.exists(file)) {
                try (Reader reader = Files.newBufferedReader(file)) {
                    properties.load(reader);
                }
            }
            if (!properties.containsKey(ID) || !properties.containsKey(SECRET)) {
                properties.setProperty(ID, RandomText.ofBytes(10));
                properties.setProperty(SECRET, RandomText.ofBytes(20));
                Files.createDirectories(file.getParent());
                Files.deleteIfExists(file);
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                try (Writer writer = Files.newBufferedWriter(file)) {
                    properties.store(writer, "The key of this directory's S3 server");
                }
            }
            return new S3Credentials(properties.getProperty(ID), properties.getProperty(SECRET));
        } catch (IOException e) {
            throw new UncheckedIOException("The S3 server's key could not be kept in " + file, e);
        }
    }

    @Override
    public String toString() {
        return "S3Credentials[hidden]";
    }
}
