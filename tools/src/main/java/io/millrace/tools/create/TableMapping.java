package io.millrace.tools.create;

import io.millrace.expressions.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The events and the view of a table.
 *
 * @param entity the names of the events, without what happened
 * @param topic the topic of the events
 * @param view the name of the projection and of its table
 * @param key the fields of the primary key, in its order
 * @param fields all fields of the events, those of the key among them
 * @param revision the column that orders the states of a row
 * @param leftOut a sentence for each column that is left out
 * @param viewObstacle why the table has no view, in a sentence; empty if it has one
 */
record TableMapping(
        CapturedTable table,
        String entity,
        String topic,
        String view,
        List<FieldMapping> key,
        List<FieldMapping> fields,
        Optional<FieldMapping> revision,
        List<String> leftOut,
        Optional<String> viewObstacle) {
    TableMapping {
        key = List.copyOf(key);
        fields = List.copyOf(fields);
        leftOut = List.copyOf(leftOut);
    }

    String createdEvent() {
        return entity + "Created";
    }

    String changedEvent() {
        return entity + "Changed";
    }

    String deletedEvent() {
        return entity + "Deleted";
    }

    /** The table with the defaults of its rules. */
    String toTableText() {
        return table + "; key: " + join(key) + "; fields: " + join(fields) + "; topic: " + topic
                + revision.map(field -> "; revision: "
                                + FieldMapping.pathOf(field.column().name()))
                        .orElse("");
    }

    /** The rules of the table, in their order. A row that a snapshot reads is a found state, as after a change. */
    List<String> toRuleTexts() {
        return List.of(
                createdEvent() + "; table: " + table + "; on: create",
                changedEvent() + "; table: " + table + "; on: update, read",
                deletedEvent() + "; table: " + table + "; on: delete; fields: " + join(key));
    }

    private static String join(List<FieldMapping> fields) {
        return fields.stream().map(FieldMapping::toRuleText).collect(Collectors.joining(", "));
    }

    /** The columns of the view's key, as a projection lists them. */
    String toKeyList() {
        return key.stream()
                .map(field -> field.name() + " = " + new Path("key", List.of(field.name())).toExpression())
                .collect(Collectors.joining(", "));
    }

    /** The other columns of the view; the revision comes from the header, which a delete event has, too. */
    String toColumnList() {
        return viewColumns().stream()
                .filter(field -> !key.contains(field))
                .map(field -> revision.filter(field::equals).isPresent()
                        ? field.name() + " = int(headers.ce_revision)"
                        : field.name())
                .collect(Collectors.joining(", "));
    }

    /** Every column of the view, those of the key first. */
    List<FieldMapping> viewColumns() {
        return Stream.of(key.stream(), fields.stream().filter(field -> !key.contains(field)), revision.stream())
                .flatMap(part -> part)
                .toList();
    }
}
