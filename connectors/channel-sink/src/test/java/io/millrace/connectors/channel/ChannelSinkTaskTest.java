package io.millrace.connectors.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testing.servers.FreePort;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.junit.jupiter.api.Test;

class ChannelSinkTaskTest {
    private static final TopicPartition PARTITION = new TopicPartition("notifications", 0);
    private static final String LARGE = "x".repeat(10_000);

    private final int port = FreePort.ask();
    /** What the task has asked Connect for. */
    private final List<Long> timeouts = new ArrayList<>();

    private ChannelSinkTask start(String name, Map<String, String> changes) {
        Map<String, String> options = new HashMap<>(Map.of(
                "name", name,
                "channel", "key",
                "cluster.name", "eu1",
                "tokens", "none",
                "listener.address", "127.0.0.1:" + port));
        options.putAll(changes);
        ChannelSinkTask task = new ChannelSinkTask();
        task.initialize(withoutQueue());
        task.start(options);
        task.open(List.of(PARTITION));
        task.preCommit(Map.of(PARTITION, new OffsetAndMetadata(0)));
        task.put(List.of());
        return task;
    }

    /** Of a worker without a dead letter queue. */
    private SinkTaskContext withoutQueue() {
        return (SinkTaskContext) Proxy.newProxyInstance(
                SinkTaskContext.class.getClassLoader(),
                new Class<?>[] {SinkTaskContext.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("timeout")) {
                        timeouts.add((Long) arguments[0]);
                    }
                    return null;
                });
    }

    private static SinkRecord record(long offset, String key, String value) {
        return new SinkRecord(
                PARTITION.topic(),
                PARTITION.partition(),
                null,
                key,
                null,
                value,
                offset,
                1L,
                TimestampType.CREATE_TIME);
    }

    private ChannelSocket subscribe(String position) throws InterruptedException {
        ChannelSocket socket =
                new ChannelSocket(HttpClient.newHttpClient(), URI.create("ws://127.0.0.1:" + port + "/channels"));
        socket.send("{\"subscribe\":{\"a\":\"" + position + "\"}}");
        return socket;
    }

    /** A client that reads nothing holds back neither the task nor other clients. */
    @Test
    void putNeverWaitsForAClient() throws Exception {
        ChannelSinkTask task = start("stuck", Map.of("history.bytes", "1000000"));
        try (Socket stuck = new Socket(InetAddress.getLoopbackAddress(), port)) {
            stuck.getOutputStream().write("GET /channels?channel=a HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(UTF_8));
            stuck.getOutputStream().flush();
            assertThat(stuck.getInputStream().read()).isPositive();
            long begin = System.nanoTime();
            for (int batch = 0; batch < 40; batch++) {
                int first = batch * 100;
                task.put(IntStream.range(first, first + 100)
                        .mapToObj(offset -> record(offset, "a", "\"" + LARGE + "\""))
                        .toList());
            }
            // 40 MB, of which no socket has room for the half.
            assertThat((System.nanoTime() - begin) / 1_000_000_000).isLessThan(20);
            ChannelSocket other = subscribe("");
            assertThat(other.next()).startsWith("{\"subscribed\":\"a\"");
            task.put(List.of(record(4_000, "a", "\"last\"")));
            assertThat(other.next()).endsWith("\"data\":\"last\"}");
            other.cut();
        } finally {
            task.stop();
        }
    }

    @Test
    void committedOffsetsAreWhereTheHistoryBegins() {
        ChannelSinkTask task = start("offsets", Map.of("history.bytes", "100000"));
        task.put(List.of(record(0, "a", "1"), record(1, "a", "2")));
        assertThat(commit(task, 2)).isEqualTo(0);
        task.put(IntStream.range(2, 22)
                .mapToObj(offset -> record(offset, "a", "\"" + LARGE + "\""))
                .toList());
        assertThat(commit(task, 22)).isBetween(11L, 14L);
        task.stop();
    }

    private static long commit(ChannelSinkTask task, long next) {
        return task.preCommit(Map.of(PARTITION, new OffsetAndMetadata(next)))
                .get(PARTITION)
                .offset();
    }

    @Test
    void aRefusedRecordFailsTheTaskIfThereIsNoQueue() {
        ChannelSinkTask task = start("refuses", Map.of());
        assertThatThrownBy(() -> task.put(List.of(record(3, null, "1"))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("notifications-0@3")
                .hasMessageContaining("channel is null")
                .hasMessageContaining("errors.deadletterqueue.topic.name is not set");
        task.stop();
    }

    /** Connect forgets the timeout with each call, and would call only each minute while the topics are quiet. */
    @Test
    void theTaskIsCalledEachSecond() {
        ChannelSinkTask task = start("quiet", Map.of());
        task.put(List.of(record(0, "a", "1")));
        assertThat(timeouts).as("of start and two calls").containsExactly(1_000L, 1_000L, 1_000L);
        task.stop();
    }

    @Test
    void stopRemovesTheMetrics() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = new ObjectName("io.millrace:type=channel-sink,connector=measured,task=0");
        ChannelSinkTask task = start("measured", Map.of());
        assertThat(server.getAttribute(name, "Ready")).isEqualTo(1);
        task.stop();
        assertThat(server.isRegistered(name)).isFalse();
    }
}
