package io.millrace.rules;

import io.millrace.changes.SchemaCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rules in their order, found by the table of a change. For use by one thread. */
final class Rules {
    private static final Logger LOG = LoggerFactory.getLogger(Rules.class);

    private final Map<String, Map<String, TableRules>> byTable = new HashMap<>();

    Rules(List<Rule> rules) {
        for (Rule rule : rules) {
            byTable.computeIfAbsent(rule.table().database(), database -> new HashMap<>())
                    .computeIfAbsent(rule.table().name(), table -> new TableRules())
                    .rules
                    .add(rule);
        }
    }

    /**
     * Returns the first matching rule, mapped for the change's schema; null if no rule matches.
     *
     * @throws DataException if a rule's condition cannot be evaluated, naming the rule
     */
    @Nullable
    EventMapping findMatch(ChangeScope change, @Nullable Schema valueSchema) {
        TableRules table = findTable(change);
        if (table == null) {
            return null;
        }
        for (EventMapping mapping : table.findIndex(change, valueSchema).findCandidates(change)) {
            try {
                if (mapping.matches(change)) {
                    return mapping;
                }
            } catch (DataException e) {
                throw new DataException("rule " + mapping.rule() + ": " + e.getMessage(), e);
            }
        }
        return null;
    }

    /** The rules of the change's table, mapped for its schema, in their order. */
    List<EventMapping> findAll(ChangeScope change, @Nullable Schema valueSchema) {
        TableRules table = findTable(change);
        return table == null ? List.of() : table.findIndex(change, valueSchema).all();
    }

    /** For each rule of the change's table whether it matches, and why not, one line each. */
    List<String> explainMatches(ChangeScope change, @Nullable Schema valueSchema) {
        return findAll(change, valueSchema).stream()
                .map(mapping -> "rule " + mapping.rule() + ": " + mapping.explainMatch(change))
                .toList();
    }

    private @Nullable TableRules findTable(ChangeScope change) {
        Map<String, TableRules> tables = byTable.get(change.change().database());
        return tables == null ? null : tables.get(change.change().table());
    }

    private static final class TableRules {
        private final List<Rule> rules = new ArrayList<>();
        private final SchemaCache<MappingIndex> withSchema = new SchemaCache<>();
        private @Nullable MappingIndex withoutSchema;

        MappingIndex findIndex(ChangeScope change, @Nullable Schema valueSchema) {
            if (valueSchema != null) {
                MappingIndex known = withSchema.find(valueSchema);
                return known != null ? known : withSchema.put(valueSchema, deriveIndex(change));
            }
            MappingIndex known = withoutSchema;
            if (known == null) {
                known = deriveIndex(change);
                withoutSchema = known;
            }
            return known;
        }

        private MappingIndex deriveIndex(ChangeScope first) {
            List<EventMapping> mappings =
                    rules.stream().map(rule -> EventMapping.of(rule, first)).toList();
            for (EventMapping mapping : mappings) {
                mapping.fault()
                        .ifPresent(fault -> LOG.warn(
                                "Rule does not fit the table, refusing changes of {} that the rule {} matches: {}",
                                mapping.rule().table(),
                                mapping.rule(),
                                fault));
            }
            return new MappingIndex(mappings);
        }
    }
}
