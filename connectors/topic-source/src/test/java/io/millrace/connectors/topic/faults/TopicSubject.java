package io.millrace.connectors.topic.faults;

import io.millrace.testing.campaigns.CampaignSubject;
import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.campaigns.Discrepancy;
import io.millrace.testing.servers.Installation;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** A topic source at work on two Connect workers: random transactions in a raw topic, and every record that it has written. */
final class TopicSubject implements CampaignSubject<TopicScene> {
    private static final int TRANSACTIONS_BETWEEN = 40;
    private static final int PARTITIONS = 3;
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));
    private static final Map<String, String> BROKER = Map.of("auto.create.topics.enable", "false");

    private final ConnectGroup group;
    private final Admin admin;
    private final TopicConnector connector;
    private final RawTraffic traffic;
    private final WrittenRecords written;

    private TopicSubject(ConnectGroup group, Random random) throws Exception {
        this.group = group;
        String brokers = group.broker().bootstrapServers();
        this.admin = Admin.create(Map.of("bootstrap.servers", brokers));
        admin.createTopics(List.of(new NewTopic(TopicConnector.RAW, PARTITIONS, (short) 1)))
                .all()
                .get();
        admin.createTopics(TopicConnector.writtenTopics().stream()
                        .map(topic -> new NewTopic(topic, 1, (short) 1))
                        .toList())
                .all()
                .get();
        this.traffic = new RawTraffic(brokers, TopicConnector.RAW, PARTITIONS, new Random(random.nextLong()));
        this.written = new WrittenRecords(brokers);
        this.connector = new TopicConnector(group);
    }

    /** Starts servers in the directory, and the connector. */
    static TopicSubject start(Path directory, Random random) throws Exception {
        ConnectGroup group = ConnectGroup.start(Installation.locate(), directory, PLUGINS, BROKER, Map.of());
        try {
            TopicSubject subject = new TopicSubject(group, random);
            subject.connector.configure();
            return subject;
        } catch (Exception e) {
            group.close();
            throw e;
        }
    }

    @Override
    public TopicScene scene(Random details) {
        return new TopicScene(group, admin, connector, traffic, details);
    }

    @Override
    public void startLoad() {
        traffic.resume();
    }

    @Override
    public void awaitLoad() throws Exception {
        scene(new Random(0)).awaitTraffic(TRANSACTIONS_BETWEEN);
    }

    @Override
    public void pauseLoad() throws InterruptedException {
        traffic.pause();
    }

    @Override
    public void awaitServers() {
        group.awaitWorkers();
    }

    /** The committed positions must be at the ends of the logs, of which nothing can be committed any more. */
    @Override
    public Optional<String> findBacklog() {
        try {
            List<String> failures = connector.failures();
            if (!failures.isEmpty()) {
                connector.restartAfterFailures(failures, List.of());
                return Optional.of(failures.toString());
            }
            Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
            for (int i = 0; i < traffic.partitions(); i++) {
                specs.put(new TopicPartition(TopicConnector.RAW, i), OffsetSpec.latest());
            }
            Map<TopicPartition, Long> offsets = connector.offsets();
            Map<String, String> behind = new TreeMap<>();
            admin.listOffsets(specs).all().get().forEach((partition, end) -> {
                Long offset = offsets.get(partition);
                if (end.offset() > 0 && (offset == null || offset < end.offset())) {
                    behind.put(partition.toString(), offset + " of " + end.offset());
                }
            });
            return behind.isEmpty() ? Optional.empty() : Optional.of("positions " + behind);
        } catch (Exception e) {
            return Optional.of(e.toString());
        }
    }

    @Override
    public List<Discrepancy.Kind> discrepancyKinds() {
        return List.of(Discrepancy.Kind.LOST, Discrepancy.Kind.DUPLICATED);
    }

    @Override
    public List<Discrepancy> findDiscrepancies() {
        return written.compare(traffic);
    }

    @Override
    public String size() {
        return traffic.size() + " records";
    }

    @Override
    public String effort() {
        return traffic.transactions() + " transactions committed, " + traffic.size()
                + " records that had to be written, " + written.read() + " read, " + traffic.partitions()
                + " partitions; the tasks were restarted "
                + connector.restarts() + " times after failures of Connect's own";
    }

    @Override
    public void close() {
        traffic.close();
        written.close();
        admin.close();
        group.close();
    }
}
