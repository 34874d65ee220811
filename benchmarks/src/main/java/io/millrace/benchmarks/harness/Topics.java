package io.millrace.benchmarks.harness;

import io.millrace.local.KafkaBroker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Makes and removes topics. */
public final class Topics {
    private Topics() {}

    /** Makes a topic with so many partitions. */
    public static void create(KafkaBroker broker, String topic, int partitions) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
                    .all()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while " + topic + " was made", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The topic " + topic + " could not be made", e.getCause());
        }
    }
}
