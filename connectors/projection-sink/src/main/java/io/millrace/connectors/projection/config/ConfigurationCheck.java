package io.millrace.connectors.projection.config;

import io.millrace.config.UnresolvedVariables;
import io.millrace.connectors.projection.catalog.CatalogReader;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.kind.ProjectionSettings;
import io.millrace.connectors.projection.ledger.ViewAdmission;
import io.millrace.connectors.projection.rebuild.Rebuild;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.lookups.LookupOptions;
import io.millrace.partitions.KafkaLogs;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.errors.ApiException;

/** Validates a posted configuration: each option, then all together, then against the database. */
public final class ConfigurationCheck {
    private final Map<String, String> properties;
    private final ConfigDef definition;
    private final Map<String, ConfigValue> values;

    public ConfigurationCheck(Map<String, String> properties) {
        this.properties = properties;
        this.definition = ProjectionSinkConfig.definition(properties);
        this.values = new LinkedHashMap<>(definition.validateAll(properties));
    }

    /** Every option with its value and its errors. */
    public Config checkAll() {
        UnresolvedVariables.find(properties).forEach((option, objection) -> addProblem(new Problem(option, objection)));
        refuseUnknownTableOptions();
        // Of projections without valid names, every option would be unknown.
        ConfigValue names = values.get(SinkOptions.PROJECTIONS.name());
        if (names != null && names.errorMessages().isEmpty()) {
            refuseUnknownOptions();
        }
        if (isValid()) {
            ProjectionSinkConfig config = new ProjectionSinkConfig(properties);
            new OptionChecks(config).findProblems().forEach(this::addProblem);
            if (isValid()) {
                Set<String> topics = checkTopics(config);
                checkDatabase(config, topics);
            }
        }
        return new Config(new ArrayList<>(values.values()));
    }

    private void refuseUnknownTableOptions() {
        LookupOptions.findUnknown(properties.keySet())
                .forEach(option -> addProblem(new Problem(option, "there is no such option")));
    }

    /** Without this check a misspelt option would be an option that is not set. */
    private void refuseUnknownOptions() {
        List<String> known = ProjectionSinkConfig.projectionNames(properties).stream()
                .flatMap(name -> ProjectionKinds.optionsOfAnyKind(name).names().stream())
                .toList();
        for (String option : properties.keySet()) {
            if (option.startsWith(ProjectionSettings.PREFIX) && !known.contains(option)) {
                addProblem(new Problem(
                        option,
                        "there is no such option; the projections are "
                                + ProjectionSinkConfig.projectionNames(properties) + ", and each has ["
                                + ProjectionKinds.allOptions() + "]"));
            }
        }
    }

    /**
     * Checks the topics, as far as the brokers are configured.
     *
     * @return those that patterns of projections are compared with: the sink's topics that exist now
     */
    private Set<String> checkTopics(ProjectionSinkConfig config) {
        Optional<KafkaLogs> logs = config.kafkaLogs();
        if (logs.isEmpty()) {
            return config.namedTopics();
        }
        try (KafkaLogs opened = logs.get()) {
            config.singlePartitions().findProblems(opened).forEach(this::addProblem);
            return listTopics(config, opened);
        }
    }

    private Set<String> listTopics(ProjectionSinkConfig config, KafkaLogs logs) {
        List<ProjectionDefinition> patterns = config.topicProjections().patterns();
        if (patterns.isEmpty() || !config.namedTopics().isEmpty()) {
            return config.namedTopics();
        }
        try {
            return logs.listTopics().stream().filter(config::readsTopic).collect(Collectors.toSet());
        } catch (ApiException e) {
            addProblem(new Problem(
                    patterns.get(0).basics().nameOf(CommonOptions.TOPICS),
                    "the topics that exist now could not be read: " + e.getMessage()));
            return Set.of();
        }
    }

    private void checkDatabase(ProjectionSinkConfig config, Set<String> topics) {
        try (Database database = new Database(config.connection())) {
            if (config.keepsLedger()) {
                config.ledgerTable()
                        .findProblems(database.connection(), SinkOptions.LEDGER_TABLE.name())
                        .forEach(this::addProblem);
                if (!isValid()) {
                    return;
                }
                if (!config.holdsKeyOrder() && !config.ledgerRows().held().isEmpty(database.connection())) {
                    addProblem(new Problem(
                            SinkOptions.HOLD_KEY_ORDER.name(),
                            "expected true, because refused records of the connector are held in the table "
                                    + config.ledgerRows().held()
                                    + ": bring them back or release them first (millrace redrive)"));
                }
            }
            Optional<Rebuild> rebuild = config.rebuild();
            if (rebuild.isPresent()) {
                for (String reason : rebuild.get().findProblems(database)) {
                    addProblem(new Problem(SinkOptions.REBUILD_REPLACES.name(), reason));
                }
            }
            List<ProjectionDefinition> definitions = new ArrayList<>(config.fixedProjections());
            config.topicProjections().findProblems(database, topics).forEach(this::addProblem);
            if (!isValid()) {
                return;
            }
            definitions.addAll(config.topicProjections().ofTopics(topics));
            if (config.keepsLedger() && config.ledgerTable().isPrepared(database.connection())) {
                ViewAdmission.of(config.ledgerRows(), definitions, any -> List.of())
                        .findSharedTruncations(database, SinkOptions.REBUILD_REPLACES.find(config))
                        .forEach(this::addProblem);
            }
            new CatalogReader(definitions, config.evolution())
                    .read(database)
                    .problems()
                    .forEach(this::addProblem);
        } catch (SQLException e) {
            addProblem(new Problem(
                    SinkOptions.CONNECTION_URL.name(),
                    "cannot use the database: "
                            + config.connection().dialect().errors().describe(e)));
        }
    }

    private boolean isValid() {
        return values.values().stream().allMatch(value -> value.errorMessages().isEmpty());
    }

    private void addProblem(Problem problem) {
        ConfigDef.ConfigKey key = definition.configKeys().get(problem.option());
        Object value =
                key != null && key.type == ConfigDef.Type.PASSWORD ? Password.HIDDEN : properties.get(problem.option());
        // Connect converts the value of one of its own options by that option's type, and a text is not a list.
        Object shown = key == null ? null : value;
        values.computeIfAbsent(problem.option(), option -> new ConfigValue(option, shown, List.of(), new ArrayList<>()))
                .addErrorMessage(
                        "Invalid value " + value + " for configuration " + problem.option() + ": " + problem.reason());
    }
}
