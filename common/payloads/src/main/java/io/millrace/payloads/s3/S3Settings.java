package io.millrace.payloads.s3;

import io.millrace.config.Option;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * The values of {@link S3Options}.
 *
 * @param endpoint null for Amazon S3
 * @param region null for that of the environment
 * @param pathStyle whether a request has the bucket in its path
 * @param credentials how requests are signed
 * @param encryption the encryption that requests select
 * @param tags of the objects
 * @param multipartBytes objects of more bytes are sent in parts of this size
 * @param conditionalWrites whether objects are written only if they do not exist yet
 * @param checksums whether objects and parts are sent with a CRC32
 * @param maxConnections at most open at once
 * @param requestTimeout without progress
 */
record S3Settings(
        @Nullable URI endpoint,
        @Nullable String region,
        boolean pathStyle,
        S3Credentials credentials,
        Encryption encryption,
        S3Tags tags,
        int multipartBytes,
        boolean conditionalWrites,
        boolean checksums,
        int maxConnections,
        Duration requestTimeout) {
    /** The source of the credentials that sign requests. */
    sealed interface S3Credentials {}

    /** Found by the SDK in the worker's environment. */
    record FromEnvironment() implements S3Credentials {}

    /** In the configuration; without a session token, it is null. */
    record Key(String id, Password secret, @Nullable Password sessionToken) implements S3Credentials {}

    /** Issued for the token of a file. */
    record WebIdentity(String roleArn, Path tokenFile) implements S3Credentials {}

    /**
     * Requested of the server; both are null if nothing is requested.
     *
     * @param algorithm the value of {@code x-amz-server-side-encryption}
     * @param kmsKeyId null for the account's own key
     */
    record Encryption(@Nullable String algorithm, @Nullable String kmsKeyId) {}

    /**
     * Reads the options.
     *
     * @throws ConfigException if they do not fit each other
     */
    static S3Settings of(AbstractConfig config) {
        return new S3Settings(
                S3Options.ENDPOINT.find(config).orElse(null),
                S3Options.REGION.find(config).orElse(null),
                S3Options.PATH_STYLE.get(config),
                readCredentials(config),
                readEncryption(config),
                new S3Tags(
                        S3Tags.parse(S3Options.TAGS.name(), S3Options.TAGS.get(config)),
                        S3Options.TOPIC_TAGS.get(config)),
                S3Options.MULTIPART_BYTES.get(config),
                S3Options.CONDITIONAL_WRITES.get(config),
                S3Options.CHECKSUMS.get(config),
                S3Options.MAX_CONNECTIONS.get(config),
                Duration.ofMillis(S3Options.REQUEST_TIMEOUT_MS.get(config)));
    }

    private static S3Credentials readCredentials(AbstractConfig config) {
        requireBoth(config, S3Options.ACCESS_KEY_ID, S3Options.SECRET_ACCESS_KEY);
        requireBoth(config, S3Options.ROLE_ARN, S3Options.WEB_IDENTITY_TOKEN_FILE);
        Optional<String> id = S3Options.ACCESS_KEY_ID.find(config);
        Optional<String> role = S3Options.ROLE_ARN.find(config);
        Optional<Password> token = S3Options.SESSION_TOKEN.find(config);
        if (id.isEmpty() && token.isPresent()) {
            throw new ConfigException(
                    S3Options.SESSION_TOKEN.name(), token.get(), "It needs " + S3Options.ACCESS_KEY_ID);
        }
        if (id.isPresent() && role.isPresent()) {
            throw new ConfigException(
                    S3Options.ROLE_ARN.name(), role.get(), S3Options.ACCESS_KEY_ID + " is set already");
        }
        if (id.isPresent()) {
            return new Key(id.get(), S3Options.SECRET_ACCESS_KEY.get(config), token.orElse(null));
        }
        return role.isEmpty()
                ? new FromEnvironment()
                : new WebIdentity(role.get(), Path.of(S3Options.WEB_IDENTITY_TOKEN_FILE.get(config)));
    }

    private static void requireBoth(AbstractConfig config, Option<?> one, Option<?> other) {
        requireOther(config, one, other);
        requireOther(config, other, one);
    }

    private static void requireOther(AbstractConfig config, Option<?> option, Option<?> other) {
        Optional<?> value = option.find(config);
        if (value.isPresent() && other.find(config).isEmpty()) {
            throw new ConfigException(option.name(), value.get(), "It needs " + other);
        }
    }

    private static Encryption readEncryption(AbstractConfig config) {
        String algorithm = S3Options.SSE.get(config);
        Optional<String> key = S3Options.SSE_KMS_KEY_ID.find(config);
        if (key.isPresent() && !algorithm.equals(S3Options.SSE_KMS)) {
            throw new ConfigException(
                    S3Options.SSE_KMS_KEY_ID.name(), key.get(), "It needs " + S3Options.SSE + "=" + S3Options.SSE_KMS);
        }
        return new Encryption(algorithm.equals(S3Options.SSE_NONE) ? null : algorithm, key.orElse(null));
    }
}
