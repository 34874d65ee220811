package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.ConnectWorker;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The connector in a worker. */
class ScheduleSourceIT {
    private static ScheduleTopics topics;

    @BeforeAll
    static void startServers() {
        topics = new ScheduleTopics();
    }

    @AfterAll
    static void stopServers() {
        topics.close();
    }

    @Test
    void sendsMessagesWhenTheyAreDueAndAnswersCommands() throws Exception {
        ObjectNode body = topics.prepare("plain", 2);
        topics.rest().post(body);
        Instant due = Instant.now().plusSeconds(3);
        Instant far = due.plusSeconds(3600);
        topics.send("plain", 0, "at", "one", "schedule-at", due.toString(), "schedule-key", "k", "tenant", "t1");
        topics.send("plain", 1, "after", "two", "schedule-after", "PT1S");
        topics.send("plain", 0, "tombstone", "", "schedule-after", "PT1S", "schedule-value", "null");
        topics.send("plain", 0, "cancelled", "never", "schedule-at", far.toString());
        topics.send("plain", 0, "cancelled", null);
        topics.send("plain", 1, "moved", "first", "schedule-at", far.toString());
        topics.send("plain", 1, "moved", "second", "schedule-after", "PT2S");
        topics.send("plain", 0, "unheard", null);

        List<ConsumerRecord<byte[], byte[]>> sent = topics.awaitRecords("plain.out", 4);
        assertThat(sent)
                .extracting(record -> ScheduleTopics.header(record, "schedule-id"))
                .containsExactlyInAnyOrder("at", "after", "tombstone", "moved");
        for (ConsumerRecord<byte[], byte[]> record : sent) {
            Instant meant = Instant.parse(ScheduleTopics.header(record, "schedule-due"));
            assertThat(record.timestamp()).isGreaterThanOrEqualTo(meant.toEpochMilli());
            assertThat(ScheduleTopics.header(record, "ce_id"))
                    .isEqualTo(ScheduleTopics.header(record, "schedule-id") + "@" + meant);
        }
        ConsumerRecord<byte[], byte[]> at = find(sent, "at");
        assertThat(at.key()).isEqualTo("k".getBytes(UTF_8));
        assertThat(at.value()).isEqualTo("one".getBytes(UTF_8));
        assertThat(ScheduleTopics.header(at, "tenant")).isEqualTo("t1");
        assertThat(ScheduleTopics.header(at, "schedule-occurrence")).isEqualTo("1");
        assertThat(ScheduleTopics.header(at, "schedule-topic")).isNull();
        assertThat(find(sent, "tombstone").value()).isNull();
        assertThat(find(sent, "moved").value()).isEqualTo("second".getBytes(UTF_8));
        assertThat(find(sent, "moved").key()).isEqualTo("moved".getBytes(UTF_8));

        topics.send("plain", 0, "at", null);
        assertThat(topics.awaitReplies("plain", 9))
                .containsExactlyInAnyOrder(
                        "at:accepted",
                        "after:accepted",
                        "tombstone:accepted",
                        "cancelled:accepted",
                        "cancelled:cancelled",
                        "moved:accepted",
                        "moved:replaced",
                        "unheard:unknown",
                        "at:too-late");
        topics.rest().delete("plain");
    }

    @Test
    void answersBadCommandsWithTheReasonAndCarriesOutTheNextOnes() throws Exception {
        ObjectNode body = topics.prepare("bad", 1);
        ScheduleTopics.config(body).put("max.schedule.bytes", "2000");
        topics.rest().post(body);
        topics.send("bad", 0, "none", "x");
        topics.send("bad", 0, "zone", "x", "schedule-cron", "0 2 * * *", "schedule-zone", "Mars/Olympus");
        topics.send("bad", 0, "never", "x", "schedule-cron", "0 0 30 2 *");
        topics.send("bad", 0, "foreign", "x", "schedule-after", "PT0S", "schedule-topic", "other");
        topics.send("bad", 0, "own", "x", "schedule-after", "PT0S", "schedule-topic", "bad.schedules");
        topics.send("bad", 0, "missing", "x", "schedule-after", "PT0S", "schedule-topic", "bad.missing");
        topics.send("bad", 0, "large", "x".repeat(2000), "schedule-after", "PT0S");
        topics.send(new ProducerRecord<>("bad.requests", 0, null, "x".getBytes(UTF_8)));
        topics.send("bad", 0, "good", "x", "schedule-after", "PT0S");

        assertThat(topics.awaitRecords("bad.out", 1))
                .extracting(record -> ScheduleTopics.header(record, "schedule-id"))
                .containsExactly("good");
        List<ConsumerRecord<byte[], byte[]>> replies = topics.awaitRecords("bad.replies", 9);
        assertThat(replies)
                .extracting(reply -> ScheduleTopics.text(reply.value()))
                .containsExactlyElementsOf(new ArrayList<>(java.util.stream.Stream.concat(
                                java.util.Collections.nCopies(8, "refused").stream(),
                                java.util.stream.Stream.of("accepted"))
                        .toList()));
        assertThat(replies.subList(0, 8))
                .extracting(reply -> ScheduleTopics.header(reply, "schedule-reason"))
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("exactly one of the headers"),
                        reason -> assertThat(reason).contains("a time zone that exists", "Mars/Olympus"),
                        reason -> assertThat(reason).contains("schedule-cron"),
                        reason -> assertThat(reason).contains("targets permits, found 'other'"),
                        reason -> assertThat(reason).contains("targets permits, found 'bad.schedules'"),
                        reason -> assertThat(reason).contains("a topic that exists, found 'bad.missing'"),
                        reason -> assertThat(reason).contains("up to 2000 bytes"),
                        reason -> assertThat(reason).contains("expected the schedule's id"));
        assertThat(ScheduleTopics.header(replies.get(0), "schedule-request")).isEqualTo("bad.requests-0@0");
        topics.rest().delete("bad");
    }

    /** Messages every few milliseconds while the worker is killed twice. */
    @Test
    void sendsEachMessageOnceWhileTheWorkerIsKilled() throws Exception {
        ObjectNode body = topics.prepare("once", 2);
        topics.rest().post(body);
        topics.rest().awaitRunning("once", ScheduleTopics.TIME_TO_ACT);
        Instant start = Instant.now();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ids.add("id-" + i);
            topics.send(
                    "once",
                    i % 2,
                    "id-" + i,
                    "v",
                    "schedule-at",
                    start.plusMillis(60L * i).toString());
        }
        topics.awaitRecords("once.out", 20);
        topics.worker().kill();
        topics.worker().restart();
        topics.awaitRecords("once.out", 150);
        topics.worker().kill();
        topics.worker().restart();

        topics.awaitRecords("once.out", ids.size());
        topics.send("once", 0, "last", "v", "schedule-after", "PT0S");
        ids.add("last");
        assertThat(topics.awaitRecords("once.out", ids.size()))
                .extracting(record -> ScheduleTopics.header(record, "schedule-id"))
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(topics.awaitReplies("once", ids.size()))
                .hasSize(ids.size())
                .allMatch(reply -> reply.endsWith(":accepted"));
        topics.rest().delete("once");
    }

    @Test
    void treatsWhatIsPastDueAfterAStopByThePolicy() throws Exception {
        ObjectNode body = topics.prepare("late", 1);
        topics.rest().post(body);
        topics.send("late", 0, "ready", null);
        topics.awaitReplies("late", 1);
        // Seconds, so that the stop comes before it is due.
        Instant due = Instant.now().plusSeconds(8);
        topics.send("late", 0, "fire", "x", "schedule-at", due.toString());
        topics.send("late", 0, "skip", "x", "schedule-at", due.toString(), "schedule-past-due", "skip");
        topics.send("late", 0, "cancel", "x", "schedule-at", due.toString());
        topics.awaitReplies("late", 4);
        topics.stop("late");
        // Read before anything fires after the start, although it is late.
        topics.send("late", 0, "cancel", null);
        await().until(() -> Instant.now().isAfter(due.plusSeconds(2)));
        topics.rest().resume("late");

        assertThat(topics.awaitReplies("late", 6)).endsWith("cancel:cancelled", "skip:skipped");
        assertThat(topics.awaitRecords("late.out", 1))
                .extracting(record -> ScheduleTopics.header(record, "schedule-id"))
                .containsExactly("fire");
        topics.rest().delete("late");
    }

    @Test
    void doesNotWaitForEverForCommandsThatAnOpenTransactionHides() throws Exception {
        ObjectNode body = topics.prepare("hidden", 1);
        ScheduleTopics.config(body).put("commands.timeout.ms", "1000");
        topics.rest().post(body);
        topics.send("hidden", 0, "a", "x", "schedule-after", "PT5S");
        topics.awaitReplies("hidden", 1);
        topics.stop("hidden");
        try (KafkaProducer<byte[], byte[]> open = topics.openTransaction("hidden")) {
            open.send(new ProducerRecord<>("hidden.requests", 0, "b".getBytes(UTF_8), null))
                    .get();
            topics.rest().resume("hidden");
            topics.awaitRecords("hidden.out", 1);
            open.commitTransaction();
        }
        assertThat(topics.awaitReplies("hidden", 2)).containsExactly("a:accepted", "b:unknown");
        topics.rest().delete("hidden");
    }

    /** A resume is like a start: the cancel is read before anything fires, and the time without polls is not silence of the brokers. */
    @Test
    void readsTheCommandsThatWereWrittenDuringAPauseBeforeItFires() throws Exception {
        ObjectNode body = topics.prepare("paused", 1);
        ScheduleTopics.config(body).put("max.poll.records", "1");
        topics.rest().post(body);
        Instant due = Instant.now().plusSeconds(15);
        topics.send("paused", 0, "a", "x", "schedule-at", due.toString());
        topics.send("paused", 0, "b", "x", "schedule-at", due.toString());
        topics.awaitReplies("paused", 2);
        topics.rest().pause("paused");
        await().atMost(ScheduleTopics.TIME_TO_ACT).until(() -> topics.rest()
                .status("paused")
                .path("tasks")
                .path(0)
                .path("state")
                .asText()
                .equals("PAUSED"));
        for (int i = 0; i < 20; i++) {
            topics.send("paused", 0, "none-" + i, null);
        }
        topics.send("paused", 0, "a", null);
        await().atMost(ScheduleTopics.TIME_TO_ACT).until(() -> Instant.now().isAfter(due.plusSeconds(6)));
        topics.rest().resume("paused");
        assertThat(topics.awaitReplies("paused", 23)).endsWith("a:cancelled");
        assertThat(topics.awaitRecords("paused.out", 1))
                .extracting(record -> ScheduleTopics.header(record, "schedule-id"))
                .containsExactly("b");
        topics.rest().delete("paused");
    }

    /** Behind the last command is the marker of its transaction. */
    @Test
    void startsAgainAfterRetentionHasDeletedEveryCommandThatWasRead() throws Exception {
        ObjectNode body = topics.prepare("marker", 1);
        topics.rest().post(body);
        // The record with the position of an empty partition.
        topics.awaitRecords("marker.schedules", 1);
        try (KafkaProducer<byte[], byte[]> service = topics.openTransaction("marker")) {
            service.send(new ProducerRecord<>("marker.requests", 0, "a".getBytes(UTF_8), null))
                    .get();
            service.commitTransaction();
        }
        topics.awaitReplies("marker", 1);
        // The record with the position behind the marker.
        topics.awaitRecords("marker.schedules", 2);
        topics.stop("marker");
        topics.admin()
                .deleteRecords(Map.of(new TopicPartition("marker.requests", 0), RecordsToDelete.beforeOffset(2)))
                .all()
                .get();
        topics.rest().resume("marker");
        topics.send("marker", 0, "b", null);
        assertThat(topics.awaitReplies("marker", 2)).containsExactly("a:unknown", "b:unknown");
        topics.rest().delete("marker");
    }

    /** Connect creates a topic once. */
    @Test
    void holdsTheMessagesOfATopicThatWasDeletedAlthoughConnectCreatesTopics() throws Exception {
        ObjectNode body = topics.prepare("gone", 1);
        ScheduleTopics.config(body)
                .put("targets", "gone\\..*")
                .put("topic.creation.default.replication.factor", "1")
                .put("topic.creation.default.partitions", "1");
        topics.rest().post(body);
        topics.send("gone", 0, "first", "x", "schedule-after", "PT0S", "schedule-topic", "gone.created");
        topics.awaitRecords("gone.created", 1);
        topics.send("gone", 0, "held", "x", "schedule-after", "PT15S", "schedule-topic", "gone.created");
        topics.awaitReplies("gone", 2);
        topics.admin().deleteTopics(List.of("gone.created")).all().get();
        topics.send("gone", 0, "other", "x", "schedule-after", "PT16S");
        topics.awaitRecords("gone.out", 1);
        topics.create("gone.created", 1);
        assertThat(topics.awaitRecords("gone.created", 1))
                .extracting(record -> ScheduleTopics.header(record, "schedule-id"))
                .containsExactly("held");
        topics.rest().delete("gone");
    }

    @Test
    void sendsRecurringMessagesUntilTheirCount() throws Exception {
        ObjectNode body = topics.prepare("cron", 1);
        topics.rest().post(body);
        // Two minutes ago, so that both occurrences are due at once.
        ProducerRecord<byte[], byte[]> command = new ProducerRecord<>(
                "cron.requests", 0, System.currentTimeMillis() - 120_000, "tick".getBytes(UTF_8), "x".getBytes(UTF_8));
        command.headers().add("schedule-cron", "* * * * *".getBytes(UTF_8));
        command.headers().add("schedule-zone", "Europe/Berlin".getBytes(UTF_8));
        command.headers().add("schedule-count", "2".getBytes(UTF_8));
        command.headers().add("schedule-past-due", "fire".getBytes(UTF_8));
        command.headers().add("schedule-topic", "cron.out".getBytes(UTF_8));
        topics.send(command);
        List<ConsumerRecord<byte[], byte[]>> sent = topics.awaitRecords("cron.out", 2);
        assertThat(sent)
                .extracting(record -> ScheduleTopics.header(record, "schedule-occurrence"))
                .containsExactly("1", "2");
        Instant first = Instant.parse(ScheduleTopics.header(sent.get(0), "schedule-due"));
        assertThat(ScheduleTopics.header(sent.get(1), "schedule-due"))
                .isEqualTo(first.plusSeconds(60).toString());
        topics.send("cron", 0, "tick", null);
        assertThat(topics.awaitReplies("cron", 2)).containsExactly("tick:accepted", "tick:too-late");
        topics.rest().delete("cron");
    }

    @Test
    void doesNotStartIfPartitionsWereAddedOrCommandsOrSchedulesWereDeleted() throws Exception {
        ObjectNode body = topics.prepare("grown", 1);
        topics.rest().post(body);
        topics.send("grown", 0, "a", "x", "schedule-after", "PT1H");
        topics.awaitReplies("grown", 1);
        topics.stop("grown");
        topics.send("grown", 0, "b", "x", "schedule-after", "PT1H");
        topics.admin()
                .deleteRecords(Map.of(new TopicPartition("grown.requests", 0), RecordsToDelete.beforeOffset(2)))
                .all()
                .get();
        topics.rest().resume("grown");
        assertThat(topics.awaitFailure("grown", "the gap is 1 to 1")).contains("grown.requests-0");

        topics.admin()
                .createPartitions(Map.of("grown.requests", NewPartitions.increaseTo(2)))
                .all()
                .get();
        topics.rest().restart("grown");
        assertThat(topics.awaitFailure("grown", "which are 2, found 1")).contains("Create new topics");

        topics.admin().deleteTopics(List.of("grown.schedules")).all().get();
        topics.rest().restart("grown");
        assertThat(topics.awaitFailure("grown", "Expected the topic grown.schedules, which does not exist"))
                .contains("DELETE /connectors/grown/offsets");
        topics.rest().delete("grown");
    }

    /** Of which Connect creates the topics of messages and replies. */
    @Test
    void runsWithTheConfigurationThatTheProjectShips() throws Exception {
        topics.create("shop.requests", 2);
        topics.rest().post(ScheduleTopics.readFile(Path.of("../../connect-configs/15-schedules.json")));
        topics.send("shop", 1, "id", "x", "schedule-after", "PT0.5S", "schedule-topic", "shop.reminders");
        assertThat(topics.awaitRecords("shop.reminders", 1))
                .extracting(record -> ScheduleTopics.header(record, "schedule-id"))
                .containsExactly("id");
        assertThat(topics.awaitReplies("shop", 1)).containsExactly("id:accepted");
        topics.rest().delete("schedules");
    }

    @Test
    void sendsEachMessageOnAWorkerWithoutTransactionsIfAtLeastOnceIsEnough() throws Exception {
        ObjectNode body = topics.prepare("least", 1);
        ScheduleTopics.config(body)
                .put("processing.guarantee", "at_least_once")
                .put("exactly.once.support", "requested");
        try (ConnectWorker worker = topics.startWorkerWithoutTransactions()) {
            worker.rest().post(body);
            topics.send("least", 0, "a", "x", "schedule-after", "PT0S");
            topics.send("least", 0, "b", "x", "schedule-after", "PT0.5S");
            topics.awaitRecords("least.out", 2);
            topics.send("least", 0, "b", null);
            assertThat(topics.awaitReplies("least", 3)).containsExactly("a:accepted", "b:accepted", "b:too-late");
            // The state is in the topic, so nothing is sent again.
            worker.rest().restart("least");
            topics.send("least", 0, "a", null);
            assertThat(topics.awaitReplies("least", 4)).endsWith("a:too-late");
            assertThat(topics.read("least.out")).hasSize(2);
        }
    }

    @Test
    void isRefusedByTheWorkerWithTheReason() throws Exception {
        ObjectNode body = topics.prepare("refused", 1);
        ScheduleTopics.config(body).put("transaction.boundary", "poll");
        assertThatThrownBy(() -> topics.rest().post(body))
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining("400")
                .hasMessageContaining("transaction.boundary: expected connector, found poll");
        ScheduleTopics.config(body).put("transaction.boundary", "connector").put("requests.topic", "nothing");
        assertThatThrownBy(() -> topics.rest().post(body))
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining("Expected the topic nothing, which does not exist");
    }

    private static ConsumerRecord<byte[], byte[]> find(List<ConsumerRecord<byte[], byte[]>> records, String id) {
        return records.stream()
                .filter(record -> id.equals(ScheduleTopics.header(record, "schedule-id")))
                .findFirst()
                .orElseThrow();
    }
}
