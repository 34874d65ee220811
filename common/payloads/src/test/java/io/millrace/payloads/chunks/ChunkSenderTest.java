package io.millrace.payloads.chunks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.Codec;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.Sha256;
import io.millrace.payloads.UnavailableStoreException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChunkSenderTest {
    private static final int CHUNK = 10;
    private final List<MockProducer<byte[], byte[]>> producers = List.of(producer(), producer());
    private final Queue<MockProducer<byte[], byte[]>> unused = new ConcurrentLinkedQueue<>(producers);
    private final ChunkSender sender = sender(1, Duration.ofSeconds(30));

    @AfterEach
    void close() {
        sender.close();
    }

    @Test
    void aPayloadHasAUriWhenItsManifestIsAcknowledgedBehindItsChunks() throws Exception {
        MockProducer<byte[], byte[]> producer = producers.get(0);
        CompletableFuture<String> uri = sender.send(object(25));

        await(() -> producer.history().size() == 3);
        producer.completeNext();
        producer.completeNext();
        assertThat(producer.history()).hasSize(3);
        producer.completeNext();
        await(() -> producer.history().size() == 4);
        assertThat(uri).isNotDone();
        producer.completeNext();

        assertThat(uri.get(30, TimeUnit.SECONDS)).isEqualTo("kafka:t/0/0-3");
        assertThat(producer.history().stream().map(ProducerRecord::key).distinct())
                .hasSize(1);
        assertThat(producer.history().get(3).headers().lastHeader("millrace-manifest"))
                .isNotNull();
    }

    @Test
    void aPartitionTakesOnePayloadAfterTheOther() throws Exception {
        MockProducer<byte[], byte[]> producer = producers.get(0);
        CompletableFuture<String> first = sender.send(object(15));
        CompletableFuture<String> second = sender.send(object(5));

        await(() -> producer.history().size() == 2);
        producer.completeNext();
        producer.completeNext();
        await(() -> producer.history().size() == 4);
        producer.completeNext();
        producer.completeNext();
        await(() -> producer.history().size() == 5);
        producer.completeNext();

        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("kafka:t/0/0-2");
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("kafka:t/0/3-4");
    }

    @Test
    void aChunkThatFailedLeavesNoManifestAndTheNextPayloadGoesOn() throws Exception {
        MockProducer<byte[], byte[]> producer = producers.get(0);
        CompletableFuture<String> first = sender.send(object(15));
        await(() -> producer.history().size() == 2);
        producer.errorNext(new TimeoutException("expired"));
        producer.completeNext();

        assertThatThrownBy(() -> first.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(UnavailableStoreException.class);
        assertThat(producer.history()).hasSize(2);
        CompletableFuture<String> second = sender.send(object(5));
        await(() -> producer.history().size() == 3);
        producer.completeNext();
        await(() -> producer.history().size() == 4);
        producer.completeNext();
        second.get(30, TimeUnit.SECONDS);
        assertThat(producer.closed()).isFalse();
    }

    @Test
    void aProducerThatLostItsSequenceIsReplaced() throws Exception {
        CompletableFuture<String> first = sender.send(object(5));
        await(() -> producers.get(0).history().size() == 1);
        producers.get(0).errorNext(new OutOfOrderSequenceException("lost"));

        assertThatThrownBy(() -> first.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(UnavailableStoreException.class);
        CompletableFuture<String> second = sender.send(object(5));
        await(() -> producers.get(1).history().size() == 1);
        assertThat(producers.get(0).closed()).isTrue();
        producers.get(1).completeNext();
        await(() -> producers.get(1).history().size() == 2);
        producers.get(1).completeNext();
        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("kafka:t/0/0-1");
    }

    @Test
    void whatAReplacedProducerHadBegunMayBeTriedAgain() throws Exception {
        try (ChunkSender wide = sender(2, Duration.ofSeconds(30))) {
            CompletableFuture<String> first = wide.send(object(5));
            CompletableFuture<String> second = wide.send(object(5));
            MockProducer<byte[], byte[]> producer = producers.get(0);
            await(() -> producer.history().size() == 2);
            producer.errorNext(new OutOfOrderSequenceException("lost"));
            producer.completeNext();

            assertThatThrownBy(() -> first.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(UnavailableStoreException.class);
            assertThatThrownBy(() -> second.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(UnavailableStoreException.class)
                    .hasMessageContaining("replaced");
        }
    }

    @Test
    void whatNoRetryWouldHelpIsNotTransient() throws Exception {
        for (RuntimeException lasting :
                List.of(new RecordTooLargeException("large"), new TopicAuthorizationException("t"))) {
            int before = producers.get(0).history().size();
            CompletableFuture<String> uri = sender.send(object(5));
            await(() -> producers.get(0).history().size() == before + 1);
            producers.get(0).errorNext(lasting);

            assertThatThrownBy(() -> uri.get(30, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(PayloadException.class)
                    .isNotInstanceOf(UnavailableStoreException.class)
                    .hasMessageContaining("kafka:t");
        }
        assertThat(producers.get(0).closed()).isFalse();
    }

    @Test
    void aPayloadWaitsForItsTurnNoLongerThanTheTimeout() throws Exception {
        try (ChunkSender impatient = sender(1, Duration.ofMillis(50))) {
            CompletableFuture<String> first = impatient.send(object(5));
            MockProducer<byte[], byte[]> producer = producers.get(0);
            await(() -> producer.history().size() == 1);
            CompletableFuture<String> second = impatient.send(object(5));
            long behind = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(60);
            await(() -> System.nanoTime() > behind);
            producer.completeNext();

            assertThatThrownBy(() -> second.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(UnavailableStoreException.class);
            await(() -> producer.history().size() == 2);
            producer.completeNext();
            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("kafka:t/0/0-1");
        }
    }

    @Test
    void closingTellsWhoeverWaits() throws Exception {
        CompletableFuture<String> uri = sender.send(object(5));
        await(() -> producers.get(0).history().size() == 1);

        sender.close();

        assertThatThrownBy(() -> uri.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(PayloadException.class);
        assertThatThrownBy(() -> sender.send(object(5)).get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(PayloadException.class)
                .hasMessageContaining("closed");
    }

    private ChunkSender sender(int partitions, Duration timeout) {
        return new ChunkSender("t", CHUNK, timeout, () -> partitions, unused::remove, Runnable::run);
    }

    private static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(Cluster.empty(), false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static PayloadObject object(int size) {
        byte[] stored = new byte[size];
        return new PayloadObject("events", LocalDate.EPOCH, Sha256.of(stored), Codec.NONE, null, stored);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("the condition is met in time")
                    .isNegative();
            Thread.sleep(1);
        }
    }
}
