package io.millrace.connectors.projection.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.events.DeadLetterHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The queue against reporters that answer as Connect's does. */
@Timeout(60)
class DeadLetterQueueTest {
    private static final Map<String, Object> VALUE = Map.of("name", "secret");

    private final List<SinkRecord> reports = new ArrayList<>();
    private final List<Throwable> reasons = new ArrayList<>();
    private volatile boolean inTurn;

    @Test
    void returnsWhenTheQueueHasTheRecords() {
        DeadLetterQueue queue = queue(record -> answered());

        handOver(queue, refusal(1), refusal(2));

        assertThat(reports).extracting(SinkRecord::originalKafkaOffset).containsExactly(1L, 2L);
        assertThat(headers(reports.get(0)))
                .containsEntry(DeadLetterHeaders.REASON, "events-0@1: too long")
                .containsEntry(DeadLetterHeaders.VIEW, "orders")
                .containsEntry("requestId", "r1");
        assertThat(reports.get(0).value()).isEqualTo(VALUE);
        assertThat(queue.waitsFor()).isEmpty();
    }

    /** Connect answers so if the producer finds a record too large or may not write the topic. */
    @Test
    void handsTheRecordOverWithoutItsValueIfTheProducerRefusesTheOtherForms() {
        DeadLetterQueue queue = queue(record -> record.value() == null ? answered() : dropped());
        Refusal refusal = refusal(1);

        handOver(queue, refusal);

        assertThat(reports).hasSize(5);
        assertThat(reports.subList(2, 4))
                .allSatisfy(report -> assertThat(report).isSameAs(refusal.record()));
        assertThat(reports.get(4).key()).isEqualTo(Map.of("id", 1L));
        assertThat(reports.get(4).value()).isNull();
        assertThat(reports.get(4).originalKafkaOffset()).isEqualTo(1);
        assertThat(headers(reports.get(4)))
                .containsEntry(DeadLetterHeaders.REASON, "events-0@1: too long")
                .containsEntry(DeadLetterHeaders.RECORD, "events-0@1")
                .containsEntry("requestId", "r1");
    }

    /** Connect answers as if the producer had refused it. */
    @Test
    void keepsTheFormOfARecordThatTheBrokersAcknowledgeAtOnce() {
        DeadLetterQueue queue = queue(record -> reports.size() == 1 ? dropped() : answered());

        handOver(queue, refusal(1));

        assertThat(reports).hasSize(2).allSatisfy(report -> assertThat(headers(report))
                .containsEntry(DeadLetterHeaders.REASON, "events-0@1: too long"));
    }

    @Test
    void handsTheRecordOverWithoutItsValueIfTheTopicRefusesTheOtherForms() {
        DeadLetterQueue queue =
                queue(record -> record.value() == null ? answered() : failed(new RecordTooLargeException("too large")));

        handOver(queue, refusal(1));

        assertThat(reports).hasSize(3);
        assertThat(headers(reports.get(2))).containsEntry(DeadLetterHeaders.RECORD, "events-0@1");
    }

    @Test
    void leavesOutAKeyAndHeadersThatAreLargeToo() {
        SinkRecord large = new SinkRecord("events", 0, null, "k".repeat(1 << 20), null, "v", 3);
        large.headers().addString("note", "n".repeat(1 << 20));

        handOver(queue(record -> record.value() == null ? answered() : dropped()), Refusal.of(large, "bad", null));

        SinkRecord last = reports.get(reports.size() - 1);
        assertThat(last.key()).isNull();
        assertThat(headers(last)).containsOnlyKeys(DeadLetterHeaders.REASON, DeadLetterHeaders.RECORD);
    }

    @Test
    void copiesNoRecordThatTheProducerCannotTake() {
        SinkRecord large = new SinkRecord("events", 0, null, "k", null, "v".repeat(2 << 20), 3);

        handOver(queue(record -> answered()), Refusal.of(large, "bad", null));

        assertThat(reports).singleElement().isSameAs(large);
    }

    /** Otherwise it would come back as a tombstone. */
    @Test
    void keepsTheMarkOfARecordWhoseValueDidNotFit() {
        SinkRecord small = new SinkRecord("orders.retry", 0, null, "k", null, null, 3);
        small.headers()
                .addString(DeadLetterHeaders.RECORD, "events-0@1")
                .addString(DeadLetterHeaders.REASON, "too large");

        handOver(queue(record -> answered()), Refusal.of(small, "held", null));

        assertThat(headers(reports.get(0)))
                .containsEntry(DeadLetterHeaders.RECORD, "events-0@1")
                .containsEntry(DeadLetterHeaders.REASON, "orders.retry-0@3: held");
    }

    @Test
    void reportsTheRecordItselfIfAConverterRefusesTheCopy() {
        Refusal refusal = refusal(1);
        DeadLetterQueue queue = queue(record -> {
            boolean copy = record.headers().lastWithName(DeadLetterHeaders.REASON) != null;
            if (copy) {
                throw new DataException("cannot write secret");
            }
            return answered();
        });

        handOver(queue, refusal);

        assertThat(reports).hasSize(2);
        assertThat(reports.get(1)).isSameAs(refusal.record());
    }

    @Test
    void failsIfTheProducerTakesNoForm() {
        DeadLetterQueue queue = queue(record -> dropped());

        assertThatThrownBy(() -> handOver(queue, refusal(1)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("misfits")
                .hasMessageContaining("errors.deadletterqueue.topic.name")
                .hasMessageContaining("events-0@1")
                .message()
                .doesNotContain("database");
    }

    @Test
    void failsIfTheBrokerRefusesTheRecord() {
        DeadLetterQueue queue = queue(record -> failed(new TopicAuthorizationException("misfits")));

        assertThatThrownBy(() -> handOver(queue, refusal(1)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("misfits")
                .hasRootCauseInstanceOf(TopicAuthorizationException.class);
        assertThat(reports).hasSize(1);
    }

    @Test
    void failsIfTheQueueNeverAnswers() {
        DeadLetterQueue queue = queue(settings("misfits", true, 300), record -> new CompletableFuture<>());

        assertThatThrownBy(() -> handOver(queue, refusal(1)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("has not accepted a refused record for 300 ms")
                .hasMessageContaining("misfits");
    }

    @Test
    void interruptsAProducerThatBlocksAndFails() {
        DeadLetterQueue queue = queue(settings("misfits", true, 300), record -> block());

        long start = System.nanoTime();
        assertThatThrownBy(() -> handOver(queue, refusal(1)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("has not accepted a refused record for 300 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void handsTheRecordOverOnceIfTheProducerBlocksForATurn() {
        DeadLetterQueue queue = queue(record -> reports.size() == 1 ? block() : answered());

        handOver(queue, refusal(1), refusal(2));

        // The first attempt was interrupted before the producer had the record.
        assertThat(reports).extracting(SinkRecord::originalKafkaOffset).containsExactly(1L, 1L, 2L);
        assertThat(reports.get(1).value()).isEqualTo(VALUE);
    }

    @Test
    void statesWhatItWaitsForUntilItIsClosed() throws Exception {
        DeadLetterQueue queue = queue(record -> new CompletableFuture<>());
        CompletableFuture<Void> handingOver = CompletableFuture.runAsync(() -> queue.handOver(List.of(refusal(1))));
        while (reports.isEmpty()) {
            give(queue);
        }

        assertThat(queue.waitsFor()).contains("waits for the dead letter queue misfits");
        queue.close();

        assertThatThrownBy(handingOver::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ClosedException.class);
    }

    @Test
    void failsTheTaskWithoutATopicAlsoIfConnectHasAReporter() {
        DeadLetterQueue queue = queue(settings("", true, 1_000), record -> answered());

        assertThat(queue.takesRecords()).isFalse();
        assertThat(queue.failByRefusal(refusal(1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("events-0@1: too long")
                .hasMessageContaining("errors.deadletterqueue.topic.name is not set");
        assertThat(reports).isEmpty();
    }

    @Test
    void reportsTheRecordOnceIfErrorsAreNotTolerated() {
        ErrantRecordReporter connect = (record, reason) -> {
            reports.add(record);
            reasons.add(reason);
            throw new ConnectException("Tolerance exceeded in error handler", reason);
        };
        DeadLetterQueue queue =
                new DeadLetterQueue(settings("misfits", false, 1_000), connect, new LogContext(List.of()));

        assertThat(queue.takesRecords()).isFalse();
        CompletableFuture<RefusedRecordException> failing =
                CompletableFuture.supplyAsync(() -> queue.failByRefusal(refusal(1)));
        while (!failing.isDone()) {
            queue.giveTurn();
        }

        assertThat(failing.join())
                .hasMessageContaining("events-0@1: too long")
                .hasMessageContaining("errors.tolerance is not all")
                .hasMessageContaining("misfits");
        assertThat(reports).hasSize(1);
        assertThat(headers(reports.get(0))).containsEntry(DeadLetterHeaders.REASON, "events-0@1: too long");
    }

    /** Hands over on another thread, as the writer does, and gives turns as the task's thread does. */
    private void handOver(DeadLetterQueue queue, Refusal... refusals) {
        CompletableFuture<Void> handingOver = CompletableFuture.runAsync(() -> queue.handOver(List.of(refusals)));
        while (!handingOver.isDone()) {
            give(queue);
        }
        try {
            handingOver.join();
        } catch (CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    private void give(DeadLetterQueue queue) {
        inTurn = true;
        queue.giveTurn();
        inTurn = false;
    }

    private interface Answer {
        Future<Void> to(SinkRecord record);
    }

    private DeadLetterQueue queue(Answer answer) {
        return queue(settings("misfits", true, 30_000), answer);
    }

    private DeadLetterQueue queue(DeadLetterSettings settings, Answer answer) {
        ErrantRecordReporter connect = (record, reason) -> {
            // Connect's list of futures is for one thread.
            assertThat(inTurn).isTrue();
            reports.add(record);
            reasons.add(reason);
            return answer.to(record);
        };
        return new DeadLetterQueue(settings, connect, new LogContext(List.of()));
    }

    private static DeadLetterSettings settings(String topic, boolean tolerates, long timeoutMs) {
        return new DeadLetterSettings(topic, tolerates, true, 1 << 20, timeoutMs);
    }

    private static Refusal refusal(long offset) {
        SinkRecord record = new SinkRecord("events", 0, null, Map.of("id", 1L), null, VALUE, offset);
        record.headers().addString("requestId", "r1");
        return Refusal.of(record, "too long", Map.of(DeadLetterHeaders.VIEW, "orders"), null);
    }

    private static Map<String, Object> headers(SinkRecord record) {
        Map<String, Object> headers = new HashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), header.value()));
        return headers;
    }

    /** Connect's answer if neither reporter has anything to wait for. */
    private static Future<Void> dropped() {
        return CompletableFuture.completedFuture(null);
    }

    /** Connect's answer for a record that the producer took, already done. */
    private static Future<Void> answered() {
        FutureTask<Void> answer = new FutureTask<>(() -> null);
        answer.run();
        return answer;
    }

    private static Future<Void> failed(Exception reason) {
        FutureTask<Void> answer = new FutureTask<>(() -> {
            throw reason;
        });
        answer.run();
        return answer;
    }

    /** The producer waits for the topic's metadata. */
    private static Future<Void> block() {
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        throw new AssertionError();
    }
}
