package io.millrace.rules;

import io.millrace.changes.SchemaCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rules in their order, found by the table of a change. For use by one thread. */
final class Rules {
    private static final Logger LOG = LoggerFactory.getLogger(Rules.class);

    /** Tables that no rule names are kept too, so that they are not compared with each change; a server has fewer. */
    private static final int MAX_TABLES = 100_000;

    private final List<Rule> rules;
    private final boolean havePatterns;
    private final boolean makeSeveral;
    private final Map<String, Map<String, TableRules>> byTable = new HashMap<>();
    private int tableCount;

    Rules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
        this.havePatterns = rules.stream().anyMatch(rule -> rule.table().only().isEmpty());
        this.makeSeveral = rules.stream().anyMatch(Rule::also);
        rules.forEach(rule -> rule.table().only().ifPresent(this::addTable));
    }

    /** Whether a change may have further matches than the first one. */
    boolean makeSeveral() {
        return makeSeveral;
    }

    private TableRules addTable(Table table) {
        if (tableCount >= MAX_TABLES) {
            byTable.clear();
            tableCount = 0;
        }
        return byTable.computeIfAbsent(table.database(), database -> new HashMap<>())
                .computeIfAbsent(table.name(), name -> {
                    tableCount++;
                    return new TableRules(findRules(table));
                });
    }

    private List<MatchedRule> findRules(Table table) {
        List<MatchedRule> found = new ArrayList<>();
        rules.forEach(rule -> rule.table().match(table).ifPresent(parts -> found.add(new MatchedRule(rule, parts))));
        return found;
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
            if (matches(mapping, change)) {
                return mapping;
            }
        }
        return null;
    }

    /**
     * Finds the matching rules after the first one that make an event in addition to it, in their order. Each is passed on before the
     * next one is tried, because the names of the table have parts of their own in each rule.
     *
     * @param first the result of {@link #findMatch} for the change
     * @throws DataException if a rule's condition cannot be evaluated, naming the rule
     */
    void findFurtherMatches(
            ChangeScope change, @Nullable Schema valueSchema, EventMapping first, Consumer<EventMapping> matches) {
        TableRules table = findTable(change);
        if (table == null) {
            return;
        }
        boolean isBehindFirst = false;
        for (EventMapping mapping : table.findIndex(change, valueSchema).findCandidates(change)) {
            if (isBehindFirst && mapping.rule().also() && matches(mapping, change)) {
                matches.accept(mapping);
            }
            isBehindFirst |= mapping == first;
        }
    }

    private static boolean matches(EventMapping mapping, ChangeScope change) {
        try {
            return mapping.matches(change);
        } catch (DataException e) {
            throw new DataException("rule " + mapping.rule() + ": " + e.getMessage(), e);
        }
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
        TableRules known = tables == null ? null : tables.get(change.change().table());
        if (known == null && havePatterns) {
            known = addTable(change.table());
        }
        return known;
    }

    /** A rule that names a table, with the matched parts of the table's names. */
    private record MatchedRule(Rule rule, TableParts parts) {}

    private static final class TableRules {
        private final List<MatchedRule> rules;
        private final SchemaCache<MappingIndex> withSchema = new SchemaCache<>();
        private @Nullable MappingIndex withoutSchema;

        TableRules(List<MatchedRule> rules) {
            this.rules = rules;
        }

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
            List<EventMapping> mappings = rules.stream()
                    .map(matched -> EventMapping.of(matched.rule(), matched.parts(), first))
                    .toList();
            for (EventMapping mapping : mappings) {
                mapping.fault()
                        .ifPresent(fault -> LOG.warn(
                                "Rule does not fit the table, refusing changes of {} that the rule {} matches: {}",
                                first.table(),
                                mapping.rule(),
                                fault));
            }
            return new MappingIndex(mappings);
        }
    }
}
