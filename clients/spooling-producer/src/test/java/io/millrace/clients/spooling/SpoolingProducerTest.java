package io.millrace.clients.spooling;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolKey;
import io.millrace.spool.SpoolListing;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpoolStore;
import io.millrace.spool.SpooledRecord;
import io.millrace.testing.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The states of a producer, over a cluster, a store and a clock that the test moves. */
class SpoolingProducerTest {
    private static final long AFTER_MS = 1_000;

    @TempDir
    private Path folder;

    private final FakeTicker ticker = new FakeTicker();
    private final FakeCluster cluster = new FakeCluster();
    private final MemoryObjects objects = new MemoryObjects();
    private final SpoolStore store = new SpoolStore(objects);

    @Test
    void isAPlainProducerWhileKafkaAnswers() throws Exception {
        SpoolingProducer<String, String> producer = open(Map.of());
        Future<RecordMetadata> answer = producer.send(record("k", "v"));
        producer.step();
        assertThat(answer.isDone()).isFalse();
        cluster.write(1, true);
        assertThat(answer.get().hasOffset()).isTrue();
        assertThat(producer.mxBean().getState()).isEqualTo("DIRECT");
        assertThat(producer.mxBean().getWaitingBytes()).isZero();
        producer.close();
        assertThat(objects.objects).isEmpty();
        assertThat(cluster.open()).isZero();
        assertThatThrownBy(() -> producer.send(record("k", "v"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void storesEveryRecordThatHasNoAnswerInTimeInTheOrderSent() throws Exception {
        SpoolingProducer<String, String> producer = open(Map.of());
        send(producer, record("a", "0"));
        cluster.write(1, true);
        List<Future<RecordMetadata>> answers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            answers.add(producer.send(record("a", String.valueOf(i))));
        }
        cluster.write(2, false);
        ticker.advance(AFTER_MS - 1);
        producer.step();
        assertThat(objects.puts).isZero();
        ticker.advance(1);
        producer.step();

        for (Future<RecordMetadata> answer : answers) {
            assertThat(answer.isDone()).isTrue();
            assertThat(answer.get().hasOffset()).isFalse();
            assertThat(answer.get().topic()).isEqualTo("t");
        }
        assertThat(cluster.created()).isEqualTo(2);
        assertThat(cluster.open()).isOne();
        List<SpooledRecord> stored = stored(producer);
        assertThat(stored.stream().map(record -> new String(record.value(), UTF_8)))
                .containsExactly("1", "2", "3");
        // All of them were on their way; the floor is the offset of the last answer.
        assertThat(stored).allSatisfy(record -> {
            assertThat(record.ambiguous()).isTrue();
            assertThat(record.partition()).isEqualTo(partition("a"));
            assertThat(record.floor()).isZero();
            assertThat(record.headers()).hasSize(1);
        });

        // While Kafka is down, records of every key are stored at once, and are certain.
        Future<RecordMetadata> next = producer.send(record("b", "4"));
        ticker.advance(50);
        producer.step();
        assertThat(next.isDone()).isTrue();
        assertThat(stored(producer).get(3)).satisfies(record -> {
            assertThat(record.ambiguous()).isFalse();
            assertThat(record.partition()).isNull();
        });
        assertThat(producer.mxBean().getState()).isEqualTo("SPOOLING");
        assertThat(producer.mxBean().getSpooled()).isEqualTo(4);
        ticker.advance(500);
        assertThat(producer.mxBean().getOldestUnrecoveredMillis()).isEqualTo(550);
    }

    @Test
    void goesBackToKafkaBehindTheRecovery() throws Exception {
        SpoolingProducer<String, String> producer = open(Map.of());
        send(producer, record("a", "1"));
        ticker.advance(AFTER_MS);
        producer.step();
        send(producer, record("a", "2"));
        ticker.advance(50);
        producer.step();
        assertThat(objects.objects).hasSize(2);

        // The recovery moves: new records of the key wait, up to half of their time.
        store.putRecovered(producer.incarnation(), 1).join();
        ticker.advance(1_000);
        producer.step();
        producer.step();
        Future<RecordMetadata> held = producer.send(record("a", "3"));
        producer.step();
        assertThat(producer.mxBean().getHeldSlots()).isOne();
        assertThat(objects.objects).hasSize(3);
        ticker.advance(AFTER_MS / 2);
        producer.step();
        assertThat(held.isDone()).isTrue();
        assertThat(objects.objects).hasSize(4);

        // The next one waits only until the recovery is at the end.
        store.putRecovered(producer.incarnation(), 2).join();
        ticker.advance(1_000);
        producer.step();
        producer.step();
        Future<RecordMetadata> direct = producer.send(record("a", "4"));
        store.putRecovered(producer.incarnation(), 3).join();
        ticker.advance(400);
        producer.step();
        assertThat(cluster.logs).isEmpty();
        ticker.advance(99);
        producer.step();
        ticker.advance(501);
        producer.step();
        producer.step();
        cluster.write(1, true);
        assertThat(direct.get().hasOffset() || stored(producer).size() == 4).isTrue();
    }

    @Test
    void releasesWhatIsHeldInItsOrderBeforeNewRecords() {
        SpoolingProducer<String, String> producer = open(Map.of("spool.after.ms", "10000"));
        send(producer, record("a", "1"));
        ticker.advance(10_000);
        producer.step();
        store.putRecovered(producer.incarnation(), 0).join();
        send(producer, record("a", "2"));
        ticker.advance(50);
        producer.step();
        store.putRecovered(producer.incarnation(), 1).join();
        ticker.advance(1_000);
        producer.step();
        producer.step();
        List<Future<RecordMetadata>> held = new ArrayList<>();
        for (int i = 3; i < 6; i++) {
            held.add(producer.send(record("a", String.valueOf(i))));
        }
        assertThat(producer.mxBean().getState()).isEqualTo("SPOOLING");
        store.putRecovered(producer.incarnation(), 2).join();
        ticker.advance(1_000);
        producer.step();
        producer.step();
        held.add(producer.send(record("a", "6")));
        cluster.write(10, true);
        assertThat(cluster.logs.get(partition("a"))).hasSize(4);
        assertThat(held)
                .allSatisfy(answer -> assertThat(answer.get().hasOffset()).isTrue());
        producer.step();
        assertThat(producer.mxBean().getState()).isEqualTo("DIRECT");
        assertThat(producer.mxBean().getHeldSlots()).isZero();
        assertThat(producer.mxBean().getOldestUnrecoveredMillis()).isZero();
    }

    @Test
    void spoolsWithoutMetadataAndTriesARecordOnceASecond() throws Exception {
        cluster.hasMetadata = false;
        SpoolingProducer<String, String> producer = open(Map.of());
        Future<RecordMetadata> first = producer.send(record("a", "1"));
        producer.step();
        ticker.advance(50);
        producer.step();
        assertThat(first.get().hasOffset()).isFalse();
        assertThat(stored(producer)).singleElement().satisfies(record -> assertThat(record.ambiguous())
                .isFalse());
        cluster.hasMetadata = true;
        send(producer, record("b", "2"));
        ticker.advance(1_000);
        producer.step();
        Future<RecordMetadata> tried = producer.send(record("c", "3"));
        cluster.write(1, true);
        assertThat(tried.get().hasOffset()).isTrue();
        Future<RecordMetadata> direct = producer.send(record("d", "4"));
        cluster.write(1, true);
        assertThat(direct.get().hasOffset()).isTrue();
    }

    @Test
    void tellsTheCallerWhatKafkaRefuses() {
        SpoolingProducer<String, String> producer = open(Map.of("max.request.size", "1000"));
        cluster.refusal = new TopicAuthorizationException("not allowed");
        assertFails(producer.send(record("a", "1")), AuthorizationException.class, "not allowed");
        cluster.refusal = new TimeoutException("Topic t not present", new UnknownTopicOrPartitionException("unknown"));
        assertFails(producer.send(record("a", "1")), TimeoutException.class, "not present");
        cluster.refusal = null;
        cluster.hasMetadata = false;
        send(producer, record("b", "1"));
        // Also while everything is spooled.
        assertFails(producer.send(record("b", "x".repeat(1000))), RecordTooLargeException.class, "max.request.size");
        assertThatThrownBy(() ->
                        producer.send(new ProducerRecord<>("a b", "k", "v")).get())
                .hasMessageContaining("a b");
        producer.step();
        ticker.advance(50);
        producer.step();
        assertThat(stored(producer)).hasSize(1);
        assertThatThrownBy(producer::beginTransaction).hasMessageContaining("no transactions");
    }

    @Test
    void failsWithBothErrorsIfBothAreAwayAndSaysThatTheObjectDoesNotCount() {
        SpoolingProducer<String, String> producer = open(Map.of("spool.store.timeout.ms", "2000"));
        objects.mode = MemoryObjects.Mode.SILENT;
        Future<RecordMetadata> lost = producer.send(record("a", "1"));
        ticker.advance(AFTER_MS);
        for (int i = 0; i < 20 && !lost.isDone(); i++) {
            producer.step();
            ticker.advance(500);
        }
        assertFails(lost, SpoolFailedException.class, "No answer for a record of the topic t within 1000 ms");
        assertFails(lost, SpoolFailedException.class, "memory:: The store is away");
        assertThat(producer.mxBean().getSpoolFailures()).isOne();

        // The object was stored after all, and no caller knows: the next one says so, even without records.
        objects.mode = MemoryObjects.Mode.UP;
        assertThat(objects.objects).hasSize(1);
        ticker.advance(2_000);
        producer.step();
        List<SpoolObject> all = all(producer);
        assertThat(all).hasSize(2);
        assertThat(all.get(1).abandons(1)).isTrue();
        assertThat(all.get(1).records()).isEmpty();
        // Until the recovery knows it, too, a new record of the key could be in Kafka before the lost one.
        assertThat(producer.mxBean().getHeldSlots()).isOne();
        store.putRecovered(producer.incarnation(), 2).join();
        ticker.advance(1_000);
        producer.step();
        producer.step();
        assertThat(producer.mxBean().getHeldSlots()).isZero();
    }

    @Test
    void storesAnObjectAgainWithTheSameBytesAfterAFailure() throws Exception {
        SpoolingProducer<String, String> producer = open(Map.of());
        objects.mode = MemoryObjects.Mode.DOWN;
        Future<RecordMetadata> answer = producer.send(record("a", "1"));
        ticker.advance(AFTER_MS);
        producer.step();
        objects.mode = MemoryObjects.Mode.SILENT;
        ticker.advance(500);
        producer.step();
        objects.mode = MemoryObjects.Mode.UP;
        ticker.advance(1_000);
        producer.step();
        assertThat(answer.get().hasOffset()).isFalse();
        assertThat(objects.puts).isEqualTo(3);
        assertThat(objects.objects).hasSize(1);
    }

    @Test
    void failsWhatHasWaitedForAStoreThatHangsWithoutWaitingForItOnceMore() {
        SpoolingProducer<String, String> producer =
                open(Map.of("spool.store.timeout.ms", "60000", "spool.batch.bytes", "1024"));
        String large = "x".repeat(1000);
        List<Future<RecordMetadata>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(producer.send(record("a", large)));
        }
        objects.mode = MemoryObjects.Mode.DOWN;
        ticker.advance(AFTER_MS);
        producer.step();
        objects.mode = MemoryObjects.Mode.HANGING;
        // The first object has half a second left, and the store a second.
        ticker.advance(59_500);
        Future<RecordMetadata> later = producer.send(record("a", large));
        producer.step();
        int puts = objects.puts;
        ticker.advance(1_000);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            producer.step();
            return waiting.stream().allMatch(Future::isDone);
        });
        waiting.forEach(answer -> {
            assertFails(answer, SpoolFailedException.class, "memory:: The store did not confirm v1/orders/");
            assertFails(answer, SpoolFailedException.class, " within 1000 ms");
        });
        // Only the record that has time left is tried.
        assertThat(objects.puts).isEqualTo(puts + 1);
        assertThat(later.isDone()).isFalse();
        objects.mode = MemoryObjects.Mode.UP;
    }

    @Test
    void namesTheKindOfAFailureThatHasNoMessage() {
        Throwable failure = new SpoolFailedException(new IllegalStateException(), "memory:", new StackOverflowError());
        assertThat(failure)
                .hasMessage("Neither Kafka nor the spool took the record. Kafka: java.lang.IllegalStateException."
                        + " memory:: java.lang.StackOverflowError");
    }

    @Test
    void boundsTheMemoryOfRecordsWithoutAnAnswer() throws Exception {
        SpoolingProducer<String, String> producer =
                open(Map.of("spool.memory.bytes", String.valueOf(1 << 20), "max.block.ms", "100"), Ticker.SYSTEM);
        String large = "x".repeat(600_000);
        send(producer, record("a", large));
        assertFails(producer.send(record("a", large)), BufferExhaustedException.class, "spool.memory.bytes");
        cluster.write(1, true);
        Future<RecordMetadata> answer = producer.send(record("a", large));
        cluster.write(1, true);
        assertThat(answer.get().hasOffset()).isTrue();
    }

    @Test
    void aCallThatWaitsForMemoryReturnsWhenThereIsSome() throws Exception {
        SpoolingProducer<String, String> producer = open(
                Map.of(
                        "spool.memory.bytes",
                        String.valueOf(1 << 20),
                        "max.block.ms",
                        "40000",
                        "spool.after.ms",
                        "60000"),
                Ticker.SYSTEM);
        String large = "x".repeat(600_000);
        send(producer, record("a", large));
        CompletableFuture<Future<RecordMetadata>> sent = new CompletableFuture<>();
        Thread caller = new Thread(() -> sent.complete(producer.send(record("b", large))));
        caller.start();
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
        cluster.write(1, true);
        Future<RecordMetadata> answer = sent.get(10, TimeUnit.SECONDS);
        cluster.write(1, true);
        assertThat(answer.get(10, TimeUnit.SECONDS).hasOffset()).isTrue();
    }

    @Test
    void storesWhatIsHeldIfThereIsNoMemory() throws Exception {
        SpoolingProducer<String, String> producer = open(Map.of("spool.memory.bytes", String.valueOf(1 << 20)));
        String large = "x".repeat(600_000);
        send(producer, record("a", "1"));
        ticker.advance(AFTER_MS);
        producer.step();
        send(producer, record("a", "2"));
        ticker.advance(50);
        producer.step();
        store.putRecovered(producer.incarnation(), 1).join();
        ticker.advance(1_000);
        producer.step();
        producer.step();
        Future<RecordMetadata> held = producer.send(record("a", large));
        assertThat(producer.mxBean().getHeldSlots()).isOne();
        CompletableFuture<Future<RecordMetadata>> sent = new CompletableFuture<>();
        Thread caller = new Thread(() -> sent.complete(producer.send(record("b", large))));
        caller.start();
        while (caller.getState() != Thread.State.TIMED_WAITING && caller.isAlive()) {
            Thread.onSpinWait();
        }
        // Long before half of its time.
        ticker.advance(50);
        producer.step();
        assertThat(held.isDone()).isTrue();
        assertThat(held.get().hasOffset()).isFalse();
        assertThat(sent.get(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void aCallbackDoesNotWaitForMemory() throws Exception {
        SpoolingProducer<String, String> producer =
                open(Map.of("spool.memory.bytes", String.valueOf(1 << 20), "max.block.ms", "100"), Ticker.SYSTEM);
        String large = "x".repeat(600_000);
        CompletableFuture<Future<RecordMetadata>> inner = new CompletableFuture<>();
        var unused = producer.send(
                record("a", "1"), (metadata, failure) -> inner.complete(producer.send(record("a", large))));
        send(producer, record("b", large));
        cluster.write(2, true);
        cluster.write(1, true);
        assertThat(inner.get().get(10, TimeUnit.SECONDS).hasOffset()).isTrue();
    }

    @Test
    void givesEveryRecordAnIdAndCallsInterceptorsOnce() throws Exception {
        SpoolingProducer<String, String> producer =
                open(Map.of("interceptor.classes", Counting.class.getName(), "client.id", "counted"));
        Counting.sent.clear();
        Counting.answered.clear();
        ProducerRecord<String, String> own = record("a", "1");
        own.headers().add("ce_id", "mine".getBytes(UTF_8));
        send(producer, own);
        send(producer, record("a", "2"));
        ticker.advance(AFTER_MS);
        producer.step();
        List<SpooledRecord> stored = stored(producer);
        assertThat(stored.get(0).eventId()).isEqualTo("mine");
        assertThat(stored.get(1).eventId())
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(stored.get(1).headers().stream().map(header -> header.key())).containsExactly("seen", "ce_id");
        assertThat(Counting.sent).containsExactly("1", "2");
        assertThat(Counting.answered).containsExactly(false, false);
        assertThat(cluster.settings).doesNotContainKeys("spool.store", "interceptor.classes");
        assertThat(cluster.settings).containsEntry("client.id", "counted").containsEntry("acks", "all");
    }

    /** Counts what it sees. */
    public static final class Counting implements ProducerInterceptor<String, String> {
        static final List<String> sent = new ArrayList<>();
        static final List<Boolean> answered = new ArrayList<>();

        @Override
        public ProducerRecord<String, String> onSend(ProducerRecord<String, String> record) {
            sent.add(record.value());
            record.headers().add("seen", null);
            return record;
        }

        @Override
        public void onAcknowledgement(RecordMetadata metadata, Exception exception) {
            answered.add(metadata.hasOffset());
        }

        @Override
        public void configure(Map<String, ?> configs) {
            // Needs nothing.
        }

        @Override
        public void close() {
            // Holds nothing open.
        }
    }

    @Test
    void refusesOptionsThatContradictWhatItPromises() {
        Map<String, String> refused = new LinkedHashMap<>();
        refused.put("transactional.id", "x");
        refused.put("delivery.timeout.ms", "1000");
        refused.put("acks", "1");
        refused.put("retries", "3");
        refused.put("linger.ms", "501");
        refused.put("enable.idempotence", "false");
        refused.put("partitioner.class", "org.example.Own");
        refused.put("partitioner.ignore.keys", "true");
        refused.put("spool.after.ms", "1");
        refused.put("spool.order", "some");
        refused.put("spool.writer", "a/b");
        refused.put("spool.unknown", "x");
        refused.put("payload.s3.multipart.bytes", "6000000");
        refused.put("spool.store", "kafka:spool");
        refused.put("max.block.ms", "soon");
        refused.forEach((option, value) -> assertThatThrownBy(() -> open(Map.of(option, value)))
                .as(option)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(option));
        assertThatThrownBy(() -> open(Map.of("max.block.ms", "1000")))
                .hasMessageContaining("Expected less than spool.after.ms, which is 1000");
        open(Map.of("spool.order", "none", "partitioner.class", "org.example.Own", "acks", "-1"))
                .close(Duration.ZERO);
    }

    @Test
    void putsWhatKafkaHasNotAcknowledgedIntoTheSpoolWhenItIsClosed() throws Exception {
        try (SpoolStore own = SpoolStore.open(Map.of("spool.store", "file:" + folder))) {
            SpoolingProducer<String, String> producer = started(own);
            Future<RecordMetadata> answer = producer.send(record("a", "1"));
            Thread closing = new Thread(() -> producer.close(Duration.ofSeconds(1)));
            closing.start();
            assertThat(answer.get(10, TimeUnit.SECONDS).hasOffset()).isFalse();
            closing.join();
            SpoolListing.Waiting waiting = own.list().incarnations().get(producer.incarnation());
            assertThat(waiting.objects()).hasSize(1);
            assertThat(waiting.closed()).isTrue();
        }
    }

    @Test
    void flushWaitsForTheSpool() throws Exception {
        try (SpoolStore own = SpoolStore.open(Map.of("spool.store", "file:" + folder))) {
            SpoolingProducer<String, String> producer = started(own);
            Future<RecordMetadata> answer = producer.send(record("a", "1"));
            producer.flush();
            assertThat(answer.isDone()).isTrue();
            assertThat(answer.get().hasOffset()).isFalse();
            producer.close(Duration.ofSeconds(1));
        }
    }

    @Test
    void storesWhatWasSentAlthoughTheCallerUsesItsArraysAgain() {
        SpoolingProducer<byte[], byte[]> producer = new SpoolingProducer<>(
                configs(Map.of()),
                new ByteArraySerializer(),
                new ByteArraySerializer(),
                ticker,
                settings -> store,
                cluster::create);
        byte[] bytes = "a".getBytes(UTF_8);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("t", bytes, bytes);
        record.headers().add("h", bytes);
        var unused = producer.send(record);
        bytes[0] = 'b';
        ticker.advance(AFTER_MS);
        producer.step();
        SpooledRecord stored = all(producer.incarnation()).get(0).records().get(0);
        assertThat(stored.key()).isEqualTo("a".getBytes(UTF_8));
        assertThat(stored.value()).isEqualTo("a".getBytes(UTF_8));
        assertThat(stored.headers().get(0).value()).isEqualTo("a".getBytes(UTF_8));
    }

    @Test
    void flushWaitsForACallbackThatRuns() throws Exception {
        SpoolingProducer<String, String> producer = open(Map.of());
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        var unused = producer.send(record("a", "1"), (metadata, failure) -> {
            begun.countDown();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
            ended.set(true);
        });
        Thread kafka = new Thread(() -> cluster.write(1, true));
        kafka.start();
        begun.await();
        producer.flush();
        assertThat(ended).isTrue();
        kafka.join();
    }

    @Test
    void aCallbackMayCloseTheProducerAndNotFlushIt() throws Exception {
        try (SpoolStore own = SpoolStore.open(Map.of("spool.store", "file:" + folder))) {
            SpoolingProducer<String, String> producer = started(own);
            CompletableFuture<Throwable> flushed = new CompletableFuture<>();
            Future<RecordMetadata> first = producer.send(record("a", "1"), (metadata, failure) -> {
                flushed.complete(catchThrowable(producer::flush));
                producer.close();
            });
            Future<RecordMetadata> second = producer.send(record("b", "2"));
            assertThat(flushed.get(10, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
            assertThat(first.get(10, TimeUnit.SECONDS).hasOffset()).isFalse();
            assertThat(second.get(10, TimeUnit.SECONDS).hasOffset()).isFalse();
        }
    }

    @Test
    void anErrorOfACallbackKeepsTheOtherRecords() throws Exception {
        SpoolingProducer<String, String> producer = open(Map.of());
        Future<RecordMetadata> first = producer.send(record("a", "1"), (metadata, failure) -> {
            throw new AssertionError("of a callback");
        });
        Future<RecordMetadata> second = producer.send(record("a", "2"));
        ticker.advance(AFTER_MS);
        producer.step();
        assertThat(first.get().hasOffset()).isFalse();
        assertThat(second.get().hasOffset()).isFalse();
    }

    private SpoolingProducer<String, String> started(SpoolStore own) {
        SpoolingProducer<String, String> producer = new SpoolingProducer<>(
                configs(Map.of("spool.after.ms", "300")),
                new StringSerializer(),
                new StringSerializer(),
                Ticker.SYSTEM,
                settings -> own,
                cluster::create);
        producer.start();
        return producer;
    }

    /**
     * Kafka, the store and the recovery come and go at random; then everything is brought to its end. Every event is compared with what
     * its caller was told.
     */
    @Test
    void losesRepeatsAndOvertakesNothing() {
        long seed = Seeds.next();
        for (int round = 0; round < 300; round++) {
            new RandomOutage(seed + round, round % 4 == 3).play();
        }
    }

    private static final class RandomOutage {
        private static final List<MemoryObjects.Mode> MODES = List.of(
                MemoryObjects.Mode.UP,
                MemoryObjects.Mode.UP,
                MemoryObjects.Mode.UP,
                MemoryObjects.Mode.UP,
                MemoryObjects.Mode.UP,
                MemoryObjects.Mode.SILENT,
                MemoryObjects.Mode.DOWN);

        private final Random random;
        private final String name;
        private final FakeTicker clock = new FakeTicker();
        private final FakeCluster kafka = new FakeCluster();
        private final MemoryObjects memory = new MemoryObjects();
        private final SpoolStore spool = new SpoolStore(memory);
        private final SpoolingProducer<String, String> producer;
        private final Map<String, Future<RecordMetadata>> answers = new LinkedHashMap<>();
        private final boolean isUnordered;
        private long recovered;

        RandomOutage(long seed, boolean isUnordered) {
            this.random = new Random(seed);
            this.name = "seed " + seed;
            this.isUnordered = isUnordered;
            this.producer = new SpoolingProducer<>(
                    configs(Map.of(
                            "spool.order", isUnordered ? "none" : "key",
                            "spool.batch.bytes", "2000",
                            "spool.store.timeout.ms", "2000")),
                    new StringSerializer(),
                    new StringSerializer(),
                    clock,
                    settings -> spool,
                    kafka::create);
        }

        void play() {
            for (int i = 0; i < 400; i++) {
                act();
            }
            settle();
            check();
        }

        private void act() {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> send();
                case 4 -> kafka.write(random.nextInt(4), true);
                case 5 -> kafka.write(random.nextInt(4), random.nextInt(3) > 0);
                case 6 -> clock.advance(random.nextInt(200));
                case 7 -> clock.advance(random.nextInt(10) == 0 ? AFTER_MS : 20);
                case 8 -> kafka.hasMetadata = random.nextInt(4) > 0;
                case 9 -> memory.mode = MODES.get(random.nextInt(MODES.size()));
                case 10 -> recover(1 + random.nextInt(2));
                default -> producer.step();
            }
        }

        private void send() {
            String key = "k" + random.nextInt(4);
            String id = key + ":" + answers.size();
            ProducerRecord<String, String> record = new ProducerRecord<>("t", key, "v");
            record.headers().add("ce_id", id.getBytes(UTF_8));
            answers.put(id, producer.send(record));
        }

        /** What the source connector does. */
        private void recover(int most) {
            if (memory.mode != MemoryObjects.Mode.UP) {
                return;
            }
            SpoolListing.Waiting waiting = spool.list().incarnations().get(producer.incarnation());
            if (waiting == null) {
                return;
            }
            List<SpoolObject> found = waiting.objects().stream()
                    .map(entry -> spool.get(entry.key()).join())
                    .toList();
            int done = 0;
            for (SpoolObject object : found) {
                if (done++ == most) {
                    break;
                }
                if (object.sequence() > recovered
                        && found.stream().noneMatch(other -> other.abandons(object.sequence()))) {
                    assertThat(object.previous()).as(name).isLessThanOrEqualTo(recovered);
                    bring(object);
                }
                recovered = Math.max(recovered, object.sequence());
            }
            spool.putRecovered(producer.incarnation(), recovered).join();
            spool.delete(waiting.objects().stream()
                    .map(SpoolListing.Entry::key)
                    .filter(key -> key.sequence() <= recovered)
                    .toList());
        }

        private void bring(SpoolObject object) {
            // Looked up before any is brought, as one check of the log.
            Map<Integer, List<String>> before = new HashMap<>();
            kafka.logs.forEach((partition, log) -> before.put(partition, List.copyOf(log)));
            for (SpooledRecord record : object.records()) {
                int partition = record.partition() != null
                        ? record.partition()
                        : FakeCluster.partitionOf(new ProducerRecord<>("t", record.key(), record.value()));
                List<String> log = before.getOrDefault(partition, List.of());
                int from = (int) Math.min(log.size(), record.floor() + 1);
                if (!record.ambiguous() || !log.subList(from, log.size()).contains(record.eventId())) {
                    kafka.append(partition, record.eventId());
                }
            }
        }

        private void settle() {
            memory.mode = MemoryObjects.Mode.UP;
            kafka.hasMetadata = true;
            for (int i = 0; i < 60; i++) {
                clock.advance(300);
                producer.step();
                recover(Integer.MAX_VALUE);
                producer.step();
                kafka.write(Integer.MAX_VALUE, true);
            }
            // Kafka is up again when it has taken a record.
            send();
            kafka.write(1, true);
        }

        private void check() {
            Map<String, Integer> last = new HashMap<>();
            Set<String> written = new HashSet<>();
            for (List<String> log : kafka.logs.values()) {
                for (String id : log) {
                    assertThat(written.add(id)).as("%s: repeated %s", name, id).isTrue();
                    String key = id.substring(0, id.indexOf(':'));
                    int number = Integer.parseInt(id.substring(id.indexOf(':') + 1));
                    if (!isUnordered && isAcknowledged(answers.get(id))) {
                        Integer before = last.put(key, number);
                        assertThat(before == null || before < number)
                                .as("%s: %s was overtaken by %s", name, id, before)
                                .isTrue();
                    }
                }
            }
            answers.forEach((id, answer) -> {
                assertThat(answer.isDone()).as("%s: no answer for %s", name, id).isTrue();
                if (isAcknowledged(answer)) {
                    assertThat(written).as("%s: lost", name).contains(id);
                }
            });
            assertThat(producer.mxBean().getState()).as(name).isEqualTo("DIRECT");
            assertThat(producer.mxBean().getWaitingBytes()).as(name).isZero();
        }

        private static boolean isAcknowledged(Future<RecordMetadata> answer) {
            try {
                return answer.get(0, TimeUnit.SECONDS) != null;
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(SpoolFailedException.class);
                return false;
            } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** The answer is of no interest. */
    private static void send(SpoolingProducer<String, String> producer, ProducerRecord<String, String> record) {
        var unused = producer.send(record);
    }

    private static void assertFails(Future<RecordMetadata> answer, Class<?> type, String message) {
        assertThat(answer).isDone();
        assertThatThrownBy(answer::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .satisfies(cause -> {
                    assertThat(cause).isInstanceOf(type);
                    assertThat(cause.getMessage()).contains(message);
                });
    }

    private List<SpoolObject> all(SpoolingProducer<String, String> producer) {
        return all(producer.incarnation());
    }

    private List<SpoolObject> all(Incarnation incarnation) {
        return store.list().incarnations().get(incarnation).objects().stream()
                .map(SpoolListing.Entry::key)
                .map((SpoolKey key) -> store.get(key).join())
                .toList();
    }

    private List<SpooledRecord> stored(SpoolingProducer<String, String> producer) {
        return all(producer).stream()
                .flatMap(object -> object.records().stream())
                .toList();
    }

    private SpoolingProducer<String, String> open(Map<String, String> more) {
        return open(more, ticker);
    }

    private SpoolingProducer<String, String> open(Map<String, String> more, Ticker clock) {
        return new SpoolingProducer<>(
                configs(more),
                new StringSerializer(),
                new StringSerializer(),
                clock,
                settings -> store,
                cluster::create);
    }

    private static Map<String, Object> configs(Map<String, String> more) {
        Map<String, Object> configs = new HashMap<>();
        configs.put("bootstrap.servers", "127.0.0.1:1");
        configs.put("spool.store", "file:/tmp/never");
        configs.put("spool.writer", "orders");
        configs.put("spool.after.ms", String.valueOf(AFTER_MS));
        configs.putAll(more);
        return configs;
    }

    private static ProducerRecord<String, String> record(String key, String value) {
        return new ProducerRecord<>("t", key, value);
    }

    private static int partition(String key) {
        return FakeCluster.partitionOf(new ProducerRecord<>("t", key.getBytes(UTF_8), null));
    }
}
