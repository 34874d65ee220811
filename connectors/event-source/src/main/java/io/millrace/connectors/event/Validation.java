package io.millrace.connectors.event;

import io.millrace.config.OptionSet;
import io.millrace.config.TransformList;
import io.millrace.config.UnresolvedVariables;
import io.millrace.rules.OfficialEventConfig;
import io.millrace.rules.OfficialEventOptions;
import io.millrace.rules.PostgresCheck;
import io.millrace.rules.SourceConnection;
import io.millrace.rules.SourceServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;

/**
 * The check of a posted configuration. Every problem becomes an error of one of the connector's own options: Connect answers
 * with those alone, and with HTTP 500 if a check throws or an option has no value.
 */
final class Validation {
    private static final String DATABASE_PORT = "database.port";
    private static final String POSTGRES_PORT = "5432";

    private final Map<String, String> candidate;
    private final List<ConfigValue> values;

    /** A check of this configuration. */
    Validation(Map<String, String> candidate) {
        this.candidate = candidate;
        this.values = new ArrayList<>(EventSourceOptions.OWN.definition().validate(candidate));
    }

    /** A value for each of the connector's own options, with the errors. */
    List<ConfigValue> findValues() {
        return findValues(true);
    }

    /** The same without the check of the wrapped connector, whose classes may not be here. */
    List<ConfigValue> findOwnValues() {
        return findValues(false);
    }

    private List<ConfigValue> findValues(boolean withWrapped) {
        values.addAll(EventSourceOptions.CONTEXT.translate(EventSourceOptions.CONTEXT
                .options()
                .definition()
                .validate(EventSourceOptions.CONTEXT.readFrom(candidate))));
        values.addAll(checkRules());
        refuseUnresolvedVariables();
        refuseUnknownOptions();
        checkGuarantee();
        ConfigValue connector = find(EventSourceOptions.CONNECTOR_CLASS.name());
        TransformList.findUnlisted(candidate)
                .forEach(objection -> connector.addErrorMessage(TransformList.OPTION + ": " + objection));
        if (withWrapped && connector.errorMessages().isEmpty()) {
            checkWrapped(connector);
        }
        if (values.stream().allMatch(value -> value.errorMessages().isEmpty())) {
            try {
                checkStatements();
                checkTransactions();
                checkCaptured(connector);
                checkPostgres(connector);
            } catch (ConfigException e) {
                // An option of the database, which is the wrapped connector's.
                connector.addErrorMessage(e.getMessage());
            }
        }
        return values;
    }

    private ConfigValue find(String option) {
        return values.stream()
                .filter(value -> value.name().equals(option))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The option " + option + " was not validated"));
    }

    /** Rules and server are checked over the wrapped connector's database, if it is MySQL or PostgreSQL. */
    private List<ConfigValue> checkRules() {
        boolean hasRules = EventSourceOptions.EVENTS.areSet(candidate);
        Map<String, String> options = new HashMap<>(EventSourceOptions.EVENTS.readFrom(candidate));
        options.putAll(databaseOptions());
        boolean isPostgres = DebeziumDefaults.isPostgres(candidate);
        ConfigDef definition = hasRules
                ? (isPostgres ? OfficialEventOptions.POSTGRES_DEFINITION : OfficialEventOptions.DEFINITION)
                : OfficialEventOptions.SERVER.and(databaseSet()).definition();
        List<ConfigValue> checked = new ArrayList<>(EventSourceOptions.EVENTS.translate(definition.validate(options)));
        if (!hasRules) {
            Set<String> names = checked.stream().map(ConfigValue::name).collect(Collectors.toSet());
            EventSourceOptions.EVENTS.acceptAll().stream()
                    .filter(value -> !names.contains(value.name()))
                    .forEach(checked::add);
        }
        return checked;
    }

    private OptionSet databaseSet() {
        return DebeziumDefaults.isPostgres(candidate)
                ? OfficialEventOptions.POSTGRES_DATABASE
                : OfficialEventOptions.DATABASE;
    }

    private Map<String, String> databaseOptions() {
        Map<String, String> options = new HashMap<>();
        if (DebeziumDefaults.isPostgres(candidate)) {
            options.put(DATABASE_PORT, POSTGRES_PORT);
        }
        if (DebeziumDefaults.isMySql(candidate) || DebeziumDefaults.isPostgres(candidate)) {
            for (String option : databaseSet().names()) {
                if (candidate.get(option) != null) {
                    options.put(option, candidate.get(option));
                }
            }
        }
        return options;
    }

    private Map<String, Object> parseDatabase() {
        return databaseSet().definition().parse(databaseOptions());
    }

    /** A source of the context is the statement's comment, so the server must write statements. */
    private void checkStatements() {
        Map<String, String> wrapped = EventSourceOptions.wrappedOptions(candidate);
        if (DebeziumDefaults.readsStatements(wrapped)) {
            SourceServer.of(parseDatabase())
                    .flatMap(SourceServer::findStatementObjection)
                    .ifPresent(find(EventSourceOptions.CONTEXT.prefix() + "sources")::addErrorMessage);
        }
    }

    /** Without the option, the transaction block of every change is null. */
    private void checkTransactions() {
        if (DebeziumDefaults.isDebezium(candidate)
                && EventSourceOptions.EVENTS.areSet(candidate)
                && !DebeziumDefaults.providesTransactions(EventSourceOptions.wrappedOptions(candidate))) {
            new OfficialEventConfig(EventSourceOptions.ruleOptions(candidate))
                    .findRulesWithTransaction()
                    .forEach(rule -> find(EventSourceOptions.EVENTS.prefix() + rule)
                            .addErrorMessage("the rule reads 'transaction', which the wrapped connector provides only"
                                    + " with " + DebeziumDefaults.TRANSACTIONS + "=true; set it"));
        }
    }

    /** A rule that never matches is a mistake, which shows as missing events. */
    private void checkCaptured(ConfigValue connector) {
        boolean isKnown = DebeziumDefaults.isMySql(candidate) || DebeziumDefaults.isPostgres(candidate);
        if (isKnown && EventSourceOptions.EVENTS.areSet(candidate)) {
            OfficialEventConfig rules = new OfficialEventConfig(EventSourceOptions.ruleOptions(candidate));
            new CapturedTables(
                            EventSourceOptions.wrappedOptions(candidate),
                            DebeziumDefaults.isPostgres(candidate) ? "schema" : "database")
                    .findObjections(rules, rules.havePatterns() ? findExistingTables() : List.of())
                    .forEach(connector::addErrorMessage);
        }
    }

    /** The tables of the database; none if it cannot be queried. */
    private List<String> findExistingTables() {
        return SourceConnection.of(parseDatabase())
                .flatMap(SourceConnection::findTables)
                .orElse(List.of());
    }

    /** PostgreSQL's server, publication and tables. */
    private void checkPostgres(ConfigValue connector) {
        if (!DebeziumDefaults.isPostgres(candidate)) {
            return;
        }
        Map<String, String> wrapped = EventSourceOptions.wrappedOptions(candidate);
        DebeziumDefaults.findPostgresObjections(wrapped).forEach(connector::addErrorMessage);
        Optional<OfficialEventConfig> rules = EventSourceOptions.EVENTS.areSet(candidate)
                ? Optional.of(new OfficialEventConfig(EventSourceOptions.ruleOptions(candidate)))
                : Optional.empty();
        PostgresCheck.of(parseDatabase()).stream()
                .flatMap(database -> database
                        .findObjections(
                                wrapped.getOrDefault("slot.name", "debezium"),
                                wrapped.getOrDefault("publication.name", "dbz_publication"),
                                !"disabled".equalsIgnoreCase(wrapped.get("publication.autocreate.mode")),
                                rules)
                        .stream())
                .forEach(connector::addErrorMessage);
    }

    private void refuseUnresolvedVariables() {
        ConfigValue connector = find(EventSourceOptions.CONNECTOR_CLASS.name());
        UnresolvedVariables.find(candidate).forEach((option, objection) -> values.stream()
                .filter(value -> value.name().equals(option))
                .findFirst()
                .ifPresentOrElse(
                        own -> own.addErrorMessage(objection),
                        () -> connector.addErrorMessage(option + ": " + objection)));
    }

    private void refuseUnknownOptions() {
        ConfigValue connector = find(EventSourceOptions.CONNECTOR_CLASS.name());
        candidate.keySet().stream()
                .filter(option -> !EventSourceOptions.isKnown(option))
                .sorted()
                .forEach(option -> connector.addErrorMessage(option + ": unknown option"));
    }

    private void checkGuarantee() {
        ConfigValue guarantee = find(EventSourceOptions.GUARANTEE.name());
        if (guarantee.value() instanceof String text
                && guarantee.errorMessages().isEmpty()) {
            EventSourceOptions.GUARANTEE
                    .find(Map.of(EventSourceOptions.GUARANTEE.name(), text))
                    .flatMap(chosen -> chosen.findObjection(candidate, "connector"))
                    .ifPresent(guarantee::addErrorMessage);
        }
    }

    /** A refusal of the wrapped connector is an error of the option that names it. */
    private void checkWrapped(ConfigValue connector) {
        try {
            WrappedConnector.of(candidate)
                    .validate(EventSourceOptions.wrappedOptions(candidate))
                    .configValues()
                    .forEach(value -> value.errorMessages()
                            .forEach(message -> connector.addErrorMessage(describe(value.name(), message))));
        } catch (ConfigException e) {
            connector.addErrorMessage(e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            connector.addErrorMessage("the check of " + connector.value() + " failed: " + e);
        }
    }

    private static String describe(String option, String message) {
        return message.contains(option) ? message : option + ": " + message;
    }
}
