package io.millrace.tools.create;

import io.millrace.expressions.Path;
import java.util.List;
import java.util.Optional;

/**
 * A column of the source, as an event and a view have it.
 *
 * @param name the field of the event and the column of the view
 * @param isPayload whether the value is stored elsewhere, so that the event has a reference
 */
record FieldMapping(CapturedColumn column, String name, boolean isPayload) {
    /** The field in a list of the rules. */
    String toRuleText() {
        Optional<String> type = isPayload ? Optional.empty() : column.declaredType();
        String typed = name + type.map(text -> ": " + text).orElse("");
        return name.equals(column.name()) ? typed : typed + " = " + pathOf(column.name());
    }

    /** An expression of the rules that reads a column. */
    static String pathOf(String column) {
        return new Path("row", List.of(column)).toExpression();
    }
}
