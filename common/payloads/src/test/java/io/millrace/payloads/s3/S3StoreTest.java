package io.millrace.payloads.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.payloads.Codec;
import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.Failures;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadMetrics;
import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.RefusedPayloadException;
import io.millrace.payloads.ScriptedStore;
import io.millrace.payloads.Seed;
import io.millrace.payloads.Sha256;
import io.millrace.payloads.UnavailableStoreException;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.layered.FallbackStore;
import io.millrace.payloads.layered.RetryingStore;
import io.millrace.testing.documents.Troubleshooting;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;

class S3StoreTest {
    private static final int MEBI = 1024 * 1024;
    private static final String LOCATION = "s3://payloads/tests";

    @TempDir
    private static Path folder;

    private static InJvmS3 s3;
    private static ExecutorService executor;
    private static Random random;
    /** Keeps the event loops that all clients share, which take two seconds to end. */
    private static SdkAsyncHttpClient idle;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private FaultProxy proxy;

    @BeforeAll
    static void startServer() throws Exception {
        s3 = new InJvmS3(folder);
        executor = Executors.newFixedThreadPool(2);
        random = Seed.random("S3StoreTest");
        idle = NettyNioAsyncHttpClient.create();
    }

    @AfterAll
    static void stopServer() throws Exception {
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

    private S3Store store(String location, String... more) {
        Map<String, String> options = InJvmS3.options(proxy.port());
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        S3Store store = new S3Store(
                S3Location.parse(PayloadOptions.STORE.name(), location),
                new S3Connection(InJvmS3.settings(options), executor));
        opened.add(store);
        return store;
    }

    private S3Store store() {
        return store(LOCATION);
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static PayloadObject object(byte[] payload) {
        return new PayloadObject(
                "orders", LocalDate.of(2026, 11, 21), Sha256.of(payload), Codec.NONE, "image/png", payload);
    }

    private static PayloadReference reference(String uri, byte[] payload) {
        return new PayloadReference(uri, payload.length, Sha256.of(payload), Codec.NONE, "image/png");
    }

    private static String put(S3Store store, byte[] payload) {
        return Failures.await(store.put(object(payload)));
    }

    private static byte[] get(S3Store store, PayloadReference reference) {
        return Failures.await(store.get(reference));
    }

    @Test
    void givesAUrlThatNeedsNoCredentials() throws Exception {
        S3Store store = store();
        byte[] payload = bytes(10_000);
        String uri = put(store, payload);

        String url = Failures.await(store.presign(reference(uri, payload), Duration.ofMinutes(5)));

        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<byte[]> answer =
                client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(payload);
        assertThat(url).doesNotContain(InJvmS3.options(proxy.port()).get(S3Options.SECRET_ACCESS_KEY.name()));
        // Signed for this object alone.
        String other = put(store, bytes(100));
        String forged =
                url.replace(uri.substring(uri.lastIndexOf('/') + 1), other.substring(other.lastIndexOf('/') + 1));
        assertThat(client.send(
                                HttpRequest.newBuilder(URI.create(forged)).build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(403);
        assertThatThrownBy(() ->
                        Failures.await(store.presign(reference("s3://others/tests/x", payload), Duration.ofMinutes(5))))
                .isInstanceOf(RefusedPayloadException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 64 * 1024, MEBI, 5 * MEBI})
    void keepsAnObjectUnderItsTopicDayAndHash(int size) {
        byte[] payload = bytes(size);

        String uri = put(store(), payload);

        assertThat(uri).isEqualTo(LOCATION + "/orders/2026-11-21/" + Sha256.of(payload));
        assertThat(s3.keys()).contains("tests/orders/2026-11-21/" + Sha256.of(payload));
        assertThat(get(store(), reference(uri, payload))).isEqualTo(payload);
    }

    @Test
    void readsWhatLiesDeeperInTheBucket() {
        byte[] payload = bytes(100);
        String uri = put(store(), payload);

        assertThat(get(store("s3://payloads"), reference(uri, payload))).isEqualTo(payload);
    }

    @Test
    void sendsTypeTagsAndEncryption() {
        byte[] payload = bytes(100);
        proxy.next(1, "PUT", FaultProxy.answer(400, "InvalidArgument"));

        CompletableFuture<String> put = store(
                        LOCATION,
                        S3Options.TAGS.name(),
                        "owner=shop team,class=a/b",
                        S3Options.SSE.name(),
                        "aws:kms",
                        S3Options.SSE_KMS_KEY_ID.name(),
                        "key-7")
                .put(object(payload));

        assertThatThrownBy(() -> Failures.await(put)).isInstanceOf(PayloadException.class);
        FaultProxy.Request request = proxy.requests("PUT").get(0);
        assertThat(request.header("content-type")).isEqualTo("image/png");
        assertThat(request.header("x-amz-tagging").split("&"))
                .containsExactlyInAnyOrder("owner=shop%20team", "class=a%2Fb", "topic=orders", "date=2026-11-21");
        assertThat(request.header("x-amz-server-side-encryption")).isEqualTo("aws:kms");
        assertThat(request.header("x-amz-server-side-encryption-aws-kms-key-id"))
                .isEqualTo("key-7");
        assertThat(request.header("if-none-match")).isEqualTo("*");
    }

    @Test
    void sendsNoTagsWhereTheyAreSwitchedOff() {
        put(store(LOCATION, S3Options.TOPIC_TAGS.name(), "false"), bytes(10));

        assertThat(proxy.requests("PUT").get(0).header("x-amz-tagging")).isNull();
    }

    @Test
    void sendsEveryByteOnceAndHashesNoneAgain() {
        put(store(), bytes(MEBI));

        assertThat(proxy.requests()).hasSize(1);
        FaultProxy.Request request = proxy.requests().get(0);
        assertThat(request.header("content-length")).isEqualTo(Integer.toString(MEBI));
        assertThat(request.header("x-amz-content-sha256")).isEqualTo("UNSIGNED-PAYLOAD");
        assertThat(request.header("authorization")).contains("x-amz-checksum-crc32");
        assertThat(request.header("expect")).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {MEBI, 11 * MEBI})
    void sendsAgainWhatCameAsSomethingElse(int size) {
        byte[] payload = bytes(size);
        PayloadStore store = new RetryingStore(
                store(LOCATION, S3Options.MULTIPART_BYTES.name(), Integer.toString(5 * MEBI)),
                Duration.ofMinutes(1),
                new PayloadMetrics("Test"));
        proxy.next(1, "PUT", proxy.garble());

        String uri = Failures.await(store.put(object(payload)));

        assertThat(get(store(), reference(uri, payload))).isEqualTo(payload);
        assertThat(proxy.requests("PUT")).hasSize(size > 5 * MEBI ? 4 : 2);
    }

    @Test
    void leavesAnObjectThatIsThere() {
        byte[] payload = bytes(1000);
        S3Store store = store();
        String uri = put(store, payload);

        proxy.next(1, "PUT", (client, request, handOn) -> handOn.run());
        assertThat(put(store, payload)).isEqualTo(uri);
        proxy.next(1, "PUT", FaultProxy.answer(412, "PreconditionFailed"));
        assertThat(put(store, payload)).isEqualTo(uri);

        assertThat(proxy.requests("PUT")).hasSize(3).allMatch(request -> request.header("if-none-match") != null);
    }

    @Test
    void writesPlainlyWhereTheServerKnowsNoConditions() {
        S3Store store = store();
        proxy.next(1, "PUT", FaultProxy.answer(501, "NotImplemented"));

        put(store, bytes(10));
        put(store, bytes(11));

        assertThat(proxy.requests("PUT"))
                .extracting(request -> request.header("if-none-match"))
                .containsExactly("*", null, null);
    }

    @Test
    void keepsItsConditionsWhereTheServerKnowsSomethingElseNot() {
        S3Store store = store();
        proxy.next(2, "PUT", FaultProxy.answer(501, "NotImplemented"));

        assertThatThrownBy(() -> put(store, bytes(10)))
                .isExactlyInstanceOf(PayloadException.class)
                .hasMessageContaining(S3Options.TOPIC_TAGS.name());
        put(store, bytes(10));

        assertThat(proxy.requests("PUT"))
                .extracting(request -> request.header("if-none-match"))
                .containsExactly("*", null, "*");
    }

    @Test
    void writesWithoutConditionsWhereTheyAreSwitchedOff() {
        byte[] payload = bytes(10);
        S3Store store = store(LOCATION, S3Options.CONDITIONAL_WRITES.name(), "false");
        put(store, payload);
        put(store, payload);

        assertThat(proxy.requests("PUT")).hasSize(2).allMatch(request -> request.header("if-none-match") == null);
    }

    @ParameterizedTest
    @ValueSource(ints = {5 * MEBI + 1, 10 * MEBI, 12 * MEBI + 345})
    void sendsLargeObjectsInParts(int size) {
        byte[] payload = bytes(size);
        S3Store store = store(LOCATION, S3Options.MULTIPART_BYTES.name(), Integer.toString(5 * MEBI));

        String uri = put(store, payload);
        assertThat(get(store, reference(uri, payload))).isEqualTo(payload);

        int parts = (size + 5 * MEBI - 1) / (5 * MEBI);
        assertThat(proxy.requests("PUT")).hasSize(parts).allMatch(request -> request.target()
                .contains("partNumber="));
        assertThat(put(store, payload)).isEqualTo(uri);
        assertThat(proxy.requests("PUT")).as("what is there is not sent again").hasSize(parts);
    }

    @Test
    void sendsAPartAgain() {
        byte[] payload = bytes(11 * MEBI);
        S3Store store = store(LOCATION, S3Options.MULTIPART_BYTES.name(), Integer.toString(5 * MEBI));
        proxy.next(1, "PUT", FaultProxy.answer(503, "SlowDown"));
        proxy.next(1, "PUT", FaultProxy.hangUp());

        String uri = put(store, payload);

        assertThat(get(store, reference(uri, payload))).isEqualTo(payload);
    }

    @Test
    void leavesNoPartsBehind() {
        byte[] payload = bytes(11 * MEBI);
        S3Store store = store(LOCATION, S3Options.MULTIPART_BYTES.name(), Integer.toString(5 * MEBI));
        proxy.next(request -> request.target().contains("partNumber=2"), FaultProxy.answer(400, "InvalidDigest"));

        assertThatThrownBy(() -> put(store, payload))
                .isExactlyInstanceOf(PayloadException.class)
                .hasMessageContaining("InvalidDigest");

        assertThat(proxy.requests("DELETE")).hasSize(1);
        assertThat(s3.unfinishedUploads()).isZero();
        assertThat(s3.keys()).doesNotContain("tests/orders/2026-11-21/" + Sha256.of(payload));
    }

    @ParameterizedTest
    @ValueSource(ints = {MEBI, 11 * MEBI})
    void givesUpWhatTheServerDoesNotAnswer(int size) throws Exception {
        byte[] payload = bytes(size);
        CountDownLatch gone = new CountDownLatch(1);
        proxy.next(1, "PUT", (client, request, handOn) -> {
            if (request.header("expect") == null) {
                client.getInputStream().skipNBytes(Long.parseLong(request.header("content-length")));
            }
            // Until the client closes the connection.
            assertThat(client.getInputStream().read()).isNegative();
            gone.countDown();
        });
        PayloadStore hanging = new RetryingStore(
                store(LOCATION, S3Options.MULTIPART_BYTES.name(), Integer.toString(5 * MEBI)),
                Duration.ofMinutes(5),
                new PayloadMetrics("Test"));
        ScriptedStore other = new ScriptedStore("other");
        PayloadStore store =
                new FallbackStore(hanging, other, Duration.ofSeconds(2), new PayloadMetrics("Test"), executor);

        String uri = Failures.await(store.put(object(payload)));

        assertThat(uri).startsWith("other:");
        assertThat(Failures.await(store.get(reference(uri, payload)))).isEqualTo(payload);
        assertThat(gone.await(30, TimeUnit.SECONDS)).isTrue();
        await().untilAsserted(() -> assertThat(s3.unfinishedUploads()).isZero());
    }

    @Test
    void leavesNoPartsBehindWhereAnotherWriterWasFaster() {
        byte[] payload = bytes(6 * MEBI);
        S3Store store = store(LOCATION, S3Options.MULTIPART_BYTES.name(), Integer.toString(5 * MEBI));
        proxy.next(
                request -> request.method().equals("POST") && request.target().contains("uploadId="),
                FaultProxy.answer(412, "PreconditionFailed"));

        put(store, payload);

        assertThat(s3.unfinishedUploads()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "429, TooManyRequests",
        "503, SlowDown",
        "503, ServiceUnavailable",
        "500, InternalError",
        "502, BadGateway",
        "504, GatewayTimeout",
        "408, RequestTimeout",
        "400, RequestTimeout",
        "409, ConditionalRequestConflict",
        "400, ExpiredToken",
        "403, InvalidAccessKeyId",
        "403, AccessDenied",
        "403, SignatureDoesNotMatch",
        "403, RequestTimeTooSkewed"
    })
    void whatMayPassIsTransient(int status, String code) {
        S3Store store = store();
        byte[] payload = bytes(10);
        proxy.next(1, "PUT", FaultProxy.answer(status, code));
        proxy.next(1, "GET", FaultProxy.answer(status, code));

        assertThatThrownBy(() -> put(store, payload))
                .isInstanceOf(UnavailableStoreException.class)
                .hasMessageContaining(LOCATION)
                .hasMessageContaining(status + " " + code);
        String uri = put(store, payload);
        assertThatThrownBy(() -> get(store, reference(uri, payload)))
                .isInstanceOf(UnavailableStoreException.class)
                .hasMessageContaining(uri);
        assertThat(get(store, reference(uri, payload))).isEqualTo(payload);
    }

    @ParameterizedTest
    @CsvSource({
        "400, InvalidRequest",
        "404, NoSuchBucket",
        "301, PermanentRedirect",
        "400, AuthorizationHeaderMalformed",
        "501, NotImplemented"
    })
    void whatStaysWrongIsNot(int status, String code) {
        S3Store store = store(LOCATION, S3Options.CONDITIONAL_WRITES.name(), "false");
        byte[] payload = bytes(10);
        proxy.next(1, "PUT", FaultProxy.answer(status, code));
        proxy.next(1, "GET", FaultProxy.answer(status, code));

        assertThatThrownBy(() -> put(store, payload))
                .isExactlyInstanceOf(PayloadException.class)
                .hasMessageContaining(status + " " + code);
        String uri = LOCATION + "/" + object(payload).path();
        assertThatThrownBy(() -> get(store, reference(uri, payload))).isExactlyInstanceOf(PayloadException.class);
    }

    @Test
    void aRefusedKeyIsTransientAndHidden() {
        S3Store store = store(LOCATION, S3Options.SECRET_ACCESS_KEY.name(), "another-secret");

        assertThatThrownBy(() -> put(store, bytes(10)))
                .isInstanceOf(UnavailableStoreException.class)
                .hasMessageContaining("403")
                .hasMessageNotContaining("another-secret")
                .hasStackTraceContaining("403")
                .satisfies(failure -> assertThat(stackTrace(failure)).doesNotContain("another-secret"));
        assertThat(InJvmS3.settings(InJvmS3.options(1)).toString()).doesNotContain(InJvmS3.SECRET);
    }

    private static String stackTrace(Throwable failure) {
        java.io.StringWriter text = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }

    @Test
    void aConnectionThatEndsIsTransient() {
        S3Store store = store();
        byte[] payload = bytes(1000);
        proxy.next(1, "PUT", FaultProxy.hangUp());
        assertThatThrownBy(() -> put(store, payload)).isInstanceOf(UnavailableStoreException.class);

        String uri = put(store, payload);
        proxy.next(1, "GET", FaultProxy.hangUp());
        proxy.next(1, "GET", FaultProxy.body(1000, 500));
        proxy.next(1, "GET", FaultProxy.body(1000, 0));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> get(store, reference(uri, payload))).isInstanceOf(UnavailableStoreException.class);
        }
        assertThat(get(store, reference(uri, payload))).isEqualTo(payload);
    }

    @Test
    void aServerThatIsDownIsTransient() throws Exception {
        S3Store store = store();
        proxy.close();

        assertThatThrownBy(() -> put(store, bytes(10))).isInstanceOf(UnavailableStoreException.class);
    }

    @Test
    void aServerThatDoesNotAnswerIsTransient() {
        S3Store store = store(LOCATION, S3Options.REQUEST_TIMEOUT_MS.name(), "300");
        CountDownLatch never = new CountDownLatch(1);
        proxy.next(1, "PUT", FaultProxy.hold(never));

        assertThatThrownBy(() -> put(store, bytes(10))).isInstanceOf(UnavailableStoreException.class);
        never.countDown();
    }

    @Test
    void whatIsNotThereIsMissing() {
        byte[] payload = bytes(10);

        assertThatThrownBy(() ->
                        get(store(), reference(LOCATION + "/" + object(payload).path(), payload)))
                .isInstanceOf(MissingPayloadException.class)
                .hasMessageContaining(Sha256.of(payload))
                .message()
                .containsPattern(Troubleshooting.symptom("A payload is missing"));
    }

    /** A retry may wait for credentials, which the client fetches with the threads of its connections. */
    @Test
    void leavesTheClientsThreadsAfterAFailure() {
        S3Store store = store("s3://not-there/tests");
        byte[] payload = bytes(100);

        assertThat(List.of(
                        threadAfter(store.put(object(payload))),
                        threadAfter(store.get(
                                reference("s3://not-there/tests/orders/2026-11-21/" + Sha256.of(payload), payload)))))
                .noneMatch(name -> name.contains("EventLoop"));
    }

    private static String threadAfter(CompletableFuture<?> failing) {
        return failing.handle((done, failure) -> {
                    assertThat(failure).isNotNull();
                    return Thread.currentThread().getName();
                })
                .join();
    }

    @Test
    void aBucketThatIsNotThereIsAFailure() {
        assertThatThrownBy(() -> put(store("s3://no-such-bucket"), bytes(10)))
                .isExactlyInstanceOf(PayloadException.class)
                .hasMessageContaining("NoSuchBucket");
    }

    @Test
    void readsNoMoreThanTheReferenceSays() {
        byte[] payload = bytes(100);
        S3Store store = store();
        String uri = put(store, payload);
        PayloadReference small = new PayloadReference(uri, 99, Sha256.of(payload), Codec.NONE, null);

        assertThatThrownBy(() -> get(store, small))
                .isInstanceOf(CorruptPayloadException.class)
                .hasMessageContaining("100 bytes");
        // Announced as larger than any array, and not announced at all.
        proxy.next(1, "GET", FaultProxy.body(1L << 40, 10));
        proxy.next(1, "GET", FaultProxy.body(-1, 50 * MEBI));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> get(store, reference(uri, payload))).isInstanceOf(CorruptPayloadException.class);
        }
    }

    @Test
    void readsAnAnswerWithoutALength() {
        byte[] payload = new byte[1000];
        proxy.next(1, "GET", FaultProxy.body(-1, 1000));

        assertThat(get(store(), reference(LOCATION + "/" + object(payload).path(), payload)))
                .isEqualTo(payload);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://payloads-evil/tests/orders/2026-11-21/HASH",
                "s3://payloads.evil/tests/orders/2026-11-21/HASH",
                "s3://payloads/tests-evil/orders/2026-11-21/HASH",
                "s3://payloads/testsorders/2026-11-21/HASH",
                "s3://payloads/tests/../orders/2026-11-21/HASH",
                "s3://payloads/tests/x/../../orders/2026-11-21/HASH",
                "s3://payloads/tests/./orders/2026-11-21/HASH",
                "s3://payloads/tests/%2e%2e/orders/2026-11-21/HASH",
                "s3://payloads/tests/%2E%2E%2Forders/2026-11-21/HASH",
                "s3://payloads/tests//orders/2026-11-21/HASH",
                "s3://payloads/tests/orders\\2026-11-21/HASH",
                "s3://payloads/tests/orders/2026-11-21/HASH?versionId=1",
                "s3://payloads/tests/orders/2026-11-21/HASH#",
                "s3://payloads/tests/orders/2026-11-21/x/HASH",
                "s3://payloads/tests/2026-11-21",
                "s3://payloads/tests/",
                "s3://payloads/tests",
                "s3://user@payloads/tests/orders/2026-11-21/HASH",
                "s3:/payloads/tests/orders/2026-11-21/HASH",
                "S3://payloads/tests/orders/2026-11-21/HASH",
                "file:/payloads/tests/orders/2026-11-21/HASH"
            })
    void refusesWhatIsNotItsOwn(String forged) {
        byte[] payload = bytes(10);
        String uri = forged.replace("HASH", Sha256.of(payload));
        S3Store store = store();

        assertThat(store.holds(uri)).isFalse();
        if (uri.startsWith("s")) {
            assertThatThrownBy(() -> get(store, reference(uri, payload))).isInstanceOf(RefusedPayloadException.class);
        }
        assertThat(proxy.requests()).isEmpty();
    }

    @Test
    void refusesTheObjectOfAnotherPayload() {
        byte[] one = bytes(10);
        byte[] other = bytes(10);
        S3Store store = store();
        String uri = put(store, one);
        PayloadReference compressed = new PayloadReference(uri, 10, Sha256.of(one), Codec.ZSTD, null);

        assertThatThrownBy(() -> get(store, reference(uri, other))).isInstanceOf(RefusedPayloadException.class);
        assertThatThrownBy(() -> get(store, compressed)).isInstanceOf(RefusedPayloadException.class);
        assertThat(proxy.requests("GET")).isEmpty();
    }

    @Test
    void endsWhatIsUnderWayWhenItIsClosed() throws Exception {
        S3Store store = store();
        CountDownLatch latch = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        proxy.next(1, "PUT", (client, request, handOn) -> {
            arrived.countDown();
            FaultProxy.hold(latch).apply(client, request, handOn);
        });
        CompletableFuture<String> put = store.put(object(bytes(10)));
        arrived.await();

        store.close();
        store.close();

        assertThatThrownBy(() -> Failures.await(put)).isInstanceOf(PayloadException.class);
        assertThatThrownBy(() -> put(store, bytes(10)))
                .isExactlyInstanceOf(PayloadException.class)
                .hasMessageContaining("closed");
        latch.countDown();
    }
}
