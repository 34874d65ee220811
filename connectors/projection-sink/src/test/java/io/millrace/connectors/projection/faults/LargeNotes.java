package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.FieldPath;
import io.millrace.payloads.connect.PayloadFields;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.S3Server;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;

/** An S3 server with the large notes, to which records refer, as those of a source with a claim check do. */
final class LargeNotes implements AutoCloseable {
    static final int THRESHOLD_BYTES = 10_000;

    private static final String BUCKET = "notes";
    private static final String LOCATION = "s3://" + BUCKET;
    private static final String FIELD = "note";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final S3Server server;
    private final PayloadWriter writer;
    private final PayloadFields fields;

    private LargeNotes(S3Server server) {
        this.server = server;
        Map<String, String> options = new HashMap<>(storeOptions(server));
        options.put(PayloadOptions.STORE.name(), LOCATION);
        options.put(PayloadOptions.THRESHOLD_BYTES.name(), String.valueOf(THRESHOLD_BYTES));
        this.writer = Payloads.openWriter(PayloadOptions.WRITING.read(options), "faults");
        this.fields = new PayloadFields(FieldPath.parseAll("fields", List.of(FIELD)), writer, null);
    }

    static LargeNotes start(Installation installation, Path directory) {
        return new LargeNotes(S3Server.start(installation, directory, BUCKET));
    }

    private static Map<String, String> storeOptions(S3Server server) {
        return Map.of(
                "payload.s3.endpoint",
                server.endpoint(),
                "payload.s3.region",
                "us-east-1",
                "payload.s3.path.style",
                "true",
                "payload.s3.access.key.id",
                server.accessKeyId(),
                "payload.s3.secret.access.key",
                server.secretAccessKey());
    }

    /** The options of a sink that restores the notes. */
    Map<String, String> readOptions() {
        Map<String, String> options = new HashMap<>(storeOptions(server));
        options.put(PayloadOptions.READ_LOCATIONS.name(), LOCATION);
        return options;
    }

    /** The value with a reference in the place of its note if that is large; returns when the store has the note. */
    ObjectNode store(String topic, ObjectNode value) {
        if (value.path(FIELD).asText().length() < THRESHOLD_BYTES) {
            return value;
        }
        Map<?, ?> map = JSON.convertValue(value, Map.class);
        SinkRecord stored = fields.storeNow(new SinkRecord(topic, 0, null, null, null, map, 0));
        return JSON.valueToTree(stored.value());
    }

    S3Server server() {
        return server;
    }

    @Override
    public void close() {
        writer.close();
        server.close();
    }
}
