package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.catalog.CatalogReader;
import io.millrace.connectors.projection.catalog.TableChanger;
import io.millrace.connectors.projection.catalog.TopicProjections;
import io.millrace.connectors.projection.catalog.ViewCatalog;
import io.millrace.connectors.projection.config.ProjectionSinkConfig;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.kind.RecordScope;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.ledger.Claim;
import io.millrace.connectors.projection.ledger.ViewAdmission;
import io.millrace.connectors.projection.requirement.Problem;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.DataException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The views of the topics that patterns of projections match. The views of a topic are read, and created if they are
 * missing, before its partitions are claimed. A topic that appears while the connector runs has views that begin with its
 * first record.
 *
 * <p>Views are added by the background thread, and used by others.
 */
final class TopicViews implements Projection {
    private static final Logger LOG = LoggerFactory.getLogger(TopicViews.class);

    private final ProjectionSinkConfig config;
    private final TopicProjections definitions;
    private final Map<String, List<Projection>> projections = new ConcurrentHashMap<>();
    private final Map<String, ViewAdmission> admissions = new ConcurrentHashMap<>();

    TopicViews(ProjectionSinkConfig config) {
        this.config = config;
        this.definitions = config.topicProjections();
    }

    /** Whether no projection has a pattern. */
    boolean isEmpty() {
        return definitions.patterns().isEmpty();
    }

    /**
     * Reads the views of the partitions' topics. Ends the transaction.
     *
     * @throws org.apache.kafka.common.config.ConfigException if topics cannot have views
     * @throws org.apache.kafka.connect.errors.ConnectException if a view would be filled from the middle
     */
    void open(Database database, Collection<TopicPartition> partitions) throws SQLException {
        requireViews(database, partitions);
        for (String topic : findFresh(partitions)) {
            projections.put(topic, open(database, topic));
        }
    }

    /**
     * Requires that the partitions' topics can have views, before the ledger has a row of them. Ends the transaction.
     *
     * @throws org.apache.kafka.common.config.ConfigException if one cannot
     */
    void requireViews(Database database, Collection<TopicPartition> partitions) throws SQLException {
        Set<String> fresh = findFresh(partitions);
        if (!fresh.isEmpty()) {
            requireDistinctViews(database, fresh);
        }
    }

    private Set<String> findFresh(Collection<TopicPartition> partitions) {
        return isEmpty()
                ? Set.of()
                : partitions.stream()
                        .map(TopicPartition::topic)
                        .filter(topic -> !projections.containsKey(topic))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<Projection> open(Database database, String topic) throws SQLException {
        List<ProjectionDefinition> ofTopic = definitions.ofTopics(Set.of(topic));
        if (ofTopic.isEmpty()) {
            return List.of();
        }
        Optional<ViewAdmission> admission = config.viewAdmission(topic, ofTopic);
        if (admission.isPresent()) {
            admission.get().admitViews(database);
        }
        ViewCatalog catalog = new TableChanger(new CatalogReader(ofTopic, config.evolution())).completeTables(database);
        throwFirst(catalog.problems());
        if (admission.isPresent()) {
            admission.get().confirmTables(database);
            admissions.put(topic, admission.get());
        }
        LOG.info("Views of the topic {}: {}", topic, names(ofTopic));
        return catalog.projections();
    }

    private static List<String> names(List<ProjectionDefinition> definitions) {
        return definitions.stream()
                .map(definition -> definition.basics().table().toString())
                .toList();
    }

    /** Of all topics that are known: the topics of this task, and those of which the ledger has offsets. */
    private void requireDistinctViews(Database database, Set<String> fresh) throws SQLException {
        Set<String> topics = new TreeSet<>(projections.keySet());
        topics.addAll(fresh);
        if (config.keepsLedger()) {
            config.ledgerRows().readOffsets(database.connection()).keySet().stream()
                    .map(TopicPartition::topic)
                    .forEach(topics::add);
        }
        List<Problem> problems = definitions.findProblems(database, topics);
        database.rollback();
        throwFirst(problems);
    }

    private void throwFirst(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw problems.get(0).toException(config.originalsStrings());
        }
    }

    /**
     * Requires that the tables of the claimed partitions' topics are still those that were read, and that no topic of another task has
     * one of them. Ends the transaction.
     */
    void requireSameTables(Database database, Collection<Claim> claims) throws SQLException {
        if (isEmpty()) {
            return;
        }
        requireDistinctViews(database, Set.of());
        Set<String> topics =
                claims.stream().map(claim -> claim.partition().topic()).collect(Collectors.toSet());
        for (Map.Entry<String, ViewAdmission> admission : admissions.entrySet()) {
            // A topic that was deleted, or moved to another task, may have no table here.
            if (topics.contains(admission.getKey())) {
                admission.getValue().requireSameTables(database);
            }
        }
    }

    @Override
    public void project(RecordScope scope, Consumer<RowChange<?>> changes) {
        String topic = scope.record().originalTopic();
        List<Projection> ofTopic = projections.get(topic);
        if (ofTopic == null) {
            throw new DataException("the views of the topic " + topic + " are not open in this task");
        }
        for (Projection projection : ofTopic) {
            projection.project(scope, changes);
        }
    }
}
