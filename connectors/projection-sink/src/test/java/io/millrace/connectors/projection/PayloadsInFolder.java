package io.millrace.connectors.projection;

import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.FieldPath;
import io.millrace.payloads.connect.PayloadFields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.sink.SinkRecord;

/** Stores large fields of records in a folder, as a source does. */
final class PayloadsInFolder implements AutoCloseable {
    private final Path folder;
    private final PayloadWriter writer;

    PayloadsInFolder(Path folder) {
        this.folder = folder;
        this.writer = Payloads.openWriter(
                PayloadOptions.WRITING.read(Map.of(
                        PayloadOptions.STORE.name(),
                        "file:" + folder,
                        PayloadOptions.THRESHOLD_BYTES.name(),
                        "20",
                        PayloadOptions.CACHE_ENTRIES.name(),
                        "0")),
                "test");
    }

    /** The record with a reference in the place of the field, or with the payload if it is small. */
    SinkRecord store(SinkRecord record, String field) {
        return new PayloadFields(FieldPath.parseAll("fields", List.of(field)), writer, null).storeNow(record);
    }

    void deleteAll() {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        writer.close();
    }
}
