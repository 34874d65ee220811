package io.millrace.benchmarks.claimcheck;

import io.millrace.benchmarks.harness.ProcessUsage;
import io.millrace.local.S3Server;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** A bucket of a server, near or as far away as asked for; each run has a prefix of its own in it. */
final class Bucket implements AutoCloseable {
    static final String NAME = "payloads";

    private final S3Server server;
    private final Map<Integer, DelayProxy> proxies = new HashMap<>();
    private int runs;

    Bucket(S3Server server) {
        this.server = server;
    }

    /** A new place, every request to which takes so much longer. */
    Target target(int delayMs) throws IOException {
        String endpoint = server.endpoint();
        if (delayMs > 0) {
            if (!proxies.containsKey(delayMs)) {
                proxies.put(delayMs, new DelayProxy(server.port(), delayMs));
            }
            endpoint = proxies.get(delayMs).endpoint();
        }
        runs++;
        return new Target(endpoint, "s3://" + NAME + "/run-" + runs, server.accessKeyId(), server.secretAccessKey());
    }

    StoredPayloads stored(Target target) {
        return new StoredPayloads(server.objects(NAME).resolve(target.prefix()));
    }

    /** How much of the processor the server has used, and this process, which delays its requests. */
    double cpuSeconds() {
        return new ProcessUsage(server.pid()).cpuSeconds()
                + new ProcessUsage(ProcessHandle.current().pid()).cpuSeconds();
    }

    @Override
    public void close() throws IOException {
        for (DelayProxy proxy : proxies.values()) {
            proxy.close();
        }
    }
}
