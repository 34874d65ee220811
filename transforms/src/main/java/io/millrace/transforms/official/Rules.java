package io.millrace.transforms.official;

import io.millrace.transforms.SchemaCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
     * The first rule that means the change, shaped for its schema; null where there is none.
     *
     * @throws DataException where a rule's condition cannot be decided, naming the rule
     */
    EventShape match(ChangeEvent change, Schema valueSchema) {
        TableRules table = table(change);
        if (table == null) {
            return null;
        }
        for (EventShape shape : table.shapes(change, valueSchema).candidates(change)) {
            try {
                if (shape.matches(change)) {
                    return shape;
                }
            } catch (DataException e) {
                throw new DataException("rule " + shape.rule() + ": " + e.getMessage(), e);
            }
        }
        return null;
    }

    /** The rules of the change's table, shaped for its schema, in their order. */
    List<EventShape> shapes(ChangeEvent change, Schema valueSchema) {
        TableRules table = table(change);
        return table == null ? List.of() : table.shapes(change, valueSchema).all();
    }

    /** What each rule of the change's table says to it, a line to each. */
    List<String> explain(ChangeEvent change, Schema valueSchema) {
        return shapes(change, valueSchema).stream()
                .map(shape -> "rule " + shape.rule() + ": " + shape.explain(change))
                .toList();
    }

    private TableRules table(ChangeEvent change) {
        Map<String, TableRules> tables = byTable.get(change.database());
        return tables == null ? null : tables.get(change.tableName());
    }

    private static final class TableRules {
        private final List<Rule> rules = new ArrayList<>();
        private final SchemaCache<ShapeIndex> withSchema = new SchemaCache<>();
        private ShapeIndex withoutSchema;

        ShapeIndex shapes(ChangeEvent change, Schema valueSchema) {
            if (valueSchema != null) {
                ShapeIndex known = withSchema.find(valueSchema);
                return known != null ? known : withSchema.put(valueSchema, derive(change));
            }
            if (withoutSchema == null) {
                withoutSchema = derive(change);
            }
            return withoutSchema;
        }

        private ShapeIndex derive(ChangeEvent first) {
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
            return new ShapeIndex(shapes);
        }
    }
}
