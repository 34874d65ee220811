package io.millrace.tools.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpooledHeader;
import io.millrace.spool.SpooledRecord;
import java.io.PrintStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An object as text.
 *
 * @param location of the spool
 * @param values whether keys, values and the values of headers are printed
 */
record SpooledText(String location, SpoolObject object, boolean values) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A line for the object, and the lines of each record. */
    void print(PrintStream out) {
        out.println(object + ", created " + Instant.ofEpochMilli(object.created()) + ", previous " + object.previous());
        for (int i = 0; i < object.records().size(); i++) {
            print(out, i, object.records().get(i));
        }
    }

    private void print(PrintStream out, int index, SpooledRecord record) {
        out.println("  " + index + "  " + place(record) + "  " + Instant.ofEpochMilli(record.timestamp()) + "  "
                + record.eventId() + (record.ambiguous() ? "  ambiguous" : "")
                + (record.value() == null ? "  tombstone" : ""));
        if (!values) {
            return;
        }
        out.println("    key    " + text(record.key()));
        out.println("    value  " + text(record.value()));
        for (SpooledHeader header : record.headers()) {
            out.println("    header " + header.key() + ": " + text(header.value()));
        }
    }

    private static String place(SpooledRecord record) {
        Integer partition = record.partition();
        return partition == null ? record.topic() : record.topic() + "-" + partition;
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, UTF_8);
    }

    /** A line of JSON for each record. */
    void printJson(PrintStream out) {
        for (int i = 0; i < object.records().size(); i++) {
            out.println(json(i, object.records().get(i)));
        }
    }

    private ObjectNode json(int index, SpooledRecord record) {
        ObjectNode node = JSON.createObjectNode()
                .put("spool", location)
                .put("writer", object.incarnation().writer())
                .put("incarnation", object.incarnation().id())
                .put("sequence", object.sequence())
                .put("index", index)
                .put("topic", record.topic())
                .put("partition", record.partition())
                .put("timestamp", Instant.ofEpochMilli(record.timestamp()).toString())
                .put("id", record.eventId())
                .put("ambiguous", record.ambiguous())
                .put("tombstone", record.value() == null);
        ArrayNode headers = node.putArray("headers");
        for (SpooledHeader header : record.headers()) {
            ObjectNode written = headers.addObject().put("name", header.key());
            if (values) {
                written.put("value", text(header.value()));
            }
        }
        if (values) {
            node.put("key", text(record.key())).put("value", text(record.value()));
        }
        return node;
    }
}
