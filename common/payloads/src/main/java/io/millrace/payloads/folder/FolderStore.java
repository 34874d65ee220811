package io.millrace.payloads.folder;

import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.ErasureMarker;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.RefusedPayloadException;
import io.millrace.payloads.UnavailableStoreException;
import io.millrace.payloads.store.ObjectPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Files below a folder, for development and for a file system that all workers share. A file appears under its name when
 * all of it is on the disk.
 */
final class FolderStore implements PayloadStore {
    static final String SCHEME = "file:";
    /** How the names of files end that are being written. */
    static final String UNFINISHED = ".part";

    private final Path folder;
    private final String prefix;
    private final Executor executor;

    /**
     * Keeps files in a folder, which is created when the first one comes.
     *
     * @param executor has threads to wait for the disk
     */
    FolderStore(Path folder, Executor executor) {
        this.folder = folder.toAbsolutePath().normalize();
        this.prefix = SCHEME + this.folder + (this.folder.getParent() == null ? "" : "/");
        this.executor = executor;
    }

    @Override
    public CompletableFuture<String> put(PayloadObject object) {
        return CompletableFuture.completedFuture(object).thenApplyAsync(this::write, executor);
    }

    @Override
    public CompletableFuture<byte[]> get(PayloadReference reference) {
        return CompletableFuture.completedFuture(reference).thenApplyAsync(this::read, executor);
    }

    @Override
    public boolean holds(String uri) {
        return uri.startsWith(prefix) && ObjectPath.isValid(uri.substring(prefix.length()));
    }

    private String write(PayloadObject object) {
        Path file = folder.resolve(object.path());
        try {
            if (Files.isRegularFile(file) && Files.size(file) == object.stored().length && !isErased(file)) {
                return SCHEME + file;
            }
            writeFile(file, object.stored());
            return SCHEME + file;
        } catch (IOException e) {
            throw new UnavailableStoreException("Cannot write " + file + ": " + e, e);
        }
    }

    /** Whether the file has a marker's size: another file of that size may be written again without harm. */
    private static boolean isErased(Path file) throws IOException {
        return Files.size(file) == ErasureMarker.BYTES;
    }

    /** Writes a file that appears when all of it is on the disk. */
    static void writeFile(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        Path unfinished = Files.createTempFile(file.getParent(), ".", UNFINISHED);
        try {
            try (FileChannel channel = FileChannel.open(unfinished, Set.of(StandardOpenOption.WRITE))) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    @Override
    public CompletableFuture<?> checkWriting() {
        return CompletableFuture.completedFuture(folder).thenApplyAsync(this::requireWritable, executor);
    }

    private Path requireWritable(Path wanted) {
        Path existing = wanted;
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
            throw new UnavailableStoreException("Cannot write to " + existing, null);
        }
        return existing;
    }

    @Override
    public CompletableFuture<?> checkReading() {
        return CompletableFuture.completedFuture(folder).thenApplyAsync(this::requireReadable, executor);
    }

    private Path requireReadable(Path wanted) {
        if (!Files.isDirectory(wanted) || !Files.isReadable(wanted)) {
            throw new UnavailableStoreException("Cannot read the folder " + wanted, null);
        }
        return wanted;
    }

    @Override
    public CompletableFuture<Boolean> canReuse(String uri, Duration age) {
        return CompletableFuture.completedFuture(uri).thenApplyAsync(this::isStored, executor);
    }

    private boolean isStored(String uri) {
        Path file = Path.of(uri.substring(SCHEME.length()));
        try {
            return Files.isRegularFile(file) && !isErased(file);
        } catch (IOException e) {
            return false;
        }
    }

    private byte[] read(PayloadReference reference) {
        if (!holds(reference.uri())) {
            throw new RefusedPayloadException(reference.uri() + " is not below " + folder);
        }
        ObjectPath.requireNames(reference);
        Path file = Path.of(reference.uri().substring(SCHEME.length()));
        try {
            // Links would lead out of the folder.
            if (!file.toRealPath().startsWith(folder.toRealPath())) {
                throw new RefusedPayloadException(reference.uri() + " leads out of " + folder);
            }
            if (!Files.isRegularFile(file)) {
                throw new MissingPayloadException(reference.uri() + " is not a file");
            }
            long length = Files.size(file);
            if (length > reference.size() && length != ErasureMarker.BYTES) {
                throw new CorruptPayloadException(
                        reference.uri() + " has " + length + " bytes, more than the payload of " + reference.size());
            }
            try (InputStream in = Files.newInputStream(file)) {
                return in.readNBytes((int) length);
            }
        } catch (NoSuchFileException e) {
            throw new MissingPayloadException(reference.uri() + " is not there", e);
        } catch (IOException e) {
            throw new UnavailableStoreException("Cannot read " + reference.uri() + ": " + e, e);
        }
    }

    @Override
    public String toString() {
        return SCHEME + folder;
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
