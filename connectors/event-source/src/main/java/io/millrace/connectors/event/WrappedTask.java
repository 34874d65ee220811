package io.millrace.connectors.event;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.jspecify.annotations.Nullable;

/**
 * The task inside, which runs with the class loader of its plugin as Connect would have it. Used by one thread, but for {@link #commit}
 * and {@link #commitRecord}, which any thread may call.
 */
final class WrappedTask {
    private final Map<String, String> properties;
    private final SourceTaskContext context;
    private final PluginContext plugin;
    private volatile SourceTask task;

    private WrappedTask(SourceTask task, Map<String, String> properties, SourceTaskContext context) {
        this.task = task;
        this.properties = properties;
        this.context = context;
        this.plugin = new PluginContext(task.getClass());
    }

    /** The task that the connector named to its tasks, not started. */
    static WrappedTask of(Map<String, String> properties, SourceTaskContext context) {
        return new WrappedTask(WrappedConnector.newTask(properties), properties, context);
    }

    void start() {
        plugin.run(() -> task.initialize(context));
        plugin.run(() -> task.start(EventSourceOptions.wrappedOptions(properties)));
    }

    /** Stops the task and starts another one, which begins at the committed offset. */
    void restart() {
        stop();
        task = WrappedConnector.newTask(properties);
        start();
    }

    /** The next records; none if the task returned none. */
    List<SourceRecord> poll() throws InterruptedException {
        List<SourceRecord> polled = call(task::poll);
        return polled == null ? List.of() : polled;
    }

    void commit() throws InterruptedException {
        call(() -> {
            task.commit();
            return true;
        });
    }

    void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) throws InterruptedException {
        call(() -> {
            task.commitRecord(record, metadata);
            return true;
        });
    }

    void stop() {
        plugin.run(task::stop);
    }

    private <T> T call(Callable<T> action) throws InterruptedException {
        try {
            return plugin.call(action);
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ConnectException("The wrapped task failed", e);
        }
    }
}
