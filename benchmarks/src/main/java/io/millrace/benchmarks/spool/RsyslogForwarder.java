package io.millrace.benchmarks.spool;

import io.millrace.testing.servers.FreePort;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;

/**
 * An rsyslog daemon that takes {@link NumberedRecords} as lines over TCP and writes them to Kafka, with the settings by which it keeps what
 * Kafka does not take. A line is answered when it is in the connection.
 */
final class RsyslogForwarder implements EvenTraffic.Sender, AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/rsyslogd");
    private static final Path MODULES = Path.of("/usr/lib");
    private static final int QUEUE_SIZE = 2_000_000;
    private static final int SECONDS_TO_START = 30;
    private static final int SECONDS_TO_STOP = 20;

    private final Process process;
    private final Socket socket;
    private final OutputStream out;

    private RsyslogForwarder(Process process, Socket socket) throws IOException {
        this.process = process;
        this.socket = socket;
        this.out = socket.getOutputStream();
    }

    /** The reason why rsyslog cannot be used; empty if it can. */
    static Optional<String> findReason() throws IOException {
        if (!Files.isExecutable(PROGRAM)) {
            return Optional.of("There is no " + PROGRAM + " on this machine: rsyslog is left out");
        }
        try (var files = Files.walk(MODULES, 3)) {
            return files.anyMatch(file -> file.endsWith("rsyslog/omkafka.so"))
                    ? Optional.empty()
                    : Optional.of("rsyslog has no omkafka on this machine (Debian: rsyslog-kafka): it is left out");
        }
    }

    /** Starts the daemon with its files in the directory. */
    static RsyslogForwarder start(Path directory, String bootstrapServers, String topic)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        int port = FreePort.ask();
        Path settings = directory.resolve("rsyslog.conf");
        Files.writeString(settings, settings(directory, port, bootstrapServers, topic));
        Process process = new ProcessBuilder(
                        PROGRAM.toString(), "-n", "-f", settings.toString(), "-i", directory + "/rsyslogd.pid")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("rsyslogd.log").toFile())
                .start();
        try {
            return new RsyslogForwarder(process, connect(process, port));
        } catch (IOException | InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static String settings(Path directory, int port, String bootstrapServers, String topic) {
        return """
                global(workDirectory="%1$s" maxMessageSize="64k")
                module(load="imtcp")
                module(load="omkafka")
                template(name="value" type="string" string="%%rawmsg%%")
                template(name="key" type="string" string="%%rawmsg:F,32:2%%")
                ruleset(name="kafka") {
                  action(type="omkafka" broker=["%3$s"] topic="%4$s" template="value" key="key" dynakey="on"
                    confParam=["acks=all", "enable.idempotence=true"]
                    resubmitOnFailure="on" keepFailedMessages="on" failedMsgFile="%1$s/failed"
                    action.resumeRetryCount="-1" action.resumeInterval="1"
                    queue.type="LinkedList" queue.filename="kafka" queue.size="%5$d" queue.saveOnShutdown="on")
                }
                input(type="imtcp" address="127.0.0.1" port="%2$d" ruleset="kafka"
                  supportOctetCountedFraming="off")
                """.formatted(directory, port, bootstrapServers, topic, QUEUE_SIZE);
    }

    private static Socket connect(Process process, int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_START);
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (ConnectException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("rsyslogd does not listen; its log is beside its rsyslog.conf", e);
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    @Override
    public void send(int number, Callback answer) {
        try {
            out.write(NumberedRecords.makeLine(number));
            answer.onCompletion(null, null);
        } catch (IOException e) {
            answer.onCompletion(null, new UncheckedIOException(e));
        }
    }

    @Override
    public void close() {
        try (socket) {
            process.destroy();
            if (!process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
