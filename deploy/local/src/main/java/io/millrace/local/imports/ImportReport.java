package io.millrace.local.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;

/**
 * What a client has received of an import.
 *
 * @param importId the import
 * @param requestId the request of the upload, from the header of its answer
 * @param answered how long the answer to the upload took
 * @param completed from the upload to the event that the import is complete
 * @param events the events of the channel, as the listener sent them, in their order
 */
public record ImportReport(
        String importId, String requestId, Duration answered, Duration completed, List<JsonNode> events) {
    public ImportReport {
        events = List.copyOf(events);
    }

    /** The number of jobs that are done, of each event. */
    public List<Long> progress() {
        return events.stream()
                .map(event -> event.path("data").path("finished").asLong())
                .toList();
    }

    /** The data of the last event. */
    public JsonNode result() {
        return events.get(events.size() - 1).path("data");
    }
}
