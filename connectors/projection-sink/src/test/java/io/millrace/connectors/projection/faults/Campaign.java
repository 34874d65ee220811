package io.millrace.connectors.projection.faults;

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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;

/**
 * Faults that strike a sink at work, one a round. After each the traffic pauses, the sink catches up, and every row of
 * every view is compared with what the committed events say. The campaign ends at the first round that is wrong.
 */
final class Campaign implements AutoCloseable {
    private static final Duration TIME_TO_SETTLE = Duration.ofMinutes(2);
    /** Until a fault strikes, and again after it. */
    private static final int EVENTS_BETWEEN = 200;

    private static final int MAX_DELAY_MS = 300;
    private static final int PROBLEMS_SHOWN = 20;

    private final Random random;
    private final Consumer<String> out;
    private final ViewServer server;
    private final Cluster cluster;
    private final Sink sink;
    private final Traffic traffic;
    private final ReadingPoller poller;
    private final DeadLetters deadLetters;
    private final List<ViewModel> views;
    private final Scene scene;
    private final Effects effects = new Effects();
    private final Map<Problem.Kind, Integer> found = new EnumMap<>(Problem.Kind.class);
    private final List<Fault> bag = new ArrayList<>();
    private int rounds;
    private boolean unsettled;

    private Campaign(
            Random random,
            Consumer<String> out,
            ViewServer server,
            Cluster cluster,
            List<EventSource> sources,
            List<ViewModel> views,
            Orders orders) {
        this.random = random;
        this.out = out;
        this.server = server;
        this.cluster = cluster;
        this.views = views;
        this.sink = new Sink(cluster, server, sources, views);
        this.traffic = new Traffic(cluster.broker().bootstrapServers(), sources, views, new Random(random.nextLong()));
        this.poller = new ReadingPoller(server, views);
        this.deadLetters = new DeadLetters(cluster.broker().bootstrapServers());
        this.scene = new Scene(cluster, server, sink, traffic, orders, random);
    }

    /** The views of a campaign, each with its model. */
    static List<ViewModel> views() {
        return List.of(new OrdersView(), new AppsView(), new TotalsView(), new ActivityView(), new HistoryView());
    }

    /**
     * Starts servers in the directory, makes the views and the topics, and the connector.
     *
     * @param database {@code mysql} or {@code postgresql}
     * @param seed of the faults, their details and the traffic; not of their timing
     */
    static Campaign start(Path directory, String database, long seed, Consumer<String> out) throws Exception {
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
            Campaign campaign = new Campaign(new Random(seed), out, server, cluster, sources, views, orders);
            campaign.sink.configure("tasks.max", "3");
            return campaign;
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

    /** The kinds that can strike this database. */
    List<Fault> possible(List<Fault> kinds) {
        return kinds.stream()
                .filter(kind -> server.canFillDisk() || !kind.name().equals("views-disk-full"))
                .toList();
    }

    /** Plays rounds until this many were played or one was wrong; each kind comes once before any comes again. */
    void play(int count, List<Fault> kinds) throws Exception {
        for (int i = 0; i < count && isRight(); i++) {
            if (bag.isEmpty()) {
                bag.addAll(kinds);
                Collections.shuffle(bag, random);
            }
            play(bag.remove(0));
        }
    }

    /** Plays one round. */
    void play(Fault fault) throws Exception {
        long start = System.nanoTime();
        traffic.go();
        awaitEvents();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(MAX_DELAY_MS));
        String struck = fault.strike().on(scene);
        awaitEvents();
        traffic.pause();

        long begin = System.nanoTime();
        String unsettledBecause = settle();
        double settling = secondsSince(begin);
        List<Problem> problems = problems();
        rounds++;
        problems.forEach(problem -> found.merge(problem.kind(), 1, Integer::sum));
        out.accept(String.format(
                "round %d: %s%s, settled in %.1f s of %.1f s, %d events, %d rows: lost %d duplicated %d regressed %d",
                rounds,
                fault.name(),
                struck.isEmpty() ? "" : " (" + struck + ")",
                settling,
                secondsSince(start),
                traffic.committed(),
                views.stream().mapToInt(view -> view.rows().size()).sum(),
                count(problems, Problem.Kind.LOST),
                count(problems, Problem.Kind.DUPLICATED),
                count(problems, Problem.Kind.REGRESSED)));
        problems.stream()
                .limit(PROBLEMS_SHOWN)
                .forEach(problem -> out.accept("  " + problem.kind() + " " + problem.text()));
        if (unsettledBecause != null) {
            unsettled = true;
            out.accept("  NOT SETTLED within " + TIME_TO_SETTLE.toSeconds() + " s: " + unsettledBecause);
        }
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    private static long count(List<Problem> problems, Problem.Kind kind) {
        return problems.stream().filter(problem -> problem.kind() == kind).count();
    }

    /** Whether every round settled and nothing was found. */
    boolean isRight() {
        return found.isEmpty() && !unsettled;
    }

    /** The last line. */
    String summary() {
        return "faults " + rounds + " lost " + found.getOrDefault(Problem.Kind.LOST, 0) + " duplicated "
                + found.getOrDefault(Problem.Kind.DUPLICATED, 0) + " regressed "
                + found.getOrDefault(Problem.Kind.REGRESSED, 0);
    }

    /** How much was looked at, in a few words. */
    String effort() {
        return traffic.committed() + " events committed, " + effects.count() + " effects on rows checked, views read "
                + poller.reads() + " times by a reader, " + traffic.poison().size() + " records refused ("
                + deadLetters.records() + " times)";
    }

    private void awaitEvents() {
        long committed = traffic.committed() + EVENTS_BETWEEN;
        scene.until("traffic", () -> traffic.committed() >= committed);
    }

    /** Waits until all servers are up and the ledger covers all that was committed; returns what is missing, or null. */
    private String settle() throws Exception {
        cluster.awaitWorkers();
        long deadline = System.nanoTime() + TIME_TO_SETTLE.toNanos();
        String missing = missing();
        while (missing != null && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
            missing = missing();
        }
        return missing;
    }

    private String missing() {
        try {
            List<String> failures = Sink.failures(sink.status());
            if (!failures.isEmpty()) {
                return failures.toString();
            }
            Map<TopicPartition, Sink.Entry> ledger = sink.ledger();
            for (Map.Entry<TopicPartition, Long> end : traffic.ends().entrySet()) {
                Sink.Entry entry = ledger.get(end.getKey());
                if (entry == null || entry.nextOffset() < end.getValue()) {
                    return end.getKey() + " is at " + entry + " and not at " + end.getValue();
                }
            }
            return null;
        } catch (Exception e) {
            return e.toString();
        }
    }

    private List<Problem> problems() throws SQLException, IOException {
        List<Problem> problems = new ArrayList<>(poller.problems());
        problems.addAll(effects.check(server, traffic::isCommitted));
        problems.addAll(deadLetters.check(traffic.poison()));
        try (Connection connection = server.connect()) {
            for (ViewModel view : views) {
                compare(view, read(connection, view), problems);
            }
        }
        return problems;
    }

    private static void compare(ViewModel view, Map<String, String> rows, List<Problem> problems) {
        Map<String, String> expected = view.rows();
        Set<String> keys = new TreeSet<>(expected.keySet());
        keys.addAll(rows.keySet());
        for (String key : keys) {
            String is = rows.get(key);
            String should = expected.get(key);
            if (is == null || !is.equals(should)) {
                problems.add(new Problem(
                        Problem.Kind.LOST, view.name() + " " + key + ": is " + is + " and should be " + should));
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

    /** Stops everything. */
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
