package io.millrace.benchmarks.claimcheck;

import java.net.URI;
import java.util.Iterator;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** The AWS SDK's asynchronous client with its defaults, without hashes and references; so many uploads at once. */
final class SdkUploader implements Uploader {
    static final int AT_ONCE = 32;

    private final Target target;
    private final S3AsyncClient client;

    SdkUploader(Target target) {
        this(target, openClient(target));
    }

    SdkUploader(Target target, S3AsyncClient client) {
        this.target = target;
        this.client = client;
    }

    static S3AsyncClient openClient(Target target) {
        return S3AsyncClient.builder()
                .endpointOverride(URI.create(target.endpoint()))
                .forcePathStyle(true)
                .region(Region.of(Target.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(target.accessKeyId(), target.secretAccessKey())))
                .build();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Failures are thrown when all uploads are done.
    public void store(String topic, Iterator<byte[]> payloads) throws InterruptedException {
        Semaphore free = new Semaphore(AT_ONCE);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        while (payloads.hasNext() && failure.get() == null) {
            free.acquire();
            byte[] payload = payloads.next();
            String key = key(target, topic, payload);
            client.putObject(
                            put -> put.bucket(target.bucket()).key(key),
                            // As our own store does; a copy would slow it down.
                            AsyncRequestBody.fromBytesUnsafe(payload))
                    .whenComplete((stored, thrown) -> {
                        if (thrown != null) {
                            failure.set(thrown);
                        }
                        free.release();
                    });
        }
        free.acquire(AT_ONCE);
        if (failure.get() != null) {
            throw new IllegalStateException("An upload failed", failure.get());
        }
    }

    static String key(Target target, String topic, byte[] payload) {
        return target.prefix() + "/" + topic + "/" + TestPayloads.number(payload);
    }

    @Override
    public void close() {
        client.close();
    }
}
