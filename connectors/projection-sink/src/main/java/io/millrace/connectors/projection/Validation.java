package io.millrace.connectors.projection;

import io.millrace.connectors.projection.catalog.ViewCatalog;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.definition.Problem;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;

/** The answer to a configuration that someone wants to post. */
final class Validation {
    private final Map<String, String> properties;
    private final ConfigDef definition;
    private final Map<String, ConfigValue> values;

    Validation(Map<String, String> properties) {
        this.properties = properties;
        this.definition = ProjectionSinkConfig.definition(properties);
        this.values = new LinkedHashMap<>(definition.validateAll(properties));
    }

    Config run() {
        // Of projections without a name that can be used, every option would be unknown.
        if (values.get(ProjectionSinkConfig.PROJECTIONS).errorMessages().isEmpty()) {
            refuseUnknownOptions();
        }
        if (isValid()) {
            ProjectionSinkConfig config = new ProjectionSinkConfig(properties);
            config.problems().forEach(this::add);
            if (isValid()) {
                tryDatabase(config);
            }
        }
        return new Config(new ArrayList<>(values.values()));
    }

    /** An option that is misspelt would otherwise be an option that is left out. */
    private void refuseUnknownOptions() {
        for (String option : properties.keySet()) {
            if (option.startsWith(ProjectionOptions.PREFIX)
                    && !definition.names().contains(option)) {
                add(new Problem(
                        option,
                        "there is no such option; the projections are "
                                + ProjectionSinkConfig.names(properties) + ", and each has "
                                + ProjectionOptions.SUFFIXES));
            }
        }
    }

    private void tryDatabase(ProjectionSinkConfig config) {
        try (Database database = new Database(config.connection())) {
            for (String reason : rebuildProblems(config, database)) {
                add(new Problem(ProjectionSinkConfig.REBUILD_REPLACES, reason));
            }
            ViewCatalog.read(database, config.projections(), config.evolution())
                    .problems()
                    .forEach(this::add);
        } catch (SQLException e) {
            add(new Problem(
                    ProjectionSinkConfig.CONNECTION_URL,
                    "cannot use the database: "
                            + config.connection().dialect().errors().describe(e)));
        }
    }

    private static List<String> rebuildProblems(ProjectionSinkConfig config, Database database) throws SQLException {
        return config.rebuild().isPresent() ? config.rebuild().get().problems(database) : List.of();
    }

    private boolean isValid() {
        return values.values().stream().allMatch(value -> value.errorMessages().isEmpty());
    }

    private void add(Problem problem) {
        ConfigDef.ConfigKey key = definition.configKeys().get(problem.option());
        Object value =
                key != null && key.type == ConfigDef.Type.PASSWORD ? Password.HIDDEN : properties.get(problem.option());
        values.computeIfAbsent(problem.option(), option -> new ConfigValue(option, value, List.of(), new ArrayList<>()))
                .addErrorMessage(
                        "Invalid value " + value + " for configuration " + problem.option() + ": " + problem.reason());
    }
}
