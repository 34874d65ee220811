package io.millrace.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.MissingPayloadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names, markers and the refusal of what is not an object of its name. */
class SpoolStoreTest {
    private static final Incarnation ONE = new Incarnation("orders", "00000000000000000000000000000001");
    private static final Incarnation TWO = new Incarnation("orders", "00000000000000000000000000000002");

    @TempDir
    private Path folder;

    @Test
    void listsObjectsInTheirOrderWithMarkersAndWhatIsForeign() throws IOException {
        try (SpoolStore store = open()) {
            assertThat(store.list().incarnations()).isEmpty();
            SpoolKey ten = put(store, ONE, 10, 9);
            SpoolKey nine = put(store, ONE, 9, 0);
            SpoolKey other = put(store, TWO, 1, 0);
            assertThat(await(store.readRecovered(ONE))).isZero();
            await(store.putRecovered(ONE, 8));
            await(store.putClosed(TWO));
            Files.writeString(folder.resolve("v1/orders/" + ONE.id() + "/notes.txt"), "x");
            Files.writeString(folder.resolve("README"), "x");

            SpoolListing listing = store.list();
            assertThat(listing.incarnations().keySet()).containsExactly(ONE, TWO);
            SpoolListing.Waiting waiting = listing.incarnations().get(ONE);
            assertThat(waiting.objects().stream().map(SpoolListing.Entry::key)).containsExactly(nine, ten);
            assertThat(waiting.recovered()).isNotNull();
            assertThat(waiting.closed()).isFalse();
            assertThat(listing.incarnations().get(TWO).closed()).isTrue();
            assertThat(listing.foreign()).containsExactly("README", "v1/orders/" + ONE.id() + "/notes.txt");
            assertThat(await(store.readRecovered(ONE))).isEqualTo(8);
            assertThat(await(store.get(nine)).sequence()).isEqualTo(9);

            store.delete(List.of(other));
            store.deleteMarkers(TWO);
            assertThat(store.list().incarnations().keySet()).containsExactly(ONE);
            assertThatThrownBy(() -> await(store.get(other))).isInstanceOf(MissingPayloadException.class);
        }
    }

    @Test
    void refusesAnObjectThatIsNotTheOneOfItsName() throws IOException {
        try (SpoolStore store = open()) {
            SpoolKey key = put(store, ONE, 1, 0);
            byte[] bytes = Files.readAllBytes(folder.resolve(SpoolStore.nameOf(key)));
            Files.write(folder.resolve(SpoolStore.nameOf(key)), new byte[] {1, 2, 3});
            assertCorrupt(store, key, "do not have the hash in its name");

            SpoolKey moved = SpoolKey.of(TWO, 1, bytes);
            await(store.put(moved, bytes));
            assertCorrupt(store, moved, "it is object 1 of " + ONE);

            SpoolKey foreign = SpoolKey.of(TWO, 2, "hello".getBytes(UTF_8));
            await(store.put(foreign, "hello".getBytes(UTF_8)));
            assertCorrupt(store, foreign, "found 5 bytes of something else");

            store.refuse(foreign, "it is no object");
            SpoolListing listing = store.list();
            assertThat(listing.refused()).singleElement().satisfies(entry -> assertThat(entry.key())
                    .isEqualTo(foreign));
            assertThat(listing.incarnations().get(TWO).objects()).hasSize(1);
            assertThat(listing.foreign()).isEmpty();
            assertThat(folder.resolve("refused").resolve(SpoolStore.nameOf(foreign) + ".reason"))
                    .hasContent("it is no object");

            Files.writeString(folder.resolve("v1/" + ONE + "/recovered"), "12");
            assertThatThrownBy(() -> await(store.readRecovered(ONE)))
                    .isInstanceOf(CorruptSpoolException.class)
                    .hasMessageContaining("recovered");
        }
    }

    private static void assertCorrupt(SpoolStore store, SpoolKey key, String reason) {
        assertThatThrownBy(() -> await(store.get(key)))
                .isInstanceOf(CorruptSpoolException.class)
                .hasMessageContaining(SpoolStore.nameOf(key))
                .hasMessageContaining(reason);
    }

    @Test
    void refusesALocationThatKeepsNoObjects() {
        assertThatThrownBy(() -> SpoolStore.open(Map.of("spool.store", "kafka:spool")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("spool.store")
                .hasMessageContaining("Expected s3://BUCKET/PREFIX or file:/FOLDER");
        assertThatThrownBy(() -> SpoolStore.open(Map.of())).hasMessageContaining("spool.store");
    }

    private SpoolStore open() {
        return SpoolStore.open(Map.of("spool.store", "file:" + folder));
    }

    private static SpoolKey put(SpoolStore store, Incarnation incarnation, long sequence, long previous) {
        byte[] bytes = SpoolFormat.write(new SpoolObject(incarnation, sequence, previous, 1, "ce_id", List.of()));
        SpoolKey key = SpoolKey.of(incarnation, sequence, bytes);
        await(store.put(key, bytes));
        return key;
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
