package io.millrace.clients.spooling;

import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A producer whose records survive an outage of Kafka. While Kafka answers, it is a plain producer. If Kafka has not answered within
 * {@code spool.after.ms}, the record is stored in S3 or a shared folder, and the caller gets an honest answer: metadata of which
 * {@code hasOffset()} is false. {@code SpoolSourceConnector} brings stored records to Kafka.
 *
 * <p><b>Order.</b> With {@code spool.order=key}, what this producer sends for one topic and key reaches Kafka in the order sent, also
 * across an outage. Two producers that write the same key never had an order, nor has a producer with the one that ran before it; a
 * revision in the value shows which of two events is later.
 *
 * <p><b>Delivery.</b> What was acknowledged, by Kafka or by the spool, is in Kafka in the end, if one of the two keeps it. A record that
 * Kafka may have written although no answer came is stored with a mark, and left out by the recovery if it is there. If both are away,
 * the caller gets {@link SpoolFailedException}. What Kafka refuses, such as a record that is too large or a topic that does not exist,
 * is the caller's error at once. The spool is not atomic with a database of the service.
 *
 * <p><b>Threads.</b> Safe for use by many threads. Callbacks run on the thread of Kafka's producer, on the thread of the spool, or in
 * {@link #send}; they must not wait for other records.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class SpoolingProducer<K, V> implements Producer<K, V> {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolingProducer.class);
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Duration LONGEST_CLOSE = Duration.ofDays(365);
    private static final long MARKER_MS = 5_000;
    /** What Kafka adds to a record alone in a batch, at most. */
    private static final int RECORD_OVERHEAD = 61 + 21;
    /** What a record takes in memory besides its bytes, about. */
    private static final int MEMORY_OVERHEAD = 300;

    private final ConfiguredParts<K, V> parts;
    private final SpoolStore store;
    private final Ticker ticker;
    private final String idHeader;
    private final int maxRequestBytes;
    private final EventIds ids;
    private final Incarnation incarnation;
    private final RouterSettings settings;
    private final RecordRouter router;
    private final ObjectWriter writer;
    private final SpoolLoop loop;
    private final SpoolingProducerMetrics metrics;
    private final Thread thread;
    private final AtomicBoolean closing = new AtomicBoolean();

    /**
     * Opens a producer.
     *
     * @param configs options of Kafka's producer and of the spool
     * @throws ConfigException if an option is invalid or unknown, or contradicts what the producer promises
     * @throws KafkaException if Kafka's producer cannot be made
     */
    public SpoolingProducer(Map<String, Object> configs) {
        this(configs, null, null);
    }

    /** As {@link #SpoolingProducer(Map)}. */
    public SpoolingProducer(Properties properties) {
        this(toMap(properties));
    }

    /**
     * As {@link #SpoolingProducer(Map)}, with serializers that are configured already; null for those of the options.
     */
    public SpoolingProducer(
            Map<String, Object> configs,
            @Nullable Serializer<K> keySerializer,
            @Nullable Serializer<V> valueSerializer) {
        this(
                configs,
                keySerializer,
                valueSerializer,
                Ticker.SYSTEM,
                SpoolStore::open,
                settings -> new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
        start();
        checkStore();
    }

    /** Every option besides those of Kafka's producer, as the reference prints it. */
    public static ConfigDef configDef() {
        return SpoolingOptions.ALL.definition();
    }

    /** Makes one of Kafka's producers. */
    interface ProducerFactory {
        Producer<byte[], byte[]> create(Map<String, Object> settings);
    }

    /** For tests, which do the work of the thread. */
    SpoolingProducer(
            Map<String, Object> configs,
            @Nullable Serializer<K> keySerializer,
            @Nullable Serializer<V> valueSerializer,
            Ticker ticker,
            Function<Map<String, Object>, SpoolStore> stores,
            ProducerFactory factory) {
        AbstractConfig config = SpoolingOptions.read(configs);
        String clientId = clientId(configs);
        Map<String, Object> named = new HashMap<>(configs);
        named.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        Map<String, Object> inner = SpoolingOptions.inner(named, config);
        this.ticker = ticker;
        this.idHeader = SpoolingOptions.ID_HEADER.get(config);
        this.maxRequestBytes = SpoolingOptions.maxRequestBytes(inner);
        SecureRandom random = new SecureRandom();
        this.ids = new EventIds(random);
        this.incarnation = new Incarnation(SpoolingOptions.writer(config), incarnationId(random, ticker.wallMs()));
        this.settings = new RouterSettings(
                SpoolingOptions.ORDER.get(config),
                SpoolingOptions.AFTER_MS.get(config),
                SpoolingOptions.MEMORY_BYTES.get(config),
                SpoolingOptions.maxBlockMs(inner),
                SpoolingOptions.BATCH_BYTES.get(config),
                SpoolingOptions.LINGER_MS.get(config),
                SpoolingOptions.STORE_TIMEOUT_MS.get(config));
        this.parts = ConfiguredParts.of(named, keySerializer, valueSerializer);
        Supplier<Producer<byte[], byte[]>> producers = () -> factory.create(inner);
        Attempt first;
        try {
            this.store = stores.apply(configs);
            first = new Attempt(producers.get());
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
        this.router = new RecordRouter(settings, ticker, first);
        this.writer = new ObjectWriter(router, settings, store, incarnation, idHeader, ticker);
        this.loop = new SpoolLoop(
                router, writer, new RecoveryWatch(router, writer, store, incarnation, ticker), producers, ticker);
        this.metrics = new SpoolingProducerMetrics(clientId, router, writer, ticker);
        this.thread = new Thread(loop, "millrace-spool-" + clientId);
        this.thread.setDaemon(true);
    }

    private static Map<String, Object> toMap(Properties properties) {
        Map<String, Object> map = new HashMap<>();
        properties.forEach((name, value) -> map.put(name.toString(), value));
        return map;
    }

    private static String clientId(Map<String, Object> configs) {
        Object configured = configs.get(CommonClientConfigs.CLIENT_ID_CONFIG);
        return configured == null || configured.toString().isEmpty()
                ? "spooling-producer-" + COUNT.incrementAndGet()
                : configured.toString();
    }

    /** The time first, so that the incarnations of a writer are in their order. */
    private static String incarnationId(SecureRandom random, long wallMs) {
        byte[] digits = new byte[10];
        random.nextBytes(digits);
        return HexFormat.of().toHexDigits(wallMs, 12) + HexFormat.of().formatHex(digits);
    }

    void start() {
        thread.start();
    }

    /** Warns at the start if the store cannot be used, and not only in an outage. */
    private void checkStore() {
        var unused = store.readRecovered(incarnation).whenComplete((none, failure) -> {
            if (failure != null) {
                LOG.warn(
                        "The spool {} does not respond. Records would be lost in an outage of Kafka: {}",
                        store,
                        failure.toString());
            }
        });
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<K, V> record) {
        return send(record, null);
    }

    /**
     * Sends a record. Blocks for up to {@code max.block.ms} while Kafka's producer has no metadata or there is no memory.
     *
     * @return is complete when Kafka or the spool has the record. It cannot be cancelled
     * @throws SerializationException if key or value cannot be serialized
     */
    @Override
    public Future<RecordMetadata> send(ProducerRecord<K, V> record, @Nullable Callback callback) {
        ProducerRecord<K, V> intercepted = parts.interceptors().onSend(record);
        PendingRecord pending;
        try {
            pending = prepare(intercepted, callback);
        } catch (RuntimeException e) {
            parts.interceptors().onAcknowledgement(null, e, intercepted.headers());
            throw e;
        }
        try {
            requireAcceptable(pending);
            Attempt attempt = router.accept(pending);
            if (attempt != null) {
                router.send(pending, attempt);
            }
        } catch (InterruptException e) {
            parts.interceptors().onAcknowledgement(null, e, intercepted.headers());
            throw e;
        } catch (ApiException e) {
            // As Kafka's producer reports what it does not take.
            router.fail(pending, e);
        }
        return pending.answer();
    }

    private PendingRecord prepare(ProducerRecord<K, V> record, @Nullable Callback callback) {
        Headers headers = record.headers();
        // The caller may use its arrays again, which some serializers return as they are.
        byte[] key = copy(parts.serializeKey(record.topic(), headers, record.key()));
        byte[] value = copy(parts.serializeValue(record.topic(), headers, record.value()));
        long wallMs = ticker.wallMs();
        ProducerRecord<byte[], byte[]> bytes = new ProducerRecord<>(
                record.topic(),
                record.partition(),
                record.timestamp() == null ? Long.valueOf(wallMs) : record.timestamp(),
                key,
                value);
        byte[] eventId = copyHeaders(headers, bytes.headers());
        if (eventId == null || eventId.length == 0) {
            eventId = ids.next(wallMs);
            bytes.headers().add(new RecordHeader(idHeader, eventId));
        }
        return new PendingRecord(
                bytes,
                eventId,
                ticker.nowMs(),
                wallMs,
                sizeOf(bytes),
                router.slotOf(record.topic(), key),
                withInterceptors(callback, bytes.headers()));
    }

    /** Returns the last id of the event; null if there is none. */
    private byte @Nullable [] copyHeaders(Headers from, Headers to) {
        byte[] eventId = null;
        for (Header header : from) {
            byte[] content = copy(header.value());
            to.add(new RecordHeader(header.key(), content));
            eventId = header.key().equals(idHeader) ? content : eventId;
        }
        return eventId;
    }

    private @Nullable Callback withInterceptors(@Nullable Callback callback, Headers headers) {
        if (parts.interceptors().isEmpty()) {
            return callback;
        }
        return (metadata, failure) -> {
            parts.interceptors().onAcknowledgement(metadata, failure, headers);
            if (callback != null) {
                callback.onCompletion(metadata, failure);
            }
        };
    }

    private static byte @Nullable [] copy(byte @Nullable [] bytes) {
        return bytes == null ? null : bytes.clone();
    }

    private static int sizeOf(ProducerRecord<byte[], byte[]> record) {
        long bytes = MEMORY_OVERHEAD + lengthOf(record.key()) + lengthOf(record.value());
        for (Header header : record.headers()) {
            // Names are ASCII in practice; others only make the estimate a little too small.
            bytes += 10L + header.key().length() + lengthOf(header.value());
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    private static long lengthOf(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** Kafka would refuse it; so the spool must not take it. */
    private void requireAcceptable(PendingRecord pending) {
        Topic.validate(pending.record.topic());
        long bytes = (long) pending.bytes - MEMORY_OVERHEAD + RECORD_OVERHEAD;
        if (bytes > maxRequestBytes) {
            throw new RecordTooLargeException("The message is " + bytes
                    + " bytes when serialized which is larger than " + maxRequestBytes
                    + ", which is the value of the max.request.size configuration.");
        }
    }

    /**
     * Waits until every record that was sent before has its answer, and its callback has run.
     *
     * @throws IllegalStateException in a callback of this producer, which would wait for itself
     */
    @Override
    public void flush() {
        if (router.isAnswering()) {
            throw new IllegalStateException("flush() in a callback of the producer would wait for itself");
        }
        CompletableFuture<?>[] answers = router.unanswered();
        if (answers.length == 0) {
            return;
        }
        writer.setUrgent(true);
        try {
            Attempt attempt = router.current();
            if (attempt != null) {
                // Returns when it is closed, too.
                attempt.producer.flush();
            }
            CompletableFuture.allOf(answers).handle((done, failure) -> true).get();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            writer.setUrgent(false);
        }
    }

    /** Kafka's answer; an outage is an exception, as without a spool. */
    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        return requireCurrent().partitionsFor(topic);
    }

    /** The metrics of Kafka's producer, which begin again after an outage. Those of the spool are in JMX. */
    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        Attempt attempt = router.current();
        return attempt == null ? Map.of() : attempt.producer.metrics();
    }

    @Override
    public Uuid clientInstanceId(Duration timeout) {
        return requireCurrent().clientInstanceId(timeout);
    }

    private Producer<byte[], byte[]> requireCurrent() {
        Attempt attempt = router.current();
        if (attempt == null) {
            throw new TimeoutException("Kafka's producer has failed, and the next one could not be made yet");
        }
        return attempt.producer;
    }

    /** For the present producer of Kafka; another one follows it after an outage. */
    @Override
    public void registerMetricForSubscription(KafkaMetric metric) {
        requireCurrent().registerMetricForSubscription(metric);
    }

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric metric) {
        requireCurrent().unregisterMetricFromSubscription(metric);
    }

    @Override
    public void initTransactions() {
        throw noTransactions();
    }

    @Override
    public void beginTransaction() {
        throw noTransactions();
    }

    @Override
    public void sendOffsetsToTransaction(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata groupMetadata) {
        throw noTransactions();
    }

    @Override
    public void commitTransaction() {
        throw noTransactions();
    }

    @Override
    public void abortTransaction() {
        throw noTransactions();
    }

    private static IllegalStateException noTransactions() {
        return new IllegalStateException(
                "A spooling producer has no transactions: a part of one could be in the spool");
    }

    /** Waits until every record has its answer, which the two time limits of the options bound. */
    @Override
    public void close() {
        close(LONGEST_CLOSE);
    }

    /**
     * Closes the producer. Kafka has half of the time for its answers; after that, records go to the spool. Records without an answer
     * fail.
     */
    @Override
    public void close(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("The timeout cannot be negative.");
        }
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        // The thread of a callback must not wait for what only it can do.
        boolean isOwnThread = router.isAnswering() || Thread.currentThread().equals(thread);
        Duration bounded = timeout.compareTo(LONGEST_CLOSE) > 0 ? LONGEST_CLOSE : timeout;
        long timeoutMs = isOwnThread ? 0 : bounded.toMillis();
        long deadlineMs = ticker.nowMs() + timeoutMs;
        router.close();
        boolean isInterrupted = false;
        try {
            finishRecords(timeoutMs, deadlineMs);
        } catch (InterruptedException e) {
            isInterrupted = true;
        } finally {
            loop.stop();
        }
        try {
            awaitThread(isOwnThread, isInterrupted ? ticker.nowMs() : deadlineMs);
        } catch (InterruptedException e) {
            isInterrupted = true;
        }
        closeParts(isInterrupted ? ticker.nowMs() : deadlineMs);
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void finishRecords(long timeoutMs, long deadlineMs) throws InterruptedException {
        if (!thread.isAlive()) {
            return;
        }
        if (router.awaitEmpty(Math.min(timeoutMs / 2, settings.afterMs()))) {
            return;
        }
        router.giveUp("The producer is being closed");
        router.awaitEmpty(Math.max(0, deadlineMs - ticker.nowMs()));
    }

    private void awaitThread(boolean isOwnThread, long deadlineMs) throws InterruptedException {
        if (!isOwnThread && thread.isAlive()) {
            // It may be within a call of Kafka's producer.
            thread.join(Math.max(Math.max(1, settings.maxBlockMs()), deadlineMs - ticker.nowMs()));
        }
    }

    private void closeParts(long deadlineMs) {
        if (!router.isEmpty()) {
            TimeoutException reason = new TimeoutException(
                    "The producer was closed before Kafka or the spool had acknowledged the record");
            closePart("what is being stored", () -> writer.giveUp(reason));
            closePart("the records", () -> router.failAll(reason));
        }
        if (writer.hasStored()) {
            closePart("the spool's entry of the producer", this::markClosed);
        }
        Attempt attempt = router.current();
        if (attempt != null) {
            Duration left = Duration.ofMillis(Math.max(0, deadlineMs - ticker.nowMs()));
            closePart("Kafka's producer", () -> attempt.producer.close(left));
        }
        for (Attempt failed : router.retired()) {
            closePart("Kafka's producer that has failed", () -> failed.producer.close(Duration.ZERO));
        }
        closePart("the interceptors", parts.interceptors()::close);
        closePart("the serializer of keys", parts.keySerializer()::close);
        closePart("the serializer of values", parts.valueSerializer()::close);
        closePart("the store", store::close);
        closePart("the metrics", metrics::close);
    }

    /** A failure must not keep other parts open. */
    private static void closePart(String what, Runnable close) {
        try {
            close.run();
        } catch (Throwable e) {
            LOG.warn("Closing {} failed", what, e);
        }
    }

    private void markClosed() {
        try {
            store.putClosed(incarnation).get(MARKER_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            // The recovery then keeps its marker, which costs a few bytes.
            LOG.info("The end of {} could not be marked in {}", incarnation, store, e);
        }
    }

    /** One step of the thread, for tests. */
    void step() {
        loop.step();
    }

    SpoolingProducerMXBean mxBean() {
        return metrics;
    }

    Incarnation incarnation() {
        return incarnation;
    }
}
