package io.millrace.benchmarks.claimcheck;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.S3Server;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A bucket of a server with a configurable latency; each run has its own prefix in it. */
final class Bucket implements AutoCloseable {
    private static final String NAME = "payloads";
    /** The requests of contenders that S3Proxy can delay. */
    private static final List<String> OPERATIONS =
            List.of("put", "get", "metadata", "list", "multipart-message", "upload-part");

    private final Installation installation;
    private final Path directory;
    private final Map<Integer, S3Server> servers = new HashMap<>();
    private int runs;

    /** Starts servers on demand, with their data below the directory. */
    Bucket(Installation installation, Path directory) {
        this.installation = installation;
        this.directory = directory;
    }

    /**
     * A new place, every request to which takes so much longer: the server itself waits when it has read a request's head,
     * before it reads the body, however large that is. Requests on different connections wait at the same time.
     */
    Target targetOf(int delayMs) {
        S3Server server = startServer(delayMs);
        runs++;
        return new Target(
                server.endpoint(), "s3://" + NAME + "/run-" + runs, server.accessKeyId(), server.secretAccessKey());
    }

    private S3Server startServer(int delayMs) {
        return servers.computeIfAbsent(
                delayMs,
                ignored ->
                        S3Server.start(installation, directory.resolve(delayMs + "ms"), serverSettings(delayMs), NAME));
    }

    private static Map<String, String> serverSettings(int delayMs) {
        Map<String, String> settings = new HashMap<>();
        if (delayMs > 0) {
            for (String operation : OPERATIONS) {
                settings.put("s3proxy.latency-blobstore." + operation + ".latency", Integer.toString(delayMs));
            }
        }
        return settings;
    }

    StoredPayloads stored(Target target, int delayMs) {
        return new StoredPayloads(startServer(delayMs).objects(NAME).resolve(target.prefix()));
    }

    /** The process of a server. */
    long pid(int delayMs) {
        return startServer(delayMs).pid();
    }

    @Override
    public void close() {
        servers.values().forEach(S3Server::close);
    }
}
