package io.millrace.tools.payloads;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.payloads.StoredObject;
import io.millrace.payloads.StoredObjects;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.tools.CommandRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnreferencedTest {
    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final String A = "a".repeat(64);
    private static final String B = "b0".repeat(32);
    private static final String C = "c123".repeat(16);

    @TempDir
    Path folder;

    @Test
    void findsWhatNoRecordRefersTo() throws IOException {
        store("orders/2026-03-01/" + A + ".zst");
        store("orders/2026-03-01/" + B);
        store("orders/2026-03-02/" + B + ".gz");
        store("orders/2026-03-02/" + C + ".lz4");
        Unreferenced unreferenced = listed();

        scan(unreferenced, "{\"uri\":\"file:/x/orders/2026-03-01/" + A + ".zst\"}");
        unreferenced.scanBytes(null);
        scan(unreferenced, "sha256=" + C);

        assertThat(paths(unreferenced)).containsExactly("orders/2026-03-01/" + B, "orders/2026-03-02/" + B + ".gz");
        assertThat(unreferenced.foundNoReference()).isFalse();
        assertThat(unreferenced.summary()).contains("2 referred to, 2 not referred to, of 6 bytes");
    }

    @Test
    void leavesTopicsAloneThatWereNotNamed() throws IOException {
        store("orders-archive/2026-03-01/" + A);
        store("other/orders/2026-03-01/" + A);

        assertThat(listed().objects()).isEmpty();
    }

    @Test
    void anObjectMayGetReferencesUntilItsDayIsOver() throws IOException {
        store("orders/2026-03-08/" + A);
        store("orders/2026-03-09/" + B);
        Path written = store("orders/2026-03-01/" + C);
        Files.setLastModifiedTime(written, FileTime.from(NOW.minus(Duration.ofHours(23))));

        assertThat(paths(listed())).containsExactly("orders/2026-03-08/" + A);
    }

    @Test
    void looksAtNothingThatIsNoPayload() throws IOException {
        store("orders/2026-03-01/readme.txt");
        store("orders/2026-02-30/" + A);
        store("orders/2026-03-01/." + A + ".part");
        store("orders/" + A);

        assertThat(listed().summary()).startsWith("0 objects");
    }

    @Test
    void findsHashesInLongerRowsOfDigits() throws IOException {
        store("orders/2026-03-01/" + A);
        Unreferenced unreferenced = listed();

        scan(unreferenced, "0123" + A + "4567");

        assertThat(unreferenced.objects()).isEmpty();
    }

    @Test
    void saysWhetherAnythingWasReferredTo() throws IOException {
        store("orders/2026-03-01/" + A);
        Unreferenced unreferenced = listed();

        scan(unreferenced, "nothing of ours " + B);

        assertThat(unreferenced.foundNoReference()).isTrue();
    }

    @Test
    void deletesWhatItIsTold() throws IOException {
        Path first = store("orders/2026-03-01/" + A);
        Path second = store("orders/2026-03-01/" + B);
        try (StoredObjects objects = objects()) {
            Unreferenced unreferenced = Unreferenced.among(objects, Set.of("orders"), NOW, DAY);
            scan(unreferenced, A);
            objects.delete(unreferenced.objects());
            objects.delete(unreferenced.objects());
        }

        assertThat(first).exists();
        assertThat(second).doesNotExist();
    }

    @Test
    void saysWhichArgumentIsWrong() {
        String[] right = {"payloads", "--bootstrap-servers", "127.0.0.1:1", "--topics", "orders"};
        assertThat(run(right, "--store", "kafka:chunks").err())
                .contains("kafka:chunks")
                .contains("retention");
        assertThat(run(right, "--store", "file:" + folder, "--grace", "soon").err())
                .contains("--grace")
                .contains("'soon'");
        assertThat(run(right, "--store", "file:" + folder.resolve("missing")).err())
                .contains("missing is not there");
        assertThat(run(right).err()).contains("--store is missing");
    }

    private static CommandRun run(String[] words, String... more) {
        String[] all = Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray(String[]::new);
        CommandRun run = CommandRun.of(all);
        assertThat(run.exitCode()).isEqualTo(2);
        return run;
    }

    private Path store(String path) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[3]);
        return Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-03-01T12:00:00Z")));
    }

    private StoredObjects objects() {
        return Payloads.openObjects(PayloadOptions.OBJECTS.read(Map.of()), "file:" + folder);
    }

    private Unreferenced listed() {
        try (StoredObjects objects = objects()) {
            return Unreferenced.among(objects, Set.of("orders"), NOW, DAY);
        }
    }

    private static void scan(Unreferenced unreferenced, String text) {
        unreferenced.scanBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> paths(Unreferenced unreferenced) {
        String start = "file:" + folder + "/";
        return unreferenced.objects().stream()
                .map(StoredObject::uri)
                .map(uri -> uri.substring(start.length()))
                .toList();
    }
}
