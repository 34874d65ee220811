package io.millrace.local.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** An event with what views have of it. For one thread. */
final class Event {
    private final ConsumerRecord<String, String> record;
    private final List<ViewRow> rows = new ArrayList<>();
    private final Set<String> writtenBy = new HashSet<>();

    Event(ConsumerRecord<String, String> record) {
        this.record = record;
    }

    /**
     * Rows of a view after an event.
     *
     * @param view the sink and its view
     * @param rows by column; none if the view has no row of the key
     * @param millis from the commit in the source until the rows were found; empty for an event from before the page
     */
    record ViewRow(String view, List<Map<String, String>> rows, OptionalLong millis) {}

    ConsumerRecord<String, String> record() {
        return record;
    }

    boolean isWrittenBy(String sink) {
        return writtenBy.contains(sink);
    }

    void addRows(String sink, List<ViewRow> found) {
        writtenBy.add(sink);
        rows.addAll(found);
    }

    ArrayNode describeViews() {
        ArrayNode views = JsonNodeFactory.instance.arrayNode();
        for (ViewRow row : rows) {
            ObjectNode view = views.addObject().put("view", row.view());
            row.millis().ifPresent(millis -> view.put("millis", millis));
            ArrayNode texts = view.putArray("rows");
            row.rows().forEach(columns -> {
                StringBuilder text = new StringBuilder();
                columns.forEach((column, value) -> {
                    if (value != null) {
                        text.append(text.isEmpty() ? "" : " ")
                                .append(column)
                                .append('=')
                                .append(value);
                    }
                });
                texts.add(text.toString());
            });
        }
        return views;
    }
}
