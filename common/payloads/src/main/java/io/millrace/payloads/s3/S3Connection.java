package io.millrace.payloads.s3;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millrace.payloads.Failures;
import io.millrace.payloads.PayloadException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.auth.StsWebIdentityTokenFileCredentialsProvider;

/**
 * The clients that the stores of one writer or reader share: one, and one for each other region in which a bucket turns out to be.
 * Each is opened by its first request. Safe for many threads.
 */
final class S3Connection implements AutoCloseable {
    /**
     * For bodies of at least this size, a request waits for the server's approval before it sends them (Expect:
     * 100-continue).
     */
    private static final long ASK_FIRST_BYTES = 4 * 1024 * 1024;

    private static final int ATTEMPTS = 5;
    private static final long PAUSE_MS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(S3Connection.class);
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");
    private static final String SESSION = "millrace-payloads";

    private final S3Settings settings;
    private final Executor executor;
    private final Map<Long, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();
    private final AtomicLong calls = new AtomicLong();

    /** By region; empty for the configured one. */
    @GuardedBy("this")
    private final Map<String, S3AsyncClient> clients = new HashMap<>();

    @GuardedBy("this")
    private final Map<String, S3Presigner> presigners = new HashMap<>();

    /** The buckets whose server named another region than the configured one. */
    private final Map<String, String> regions = new ConcurrentHashMap<>();

    @GuardedBy("this")
    private @Nullable AwsCredentialsProvider credentials;

    @GuardedBy("this")
    private @Nullable StsClient sts;

    private volatile boolean closed;

    /**
     * Opens nothing yet.
     *
     * @param executor runs what follows a request
     */
    S3Connection(S3Settings settings, Executor executor) {
        this.settings = settings;
        this.executor = executor;
    }

    S3Settings settings() {
        return settings;
    }

    /**
     * The client for a bucket.
     *
     * @throws PayloadException if it cannot be made of the settings and the environment, or was closed
     */
    private synchronized S3AsyncClient client(String bucket) {
        if (closed) {
            throw closedException();
        }
        return clients.computeIfAbsent(regions.getOrDefault(bucket, ""), this::openClient);
    }

    /**
     * Makes a request on a thread that may wait for credentials; it fails at once when the connection is closed. What follows
     * the answer runs on such a thread, too.
     */
    <T> CompletableFuture<T> call(String bucket, Function<S3AsyncClient, CompletableFuture<T>> request) {
        return track(CompletableFuture.completedFuture(this)
                .thenComposeAsync(
                        open -> open.callInRegion(bucket, client -> leaveEventLoop(request.apply(client))), executor));
    }

    /**
     * Makes a request on the caller's thread, which may wait for credentials; otherwise as {@link #call}.
     *
     * @param request what follows its failure may wait; what follows its success runs where it completes
     */
    <T> CompletableFuture<T> callOnThisThread(String bucket, Function<S3AsyncClient, CompletableFuture<T>> request) {
        return track(CompletableFuture.completedFuture(this).thenCompose(open -> open.callInRegion(bucket, request)));
    }

    /**
     * Makes a request and waits for its answer; repeats it a few times after transient faults.
     *
     * @param what is tried, for the message
     * @throws PayloadException if it failed
     */
    <T> T callWithRetries(String bucket, String what, Function<S3AsyncClient, CompletableFuture<T>> request) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call(bucket, request).join();
            } catch (CompletionException e) {
                PayloadException failure = S3Faults.translate(what, Failures.unwrap(e));
                if (!failure.isTransient() || attempt == ATTEMPTS || closed) {
                    throw failure;
                }
                CompletableFuture.runAsync(
                                () -> {}, CompletableFuture.delayedExecutor(PAUSE_MS * attempt, TimeUnit.MILLISECONDS))
                        .join();
            }
        }
    }

    /** Makes a request again where the bucket is in another region than was assumed. */
    private <T> CompletableFuture<T> callInRegion(
            String bucket, Function<S3AsyncClient, CompletableFuture<T>> request) {
        String region = regions.getOrDefault(bucket, "");
        return request.apply(client(bucket))
                .exceptionallyCompose(thrown -> isMoved(bucket, region, Failures.unwrap(thrown))
                        ? request.apply(client(bucket))
                        : CompletableFuture.failedFuture(thrown));
    }

    /** The answer, and what follows a failure runs on a thread that may wait for credentials. */
    <T> CompletableFuture<T> leaveEventLoopOnFailure(CompletableFuture<T> answer) {
        return answer.exceptionallyComposeAsync(CompletableFuture::failedFuture, this::runCompletion);
    }

    /** The answer, and what follows it runs on a thread that may wait for credentials. */
    <T> CompletableFuture<T> leaveEventLoop(CompletableFuture<T> answer) {
        return answer.whenCompleteAsync((ignored, failure) -> {}, this::runCompletion);
    }

    /** Whether the server answered that the bucket is in another region, which is then remembered. */
    private boolean isMoved(String bucket, String region, Throwable failure) {
        Optional<String> named = S3Faults.bucketRegion(failure)
                .filter(name -> REGION.matcher(name).matches());
        Region assumed = region(region);
        if (named.isEmpty() || (assumed != null && named.get().equals(assumed.id()))) {
            return false;
        }
        if (!named.get().equals(regions.put(bucket, named.get()))) {
            LOG.info("The bucket {} is in the region {}", bucket, named.get());
        }
        return true;
    }

    private <T> CompletableFuture<T> track(CompletableFuture<T> answer) {
        long call = calls.incrementAndGet();
        underWay.put(call, answer);
        if (closed) {
            answer.completeExceptionally(closedException());
        }
        return answer.whenComplete((ignored, failure) -> underWay.remove(call));
    }

    /** Signs a request for an object on a thread that may wait for credentials; without a request to the server. */
    CompletableFuture<String> presign(String bucket, String key, Duration validity) {
        return CompletableFuture.completedFuture(this)
                .thenApplyAsync(
                        open -> open.presigner(bucket)
                                .presignGetObject(signing -> signing.signatureDuration(validity)
                                        .getObjectRequest(
                                                get -> get.bucket(bucket).key(key)))
                                .url()
                                .toString(),
                        executor);
    }

    private synchronized S3Presigner presigner(String bucket) {
        if (closed) {
            throw closedException();
        }
        return presigners.computeIfAbsent(regions.getOrDefault(bucket, ""), this::openPresigner);
    }

    @GuardedBy("this")
    private S3Presigner openPresigner(String bucketRegion) {
        try {
            S3Presigner.Builder builder = S3Presigner.builder()
                    .credentialsProvider(credentials())
                    .serviceConfiguration(S3Configuration.builder()
                            .pathStyleAccessEnabled(settings.pathStyle())
                            .build());
            if (settings.endpoint() != null) {
                builder.endpointOverride(settings.endpoint());
            }
            Region region = region(bucketRegion);
            if (region != null) {
                builder.region(region);
            }
            return builder.build();
        } catch (RuntimeException e) {
            throw new PayloadException("Requests to S3 cannot be signed: " + e.getMessage(), e);
        }
    }

    /**
     * The checksum of a body, so that the server refuses a damaged one: its CRC32 in base64, or null if checksums are off.
     * Given in advance it is a header, which is signed, and the body goes out as it is. Otherwise the SDK would send it in
     * chunks with the checksum behind them, each chunk a copy.
     */
    @Nullable
    String checksum(ByteBuffer body) {
        if (!settings.checksums()) {
            return null;
        }
        CRC32 crc = new CRC32();
        crc.update(body.duplicate());
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) crc.getValue())
                        .array());
    }

    private static PayloadException closedException() {
        return new PayloadException("The connection to S3 was closed");
    }

    @GuardedBy("this")
    private S3AsyncClient openClient(String bucketRegion) {
        try {
            S3AsyncClientBuilder builder = S3AsyncClient.builder()
                    .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                            .maxConcurrency(settings.maxConnections())
                            // The byte budget bounds how many wait.
                            .maxPendingConnectionAcquires(Integer.MAX_VALUE)
                            .connectionAcquisitionTimeout(settings.requestTimeout())
                            .connectionTimeout(settings.requestTimeout())
                            .readTimeout(settings.requestTimeout())
                            .writeTimeout(settings.requestTimeout())
                            .tcpKeepAlive(true))
                    .credentialsProvider(credentials())
                    .forcePathStyle(settings.pathStyle())
                    // Downloads are verified by their SHA-256, and uploads have one in their name.
                    .requestChecksumCalculation(
                            isEncrypted() || !settings.checksums()
                                    ? RequestChecksumCalculation.WHEN_REQUIRED
                                    // Without TLS, bodies have a CRC32: see checksum().
                                    : RequestChecksumCalculation.WHEN_SUPPORTED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                    .serviceConfiguration(S3Configuration.builder()
                            .expectContinueThresholdInBytes(ASK_FIRST_BYTES)
                            .build())
                    // Another thread would have to wake up for each answer; where more follows, leaveEventLoop() has
                    // one.
                    .asyncConfiguration(async -> async.advancedOption(
                            SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
                    // Retries of all stores are made in one place.
                    .overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()));
            if (settings.endpoint() != null) {
                builder.endpointOverride(settings.endpoint());
            }
            Region region = region(bucketRegion);
            if (region != null) {
                builder.region(region);
            }
            return builder.build();
        } catch (RuntimeException e) {
            closeSts();
            throw new PayloadException("Opening the connection to S3 failed: " + e.getMessage(), e);
        }
    }

    /** Futures complete also while the plugin stops, so that no caller waits for ever. */
    private void runCompletion(Runnable completion) {
        try {
            executor.execute(completion);
        } catch (RejectedExecutionException e) {
            completion.run();
        }
    }

    private boolean isEncrypted() {
        return settings.endpoint() == null || "https".equals(settings.endpoint().getScheme());
    }

    private @Nullable Region region(String bucketRegion) {
        if (!bucketRegion.isEmpty()) {
            return Region.of(bucketRegion);
        }
        if (settings.region() != null) {
            return Region.of(settings.region());
        }
        return settings.endpoint() == null ? null : Region.US_EAST_1;
    }

    @GuardedBy("this")
    private AwsCredentialsProvider credentials() {
        if (credentials == null) {
            credentials = createCredentials();
        }
        return credentials;
    }

    @GuardedBy("this")
    private AwsCredentialsProvider createCredentials() {
        if (settings.credentials() instanceof S3Settings.Key key) {
            return StaticCredentialsProvider.create(
                    key.sessionToken() == null
                            ? AwsBasicCredentials.create(key.id(), key.secret().value())
                            : AwsSessionCredentials.create(
                                    key.id(),
                                    key.secret().value(),
                                    key.sessionToken().value()));
        }
        if (settings.credentials() instanceof S3Settings.WebIdentity identity) {
            StsClientBuilder builder = StsClient.builder().credentialsProvider(AnonymousCredentialsProvider.create());
            if (settings.region() != null) {
                builder.region(Region.of(settings.region()));
            }
            sts = builder.build();
            return StsWebIdentityTokenFileCredentialsProvider.builder()
                    .stsClient(sts)
                    .roleArn(identity.roleArn())
                    .roleSessionName(SESSION)
                    .webIdentityTokenFile(identity.tokenFile())
                    .build();
        }
        return DefaultCredentialsProvider.builder().build();
    }

    @GuardedBy("this")
    private void closeSts() {
        if (sts != null) {
            sts.close();
            sts = null;
            credentials = null;
        }
    }

    @Override
    public void close() {
        closeClients();
        // Otherwise the client would let them run until their timeout.
        underWay.values().forEach(answer -> answer.completeExceptionally(closedException()));
    }

    private synchronized void closeClients() {
        closed = true;
        try {
            presigners.values().forEach(S3Presigner::close);
            presigners.clear();
            clients.values().forEach(S3AsyncClient::close);
            clients.clear();
        } finally {
            closeSts();
        }
    }
}
