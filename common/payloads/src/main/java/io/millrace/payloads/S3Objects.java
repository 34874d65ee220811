package io.millrace.payloads;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The objects of an {@link S3Store}. */
final class S3Objects implements StoredObjects {
    /** S3's own limit. */
    private static final int KEYS_IN_A_REQUEST = 1000;

    private final StoreLocation location;
    private final String keyPrefix;
    private final S3Connection connection;

    S3Objects(StoreLocation location, S3Connection connection) {
        this.location = location;
        this.keyPrefix = location.prefix().isEmpty() ? "" : location.prefix() + "/";
        this.connection = connection;
    }

    @Override
    public void forEach(Consumer<StoredObject> each) {
        String next = null;
        do {
            String token = next;
            ListObjectsV2Response page = await(
                    "Cannot list " + location, connection.client().listObjectsV2(list -> list.bucket(location.place())
                            .prefix(keyPrefix)
                            .continuationToken(token)));
            for (S3Object object : page.contents()) {
                ObjectPath.object(
                                location.toString(),
                                object.key().substring(keyPrefix.length()),
                                object.size(),
                                object.lastModified())
                        .ifPresent(each);
            }
            next = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
        } while (next != null);
    }

    @Override
    public void delete(List<StoredObject> objects) {
        int start = S3Store.SCHEME.length() + location.place().length() + 1;
        for (int from = 0; from < objects.size(); from += KEYS_IN_A_REQUEST) {
            List<ObjectIdentifier> keys = new ArrayList<>();
            for (StoredObject object : objects.subList(from, Math.min(objects.size(), from + KEYS_IN_A_REQUEST))) {
                keys.add(ObjectIdentifier.builder()
                        .key(object.uri().substring(start))
                        .build());
            }
            DeleteObjectsResponse answer =
                    await("Cannot delete from " + location, connection.client().deleteObjects(delete -> delete.bucket(
                                    location.place())
                            .delete(all -> all.objects(keys).quiet(true))));
            if (answer.hasErrors() && !answer.errors().isEmpty()) {
                S3Error error = answer.errors().get(0);
                throw new PayloadException("Cannot delete " + answer.errors().size() + " objects from " + location
                        + ", the first of which is " + error.key() + ": " + error.code());
            }
        }
    }

    private static <T> T await(String what, CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw S3Faults.of(what, Failures.unwrap(e));
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
