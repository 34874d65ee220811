package io.millrace.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErasedPayloadsTest {
    @TempDir
    Path folder;

    private PayloadWriter writer(String codec) {
        return Payloads.openWriter(
                PayloadOptions.WRITING.read(Map.of("payload.store", "file:" + folder, "payload.codec", codec)),
                "ErasedPayloadsTest");
    }

    private PayloadReader reader() {
        return Payloads.openReader(
                PayloadOptions.READING.read(Map.of("payload.read.locations", "file:" + folder)), "ErasedPayloadsTest");
    }

    private StoredObjects objects() {
        return Payloads.openObjects(PayloadOptions.OBJECTS.read(Map.of()), "file:" + folder);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Written by version 1; a later version has to read it. */
    @Test
    void readsTheMarkerOfTheFile() throws IOException {
        byte[] marker;
        try (var in = getClass().getResourceAsStream("erasure-marker-1.txt")) {
            marker = in.readAllBytes();
        }
        String sha256 = Sha256.of(bytes("hello"));

        assertThat(ErasureMarker.isMarker(marker, sha256)).isTrue();
        assertThat(ErasureMarker.of(sha256)).isEqualTo(marker).hasSize(ErasureMarker.BYTES);
        assertThat(ErasureMarker.isMarker(marker, Sha256.of(bytes("world")))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "lz4", "zstd"})
    void areErasedAndNotMissing(String codec) {
        byte[] large = bytes("a picture ".repeat(100));
        byte[] small = bytes("x");
        List<StoredObject> stored = new ArrayList<>();
        try (PayloadWriter writer = writer(codec);
                PayloadReader reader = reader();
                StoredObjects objects = objects()) {
            PayloadReference first = writer.writeNow("people", large, null);
            PayloadReference second = writer.writeNow("people", small, null);
            PayloadReference kept = writer.writeNow("people", bytes("kept"), null);
            objects.forEach(stored::add);
            objects.erase(stored.stream()
                    .filter(object -> Set.of(first.sha256(), second.sha256()).contains(object.sha256()))
                    .toList());

            for (PayloadReference reference : List.of(first, second)) {
                assertThatThrownBy(() -> reader.readNow(reference))
                        .isInstanceOf(ErasedPayloadException.class)
                        .hasMessageContaining(reference.uri() + " was erased");
            }
            assertThat(reader.readNow(kept)).isEqualTo(bytes("kept"));
        }
        // Another writer, which remembers nothing: what was erased is not stored.
        try (PayloadWriter writer = writer(codec);
                PayloadReader reader = reader()) {
            assertThat(reader.readNow(writer.writeNow("people", large, null))).isEqualTo(large);
            assertThat(reader.readNow(writer.writeNow("people", small, null))).isEqualTo(small);
        }
    }

    @Test
    void aPayloadMayLookLikeAMarker() {
        byte[] marker = ErasureMarker.of(Sha256.of(bytes("hello")));
        try (PayloadWriter writer = writer("none");
                PayloadReader reader = reader()) {
            PayloadReference reference = writer.writeNow("people", marker, null);
            assertThat(reader.readNow(reference)).isEqualTo(marker);
            assertThat(reader.readNow(writer("none").writeNow("people", marker, null)))
                    .isEqualTo(marker);
        }
    }

    @Test
    void aMarkerOfAnotherPayloadIsCorrupt() throws IOException {
        try (PayloadWriter writer = writer("none");
                PayloadReader reader = reader()) {
            PayloadReference reference = writer.writeNow("people", bytes("y".repeat(ErasureMarker.BYTES)), null);
            Files.write(
                    Path.of(reference.uri().substring("file:".length())), ErasureMarker.of(Sha256.of(bytes("hello"))));

            assertThatThrownBy(() -> reader.readNow(reference)).isInstanceOf(CorruptPayloadException.class);
        }
    }

    @Test
    void readsCopiesOfMovedLocations() throws IOException {
        PayloadReference reference;
        try (PayloadWriter writer = writer("none")) {
            reference = writer.writeNow("people", bytes("moved"), null);
        }
        Path moved = folder.resolveSibling(folder.getFileName() + "-moved");
        Files.move(folder, moved);
        Map<String, String> options = Map.of(
                "payload.read.locations",
                "file:" + moved,
                "payload.moved.locations",
                "file:" + folder + "=file:" + moved);
        try (PayloadReader reader = Payloads.openReader(PayloadOptions.READING.read(options), "ErasedPayloadsTest");
                PayloadReader other = Payloads.openReader(
                        PayloadOptions.READING.read(Map.of("payload.read.locations", "file:" + moved)),
                        "ErasedPayloadsTest")) {
            assertThat(reader.readNow(reference)).isEqualTo(bytes("moved"));
            assertThatThrownBy(() -> other.readNow(reference)).isInstanceOf(RefusedPayloadException.class);
        } finally {
            Files.move(moved, folder);
        }
    }
}
