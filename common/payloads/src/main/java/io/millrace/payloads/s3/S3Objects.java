package io.millrace.payloads.s3;

import io.millrace.payloads.Failures;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.StoredObject;
import io.millrace.payloads.StoredObjects;
import io.millrace.payloads.store.ObjectPath;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects of an {@link S3Store}. */
final class S3Objects implements StoredObjects {
    /** S3's own limit. */
    private static final int KEYS_IN_A_REQUEST = 1000;

    private static final int ATTEMPTS = 5;
    private static final long PAUSE_MS = 500;

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
            ListObjectsV2Response page =
                    callWithRetries("Cannot list " + location, client -> client.listObjectsV2(request));
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
    public void delete(List<StoredObject> objects) {
        for (int from = 0; from < objects.size(); from += KEYS_IN_A_REQUEST) {
            List<ObjectIdentifier> keys = new ArrayList<>();
            for (StoredObject object : objects.subList(from, Math.min(objects.size(), from + KEYS_IN_A_REQUEST))) {
                keys.add(ObjectIdentifier.builder()
                        .key(location.key(object.uri()))
                        .build());
            }
            DeleteObjectsRequest request = DeleteObjectsRequest.builder()
                    .bucket(location.bucket())
                    .delete(all -> all.objects(keys).quiet(true))
                    .build();
            DeleteObjectsResponse answer =
                    callWithRetries("Cannot delete from " + location, client -> client.deleteObjects(request));
            if (answer.hasErrors() && !answer.errors().isEmpty()) {
                S3Error error = answer.errors().get(0);
                throw new PayloadException("Cannot delete " + answer.errors().size() + " objects from " + location
                        + ", the first of which is " + error.key() + ": " + error.code());
            }
        }
    }

    /** Retries a few times after transient faults. */
    private <T> T callWithRetries(String what, Function<S3AsyncClient, CompletableFuture<T>> request) {
        for (int attempt = 1; ; attempt++) {
            try {
                return connection.call(request).join();
            } catch (CompletionException e) {
                PayloadException failure = S3Faults.translate(what, Failures.unwrap(e));
                if (!failure.isTransient() || attempt == ATTEMPTS) {
                    throw failure;
                }
                CompletableFuture.runAsync(
                                () -> {}, CompletableFuture.delayedExecutor(PAUSE_MS * attempt, TimeUnit.MILLISECONDS))
                        .join();
            }
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
