package io.millrace.benchmarks.claimcheck;

import io.millrace.connectors.claimcheck.ClaimCheckSourceConnector;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** The connector's task, polled as Connect polls it, round {@link MemorySource}. */
final class SourceUploader implements Uploader {
    private final ClaimCheckSourceConnector connector = new ClaimCheckSourceConnector();
    private final SourceTask task;
    private final boolean stores;

    /**
     * Starts a connector and its task.
     *
     * @param batchBytes how many bytes of payloads a poll of the source returns
     */
    SourceUploader(Target target, int batchBytes, int thresholdBytes) {
        Map<String, String> options = new HashMap<>(target.options());
        options.put("payload.threshold.bytes", Integer.toString(thresholdBytes));
        options.put("claim-check.connector.class", MemorySource.class.getName());
        options.put("claim-check.fields", ImageRecord.FIELD);
        options.put(MemorySource.BATCH_BYTES, Integer.toString(batchBytes));
        stores = thresholdBytes < Integer.MAX_VALUE;
        connector.initialize(new WorkerContext(options));
        connector.start(options);
        try {
            task = (SourceTask) connector.taskClass().getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The task could not be made", e);
        }
        Map<String, String> taskOptions = connector.taskConfigs(1).get(0);
        task.initialize(new WorkerContext(taskOptions));
        task.start(taskOptions);
    }

    @Override
    public void store(String topic, Iterator<byte[]> payloads) throws InterruptedException {
        MemorySource.givePayloads(topic, payloads);
        for (List<SourceRecord> batch = task.poll(); batch != null; batch = task.poll()) {
            if (stores) {
                batch.forEach(ImageRecord::requireStored);
            }
        }
    }

    @Override
    public void close() {
        task.stop();
        connector.stop();
    }
}
