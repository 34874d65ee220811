package io.millrace.benchmarks.claimcheck;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import software.amazon.awssdk.core.BytesWrapper;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** The AWS SDK's asynchronous client with its defaults, without hashes; so many downloads at once. */
final class SdkRestorer implements Restorer {
    private final Target target;
    private final S3AsyncClient client;
    private final List<String> keys = new ArrayList<>();

    SdkRestorer(Target target) {
        this.target = target;
        this.client = SdkUploader.openClient(target);
    }

    @Override
    public void store(String topic, Iterator<byte[]> payloads) throws InterruptedException {
        SdkUploader uploader = new SdkUploader(target, client);
        uploader.store(topic, new Iterator<>() {
            @Override
            public boolean hasNext() {
                return payloads.hasNext();
            }

            @Override
            public byte[] next() {
                byte[] payload = payloads.next();
                keys.add(SdkUploader.key(target, topic, payload));
                return payload;
            }
        });
    }

    @Override
    public void restore(Consumer<byte[]> restored) {
        Deque<CompletableFuture<byte[]>> underWay = new ArrayDeque<>();
        for (String key : keys) {
            if (underWay.size() == SdkUploader.AT_ONCE) {
                restored.accept(underWay.remove().join());
            }
            underWay.add(
                    client.getObject(get -> get.bucket(target.bucket()).key(key), AsyncResponseTransformer.toBytes())
                            .thenApply(BytesWrapper::asByteArrayUnsafe));
        }
        underWay.forEach(payload -> restored.accept(payload.join()));
    }

    @Override
    public void close() {
        client.close();
    }
}
