package io.millrace.connectors.projection.database;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * A login in a file of Java's properties, or in a directory with a file for each entry, as secrets are mounted. The entries are
 * {@code password}, and {@code username} if the user changes too. Both are in UTF-8, and are read each time. A login that cannot be
 * read has an SQLState that is retried, because the file may just be replaced.
 */
public final class LoginFile implements LoginSource {
    private static final String USER = "username";
    private static final String PASSWORD = "password";

    private final Path path;
    private final String defaultUser;

    /**
     * Reads nothing yet.
     *
     * @param defaultUser the user if the entry is missing
     */
    public LoginFile(Path path, String defaultUser) {
        this.path = path;
        this.defaultUser = defaultUser;
    }

    @Override
    public DatabaseLogin read() throws StateException {
        Properties entries = readEntries();
        String password = entries.getProperty(PASSWORD, "");
        if (password.isEmpty()) {
            // Not the names that it has: a file may consist of the password alone.
            throw new StateException(
                    "Expected the entry " + PASSWORD + " in " + path + ", found none",
                    StateException.CONNECTION_REJECTED);
        }
        return new DatabaseLogin(entries.getProperty(USER, defaultUser), password);
    }

    private Properties readEntries() throws StateException {
        Properties entries = new Properties();
        try {
            if (!Files.isDirectory(path)) {
                entries.load(new StringReader(Files.readString(path)));
                return entries;
            }
            Path directory = findMounted();
            for (String entry : new String[] {USER, PASSWORD}) {
                Path file = directory.resolve(entry);
                if (Files.exists(file)) {
                    entries.setProperty(entry, readLine(file));
                }
            }
            return entries;
        } catch (IOException e) {
            throw new StateException(
                    "Cannot read the login in " + path + ": " + e.getClass().getSimpleName(),
                    StateException.CONNECTION_REJECTED);
        } catch (IllegalArgumentException e) {
            throw new StateException(
                    "Expected properties in " + path + ", found a malformed escape",
                    StateException.CONNECTION_REJECTED);
        }
    }

    /** The directory of one version of the secret: Kubernetes replaces all entries at once, by another link {@code ..data}. */
    private Path findMounted() throws IOException {
        Path current = path.resolve("..data");
        return Files.exists(current) ? current.toRealPath() : path;
    }

    /** The whole text, without the line's end that editors add. */
    private static String readLine(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8).replaceFirst("\\R\\z", "");
    }

    @Override
    public String toString() {
        return "the user of " + path;
    }
}
