package io.millrace.benchmarks.claimcheck;

import io.millrace.connectors.event.EventSourceConnector;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** The connector's task, polled as Connect polls it, round {@link MemorySource}. */
final class SourceUploader implements Uploader {
    private final EventSourceConnector connector = new EventSourceConnector();
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
        options.put("wrapped.connector.class", MemorySource.class.getName());
        options.put("processing.guarantee", "at_least_once");
        options.put("payload.fields", ImageRecord.FIELD);
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
        long returned = 0;
        while (true) {
            List<SourceRecord> batch = task.poll();
            if (batch == null) {
                // Otherwise a batch takes longer than the task waits in one call.
                if (returned == MemorySource.given()) {
                    return;
                }
            } else {
                returned += batch.size();
                if (stores) {
                    batch.forEach(ImageRecord::requireStored);
                }
            }
        }
    }

    @Override
    public void close() {
        task.stop();
        connector.stop();
    }
}
