package io.millrace.clients.tables.faults;

import io.millrace.testing.campaigns.AwaitedCondition;
import io.millrace.testing.campaigns.CampaignSubject;
import io.millrace.testing.campaigns.Discrepancy;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;

/** A broker, traffic in one topic, and two processes with tables of it. */
final class TableSubject implements CampaignSubject<TableScene> {
    static final int PARTITIONS = 3;
    private static final int LOAD_TRANSACTIONS = 15;
    private static final Duration TIME_FOR_LOAD = Duration.ofMinutes(3);

    private final KafkaBroker broker;
    private final Admin admin;
    private final TableHistory history = new TableHistory();
    private final TableTraffic traffic;
    private final List<ReaderProcess> readers = new ArrayList<>();

    private TableSubject(KafkaBroker broker, Random random) throws Exception {
        this.broker = broker;
        this.admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        createTopic();
        this.traffic = new TableTraffic(broker.bootstrapServers(), history, new Random(random.nextLong()), PARTITIONS);
    }

    static TableSubject start(Path directory, Random random) throws Exception {
        KafkaBroker broker = KafkaBroker.start(
                Installation.locate(),
                directory.resolve("broker"),
                Map.of(
                        "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000",
                        "log.cleaner.backoff.ms", "500"));
        TableSubject subject = new TableSubject(broker, random);
        for (int i = 1; i <= 2; i++) {
            subject.readers.add(new ReaderProcess(
                    "reader" + i, directory.resolve("readers"), broker.bootstrapServers(), subject.history));
        }
        return subject;
    }

    /** Its records can be deleted, so its policy is not only {@code compact}; no record is removed by its age. */
    private void createTopic() throws Exception {
        NewTopic topic = new NewTopic(TableReader.TOPIC, PARTITIONS, (short) 1)
                .configs(Map.of(
                        "cleanup.policy", "compact,delete",
                        "retention.ms", "-1",
                        "segment.ms", "1000",
                        "min.cleanable.dirty.ratio", "0.01",
                        "delete.retention.ms", "60000"));
        AwaitedCondition.requireWithin(Duration.ofSeconds(60), "the topic", () -> {
            // Fails while the former topic is not removed yet.
            admin.createTopics(List.of(topic)).all().get();
            return true;
        });
    }

    KafkaBroker broker() {
        return broker;
    }

    TableTraffic traffic() {
        return traffic;
    }

    List<ReaderProcess> readers() {
        return readers;
    }

    /**
     * Deletes the topic and creates it again, with a few records or with more than it had.
     *
     * @return what was done
     */
    String recreateTopic(boolean more) throws Exception {
        return traffic.betweenTransactions(() -> {
            long before = sumOfEnds();
            admin.deleteTopics(Set.of(TableReader.TOPIC)).all().get();
            readers.forEach(ReaderProcess::expectRecreated);
            createTopic();
            history.recreate();
            traffic.restart(PARTITIONS);
            int transactions = 0;
            do {
                traffic.writeTransaction(more ? 200 : 5);
                transactions++;
            } while (more && transactions < 300 && sumOfEnds() <= before);
            return before + " offsets before, " + sumOfEnds() + " now";
        });
    }

    private long sumOfEnds() throws Exception {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (int i = 0; i < traffic.partitions(); i++) {
            ends.put(new TopicPartition(TableReader.TOPIC, i), OffsetSpec.latest());
        }
        long sum = 0;
        for (var end : admin.listOffsets(ends).all().get().values()) {
            sum += end.offset();
        }
        return sum;
    }

    /** Removes the records of a partition below a random offset. */
    String deleteRecords(Random details) throws Exception {
        return traffic.betweenTransactions(() -> {
            int number = details.nextInt(traffic.partitions());
            TopicPartition partition = new TopicPartition(TableReader.TOPIC, number);
            long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
            long offset = Math.max(0, end - details.nextInt(20));
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get();
            history.removeBelow(number, offset);
            return partition + " below " + offset + " of " + end;
        });
    }

    /** Adds a partition, to which the traffic writes from then on. */
    String addPartition() throws Exception {
        return traffic.betweenTransactions(() -> {
            int count = traffic.partitions() + 1;
            if (count > 12) {
                return "none, there are 12";
            }
            admin.createPartitions(Map.of(TableReader.TOPIC, NewPartitions.increaseTo(count)))
                    .all()
                    .get();
            traffic.setPartitions(count);
            return count + " partitions";
        });
    }

    @Override
    public TableScene scene(Random details) {
        return new TableScene(this, details);
    }

    @Override
    public void startLoad() {
        traffic.resume();
    }

    @Override
    public void awaitLoad() throws Exception {
        long target = traffic.transactions() + LOAD_TRANSACTIONS;
        AwaitedCondition.requireWithin(TIME_FOR_LOAD, "transactions", () -> traffic.transactions() >= target);
    }

    @Override
    public void pauseLoad() throws Exception {
        traffic.pause();
    }

    @Override
    public void awaitServers() {
        // Each fault heals what it has struck.
    }

    @Override
    public Optional<String> findBacklog() {
        try {
            for (ReaderProcess reader : readers) {
                Optional<String> backlog = reader.findBacklog();
                if (backlog.isPresent()) {
                    return backlog;
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    @Override
    public List<Discrepancy.Kind> discrepancyKinds() {
        return List.of(Discrepancy.Kind.WRONG, Discrepancy.Kind.EARLY);
    }

    @Override
    public List<Discrepancy> findDiscrepancies() throws IOException {
        List<Discrepancy> all = new ArrayList<>();
        for (ReaderProcess reader : readers) {
            all.addAll(reader.takeDiscrepancies());
        }
        return all;
    }

    @Override
    public String size() {
        return traffic.partitions() + " partitions, " + traffic.transactions() + " transactions";
    }

    @Override
    public String effort() {
        long answers = readers.stream().mapToLong(ReaderProcess::answers).sum();
        long firsts = readers.stream().mapToLong(ReaderProcess::firsts).sum();
        return answers + " answers and " + firsts + " complete tables were compared with " + traffic.transactions()
                + " transactions";
    }

    @Override
    public void close() {
        readers.forEach(ReaderProcess::close);
        traffic.close();
        admin.close(Duration.ZERO);
        broker.close();
    }
}
