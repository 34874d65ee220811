package io.millrace.connectors.projection.config;

import io.millrace.config.Option;
import io.millrace.config.TransformList;
import io.millrace.connectors.projection.catalog.TopicProjections;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.kind.ProjectionKind;
import io.millrace.connectors.projection.kind.ProjectionSettings;
import io.millrace.connectors.projection.kind.TopicPattern;
import io.millrace.connectors.projection.ledger.RetryTopic;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.write.DeadLetterSettings;
import io.millrace.expressions.NamePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.connect.sink.SinkTask;

/** Checks of options against each other; each is valid by itself. */
final class OptionChecks {
    private static final int MAX_CONNECTOR_NAME_LENGTH = 255;
    /** Options of the sink's consumer begin with it. */
    private static final String CONSUMER = "consumer.override.";

    private static final String CONTEXT_HEADERS = "errors.deadletterqueue.context.headers.enable";

    private final ProjectionSinkConfig config;
    private final List<Problem> problems = new ArrayList<>();

    OptionChecks(ProjectionSinkConfig config) {
        this.config = config;
    }

    List<Problem> findProblems() {
        checkConnector();
        for (ProjectionSettings settings : config.projectionSettings()) {
            ProjectionKind kind = settings.get(ProjectionKinds.KIND);
            refuseOptionsOfOtherKinds(kind, settings);
            if (kind.checkOptions(settings, problems::add)) {
                kind.define(settings).checkDefinition(problems::add);
            }
            checkTopics(settings);
        }
        checkConsumer();
        checkKeyOrder();
        SinkOptions.REBUILD_REPLACES.find(config).ifPresent(this::checkReplaced);
        if (problems.isEmpty()) {
            checkPatterns();
            problems.addAll(new TruncationChecks(config).findProblems());
        }
        TransformList.findUnlisted(config.originalsStrings())
                .forEach(objection -> problems.add(new Problem(TransformList.OPTION, objection)));
        if (!config.keepsLedger()) {
            checkWithoutLedger();
        }
        return problems;
    }

    private void checkConnector() {
        if (config.connectorName().length() > MAX_CONNECTOR_NAME_LENGTH) {
            problems.add(new Problem(
                    ProjectionSinkConfig.NAME, "the ledger has room for " + MAX_CONNECTOR_NAME_LENGTH + " characters"));
        }
        if (SinkOptions.REBUILD_REPLACES
                .find(config)
                .filter(config.connectorName()::equals)
                .isPresent()) {
            problems.add(new Problem(
                    SinkOptions.REBUILD_REPLACES.name(),
                    "a connector cannot replace itself; use another name for this connector"));
        }
        ConnectionCredentials.findProblems(config).forEach(problems::add);
        if (!config.connection().truststorePassword().isEmpty()
                && !config.connection().dialect().takesTruststorePassword()) {
            problems.add(new Problem(
                    SinkOptions.TRUSTSTORE_PASSWORD.name(),
                    "this database's driver reads certificates that have no password"));
        }
    }

    private void refuseOptionsOfOtherKinds(ProjectionKind kind, ProjectionSettings settings) {
        for (Option<?> option : ProjectionKinds.allOptions().options()) {
            String text = config.originalsStrings().get(settings.nameOf(option));
            boolean own =
                    option == ProjectionKinds.KIND || kind.options().names().contains(option.name());
            if (own || text == null || option.isDefault(text)) {
                continue;
            }
            String reason = kind.refusals().get(option.name());
            problems.add(new Problem(
                    settings.nameOf(option),
                    "not for the kind " + kind.name() + ", only for " + ProjectionKinds.kindsWith(option)
                            + (reason == null ? "" : ": " + reason)));
        }
    }

    /** The requirements of the guarantee on the sink's consumer, as far as the configuration shows them. */
    private void checkConsumer() {
        if (!config.keepsLedger()) {
            return;
        }
        if (config.checksTopics() && !config.namesBrokers()) {
            problems.add(new Problem(
                    SinkOptions.KAFKA_BOOTSTRAP_SERVERS.name(),
                    "expected the brokers of the topics, because an offset in the ledger does not show that a topic was"
                            + " created again; or topic.identity=unchecked"));
        }
        String isolation = config.originalsStrings().get(CONSUMER + "isolation.level");
        if (isolation == null && SinkOptions.ISOLATION_LEVEL.find(config).isEmpty()) {
            problems.add(new Problem(
                    CONSUMER + "isolation.level",
                    "expected read_committed, because records of aborted transactions would be written; or"
                            + " isolation.level=worker, if the worker has consumer.isolation.level=read_committed"));
        } else if (isolation != null && !isolation.equals("read_committed")) {
            problems.add(new Problem(
                    CONSUMER + "isolation.level",
                    "expected read_committed, because records of aborted transactions would be written"));
        }
        String reset = config.originalsStrings().get(CONSUMER + "auto.offset.reset");
        if (reset != null && !reset.equals("earliest")) {
            problems.add(new Problem(
                    CONSUMER + "auto.offset.reset",
                    "expected earliest or no value, because with a ledger a partition begins at its first"
                            + " record. To begin elsewhere, create the connector with initial_state=STOPPED,"
                            + " set its offsets (PATCH"
                            + " /connectors/NAME/offsets), and resume it"));
        }
    }

    private void checkKeyOrder() {
        if (!config.holdsKeyOrder()) {
            for (Option<?> option : List.of(SinkOptions.HOLD_TABLE, SinkOptions.HOLD_MAX)) {
                if (option.isSet(config)) {
                    problems.add(
                            new Problem(option.name(), "only with " + SinkOptions.HOLD_KEY_ORDER.name() + "=true"));
                }
            }
            return;
        }
        String option = SinkOptions.HOLD_KEY_ORDER.name();
        if (!config.keepsLedger()) {
            problems.add(new Problem(option, "only with " + SinkOptions.PROCESSING_GUARANTEE.name() + "=exactly_once"));
        }
        if (!config.deadLetterSettings().toleratesErrors()
                || config.deadLetterSettings().topic().isEmpty()) {
            problems.add(new Problem(
                    option,
                    "expected a dead letter queue for held records: set " + DeadLetterSettings.TOPIC_OPTION + " and "
                            + DeadLetterSettings.TOLERANCE_OPTION + "=all"));
        }
        if (!Boolean.parseBoolean(config.originalsStrings().get(CONTEXT_HEADERS))) {
            problems.add(new Problem(
                    option,
                    "expected " + CONTEXT_HEADERS
                            + "=true, because only these headers of a dead letter always have the place"
                            + " to which it belongs"));
        }
        if (!SinkOptions.ERROR_HEADERS.get(config)) {
            problems.add(new Problem(
                    SinkOptions.ERROR_HEADERS.name(),
                    "expected true with " + option + "=true: a record that is held behind another one is known only by"
                            + " its header, without which it would count as refused"));
        }
        for (ProjectionSettings settings : config.projectionSettings()) {
            if (settings.get(CommonOptions.TOPICS).stream().anyMatch(NamePattern::isPattern)) {
                problems.add(new Problem(
                        settings.nameOf(CommonOptions.TOPICS),
                        "no pattern with " + option
                                + "=true: a record that comes back may be another task's, which does not have"
                                + " its topic's views"));
            }
            if (config.originalsStrings().containsKey(settings.nameOf(CommonOptions.TRUNCATE_WHEN))) {
                problems.add(new Problem(
                        settings.nameOf(CommonOptions.TRUNCATE_WHEN),
                        "not with " + option + "=true: a record that comes back is written after the view was emptied,"
                                + " whatever their order was"));
            }
        }
        String retries = RetryTopic.of(config.connectorName()).name();
        try {
            Topic.validate(retries);
        } catch (InvalidTopicException e) {
            problems.add(new Problem(
                    option,
                    "refused records come back by the topic " + retries
                            + ", and Kafka permits no such topic; use a name of"
                            + " letters, digits, '.', '_' and '-' for the connector"));
            return;
        }
        if (config.namesTopics() && !config.readsTopic(retries)) {
            problems.add(new Problem(
                    SinkTask.TOPICS_CONFIG,
                    "expected the topic " + retries + " among them, by which refused records come back, because "
                            + option + "=true"));
        }
    }

    /** What came back to the replaced connector is read from its original topics. */
    private void checkReplaced(String replaced) {
        String retries = RetryTopic.of(replaced).name();
        if (config.readsTopic(retries)) {
            problems.add(new Problem(
                    SinkTask.TOPICS_CONFIG,
                    "the topic " + retries + " brings refused records back to the connector '" + replaced
                            + "', which this one replaces: they would be written a second time. Remove it"));
        }
    }

    private void checkTopics(ProjectionSettings settings) {
        if (config.holdsKeyOrder()
                && settings.get(CommonOptions.TOPICS)
                        .contains(RetryTopic.of(config.connectorName()).name())) {
            problems.add(
                    new Problem(
                            settings.nameOf(CommonOptions.TOPICS),
                            "the topic " + RetryTopic.of(config.connectorName()).name()
                                    + " cannot be a projection's: its records are projected as those of their original topics"));
        }
        for (String topic : settings.get(CommonOptions.TOPICS)) {
            if (config.namesTopics() && !NamePattern.isPattern(topic) && !config.readsTopic(topic)) {
                problems.add(new Problem(
                        settings.nameOf(CommonOptions.TOPICS), "the sink does not read the topic " + topic));
            }
        }
    }

    private void checkPatterns() {
        TopicProjections projections = config.topicProjections();
        problems.addAll(projections.findObstacles());
        for (ProjectionDefinition definition : projections.patterns()) {
            TopicPattern pattern = definition.basics().topicPattern().orElseThrow();
            Set<String> topics = config.namedTopics();
            if (!topics.isEmpty() && topics.stream().noneMatch(pattern::matches)) {
                problems.add(new Problem(
                        definition.basics().nameOf(CommonOptions.TOPICS),
                        "the pattern '" + pattern + "' matches none of the sink's topics " + topics));
            }
        }
        if (!projections.patterns().isEmpty() && SinkOptions.REBUILD_REPLACES.isSet(config)) {
            problems.add(new Problem(
                    SinkOptions.REBUILD_REPLACES.name(),
                    "not with a pattern in "
                            + projections.patterns().get(0).basics().nameOf(CommonOptions.TOPICS)
                            + ": a topic that appears during the rebuild would have a view without a shadow"));
        }
    }

    private void checkWithoutLedger() {
        String guarantee = SinkOptions.PROCESSING_GUARANTEE.name() + "="
                + SinkOptions.PROCESSING_GUARANTEE.get(config).name().toLowerCase(Locale.ROOT);
        for (Option<?> option : List.of(SinkOptions.LEDGER_TABLE, SinkOptions.REBUILD_REPLACES)) {
            if (option.isSet(config)) {
                problems.add(new Problem(option.name(), "not with " + guarantee + ", which keeps no ledger"));
            }
        }
        if (problems.isEmpty()) {
            config.projections().forEach(projection -> projection.checkRedelivery(guarantee, problems::add));
        }
    }
}
