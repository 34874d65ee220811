package io.millrace.connectors.event;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;

/** A source connector that returns what a test has laid down, and remembers what it was told. For one test at a time. */
public final class ScriptedSource extends SourceConnector {
    static final Deque<List<SourceRecord>> BATCHES = new ArrayDeque<>();
    static final List<SourceRecord> COMMITTED = new ArrayList<>();
    static final List<String> CALLS = new ArrayList<>();
    static Consumer<SourceTaskContext> duringPoll = context -> {};
    static Runnable validation = () -> {};
    static boolean definesBoundaries;

    static void reset() {
        BATCHES.clear();
        COMMITTED.clear();
        CALLS.clear();
        duringPoll = context -> {};
        validation = () -> {};
        definesBoundaries = false;
    }

    private Map<String, String> properties;

    @Override
    public String version() {
        return "1";
    }

    @Override
    public void start(Map<String, String> newProperties) {
        properties = newProperties;
        CALLS.add("start connector " + newProperties.get("connector.class"));
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ScriptedTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return List.of(
                Map.of("part", "0", "speed", properties.get("speed")),
                Map.of("part", "1", "speed", properties.get("speed")));
    }

    @Override
    public void stop() {
        CALLS.add("stop connector");
    }

    @Override
    public ConfigDef config() {
        return new ConfigDef()
                .define(
                        "speed",
                        ConfigDef.Type.INT,
                        ConfigDef.NO_DEFAULT_VALUE,
                        ConfigDef.Range.atLeast(1),
                        ConfigDef.Importance.HIGH,
                        "How fast.");
    }

    @Override
    public Config validate(Map<String, String> candidate) {
        validation.run();
        return super.validate(candidate);
    }

    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorConfig) {
        return connectorConfig.containsKey("speed") ? ExactlyOnceSupport.SUPPORTED : ExactlyOnceSupport.UNSUPPORTED;
    }

    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> connectorConfig) {
        return definesBoundaries
                ? ConnectorTransactionBoundaries.SUPPORTED
                : ConnectorTransactionBoundaries.UNSUPPORTED;
    }

    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<Map<String, ?>, Map<String, ?>> offsets) {
        CALLS.add("alter " + offsets);
        return true;
    }

    /** Its task. */
    public static final class ScriptedTask extends SourceTask {
        @Override
        public String version() {
            return "1";
        }

        @Override
        public void start(Map<String, String> properties) {
            CALLS.add("start task " + properties.get("part") + " with " + properties.get("speed") + " and "
                    + context.configs().get("speed"));
        }

        @Override
        public List<SourceRecord> poll() {
            duringPoll.accept(context);
            return BATCHES.poll();
        }

        @Override
        public void commit() {
            CALLS.add("commit");
        }

        @Override
        public void commitRecord(SourceRecord record, RecordMetadata metadata) {
            COMMITTED.add(record);
        }

        @Override
        public void stop() {
            CALLS.add("stop task");
        }
    }
}
