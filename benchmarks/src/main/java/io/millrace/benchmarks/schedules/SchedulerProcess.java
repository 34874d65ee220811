package io.millrace.benchmarks.schedules;

import io.millrace.benchmarks.harness.PeerProcess;
import io.millrace.testing.servers.KafkaBroker;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/** A contender that is a process of its own, and commits what it has read as a consumer group. */
final class SchedulerProcess implements RunningScheduler {
    private final PeerProcess process;
    private final Admin admin;
    private final String group;

    SchedulerProcess(PeerProcess process, KafkaBroker broker, String group) {
        this.process = process;
        this.group = group;
        this.admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public long countReadCommands() {
        try {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream()
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        } catch (ExecutionException e) {
            // The group begins with its first member.
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the group's offsets were read", e);
        }
    }

    @Override
    public IllegalStateException withLog(IllegalStateException failure) {
        return process.withLog(failure);
    }

    @Override
    public void close() {
        admin.close();
        process.close();
    }
}
