package io.millrace.payloads;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/**
 * What {@link S3Options} say.
 *
 * @param endpoint null for Amazon's
 * @param region null for what the environment says
 * @param pathStyle whether the bucket goes into the path
 * @param credentials how requests are signed
 * @param encryption what S3 is asked to do
 * @param tags of the objects
 * @param multipartBytes objects of more bytes are sent in parts of this size
 * @param conditionalWrites whether objects are written only where they are not there yet
 * @param maxConnections at most open at once
 * @param requestTimeout without progress
 */
record S3Settings(
        URI endpoint,
        String region,
        boolean pathStyle,
        Credentials credentials,
        Encryption encryption,
        S3Tags tags,
        int multipartBytes,
        boolean conditionalWrites,
        int maxConnections,
        Duration requestTimeout) {
    /** Where what requests are signed with is from. */
    sealed interface Credentials {}

    /** Found by the SDK in the worker's environment. */
    record FromEnvironment() implements Credentials {}

    /** In the configuration; without a session token, it is null. */
    record Key(String id, Password secret, Password sessionToken) implements Credentials {}

    /** Given out for the token of a file. */
    record WebIdentity(String roleArn, Path tokenFile) implements Credentials {}

    /**
     * Asked of the server; both null where nothing is.
     *
     * @param algorithm the value of {@code x-amz-server-side-encryption}
     * @param kmsKeyId null for the account's own key
     */
    record Encryption(String algorithm, String kmsKeyId) {}

    /**
     * Reads the options.
     *
     * @throws ConfigException where they do not go together
     */
    static S3Settings of(AbstractConfig config) {
        String endpoint = config.getString(S3Options.ENDPOINT);
        return new S3Settings(
                endpoint == null ? null : URI.create(endpoint),
                config.getString(S3Options.REGION),
                config.getBoolean(S3Options.PATH_STYLE),
                credentials(config),
                encryption(config),
                new S3Tags(
                        S3Tags.parse(S3Options.TAGS, config.getList(S3Options.TAGS)),
                        config.getBoolean(S3Options.TOPIC_TAGS)),
                config.getInt(S3Options.MULTIPART_BYTES),
                config.getBoolean(S3Options.CONDITIONAL_WRITES),
                config.getInt(S3Options.MAX_CONNECTIONS),
                Duration.ofMillis(config.getInt(S3Options.REQUEST_TIMEOUT_MS)));
    }

    private static Credentials credentials(AbstractConfig config) {
        String id = config.getString(S3Options.ACCESS_KEY_ID);
        Password secret = config.getPassword(S3Options.SECRET_ACCESS_KEY);
        Password token = config.getPassword(S3Options.SESSION_TOKEN);
        String role = config.getString(S3Options.ROLE_ARN);
        String file = config.getString(S3Options.WEB_IDENTITY_TOKEN_FILE);
        together(S3Options.ACCESS_KEY_ID, id, S3Options.SECRET_ACCESS_KEY, secret);
        together(S3Options.ROLE_ARN, role, S3Options.WEB_IDENTITY_TOKEN_FILE, file);
        if (id == null && token != null) {
            throw new ConfigException(S3Options.SESSION_TOKEN, token, "It needs " + S3Options.ACCESS_KEY_ID);
        }
        if (id != null && role != null) {
            throw new ConfigException(S3Options.ROLE_ARN, role, "There is " + S3Options.ACCESS_KEY_ID + " already");
        }
        if (id != null) {
            return new Key(id, secret, token);
        }
        return role == null ? new FromEnvironment() : new WebIdentity(role, Path.of(file));
    }

    private static void together(String option, Object value, String other, Object otherValue) {
        if (value == null && otherValue != null) {
            throw new ConfigException(other, otherValue, "It needs " + option);
        }
        if (value != null && otherValue == null) {
            throw new ConfigException(option, value, "It needs " + other);
        }
    }

    private static Encryption encryption(AbstractConfig config) {
        String algorithm = config.getString(S3Options.SSE);
        String key = config.getString(S3Options.SSE_KMS_KEY_ID);
        if (key != null && !algorithm.equals(S3Options.SSE_KMS)) {
            throw new ConfigException(
                    S3Options.SSE_KMS_KEY_ID, key, "It needs " + S3Options.SSE + "=" + S3Options.SSE_KMS);
        }
        return new Encryption(algorithm.equals(S3Options.SSE_NONE) ? null : algorithm, key);
    }
}
