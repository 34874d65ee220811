package io.millrace.connectors.redrive.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connectors.redrive.RedriveSourceConnector;
import io.millrace.testing.campaigns.CampaignSubject;
import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.campaigns.Discrepancy;
import io.millrace.testing.campaigns.PostedConnector;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** A sink that keeps the order of keys, a redrive source that brings its letters back, and the views that must be right then. */
final class RedriveSubject implements CampaignSubject<RedriveScene> {
    static final String QUEUE = "view.dlq";

    private static final String EVENTS = "events";
    private static final String RETRY = "view.retry";
    private static final int PARTITIONS = 3;
    private static final int EVENTS_BETWEEN = 200;
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));
    private static final Map<String, String> BROKER = Map.of("auto.create.topics.enable", "false");

    /** A transaction that a pause has kept open for too long, as the documentation describes, and brokers that were struck. */
    private static final List<String> EXPECTED_FAILURES =
            List.of("ProducerFencedException", "InvalidProducerEpochException", "TimeoutException");

    private final ConnectGroup group;
    private final MySqlServer mysql;
    private final Admin admin;
    private final RefusingViews views;
    private final PostedConnector connector;
    private final PostedConnector sink;
    private final RedriveTraffic traffic;
    private long round;

    private RedriveSubject(ConnectGroup group, MySqlServer mysql, Random random) throws Exception {
        this.group = group;
        this.mysql = mysql;
        String brokers = group.broker().bootstrapServers();
        this.admin = Admin.create(Map.of("bootstrap.servers", brokers));
        admin.createTopics(List.of(
                        new NewTopic(EVENTS, PARTITIONS, (short) 1),
                        new NewTopic(RETRY, PARTITIONS, (short) 1),
                        new NewTopic(QUEUE, 1, (short) 1),
                        new NewTopic("view.parked", 1, (short) 1)))
                .all()
                .get();
        this.views = new RefusingViews(mysql);
        this.traffic = new RedriveTraffic(brokers, EVENTS, PARTITIONS, new Random(random.nextLong()));
        this.sink = new PostedConnector(group, "view", sinkOptions(brokers));
        this.connector = new PostedConnector(group, "redrive", options(brokers));
    }

    private static ObjectNode options(String brokers) {
        return new ObjectMapper()
                .createObjectNode()
                .put("connector.class", RedriveSourceConnector.class.getName())
                .put("tasks.max", "2")
                .put("exactly.once.support", "required")
                .put("transaction.boundary", "connector")
                .put("key.converter", BYTES)
                .put("value.converter", BYTES)
                .put("header.converter", BYTES)
                .put("kafka.bootstrap.servers", brokers)
                .put("letters.topics", QUEUE)
                .put("letters.refresh.interval.ms", "500")
                .put("backoff", "200ms,1s")
                .put("max.attempts", "1000000")
                .put("max.poll.records", "25");
    }

    private ObjectNode sinkOptions(String brokers) {
        return new ObjectMapper()
                .createObjectNode()
                .put("connector.class", "io.millrace.connectors.projection.ProjectionSinkConnector")
                .put("tasks.max", "2")
                .put("topics", EVENTS + "," + RETRY)
                .put("hold.key.order", "true")
                .put("hold.max", "1000000")
                .put("kafka.bootstrap.servers", brokers)
                .put("connection.url", mysql.jdbcUrl("views"))
                .put("connection.user", "projector")
                .put("connection.password", "views")
                .put("key.converter", JSON)
                .put("value.converter", JSON)
                .put("key.converter.schemas.enable", "false")
                .put("value.converter.schemas.enable", "false")
                .put("header.converter", "org.apache.kafka.connect.storage.StringConverter")
                .put("consumer.override.isolation.level", "read_committed")
                .put("errors.tolerance", "all")
                .put("errors.deadletterqueue.topic.name", QUEUE)
                .put("errors.deadletterqueue.topic.replication.factor", "1")
                .put("errors.deadletterqueue.context.headers.enable", "true")
                .put("projections", "history,latest,totals")
                .put("projection.history.kind", "append")
                .put("projection.history.key", "partition_id = partition, record_offset = offset")
                .put("projection.history.columns", "id = key.id, seq, fits")
                .put("projection.latest.kind", "upsert")
                .put("projection.latest.key", "id = key.id")
                .put("projection.latest.columns", "seq")
                .put("projection.totals.kind", "aggregate")
                .put("projection.totals.key", "id = key.id")
                .put("projection.totals.columns", "events = count()");
    }

    /** Starts servers in the directory, and the connectors. */
    static RedriveSubject start(Path directory, Random random) throws Exception {
        Installation installation = Installation.locate();
        MySqlServer mysql = MySqlServer.start(installation, directory.resolve("mysql"), Map.of());
        ConnectGroup group = null;
        try {
            group = ConnectGroup.start(
                    installation, directory, PLUGINS, BROKER, Map.of("connector.client.config.override.policy", "All"));
            RedriveSubject subject = new RedriveSubject(group, mysql, random);
            subject.sink.configure();
            subject.connector.configure();
            return subject;
        } catch (Exception e) {
            if (group != null) {
                group.close();
            }
            mysql.close();
            throw e;
        }
    }

    @Override
    public RedriveScene scene(Random details) {
        return new RedriveScene(group, admin, connector, sink, traffic, details);
    }

    @Override
    public void startLoad() throws Exception {
        round++;
        traffic.setRound(round);
        views.refuse(round);
        traffic.resume();
    }

    @Override
    public void awaitLoad() throws Exception {
        scene(new Random(0)).awaitTraffic(EVENTS_BETWEEN);
    }

    /** Also removes the reason of the refusals. */
    @Override
    public void pauseLoad() throws Exception {
        traffic.pause();
        views.mend();
    }

    @Override
    public void awaitServers() {
        group.awaitWorkers();
    }

    /** Everything must be read, and nothing held any more. */
    @Override
    public Optional<String> findBacklog() {
        try {
            for (PostedConnector each : List.of(connector, sink)) {
                List<String> failures = each.failures();
                if (!failures.isEmpty()) {
                    each.restartAfterFailures(failures, EXPECTED_FAILURES);
                    return Optional.of(failures.toString());
                }
            }
            for (int partition = 0; partition < PARTITIONS; partition++) {
                TopicPartition events = new TopicPartition(EVENTS, partition);
                long end = admin.listOffsets(Map.of(events, OffsetSpec.latest()))
                        .partitionResult(events)
                        .get()
                        .offset();
                long position = views.position(EVENTS, partition);
                if (position < end) {
                    return Optional.of(events + " is read up to " + position + " of " + end);
                }
            }
            long held = views.held();
            return held == 0 ? Optional.empty() : Optional.of(held + " records are held");
        } catch (Exception e) {
            return Optional.of(e.toString());
        }
    }

    @Override
    public List<Discrepancy.Kind> discrepancyKinds() {
        return List.of(Discrepancy.Kind.LOST, Discrepancy.Kind.DUPLICATED, Discrepancy.Kind.OUT_OF_ORDER);
    }

    @Override
    public List<Discrepancy> findDiscrepancies() throws Exception {
        return views.compare(traffic.sent());
    }

    @Override
    public String size() {
        return traffic.size() + " events";
    }

    @Override
    public String effort() {
        long refused = traffic.sent().stream().filter(SentEvent::isRefused).count();
        return traffic.size() + " events, of which " + refused
                + " were refused until their round was mended; the tasks were restarted "
                + (connector.restarts() + sink.restarts()) + " times after failures of Connect's own";
    }

    @Override
    public void close() {
        traffic.close();
        admin.close();
        group.close();
        mysql.close();
    }
}
