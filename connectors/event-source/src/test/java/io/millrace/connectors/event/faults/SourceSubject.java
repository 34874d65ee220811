package io.millrace.connectors.event.faults;

import io.millrace.testing.campaigns.CampaignSubject;
import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.campaigns.Discrepancy;
import io.millrace.testing.servers.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A source at work on two Connect workers: random transactions in a database, and the journal of those that were committed. After a
 * fault every event is compared with the journal.
 */
final class SourceSubject implements CampaignSubject<Scene> {
    /** How many transactions are committed until a fault strikes, and again after it. */
    private static final int TRANSACTIONS_BETWEEN = 40;

    private static final int TRANSACTIONS_BEFORE = 60;

    /** The folder with this module's plugin and Debezium's. */
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));

    /** Connect's message if the group's leader cannot fence the predecessors of a task. */
    private static final String NOT_FENCED = "Failed to perform zombie fencing";

    private static final Map<String, String> BROKER =
            Map.of("group.min.session.timeout.ms", "1000", "auto.create.topics.enable", "false");

    private final ConnectGroup group;
    private final ShopServer server;
    private final Pictures pictures;
    private final EventTopics topics;
    private final Shop shop;
    private final Journal journal = new Journal();
    private final Traffic traffic;
    private final Source source;
    private final Scene scene;
    private Optional<ShopEvent> fence = Optional.empty();
    private int restarts;

    private SourceSubject(
            Installation installation,
            ConnectGroup group,
            ShopServer server,
            Pictures pictures,
            EventTopics topics,
            Random random)
            throws Exception {
        this.group = group;
        this.server = server;
        this.pictures = pictures;
        this.topics = topics;
        this.shop = new Shop(server.sql());
        server.createTables(shop.tables(), Source.SIGNALS, List.of(Shop.MARKS_DEFINITION, Source.SIGNALS_DEFINITION));
        this.traffic = new Traffic(server, shop, journal, new Random(random.nextLong()));
        this.source = Source.of(installation, group, server, pictures, shop);
        this.scene = new Scene(group, server, pictures, source, traffic, shop, journal, random);
    }

    /** Starts servers in the directory, makes the tables with some rows, and the connector. */
    static SourceSubject start(CampaignDatabase database, Path directory, Random random) throws Exception {
        Installation installation = Installation.locate();
        List<AutoCloseable> started = new ArrayList<>();
        try {
            ShopServer server = database.start().in(installation, directory);
            started.add(server);
            Pictures pictures = Pictures.start(installation, directory.resolve("s3"));
            started.add(pictures);
            ConnectGroup group = ConnectGroup.start(installation, directory, PLUGINS, BROKER, Map.of());
            started.add(group);
            EventTopics topics = EventTopics.create(group.broker().bootstrapServers(), pictures);
            started.add(topics);
            SourceSubject subject = new SourceSubject(installation, group, server, pictures, topics, random);
            started.add(subject.traffic);
            subject.begin();
            return subject;
        } catch (Exception e) {
            Collections.reverse(started);
            for (AutoCloseable server : started) {
                server.close();
            }
            throw e;
        }
    }

    /** The source finds rows in its first snapshot. */
    private void begin() throws Exception {
        traffic.commitRandomly(TRANSACTIONS_BEFORE);
        journal.forgetEvents();
        journal.requestSnapshot(shop.findableRows());
        source.configure();
        // What is committed before the snapshot's position is in the snapshot alone.
        source.awaitLevel();
    }

    @Override
    public Scene scene(Random details) {
        return scene.with(details);
    }

    @Override
    public void startLoad() {
        traffic.go();
    }

    @Override
    public void awaitLoad() throws InterruptedException {
        scene.awaitTraffic(TRANSACTIONS_BETWEEN);
    }

    @Override
    public void pauseLoad() throws Exception {
        traffic.pause();
        traffic.commit(transaction -> fence = Optional.of(shop.fences().set(transaction)));
    }

    @Override
    public void awaitServers() {
        group.awaitWorkers();
    }

    /** The last transaction must have become an event, and every snapshot that was asked for must be complete. */
    @Override
    public Optional<String> findBacklog() {
        try {
            List<String> failures = source.failures();
            if (!failures.isEmpty()) {
                restartIfServerWasUnavailable(failures);
                return Optional.of(failures.toString());
            }
            if (!topics.hasRead(fence.orElseThrow())) {
                return Optional.of("there is no event of the last transaction");
            }
            return journal.findUnread(topics.snapshotStates(), shop.states())
                    .map(state -> "no snapshot has found " + state);
        } catch (Exception e) {
            return Optional.of(e.toString());
        }
    }

    /** Neither Debezium nor Connect retries the start of a task. */
    private void restartIfServerWasUnavailable(List<String> failures) {
        if (failures.stream().allMatch(trace -> trace.contains(NOT_FENCED) || trace.contains(server.unavailable()))) {
            restarts++;
            source.restart();
        }
    }

    @Override
    public List<Discrepancy.Kind> discrepancyKinds() {
        return List.of(
                Discrepancy.Kind.LOST,
                Discrepancy.Kind.DUPLICATED,
                Discrepancy.Kind.WRONG,
                Discrepancy.Kind.OUT_OF_ORDER);
    }

    @Override
    public List<Discrepancy> findDiscrepancies() throws IOException {
        return journal.compare(topics.takeEvents(), shop.states());
    }

    @Override
    public String size() {
        return journal.committed() + " events, " + shop.countRows() + " rows";
    }

    @Override
    public String effort() {
        return traffic.transactions() + " transactions committed, which had to become " + journal.committed()
                + " events, " + topics.events() + " events read, those of snapshots among them; the task restarted "
                + restarts + " times because the database or Kafka was unavailable when it started";
    }

    @Override
    public void close() {
        traffic.close();
        topics.close();
        group.close();
        pictures.close();
        server.close();
    }
}
