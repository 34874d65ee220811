package io.millrace.connectors.projection.faults;

import io.millrace.testing.campaigns.CampaignSubject;
import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.campaigns.Discrepancy;
import io.millrace.testing.campaigns.Fault;
import io.millrace.testing.servers.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * A projection sink at work on two Connect workers: random traffic, views, and a model of each. After a fault every row
 * of every view is compared with the committed events.
 */
final class SinkSubject implements CampaignSubject<Scene> {
    private final ViewServer server;
    private final ConnectGroup cluster;
    private final LargeNotes notes;
    private final Guarantee guarantee;
    private final Admin admin;
    private final Sinks sinks;
    private final Traffic traffic;
    private final ReadingPoller poller;
    private final DeadLetters deadLetters;
    /** Empty if the sink does not hold keys. */
    private final Optional<HeldKeys> heldKeys;

    private final List<ViewModel> views;
    private final Scene scene;
    private final Effects effects;
    private final Replays replays = new Replays();

    private SinkSubject(
            Random random,
            ViewServer server,
            ConnectGroup cluster,
            LargeNotes notes,
            Admin admin,
            Guarantee guarantee,
            boolean holdsKeys,
            Orders orders) {
        List<EventSource> sources = guarantee.sources(orders);
        String brokers = cluster.broker().bootstrapServers();
        this.server = server;
        this.cluster = cluster;
        this.admin = admin;
        this.notes = notes;
        this.guarantee = guarantee;
        this.views = guarantee.views();
        this.effects = new Effects(guarantee);
        this.sinks = new Sinks(Sink.of(cluster, server, admin, guarantee, notes, Sinks.BLUE, sources, views));
        this.heldKeys = holdsKeys ? Optional.of(new HeldKeys(server, brokers)) : Optional.empty();
        if (holdsKeys) {
            sinks.current().holdKeys();
        }
        this.traffic = new Traffic(brokers, notes, sources, views, holdsKeys, new Random(random.nextLong()));
        this.poller = new ReadingPoller(server, views, replays);
        this.deadLetters = new DeadLetters(brokers);
        this.scene = new Scene(
                cluster, server, notes, sinks, new Topics(admin), traffic, orders, views, deadLetters, replays, random);
    }

    /**
     * Starts servers in the directory, makes the views and the topics, and the connector.
     *
     * @param database {@code mysql} or {@code postgresql}
     * @param guarantee what the sink is configured for, which decides about its views
     * @param holdsKeys whether it holds the keys of refused records; not with {@link Guarantee#AT_LEAST_ONCE}
     * @param random of the traffic
     */
    static SinkSubject start(Path directory, String database, Guarantee guarantee, boolean holdsKeys, Random random)
            throws Exception {
        Installation installation = Installation.locate();
        List<AutoCloseable> started = new ArrayList<>();
        try {
            ViewServer server = server(installation, directory, database);
            started.add(server);
            ConnectGroup cluster = SinkGroup.start(installation, directory);
            started.add(cluster);
            LargeNotes notes = LargeNotes.start(installation, directory.resolve("s3"));
            started.add(notes);
            Admin admin = Admin.create(Map.of(
                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.broker().bootstrapServers()));
            Orders orders = new Orders();
            createTopics(new Topics(admin), guarantee.sources(orders));
            SinkSubject subject = new SinkSubject(random, server, cluster, notes, admin, guarantee, holdsKeys, orders);
            createViews(server, subject.views);
            subject.sinks.current().tryPost().ifPresent(refusal -> {
                throw new IllegalStateException(refusal);
            });
            return subject;
        } catch (Exception e) {
            Collections.reverse(started);
            for (AutoCloseable server : started) {
                server.close();
            }
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

    private static void createTopics(Topics topics, List<EventSource> sources) throws Exception {
        for (EventSource source : sources) {
            topics.create(source.topic(), source.partitions());
        }
        topics.create(DeadLetters.TOPIC, 1);
        for (String connector : List.of(Sinks.BLUE, Sinks.GREEN)) {
            topics.create(HeldKeys.retryTopic(connector), HeldKeys.PARTITIONS);
        }
    }

    private static void createViews(ViewServer server, List<ViewModel> views) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            for (ViewModel view : views) {
                statement.execute(view.createTable());
            }
        }
        server.handOverViews(views);
        for (ViewModel view : views) {
            if (view.hasRevision()) {
                server.recordEffects(view);
            }
        }
    }

    @Override
    public Scene scene(Random details) {
        return scene.with(details);
    }

    /** The kinds among these that can strike here. */
    List<Fault<Scene>> selectPossible(List<Fault<Scene>> kinds) {
        return kinds.stream()
                .filter(kind -> server.canFillDisk() || !kind.name().equals("views-disk-full"))
                .filter(kind -> guarantee.allows(kind.name()))
                .toList();
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
                + deadLetters.records() + " times)"
                + heldKeys.map(held ->
                                ", " + held.held().size() + " held behind them (sent back " + held.sent() + " times)")
                        .orElse("");
    }

    @Override
    public void awaitLoad() {
        long committed = traffic.committed() + traffic.eventsBetween();
        scene.until("traffic", () -> traffic.committed() >= committed);
    }

    @Override
    public void awaitServers() {
        cluster.awaitWorkers();
    }

    /** The ledger, or the consumer group, must cover everything that was committed, and no key may be held. */
    @Override
    public Optional<String> findBacklog() {
        try {
            List<String> failures = Sink.failures(sinks.current().status());
            if (!failures.isEmpty()) {
                return Optional.of(failures.toString());
            }
            Optional<String> unread = sinks.current().findUnread(traffic.ends());
            return unread.isPresent() || heldKeys.isEmpty() ? unread : releaseKeys(heldKeys.get());
        } catch (Exception e) {
            return Optional.of(e.toString());
        }
    }

    private Optional<String> releaseKeys(HeldKeys held) throws SQLException, IOException {
        return held.release(sinks.current().name(), traffic.refusedPlaces().keySet());
    }

    @Override
    public List<Discrepancy.Kind> discrepancyKinds() {
        return List.of(Discrepancy.Kind.LOST, Discrepancy.Kind.DUPLICATED, Discrepancy.Kind.REGRESSED);
    }

    @Override
    public List<Discrepancy> findDiscrepancies() throws SQLException, IOException {
        if (replays.leaveEffectsUnknown()) {
            effects.forget(server);
        }
        if (replays.letRowsStepBack()) {
            poller.forget();
        }
        replays.end();
        List<Discrepancy> problems = new ArrayList<>(poller.problems());
        problems.addAll(effects.check(server, traffic::isEffective));
        problems.addAll(deadLetters.check(traffic.poison(), traffic.refusedPlaces()));
        heldKeys.ifPresent(held -> problems.addAll(deadLetters.checkHeld(held.held())));
        try (Connection connection = server.connect()) {
            if (guarantee.keepsLedger()) {
                problems.addAll(new ViewWriters(connection, sinks.current().name()).findProblems(views));
            }
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
        heldKeys.ifPresent(HeldKeys::close);
        traffic.close();
        notes.close();
        admin.close(Duration.ZERO);
        cluster.close();
        server.close();
    }
}
