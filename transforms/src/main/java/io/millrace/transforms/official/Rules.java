package io.millrace.transforms.official;

import io.millrace.transforms.SchemaCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rules in their order, found by the table that a change is of. Used by one thread. */
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
     * The first rule that means the change, shaped for its schema.
     *
     * @throws DataException where a rule's condition cannot be decided, naming the rule
     */
    Optional<EventShape> match(ChangeEvent change, Schema valueSchema) {
        for (EventShape shape : shapes(change, valueSchema)) {
            try {
                if (shape.matches(change)) {
                    return Optional.of(shape);
                }
            } catch (DataException e) {
                throw new DataException("rule " + shape.rule() + ": " + e.getMessage(), e);
            }
        }
        return Optional.empty();
    }

    /** The rules of the change's table, shaped for its schema. */
    List<EventShape> shapes(ChangeEvent change, Schema valueSchema) {
        // Not Map.of() in the place of a missing one: it refuses to be asked for null.
        Map<String, TableRules> database = byTable.get(change.source("db"));
        TableRules table = database == null ? null : database.get(change.source("table"));
        return table == null ? List.of() : table.shapes(change, valueSchema);
    }

    /** What each rule of the change's table says to it, a line to each. */
    List<String> explain(ChangeEvent change, Schema valueSchema) {
        return shapes(change, valueSchema).stream()
                .map(shape -> "rule " + shape.rule() + ": " + shape.explain(change))
                .toList();
    }

    private static final class TableRules {
        private final List<Rule> rules = new ArrayList<>();
        private final SchemaCache<List<EventShape>> withSchema = new SchemaCache<>();
        private List<EventShape> withoutSchema;

        List<EventShape> shapes(ChangeEvent change, Schema valueSchema) {
            if (valueSchema != null) {
                return withSchema.get(valueSchema, schema -> derive(change));
            }
            if (withoutSchema == null) {
                withoutSchema = derive(change);
            }
            return withoutSchema;
        }

        private List<EventShape> derive(ChangeEvent first) {
            List<EventShape> shapes =
                    rules.stream().map(rule -> EventShape.of(rule, first)).toList();
            for (EventShape shape : shapes) {
                shape.fault()
                        .ifPresent(fault -> LOG.warn(
                                "Changes of {} that the rule {} means will be refused from now on: {}",
                                shape.rule().table(),
                                shape.rule(),
                                fault));
            }
            return shapes;
        }
    }
}
