package io.millrace.benchmarks.channels;

import io.millrace.benchmarks.harness.ProcessUsage;
import java.io.IOException;
import java.util.List;

/** A server of a contender, which reads a topic and pushes each record to the clients of the channel that is its key. */
interface PushServer extends AutoCloseable {
    /** The loopback port for clients. */
    int port();

    /** The processes that do the work. */
    List<Long> pids();

    /** Has the processes collect their garbage, if they have any. */
    void collectGarbage() throws IOException, InterruptedException;

    /** The time of all processes on all processors together, in seconds. */
    default double cpuSeconds() {
        return pids().stream()
                .mapToDouble(pid -> new ProcessUsage(pid).cpuSeconds())
                .sum();
    }

    /** The memory without garbage, in MiB. */
    default double liveMebibytes() throws IOException, InterruptedException {
        collectGarbage();
        return pids().stream()
                .mapToDouble(pid -> new ProcessUsage(pid).residentMebibytes())
                .sum();
    }

    @Override
    void close();
}
