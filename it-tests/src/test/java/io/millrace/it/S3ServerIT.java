package io.millrace.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.PayloadOptions;
import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.Payloads;
import io.millrace.payloads.S3Options;
import io.millrace.payloads.UnavailableStoreException;
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
import org.apache.kafka.common.config.ConfigDef;
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

    private static AbstractConfig config(ConfigDef definition, String... more) {
        Map<String, String> options = new HashMap<>(Map.of(
                PayloadOptions.STORE,
                "s3://payloads/shop",
                PayloadOptions.READ_LOCATIONS,
                "s3://payloads",
                S3Options.ENDPOINT,
                server.endpoint(),
                S3Options.PATH_STYLE,
                "true",
                S3Options.ACCESS_KEY_ID,
                server.accessKeyId(),
                S3Options.SECRET_ACCESS_KEY,
                server.secretAccessKey()));
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return new AbstractConfig(definition, options, false);
    }

    private static PayloadWriter writer(String... more) {
        return Payloads.writer(config(PayloadOptions.writing(new ConfigDef()), more), "S3ServerIT");
    }

    private static PayloadReader reader() {
        return Payloads.reader(config(PayloadOptions.reading(new ConfigDef())), "S3ServerIT");
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
                writer(S3Options.SECRET_ACCESS_KEY, "guessed", PayloadOptions.RETRY_TIMEOUT_MS, "0")) {
            assertThatThrownBy(() -> writer.writeNow("orders", payload("guessed"), null))
                    .isInstanceOf(UnavailableStoreException.class)
                    .hasMessageContaining("403");
        }
    }
}
