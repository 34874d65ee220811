package io.millrace.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.OptionSet;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.S3Server;
import io.millrace.testing.servers.ServerDirectories;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.AbstractConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The S3 server: it starts, keeps its objects when it is killed or stopped, and lets nobody in without its key. */
class S3ServerIT {
    private static Path directory;
    private static S3Server server;

    @BeforeAll
    static void start() {
        directory = ServerDirectories.newDirectory("s3");
        server = S3Server.start(Installation.locate(), directory, "payloads");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static AbstractConfig config(OptionSet set, String... more) {
        Map<String, String> options = new HashMap<>(Map.of(
                PayloadOptions.STORE.name(),
                "s3://payloads/shop",
                PayloadOptions.READ_LOCATIONS.name(),
                "s3://payloads",
                "payload.s3.endpoint",
                server.endpoint(),
                "payload.s3.path.style",
                "true",
                "payload.s3.access.key.id",
                server.accessKeyId(),
                "payload.s3.secret.access.key",
                server.secretAccessKey()));
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return set.read(options);
    }

    private static PayloadWriter writer(String... more) {
        return Payloads.openWriter(config(PayloadOptions.WRITING, more), "S3ServerIT");
    }

    private static PayloadReader reader() {
        return Payloads.openReader(config(PayloadOptions.READING), "S3ServerIT");
    }

    private static byte[] payload(String text) {
        return text.repeat(1000).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void keepsItsObjectsWhenKilled() {
        int port = server.port();
        long pid = server.pid();
        try (PayloadWriter writer = writer();
                PayloadReader reader = reader()) {
            PayloadReference before = writer.writeNow("orders", payload("before"), "text/plain");

            server.kill();
            assertThat(server.isAlive()).isFalse();
            CompletableFuture<PayloadReference> meanwhile = writer.write("orders", payload("meanwhile"), "text/plain");
            server.restart();

            assertThat(server.port()).isEqualTo(port);
            assertThat(server.pid()).isNotEqualTo(pid);
            assertThat(reader.readNow(before)).isEqualTo(payload("before"));
            assertThat(reader.readNow(PayloadWriter.await(meanwhile))).isEqualTo(payload("meanwhile"));
            assertThat(server.objects("payloads").resolve(before.uri().substring("s3://payloads/".length())))
                    .isRegularFile();
        }
    }

    @Test
    void stopsAndGoesOnWithItsDirectory() {
        PayloadReference before;
        try (PayloadWriter writer = writer()) {
            before = writer.writeNow("orders", payload("stopped"), null);
        }
        String key = server.accessKeyId();
        server.close();
        server = S3Server.start(Installation.locate(), directory, "payloads");

        assertThat(server.accessKeyId()).isEqualTo(key);
        try (PayloadReader reader = reader()) {
            assertThat(reader.readNow(before)).isEqualTo(payload("stopped"));
        }
    }

    @Test
    void goesOnWhereItWasSuspended() throws Exception {
        try (PayloadWriter writer = writer()) {
            writer.writeNow("orders", payload("warm"), null);
            server.suspend();
            CompletableFuture<PayloadReference> waiting = writer.write("orders", payload("suspended"), null);
            assertThatThrownBy(() -> waiting.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);

            server.resume();

            assertThat(PayloadWriter.await(waiting).size()).isEqualTo(payload("suspended").length);
        }
    }

    @Test
    void wantsItsKey() {
        try (PayloadWriter writer =
                writer("payload.s3.secret.access.key", "guessed", PayloadOptions.RETRY_TIMEOUT_MS.name(), "0")) {
            assertThatThrownBy(() -> writer.writeNow("orders", payload("guessed"), null))
                    .isInstanceOf(UnavailableStoreException.class)
                    .hasMessageContaining("403");
        }
    }
}
