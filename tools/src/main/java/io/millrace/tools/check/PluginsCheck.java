package io.millrace.tools.check;

import io.millrace.config.TransformList;
import io.millrace.connectors.channel.ChannelSinkConnector;
import io.millrace.connectors.event.EventSourceConnector;
import io.millrace.connectors.event.UnwrappedConfiguration;
import io.millrace.connectors.projection.ProjectionSinkConnector;
import io.millrace.connectors.redrive.RedriveSourceConnector;
import io.millrace.connectors.schedule.ScheduleSourceConnector;
import io.millrace.connectors.spool.SpoolSourceConnector;
import io.millrace.connectors.topic.TopicSourceConnector;
import io.millrace.expressions.NearestNames;
import io.millrace.tools.chain.ConnectorPlugins;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.runtime.ConnectorConfig;
import org.apache.kafka.connect.runtime.SinkConnectorConfig;
import org.apache.kafka.connect.runtime.SourceConnectorConfig;
import org.apache.kafka.connect.runtime.isolation.PluginDesc;

/**
 * Validates a configuration by the classes that validate it when it is posted: Connect's, ours, those of transforms, and with
 * a plugin path also other connectors. It also finds options that no class defines and whose names are like others'.
 */
final class PluginsCheck {
    private static final String CLASS = "connector.class";
    private static final String WRAPPED_CLASS = "wrapped.connector.class";
    private static final int MAX_TYPING_ERRORS = 2;
    /** Classes that only a worker's plugin path has. */
    private static final Pattern NOT_FOUND = Pattern.compile(
            ".*(Class not found|could not be found|Failed to find any class|No plugin of the worker).*",
            Pattern.DOTALL);

    private static final Pattern OTHER_OPTION = Pattern.compile("([\\w.-]+): (.*)", Pattern.DOTALL);

    /** Options of Debezium's connectors for MySQL and PostgreSQL, as candidates if their classes are not here. */
    private static final List<String> DEBEZIUM_OPTIONS = List.of(
            "column.exclude.list",
            "column.include.list",
            "database.dbname",
            "database.exclude.list",
            "database.hostname",
            "database.include.list",
            "database.password",
            "database.port",
            "database.server.id",
            "database.ssl.mode",
            "database.user",
            "decimal.handling.mode",
            "extended.headers.enabled",
            "heartbeat.interval.ms",
            "include.query",
            "include.schema.changes",
            "logical_decoding_message.prefix.exclude.list",
            "message.key.columns",
            "publication.autocreate.mode",
            "publication.name",
            "schema.exclude.list",
            "schema.history.internal.kafka.bootstrap.servers",
            "schema.history.internal.kafka.topic",
            "schema.history.internal.store.only.captured.tables.ddl",
            "schema.include.list",
            "skipped.operations",
            "slot.name",
            "snapshot.mode",
            "table.exclude.list",
            "table.include.list",
            "time.precision.mode",
            "tombstones.on.delete",
            "topic.prefix");

    private final ConnectorPlugins plugins;
    private final boolean hasPluginPath;
    private final CheckReport report;
    private final Set<String> known = new LinkedHashSet<>();

    PluginsCheck(ConnectorPlugins plugins, boolean hasPluginPath, CheckReport report) {
        this.plugins = plugins;
        this.hasPluginPath = hasPluginPath;
        this.report = report;
    }

    /** Whether the configuration is one of our sink. */
    static boolean isProjectionSink(Map<String, String> options) {
        return isOf(ProjectionSinkConnector.class, options);
    }

    /** Whether the configuration names the connector as Connect permits: in full, by its simple name, or by that without "Connector". */
    private static boolean isOf(Class<? extends Connector> connector, Map<String, String> options) {
        String name = connector.getSimpleName();
        return List.of(connector.getName(), name, name.replaceFirst("Connector$", ""))
                .contains(options.getOrDefault(CLASS, ""));
    }

    /** Whether the configuration is one of a connector of ours, which checks its list of transforms itself. */
    private static boolean isOfOurs(Map<String, String> options) {
        return isProjectionSink(options)
                || isOf(TopicSourceConnector.class, options)
                || isOf(ScheduleSourceConnector.class, options)
                || isOf(RedriveSourceConnector.class, options)
                || isOf(SpoolSourceConnector.class, options)
                || isOf(ChannelSinkConnector.class, options)
                || UnwrappedConfiguration.isWrapped(options);
    }

    void check() {
        Map<String, String> options = report.resolved();
        boolean isSink =
                isProjectionSink(options) || isOf(ChannelSinkConnector.class, options) || plugins.isSink(options);
        checkConnect(options, isSink);
        if (UnwrappedConfiguration.isWrapped(options)) {
            known.addAll(new EventSourceConnector().config().names());
            addFaults(UnwrappedConfiguration.validateOwnOptions(options));
            checkConnector(WRAPPED_CLASS, UnwrappedConfiguration.wrappedOptions(options));
        } else if (isProjectionSink(options)) {
            addOwn(new ProjectionSinkConnector().validate(options).configValues());
        } else if (isOf(TopicSourceConnector.class, options)) {
            // Its converters may be plugins of the worker.
            addOwn(plugins.asWorker(
                    Map.of(), () -> new TopicSourceConnector().validate(options).configValues()));
        } else if (isOf(ScheduleSourceConnector.class, options)) {
            addOwn(new ScheduleSourceConnector().validate(options).configValues());
        } else if (isOf(RedriveSourceConnector.class, options)) {
            addOwn(new RedriveSourceConnector().validate(options).configValues());
        } else if (isOf(SpoolSourceConnector.class, options)) {
            addOwn(new SpoolSourceConnector().validate(options).configValues());
        } else if (isOf(ChannelSinkConnector.class, options)) {
            addOwn(new ChannelSinkConnector().validate(options).configValues());
        } else {
            checkConnector(CLASS, options);
        }
        if (!isOfOurs(options)) {
            TransformList.findUnlisted(options)
                    .forEach(objection -> report.add(CheckProblem.of(TransformList.OPTION, objection, List.of(), "")));
        }
        findMisspelt(options);
    }

    private void addOwn(List<ConfigValue> values) {
        values.forEach(value -> known.add(value.name()));
        addFaults(values);
    }

    /** Connect's own options, and those of transforms and predicates. */
    private void checkConnect(Map<String, String> options, boolean isSink) {
        // Our connectors are the command's own; the loader that knows all plugins finds those that they are used with.
        plugins.asWorker(isOfOurs(options) ? Map.of() : options, () -> {
            ConfigDef base = isSink ? SinkConnectorConfig.configDef() : SourceConnectorConfig.configDef();
            known.addAll(base.names());
            try {
                ConfigDef all = ConnectorConfig.enrich(plugins.plugins(), base, options, false);
                known.addAll(all.names());
                addFaults(all.validate(options));
            } catch (ConfigException | ConnectException e) {
                addFault(TransformList.OPTION, String.valueOf(e.getMessage()));
            }
            return isSink;
        });
        if (isSink) {
            checkTopicOptions(options);
        }
    }

    private void checkTopicOptions(Map<String, String> options) {
        boolean names = !options.getOrDefault("topics", "").isBlank();
        boolean regex = !options.getOrDefault("topics.regex", "").isBlank();
        if (names == regex) {
            report.add(CheckProblem.of(
                    "topics",
                    "expected either topics or topics.regex, found " + (names ? "both" : "neither"),
                    List.of(),
                    "Set one of them"));
        }
    }

    /** A connector of another project, whose classes may not be here. */
    private void checkConnector(String option, Map<String, String> options) {
        String type = options.get(CLASS);
        if (type == null) {
            return;
        }
        Optional<Connector> connector = findConnector(type);
        if (connector.isEmpty()) {
            known.addAll(DEBEZIUM_OPTIONS);
            describeMissing(option, type);
            return;
        }
        Map<String, String> candidate = new HashMap<>(options);
        plugins.asWorker(candidate, () -> {
            try {
                known.addAll(connector.get().config().names());
                addFaults(connector.get().validate(candidate).configValues());
            } catch (RuntimeException e) {
                addFault(option, "the validation of " + type + " failed: " + e);
            }
            return option;
        });
    }

    private Optional<Connector> findConnector(String type) {
        try {
            return Optional.of(plugins.plugins().newConnector(type));
        } catch (ConnectException e) {
            return Optional.empty();
        }
    }

    private void describeMissing(String option, String type) {
        Set<String> here = new TreeSet<>();
        Stream.of(plugins.plugins().sourceConnectors(), plugins.plugins().sinkConnectors())
                .flatMap(Set::stream)
                .map(PluginDesc::className)
                .forEach(here::add);
        here.add("io.debezium.connector.mysql.MySqlConnector");
        here.add("io.debezium.connector.postgresql.PostgresConnector");
        here.add(EventSourceConnector.class.getName());
        here.add(ProjectionSinkConnector.class.getName());
        here.add(TopicSourceConnector.class.getName());
        here.add(ScheduleSourceConnector.class.getName());
        here.add(RedriveSourceConnector.class.getName());
        here.add(SpoolSourceConnector.class.getName());
        here.add(ChannelSinkConnector.class.getName());
        List<String> candidates = NearestNames.find(type, here);
        if (!hasPluginPath && (candidates.isEmpty() || here.contains(type))) {
            report.addNote(option + "=" + type + " is not checked: set --plugin-path to the worker's plugin.path");
        } else {
            report.add(CheckProblem.of(
                    option,
                    "expected the class of a connector, found " + type + ", which no plugin has",
                    candidates,
                    "Correct the name, or install the plugin on the worker"));
        }
    }

    private void addFaults(List<ConfigValue> values) {
        for (ConfigValue value : values) {
            // Debezium's connector names an option that its validation has no messages for.
            List<String> messages = value.errorMessages();
            if (messages != null) {
                messages.forEach(message -> addFault(value.name(), message));
            }
        }
    }

    private void addFault(String option, String message) {
        if (!hasPluginPath && NOT_FOUND.matcher(message).matches()) {
            addUnknownClass(option);
            return;
        }
        // Our sources have errors of options that they do not declare under one that they declare.
        Matcher other = OTHER_OPTION.matcher(message);
        if (other.matches() && isOption(other.group(1))) {
            report.add(CheckProblem.ofValidation(other.group(1), other.group(2)));
        } else {
            report.add(CheckProblem.ofValidation(option, message));
        }
    }

    /** A class that is not among the command's: misspelt if the command has one with almost the same name. */
    private void addUnknownClass(String option) {
        String type = report.options().getOrDefault(option, "");
        List<String> names = Stream.of(
                        plugins.plugins().transformations(),
                        plugins.plugins().predicates(),
                        plugins.plugins().converters(),
                        plugins.plugins().headerConverters())
                .flatMap(Set::stream)
                .map(PluginDesc::className)
                .toList();
        List<String> near = findNear(type, names);
        if (near.isEmpty()) {
            report.addNote(
                    option + "=" + type + " is not checked: its class is not among the command's; set --plugin-path");
        } else {
            report.add(CheckProblem.of(
                    option,
                    "expected the class of a plugin, found " + type + ", which does not exist",
                    near,
                    "Correct the name"));
        }
    }

    /** Names that differ by typing errors only. */
    private static List<String> findNear(String name, Collection<String> names) {
        return NearestNames.find(name, names).stream()
                .filter(near -> NearestNames.distance(name, near) <= MAX_TYPING_ERRORS)
                .toList();
    }

    private boolean isOption(String name) {
        return name.equals(TransformList.OPTION) || report.options().containsKey(name);
    }

    /** Connect and Debezium ignore options that they do not define, and pass some of them on. */
    private void findMisspelt(Map<String, String> options) {
        for (String option : options.keySet()) {
            if (known.contains(option) || isPassedOn(option)) {
                continue;
            }
            List<String> near = findNear(option, known);
            if (!near.isEmpty()) {
                report.add(CheckProblem.of(
                        option, "no class has an option of this name, so it is ignored", near, "Correct the name"));
            }
        }
    }

    private static boolean isPassedOn(String option) {
        return option.matches(
                "(producer|consumer|admin)\\.override\\..*|(source\\.)?(key|value|header)\\.converter\\..*"
                        + "|(payload\\.)?kafka\\..*|schema\\.history\\.internal\\.(producer|consumer)\\..*|driver\\..*");
    }
}
