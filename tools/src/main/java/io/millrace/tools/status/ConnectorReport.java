package io.millrace.tools.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * The state of a connector.
 *
 * @param status its states
 * @param progress how far it is; empty if it is a source, or that cannot be read
 * @param offsets the committed offsets of a source, as Connect has them
 * @param queue its dead letter queue; empty if it has none, or that cannot be read
 * @param notes what could not be read, and why
 */
record ConnectorReport(
        ConnectorStatus status,
        Optional<SinkProgress> progress,
        List<JsonNode> offsets,
        Optional<QueueCount> queue,
        List<String> notes) {
    ConnectorReport {
        offsets = List.copyOf(offsets);
        notes = List.copyOf(notes);
    }
}
