package io.millrace.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file that names a running child by its process id and its start time, so that a child which outlived its parent is
 * found again, and another process that got the same id later is left alone.
 */
public record PidFile(Path path) {
    static final String SUFFIX = ".pid";
    /** The start time is derived from the clock, which may have been corrected since. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    void write(ProcessHandle process) {
        String started = process.info().startInstant().map(Instant::toString).orElse("");
        try {
            Files.writeString(path, process.pid() + " " + started + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("The process id of a child could not be written to " + path, e);
        }
    }

    void remove() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not be removed: " + path, e);
        }
    }

    /** The process that the file names, if it still runs. */
    Optional<ProcessHandle> process() {
        try {
            if (!Files.exists(path)) {
                return Optional.empty();
            }
            String[] words = Files.readString(path).trim().split(" ", 2);
            if (words.length < 2) {
                return Optional.empty();
            }
            Instant started = Instant.parse(words[1]);
            return ProcessHandle.of(Long.parseLong(words[0])).filter(process -> process.info()
                    .startInstant()
                    .map(instant -> Duration.between(started, instant).abs().compareTo(TOLERANCE) < 0)
                    .orElse(false));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not be read: " + path, e);
        }
    }

    /** Ends the process that the file names, if it still runs, with its descendants, and removes the file. */
    void endLeftover() {
        process().ifPresent(ProcessTree::kill);
        remove();
    }

    /** Ends every child that an earlier parent left behind in this directory or below it; returns how many there were. */
    public static int endLeftovers(Path directory) {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        List<PidFile> files;
        try (Stream<Path> found = Files.walk(directory, 4)) {
            files = found.filter(path -> path.toString().endsWith(SUFFIX))
                    .map(PidFile::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not be searched: " + directory, e);
        }
        int running = 0;
        for (PidFile file : files) {
            running += file.process().isPresent() ? 1 : 0;
            file.endLeftover();
        }
        return running;
    }
}
