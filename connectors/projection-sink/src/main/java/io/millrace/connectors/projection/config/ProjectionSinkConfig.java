package io.millrace.connectors.projection.config;

import io.millrace.connectors.projection.catalog.TopicProjections;
import io.millrace.connectors.projection.config.SinkOptions.ProcessingGuarantee;
import io.millrace.connectors.projection.config.SinkOptions.TopicIdentity;
import io.millrace.connectors.projection.database.ConnectionSettings;
import io.millrace.connectors.projection.database.LoginHistory;
import io.millrace.connectors.projection.kafka.SinglePartitions;
import io.millrace.connectors.projection.kind.ProjectionBasics;
import io.millrace.connectors.projection.kind.ProjectionCompilers;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.kind.ProjectionSettings;
import io.millrace.connectors.projection.ledger.ConnectorRows;
import io.millrace.connectors.projection.ledger.ConsumerOffsets;
import io.millrace.connectors.projection.ledger.HeldRows;
import io.millrace.connectors.projection.ledger.Ledger;
import io.millrace.connectors.projection.ledger.LedgerTable;
import io.millrace.connectors.projection.ledger.Offsets;
import io.millrace.connectors.projection.ledger.RetryTopic;
import io.millrace.connectors.projection.ledger.ViewAdmission;
import io.millrace.connectors.projection.rebuild.OffsetReset;
import io.millrace.connectors.projection.rebuild.Rebuild;
import io.millrace.connectors.projection.requirement.Evolution;
import io.millrace.connectors.projection.write.BatchLimits;
import io.millrace.connectors.projection.write.DeadLetterQueue;
import io.millrace.connectors.projection.write.DeadLetterSettings;
import io.millrace.connectors.projection.write.KeyGate;
import io.millrace.connectors.projection.write.LogContext;
import io.millrace.connectors.projection.write.RecordPayloads;
import io.millrace.lookups.Lookups;
import io.millrace.partitions.KafkaLogs;
import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.config.Payloads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/** The configuration of a sink, and what its parts are made of. */
public final class ProjectionSinkConfig extends AbstractConfig {
    /** The connector gives each task its number under this name. */
    public static final String TASK = "millrace.task";

    /** A larger record is reported as it was consumed, if the producer's limit is unknown. */
    private static final long LARGEST_COPY_BYTES = 16L << 20;

    /** Refused records are handed over when Connect calls the task, which it may do a few seconds later. */
    private static final long SHORTEST_QUEUE_TIMEOUT_MS = 10_000;

    /** Connect's own: the connector's name. */
    static final String NAME = "name";

    /** Connect's own: another consumer group than that of the connector's name. */
    private static final String GROUP_OPTION = "consumer.override.group.id";

    private final LoginHistory logins = new LoginHistory();
    private final Lookups lookups;
    private final ProjectionCompilers compilers;

    /**
     * Reads the options.
     *
     * @throws ConfigException if one is not valid by itself
     */
    public ProjectionSinkConfig(Map<String, String> properties) {
        super(definition(properties), properties, false);
        this.lookups = Lookups.of(properties);
        this.compilers = new ProjectionCompilers(lookups.tables());
    }

    /** The options of every sink, and those of the projections that the properties name. */
    public static ConfigDef definition(Map<String, String> properties) {
        ConfigDef definition = SinkOptions.ALL.definition();
        ProjectionCompilers compilers = new ProjectionCompilers(Lookups.findTables(properties));
        for (String name : projectionNames(properties)) {
            ProjectionKinds.find(properties.get(ProjectionSettings.prefix(name) + ProjectionKinds.KIND.name()))
                    .map(kind -> ProjectionKinds.options(kind, name, compilers))
                    .orElseGet(() -> ProjectionKinds.kindAlone(name))
                    .addTo(definition);
        }
        return definition;
    }

    /** The options of a projection of any kind; for the reference. */
    public static ConfigDef projectionDefinition(String name) {
        return ProjectionKinds.optionsOfAnyKind(name).definition();
    }

    /** The names of projections in the properties, without those that are not valid. */
    static Set<String> projectionNames(Map<String, String> properties) {
        Set<String> names = splitList(properties.get(SinkOptions.PROJECTIONS.name()));
        names.removeIf(name -> !SinkOptions.isProjectionName(name));
        return names;
    }

    static Set<String> splitList(@Nullable String text) {
        Set<String> members = new LinkedHashSet<>();
        if (text != null) {
            Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .forEach(members::add);
        }
        return members;
    }

    /** The options of the projections, in the order of their names. */
    List<ProjectionSettings> projectionSettings() {
        return SinkOptions.PROJECTIONS.get(this).stream()
                .map(name -> new ProjectionSettings(this, compilers, name))
                .toList();
    }

    /** The projections, in the order of their names. */
    public List<ProjectionDefinition> projections() {
        return projectionSettings().stream()
                .map(settings -> settings.get(ProjectionKinds.KIND).define(settings))
                .toList();
    }

    /** How to reach the database. All connections of a task share one history of logins. */
    public ConnectionSettings connection() {
        return ConnectionCredentials.connect(this, logins);
    }

    /** The limits of records that may wait while a batch is written. */
    public BatchLimits limits() {
        return BatchLimits.of(SinkOptions.BATCH_SIZE.get(this), SinkOptions.BATCH_BYTES.get(this));
    }

    public long retryTimeoutMs() {
        return SinkOptions.RETRY_TIMEOUT_MS.get(this);
    }

    /**
     * The handling of refused records, by Connect's own options of the connector.
     *
     * @param reporter Connect's; null if it has none
     */
    public DeadLetterQueue deadLetterQueue(@Nullable ErrantRecordReporter reporter) {
        return new DeadLetterQueue(deadLetterSettings(), reporter, logContext());
    }

    DeadLetterSettings deadLetterSettings() {
        Map<String, String> properties = originalsStrings();
        return new DeadLetterSettings(
                properties.getOrDefault(DeadLetterSettings.TOPIC_OPTION, "").strip(),
                properties
                        .getOrDefault(DeadLetterSettings.TOLERANCE_OPTION, "")
                        .strip()
                        .equalsIgnoreCase("all"),
                SinkOptions.ERROR_HEADERS.get(this),
                largestCopyBytes(properties.get(DeadLetterSettings.REQUEST_SIZE_OPTION)),
                Math.max(retryTimeoutMs(), SHORTEST_QUEUE_TIMEOUT_MS));
    }

    /** The consumed bytes are about half of what a record takes in memory. */
    private static long largestCopyBytes(@Nullable String maxRequestSize) {
        try {
            return maxRequestSize == null ? LARGEST_COPY_BYTES : 2 * Long.parseLong(maxRequestSize.strip());
        } catch (NumberFormatException e) {
            // Connect refuses it when it makes the producer.
            return LARGEST_COPY_BYTES;
        }
    }

    /** Opens the payloads that records refer to; empty if the sink does not restore payloads. */
    public Optional<RecordPayloads> openPayloads() {
        return SinkOptions.READ_LOCATIONS.find(this).map(locations -> {
            PayloadReader reader = Payloads.openReader(this, "ProjectionSink");
            reader.warnIfUnusable();
            return new RecordPayloads(reader, SinkOptions.PAYLOAD_FIELDS.get(this));
        });
    }

    /** The tables that the projections look up. */
    public Lookups lookups() {
        return lookups;
    }

    /** The MDC of log lines about a record. */
    public LogContext logContext() {
        return new LogContext(SinkOptions.MDC_HEADERS.get(this));
    }

    /** Whether a ledger keeps the offsets, and not the consumer group alone. */
    public boolean keepsLedger() {
        return SinkOptions.PROCESSING_GUARANTEE.get(this) == ProcessingGuarantee.EXACTLY_ONCE;
    }

    /** The store of the offsets at which partitions resume. */
    public Offsets offsets() {
        return keepsLedger() ? new Ledger(ledgerRows()) : new ConsumerOffsets();
    }

    /** The table of the ledger. */
    LedgerTable ledgerTable() {
        return new LedgerTable(SinkOptions.LEDGER_TABLE.get(this), connection().dialect());
    }

    /** The ledger's rows of this connector. */
    public ConnectorRows ledgerRows() {
        return new ConnectorRows(ledgerTable(), connectorName(), heldRows(), holdsKeyOrder());
    }

    private HeldRows heldRows() {
        return new HeldRows(SinkOptions.HOLD_TABLE.get(this), connection().dialect(), connectorName());
    }

    boolean holdsKeyOrder() {
        return SinkOptions.HOLD_KEY_ORDER.get(this);
    }

    /** The topic by which held records come back; empty if none are held. */
    public String retryTopic() {
        return holdsKeyOrder() ? RetryTopic.of(connectorName()).name() : "";
    }

    /** Keeps the order of keys through refusals; empty if that is turned off. */
    public Optional<KeyGate> keyGate() {
        return holdsKeyOrder()
                ? Optional.of(new KeyGate(
                        ledgerRows(),
                        RetryTopic.of(connectorName()),
                        SinkOptions.HOLD_MAX.get(this),
                        SinkOptions.HOLD_MAX.name()))
                : Optional.empty();
    }

    /** How the views are rebuilt; empty if they are not. */
    public Optional<Rebuild> rebuild() {
        return SinkOptions.REBUILD_REPLACES
                .find(this)
                .map(replaced ->
                        new Rebuild(ledgerRows(), replaced, fixedProjections(), this::readsTopic, task().equals("0")));
    }

    /** The projections with those of each topic that a pattern matches. */
    public TopicProjections topicProjections() {
        return new TopicProjections(projections(), SinkOptions.VIEWS_MAX.get(this));
    }

    /** The projections that have the same tables whatever topics there are. */
    public List<ProjectionDefinition> fixedProjections() {
        return topicProjections().fixed();
    }

    /** Decides whether the connector may write its views, without those of topics; empty without a ledger. */
    public Optional<ViewAdmission> viewAdmission() {
        TopicProjections all = topicProjections();
        return keepsLedger()
                ? Optional.of(ViewAdmission.of(ledgerRows(), all.fixed(), all::ofFitTopics))
                : Optional.empty();
    }

    /**
     * Decides whether the connector may write the views of a topic; empty without a ledger.
     *
     * @param definitions the projections that this topic alone has
     */
    public Optional<ViewAdmission> viewAdmission(String topic, List<ProjectionDefinition> definitions) {
        return keepsLedger() ? Optional.of(ViewAdmission.ofTopic(ledgerRows(), topic, definitions)) : Optional.empty();
    }

    /** Changes the ledger on an operator's request. */
    public OffsetReset offsetReset() {
        return new OffsetReset(connection(), ledgerRows(), projections(), this::viewAdmissions, kafkaLogs());
    }

    /** Those of the views that have the same tables whatever topics there are, and of the views of these topics. */
    private List<ViewAdmission> viewAdmissions(Collection<String> topics) {
        List<ViewAdmission> admissions =
                new ArrayList<>(viewAdmission().stream().toList());
        TopicProjections all = topicProjections();
        topics.forEach(
                topic -> viewAdmission(topic, all.ofTopics(List.of(topic))).ifPresent(admissions::add));
        return admissions;
    }

    /** Queries the brokers about the topics; empty if that is turned off. */
    public Optional<KafkaLogs> kafkaLogs() {
        return checksTopics() && namesBrokers()
                ? Optional.of(new KafkaLogs(originalsWithPrefix(SinkOptions.KAFKA_PREFIX)))
                : Optional.empty();
    }

    /** The topics that must have one partition. */
    public SinglePartitions singlePartitions() {
        return new TruncationChecks(this).singlePartitions();
    }

    boolean namesBrokers() {
        return SinkOptions.KAFKA_BOOTSTRAP_SERVERS
                .find(this)
                .filter(brokers -> !brokers.isBlank())
                .isPresent();
    }

    boolean checksTopics() {
        return SinkOptions.TOPIC_IDENTITY.get(this) == TopicIdentity.CHECKED;
    }

    /** Whether the topics are in the configuration. */
    boolean namesTopics() {
        return originalsStrings().containsKey(SinkTask.TOPICS_CONFIG)
                || originalsStrings().containsKey(SinkTask.TOPICS_REGEX_CONFIG);
    }

    /**
     * The topics that a projection takes records from.
     *
     * @return empty if a regular expression of the sink determines them, so that further ones may match later
     */
    Optional<Set<String>> findTopics(ProjectionBasics projection) {
        if (!projection.topics().isEmpty()) {
            return Optional.of(projection.topics());
        }
        String topics = originalsStrings().get(SinkTask.TOPICS_CONFIG);
        return topics == null ? Optional.empty() : Optional.of(splitList(topics));
    }

    /** The topics that are in the configuration by their names. */
    Set<String> namedTopics() {
        return splitList(originalsStrings().get(SinkTask.TOPICS_CONFIG));
    }

    /** Whether the sink reads a topic. */
    boolean readsTopic(String topic) {
        String regex = originalsStrings().get(SinkTask.TOPICS_REGEX_CONFIG);
        return splitList(originalsStrings().get(SinkTask.TOPICS_CONFIG)).contains(topic)
                || (regex != null && !regex.isBlank() && topic.matches(regex));
    }

    /** The changes that the sink may make to the views' tables. */
    public Evolution evolution() {
        return new Evolution(SinkOptions.AUTO_CREATE.get(this), SinkOptions.AUTO_EVOLVE.get(this));
    }

    /** The task's number among those of the connector. */
    public String task() {
        return originalsStrings().getOrDefault(TASK, "0");
    }

    /** The consumer group of the connector, as Connect names it. */
    public String consumerGroup() {
        return originalsStrings().getOrDefault(GROUP_OPTION, "connect-" + connectorName());
    }

    public String connectorName() {
        return originalsStrings().getOrDefault(NAME, "");
    }
}
