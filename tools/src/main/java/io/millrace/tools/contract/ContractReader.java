package io.millrace.tools.contract;

import io.millrace.changes.ChangeReader;
import io.millrace.context.ContextOptions;
import io.millrace.rules.EventContract;
import io.millrace.rules.OfficialEventConfig;
import io.millrace.rules.OfficialEventMapper;
import io.millrace.tools.chain.ConnectorPlugins;
import io.millrace.tools.chain.Outcome;
import io.millrace.tools.chain.TransformOptions;
import io.millrace.tools.chain.TransformStages;
import io.millrace.tools.changes.Change;
import io.millrace.tools.changes.ChangeSource;
import io.millrace.tools.input.ConnectorFile;
import io.millrace.tools.input.UsageException;
import io.millrace.transforms.InjectContext;
import io.millrace.transforms.ToOfficialEvent;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Derives the contract of a connector's configuration with the code that creates the events: the rules return the
 * schemas of their events for the table definitions in recorded change events.
 */
final class ContractReader {
    private static final String PREDICATE = "predicate";
    private static final String NEGATE = "negate";

    private final Optional<String> pluginPath;
    private final PrintStream warnings;

    ContractReader(Optional<String> pluginPath, PrintStream warnings) {
        this.pluginPath = pluginPath;
        this.warnings = warnings;
    }

    /**
     * The contract of the connector.
     *
     * @throws UsageException if the configuration is refused, a table has no change event, or a rule does not fit
     */
    Contract readContract(ConnectorFile connector, ChangeSource changes) {
        Map<String, String> options = TransformOptions.of(connector.options());
        Map<String, Change> tables = lastOfEachTable(changes);
        List<EventContract> events = new ArrayList<>();
        Set<String> contextKeys = new LinkedHashSet<>();
        try (ConnectorPlugins worker = new ConnectorPlugins(pluginPath, options);
                TransformStages<SourceRecord> stages = TransformStages.of(worker, options)) {
            List<Map<String, String>> official = new ArrayList<>();
            for (int i = 0; i < stages.classes().size(); i++) {
                String alias = stages.aliases().get(i);
                Map<String, String> own = TransformStages.ownOptions(options, "transforms." + alias + ".");
                if (stages.classes().get(i).equals(ToOfficialEvent.class.getName())) {
                    official.add(own);
                    events.addAll(findEvents(stages, i, new OfficialEventConfig(own), tables));
                } else if (stages.classes().get(i).equals(InjectContext.class.getName())) {
                    contextKeys.addAll(findContextKeys(own));
                } else if (official.stream().anyMatch(event -> !seesOthersThan(event, own))) {
                    warnings.println("warning: what the transform '" + alias + "' (" + own.get("type")
                            + ") does with the events is not in the contract");
                }
            }
        }
        if (events.isEmpty()) {
            throw new UsageException("the connector " + connector.name() + " creates no official events: none"
                    + " of its transforms is " + ToOfficialEvent.class.getName());
        }
        return new Contract(connector.name(), List.copyOf(events), List.copyOf(contextKeys), options);
    }

    /** Whether one predicate keeps the records of the one transform from the other, or only changes of unmapped tables pass. */
    private static boolean seesOthersThan(Map<String, String> event, Map<String, String> other) {
        if (event.containsKey("unmapped.tables") && other.get(PREDICATE) != null) {
            return true;
        }
        String predicate = event.get(PREDICATE);
        return predicate != null
                && predicate.equals(other.get(PREDICATE))
                && Boolean.parseBoolean(event.get(NEGATE)) != Boolean.parseBoolean(other.get(NEGATE));
    }

    private static List<String> findContextKeys(Map<String, String> own) {
        return ContextOptions.readKeys(own);
    }

    private static List<EventContract> findEvents(
            TransformStages<SourceRecord> stages, int stage, OfficialEventConfig config, Map<String, Change> tables) {
        List<EventContract> events = new ArrayList<>();
        OfficialEventMapper official = new OfficialEventMapper(config);
        for (String table : expandTables(config, tables.keySet())) {
            Change change = Optional.ofNullable(tables.get(table))
                    .orElseThrow(() -> new UsageException("no change event of " + table
                            + " that has a schema, only of " + tables.keySet()
                            + "; millrace record creates such a file"));
            if (!(stages.applyFirst(change.sourceRecord(), stage).get(0) instanceof Outcome.Passed passed)) {
                throw new UsageException(change + " does not reach the rules; another change of " + table
                        + " is needed, or another configuration (see millrace preview)");
            }
            try {
                events.addAll(official.findContracts(passed.record()));
            } catch (DataException e) {
                throw new UsageException(
                        "the rules do not fit " + table + ", as in " + change.place() + ": " + e.getMessage(), e);
            }
        }
        return events;
    }

    /** A pattern stands for the recorded tables that it matches, which have to exist. */
    private static Set<String> expandTables(OfficialEventConfig config, Set<String> recorded) {
        Set<String> expanded = new LinkedHashSet<>();
        for (String table : config.tables()) {
            List<String> found = OfficialEventConfig.expandTable(table, recorded);
            if (found.isEmpty()) {
                throw new UsageException("no change event of a table that " + table + " matches, only of " + recorded
                        + "; millrace record creates such a file");
            }
            expanded.addAll(found);
        }
        return expanded;
    }

    /** By the last, since a table's definition may have changed in between. */
    private static Map<String, Change> lastOfEachTable(ChangeSource changes) {
        Map<String, Change> tables = new LinkedHashMap<>();
        ChangeReader reader = new ChangeReader();
        changes.forEach(change -> {
            if (reader.read(change.value().value())
                    && change.value().schema() != null
                    && reader.database() != null
                    && reader.table() != null) {
                tables.put(reader.database() + "." + reader.table(), change);
            }
            return true;
        });
        return tables;
    }
}
