package io.millrace.tools.deadletters;

import io.millrace.connectors.redrive.letters.DeadLetter;
import io.millrace.connectors.redrive.letters.RedrivenRecord;
import io.millrace.partitions.PartitionLog;
import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.input.UsageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Executes a plan: each letter is sent once, also if the process is killed and the plan is executed again. Letters and the plan's progress, which
 * are offsets of a consumer group of its own, are one transaction. Two executions at once exclude each other by the transactional id. For one
 * thread.
 */
final class PlanExecution implements AutoCloseable {
    private static final int BATCH = 1_000;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String PARKED = "by millrace redrive park";

    private final RedrivePlan plan;
    private final boolean parks;
    private final long rate;
    private final KafkaCluster kafka;
    private final LetterTargets targets;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final long startNanos = System.nanoTime();
    private long sent;
    /** The first letter that the brokers refused, with their reason; null if there is none. */
    private volatile @Nullable String refused;

    /**
     * An execution, which is connected to the brokers.
     *
     * @param parks whether the letters are parked, and not sent to the targets of the plan
     * @param rate how many letters are sent in a second at most
     * @param client the clients' settings
     */
    PlanExecution(RedrivePlan plan, boolean parks, long rate, KafkaCluster kafka, Properties client) {
        this.plan = plan;
        this.parks = parks;
        this.rate = rate;
        this.kafka = kafka;
        this.targets = new LetterTargets(kafka, null);
        Map<String, Object> reads = new HashMap<>();
        client.forEach((name, value) -> reads.put((String) name, value));
        Map<String, Object> writes = new HashMap<>(reads);
        reads.put(ConsumerConfig.GROUP_ID_CONFIG, plan.group());
        reads.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        reads.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        reads.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        reads.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        writes.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, plan.group());
        writes.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        writes.put(ProducerConfig.ACKS_CONFIG, "all");
        this.consumer = new KafkaConsumer<>(reads, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.producer = new KafkaProducer<>(writes, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Sends the letters that were not sent yet.
     *
     * @param now the time of the start
     * @return how many letters were sent now
     * @throws UsageException if the plan cannot be executed; nothing is sent if its first letters are missing
     */
    long run(Instant now) {
        PlanChecks.requireValid(plan, kafka, now);
        // First, so that the offsets are those after the last transaction of another execution.
        producer.initTransactions();
        Map<Integer, List<RedrivePlan.Entry>> open = findOpen();
        if (!parks) {
            requireTopics(open);
        }
        open.forEach(this::runPartition);
        return sent;
    }

    private TopicPartition partitionOf(int partition) {
        return new TopicPartition(plan.queue(), partition);
    }

    /** The letters of each partition that were not sent yet. */
    private Map<Integer, List<RedrivePlan.Entry>> findOpen() {
        Map<Integer, List<RedrivePlan.Entry>> open = plan.byPartition();
        Set<TopicPartition> partitions = new HashSet<>();
        open.keySet().forEach(partition -> partitions.add(partitionOf(partition)));
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions);
        Map<TopicPartition, PartitionLog> logs = PlanChecks.readLogs(plan, kafka);
        committed.values().forEach(this::requireSameAction);
        open.replaceAll((partition, entries) -> {
            OffsetAndMetadata next = committed.get(partitionOf(partition));
            return next == null
                    ? entries
                    : entries.stream()
                            .filter(entry -> entry.offset() >= next.offset())
                            .toList();
        });
        open.values().removeIf(List::isEmpty);
        open.forEach((partition, entries) -> {
            PartitionLog log = logs.get(partitionOf(partition));
            if (log == null || log.startOffset() > entries.get(0).offset()) {
                throw missing(entries.get(0));
            }
        });
        return open;
    }

    /** The progress has the action's name, so that letters that were sent are not taken for parked ones. */
    private void requireSameAction(@Nullable OffsetAndMetadata progress) {
        if (progress != null && !progress.metadata().equals(action())) {
            throw new UsageException("millrace redrive " + action() + " is refused, because letters of the " + plan
                    + " were taken by millrace redrive " + progress.metadata()
                    + " already: expected the same command. Make another plan");
        }
    }

    private String action() {
        return parks ? "park" : "run";
    }

    private void requireTopics(Map<Integer, List<RedrivePlan.Entry>> open) {
        Set<String> missing = new TreeSet<>();
        open.values().forEach(entries -> entries.forEach(entry -> missing.add(entry.topic())));
        missing.removeIf(topic -> targets.countPartitions(topic) > 0);
        if (!missing.isEmpty()) {
            throw new UsageException("the topics " + missing
                    + " do not exist: expected topics to which the letters can go. Create them");
        }
    }

    private UsageException missing(RedrivePlan.Entry entry) {
        return new UsageException("the letter " + plan.queue() + "-" + entry.partition() + "@" + entry.offset()
                + " of the plan is not in the queue any more; " + sent + " letters were sent now. Make another plan");
    }

    private void runPartition(int number, List<RedrivePlan.Entry> entries) {
        TopicPartition partition = partitionOf(number);
        consumer.assign(List.of(partition));
        consumer.seek(partition, entries.get(0).offset());
        Iterator<RedrivePlan.Entry> rest = entries.iterator();
        RedrivePlan.Entry next = rest.next();
        List<RedrivenRecord> batch = new ArrayList<>();
        long progress = System.nanoTime();
        while (true) {
            Iterator<ConsumerRecord<byte[], byte[]>> records =
                    consumer.poll(POLL).iterator();
            while (records.hasNext()) {
                progress = System.nanoTime();
                ConsumerRecord<byte[], byte[]> record = records.next();
                if (record.offset() < next.offset()) {
                    continue;
                }
                if (record.offset() > next.offset()) {
                    commit(partition, batch);
                    throw missing(next);
                }
                batch.add(describe(DeadLetter.of(record), next));
                if (batch.size() >= Math.min(BATCH, rate) || !rest.hasNext()) {
                    commit(partition, batch);
                }
                if (!rest.hasNext()) {
                    return;
                }
                next = rest.next();
            }
            if (consumer.position(partition) > next.offset() || System.nanoTime() - progress > PATIENCE.toNanos()) {
                commit(partition, batch);
                throw missing(next);
            }
        }
    }

    private RedrivenRecord describe(DeadLetter letter, RedrivePlan.Entry entry) {
        long now = System.currentTimeMillis();
        if (parks) {
            RedrivenRecord parked = RedrivenRecord.parked(letter, PARKED, now);
            if (parked.topic().equals(plan.queue())) {
                throw new UsageException(
                        "the letter " + letter.place() + " is parked already: it would be sent to its own" + " queue. "
                                + sent + " letters were parked now");
            }
            if (targets.countPartitions(parked.topic()) == 0) {
                throw new UsageException("the topic " + parked.topic() + " does not exist. Create it");
            }
            return parked;
        }
        int originPartitions = letter.origin()
                .map(origin -> targets.countPartitions(origin.topic()))
                .orElse(0);
        return RedrivenRecord.of(letter, entry.topic(), targets.countPartitions(entry.topic()), originPartitions, now);
    }

    private void commit(TopicPartition partition, List<RedrivenRecord> batch) {
        if (batch.isEmpty()) {
            return;
        }
        producer.beginTransaction();
        try {
            batch.forEach(this::send);
            long next = batch.get(batch.size() - 1).letter().offset() + 1;
            producer.sendOffsetsToTransaction(
                    Map.of(partition, new OffsetAndMetadata(next, action())), consumer.groupMetadata());
            producer.commitTransaction();
        } catch (KafkaException e) {
            String first = refused;
            throw first == null || e instanceof ProducerFencedException ? e : new KafkaException(first, e);
        }
        sent += batch.size();
        batch.clear();
        awaitRate();
    }

    private void send(RedrivenRecord record) {
        // The commit waits for all.
        Future<RecordMetadata> unused = producer.send(record.toProducerRecord(), (metadata, failure) -> {
            if (failure != null && refused == null) {
                refused = record + ": " + failure.getMessage();
            }
        });
    }

    private void awaitRate() {
        double seconds = (double) sent / rate;
        long wait = startNanos + (long) (seconds * TimeUnit.SECONDS.toNanos(1)) - System.nanoTime();
        try {
            TimeUnit.NANOSECONDS.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UsageException("interrupted after " + sent + " letters", e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        consumer.close();
    }
}
