package io.millrace.payloads.s3;

import io.millrace.payloads.Failures;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Sends one large object in parts, as many at once as there are connections. If it fails, no parts remain. */
final class S3Upload {
    private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);
    /** A fault that passes costs a part and not the object. */
    private static final int ATTEMPTS = 3;

    private final S3AsyncClient client;
    private final S3Requests requests;
    private final S3Connection connection;
    private final S3Settings settings;
    private final String bucket;
    private final String key;
    private final PayloadObject object;
    /** False if a marker is there, or the server does not answer whether the object exists. */
    private volatile boolean onlyIfMissing;

    S3Upload(
            S3AsyncClient client,
            S3Requests requests,
            S3Connection connection,
            String bucket,
            String key,
            PayloadObject object,
            boolean onlyIfMissing) {
        this.client = client;
        this.requests = requests;
        this.connection = connection;
        this.settings = connection.settings();
        this.bucket = bucket;
        this.key = key;
        this.object = object;
        this.onlyIfMissing = onlyIfMissing;
    }

    CompletableFuture<Void> send() {
        return findObject().thenCompose(exists -> exists ? CompletableFuture.completedFuture(null) : beginUpload());
    }

    /** The server checks the condition only after all parts were sent, so this check runs before. */
    private CompletableFuture<Boolean> findObject() {
        if (!onlyIfMissing) {
            return CompletableFuture.completedFuture(false);
        }
        return connection
                .leaveEventLoop(requests.add(
                        client.headObject(head -> head.bucket(bucket).key(key))))
                .handle((found, thrown) -> {
                    if (thrown != null) {
                        // The write itself shows whether it is permitted; HEAD needs a separate right.
                        LOG.debug("It is not known that s3://{}/{} is there", bucket, key, thrown);
                        onlyIfMissing = S3Faults.status(Failures.unwrap(thrown)) == S3Faults.NOT_FOUND;
                        return false;
                    }
                    onlyIfMissing = S3Store.isPayload(found);
                    return onlyIfMissing;
                });
    }

    private CompletableFuture<Void> beginUpload() {
        // Not one that can be given up: the server may have begun an upload, which is to be ended.
        return connection
                .leaveEventLoop(client.createMultipartUpload(create -> create.bucket(bucket)
                        .key(key)
                        .contentType(S3Store.contentType(object))
                        .tagging(settings.tags().header(object))
                        .serverSideEncryption(settings.encryption().algorithm())
                        .ssekmsKeyId(settings.encryption().kmsKeyId())
                        .checksumAlgorithm(settings.checksums() ? ChecksumAlgorithm.CRC32 : null)))
                .thenCompose(created -> sendParts(created.uploadId()));
    }

    private CompletableFuture<Void> sendParts(String uploadId) {
        List<CompletableFuture<CompletedPart>> parts = new ArrayList<>();
        int size = settings.multipartBytes();
        for (int from = 0; from < object.stored().length; from += size) {
            parts.add(sendPart(uploadId, parts.size() + 1, from, Math.min(size, object.stored().length - from), 1));
        }
        // An upload is only given up when nothing more of it is under way.
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenCompose(ignored -> completeUpload(
                        uploadId, parts.stream().map(CompletableFuture::join).toList()))
                .exceptionallyCompose(thrown -> abortUpload(uploadId, Failures.unwrap(thrown)));
    }

    private CompletableFuture<CompletedPart> sendPart(String uploadId, int number, int from, int length, int attempt) {
        ByteBuffer bytes = ByteBuffer.wrap(object.stored(), from, length);
        String checksum = connection.checksum(bytes);
        UploadPartRequest request = UploadPartRequest.builder()
                .bucket(bucket)
                .key(key)
                .uploadId(uploadId)
                .partNumber(number)
                .contentLength((long) length)
                .checksumCRC32(checksum)
                .build();
        return connection
                .leaveEventLoop(requests.add(client.uploadPart(request, S3Body.of(bytes))))
                .thenApply(sent -> CompletedPart.builder()
                        .partNumber(number)
                        .eTag(sent.eTag())
                        .checksumCRC32(checksum)
                        .build())
                .exceptionallyCompose(thrown -> {
                    PayloadException failure =
                            S3Faults.translate("Part " + number + " was not taken", Failures.unwrap(thrown));
                    return failure.isTransient() && attempt < ATTEMPTS
                            ? sendPart(uploadId, number, from, length, attempt + 1)
                            : CompletableFuture.failedFuture(Failures.unwrap(thrown));
                });
    }

    private CompletableFuture<Void> completeUpload(String uploadId, List<CompletedPart> parts) {
        return connection
                .leaveEventLoop(requests.add(client.completeMultipartUpload(complete -> complete.bucket(bucket)
                        .key(key)
                        .uploadId(uploadId)
                        .ifNoneMatch(onlyIfMissing ? S3Store.ANY : null)
                        .multipartUpload(upload -> upload.parts(parts)))))
                .thenRun(() -> {});
    }

    private CompletableFuture<Void> abortUpload(String uploadId, Throwable failure) {
        return client.abortMultipartUpload(
                        abort -> abort.bucket(bucket).key(key).uploadId(uploadId))
                .handle((aborted, thrown) -> {
                    if (thrown != null) {
                        LOG.warn(
                                "Aborting the upload failed, parts of s3://{}/{} remain in the bucket in upload {}",
                                bucket,
                                key,
                                uploadId,
                                Failures.unwrap(thrown));
                    }
                    return null;
                })
                .thenCompose(ignored -> CompletableFuture.failedFuture(failure));
    }
}
