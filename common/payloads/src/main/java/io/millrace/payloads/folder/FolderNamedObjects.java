package io.millrace.payloads.folder;

import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.NamedObjects;
import io.millrace.payloads.RefusedPayloadException;
import io.millrace.payloads.UnavailableStoreException;
import io.millrace.payloads.store.ObjectName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Files of any name below a folder. Links are not followed: they would lead out of the folder. */
final class FolderNamedObjects implements NamedObjects {
    private final Path folder;
    private final Executor executor;

    /**
     * Keeps files in a folder, which is created when the first one comes.
     *
     * @param executor has threads to wait for the disk
     */
    FolderNamedObjects(Path folder, Executor executor) {
        this.folder = folder.toAbsolutePath().normalize();
        this.executor = executor;
    }

    @Override
    public CompletableFuture<Void> put(String name, byte[] content) {
        Path file = folder.resolve(ObjectName.require(name));
        return CompletableFuture.runAsync(() -> write(file, content), executor);
    }

    private static void write(Path file, byte[] content) {
        try {
            FolderStore.writeFile(file, content);
        } catch (IOException e) {
            throw new UnavailableStoreException("Cannot write " + file + ": " + e, e);
        }
    }

    @Override
    public CompletableFuture<byte[]> get(String name, int maxBytes) {
        Path file = folder.resolve(ObjectName.require(name));
        return CompletableFuture.supplyAsync(() -> read(file, maxBytes), executor);
    }

    private byte[] read(Path file, int maxBytes) {
        try {
            if (!file.toRealPath().startsWith(folder.toRealPath())) {
                throw new RefusedPayloadException(file + " leads out of " + folder);
            }
            if (!Files.isRegularFile(file)) {
                throw new MissingPayloadException(file + " is not a file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] content = in.readNBytes(maxBytes);
                if (in.read() >= 0) {
                    throw new CorruptPayloadException(
                            file + " has " + Files.size(file) + " bytes, more than the " + maxBytes + " allowed");
                }
                return content;
            }
        } catch (NoSuchFileException e) {
            throw new MissingPayloadException(file + " is not there", e);
        } catch (IOException e) {
            throw new UnavailableStoreException("Cannot read " + file + ": " + e, e);
        }
    }

    @Override
    public List<Entry> list(String prefix) {
        List<Entry> found = new ArrayList<>();
        try {
            if (!Files.isDirectory(folder)) {
                return found;
            }
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    String name = nameOf(directory) + "/";
                    return directory.equals(folder) || name.startsWith(prefix) || prefix.startsWith(name)
                            ? FileVisitResult.CONTINUE
                            : FileVisitResult.SKIP_SUBTREE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    String name = nameOf(file);
                    if (attributes.isRegularFile() && name.startsWith(prefix) && ObjectName.isValid(name)) {
                        found.add(new Entry(
                                name,
                                attributes.size(),
                                attributes.lastModifiedTime().toInstant()));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    // One that was there a moment ago may be gone now.
                    if (failure instanceof NoSuchFileException && !file.equals(folder)) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw failure;
                }
            });
        } catch (IOException e) {
            throw new UnavailableStoreException("Cannot list " + this + ": " + e, e);
        }
        // A file that is being written has a name that begins with a dot and ends so.
        found.removeIf(entry -> entry.name().endsWith(FolderStore.UNFINISHED));
        found.sort(Comparator.comparing(Entry::name));
        return found;
    }

    private String nameOf(Path file) {
        return folder.relativize(file).toString();
    }

    @Override
    public void delete(Collection<String> names) {
        for (String name : names) {
            Path file = folder.resolve(ObjectName.require(name));
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UnavailableStoreException("Cannot delete " + file + ": " + e, e);
            }
        }
    }

    @Override
    public String toString() {
        return FolderStore.SCHEME + folder;
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
