package io.millrace.testing.servers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A copy of the data of a stopped server, next to the data. */
final class DataCopy {
    private final Path data;
    private final Path copy;

    DataCopy(Path data) {
        this.data = data;
        this.copy = data.resolveSibling(data.getFileName() + "-copy");
    }

    /** Copies the data, with their owners and modes. Replaces the copy that was made before. */
    void saveData() {
        Directories.deleteAll(copy);
        copyTree(data, copy);
    }

    /**
     * Replaces the data by the copy.
     *
     * @throws IllegalStateException if there is no copy
     */
    void restoreData() {
        if (!Files.exists(copy)) {
            throw new IllegalStateException("There is no copy of " + data);
        }
        Directories.deleteAll(data);
        copyTree(copy, data);
    }

    private static void copyTree(Path from, Path to) {
        CommandOutput output = CommandOutput.of(Path.of("/"), Map.of(), "cp", "-a", from.toString(), to.toString());
        if (output.status() != 0) {
            throw new ServerFailedException("Could not be copied to " + to + ": " + output.text());
        }
    }
}
