package io.millrace.payloads.s3;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** The options of the locations {@code s3://}. */
final class S3Options {
    private static final int MEBI = 1024 * 1024;
    /** S3 refuses smaller parts, except for the last one. */
    private static final int MIN_PART_BYTES = 5 * MEBI;

    static final String SSE_NONE = "none";
    static final String SSE_S3 = "AES256";
    static final String SSE_KMS = "aws:kms";

    static final Option<URI> ENDPOINT = Option.string("payload.s3.endpoint")
            .as("http:// or https:// and a host, without a user", S3Options::parseEndpoint)
            .medium("The URL of the S3 server, e.g. https://minio.example.com:9000. If it is not set, Amazon S3"
                    + " is used.");

    static final Option<String> REGION = Option.string("payload.s3.region")
            .nonEmpty()
            .medium("The region of the buckets. If it is not set, the AWS SDK reads the region from the worker's "
                    + "environment; with an endpoint it is us-east-1.");

    static final Option<Boolean> PATH_STYLE = Option.bool("payload.s3.path.style")
            .defaultTo(false)
            .low("Whether a request contains the bucket in its path instead of the host name. Most servers other than "
                    + "Amazon's need this.");

    static final Option<String> ACCESS_KEY_ID = Option.string("payload.s3.access.key.id")
            .nonEmpty()
            .medium("The access key. If it is not set, the AWS SDK reads credentials from the worker's environment.");

    static final Option<Password> SECRET_ACCESS_KEY =
            Option.password("payload.s3.secret.access.key").medium("The secret of the access key.");

    static final Option<Password> SESSION_TOKEN =
            Option.password("payload.s3.session.token").low("The token of a temporary access key.");

    private static final String WEB_IDENTITY_TOKEN_FILE_NAME = "payload.s3.web.identity.token.file";

    static final Option<String> ROLE_ARN = Option.string("payload.s3.role.arn")
            .nonEmpty()
            .low("The role to assume with " + WEB_IDENTITY_TOKEN_FILE_NAME + ".");

    static final Option<String> WEB_IDENTITY_TOKEN_FILE = Option.string(WEB_IDENTITY_TOKEN_FILE_NAME)
            .nonEmpty()
            .low("A file with an OpenID Connect token, e.g. of a Kubernetes service account. It is read again whenever"
                    + " credentials are renewed.");

    static final Option<String> SSE = Option.string("payload.s3.sse")
            .oneOf(SSE_NONE, SSE_S3, SSE_KMS)
            .defaultTo(SSE_NONE)
            .low("The encryption that requests select: AES256, aws:kms, or none, which uses the bucket's setting.");

    static final Option<String> SSE_KMS_KEY_ID = Option.string("payload.s3.sse.kms.key.id")
            .nonEmpty()
            .low("The KMS key if " + SSE + " is aws:kms. If it is not set, the account's own key is used.");

    static final Option<List<String>> TAGS = Option.list("payload.s3.tags")
            .valid("entries of the form KEY=VALUE", S3Options::checkTags)
            .defaultTo(List.of())
            .low("Tags of the objects, a list of KEY=VALUE, e.g. for the bucket's lifecycle rules.");

    static final Option<Boolean> TOPIC_TAGS = Option.bool("payload.s3.topic.tags")
            .defaultTo(true)
            .low("Whether objects are also tagged with their topic and date. Set it to false for a server or a role "
                    + "without the right to tag.");

    static final Option<Integer> MULTIPART_BYTES = Option.int32("payload.s3.multipart.bytes")
            .defaultTo(16 * MEBI)
            .atLeast(MIN_PART_BYTES)
            .low("Objects of more bytes are sent in parts of this size, several at once.");

    static final Option<Boolean> CONDITIONAL_WRITES = Option.bool("payload.s3.conditional.writes")
            .defaultTo(true)
            .low("Whether objects are written only if they do not exist yet (If-None-Match). Servers without "
                    + "conditional writes are detected and get unconditional requests.");

    static final Option<Integer> MAX_CONNECTIONS = Option.int32("payload.s3.max.connections")
            .defaultTo(64)
            .between(1, 10_000)
            .low("The maximum number of open connections to S3, for each writer or reader.");

    static final Option<Integer> REQUEST_TIMEOUT_MS = Option.int32("payload.s3.request.timeout.ms")
            .defaultTo(30_000)
            .atLeast(1)
            .low("How long a request to S3 may wait for a connection, and then be without progress, before it fails and"
                    + " may be retried.");

    static final Option<Boolean> CHECKSUMS = Option.bool("payload.s3.checksums")
            .defaultTo(true)
            .low(
                    "Whether objects and their parts are sent with a CRC32, which a bucket with Object Lock needs. Set it to false"
                            + " for a server that refuses checksums.");

    static final OptionSet ALL = OptionSet.of(
            ENDPOINT,
            REGION,
            PATH_STYLE,
            ACCESS_KEY_ID,
            SECRET_ACCESS_KEY,
            SESSION_TOKEN,
            ROLE_ARN,
            WEB_IDENTITY_TOKEN_FILE,
            SSE,
            SSE_KMS_KEY_ID,
            TAGS,
            TOPIC_TAGS,
            MULTIPART_BYTES,
            CONDITIONAL_WRITES,
            CHECKSUMS,
            MAX_CONNECTIONS,
            REQUEST_TIMEOUT_MS);

    /** The options of objects whose names are not those of payloads; they are sent whole and unconditionally. */
    static final OptionSet NAMED = OptionSet.of(
            ENDPOINT,
            REGION,
            PATH_STYLE,
            ACCESS_KEY_ID,
            SECRET_ACCESS_KEY,
            SESSION_TOKEN,
            ROLE_ARN,
            WEB_IDENTITY_TOKEN_FILE,
            SSE,
            SSE_KMS_KEY_ID,
            TAGS,
            CHECKSUMS,
            MAX_CONNECTIONS,
            REQUEST_TIMEOUT_MS);

    private S3Options() {}

    private static URI parseEndpoint(String text) {
        try {
            URI uri = new URI(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (uri.getUserInfo() != null) {
                // Without the value, which contains a password.
                throw new ConfigException(
                        ENDPOINT + " contains a user or a password; use the separate options" + " for them");
            }
            if (!web || uri.getHost() == null || uri.getQuery() != null) {
                throw new IllegalArgumentException("Expected http:// or https:// and a host");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("Expected a URI: " + e.getReason(), e);
        }
    }

    private static void checkTags(List<String> tags) {
        S3Tags.parse(TAGS.name(), tags);
    }
}
