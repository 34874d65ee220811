package io.millrace.connectors.projection.config;

import io.millrace.config.ClientSecrets;
import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.connectors.projection.database.ConnectionUrl;
import io.millrace.connectors.projection.kind.CommonOptions;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.lookups.LookupOptions;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.connect.FieldOptions;
import io.millrace.payloads.connect.FieldPath;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.types.Password;

/** The options of every sink, without those of its projections. */
final class SinkOptions {
    /** Whether topics are identified by more than their names. */
    enum TopicIdentity {
        CHECKED,
        UNCHECKED
    }

    /** Who sets the isolation level of the sink's consumer, if the connector does not. */
    enum IsolationLevel {
        WORKER
    }

    /** Settings of Kafka's admin client begin with it. */
    static final String KAFKA_PREFIX = "kafka.";

    /** Who keeps the offsets at which partitions resume. */
    enum ProcessingGuarantee {
        EXACTLY_ONCE,
        AT_LEAST_ONCE
    }

    private static final Pattern PROJECTION_NAME = Pattern.compile("[A-Za-z0-9_-]+");
    private static final String CONNECTION = "Connection";
    private static final String VIEWS = "Views";
    private static final String PAYLOADS = "Payloads";

    static final Option<String> CONNECTION_URL = Option.string("connection.url")
            .valid(
                    "jdbc:mysql://… or jdbc:postgresql://…, without a user or a password",
                    url -> ConnectionUrl.check("connection.url", url))
            .required()
            .high("The views' database, e.g. jdbc:mysql://db:3306/shop_view, without a password.")
            .shownIn(CONNECTION, "URL");

    static final Option<String> CONNECTION_USER = Option.string("connection.user")
            .valid("non-empty string", SinkOptions::requireText)
            .required()
            .high("The database user. It needs SELECT, INSERT, UPDATE and DELETE on the views and on the ledger, and "
                    + "CREATE if the ledger or a table of members is missing.")
            .shownIn(CONNECTION, "User");

    static final Option<Password> CONNECTION_PASSWORD = Option.password("connection.password")
            .defaultTo("")
            .high("The database user's password.")
            .shownIn(CONNECTION, "Password");

    static final Option<CredentialSource> CREDENTIALS = Option.string("connection.credentials")
            .as("[options, file, aws-iam]", CredentialSource::parse)
            .defaultTo("options")
            .low("Where user and password of a new connection come from. options: connection.user and "
                    + "connection.password. file: connection.credentials.file, read for each new connection, so that a "
                    + "password can change while the connector runs. aws-iam: connection.user, with a token of IAM "
                    + "authentication for RDS and Aurora, signed for each new connection with the AWS credentials of "
                    + "the worker; connection.url must name one host and require TLS.")
            .shownIn(CONNECTION, "Credentials");

    static final Option<Path> CREDENTIALS_FILE = Option.string("connection.credentials.file")
            .as("path", Path::of)
            .low("connection.credentials=file: a file of Java's properties with the entry password, and username "
                    + "if the user is not connection.user; or a directory with files of these names, as "
                    + "Kubernetes mounts a secret. It must exist on each worker.")
            .shownIn(CONNECTION, "File of credentials");

    static final Option<String> CREDENTIALS_REGION = Option.string("connection.credentials.region")
            .valid("name of an AWS region", SinkOptions::requireRegion)
            .low("connection.credentials=aws-iam: the AWS region of the database. Needed if the host in the URL is "
                    + "not an RDS endpoint, whose name contains the region.")
            .shownIn(CONNECTION, "Region");

    static final Option<TableName> LEDGER_TABLE = CommonOptions.tableName("ledger.table")
            .defaultTo("millrace_ledger")
            .low("The table with the offset from which each partition resumes. It is created if it is missing, and "
                    + "must be on the views' server.")
            .shownIn(CONNECTION, "Ledger");

    static final Option<Long> RETRY_TIMEOUT_MS = Option.int64("retry.timeout.ms")
            .atLeast(0)
            .defaultTo(900_000L)
            .low("How long a batch is retried after transient faults (lost connections, deadlocks, a server that is "
                    + "read-only or fails over, a password that is being changed) before the task fails. It may "
                    + "exceed max.poll.interval.ms.")
            .shownIn(CONNECTION, "Retry timeout");

    static final Option<Integer> BATCH_SIZE = Option.int32("batch.size")
            .atLeast(1)
            .defaultTo(10_000)
            .low("The maximum number of records of a transaction, which writes at most ten times as many rows; the "
                    + "last record may exceed the limits. During a transaction, as many records may wait.")
            .shownIn(CONNECTION, "Batch size");

    static final Option<Long> BATCH_BYTES = Option.int64("batch.bytes")
            .atLeast(1)
            .defaultTo(32L << 20)
            .low("The approximate maximum number of bytes of heap that the records of a transaction and their rows "
                    + "use; the last record may exceed it. During a transaction, as many bytes may wait.")
            .shownIn(CONNECTION, "Batch bytes");

    static final Option<Password> TRUSTSTORE_PASSWORD = Option.password("connection.ssl.truststore.password")
            .defaultTo("")
            .medium("MySQL: the password of the file that trustCertificateKeyStoreUrl in the URL names.")
            .shownIn(CONNECTION, "Truststore's password");

    static final Option<Password> KEYSTORE_PASSWORD = Option.password("connection.ssl.keystore.password")
            .defaultTo("")
            .low("The password of the client's key: of the file that clientCertificateKeyStoreUrl (MySQL) or sslkey "
                    + "(PostgreSQL) in the URL names.")
            .shownIn(CONNECTION, "Key's password");

    static final Option<ProcessingGuarantee> PROCESSING_GUARANTEE = Option.choice(
                    "processing.guarantee", ProcessingGuarantee.class)
            .defaultTo("exactly_once")
            .medium("exactly_once: the ledger advances in the transaction that writes the rows. at_least_once: there "
                    + "is no ledger, each partition resumes at the consumer group's offset, and revisions make "
                    + "redelivered records harmless; every projection must be an upsert with a revision, and mark "
                    + "deleted rows.")
            .shownIn(VIEWS, "Processing guarantee");

    static final Option<String> KAFKA_BOOTSTRAP_SERVERS = Option.string(KAFKA_PREFIX + "bootstrap.servers")
            .high("The brokers of the topics that the sink reads, as HOST:PORT,... The sink reads the ids of"
                    + " the cluster and the topics, and the start and the end of the logs, when it"
                    + " claims partitions and once a minute: an offset alone does not show that a topic"
                    + " was created again. Needs Describe on the topics, and with at_least_once on the"
                    + " consumer group, whose offsets it compares with the logs. Required with"
                    + " exactly_once, unless topic.identity is unchecked. All other options that begin with "
                    + KAFKA_PREFIX + " are settings of Kafka's admin client, e.g. " + KAFKA_PREFIX
                    + "security.protocol.")
            .shownIn("Kafka", "Brokers");

    static final Option<TopicIdentity> TOPIC_IDENTITY = Option.choice("topic.identity", TopicIdentity.class)
            .defaultTo("checked")
            .low("checked: topic and cluster are compared with those of the committed offsets, and the task fails if "
                    + "they differ. unchecked: the brokers are not contacted, and only a record before the "
                    + "committed offset is detected. A topic that was created again and has grown past that offset "
                    + "is read from there, and its earlier records are missing in the views.")
            .shownIn("Kafka", "Identity of topics");

    static final Option<IsolationLevel> ISOLATION_LEVEL = Option.choice("isolation.level", IsolationLevel.class)
            .low("worker: the worker's consumers have consumer.isolation.level=read_committed, which the connector "
                    + "cannot see. If it is not set, exactly_once requires "
                    + "consumer.override.isolation.level=read_committed: otherwise records of aborted transactions "
                    + "would be written.")
            .shownIn("Kafka", "Isolation level");

    static final Option<Boolean> AUTO_CREATE = Option.bool("auto.create")
            .defaultTo(false)
            .medium("Whether the sink creates missing views. The types of their columns are declared in the "
                    + "projections' lists, e.g. total: decimal(2)? = value.total.")
            .shownIn(VIEWS, "Create views");

    static final Option<Boolean> AUTO_EVOLVE = Option.bool("auto.evolve")
            .defaultTo(false)
            .medium("Whether the sink adds missing columns to views when it starts.")
            .shownIn(VIEWS, "Add columns");

    static final Option<Integer> VIEWS_MAX = Option.int32("topic.views.max")
            .atLeast(1)
            .defaultTo(100)
            .low("The maximum number of views that the patterns in projection.NAME.topics may give. With more matching "
                    + "topics the connector is refused, and a running task fails.")
            .shownIn(VIEWS, "Views of topics");

    static final Option<String> REBUILD_REPLACES = Option.string("rebuild.replaces")
            .low("The name of the connector whose views this connector rebuilds in shadow tables and then replaces. "
                    + "Needs CREATE, DROP and ALTER on the views too, in MySQL also TRIGGER, to detect triggers.")
            .shownIn("Rebuild", "Replaces the connector");

    static final Option<Boolean> ERROR_HEADERS = Option.bool("error.headers")
            .defaultTo(true)
            .low("Whether a refused record has headers with the reason in the dead letter queue, millrace.error.view "
                    + "and so on. The connector's converters then write key, value and headers again; otherwise "
                    + "they are as they were consumed.")
            .shownIn("Errors", "Headers of refused records");

    static final Option<Boolean> HOLD_KEY_ORDER = Option.bool("hold.key.order")
            .defaultTo(false)
            .medium(
                    "Whether later records of a refused record's key go to the dead letter queue too, in their order, until "
                            + "the refused record has come back by the topic NAME.retry (NAME is the connector's) and was "
                            + "written, or its row in hold.table was deleted. Needs exactly_once, a dead letter queue, and the "
                            + "topic NAME.retry among the sink's topics. The order is that of a topic and a key.")
            .shownIn("Errors", "Keep the order of keys");

    static final Option<TableName> HOLD_TABLE = CommonOptions.tableName("hold.table")
            .defaultTo("millrace_held")
            .low("hold.key.order: the table with a row for each held record. It is created if it is missing, and must "
                    + "be on the views' server.")
            .shownIn("Errors", "Table of held records");

    static final Option<Long> HOLD_MAX = Option.int64("hold.max")
            .atLeast(1)
            .defaultTo(100_000L)
            .low("hold.key.order: how many records may be held. A batch with which there would be more is not written, "
                    + "and the task fails.")
            .shownIn("Errors", "Maximum of held records");

    static final Option<List<String>> MDC_HEADERS = Option.list("mdc.headers")
            .valid("names, none empty, none twice", SinkOptions::requireHeaderNames)
            .defaultTo("requestId,userId,traceparent")
            .low("The headers of a record that its log lines contain in their MDC, under the same names.")
            .shownIn("Logging", "Headers in the MDC");

    static final Option<List<String>> PROJECTIONS = Option.list("projections")
            .valid("one or more names of letters, digits, _ and -, none twice", SinkOptions::requireProjectionNames)
            .required()
            .high("The names of the projections; each has options of its own: projection.NAME.kind and so on.")
            .shownIn("Projections", "Projections");

    static final Option<List<String>> READ_LOCATIONS = PayloadOptions.READ_LOCATIONS
            .optional()
            .medium("The only locations from which payloads are read, e.g. s3://BUCKET/PREFIX or kafka:TOPIC. If it "
                    + "is set, the sink restores payloads itself, as RestorePayload does: a record waits with its "
                    + "references, and a refused record goes to the dead letter queue with its references.")
            .shownIn(PAYLOADS, "Readable locations");

    static final Option<List<FieldPath>> PAYLOAD_FIELDS = FieldOptions.RESTORED_FIELDS.under("payload.");

    private static final OptionSet RESTORING =
            PayloadOptions.READING.replace(READ_LOCATIONS).and(PAYLOAD_FIELDS);

    static final OptionSet ALL = OptionSet.of(
                    CONNECTION_URL,
                    CONNECTION_USER,
                    CONNECTION_PASSWORD,
                    CREDENTIALS,
                    CREDENTIALS_FILE,
                    CREDENTIALS_REGION,
                    TRUSTSTORE_PASSWORD,
                    KEYSTORE_PASSWORD,
                    LEDGER_TABLE,
                    PROCESSING_GUARANTEE,
                    KAFKA_BOOTSTRAP_SERVERS,
                    TOPIC_IDENTITY,
                    ISOLATION_LEVEL,
                    AUTO_CREATE,
                    AUTO_EVOLVE,
                    VIEWS_MAX,
                    RETRY_TIMEOUT_MS,
                    BATCH_SIZE,
                    BATCH_BYTES,
                    REBUILD_REPLACES,
                    ERROR_HEADERS,
                    HOLD_KEY_ORDER,
                    HOLD_TABLE,
                    HOLD_MAX,
                    MDC_HEADERS,
                    PROJECTIONS)
            .and(OptionSet.of(List.copyOf(ClientSecrets.under(KAFKA_PREFIX).values())))
            .and(RESTORING)
            .and(LookupOptions.ALL);

    private SinkOptions() {}

    /** Whether a projection may have this name. */
    static boolean isProjectionName(String name) {
        return PROJECTION_NAME.matcher(name).matches();
    }

    private static void requireRegion(String region) {
        if (!region.matches("[a-z0-9-]{1,40}")) {
            throw new IllegalArgumentException("expected a region such as eu-central-1");
        }
    }

    private static void requireText(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("String must be non-empty");
        }
    }

    private static void requireProjectionNames(List<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("expected at least one name");
        }
        for (String name : names) {
            if (!isProjectionName(name)) {
                throw new IllegalArgumentException(
                        "a name consists of letters, digits, '_' and '-'; found '" + name + "'");
            }
        }
        requireDistinct(names);
    }

    private static void requireHeaderNames(List<String> names) {
        if (names.contains("")) {
            throw new IllegalArgumentException("a name is empty");
        }
        requireDistinct(names);
    }

    private static void requireDistinct(List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("the name '" + name + "' is a duplicate");
            }
        }
    }
}
