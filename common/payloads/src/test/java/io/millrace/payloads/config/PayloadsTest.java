package io.millrace.payloads.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.Codec;
import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadMetrics;
import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadSettings;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.RefusedPayloadException;
import io.millrace.payloads.ScriptedStore;
import io.millrace.payloads.Seed;
import io.millrace.payloads.UnavailableStoreException;
import io.millrace.payloads.s3.FaultProxy;
import io.millrace.payloads.s3.InJvmS3;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;

/** Payloads on their way from a writer through a store to a reader. */
class PayloadsTest {
    private static final int KIBI = 1024;
    private static final int MEBI = KIBI * KIBI;

    @TempDir
    private static Path folder;

    private static InJvmS3 s3;
    private static ExecutorService executor;
    private static Random random;
    /** Keeps the event loops that all clients share, which take two seconds to end. */
    private static SdkAsyncHttpClient idle;

    @BeforeAll
    static void start() throws Exception {
        s3 = new InJvmS3(Files.createDirectories(folder.resolve("s3")));
        executor = Executors.newFixedThreadPool(2);
        random = Seed.random("PayloadsTest");
        idle = NettyNioAsyncHttpClient.create();
    }

    @AfterAll
    static void stop() {
        executor.shutdownNow();
        idle.close();
        s3.close();
    }

    private static Map<String, String> options(String location) {
        Map<String, String> options = InJvmS3.options(s3.port());
        options.put(PayloadOptions.STORE.name(), location);
        options.put(PayloadOptions.READ_LOCATIONS.name(), location);
        options.put("payload.s3.multipart.bytes", Integer.toString(5 * MEBI));
        return options;
    }

    private static PayloadWriter writer(Map<String, String> options) {
        return Payloads.openWriter(PayloadOptions.WRITING.read(options), "PayloadsTest");
    }

    private static PayloadReader reader(Map<String, String> options) {
        return Payloads.openReader(PayloadOptions.READING.read(options), "PayloadsTest");
    }

    private static String location(String scheme) {
        return scheme.equals("s3") ? "s3://payloads/writer" : "file:" + folder.resolve("files");
    }

    private static byte[] payload(int size, boolean compressible) {
        byte[] payload = new byte[size];
        if (!compressible) {
            random.nextBytes(payload);
            return payload;
        }
        byte[] line = ("{\"order\": " + random.nextInt() + "}\n").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < size; i++) {
            payload[i] = line[i % line.length];
        }
        return payload;
    }

    @ParameterizedTest
    @CsvSource({"file, none", "file, gzip", "file, lz4", "file, zstd", "s3, none", "s3, gzip", "s3, lz4", "s3, zstd"})
    void comeBackAsTheyWere(String scheme, String codec) {
        Map<String, String> options = options(location(scheme));
        options.put(PayloadOptions.CODEC.name(), codec);
        List<Integer> sizes = new ArrayList<>();
        for (int boundary : new int[] {0, 64 * KIBI, 128 * KIBI, MEBI, 5 * MEBI, 10 * MEBI}) {
            for (int size = Math.max(0, boundary - 1); size <= boundary + 1; size++) {
                sizes.add(size);
            }
        }
        for (int i = 0; i < 20; i++) {
            sizes.add(random.nextInt(1 << random.nextInt(10, 22)));
        }
        try (PayloadWriter writer = writer(options);
                PayloadReader reader = reader(options)) {
            List<byte[]> payloads = new ArrayList<>();
            List<CompletableFuture<PayloadReference>> references = new ArrayList<>();
            for (int size : sizes) {
                byte[] payload = payload(size, random.nextInt(4) > 0);
                payloads.add(payload);
                references.add(writer.write("orders", payload, random.nextBoolean() ? null : "image/png"));
            }
            for (int i = 0; i < payloads.size(); i++) {
                PayloadReference reference = PayloadReference.parse(
                        PayloadWriter.await(references.get(i)).toString());
                assertThat(reference.size()).isEqualTo(payloads.get(i).length);
                assertThat(reader.readNow(reference)).isEqualTo(payloads.get(i));
            }
            assertThat(writer.metrics().getFailures()).isZero();
            assertThat(writer.metrics().getBytesInFlight()).isZero();
            assertThat(reader.metrics().getRestoredPayloads()).isEqualTo(sizes.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"file", "s3"})
    void mayHave64MebibytesAndNotAByteMore(String scheme) {
        Map<String, String> options = options(location(scheme));
        try (PayloadWriter writer = writer(options);
                PayloadReader reader = reader(options)) {
            byte[] largest = payload(64 * MEBI, false);

            PayloadReference reference = writer.writeNow("orders", largest, null);

            assertThat(reader.readNow(reference)).isEqualTo(largest);
            assertThatThrownBy(() -> writer.writeNow("orders", new byte[64 * MEBI + 1], null))
                    .isInstanceOf(RefusedPayloadException.class)
                    .hasMessageContaining(PayloadOptions.MAX_BYTES.name());
            assertThat(writer.metrics().getRefusedReferences()).isEqualTo(1);
        }
    }

    private static PayloadWriter writer(PayloadStore store, int budget, Clock clock) {
        return writer(store, budget, Codec.NONE, clock);
    }

    private static PayloadWriter writer(PayloadStore store, int budget, Codec codec, Clock clock) {
        PayloadSettings settings = new PayloadSettings(0, MEBI, budget, codec, 100);
        return new PayloadWriter(store, settings, new PayloadMetrics("PayloadsTest"), executor, clock, () -> {});
    }

    @Test
    void aDuplicateIsSentOnce() {
        ScriptedStore store = new ScriptedStore("memory");
        store.gate = new CompletableFuture<>();
        try (PayloadWriter writer = writer(store, MEBI, Clock.systemUTC())) {
            List<CompletableFuture<PayloadReference>> references = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                references.add(writer.write("orders", payload(1000, true).clone(), null));
                references.add(writer.write("orders", "same".getBytes(StandardCharsets.UTF_8), "type/" + i));
            }
            store.gate.complete(null);
            references.forEach(PayloadWriter::await);

            PayloadReference other = writer.writeNow("payments", "same".getBytes(StandardCharsets.UTF_8), null);

            assertThat(store.calls)
                    .as("ten different ones, the same one, and that of another topic")
                    .hasValue(12);
            assertThat(writer.metrics().getDuplicatesSaved()).isEqualTo(9);
            assertThat(PayloadWriter.await(references.get(3)).contentType()).isEqualTo("type/1");
            assertThat(other.uri())
                    .isNotEqualTo(PayloadWriter.await(references.get(3)).uri());
        }
    }

    @Test
    void whatWasNotStoredIsSentAgain() {
        ScriptedStore store = new ScriptedStore("memory");
        store.failNext(1, new UnavailableStoreException("down", null));
        try (PayloadWriter writer = writer(store, MEBI, Clock.systemUTC())) {
            assertThatThrownBy(() -> writer.writeNow("orders", new byte[10], null))
                    .hasMessage("down");

            assertThat(writer.writeNow("orders", new byte[10], null).size()).isEqualTo(10);
            assertThat(writer.metrics().getBytesInFlight()).isZero();
        }
    }

    @Test
    void eachDayHasItsOwnObjects() {
        ScriptedStore store = new ScriptedStore("memory");
        Instant[] now = {Instant.parse("2026-11-21T23:59:59.999Z")};
        Clock clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now[0];
            }
        };
        try (PayloadWriter writer = writer(store, MEBI, clock)) {
            String uri = writer.writeNow("orders", new byte[10], null).uri();
            now[0] = now[0].plusMillis(1);

            assertThat(uri).contains("/2026-11-21/");
            assertThat(writer.writeNow("orders", new byte[10], null).uri()).contains("/2026-11-22/");
        }
    }

    @Test
    void noMoreThanTheBudgetIsOnItsWay() throws Exception {
        ScriptedStore store = new ScriptedStore("memory");
        store.gate = new CompletableFuture<>();
        try (PayloadWriter writer = writer(store, 10_000, Clock.systemUTC())) {
            List<CompletableFuture<PayloadReference>> references = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                references.add(writer.write("orders", payload(1000, false), null));
            }
            CompletableFuture<CompletableFuture<PayloadReference>> eleventh = new CompletableFuture<>();
            Thread waiting = new Thread(() -> eleventh.complete(writer.write("orders", payload(1, false), null)));
            waiting.start();
            org.awaitility.Awaitility.await().until(() -> waiting.getState() == Thread.State.WAITING);

            assertThat(writer.metrics().getBytesInFlight()).isEqualTo(10_000);
            assertThat(eleventh).isNotDone();
            store.gate.complete(null);

            assertThat(PayloadWriter.await(eleventh.get(30, TimeUnit.SECONDS)).size())
                    .isEqualTo(1);
            references.forEach(PayloadWriter::await);
            assertThat(writer.metrics().getBytesInFlight()).isZero();
        }
    }

    @Test
    void aCompressedCopyCountsToo() throws Exception {
        ScriptedStore store = new ScriptedStore("memory");
        store.gate = new CompletableFuture<>();
        byte[] noise = payload(500_000, false);
        byte[] payload = Arrays.copyOf(noise, 1_000_000);
        Arrays.fill(payload, 600_000, 1_000_000, (byte) 1);
        try (PayloadWriter writer = writer(store, 2_000_000, Codec.ZSTD, Clock.systemUTC())) {
            CompletableFuture<PayloadReference> first = writer.write("orders", payload, null);
            CompletableFuture<CompletableFuture<PayloadReference>> second = new CompletableFuture<>();
            // Beside the first payload there would be room, and beside it and its copy there is none.
            Thread waiting = new Thread(() -> second.complete(writer.write("orders", payload(400_000, false), null)));
            waiting.start();
            org.awaitility.Awaitility.await().until(() -> waiting.getState() == Thread.State.WAITING);

            assertThat(second).isNotDone();
            store.gate.complete(null);

            assertThat(first.get(30, TimeUnit.SECONDS).codec()).isEqualTo(Codec.ZSTD);
            assertThat(PayloadWriter.await(second.get(30, TimeUnit.SECONDS)).size())
                    .isEqualTo(400_000);
        }
    }

    @Test
    void aTopicLeadsNowhereElse() {
        try (PayloadWriter writer = writer(options(location("file")))) {
            assertThatThrownBy(() -> writer.writeNow("../../outside", new byte[10], null))
                    .isInstanceOf(RefusedPayloadException.class);
            assertThat(folder.resolve("outside")).doesNotExist();
        }
    }

    @Test
    void onlyWhatTheReferenceSaysIsGivenOut() throws Exception {
        Map<String, String> options = options(location("file"));
        try (PayloadWriter writer = writer(options);
                PayloadReader reader = reader(options)) {
            byte[] payload = payload(70_000, true);
            PayloadReference reference = writer.writeNow("orders", payload, null);
            Path file = Path.of(reference.uri().substring("file:".length()));
            byte[] stored = Files.readAllBytes(file);

            PayloadReference larger = new PayloadReference(
                    reference.uri(), reference.size() + 1, reference.sha256(), reference.codec(), null);
            assertThatThrownBy(() -> reader.readNow(larger)).isInstanceOf(CorruptPayloadException.class);
            PayloadReference huge =
                    new PayloadReference(reference.uri(), Long.MAX_VALUE, reference.sha256(), reference.codec(), null);
            assertThatThrownBy(() -> reader.readNow(huge)).isInstanceOf(RefusedPayloadException.class);
            PayloadReference elsewhere = new PayloadReference(
                    "file:/etc/passwd", reference.size(), reference.sha256(), reference.codec(), null);
            assertThatThrownBy(() -> reader.readNow(elsewhere)).isInstanceOf(RefusedPayloadException.class);

            Files.write(file, reference.codec().encode(payload(70_000, true)).stored());
            assertThatThrownBy(() -> reader.readNow(reference))
                    .isInstanceOf(CorruptPayloadException.class)
                    .hasMessageContaining("SHA-256");
            Files.write(file, stored);
            assertThat(reader.readNow(reference)).isEqualTo(payload);
            assertThat(reader.metrics().getRefusedReferences()).isEqualTo(2);
            assertThat(reader.metrics().getFailures()).isEqualTo(2);
        }
    }

    @Test
    void theFallbackStoresWhileAServerIsDown() throws Exception {
        int port;
        try (FaultProxy gone = new FaultProxy(1)) {
            port = gone.port();
        }
        Map<String, String> options = options("s3://payloads/x");
        options.putAll(Map.of(
                "payload.s3.endpoint",
                "http://127.0.0.1:" + port,
                PayloadOptions.FALLBACK_STORE.name(),
                location("file"),
                PayloadOptions.FALLBACK_AFTER_MS.name(),
                "300"));
        try (PayloadWriter writer = writer(options)) {
            assertThat(writer.writeNow("orders", payload(1000, false), null).uri())
                    .startsWith("file:");
            assertThat(writer.metrics().getFallbackPayloads()).isEqualTo(1);
        }
    }

    @Test
    void closedWritersAndReadersFailAndHoldNothing() {
        Map<String, String> options = options(location("s3"));
        PayloadWriter writer = writer(options);
        PayloadReference reference = writer.writeNow("orders", new byte[10], null);
        PayloadReader reader = reader(options);
        writer.close();
        reader.close();

        assertThatThrownBy(() -> writer.writeNow("orders", new byte[11], null)).isInstanceOf(PayloadException.class);
        assertThatThrownBy(() -> reader.readNow(reference)).isInstanceOf(PayloadException.class);
        assertThat(writer.metrics().getBytesInFlight()).isZero();
        assertThat(reader.metrics().getBytesInFlight()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "payload.s3.endpoint, ftp://host",
        "payload.s3.endpoint, http://user:to-be-hidden@host",
        "payload.s3.endpoint, host:9000",
        "payload.s3.region, ''",
        "payload.s3.access.key.id, id",
        "payload.s3.secret.access.key, to-be-hidden",
        "payload.s3.session.token, to-be-hidden",
        "payload.s3.role.arn, arn:aws:iam::1:role/r",
        "payload.s3.web.identity.token.file, /token",
        "payload.s3.sse, aes",
        "payload.s3.sse.kms.key.id, key",
        "payload.s3.tags, noValue",
        "payload.s3.tags, 'a=1,a=2'",
        "payload.s3.tags, topic=x",
        "payload.s3.multipart.bytes, 5242879",
        "payload.s3.max.connections, 0",
        "payload.s3.request.timeout.ms, 0",
        "payload.store, s3://bucket/../x",
        "payload.store, s3://Bucket",
        "payload.store, http://bucket"
    })
    void wrongOptionsAreRefused(String option, String value) {
        Map<String, String> options = new HashMap<>(Map.of(PayloadOptions.STORE.name(), "s3://payloads"));
        options.put(option, value);

        assertThatThrownBy(() -> writer(options))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(option)
                .hasMessageNotContaining("to-be-hidden");
    }

    @ParameterizedTest
    @CsvSource({
        "payload.stand.in.store, kafka:payloads, payload.fallback.store",
        "payload.stand.in.after.ms, 100, payload.fallback.after.ms"
    })
    void aFormerOptionIsRefusedWithThePresentOne(String former, String value, String present) {
        Map<String, String> options = new HashMap<>(Map.of("payload.store", "s3://payloads", former, value));

        assertThatThrownBy(() -> writer(options))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(former)
                .hasMessageContaining(present);
    }
}
