package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.payloads.Codec;
import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.PayloadSchema;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.S3Server;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** An S3 server to which the source writes large pictures. */
final class Pictures implements AutoCloseable {
    private static final String BUCKET = "pictures";
    private static final String LOCATION = "s3://" + BUCKET + "/things";
    private static final int THRESHOLD_BYTES = 2_000;

    private final S3Server server;
    private final PayloadReader reader;

    private Pictures(S3Server server) {
        this.server = server;
        Map<String, String> options = new HashMap<>(serverOptions(server));
        options.put(PayloadOptions.READ_LOCATIONS.name(), LOCATION);
        this.reader = Payloads.openReader(PayloadOptions.READING.read(options), "source-faults");
    }

    static Pictures start(Installation installation, Path directory) {
        return new Pictures(S3Server.start(installation, directory, BUCKET));
    }

    private static Map<String, String> serverOptions(S3Server server) {
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

    /** The options of a source that stores the pictures. */
    Map<String, String> storeOptions() {
        Map<String, String> options = new HashMap<>(serverOptions(server));
        options.put(PayloadOptions.STORE.name(), LOCATION);
        options.put(PayloadOptions.THRESHOLD_BYTES.name(), String.valueOf(THRESHOLD_BYTES));
        options.put("payload.fields", "before." + EventTopics.PICTURE + ",after." + EventTopics.PICTURE);
        return options;
    }

    /** The bytes to which an event refers. */
    byte[] read(JsonNode reference) {
        return reader.readNow(new PayloadReference(
                reference.path(PayloadSchema.URI).asText(),
                reference.path(PayloadSchema.SIZE).asLong(),
                reference.path(PayloadSchema.SHA256).asText(),
                Codec.of(reference.path(PayloadSchema.CODEC).asText()),
                null));
    }

    S3Server server() {
        return server;
    }

    @Override
    public void close() {
        reader.close();
        server.close();
    }
}
