package io.millrace.payloads;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/** The options of the locations {@code s3://}. */
public final class S3Options {
    public static final String ENDPOINT = "payload.s3.endpoint";
    public static final String REGION = "payload.s3.region";
    public static final String PATH_STYLE = "payload.s3.path.style";
    public static final String ACCESS_KEY_ID = "payload.s3.access.key.id";
    public static final String SECRET_ACCESS_KEY = "payload.s3.secret.access.key";
    public static final String SESSION_TOKEN = "payload.s3.session.token";
    public static final String ROLE_ARN = "payload.s3.role.arn";
    public static final String WEB_IDENTITY_TOKEN_FILE = "payload.s3.web.identity.token.file";
    public static final String SSE = "payload.s3.sse";
    public static final String SSE_KMS_KEY_ID = "payload.s3.sse.kms.key.id";
    public static final String TAGS = "payload.s3.tags";
    public static final String TOPIC_TAGS = "payload.s3.topic.tags";
    public static final String MULTIPART_BYTES = "payload.s3.multipart.bytes";
    public static final String CONDITIONAL_WRITES = "payload.s3.conditional.writes";
    public static final String MAX_CONNECTIONS = "payload.s3.max.connections";
    public static final String REQUEST_TIMEOUT_MS = "payload.s3.request.timeout.ms";

    static final String SSE_NONE = "none";
    static final String SSE_S3 = "AES256";
    static final String SSE_KMS = "aws:kms";

    private static final int MEBI = 1024 * 1024;
    /** S3 takes no smaller parts, but for the last one. */
    private static final int MIN_PART = 5 * MEBI;

    private S3Options() {}

    static ConfigDef define(ConfigDef definition) {
        return where(definition)
                .define(
                        SSE,
                        ConfigDef.Type.STRING,
                        SSE_NONE,
                        ConfigDef.ValidString.in(SSE_NONE, SSE_S3, SSE_KMS),
                        Importance.LOW,
                        "How S3 is asked to encrypt what it stores: AES256, aws:kms, or none, which leaves it to the"
                                + " bucket.")
                .define(
                        SSE_KMS_KEY_ID,
                        ConfigDef.Type.STRING,
                        null,
                        new ConfigDef.NonEmptyString(),
                        Importance.LOW,
                        "The KMS key, where " + SSE + " is aws:kms; the account's own one where it is missing.")
                .define(
                        TAGS,
                        ConfigDef.Type.LIST,
                        List.of(),
                        ConfigDef.LambdaValidator.with(S3Options::checkTags, () -> "entries of the form KEY=VALUE"),
                        Importance.LOW,
                        "Tags of the objects, a list of KEY=VALUE, e.g. for the bucket's lifecycle rules.")
                .define(
                        TOPIC_TAGS,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        Importance.LOW,
                        "Whether objects are tagged with their topic and date too. For a server or a role that may not tag,"
                                + " set it to false.")
                .define(
                        MULTIPART_BYTES,
                        ConfigDef.Type.INT,
                        16 * MEBI,
                        ConfigDef.Range.atLeast(MIN_PART),
                        Importance.LOW,
                        "Objects of more bytes are sent in parts of this size, several at once.")
                .define(
                        CONDITIONAL_WRITES,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        Importance.LOW,
                        "Whether objects are written only where they are not there yet (If-None-Match). Servers without"
                                + " that are found out, and written to plainly.")
                .define(
                        MAX_CONNECTIONS,
                        ConfigDef.Type.INT,
                        64,
                        ConfigDef.Range.between(1, 10_000),
                        Importance.LOW,
                        "How many connections to S3 are open at most, of each writer or reader.")
                .define(
                        REQUEST_TIMEOUT_MS,
                        ConfigDef.Type.INT,
                        30_000,
                        ConfigDef.Range.atLeast(1),
                        Importance.LOW,
                        "How long a request to S3 may wait for a connection, and then go without any progress, before it"
                                + " fails and may be made again.");
    }

    private static ConfigDef where(ConfigDef definition) {
        return definition
                .define(
                        ENDPOINT,
                        ConfigDef.Type.STRING,
                        null,
                        ConfigDef.LambdaValidator.with(
                                S3Options::checkEndpoint, () -> "http:// or https:// and a host, without a user"),
                        Importance.MEDIUM,
                        "Where S3 answers, e.g. https://minio.example.com:9000; Amazon's where it is missing.")
                .define(
                        REGION,
                        ConfigDef.Type.STRING,
                        null,
                        new ConfigDef.NonEmptyString(),
                        Importance.MEDIUM,
                        "The region of the buckets; as the AWS SDK finds it in the worker's environment where it is missing,"
                                + " or us-east-1 where there is an endpoint.")
                .define(
                        PATH_STYLE,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        Importance.LOW,
                        "Whether the bucket goes into the path of a request, and not into the host's name. Most servers"
                                + " other than Amazon's want it.")
                .define(
                        ACCESS_KEY_ID,
                        ConfigDef.Type.STRING,
                        null,
                        new ConfigDef.NonEmptyString(),
                        Importance.MEDIUM,
                        "The access key; as the AWS SDK finds one in the worker's environment where it is missing.")
                .define(
                        SECRET_ACCESS_KEY,
                        ConfigDef.Type.PASSWORD,
                        null,
                        Importance.MEDIUM,
                        "The secret of the access key.")
                .define(
                        SESSION_TOKEN,
                        ConfigDef.Type.PASSWORD,
                        null,
                        Importance.LOW,
                        "The token of a temporary access key.")
                .define(
                        ROLE_ARN,
                        ConfigDef.Type.STRING,
                        null,
                        new ConfigDef.NonEmptyString(),
                        Importance.LOW,
                        "The role to assume with " + WEB_IDENTITY_TOKEN_FILE + ".")
                .define(
                        WEB_IDENTITY_TOKEN_FILE,
                        ConfigDef.Type.STRING,
                        null,
                        new ConfigDef.NonEmptyString(),
                        Importance.LOW,
                        "A file with an OpenID Connect token, e.g. of a Kubernetes service account, which is read again"
                                + " whenever credentials are renewed.");
    }

    private static void checkEndpoint(String option, Object value) {
        if (value == null) {
            return;
        }
        try {
            URI uri = new URI((String) value);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (uri.getUserInfo() != null) {
                throw new ConfigException(option + " holds a user or a password; they have options of their own");
            }
            if (!web || uri.getHost() == null || uri.getQuery() != null) {
                throw new ConfigException(option, value, "Expected http:// or https:// and a host");
            }
        } catch (URISyntaxException e) {
            throw new ConfigException(option, value, "Expected a URI: " + e.getReason());
        }
    }

    private static void checkTags(String option, Object value) {
        if (value instanceof List<?> tags) {
            S3Tags.parse(option, tags);
        }
    }
}
