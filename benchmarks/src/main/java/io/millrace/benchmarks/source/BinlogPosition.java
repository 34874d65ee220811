package io.millrace.benchmarks.source;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A position in the binlog.
 *
 * @param file the name of a file, whose number grows
 * @param offset in the file, in bytes
 */
public record BinlogPosition(String file, long offset) {
    /**
     * Whether a connector has read all up to this position and the change after it.
     *
     * @param offsets as Connect's REST interface returns those of a connector
     */
    boolean isPassedBy(JsonNode offsets) {
        JsonNode offset = offsets.path("offsets").path(0).path("offset");
        int files = offset.path("file").asText().compareTo(file);
        long pos = offset.path("pos").asLong();
        // A transaction's changes have its beginning as their position; "row" says that a change of it has been read.
        boolean isAfter = pos > this.offset || (pos == this.offset && offset.has("row"));
        return !offset.has("snapshot") && (files > 0 || (files == 0 && isAfter));
    }
}
