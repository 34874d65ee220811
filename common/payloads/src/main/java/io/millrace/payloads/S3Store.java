package io.millrace.payloads;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Objects {@code s3://BUCKET/PREFIX/TOPIC/DATE/SHA256} of a bucket, with the codec's suffix. An object appears when all of it
 * is stored; one that is there already is not written again, where the server can do that. Requests are not made again here.
 */
final class S3Store implements PayloadStore {
    static final String SCHEME = "s3://";

    private static final Logger LOG = LoggerFactory.getLogger(S3Store.class);
    static final String ANY = "*";

    private final String bucket;
    private final String keyPrefix;
    private final StoreLocation location;
    private final S3Connection connection;
    private final S3Settings settings;
    /** Until the server says that it cannot. */
    private volatile boolean conditional;

    /**
     * Keeps objects in a bucket, which has to be there.
     *
     * @param location of the scheme S3
     * @param connection closed with this store; other stores of the same writer or reader may share it
     */
    S3Store(StoreLocation location, S3Connection connection) {
        this.location = location;
        this.bucket = location.place();
        this.keyPrefix = location.prefix().isEmpty() ? "" : location.prefix() + "/";
        this.connection = connection;
        this.settings = connection.settings();
        this.conditional = settings.conditionalWrites();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // What failed is what the returned future fails with.
    public CompletableFuture<String> put(PayloadObject object) {
        String key = keyPrefix + object.path();
        String uri = SCHEME + bucket + "/" + key;
        S3Requests requests = new S3Requests();
        CompletableFuture<String> kept = connection
                .callHere(client -> send(client, requests, object, key, uri))
                .handle((ignored, thrown) -> {
                    if (thrown != null) {
                        throw S3Faults.of("Cannot write " + uri, Failures.unwrap(thrown));
                    }
                    return uri;
                });
        kept.whenComplete((ignored, thrown) -> {
            if (thrown instanceof CancellationException) {
                requests.cancel();
            }
        });
        return kept;
    }

    private CompletableFuture<?> send(
            S3AsyncClient client, S3Requests requests, PayloadObject object, String key, String uri) {
        boolean onlyIfMissing = conditional;
        return write(client, requests, object, key, onlyIfMissing).exceptionallyCompose(thrown -> {
            Throwable failure = Failures.unwrap(thrown);
            if (onlyIfMissing && S3Faults.status(failure) == S3Faults.PRECONDITION_FAILED) {
                LOG.debug("{} is there already", uri);
                return CompletableFuture.completedFuture(null);
            }
            if (onlyIfMissing && S3Faults.status(failure) == S3Faults.NOT_IMPLEMENTED) {
                // It may be something else that the server does not know, e.g. tags: then this fails too.
                return write(client, requests, object, key, false).thenRun(this::writePlainly);
            }
            return CompletableFuture.failedFuture(failure);
        });
    }

    private void writePlainly() {
        if (conditional) {
            conditional = false;
            LOG.info("{}: the server knows no conditional writes, objects that are there are written again", this);
        }
    }

    private CompletableFuture<Void> write(
            S3AsyncClient client, S3Requests requests, PayloadObject object, String key, boolean onlyIfMissing) {
        byte[] stored = object.stored();
        if (stored.length > settings.multipartBytes()) {
            return new S3Upload(client, requests, connection, bucket, key, object, onlyIfMissing).send();
        }
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .contentType(contentType(object))
                .contentLength((long) stored.length)
                .tagging(settings.tags().of(object))
                .serverSideEncryption(settings.encryption().algorithm())
                .ssekmsKeyId(settings.encryption().kmsKeyId())
                .ifNoneMatch(onlyIfMissing ? ANY : null)
                .checksumCRC32(connection.checksum(ByteBuffer.wrap(stored)))
                .build();
        return requests.add(client.putObject(request, AsyncRequestBody.fromBytesUnsafe(stored)))
                .thenRun(() -> {});
    }

    /** The media type of what lies there, and not of what it is made of. */
    static String contentType(PayloadObject object) {
        return object.codec() == Codec.NONE && object.contentType() != null
                ? object.contentType()
                : "application/octet-stream";
    }

    @Override
    public CompletableFuture<byte[]> get(PayloadReference reference) {
        String uri = reference.uri();
        try {
            require(reference);
        } catch (RefusedPayloadException e) {
            return CompletableFuture.failedFuture(e);
        }
        String key = key(uri);
        S3Download download = new S3Download(uri, reference.size());
        return connection
                .call(client -> client.getObject(get -> get.bucket(bucket).key(key), download))
                .handle((stored, thrown) -> {
                    if (thrown != null) {
                        throw S3Faults.of("Cannot read " + uri, Failures.unwrap(thrown));
                    }
                    return stored;
                });
    }

    /** A URL of the server's; it is not asked whether the object is there. */
    @Override
    public CompletableFuture<String> presign(PayloadReference reference, Duration validity) {
        try {
            require(reference);
        } catch (RefusedPayloadException e) {
            return CompletableFuture.failedFuture(e);
        }
        return connection.presign(bucket, key(reference.uri()), validity).handle((url, thrown) -> {
            if (thrown != null) {
                throw S3Faults.of("Cannot sign a URL of " + reference.uri(), Failures.unwrap(thrown));
            }
            return url;
        });
    }

    private void require(PayloadReference reference) {
        if (!holds(reference.uri())) {
            throw new RefusedPayloadException(reference.uri() + " is not below " + this);
        }
        ObjectPath.requireNames(reference);
    }

    private String key(String uri) {
        return uri.substring(SCHEME.length() + bucket.length() + 1);
    }

    @Override
    public boolean holds(String uri) {
        String start = location + "/";
        return uri.startsWith(start) && ObjectPath.isValid(uri.substring(start.length()));
    }

    @Override
    public String toString() {
        return location.toString();
    }

    @Override
    public void close() {
        connection.close();
    }
}
