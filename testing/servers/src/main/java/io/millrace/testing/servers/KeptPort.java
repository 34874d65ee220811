package io.millrace.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The port of the last start of a server in a directory, so that addresses stay the same as long as its data. */
public final class KeptPort {
    private final Path file;

    /** The port that is kept in this directory. */
    public KeptPort(Path directory) {
        this.file = directory.resolve("port");
    }

    /** The kept port; empty if there is none, or another process has it. */
    public Optional<Integer> findFree() {
        try {
            return Files.exists(file)
                    ? Optional.of(Integer.valueOf(Files.readString(file).strip()))
                            .filter(FreePort::isFree)
                    : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Keeps a port. */
    public void write(int port) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, port + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("The port cannot be written to " + file, e);
        }
    }
}
