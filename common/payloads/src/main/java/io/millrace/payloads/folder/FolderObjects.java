package io.millrace.payloads.folder;

import io.millrace.payloads.ErasureMarker;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.StoredObject;
import io.millrace.payloads.StoredObjects;
import io.millrace.payloads.UnavailableStoreException;
import io.millrace.payloads.store.ObjectPath;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Consumer;

/** The files of a {@link FolderStore}. */
final class FolderObjects implements StoredObjects {
    private final Path folder;
    private final String location;

    FolderObjects(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
        this.location = FolderStore.SCHEME + this.folder;
    }

    @Override
    public void forEach(Consumer<StoredObject> each) {
        try {
            // Links are not followed: they would lead out of the folder.
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        ObjectPath.parse(
                                        location,
                                        folder.relativize(file).toString(),
                                        attributes.size(),
                                        attributes.lastModifiedTime().toInstant())
                                .ifPresent(each);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    // One that was there a moment ago may be gone now, e.g. what was not finished.
                    if (failure instanceof NoSuchFileException && !file.equals(folder)) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw failure;
                }
            });
        } catch (NoSuchFileException e) {
            throw new MissingPayloadException(location + " is not there", e);
        } catch (IOException e) {
            throw new UnavailableStoreException("Cannot list " + location + ": " + e, e);
        }
    }

    @Override
    public long delete(List<StoredObject> objects) {
        for (StoredObject object : objects) {
            try {
                Files.deleteIfExists(Path.of(object.uri().substring(FolderStore.SCHEME.length())));
            } catch (IOException e) {
                throw new UnavailableStoreException("Cannot delete " + object.uri() + ": " + e, e);
            }
        }
        return 0;
    }

    @Override
    public void erase(List<StoredObject> objects) {
        for (StoredObject object : objects) {
            try {
                FolderStore.writeFile(
                        Path.of(object.uri().substring(FolderStore.SCHEME.length())),
                        ErasureMarker.of(object.sha256()));
            } catch (IOException e) {
                throw new UnavailableStoreException("Cannot erase " + object.uri() + ": " + e, e);
            }
        }
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
