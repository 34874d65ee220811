package io.millrace.tools.chain;

import io.millrace.connectors.event.UnwrappedConfiguration;
import io.millrace.lookups.LookupOptions;
import io.millrace.tools.input.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.runtime.ConnectorConfig;
import org.apache.kafka.connect.runtime.TransformationStage;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.util.ConnectorTaskId;

/**
 * A connector's transforms, including predicates and negations, created by the same classes of Connect as in a worker.
 * They are applied one by one, as a worker does it, so that the result names the one that dropped or refused a record.
 * Used by one thread.
 *
 * @param <R> the type of record
 */
public final class TransformStages<R extends ConnectRecord<R>> implements AutoCloseable {
    private final List<Stage<R>> stages;

    private static final Pattern PREFIX = Pattern.compile("transforms\\.[^.]+\\.");

    private TransformStages(List<Stage<R>> stages) {
        this.stages = stages;
    }

    /**
     * Validates the options of transforms and predicates as Connect does for a posted configuration, and creates the
     * transforms.
     *
     * @throws UsageException naming every option that is wrong
     */
    public static <R extends ConnectRecord<R>> TransformStages<R> of(
            ConnectorPlugins worker, Map<String, String> options) {
        return worker.asWorker(options, () -> makeStages(worker, options));
    }

    private static <R extends ConnectRecord<R>> TransformStages<R> makeStages(
            ConnectorPlugins worker, Map<String, String> options) {
        Plugins plugins = worker.plugins();
        try {
            List<String> faults = findFaults(plugins, options);
            if (!faults.isEmpty()) {
                throw new UsageException("the configuration is refused:\n  " + String.join("\n  ", faults));
            }
            List<TransformationStage<R>> made = new ConnectorConfig(plugins, options)
                    .transformationStages(plugins, new ConnectorTaskId(options.get("name"), 0), worker.metrics());
            List<String> aliases = aliasesOf(options);
            List<Stage<R>> stages = new ArrayList<>();
            for (int i = 0; i < made.size(); i++) {
                String prefix = "transforms." + aliases.get(i) + ".";
                stages.add(new Stage<>(
                        aliases.get(i), made.get(i), DropReasons.of(made.get(i).transformClass(), options, prefix)));
            }
            return new TransformStages<>(stages);
        } catch (ConfigException | ConnectException e) {
            throw new UsageException("the configuration is refused:\n  " + joinMessages(e), e);
        }
    }

    private static List<String> findFaults(Plugins plugins, Map<String, String> options) {
        ConfigDef definition = ConnectorConfig.enrich(plugins, ConnectorConfig.configDef(), options, false);
        return definition.validate(options).stream()
                .filter(value -> isOfTransforms(value.name()))
                .flatMap(value -> faultsOf(value, options))
                .sorted()
                .toList();
    }

    private static Stream<String> faultsOf(ConfigValue value, Map<String, String> options) {
        return value.errorMessages().stream()
                .map(fault -> UnwrappedConfiguration.originalName(value.name(), options) + ": " + fault);
    }

    /** Options of transforms that no transform defines, which Connect ignores silently. */
    public static List<String> unknownOptions(ConnectorPlugins worker, Map<String, String> options) {
        return worker.asWorker(options, () -> {
            TreeSet<String> unknown = options.keySet().stream()
                    .filter(TransformStages::isOfTransforms)
                    .filter(option ->
                            !LookupOptions.isPassedOn(PREFIX.matcher(option).replaceFirst("")))
                    .collect(Collectors.toCollection(TreeSet::new));
            unknown.removeAll(ConnectorConfig.enrich(worker.plugins(), ConnectorConfig.configDef(), options, false)
                    .names());
            return unknown.stream()
                    .map(option -> UnwrappedConfiguration.originalName(option, options))
                    .toList();
        });
    }

    /** Whether the option belongs to a transform or a predicate. */
    public static boolean isOfTransforms(String option) {
        return option.equals("transforms")
                || option.equals("predicates")
                || option.startsWith("transforms.")
                || option.startsWith("predicates.");
    }

    /** The options of one transform. */
    public static Map<String, String> ownOptions(Map<String, String> options, String prefix) {
        Map<String, String> own = new TreeMap<>();
        options.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), value);
            }
        });
        return own;
    }

    private static List<String> aliasesOf(Map<String, String> options) {
        Object aliases = ConfigDef.parseType("transforms", options.get("transforms"), ConfigDef.Type.LIST);
        return aliases == null
                ? List.of()
                : ((List<?>) aliases).stream().map(Object::toString).toList();
    }

    /** The classes of the transforms, in their order. */
    public List<String> classes() {
        return stages.stream()
                .map(stage -> stage.transformation().transformClass().getName())
                .toList();
    }

    /** The transforms' names in the configuration, in their order. */
    public List<String> aliases() {
        return stages.stream().map(Stage::alias).toList();
    }

    /** The outcome for the record. */
    public Outcome applyAll(R record) {
        return applyAll(record, stages.size());
    }

    /** The outcome for the record of the given number of first stages. */
    public Outcome applyAll(R record, int count) {
        R current = record;
        for (Stage<R> stage : stages.subList(0, count)) {
            R next;
            try {
                next = stage.transformation().apply(current);
            } catch (RuntimeException e) {
                return new Outcome.Refused(stage.toString(), joinMessages(e));
            }
            if (next == null) {
                return new Outcome.Dropped(stage.toString(), stage.reasons().of(current));
            }
            current = next;
        }
        return new Outcome.Passed(current);
    }

    /** An exception's messages without duplicates, since an exception often repeats its cause. */
    private static String joinMessages(Throwable thrown) {
        List<String> messages = new ArrayList<>();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            String message = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
            if (messages.stream().noneMatch(said -> said.contains(message))) {
                messages.add(message);
            }
        }
        return String.join("; because of: ", messages);
    }

    @Override
    public void close() {
        stages.forEach(stage -> stage.transformation().close());
    }

    private record Stage<R extends ConnectRecord<R>>(
            String alias, TransformationStage<R> transformation, DropReasons reasons) {
        @Override
        public String toString() {
            return alias + " (" + transformation.transformClass().getSimpleName() + ")";
        }
    }
}
