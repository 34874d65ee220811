package io.millrace.local.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The version of the data that the quickstart keeps in its directory. Version 2 has GTIDs: a source whose offset has none cannot
 * resume on a server that has them.
 */
final class DataFormat {
    private static final String FILE = "data-format";
    private static final String CURRENT = "2";

    private DataFormat() {}

    /**
     * Requires that the data of the last start are of this version, if they are kept.
     *
     * @throws IllegalArgumentException if these are data of another version
     */
    static void requireCurrent(Path directory, boolean keep) {
        Path file = directory.resolve(FILE);
        try {
            if (keep
                    && Files.exists(directory.resolve("mysql"))
                    && !(Files.exists(file) && Files.readString(file).strip().equals(CURRENT))) {
                throw new IllegalArgumentException("the data in " + directory
                        + " are of another version of the quickstart; start it without --keep, which deletes them");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The version of the data cannot be read from " + file, e);
        }
    }

    /** Marks the data in the directory, which a pipeline has locked. */
    static void markData(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            Files.writeString(file, CURRENT + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("The version of the data cannot be written to " + file, e);
        }
    }
}
