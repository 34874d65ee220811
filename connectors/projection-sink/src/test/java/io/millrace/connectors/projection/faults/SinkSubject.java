package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.CampaignSubject;
import io.millrace.testing.campaigns.Discrepancy;
import io.millrace.testing.servers.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;

/**
 * A projection sink at work on two Connect workers: random traffic, five views, and a model of each. After a fault every row
 * of every view is compared with the committed events.
 */
final class SinkSubject implements CampaignSubject<Scene> {
    /** How many events are committed until a fault strikes, and again after it. */
    private static final int EVENTS_BETWEEN = 200;

    private final ViewServer server;
    private final Cluster cluster;
    private final Sink sink;
    private final Traffic traffic;
    private final ReadingPoller poller;
    private final DeadLetters deadLetters;
    private final List<ViewModel> views;
    private final Scene scene;
    private final Effects effects = new Effects();
    private final Replays replays = new Replays();

    private SinkSubject(
            Random random,
            ViewServer server,
            Cluster cluster,
            List<EventSource> sources,
            List<ViewModel> views,
            Orders orders) {
        this.server = server;
        this.cluster = cluster;
        this.views = views;
        this.sink = new Sink(cluster, server, sources, views);
        this.traffic = new Traffic(cluster.broker().bootstrapServers(), sources, views, new Random(random.nextLong()));
        this.poller = new ReadingPoller(server, views, replays);
        this.deadLetters = new DeadLetters(cluster.broker().bootstrapServers());
        this.scene = new Scene(cluster, server, sink, traffic, orders, replays, random);
    }

    /** The views of a campaign, each with its model. */
    static List<ViewModel> views() {
        return List.of(new OrdersView(), new AppsView(), new TotalsView(), new ActivityView(), new HistoryView());
    }

    /**
     * Starts servers in the directory, makes the views and the topics, and the connector.
     *
     * @param database {@code mysql} or {@code postgresql}
     * @param random of the faults' details and the traffic; not of their timing
     */
    static SinkSubject start(Path directory, String database, Random random) throws Exception {
        Installation installation = Installation.locate();
        ViewServer server = server(installation, directory, database);
        Cluster cluster = null;
        try {
            cluster = Cluster.start(installation, directory);
            Orders orders = new Orders();
            List<EventSource> sources = List.of(orders, new Sites());
            createTopics(cluster, sources);
            List<ViewModel> views = views();
            createViews(server, views);
            SinkSubject subject = new SinkSubject(random, server, cluster, sources, views, orders);
            subject.sink.configure("tasks.max", "3");
            return subject;
        } catch (Exception e) {
            if (cluster != null) {
                cluster.close();
            }
            server.close();
            throw e;
        }
    }

    /** @throws IllegalArgumentException where there is no such database */
    private static ViewServer server(Installation installation, Path directory, String database) throws SQLException {
        return switch (database) {
            case "mysql" -> MySqlViewServer.start(installation, directory.resolve("mysql"));
            case "postgresql" -> PostgresViewServer.start(installation, directory.resolve("postgresql"));
            default -> throw new IllegalArgumentException("There is no database " + database);
        };
    }

    private static void createTopics(Cluster cluster, List<EventSource> sources) throws Exception {
        Map<String, Object> client = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.broker().bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            Stream<NewTopic> read =
                    sources.stream().map(source -> new NewTopic(source.topic(), source.partitions(), (short) 1));
            admin.createTopics(Stream.concat(read, Stream.of(new NewTopic(DeadLetters.TOPIC, 1, (short) 1)))
                            .toList())
                    .all()
                    .get();
        }
    }

    private static void createViews(ViewServer server, List<ViewModel> views) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            for (ViewModel view : views) {
                statement.execute(view.createTable());
            }
        }
        for (ViewModel view : views) {
            if (view.hasRevision()) {
                server.recordEffects(view);
            }
        }
    }

    @Override
    public Scene scene() {
        return scene;
    }

    @Override
    public void startLoad() {
        traffic.go();
    }

    @Override
    public void pauseLoad() throws InterruptedException {
        traffic.pause();
    }

    @Override
    public String size() {
        return traffic.committed() + " events, "
                + views.stream().mapToInt(view -> view.rows().size()).sum() + " rows";
    }

    @Override
    public String effort() {
        return traffic.committed() + " events committed, " + effects.count() + " effects on rows checked, views read "
                + poller.reads() + " times by a reader, " + traffic.poison().size() + " records refused ("
                + deadLetters.records() + " times)";
    }

    @Override
    public void awaitLoad() {
        long committed = traffic.committed() + EVENTS_BETWEEN;
        scene.until("traffic", () -> traffic.committed() >= committed);
    }

    @Override
    public void awaitServers() {
        cluster.awaitWorkers();
    }

    /** The ledger must cover everything that was committed. */
    @Override
    public Optional<String> findBacklog() {
        try {
            List<String> failures = Sink.failures(sink.status());
            if (!failures.isEmpty()) {
                return Optional.of(failures.toString());
            }
            Map<TopicPartition, Sink.Entry> ledger = sink.ledger();
            for (Map.Entry<TopicPartition, Long> end : traffic.ends().entrySet()) {
                Sink.Entry entry = ledger.get(end.getKey());
                if (entry == null || entry.nextOffset() < end.getValue()) {
                    return Optional.of(end.getKey() + " is at " + entry + " and not at " + end.getValue());
                }
            }
            return Optional.empty();
        } catch (Exception e) {
            return Optional.of(e.toString());
        }
    }

    @Override
    public List<Discrepancy> findDiscrepancies() throws SQLException, IOException {
        if (replays.isRunning()) {
            effects.forget(server);
            poller.forget();
            replays.end();
        }
        List<Discrepancy> problems = new ArrayList<>(poller.problems());
        problems.addAll(effects.check(server, traffic::isCommitted));
        problems.addAll(deadLetters.check(traffic.poison()));
        try (Connection connection = server.connect()) {
            for (ViewModel view : views) {
                compare(view, read(connection, view), problems);
            }
        }
        return problems;
    }

    private static void compare(ViewModel view, Map<String, String> rows, List<Discrepancy> problems) {
        Map<String, String> expected = view.rows();
        Set<String> keys = new TreeSet<>(expected.keySet());
        keys.addAll(rows.keySet());
        for (String key : keys) {
            String is = rows.get(key);
            String should = expected.get(key);
            if (is == null || !is.equals(should)) {
                problems.add(new Discrepancy(
                        Discrepancy.Kind.LOST, view.name() + " " + key + ": is " + is + " and should be " + should));
            }
        }
    }

    private static Map<String, String> read(Connection connection, ViewModel view) throws SQLException {
        Map<String, String> rows = new TreeMap<>();
        List<String> columns = new ArrayList<>(view.key());
        columns.addAll(view.others());
        try (Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery("SELECT " + String.join(", ", columns) + " FROM " + view.name())) {
            while (result.next()) {
                Object[] values = new Object[columns.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = result.getString(i + 1);
                }
                int key = view.key().size();
                rows.put(
                        ViewModel.text(Arrays.asList(values).subList(0, key).toArray()),
                        ViewModel.text(Arrays.asList(values)
                                .subList(key, values.length)
                                .toArray()));
            }
        }
        return rows;
    }

    @Override
    public void close() {
        poller.close();
        deadLetters.close();
        traffic.close();
        sink.close();
        cluster.close();
        server.close();
    }
}
