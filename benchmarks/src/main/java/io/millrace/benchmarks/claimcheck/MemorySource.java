package io.millrace.benchmarks.claimcheck;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** A source connector whose records are at hand. They are given to the class, because others make its instances. */
public final class MemorySource extends SourceConnector {
    static final String BATCH_BYTES = "batch.bytes";

    private static volatile Iterator<byte[]> payloads = Collections.emptyIterator();
    private static volatile String topic;
    private static long given;

    private Map<String, String> options;

    /** Sets the records that the task returns next. After them it returns null. */
    static void givePayloads(String newTopic, Iterator<byte[]> newPayloads) {
        topic = newTopic;
        payloads = newPayloads;
        given = 0;
    }

    /** How many records the task has returned of these payloads. */
    static long given() {
        return given;
    }

    @Override
    public void start(Map<String, String> newOptions) {
        options = newOptions;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return MemoryTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return List.of(options);
    }

    @Override
    public void stop() {}

    @Override
    public ConfigDef config() {
        return new ConfigDef();
    }

    @Override
    public String version() {
        return "1";
    }

    /** Returns batches of so many bytes. */
    public static final class MemoryTask extends SourceTask {
        private long batchBytes;

        @Override
        public void start(Map<String, String> options) {
            batchBytes = Long.parseLong(options.get(BATCH_BYTES));
        }

        @Override
        public List<SourceRecord> poll() {
            List<SourceRecord> batch = new ArrayList<>();
            Iterator<byte[]> left = payloads;
            for (long bytes = 0; bytes < batchBytes && left.hasNext(); ) {
                byte[] payload = left.next();
                bytes += payload.length;
                batch.add(ImageRecord.of(topic, payload));
            }
            MemorySource.given += batch.size();
            return batch.isEmpty() ? null : batch;
        }

        @Override
        public void stop() {}

        @Override
        public String version() {
            return "1";
        }
    }
}
