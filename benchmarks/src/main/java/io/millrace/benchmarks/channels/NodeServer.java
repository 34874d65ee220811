package io.millrace.benchmarks.channels;

import io.millrace.benchmarks.harness.PeerProcess;
import io.millrace.testing.servers.FreePort;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server on Node, with kafkajs. */
final class NodeServer implements PushServer {
    private static final Duration TIME_TO_START = Duration.ofSeconds(90);
    private static final long SECONDS_TO_COLLECT = 3;

    private final PeerProcess process;
    private final int port = FreePort.ask();

    /**
     * Starts a server; returns when it reads the topic.
     *
     * @param script the file of the server
     * @param more arguments behind port, brokers and topic
     */
    NodeServer(Path script, Path log, KafkaBroker broker, String topic, List<String> more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "node", "--expose-gc", script.toString(), String.valueOf(port), broker.bootstrapServers(), topic));
        command.addAll(more);
        this.process = PeerProcess.start(command, log);
        try {
            process.awaitLine("ready", TIME_TO_START);
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<Long> pids() {
        return List.of(process.pid());
    }

    /** The server collects at this signal. */
    @Override
    public void collectGarbage() throws IOException, InterruptedException {
        new ProcessBuilder("/bin/sh", "-c", "kill -USR2 " + process.pid())
                .start()
                .waitFor();
        TimeUnit.SECONDS.sleep(SECONDS_TO_COLLECT);
    }

    @Override
    public void close() {
        process.close();
    }
}
