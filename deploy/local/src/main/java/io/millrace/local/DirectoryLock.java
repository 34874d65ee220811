package io.millrace.local;

import io.millrace.testing.servers.ServerFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Locks a directory against a second pipeline. The system releases the lock when the process ends, in any way. */
final class DirectoryLock implements AutoCloseable {
    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @throws ServerFailedException if the directory is in use
     */
    static DirectoryLock of(Path directory) {
        try {
            Files.createDirectories(directory);
            Path file = directory.resolve("lock");
            if (!Files.exists(file) && holdsSomethingElse(directory)) {
                throw new ServerFailedException(
                        directory.toAbsolutePath() + " contains other files; name an empty or new directory");
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new ServerFailedException("Another pipeline is running in " + directory.toAbsolutePath()
                        + "; stop it first, or name another directory");
            }
            return new DirectoryLock(channel);
        } catch (IOException e) {
            throw new UncheckedIOException("The directory could not be locked: " + directory, e);
        }
    }

    /** Data are deleted in the directory, so it must be one of ours. */
    private static boolean holdsSomethingElse(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> !file.getFileName().toString().equals("build.log"));
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Releasing the lock of a directory failed", e);
        }
    }
}
