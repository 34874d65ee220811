package io.millrace.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one thread of one process at a time add files to an installation; several processes may use one at once. */
final class InstallationLock {
    /** The system's lock excludes other processes alone. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private InstallationLock() {}

    /** Waits for the lock of this directory, and adds something while it holds the lock; returns what was added. */
    static <T> T holdWhile(Path root, Addition<T> addition) {
        THREADS.lock();
        try (FileChannel channel =
                FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            return addition.add();
        } catch (IOException e) {
            throw new UncheckedIOException("Nothing could be added to the installation " + root, e);
        } finally {
            THREADS.unlock();
        }
    }

    /** Adds files to an installation. */
    @FunctionalInterface
    interface Addition<T> {
        T add() throws IOException;
    }
}
