package io.millrace.connectors.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.servers.ConnectRestException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The connector in a worker, on topics with changes of Debezium. */
class TopicSourceIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static RawTopics topics;

    @BeforeAll
    static void startServers() {
        topics = new RawTopics();
    }

    @AfterAll
    static void stopServers() {
        topics.close();
    }

    /** Committed changes of growing topics, while the worker is killed twice. */
    @Test
    void makesEachEventOnce() throws Exception {
        String raw = "raw.orders";
        topics.create(raw, 2);
        topics.create("once.events", 3);
        topics.create("once.heartbeat");
        String cluster = topics.admin().describeCluster().clusterId().get();
        List<String> expected = new ArrayList<>();
        ObjectNode body = topics.connector("once", raw + ",raw.later");
        RawTopics.config(body).put("max.poll.records", "10");
        topics.rest().post(body);
        topics.rest().awaitRunning("once", RawTopics.TIME_TO_ACT);

        expected.addAll(sendChanges(cluster, raw, 2, 60));
        topics.worker().kill();
        expected.addAll(sendChanges(cluster, raw, 2, 200));
        topics.worker().restart();
        awaitEvents("once.events", 30);
        topics.worker().kill();
        topics.worker().restart();

        topics.admin()
                .createPartitions(Map.of(raw, NewPartitions.increaseTo(4)))
                .all()
                .get();
        topics.create("raw.later");
        expected.addAll(sendChanges(cluster, raw, 4, 80));
        expected.addAll(sendChanges(cluster, "raw.later", 1, 10));

        List<ConsumerRecord<byte[], byte[]>> events = awaitEvents("once.events", expected.size());
        assertThat(RawTopics.headers(events, "ce_id")).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(events).extracting(ConsumerRecord::timestamp).containsOnly(1_000_000L);
        // Also of what was dropped behind the last event, and of the markers of transactions.
        Map<TopicPartition, Long> ends = ends(raw, 4);
        ends.putAll(ends("raw.later", 1));
        await().atMost(RawTopics.TIME_TO_ACT)
                .untilAsserted(() -> assertThat(topics.offsets("once")).isEqualTo(ends));
        assertThat(RawTopics.headers(topics.read("once.events"), "ce_id")).hasSameSizeAs(expected);
        topics.rest().delete("once");
    }

    /** Every second change is an event; the others are dropped, tombstones as well. Returns the events' ids. */
    private static List<String> sendChanges(String cluster, String topic, int partitions, int count)
            throws InterruptedException, ExecutionException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int partition = i / 2 % partitions;
            if (i % 2 == 0) {
                RecordMetadata sent = topics.send(topic, partition, RawTopics.change(i, "PAID"));
                ids.add(cluster + ":" + topic + ":" + partition + "@" + sent.offset());
            } else {
                topics.send(topic, partition, i % 3 == 0 ? null : RawTopics.change(i, "NEW"));
            }
            if (i % 20 == 19) {
                topics.sendAborted(topic, partition, RawTopics.change(i, "PAID"), "not even {JSON");
            }
        }
        return ids;
    }

    @Test
    void refusesATopicThatWasCreatedAgainUntilItsOffsetsAreReset() throws Exception {
        topics.create("raw.recreated", "recreated.events", "recreated.heartbeat");
        topics.send("raw.recreated", 0, RawTopics.change(1, "PAID"));
        ObjectNode body = topics.connector("recreated", "raw.recreated");
        topics.rest().post(body);
        awaitEvents("recreated.events", 1);
        topics.rest().stop("recreated");
        topics.createAgain("raw.recreated");
        for (int i = 2; i < 6; i++) {
            topics.send("raw.recreated", 0, RawTopics.change(i, "PAID"));
        }
        topics.rest().resume("recreated");
        assertThat(topics.awaitFailure("recreated"))
                .contains("the topic was deleted and created again", "DELETE /connectors/recreated/offsets");
        assertThat(topics.read("recreated.events")).hasSize(1);

        // What the message advises.
        topics.rest().stop("recreated");
        topics.rest().deleteOffsets("recreated");
        topics.rest().resume("recreated");
        awaitEvents("recreated.events", 5);

        // While it is read.
        topics.createAgain("raw.recreated");
        assertThat(topics.awaitFailure("recreated"))
                .containsAnyOf("the topic was deleted and created again", "do not exist any more");
        topics.rest().delete("recreated");
    }

    @Test
    void resumesWhereAnOperatorSetsTheOffset() throws Exception {
        topics.create("raw.patched", "patched.events", "patched.heartbeat");
        for (int i = 0; i < 6; i++) {
            topics.send("raw.patched", 0, RawTopics.change(i, "PAID"));
        }
        topics.rest().post(topics.connector("patched", "raw.patched"));
        awaitEvents("patched.events", 6);
        topics.rest().stop("patched");

        assertThatThrownBy(() -> patch("patched", "{\"kafka_topic\":\"raw.patched\",\"kafka_partition\":0}", 7))
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining("from 0 to 6")
                .hasMessageContaining("found 7");
        assertThatThrownBy(() -> patch("patched", "{\"kafka_topic\":\"raw.patched\",\"kafka_partition\":1}", 0))
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining("raw.patched-1");
        assertThat(topics.offsets("patched")).containsEntry(new TopicPartition("raw.patched", 0), 6L);

        // Connect looks an offset up by the bytes of the partition; the order of its fields must not matter.
        patch("patched", "{\"kafka_partition\":0,\"kafka_topic\":\"raw.patched\"}", 4);
        assertThat(topics.offsets("patched")).isEqualTo(Map.of(new TopicPartition("raw.patched", 0), 4L));
        topics.rest().resume("patched");
        awaitEvents("patched.events", 8);
        topics.rest().stop("patched");

        patch("patched", "{\"kafka_topic\":\"raw.patched\",\"kafka_partition\":0}", 2);
        topics.admin()
                .deleteRecords(Map.of(new TopicPartition("raw.patched", 0), RecordsToDelete.beforeOffset(5)))
                .all()
                .get();
        topics.rest().resume("patched");
        assertThat(topics.awaitFailure("patched")).contains("raw.patched-0", "the gap is 2 to 4", "PATCH the offset 5");
        topics.rest().delete("patched");
    }

    @Test
    void beginsAtATimeIfNothingIsCommitted() throws Exception {
        topics.create("raw.timed", "timed.events", "timed.heartbeat");
        for (long time : List.of(1_000L, 2_000L, 3_000L)) {
            topics.send(new ProducerRecord<>(
                    "raw.timed",
                    0,
                    time,
                    null,
                    RawTopics.change((int) time, "PAID").getBytes(UTF_8)));
        }
        ObjectNode body = topics.connector("timed", "raw.timed");
        RawTopics.config(body).put("start.position", "1970-01-01T00:00:02Z");
        topics.rest().post(body);
        assertThat(awaitEvents("timed.events", 2))
                .extracting(ConsumerRecord::timestamp)
                .containsExactly(2_000L, 3_000L);
        topics.rest().delete("timed");
    }

    @Test
    void stopsAtARecordThatCannotBeDecodedOrWritesItsBytesToATopic() throws Exception {
        topics.create("raw.broken", "broken.events", "broken.heartbeat", "broken.undecodable");
        topics.send("raw.broken", 0, RawTopics.change(1, "PAID"));
        ProducerRecord<byte[], byte[]> broken = new ProducerRecord<>(
                "raw.broken", 0, 7_000L, new byte[] {(byte) 0xff, 0, 1}, new byte[] {'{', (byte) 0xfe, 's', 'e', 'c'});
        broken.headers().add("binary", new byte[] {(byte) 0xfd});
        topics.send(broken);
        topics.send("raw.broken", 0, RawTopics.change(3, "PAID"));
        ObjectNode body = topics.connector("broken", "raw.broken");
        topics.rest().post(body);

        assertThat(topics.awaitFailure("broken"))
                .contains("raw.broken-0@1", "expected a key", "JsonConverter", "undecodable.topic");
        assertThat(topics.read("broken.events")).hasSize(1);

        ObjectNode config = RawTopics.config(body);
        for (String part : List.of("key", "value", "header")) {
            String option = part + ".converter";
            config.put(option + ".original-bytes.converter", config.path(option).asText());
            config.put(option, "io.millrace.converters.OriginalBytesConverter");
        }
        config.put("value.converter.original-bytes.converter.schemas.enable", "false");
        config.put("undecodable.topic", "broken.undecodable");
        topics.rest().put("broken", config);
        topics.rest().restart("broken");
        assertThat(awaitEvents("broken.events", 2))
                .extracting(event -> new String(event.value(), UTF_8))
                .containsExactly("{\"order_id\":1}", "{\"order_id\":3}");
        List<ConsumerRecord<byte[], byte[]>> undecodable = topics.read("broken.undecodable");
        assertThat(undecodable).hasSize(1);
        ConsumerRecord<byte[], byte[]> written = undecodable.get(0);
        assertThat(written.key()).isEqualTo(broken.key());
        assertThat(written.value()).isEqualTo(broken.value());
        assertThat(written.timestamp()).isEqualTo(7_000L);
        assertThat(written.headers().lastHeader("binary").value()).isEqualTo(new byte[] {(byte) 0xfd});
        assertThat(RawTopics.headers(undecodable, "millrace.error.record")).containsExactly("raw.broken-0@1");
        topics.rest().delete("broken");
    }

    @Test
    void commitsPositionsWhileEveryRecordIsDropped() throws Exception {
        topics.create("raw.dropped", "dropped.heartbeat");
        topics.rest().post(topics.connector("dropped", "raw.dropped"));
        TopicPartition partition = new TopicPartition("raw.dropped", 0);
        for (int round = 1; round <= 2; round++) {
            for (int i = 0; i < 10; i++) {
                topics.send("raw.dropped", 0, RawTopics.change(i, "NEW"));
            }
            long end = 10L * round;
            await().atMost(RawTopics.TIME_TO_ACT)
                    .untilAsserted(() -> assertThat(topics.offsets("dropped")).isEqualTo(Map.of(partition, end)));
        }
        topics.rest().delete("dropped");
    }

    @Test
    void failsIfItsRecordsReturnToTheTopicThatItReads() throws Exception {
        topics.create("raw.loop", "loop.heartbeat");
        ObjectNode body = topics.connector("loop", "raw.loop");
        RawTopics.config(body).put("transforms.event.on.unmatched", "pass");
        topics.rest().post(body);
        topics.send("raw.loop", 0, RawTopics.change(1, "NEW"));
        assertThat(topics.awaitFailure("loop")).contains("raw.loop-0@0", "read and written again", "on.unmatched=drop");
        topics.rest().delete("loop");
    }

    /** Its rules make the commands of schedules. Connect creates all topics but the raw one. */
    @Test
    void runsWithTheConfigurationThatTheProjectShips() throws Exception {
        topics.create("shop.shop.subscriptions");
        String due = subscription("1798804800123");
        String paid = subscription("1798804860456");
        String ended = subscription("null");
        for (String value : List.of(
                subscriptionChange("c", "null", due),
                "not JSON",
                subscriptionChange("u", due, due),
                subscriptionChange("u", due, paid),
                subscriptionChange("u", paid, ended),
                subscriptionChange("d", ended, "null"))) {
            topics.send(new ProducerRecord<>(
                    "shop.shop.subscriptions",
                    0,
                    "{\"schema\":null,\"payload\":{\"id\":7}}".getBytes(UTF_8),
                    value.getBytes(UTF_8)));
        }
        topics.rest().post(RawTopics.readFile(Path.of("../../connect-configs/14-subscriptions.json")));
        List<ConsumerRecord<byte[], byte[]>> commands = awaitEvents("shop.requests", 4);
        assertThat(RawTopics.headers(commands, "ce_type"))
                .containsExactly("RenewalDue", "RenewalDue", "RenewalEnded", "RenewalOff");
        assertThat(RawTopics.headers(commands.subList(0, 2), "schedule-at"))
                .containsExactly("2027-01-01T12:00:00.123Z", "2027-01-01T12:01:00.456Z");
        assertThat(RawTopics.headers(commands.subList(0, 2), "schedule-topic")).containsOnly("shop.renewals");
        assertThat(commands)
                .extracting(command -> new String(command.key(), UTF_8))
                .containsOnly("{\"subscription_id\":7}");
        assertThat(new String(commands.get(0).value(), UTF_8))
                .contains("\"payload\":{\"subscription_id\":7,\"customer_id\":40,\"price\":9.90}");
        assertThat(commands.get(2).value()).isNull();
        assertThat(commands.get(3).value()).isNull();
        assertThat(awaitEvents("subscriptions.undecodable", 1))
                .extracting(event -> new String(event.value(), UTF_8))
                .containsExactly("not JSON");
        topics.rest().delete("subscriptions");
    }

    private static String subscription(String nextPaymentAt) {
        return "{\"id\":7,\"customer_id\":40,\"price\":9.90,\"next_payment_at\":" + nextPaymentAt + "}";
    }

    /** A change as Debezium writes it, with its schema. */
    private static String subscriptionChange(String operation, String before, String after) {
        String row = """
            "type": "struct", "optional": true, "fields": [
              {"field": "id", "type": "int64"}, {"field": "customer_id", "type": "int64"},
              {"field": "price", "type": "bytes", "name": "org.apache.kafka.connect.data.Decimal", "version": 1,
               "parameters": {"scale": "2"}},
              {"field": "next_payment_at", "type": "int64", "optional": true, "name": "io.debezium.time.Timestamp",
               "version": 1}]\
            """;
        return """
            {"schema": {"type": "struct", "fields": [{"field": "before", %1$s}, {"field": "after", %1$s},
              {"field": "source", "type": "struct", "fields": [{"field": "name", "type": "string"},
                {"field": "db", "type": "string"}, {"field": "table", "type": "string"},
                {"field": "ts_ms", "type": "int64"}, {"field": "snapshot", "type": "string"}]},
              {"field": "op", "type": "string"}, {"field": "ts_ms", "type": "int64"}]},
             "payload": {"before": %3$s, "after": %4$s, "op": "%2$s", "ts_ms": 1, "source": {"name": "shop", "db": "shop",
               "table": "subscriptions", "ts_ms": 1, "snapshot": "false"}}}\
            """.formatted(row, operation, before, after);
    }

    @Test
    void isRefusedByTheWorkerWithTheReason() {
        ObjectNode body = topics.connector("refused", "raw.refused");
        RawTopics.config(body).put("transaction.boundary", "interval");
        assertThatThrownBy(() -> topics.rest().post(body))
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining("400")
                .hasMessageContaining("transaction.boundary: expected poll, found interval");
    }

    private static void patch(String connector, String partition, long offset) throws IOException {
        topics.rest()
                .patchOffsets(
                        connector,
                        JSON.readTree("{\"offsets\":[{\"partition\":" + partition + ",\"offset\":{\"kafka_offset\":"
                                + offset + "}}]}"));
    }

    /** Waits for that many events. */
    private static List<ConsumerRecord<byte[], byte[]>> awaitEvents(String topic, int count) {
        List<ConsumerRecord<byte[], byte[]>> events = new ArrayList<>();
        await().atMost(RawTopics.TIME_TO_ACT).untilAsserted(() -> {
            events.clear();
            events.addAll(topics.read(topic));
            assertThat(events).hasSizeGreaterThanOrEqualTo(count);
        });
        return events;
    }

    private static Map<TopicPartition, Long> ends(String topic, int partitions) throws Exception {
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            TopicPartition partition = new TopicPartition(topic, i);
            ends.put(
                    partition,
                    topics.admin()
                            .listOffsets(Map.of(partition, OffsetSpec.latest()))
                            .partitionResult(partition)
                            .get()
                            .offset());
        }
        return ends;
    }
}
