package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A row as one statement left it.
 *
 * @param revision the number of that statement, which is the row's column {@value #REVISION}
 * @param cells its other columns
 */
record Row(long revision, Map<String, Cell> cells) {
    /** The column of the revision, if the table has one. */
    static final String REVISION = "version";

    Row {
        cells = new LinkedHashMap<>(cells);
    }

    /** The value of a column. */
    Cell cell(String column) {
        return Optional.ofNullable(cells.get(column))
                .orElseThrow(() -> new IllegalArgumentException("There is no column " + column));
    }

    /** The row after a statement that changes these columns. */
    Row change(long newRevision, Map<String, Cell> changed) {
        Map<String, Cell> all = new LinkedHashMap<>(cells);
        all.putAll(changed);
        return new Row(newRevision, all);
    }

    /** The subject of the row's events: the columns of its key. */
    String subject(List<String> key) {
        return key.stream().map(column -> cell(column).json().asText()).collect(Collectors.joining("/"));
    }

    /** An event's body with these columns. */
    ObjectNode body(List<String> fields) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        fields.forEach(field -> body.set(field, cell(field).json()));
        return body;
    }
}
