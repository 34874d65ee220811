package io.millrace.connectors.channel.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.connectors.channel.history.HistorySettings;
import io.millrace.connectors.channel.token.ChannelTokens;
import io.millrace.testing.servers.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class ChannelListenersTest {
    private static final Duration TIME = Duration.ofSeconds(20);

    private static ChannelListeners.Lease acquire(String connector, int port, long heartbeatMs) {
        return ChannelListeners.acquire(
                connector,
                new ListenerSettings(
                        "127.0.0.1",
                        port,
                        "/channels",
                        Optional.empty(),
                        Set.of(),
                        false,
                        10,
                        3,
                        65_536,
                        heartbeatMs,
                        100_000,
                        60_000),
                new HistorySettings("eu1", 600_000, 1 << 20, 1_000, Set.of()),
                ChannelTokens.notRequired());
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static long countThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("millrace-channels-\\d.*"))
                .count();
    }

    @Test
    void aListenerSurvivesARestartAndThenFreesItsPortAndThreads() throws Exception {
        long before = countThreads();
        int port = FreePort.ask();
        ChannelListeners.Lease first = acquire("a", port, 100_000);
        first.release();
        ChannelListeners.Lease second = acquire("a", port, 100_000);
        assertThat(second.listener()).isSameAs(first.listener());
        first.closeIfUnused();
        assertThat(answers(port)).as("a listener that is used").isTrue();

        ChannelListeners.Lease changed = acquire("a", port, 200_000);
        assertThat(changed.listener()).isNotSameAs(first.listener());
        assertThat(answers(port)).as("a listener with other options").isTrue();
        assertThat(countThreads()).isPositive();
        changed.release();
        assertThat(answers(port)).as("a listener whose task may restart").isTrue();
        changed.closeIfUnused();
        await().atMost(TIME).until(() -> countThreads() <= before);
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();
        }
    }

    /** A task that restarts with other options closes its listener and listens at the same address at once. */
    @Test
    void aChangedListenerUsesTheAddressAtOnce() {
        int port = FreePort.ask();
        ChannelListeners.Lease last = acquire("changed", port, 100_000);
        for (int i = 1; i <= 100; i++) {
            last = acquire("changed", port, 100_000 + i);
            assertThat(answers(port)).isTrue();
        }
        last.closeIfUnused();
    }

    /** The worker stops its tasks while its process ends. */
    @Test
    void aDrainIsNotCutWhenTheTaskHasStopped() throws Exception {
        int port = FreePort.ask();
        ChannelListeners.Lease lease = acquire("drained", port, 100_000);
        Thread drain = new Thread(ChannelListeners::drainAll);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            await().atMost(TIME).until(() -> lease.listener().counts().connections() > 0);
            drain.start();
            await().atMost(TIME).until(() -> drain.getState() == Thread.State.TIMED_WAITING);
            lease.release();
            lease.closeIfUnused();
            assertThat(answers(port)).as("a listener that is drained").isTrue();
            client.getOutputStream().write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(UTF_8));
            assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 200");
        }
        drain.join(TIME.toMillis());
        assertThat(drain.isAlive()).isFalse();
        await().atMost(TIME).until(() -> !answers(port));
    }

    @Test
    void anotherConnectorGetsTheAddressOnlyIfItIsNotUsed() {
        int port = FreePort.ask();
        ChannelListeners.Lease owner = acquire("owner", port, 100_000);
        assertThatThrownBy(() -> acquire("heir", port, 100_000))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Cannot listen at 127.0.0.1:" + port + " (listener.address)");
        owner.release();
        ChannelListeners.Lease heir = acquire("heir", port, 100_000);
        assertThat(answers(port)).isTrue();
        owner.closeIfUnused();
        assertThat(answers(port)).isTrue();
        heir.closeIfUnused();
        await().atMost(TIME).until(() -> !answers(port));
    }
}
