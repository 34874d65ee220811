package io.millrace.payloads.s3;

import io.millrace.payloads.Codec;
import io.millrace.payloads.ErasureMarker;
import io.millrace.payloads.Failures;
import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.RefusedPayloadException;
import io.millrace.payloads.store.ObjectPath;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Objects {@code s3://BUCKET/PREFIX/TOPIC/DATE/SHA256} of a bucket, with the codec's suffix. An object appears when all
 * of it is stored; one that is there already is not written again, if the server can do that. Requests are not made
 * again here.
 */
final class S3Store implements PayloadStore {
    private static final Logger LOG = LoggerFactory.getLogger(S3Store.class);
    static final String ANY = "*";

    private final String bucket;
    private final S3Location location;
    private final S3Connection connection;
    private final S3Settings settings;
    /** False after the server has refused it. */
    private volatile boolean conditional;

    /**
     * Keeps objects in a bucket, which must exist.
     *
     * @param connection closed with this store; other stores of the same writer or reader may share it
     */
    S3Store(S3Location location, S3Connection connection) {
        this.location = location;
        this.bucket = location.bucket();
        this.connection = connection;
        this.settings = connection.settings();
        this.conditional = settings.conditionalWrites();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // The returned future fails with the failure.
    public CompletableFuture<String> put(PayloadObject object) {
        String key = location.keyPrefix() + object.path();
        String uri = location.uri(key);
        S3Requests requests = new S3Requests();
        CompletableFuture<String> kept = connection
                .callOnThisThread(bucket, client -> send(client, requests, object, key, uri))
                .handle((ignored, thrown) -> {
                    if (thrown != null) {
                        throw S3Faults.translate("Cannot write " + uri, Failures.unwrap(thrown));
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
                return keepOrReplace(client, requests, object, key, uri);
            }
            if (onlyIfMissing && S3Faults.status(failure) == S3Faults.NOT_IMPLEMENTED) {
                // The server may lack something else, e.g. tags: then this fails too.
                return write(client, requests, object, key, false).thenRun(this::writeUnconditionally);
            }
            return CompletableFuture.failedFuture(failure);
        });
    }

    /** Leaves a payload that is there, and writes in the place of a marker. */
    private CompletableFuture<Void> keepOrReplace(
            S3AsyncClient client, S3Requests requests, PayloadObject object, String key, String uri) {
        return connection
                .leaveEventLoop(requests.add(
                        client.headObject(head -> head.bucket(bucket).key(key))))
                .handle((found, thrown) -> thrown == null && isPayload(found))
                .thenCompose(isStored -> {
                    if (isStored) {
                        LOG.debug("{} is there already", uri);
                        return CompletableFuture.completedFuture(null);
                    }
                    // Also if HEAD was refused, which needs a separate right.
                    return write(client, requests, object, key, false);
                });
    }

    /** Whether an object is not a marker, as far as its size shows: a payload of that size may be written again. */
    static boolean isPayload(HeadObjectResponse found) {
        return found.contentLength() != null && found.contentLength() != ErasureMarker.BYTES;
    }

    /** Ends an upload that does not exist, which a writer may do. */
    @Override
    public CompletableFuture<?> checkWriting() {
        return check(client -> client.abortMultipartUpload(
                abort -> abort.bucket(bucket).key(checkedKey()).uploadId("millrace-check")));
    }

    /** Reads an object that does not exist. Without the right to list, the server denies that, too. */
    @Override
    public CompletableFuture<?> checkReading() {
        return check(client ->
                client.getObject(get -> get.bucket(bucket).key(checkedKey()), AsyncResponseTransformer.toBytes()));
    }

    private String checkedKey() {
        return location.keyPrefix() + "millrace-check";
    }

    private CompletableFuture<?> check(Function<S3AsyncClient, CompletableFuture<?>> request) {
        return connection
                .call(bucket, client -> request.apply(client).thenApply(answer -> (Object) answer))
                .handle((answer, thrown) -> {
                    Throwable failure = thrown == null ? null : Failures.unwrap(thrown);
                    if (failure != null && !S3Faults.provesAccess(failure)) {
                        throw S3Faults.translate("Cannot use " + this, failure);
                    }
                    return null;
                });
    }

    @Override
    public CompletableFuture<Boolean> canReuse(String uri, Duration age) {
        String key = location.key(uri);
        return connection
                .call(
                        bucket,
                        client -> client.headObject(head -> head.bucket(bucket).key(key)))
                .handle((found, thrown) -> thrown == null && isPayload(found));
    }

    private void writeUnconditionally() {
        if (conditional) {
            conditional = false;
            LOG.info("{}: the server does not support conditional writes, existing objects are written again", this);
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
                .tagging(settings.tags().header(object))
                .serverSideEncryption(settings.encryption().algorithm())
                .ssekmsKeyId(settings.encryption().kmsKeyId())
                .ifNoneMatch(onlyIfMissing ? ANY : null)
                .checksumCRC32(connection.checksum(ByteBuffer.wrap(stored)))
                .build();
        // A success is handed on where it arrives: nothing that takes long follows it.
        return connection
                .leaveEventLoopOnFailure(requests.add(client.putObject(request, S3Body.of(ByteBuffer.wrap(stored)))))
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
            requireOwn(reference);
        } catch (RefusedPayloadException e) {
            return CompletableFuture.failedFuture(e);
        }
        String key = location.key(uri);
        S3Download download = new S3Download(uri, reference.size());
        // As for writing; the reader verifies the bytes on a thread of its own.
        return connection
                .callOnThisThread(
                        bucket,
                        client -> connection.leaveEventLoopOnFailure(
                                client.getObject(get -> get.bucket(bucket).key(key), download)))
                .handle((stored, thrown) -> {
                    if (thrown != null) {
                        throw S3Faults.translateRead("Cannot read " + uri, Failures.unwrap(thrown));
                    }
                    return stored;
                });
    }

    /** A URL of the server. The method does not check whether the object exists. */
    @Override
    public CompletableFuture<String> presign(PayloadReference reference, Duration validity) {
        try {
            requireOwn(reference);
        } catch (RefusedPayloadException e) {
            return CompletableFuture.failedFuture(e);
        }
        return connection
                .presign(bucket, location.key(reference.uri()), validity)
                .handle((url, thrown) -> {
                    if (thrown != null) {
                        throw S3Faults.translate("Cannot sign a URL of " + reference.uri(), Failures.unwrap(thrown));
                    }
                    return url;
                });
    }

    private void requireOwn(PayloadReference reference) {
        if (!holds(reference.uri())) {
            throw new RefusedPayloadException(reference.uri() + " is not below " + this);
        }
        ObjectPath.requireNames(reference);
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
