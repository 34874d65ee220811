package io.millrace.benchmarks.claimcheck.peer;

import com.bakdata.kafka.AbstractLargeMessageConfig;
import com.bakdata.kafka.LargeMessageStoringClient;
import com.bakdata.kafka.RandomUUIDGenerator;
import io.millrace.benchmarks.claimcheck.Target;
import io.millrace.benchmarks.claimcheck.UploadProcess;
import io.millrace.benchmarks.claimcheck.Uploader;
import java.util.Iterator;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The storer of bakdata's serializer and converter, one message after the other; without compression, under random ids. */
final class LargeMessageUploader implements Uploader {
    private final LargeMessageStoringClient storer;

    private LargeMessageUploader(Target target) {
        storer = config(target).getStorer();
    }

    /** With a bucket and nothing else that is not a default. */
    static AbstractLargeMessageConfig config(Target target) {
        return new AbstractLargeMessageConfig(Map.of(
                AbstractLargeMessageConfig.BASE_PATH_CONFIG,
                target.location() + "/",
                AbstractLargeMessageConfig.MAX_BYTE_SIZE_CONFIG,
                Integer.toString(Target.THRESHOLD_BYTES),
                AbstractLargeMessageConfig.ID_GENERATOR_CONFIG,
                RandomUUIDGenerator.class.getName(),
                AbstractLargeMessageConfig.USE_HEADERS_CONFIG,
                "true",
                AbstractLargeMessageConfig.S3_ENDPOINT_CONFIG,
                target.endpoint(),
                AbstractLargeMessageConfig.S3_REGION_CONFIG,
                Target.REGION,
                AbstractLargeMessageConfig.S3_ACCESS_KEY_CONFIG,
                target.accessKeyId(),
                AbstractLargeMessageConfig.S3_SECRET_KEY_CONFIG,
                target.secretAccessKey(),
                AbstractLargeMessageConfig.S3_ENABLE_PATH_STYLE_ACCESS_CONFIG,
                "true"));
    }

    /** Takes what {@link UploadProcess} takes. */
    public static void main(String[] words) throws Exception {
        UploadProcess.uploadPayloads(words, LargeMessageUploader::new);
    }

    @Override
    public void store(String topic, Iterator<byte[]> payloads) {
        while (payloads.hasNext()) {
            storer.storeBytes(topic, payloads.next(), false, new RecordHeaders());
        }
    }

    @Override
    public void close() {
        storer.close();
    }
}
