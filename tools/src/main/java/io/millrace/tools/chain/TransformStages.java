package io.millrace.tools.chain;

import io.millrace.connectors.event.UnwrappedConfiguration;
import io.millrace.lookups.LookupOptions;
import io.millrace.tools.input.UsageException;
import io.millrace.transforms.ToOfficialEvent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
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
 * They are applied one by one, as a worker does it, so that the result names the one that dropped or refused a record. The rules of
 * an {@code EventSourceConnector} are applied in the same way as those of {@code ToOfficialEvent}, and may make several events.
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
            List<String> aliases = aliasesOf(options);
            List<TransformationStage<R>> made = new ConnectorConfig(
                            plugins, ConnectorRules.removeFrom(options, aliases))
                    .transformationStages(plugins, new ConnectorTaskId(options.get("name"), 0), worker.metrics());
            Iterator<TransformationStage<R>> transforms = made.iterator();
            List<Stage<R>> stages = new ArrayList<>();
            for (String alias : aliases) {
                stages.add(
                        ConnectorRules.isAlias(alias, options)
                                ? Stage.ofRules(alias, options)
                                : Stage.ofTransform(alias, transforms.next(), options));
            }
            return new TransformStages<>(stages);
        } catch (ConfigException | ConnectException e) {
            throw new UsageException("the configuration is refused:\n  " + joinMessages(e), e);
        }
    }

    private static List<String> findFaults(Plugins plugins, Map<String, String> options) {
        List<String> aliases = aliasesOf(options);
        Map<String, String> others = ConnectorRules.removeFrom(options, aliases);
        ConfigDef definition = ConnectorConfig.enrich(plugins, ConnectorConfig.configDef(), others, false);
        Stream<ConfigValue> rules = aliases.stream()
                .filter(alias -> ConnectorRules.isAlias(alias, options))
                .flatMap(alias -> ConnectorRules.validate(options));
        return Stream.concat(definition.validate(others).stream(), rules)
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
            Map<String, String> others = ConnectorRules.removeFrom(options, aliasesOf(options));
            unknown.removeAll(ConnectorConfig.enrich(worker.plugins(), ConnectorConfig.configDef(), others, false)
                    .names());
            if (UnwrappedConfiguration.isUnwrapped(options)) {
                unknown.removeIf(ConnectorRules::isOption);
            }
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
        return stages.stream().map(stage -> stage.type().getName()).toList();
    }

    /** The transforms' names in the configuration, in their order. */
    public List<String> aliases() {
        return stages.stream().map(Stage::alias).toList();
    }

    /** The outcomes for the record: one, or one for each event that the rules of a connector make of it. */
    public List<Outcome> applyAll(R record) {
        return applyStages(record, stages);
    }

    /** The outcomes for the record of the given number of first stages. */
    public List<Outcome> applyFirst(R record, int count) {
        return applyStages(record, stages.subList(0, count));
    }

    private List<Outcome> applyStages(R record, List<Stage<R>> left) {
        if (left.isEmpty()) {
            return List.of(new Outcome.Passed(record));
        }
        Stage<R> stage = left.get(0);
        List<R> results;
        try {
            results = stage.transformation().apply(record);
        } catch (RuntimeException e) {
            return List.of(new Outcome.Refused(stage.toString(), joinMessages(e)));
        }
        return results.isEmpty()
                ? List.of(new Outcome.Dropped(stage.toString(), stage.reasons().of(record)))
                : results.stream()
                        .flatMap(result -> applyStages(result, left.subList(1, left.size())).stream())
                        .toList();
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
        stages.forEach(stage -> stage.closing().run());
    }

    /**
     * A transform, or the rules of a connector.
     *
     * @param type the class of the transform
     * @param transformation returns the results for a record, none if it is dropped
     */
    private record Stage<R extends ConnectRecord<R>>(
            String alias, Class<?> type, Function<R, List<R>> transformation, DropReasons reasons, Runnable closing) {
        static <R extends ConnectRecord<R>> Stage<R> ofTransform(
                String alias, TransformationStage<R> transform, Map<String, String> options) {
            Class<?> type = transform.transformClass();
            return new Stage<>(
                    alias,
                    type,
                    record -> Stream.ofNullable(transform.apply(record)).toList(),
                    DropReasons.of(type, options, prefixOf(alias)),
                    transform::close);
        }

        static <R extends ConnectRecord<R>> Stage<R> ofRules(String alias, Map<String, String> options) {
            ConnectorRules rules = ConnectorRules.of(options);
            return new Stage<>(
                    alias,
                    ToOfficialEvent.class,
                    rules::apply,
                    DropReasons.of(ToOfficialEvent.class, options, prefixOf(alias)),
                    rules::close);
        }

        private static String prefixOf(String alias) {
            return "transforms." + alias + ".";
        }

        @Override
        public String toString() {
            return alias + " (" + type.getSimpleName() + ")";
        }
    }
}
