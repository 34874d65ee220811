package io.millrace.benchmarks.claimcheck;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The target of payloads.
 *
 * @param endpoint {@code http://HOST:PORT}
 * @param location {@code s3://BUCKET/PREFIX}
 */
public record Target(String endpoint, String location, String accessKeyId, String secretAccessKey) {
    /** The size that every payload exceeds. */
    public static final int THRESHOLD_BYTES = 32 * 1024;

    public static final String REGION = "us-east-1";

    private static final String KEY_ID = "AWS_ACCESS_KEY_ID";
    private static final String SECRET = "AWS_SECRET_ACCESS_KEY";

    /** Other users can read a process's command line, but not its environment. */
    Map<String, String> environment() {
        return Map.of(KEY_ID, accessKeyId, SECRET, secretAccessKey);
    }

    static Target of(String endpoint, String location, Map<String, String> environment) {
        return new Target(endpoint, location, environment.get(KEY_ID), environment.get(SECRET));
    }

    /** Millrace's options, with the defaults of all that the peer and the SDK leave to the user as well. */
    Map<String, String> options() {
        return Map.of(
                "payload.store", location,
                "payload.threshold.bytes", Integer.toString(THRESHOLD_BYTES),
                "payload.s3.endpoint", endpoint,
                "payload.s3.region", REGION,
                "payload.s3.path.style", "true",
                "payload.s3.access.key.id", accessKeyId,
                "payload.s3.secret.access.key", secretAccessKey);
    }

    /** The options of what restores payloads of the location. */
    Map<String, String> readingOptions() {
        Map<String, String> options = new HashMap<>(options());
        options.keySet().removeAll(Set.of("payload.store", "payload.threshold.bytes"));
        options.put("payload.read.locations", location);
        return options;
    }

    String bucket() {
        return location.split("/", -1)[2];
    }

    String prefix() {
        return location.split("/", 4)[3];
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return location + " at " + endpoint;
    }
}
