package io.millrace.payloads.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.Codec;
import io.millrace.payloads.ErasureMarker;
import io.millrace.payloads.Failures;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadMetrics;
import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.Seed;
import io.millrace.payloads.Sha256;
import io.millrace.payloads.StoredObject;
import io.millrace.payloads.UnavailableStoreException;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.layered.RetryingStore;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;

/** Servers, and what stands before them, that answer in other ways than expected; and servers that want more than others. */
class S3AnswersTest {
    private static final int MEBI = 1024 * 1024;
    private static final String LOCATION = "s3://payloads/answers";

    @TempDir
    private static Path folder;

    private static InJvmS3 s3;
    private static ExecutorService executor;
    private static Random random;
    private static SdkAsyncHttpClient idle;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private FaultProxy proxy;

    @BeforeAll
    static void startServer() throws Exception {
        s3 = new InJvmS3(folder);
        executor = Executors.newFixedThreadPool(2);
        random = Seed.random("S3AnswersTest");
        idle = NettyNioAsyncHttpClient.create();
    }

    @AfterAll
    static void stopServer() {
        executor.shutdownNow();
        idle.close();
        s3.close();
    }

    @BeforeEach
    void startProxy() throws Exception {
        proxy = new FaultProxy(s3.port());
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        proxy.close();
    }

    private S3Connection connection(String... more) {
        Map<String, String> options = InJvmS3.options(proxy.port());
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        S3Connection connection = new S3Connection(InJvmS3.settings(options), executor);
        opened.add(connection);
        return connection;
    }

    private S3Store store(String location, String... more) {
        return new S3Store(S3Location.parse(PayloadOptions.STORE.name(), location), connection(more));
    }

    private S3Store store() {
        return store(LOCATION);
    }

    private static RetryingStore retrying(S3Store store) {
        return new RetryingStore(store, Duration.ofMinutes(1), new PayloadMetrics("S3AnswersTest"));
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static PayloadObject object(byte[] payload) {
        return new PayloadObject("orders", LocalDate.of(2026, 11, 21), Sha256.of(payload), Codec.NONE, null, payload);
    }

    private static PayloadReference reference(byte[] payload) {
        return new PayloadReference(
                LOCATION + "/" + object(payload).path(), payload.length, Sha256.of(payload), Codec.NONE, null);
    }

    private static void drain(Socket client, FaultProxy.Request request) throws IOException {
        String length = request.header("content-length");
        if (length != null && request.header("expect") == null) {
            client.getInputStream().skipNBytes(Long.parseLong(length));
        }
    }

    /** An answer with a head of its own. */
    private static FaultProxy.Fault respond(String head, String body) {
        return (client, request, handOn) -> {
            drain(client, request);
            OutputStream out = client.getOutputStream();
            out.write((head + "\r\nContent-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                    .getBytes(StandardCharsets.US_ASCII));
        };
    }

    private static FaultProxy.Fault ofAnIngress() {
        return respond("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain", "default backend - 404");
    }

    @Test
    void a404OfAnIngressIsNoMissingObject() {
        byte[] payload = bytes(100);
        proxy.next(1, "PUT", ofAnIngress());
        assertThatThrownBy(() -> Failures.await(store().put(object(payload))))
                .isInstanceOf(UnavailableStoreException.class)
                .hasMessageContaining("404");
        Failures.await(store().put(object(payload)));
        proxy.next(1, "GET", ofAnIngress());
        assertThatThrownBy(() -> Failures.await(store().get(reference(payload))))
                .isInstanceOf(UnavailableStoreException.class);

        proxy.next(2, "GET", ofAnIngress());
        proxy.next(1, "GET", respond("HTTP/1.1 403 Forbidden\r\nContent-Type: text/html", "<html>no</html>"));
        proxy.next(1, "GET", respond("HTTP/1.1 400 Bad Request\r\nContent-Type: text/html", "<html>no</html>"));
        proxy.next(1, "GET", respond("HTTP/1.1 404 Not Found\r\nContent-Type: text/html", ""));
        assertThat(Failures.await(retrying(store()).get(reference(payload)))).isEqualTo(payload);
        assertThatThrownBy(() -> Failures.await(store().get(reference(bytes(5)))))
                .isInstanceOf(MissingPayloadException.class);
    }

    @Test
    void anErrorInAGoodAnswerPasses() {
        byte[] payload = bytes(11 * MEBI);
        proxy.next(
                request -> request.method().equals("POST") && request.target().contains("uploadId="),
                FaultProxy.answer(200, "InternalError"));

        Failures.await(retrying(store(LOCATION, S3Options.MULTIPART_BYTES.name(), Integer.toString(5 * MEBI)))
                .put(object(payload)));

        assertThat(Failures.await(store().get(reference(payload)))).isEqualTo(payload);
        assertThat(s3.unfinishedUploads()).isZero();
    }

    @Test
    void anArchivedObjectIsNoFaultThatPasses() {
        proxy.next(1, "GET", FaultProxy.answer(403, "InvalidObjectState"));

        assertThatThrownBy(() -> Failures.await(store().get(reference(bytes(5)))))
                .isExactlyInstanceOf(PayloadException.class)
                .hasMessageContaining("InvalidObjectState");
    }

    /** As a bucket with Object Lock, and servers that copy Amazon's. */
    @Test
    void partsHaveChecksumsThatTheUploadAnnounces() {
        byte[] payload = bytes(11 * MEBI);
        List<String> completions = new ArrayList<>();
        proxy.next(
                request -> request.method().equals("POST") && request.target().contains("uploadId="),
                (client, request, handOn) -> {
                    byte[] body =
                            client.getInputStream().readNBytes(Integer.parseInt(request.header("content-length")));
                    completions.add(new String(body, StandardCharsets.UTF_8));
                    respond(
                                    "HTTP/1.1 400 Bad Request\r\nContent-Type: application/xml",
                                    "<Error><Code>InvalidPart</Code></Error>")
                            .apply(client, new FaultProxy.Request("POST", request.target(), ""), handOn);
                });
        S3Store store = store(LOCATION, S3Options.MULTIPART_BYTES.name(), Integer.toString(5 * MEBI));
        assertThatThrownBy(() -> Failures.await(store.put(object(payload))))
                .isExactlyInstanceOf(PayloadException.class)
                .hasMessageContaining("InvalidPart");

        assertThat(completions).singleElement().satisfies(body -> assertThat(body.split("<ChecksumCRC32>", -1))
                .hasSize(4));
        assertThat(proxy.requests("POST").get(0).header("x-amz-checksum-algorithm"))
                .isEqualTo("CRC32");
        assertThat(proxy.requests("PUT")).hasSize(3).allMatch(part -> part.header("x-amz-checksum-crc32") != null);
        Failures.await(store.put(object(payload)));
        assertThat(Failures.await(store.get(reference(payload)))).isEqualTo(payload);
    }

    @Test
    void checksumsAreSentOverTlsTooUnlessTheyAreOff() {
        ByteBuffer body = ByteBuffer.wrap(bytes(100));
        assertThat(connection(S3Options.ENDPOINT.name(), "https://localhost:1").checksum(body))
                .isNotNull();
        assertThat(connection(S3Options.CHECKSUMS.name(), "false").checksum(body))
                .isNull();

        Failures.await(store(LOCATION, S3Options.CHECKSUMS.name(), "false").put(object(bytes(100))));
        assertThat(proxy.requests("PUT").get(0).header("x-amz-checksum-crc32")).isNull();
    }

    @Test
    void followsABucketToItsRegion() {
        byte[] payload = bytes(100);
        Failures.await(store().put(object(payload)));
        for (int i = 0; i < 50; i++) {
            proxy.next(
                    request -> !String.valueOf(request.header("authorization")).contains("/us-west-2/"),
                    respond(
                            "HTTP/1.1 301 Moved Permanently\r\nContent-Type: application/xml"
                                    + "\r\nx-amz-bucket-region: us-west-2",
                            "<Error><Code>PermanentRedirect</Code></Error>"));
        }
        S3Store store = store(LOCATION, S3Options.REGION.name(), "eu-central-1");

        assertThat(Failures.await(store.get(reference(payload)))).isEqualTo(payload);
        byte[] other = bytes(101);
        Failures.await(store.put(object(other)));
        assertThat(Failures.await(store.get(reference(other)))).isEqualTo(other);
        assertThat(proxy.requests().stream().filter(request -> String.valueOf(request.header("authorization"))
                        .contains("/eu-central-1/")))
                .as("it is asked once")
                .hasSize(1);
        assertThat(Failures.await(store.presign(reference(payload), Duration.ofMinutes(1))))
                .contains("us-west-2");
    }

    @Test
    void looksWhetherThePayloadIsStillThere() {
        byte[] payload = bytes(100);
        S3Store store = store();
        String uri = Failures.await(store.put(object(payload)));
        assertThat(Failures.await(store.canReuse(uri, Duration.ofHours(1)))).isTrue();
        proxy.next(1, "HEAD", respond("HTTP/1.1 403 Forbidden", ""));
        assertThat(Failures.await(store.canReuse(uri, Duration.ofHours(1)))).isFalse();

        try (S3Objects objects = new S3Objects(S3Location.parse("store", LOCATION), connection())) {
            objects.delete(list(objects, payload));
        }
        assertThat(Failures.await(store.canReuse(uri, Duration.ofHours(1)))).isFalse();
    }

    private static List<StoredObject> list(S3Objects objects, byte[] payload) {
        List<StoredObject> found = new ArrayList<>();
        objects.forEach(object -> {
            if (object.sha256().equals(Sha256.of(payload))) {
                found.add(object);
            }
        });
        assertThat(found).hasSize(1);
        return found;
    }

    @Test
    void erasesAllVersions() throws IOException {
        S3Location location = S3Location.parse("store", "s3://versioned/here");
        byte[] payload = bytes(1000);
        byte[] other = bytes(1001);
        String key = "here/" + object(payload).path();
        String otherKey = "here/" + object(other).path();
        PayloadReference reference =
                new PayloadReference("s3://versioned/" + key, payload.length, Sha256.of(payload), Codec.NONE, null);
        try (VersionedS3 server = new VersionedS3();
                S3Connection connection =
                        new S3Connection(InJvmS3.settings(InJvmS3.options(server.port())), executor)) {
            S3Store store = new S3Store(location, connection);
            S3Objects objects = new S3Objects(location, connection);
            Failures.await(store.put(object(payload)));
            Failures.await(store.put(object(other)));
            assertThat(objects.delete(list(objects, payload)))
                    .as("hidden, and not gone")
                    .isEqualTo(1);
            assertThatThrownBy(() -> Failures.await(store.get(reference))).isInstanceOf(MissingPayloadException.class);
            Failures.await(store.put(object(payload)));
            assertThat(server.count(key)).as("two versions and a delete marker").isEqualTo(3);

            objects.erase(list(objects, payload));

            assertThat(server.count(key)).isEqualTo(1);
            assertThat(server.count(otherKey)).isEqualTo(1);
            assertThat(Failures.await(store.get(reference))).isEqualTo(ErasureMarker.of(Sha256.of(payload)));
            assertThat(Failures.await(store.canReuse(reference.uri(), Duration.ofHours(1))))
                    .isFalse();
            // What was erased is not stored.
            Failures.await(store.put(object(payload)));
            assertThat(Failures.await(store.get(reference))).isEqualTo(payload);

            server.lock(otherKey);
            assertThatThrownBy(() -> objects.erase(list(objects, other)))
                    .isInstanceOf(PayloadException.class)
                    .hasMessageContaining("AccessDenied")
                    .hasMessageContaining("Object Lock");
        }
    }

    /** A writer without the right to read cannot tell a marker from a payload, and writes either again. */
    @Test
    void writesInThePlaceOfAMarker() {
        for (int size : new int[] {1000, 6 * MEBI}) {
            for (boolean mayRead : new boolean[] {true, false}) {
                byte[] payload = bytes(size);
                S3Store store = store(LOCATION, S3Options.MULTIPART_BYTES.name(), Integer.toString(5 * MEBI));
                try (S3Objects objects = new S3Objects(S3Location.parse("store", LOCATION), connection())) {
                    Failures.await(store.put(object(payload)));
                    objects.erase(list(objects, payload));
                }
                if (!mayRead) {
                    proxy.next(1, "HEAD", respond("HTTP/1.1 403 Forbidden", ""));
                }
                Failures.await(store.put(object(payload)));
                assertThat(Failures.await(store.get(reference(payload)))).isEqualTo(payload);
            }
        }
    }

    @Test
    void aMarkerMayBeLargerThanItsPayload() {
        byte[] payload = bytes(3);
        S3Store store = store();
        try (S3Objects objects = new S3Objects(S3Location.parse("store", LOCATION), connection())) {
            Failures.await(store.put(object(payload)));
            objects.erase(list(objects, payload));
        }
        assertThat(Failures.await(store.get(reference(payload)))).isEqualTo(ErasureMarker.of(Sha256.of(payload)));
    }

    @Test
    void tellsWhatIsWrongBeforeAPayloadComes() {
        Failures.await(store().checkWriting().thenApply(answer -> true));
        Failures.await(store().checkReading().thenApply(answer -> true));
        for (S3Store wrong : List.of(
                store("s3://no-such-bucket/x"), store(LOCATION, S3Options.SECRET_ACCESS_KEY.name(), "another"))) {
            assertThatThrownBy(() -> Failures.await(wrong.checkWriting().thenApply(answer -> true)))
                    .isInstanceOf(PayloadException.class)
                    .hasMessageContaining("Cannot use ");
            assertThatThrownBy(() -> Failures.await(wrong.checkReading().thenApply(answer -> true)))
                    .isInstanceOf(PayloadException.class);
        }
    }
}
