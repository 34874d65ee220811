package io.millrace.payloads.s3;

import io.millrace.payloads.Codec;
import io.millrace.payloads.ErasureMarker;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.StoredObject;
import io.millrace.payloads.StoredObjects;
import io.millrace.payloads.store.ObjectPath;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects of an {@link S3Store}. */
final class S3Objects implements StoredObjects {
    /** S3's own limit. */
    private static final int KEYS_IN_A_REQUEST = 1000;

    private final S3Location location;
    private final S3Connection connection;

    S3Objects(S3Location location, S3Connection connection) {
        this.location = location;
        this.connection = connection;
    }

    @Override
    public void forEach(Consumer<StoredObject> each) {
        String next = null;
        do {
            ListObjectsV2Request request = ListObjectsV2Request.builder()
                    .bucket(location.bucket())
                    .prefix(location.keyPrefix())
                    .continuationToken(next)
                    .build();
            ListObjectsV2Response page = connection.callWithRetries(
                    location.bucket(), "Cannot list " + location, client -> client.listObjectsV2(request));
            for (S3Object object : page.contents()) {
                ObjectPath.parse(
                                location.toString(),
                                object.key().substring(location.keyPrefix().length()),
                                object.size(),
                                object.lastModified())
                        .ifPresent(each);
            }
            next = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
        } while (next != null);
    }

    @Override
    public long delete(List<StoredObject> objects) {
        return deleteKeys(
                objects.stream().map(object -> identifier(keyOf(object), null)).toList());
    }

    private String keyOf(StoredObject object) {
        return location.key(object.uri());
    }

    static ObjectIdentifier identifier(String key, @Nullable String version) {
        return ObjectIdentifier.builder().key(key).versionId(version).build();
    }

    /** Returns how many of them are hidden by a delete marker, as in a bucket with versions. */
    long deleteKeys(List<ObjectIdentifier> keys) {
        long hidden = 0;
        for (int from = 0; from < keys.size(); from += KEYS_IN_A_REQUEST) {
            List<ObjectIdentifier> some = keys.subList(from, Math.min(keys.size(), from + KEYS_IN_A_REQUEST));
            DeleteObjectsRequest request = DeleteObjectsRequest.builder()
                    .bucket(location.bucket())
                    .delete(all -> all.objects(some))
                    .build();
            DeleteObjectsResponse answer = connection.callWithRetries(
                    location.bucket(), "Cannot delete from " + location, client -> client.deleteObjects(request));
            if (answer.hasErrors() && !answer.errors().isEmpty()) {
                S3Error error = answer.errors().get(0);
                throw new PayloadException("Cannot delete " + answer.errors().size() + " objects or versions from "
                        + location + ", the first of which is " + error.key() + ": " + error.code()
                        + ". An object under Object Lock can be deleted when its retention is over");
            }
            hidden += answer.deleted().stream()
                    .filter(deleted -> deleted.versionId() == null && Boolean.TRUE.equals(deleted.deleteMarker()))
                    .count();
        }
        return hidden;
    }

    @Override
    public void erase(List<StoredObject> objects) {
        if (objects.isEmpty()) {
            return;
        }
        // Without the rights nothing is begun.
        findFormerVersions(keyOf(objects.get(0)));
        for (StoredObject object : objects) {
            writeMarker(object);
            deleteKeys(findFormerVersions(keyOf(object)));
        }
    }

    private void writeMarker(StoredObject object) {
        PayloadObject marker = new PayloadObject(
                object.topic(),
                object.day(),
                object.sha256(),
                Codec.NONE,
                "text/plain",
                ErasureMarker.of(object.sha256()));
        S3Settings settings = connection.settings();
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(location.bucket())
                .key(keyOf(object))
                .contentType(S3Store.contentType(marker))
                .contentLength((long) marker.stored().length)
                .tagging(settings.tags().header(marker))
                .serverSideEncryption(settings.encryption().algorithm())
                .ssekmsKeyId(settings.encryption().kmsKeyId())
                .checksumCRC32(connection.checksum(ByteBuffer.wrap(marker.stored())))
                .build();
        connection.callWithRetries(
                location.bucket(),
                "Cannot erase " + object.uri(),
                client -> client.putObject(request, AsyncRequestBody.fromBytes(marker.stored())));
    }

    /** The versions of an object that are not the latest, delete markers included; none if the server has no versions. */
    private List<ObjectIdentifier> findFormerVersions(String key) {
        List<ObjectIdentifier> found = new ArrayList<>();
        String nextKey = null;
        String nextVersion = null;
        do {
            ListObjectVersionsRequest request = ListObjectVersionsRequest.builder()
                    .bucket(location.bucket())
                    .prefix(key)
                    .keyMarker(nextKey)
                    .versionIdMarker(nextVersion)
                    .build();
            ListObjectVersionsResponse page;
            try {
                page = connection.callWithRetries(
                        location.bucket(),
                        "Cannot list the versions of " + location.uri(key),
                        client -> client.listObjectVersions(request));
            } catch (PayloadException e) {
                if (S3Faults.status(e.getCause()) == S3Faults.NOT_IMPLEMENTED) {
                    return List.of();
                }
                throw e;
            }
            page.versions().stream()
                    .filter(version -> version.key().equals(key) && !Boolean.TRUE.equals(version.isLatest()))
                    .forEach(version -> found.add(identifier(key, version.versionId())));
            page.deleteMarkers().stream()
                    .filter(marker -> marker.key().equals(key) && !Boolean.TRUE.equals(marker.isLatest()))
                    .forEach(marker -> found.add(identifier(key, marker.versionId())));
            boolean more = Boolean.TRUE.equals(page.isTruncated());
            nextKey = more ? page.nextKeyMarker() : null;
            nextVersion = more ? page.nextVersionIdMarker() : null;
        } while (nextKey != null);
        return found;
    }

    @Override
    public void close() {
        connection.close();
    }
}
