package io.millrace.connectors.schedule.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connectors.schedule.ScheduleSourceConnector;
import io.millrace.testing.campaigns.CampaignSubject;
import io.millrace.testing.campaigns.ConnectGroup;
import io.millrace.testing.campaigns.Discrepancy;
import io.millrace.testing.campaigns.PostedConnector;
import io.millrace.testing.servers.Installation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** A schedule source at work on two Connect workers: random commands, and every message and reply that it has sent. */
final class ScheduleSubject implements CampaignSubject<ScheduleScene> {
    private static final String REQUESTS = "requests";
    private static final String REPLIES = "replies";
    private static final String TARGET = "out";
    private static final int COMMANDS_BETWEEN = 120;
    private static final int PARTITIONS = 3;
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));
    private static final Map<String, String> BROKER = Map.of("auto.create.topics.enable", "false");

    /** A transaction that a pause has kept open for too long, as the documentation describes. */
    private static final List<String> EXPECTED_FAILURES =
            List.of("ProducerFencedException", "InvalidProducerEpochException", "TimeoutException");

    private final ConnectGroup group;
    private final Admin admin;
    private final PostedConnector connector;
    private final CommandTraffic traffic;
    private final SentMessages messages;

    private ScheduleSubject(ConnectGroup group, Random random) throws Exception {
        this.group = group;
        String brokers = group.broker().bootstrapServers();
        this.admin = Admin.create(Map.of("bootstrap.servers", brokers));
        admin.createTopics(List.of(
                        new NewTopic(REQUESTS, PARTITIONS, (short) 1),
                        new NewTopic(TARGET, PARTITIONS, (short) 1)
                                // A message's own time is its due time.
                                .configs(Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")),
                        new NewTopic(REPLIES, 1, (short) 1)))
                .all()
                .get();
        this.traffic = new CommandTraffic(brokers, REQUESTS, TARGET, PARTITIONS, new Random(random.nextLong()));
        this.messages = new SentMessages(brokers, TARGET, PARTITIONS, REPLIES);
        this.connector = new PostedConnector(group, "schedule-source", options(brokers));
    }

    private static ObjectNode options(String brokers) {
        return new ObjectMapper()
                .createObjectNode()
                .put("connector.class", ScheduleSourceConnector.class.getName())
                .put("tasks.max", "2")
                .put("exactly.once.support", "required")
                .put("transaction.boundary", "connector")
                .put("key.converter", BYTES)
                .put("value.converter", BYTES)
                .put("header.converter", BYTES)
                .put("kafka.bootstrap.servers", brokers)
                .put("requests.topic", REQUESTS)
                .put("schedules.topic", "schedules")
                .put("replies.topic", REPLIES)
                .put("targets", TARGET)
                .put("max.poll.records", "25");
    }

    /** Starts servers in the directory, and the connector. */
    static ScheduleSubject start(Path directory, Random random) throws Exception {
        ConnectGroup group = ConnectGroup.start(Installation.locate(), directory, PLUGINS, BROKER, Map.of());
        try {
            ScheduleSubject subject = new ScheduleSubject(group, random);
            subject.connector.configure();
            return subject;
        } catch (Exception e) {
            group.close();
            throw e;
        }
    }

    @Override
    public ScheduleScene scene(Random details) {
        return new ScheduleScene(group, admin, connector, traffic, details);
    }

    @Override
    public void startLoad() {
        traffic.resume();
    }

    @Override
    public void awaitLoad() throws Exception {
        scene(new Random(0)).awaitTraffic(COMMANDS_BETWEEN);
    }

    @Override
    public void pauseLoad() throws InterruptedException {
        traffic.pause();
    }

    @Override
    public void awaitServers() {
        group.awaitWorkers();
    }

    /** Everything must be answered and sent. */
    @Override
    public Optional<String> findBacklog() {
        try {
            List<String> failures = connector.failures();
            if (!failures.isEmpty()) {
                connector.restartAfterFailures(failures, EXPECTED_FAILURES);
                return Optional.of(failures.toString());
            }
            long missing = messages.compare(traffic.sent()).stream()
                    .filter(discrepancy -> discrepancy.kind() == Discrepancy.Kind.LOST)
                    .count();
            return missing == 0 ? Optional.empty() : Optional.of(missing + " messages or replies are missing");
        } catch (Exception e) {
            return Optional.of(e.toString());
        }
    }

    @Override
    public List<Discrepancy.Kind> discrepancyKinds() {
        return List.of(Discrepancy.Kind.LOST, Discrepancy.Kind.REPEATED, Discrepancy.Kind.WRONG);
    }

    @Override
    public List<Discrepancy> findDiscrepancies() {
        return messages.compare(traffic.sent());
    }

    @Override
    public String size() {
        return traffic.sent().size() + " commands, the latest message "
                + String.format("%.1f", messages.takeDelayMs() / 1000.0) + " s after its due time";
    }

    @Override
    public String effort() {
        return traffic.sent().size() + " commands, " + messages.read()
                + " messages and replies read; the tasks were restarted " + connector.restarts()
                + " times after failures of Connect's own";
    }

    @Override
    public void close() {
        traffic.close();
        messages.close();
        admin.close();
        group.close();
    }
}
