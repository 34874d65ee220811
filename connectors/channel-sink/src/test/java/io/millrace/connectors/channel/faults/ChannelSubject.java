package io.millrace.connectors.channel.faults;

import io.millrace.testing.campaigns.AwaitedCondition;
import io.millrace.testing.campaigns.CampaignSubject;
import io.millrace.testing.campaigns.Discrepancy;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A broker, two gateways behind a proxy, events in one topic, and clients that log everything that they get. */
final class ChannelSubject implements CampaignSubject<ChannelScene> {
    private static final int PARTITIONS = 3;
    private static final int CHANNELS = 50;
    private static final int CLIENTS = 200;
    /** One client in so many uses server-sent events. */
    private static final int STREAM_OF = 5;

    private static final int MAX_CHANNELS_OF_CLIENT = 3;
    private static final int TRANSACTIONS_BETWEEN = 40;
    private static final int CHECK_MS = 200;
    private static final Duration TIME_FOR_LOAD = Duration.ofMinutes(3);
    private static final Duration TIME_TO_BE_READY = Duration.ofMinutes(3);

    private final KafkaBroker broker;
    private final Admin admin;
    private final List<Gateway> gateways;
    private final CuttingProxy proxy;
    private final EventTraffic traffic;
    private final CommittedEvents topic;
    private final List<LoggingClient> clients = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpClient checks = HttpClient.newHttpClient();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "channel-clients");
        thread.setDaemon(true);
        return thread;
    });
    /** Of the proxy's choices, which depend on timing. */
    private final Random choices;

    private volatile List<Gateway> ready = List.of();

    private ChannelSubject(KafkaBroker broker, Admin admin, List<Gateway> gateways, Random random) {
        this.broker = broker;
        this.admin = admin;
        this.gateways = gateways;
        this.choices = new Random(random.nextLong());
        this.proxy = new CuttingProxy(this::choosePort);
        this.traffic = new EventTraffic(broker.bootstrapServers(), CHANNELS, new Random(random.nextLong()));
        this.topic = new CommittedEvents(broker.bootstrapServers(), PARTITIONS);
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(newClient(i, new Random(random.nextLong())));
        }
    }

    private LoggingClient newClient(int number, Random own) {
        boolean stream = number % STREAM_OF == 0;
        List<String> channels = own.ints(0, CHANNELS)
                .distinct()
                .limit(stream ? 1 : 1 + own.nextInt(MAX_CHANNELS_OF_CLIENT))
                .mapToObj(EventTraffic::channel)
                .toList();
        return new LoggingClient(
                http,
                timer,
                URI.create("http://127.0.0.1:" + proxy.port() + "/channels"),
                (stream ? "stream-" : "socket-") + number,
                channels,
                stream,
                own);
    }

    /** Starts servers in the directory, and the clients. */
    static ChannelSubject start(Path directory, Random random) throws Exception {
        Installation installation = Installation.locate();
        KafkaBroker broker = KafkaBroker.start(
                installation, directory.resolve("kafka"), Map.of("auto.create.topics.enable", "false"));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        admin.createTopics(List.of(new NewTopic(EventTraffic.TOPIC, PARTITIONS, (short) 1)))
                .all()
                .get();
        List<Gateway> gateways = new ArrayList<>();
        try {
            for (String name : List.of("gateway-1", "gateway-2")) {
                gateways.add(Gateway.start(installation, directory, broker, name));
            }
        } catch (RuntimeException e) {
            gateways.forEach(Gateway::close);
            admin.close();
            broker.close();
            throw e;
        }
        ChannelSubject subject = new ChannelSubject(broker, admin, gateways, random);
        subject.repeat(subject::checkGateways);
        subject.repeat(() -> subject.clients.forEach(LoggingClient::watch));
        subject.awaitServers();
        subject.clients.forEach(LoggingClient::connect);
        return subject;
    }

    private void repeat(Runnable action) {
        var unused = timer.scheduleWithFixedDelay(action, 0, CHECK_MS, TimeUnit.MILLISECONDS);
    }

    private void checkGateways() {
        try {
            List<Gateway> found = new ArrayList<>();
            for (Gateway gateway : gateways) {
                if (gateway.isReady(checks)) {
                    found.add(gateway);
                }
            }
            ready = found;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One of the gateways that are ready, or of all, as balancers do. */
    private int choosePort() {
        List<Gateway> choice = ready.isEmpty() ? gateways : ready;
        return choice.get(choices.nextInt(choice.size())).port();
    }

    @Override
    public ChannelScene scene(Random details) {
        return new ChannelScene(broker, admin, gateways, proxy, traffic, clients, details);
    }

    @Override
    public void startLoad() {
        traffic.resume();
    }

    @Override
    public void awaitLoad() throws Exception {
        long target = traffic.transactions() + TRANSACTIONS_BETWEEN;
        AwaitedCondition.requireWithin(TIME_FOR_LOAD, "transactions", () -> traffic.transactions() >= target);
    }

    @Override
    public void pauseLoad() throws Exception {
        traffic.pause();
    }

    @Override
    public void awaitServers() throws InterruptedException {
        AwaitedCondition.requireWithin(
                TIME_TO_BE_READY, "the gateways to be ready", () -> ready.size() == gateways.size());
    }

    /** Each client must be at the end of each of its channels. */
    @Override
    public Optional<String> findBacklog() {
        try {
            Optional<String> open = topic.readToEnd();
            if (open.isPresent()) {
                return open;
            }
        } catch (RuntimeException e) {
            return Optional.of(e.toString());
        }
        int behind = 0;
        String example = "";
        for (LoggingClient client : clients) {
            List<String> own = client.findBehind(topic);
            behind += own.size();
            example = own.isEmpty() ? example : client.name() + " " + own;
        }
        return behind == 0 ? Optional.empty() : Optional.of(behind + " channels of clients are behind: " + example);
    }

    @Override
    public List<Discrepancy.Kind> discrepancyKinds() {
        return List.of(
                Discrepancy.Kind.LOST, Discrepancy.Kind.REPEATED, Discrepancy.Kind.REORDERED, Discrepancy.Kind.WRONG);
    }

    @Override
    public List<Discrepancy> findDiscrepancies() {
        List<Discrepancy> found = new ArrayList<>();
        clients.forEach(client -> client.compare(topic, found));
        return found;
    }

    @Override
    public String size() {
        return topic.count() + " events, " + tally().recovered + " recovered, " + tally().notRecovered + " not, "
                + tally().resets + " reset";
    }

    /** What the clients have received until the last comparison. */
    ClientTally tally() {
        ClientTally tally = new ClientTally();
        clients.forEach(client -> client.addTo(tally));
        return tally;
    }

    @Override
    public String effort() {
        return topic.count() + " events committed in " + traffic.transactions() + " transactions, " + tally();
    }

    @Override
    public void close() {
        clients.forEach(LoggingClient::close);
        timer.shutdownNow();
        traffic.close();
        topic.close();
        proxy.close();
        gateways.forEach(Gateway::close);
        admin.close();
        broker.close();
    }
}
