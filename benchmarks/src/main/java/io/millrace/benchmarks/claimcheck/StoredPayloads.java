package io.millrace.benchmarks.claimcheck;

import io.millrace.payloads.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The content of the store after a run. */
final class StoredPayloads {
    private final Path folder;

    /**
     * Looks into a folder.
     *
     * @param folder of the objects, as files under their keys
     */
    StoredPayloads(Path folder) {
        this.folder = folder;
    }

    /**
     * Compares every byte of every object with what was to be stored.
     *
     * @throws IllegalStateException if a payload is missing, duplicate or another one
     */
    void requireAll(TestPayloads payloads, int size, int records) throws IOException {
        BitSet found = new BitSet();
        for (Path object : objects()) {
            byte[] stored = Files.readAllBytes(object);
            byte[] payload = object.toString().endsWith(Codec.ZSTD.suffix()) ? Codec.ZSTD.decode(stored, size) : stored;
            if (payload.length != size) {
                throw new IllegalStateException(object + " has " + payload.length + " bytes");
            }
            long number = TestPayloads.number(payload);
            if (number < 0 || number >= records || found.get((int) number)) {
                throw new IllegalStateException(object + " is stored twice, or was not to be");
            }
            if (!Arrays.equals(payload, payloads.makePayload(number))) {
                throw new IllegalStateException(object + " has other bytes than payload " + number);
            }
            found.set((int) number);
        }
        if (found.cardinality() != records) {
            throw new IllegalStateException(
                    "Of " + records + " payloads " + found.cardinality() + " are stored in " + folder);
        }
    }

    private List<Path> objects() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> folder.relativize(file).startsWith(UploadProcess.MEASURED))
                    .toList();
        }
    }

    /** Makes room. */
    void deleteAll() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
