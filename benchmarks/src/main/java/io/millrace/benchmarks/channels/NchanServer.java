package io.millrace.benchmarks.channels;

import io.millrace.benchmarks.harness.PeerProcess;
import io.millrace.testing.servers.FreePort;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** nginx with Nchan, and a {@link NchanBridge}, because Nchan does not read Kafka. Both count. */
final class NchanServer implements PushServer {
    private static final Duration TIME_TO_START = Duration.ofSeconds(60);
    private static final Path NGINX = Path.of("/usr/sbin/nginx");
    private static final Path MODULES = Path.of("/usr/lib/nginx/modules");

    private final PeerProcess nginx;
    private final PeerProcess bridge;
    private final int port = FreePort.ask();

    /** Starts both; returns when the topic is read. */
    NchanServer(Path directory, KafkaBroker broker, String topic) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path settings = Files.writeString(directory.resolve("nginx.conf"), settings(directory));
        this.nginx = PeerProcess.start(
                List.of(NGINX.toString(), "-p", directory.toString(), "-c", settings.toString()),
                directory.resolve("nginx.log"));
        PeerProcess started = null;
        try {
            started = PeerProcess.start(
                    System.getProperty("java.class.path"),
                    NchanBridge.class.getName(),
                    directory.resolve("bridge.log"),
                    List.of(broker.bootstrapServers(), topic, String.valueOf(port)));
            started.awaitLine(NchanBridge.READY, TIME_TO_START);
        } catch (RuntimeException | IOException e) {
            if (started != null) {
                started.close();
            }
            nginx.close();
            throw e;
        }
        this.bridge = started;
    }

    /** What is missing on this machine; empty if Nchan can be measured. */
    static Optional<String> findMissing() {
        return Stream.of(NGINX, module())
                .filter(file -> !Files.isRegularFile(file))
                .findFirst()
                .map(file -> "There is no " + file + " on this machine (nginx and libnginx-mod-nchan of Debian)");
    }

    private static Path module() {
        return MODULES.resolve("ngx_nchan_module.so");
    }

    /** One worker process, as the servers on Node have one. */
    private String settings(Path directory) {
        return """
                load_module %1$s;
                daemon off;
                user root;
                worker_processes 1;
                worker_rlimit_nofile 20000;
                pid %2$s/nginx.pid;
                error_log %2$s/error.log warn;
                events { worker_connections 19000; }
                http {
                  access_log off;
                  client_body_temp_path %2$s/body;
                  proxy_temp_path %2$s/proxy;
                  fastcgi_temp_path %2$s/fastcgi;
                  uwsgi_temp_path %2$s/uwsgi;
                  scgi_temp_path %2$s/scgi;
                  client_body_buffer_size 64k;
                  keepalive_requests 1000000000;
                  nchan_shared_memory_size 512M;
                  nchan_message_timeout 10m;
                  nchan_message_buffer_length 1000;
                  server {
                    listen 127.0.0.1:%3$d backlog=4096;
                    location ~ ^/pub/(.+)$ {
                      nchan_publisher;
                      nchan_channel_id $1;
                    }
                    location ~ ^/sub/(.+)$ {
                      nchan_subscriber websocket;
                      nchan_channel_id $1;
                      nchan_subscriber_first_message newest;
                      nchan_subscriber_last_message_id $arg_last;
                    }
                  }
                }
                """.formatted(module(), directory, port);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<Long> pids() {
        List<Long> all = new ArrayList<>(List.of(nginx.pid(), bridge.pid()));
        ProcessHandle.of(nginx.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid)
                .forEach(all::add);
        return all;
    }

    @Override
    public void collectGarbage() {
        // nginx has none, and connections are not the bridge's.
    }

    @Override
    public void close() {
        bridge.close();
        nginx.close();
    }
}
