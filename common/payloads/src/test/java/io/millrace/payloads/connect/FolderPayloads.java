package io.millrace.payloads.connect;

import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;

/** A writer and a reader of payloads in a folder, as configured. */
final class FolderPayloads implements AutoCloseable {
    private final Path folder;
    private final PayloadWriter writer;
    private final PayloadReader reader;

    FolderPayloads(Path folder, Map<String, String> options) {
        this.folder = folder;
        Map<String, String> all = new HashMap<>();
        all.put(PayloadOptions.STORE.name(), "file:" + folder);
        all.put(PayloadOptions.READ_LOCATIONS.name(), "file:" + folder);
        all.put(PayloadOptions.RETRY_TIMEOUT_MS.name(), "300");
        all.putAll(options);
        AbstractConfig config =
                PayloadOptions.WRITING.and(PayloadOptions.READING).read(all);
        writer = Payloads.openWriter(config, "test");
        reader = Payloads.openReader(config, "test");
    }

    PayloadWriter writer() {
        return writer;
    }

    PayloadReader reader() {
        return reader;
    }

    PayloadFields fields(String... paths) {
        return new PayloadFields(FieldPath.parseAll("fields", List.of(paths)), writer, null);
    }

    RestoredFields restored(String... paths) {
        return RestoredFields.values(FieldPath.parseAll("fields", List.of(paths)), reader);
    }

    /** The files that are there. */
    List<Path> files() {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (reader) {
            writer.close();
        }
    }
}
