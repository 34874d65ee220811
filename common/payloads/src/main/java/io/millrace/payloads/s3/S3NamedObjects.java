package io.millrace.payloads.s3;

import io.millrace.payloads.Failures;
import io.millrace.payloads.NamedObjects;
import io.millrace.payloads.store.ObjectName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects of any name below a location in S3. Needs no conditional writes and no parts. */
final class S3NamedObjects implements NamedObjects {
    private final S3Location location;
    private final S3Connection connection;

    S3NamedObjects(S3Location location, S3Connection connection) {
        this.location = location;
        this.connection = connection;
    }

    private String keyOf(String name) {
        return location.keyPrefix() + ObjectName.require(name);
    }

    @Override
    public CompletableFuture<Void> put(String name, byte[] content) {
        String key = keyOf(name);
        S3Settings settings = connection.settings();
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(location.bucket())
                .key(key)
                .contentType("application/octet-stream")
                .contentLength((long) content.length)
                .tagging(settings.tags().ownHeader())
                .serverSideEncryption(settings.encryption().algorithm())
                .ssekmsKeyId(settings.encryption().kmsKeyId())
                .checksumCRC32(connection.checksum(ByteBuffer.wrap(content)))
                .build();
        return connection
                .call(location.bucket(), client -> client.putObject(request, AsyncRequestBody.fromBytesUnsafe(content)))
                .handle((ignored, thrown) -> {
                    if (thrown != null) {
                        throw S3Faults.translate("Cannot write " + location.uri(key), Failures.unwrap(thrown));
                    }
                    return null;
                });
    }

    @Override
    public CompletableFuture<byte[]> get(String name, int maxBytes) {
        String key = keyOf(name);
        S3Download download = new S3Download(location.uri(key), maxBytes);
        return connection
                .call(
                        location.bucket(),
                        client -> client.getObject(
                                get -> get.bucket(location.bucket()).key(key), download))
                .handle((content, thrown) -> {
                    if (thrown != null) {
                        throw S3Faults.translateRead("Cannot read " + location.uri(key), Failures.unwrap(thrown));
                    }
                    return content;
                });
    }

    @Override
    public List<Entry> list(String prefix) {
        List<Entry> found = new ArrayList<>();
        String next = null;
        do {
            ListObjectsV2Request request = ListObjectsV2Request.builder()
                    .bucket(location.bucket())
                    .prefix(location.keyPrefix() + prefix)
                    .continuationToken(next)
                    .build();
            ListObjectsV2Response page = connection.callWithRetries(
                    location.bucket(), "Cannot list " + location, client -> client.listObjectsV2(request));
            for (S3Object object : page.contents()) {
                String name = object.key().substring(location.keyPrefix().length());
                if (ObjectName.isValid(name)) {
                    found.add(new Entry(name, object.size(), object.lastModified()));
                }
            }
            next = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
        } while (next != null);
        return found;
    }

    @Override
    public void delete(Collection<String> names) {
        new S3Objects(location, connection)
                .deleteKeys(names.stream()
                        .map(name -> S3Objects.identifier(keyOf(name), null))
                        .toList());
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
