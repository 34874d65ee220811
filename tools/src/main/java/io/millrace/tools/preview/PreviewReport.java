package io.millrace.tools.preview;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.changes.ChangeReader;
import io.millrace.changes.RecordPlace;
import io.millrace.changes.RowValues;
import io.millrace.events.EventHeaders;
import io.millrace.tools.chain.Outcome;
import io.millrace.tools.changes.Change;
import io.millrace.tools.changes.ConnectJson;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.header.Header;
import org.jspecify.annotations.Nullable;

/** Prints the outcomes of each record, mostly one: a few lines to read or, for programs, one line of JSON. */
final class PreviewReport {
    private final PrintStream out;
    private final ConnectJson json;
    private final boolean asJson;

    private long changes;
    private long passed;
    private long dropped;
    private long refused;

    /**
     * A report.
     *
     * @param json writes keys and values
     * @param asJson whether each outcome is one line of JSON
     */
    PreviewReport(PrintStream out, ConnectJson json, boolean asJson) {
        this.out = out;
        this.json = json;
        this.asJson = asJson;
    }

    /** Prints the outcomes of a record. */
    void printOutcomes(Change change, List<Outcome> outcomes) {
        changes++;
        outcomes.forEach(outcome -> printOutcome(change, outcome));
    }

    private void printOutcome(Change change, Outcome outcome) {
        ObjectNode line = ConnectJson.MAPPER.createObjectNode();
        line.put("input", change.place()).put("change", describeChange(change));
        if (outcome instanceof Outcome.Passed event) {
            passed++;
            line.put("outcome", "passed").setAll(eventOf(event.record(), change.timestamp()));
        } else if (outcome instanceof Outcome.Dropped drop) {
            dropped++;
            line.put("outcome", "dropped").put("by", drop.stage());
            drop.reasons().forEach(line.putArray("reasons")::add);
        } else if (outcome instanceof Outcome.Refused refusal) {
            refused++;
            line.put("outcome", "refused").put("by", refusal.stage()).put("reason", refusal.reason());
        }
        out.println(asJson ? line.toString() : formatText(line));
    }

    /** The timestamp is printed only if it is not that of the change. */
    private ObjectNode eventOf(ConnectRecord<?> record, @Nullable Long changeTimestamp) {
        ObjectNode event = ConnectJson.MAPPER.createObjectNode();
        event.put("topic", record.topic());
        if (record.kafkaPartition() != null) {
            event.put("partition", record.kafkaPartition());
        }
        if (record.timestamp() != null && !record.timestamp().equals(changeTimestamp)) {
            event.put("timestamp", Instant.ofEpochMilli(record.timestamp()).toString());
        }
        event.set("key", json.writePlain(record.keySchema(), record.key()));
        ObjectNode headers = event.putObject("headers");
        for (Header header : record.headers()) {
            headers.put(header.key(), EventHeaders.text(header).orElse(null));
        }
        event.set("value", json.writePlain(record.valueSchema(), record.value()));
        return event;
    }

    private static String formatText(ObjectNode line) {
        StringBuilder text = new StringBuilder();
        text.append("-- ").append(line.path("input").asText()).append("  ");
        text.append(line.path("change").asText()).append('\n');
        switch (line.path("outcome").asText()) {
            case "passed" -> {
                String type = line.path("headers").path(EventHeaders.TYPE).asText("");
                text.append("   event    ").append(type.isEmpty() ? "(without " + EventHeaders.TYPE + ")" : type);
                text.append("\n   topic    ").append(line.path("topic").asText());
                for (String part : List.of("partition", "timestamp")) {
                    if (line.has(part)) {
                        text.append("\n   ").append(part).append(' ');
                        text.append(line.path(part).asText());
                    }
                }
                text.append("\n   key      ").append(line.path("key")).append("\n   headers  ");
                text.append(String.join(
                        "\n            ",
                        line.path("headers").properties().stream()
                                .map(header -> header.getKey() + ": "
                                        + header.getValue().asText())
                                .toList()));
                text.append("\n   value    ")
                        .append(ConnectJson.prettyPrint(line.path("value"))
                                .indent(12)
                                .strip());
            }
            case "dropped" -> {
                text.append("   dropped by ").append(line.path("by").asText());
                line.path("reasons").forEach(reason -> text.append("\n     ").append(reason.asText()));
            }
            default ->
                text.append("   refused by ")
                        .append(line.path("by").asText())
                        .append("\n     ")
                        .append(line.path("reason").asText());
        }
        return text.append('\n').toString();
    }

    private static String describeChange(Change change) {
        Object operation = RowValues.get(change.value().value(), ChangeReader.OPERATION);
        Map<String, ?> offset = change.sourceOffset();
        return change.topic()
                + (operation == null ? "" : " op=" + operation)
                + (offset.get("file") == null ? "" : " at " + RecordPlace.ofPosition(offset));
    }

    /** The numbers of all records, and of their results if a record has several. */
    String summary() {
        long results = passed + dropped + refused;
        return changes + " records" + (results == changes ? "" : " with " + results + " results") + ": " + passed
                + " passed, " + dropped + " dropped, " + refused + " refused";
    }

    /** How many records were refused. */
    long refused() {
        return refused;
    }
}
