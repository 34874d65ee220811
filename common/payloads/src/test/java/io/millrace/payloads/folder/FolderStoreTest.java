package io.millrace.payloads.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.Codec;
import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.Failures;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.RefusedPayloadException;
import io.millrace.payloads.Sha256;
import io.millrace.payloads.UnavailableStoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderStoreTest {
    private static final byte[] PAYLOAD = "the payload".getBytes(StandardCharsets.UTF_8);
    private static final String HASH = Sha256.of(PAYLOAD);

    @TempDir
    private Path parent;

    private Path folder;
    private FolderStore store;

    @BeforeEach
    void open() {
        folder = parent.resolve("payloads");
        store = new FolderStore(folder, Runnable::run);
    }

    private static PayloadObject object() {
        return new PayloadObject("orders", LocalDate.of(2026, 11, 21), HASH, Codec.NONE, null, PAYLOAD);
    }

    private static PayloadReference reference(String uri) {
        return new PayloadReference(uri, PAYLOAD.length, HASH, Codec.NONE, null);
    }

    private byte[] get(String uri) {
        return Failures.await(store.get(reference(uri)));
    }

    @Test
    void keepsAFileUnderItsTopicDayAndHash() throws IOException {
        String uri = Failures.await(store.put(object()));

        Path file = folder.resolve("orders/2026-11-21").resolve(HASH);
        assertThat(uri).isEqualTo("file:" + file);
        assertThat(file).hasBinaryContent(PAYLOAD);
        assertThat(get(uri)).isEqualTo(PAYLOAD);
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).as("nothing unfinished stays").containsExactly(file);
        }
    }

    @Test
    void doesNotWriteAgainWhatIsThere() throws IOException {
        Path file = Path.of(Failures.await(store.put(object())).substring("file:".length()));
        Object before = Files.readAttributes(file, "unix:ino").get("ino");

        Failures.await(store.put(object()));
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(before);

        Files.writeString(file, "cut");
        Failures.await(store.put(object()));
        assertThat(file).hasBinaryContent(PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:PARENT/HASH",
                "file:PARENT/payloads-evil/orders/2026-11-21/HASH",
                "file:PARENT/payloads/../orders/2026-11-21/HASH",
                "file:PARENT/payloads/orders/../../secret/2026-11-21/HASH",
                "file:PARENT/payloads/./orders/2026-11-21/HASH",
                "file:PARENT/payloads//orders/2026-11-21/HASH",
                "file:PARENT/payloads/%2e%2e/orders/2026-11-21/HASH",
                "file:PARENT/payloads/orders/HASH",
                "file:PARENT/payloads",
                "file:///etc/passwd",
                "file:/etc/passwd",
                "s3://payloads/orders/2026-11-21/HASH"
            })
    void refusesWhatIsNotItsOwn(String forged) throws IOException {
        for (String place : List.of("orders/2026-11-21", "secret/2026-11-21", "payloads-evil/orders/2026-11-21", ".")) {
            Files.createDirectories(parent.resolve(place));
            Files.write(parent.resolve(place).resolve(HASH), PAYLOAD);
        }
        Failures.await(store.put(object()));
        String uri = forged.replace("PARENT", parent.toString()).replace("HASH", HASH);

        assertThat(store.holds(uri)).isFalse();
        assertThatThrownBy(() -> get(uri)).isInstanceOf(RefusedPayloadException.class);
    }

    @Test
    void followsNoLinksOutOfItsFolder() throws IOException {
        Path outside = Files.createDirectories(parent.resolve("outside/2026-11-21"));
        Files.write(outside.resolve(HASH), PAYLOAD);
        Files.createDirectories(folder.resolve("linked-file/2026-11-21"));
        Files.createSymbolicLink(folder.resolve("linked-file/2026-11-21").resolve(HASH), outside.resolve(HASH));
        Files.createSymbolicLink(folder.resolve("linked-folder"), parent.resolve("outside"));

        for (String topic : List.of("linked-file", "linked-folder")) {
            assertThatThrownBy(() -> get("file:" + folder + "/" + topic + "/2026-11-21/" + HASH))
                    .isInstanceOf(RefusedPayloadException.class)
                    .hasMessageContaining("leads out");
        }
    }

    @Test
    void mayBeALinkItself() throws IOException {
        Path link = Files.createSymbolicLink(parent.resolve("link"), Files.createDirectories(folder));
        FolderStore linked = new FolderStore(link, Runnable::run);

        String uri = Failures.await(linked.put(object()));

        assertThat(Failures.await(linked.get(reference(uri)))).isEqualTo(PAYLOAD);
    }

    @Test
    void readsNoMoreThanTheReferenceSays() {
        String uri = Failures.await(store.put(object()));
        PayloadReference small = new PayloadReference(uri, PAYLOAD.length - 1, HASH, Codec.NONE, null);

        assertThatThrownBy(() -> Failures.await(store.get(small))).isInstanceOf(CorruptPayloadException.class);
    }

    @Test
    void refusesTheObjectOfAnotherPayload() {
        String uri = Failures.await(store.put(object()));
        PayloadReference other = new PayloadReference(uri, PAYLOAD.length, Sha256.of(new byte[1]), Codec.NONE, null);

        assertThatThrownBy(() -> Failures.await(store.get(other))).isInstanceOf(RefusedPayloadException.class);
    }

    @Test
    void whatIsNotAFileIsMissing() throws IOException {
        String uri = "file:" + folder + "/" + object().path();

        assertThatThrownBy(() -> get(uri)).isInstanceOf(MissingPayloadException.class);
        Files.createDirectories(folder.resolve(object().path()));
        assertThatThrownBy(() -> get(uri)).isInstanceOf(MissingPayloadException.class);
    }

    @Test
    void aFolderThatCannotBeMadeIsTransient() throws IOException {
        Files.writeString(folder, "a file");

        assertThatThrownBy(() -> Failures.await(store.put(object()))).isInstanceOf(UnavailableStoreException.class);
    }
}
