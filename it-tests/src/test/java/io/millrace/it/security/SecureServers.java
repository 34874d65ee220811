package io.millrace.it.security;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.LocalPipeline;
import io.millrace.local.ShopTopics;
import io.millrace.testing.s3.AccessPolicy;
import io.millrace.testing.s3.PolicyProxy;
import io.millrace.testing.servers.BrokerSecurity;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.PostgresServer;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.S3Server;
import io.millrace.testing.servers.ServerKeystore;
import io.millrace.testing.servers.SqlScript;
import io.millrace.testing.servers.TestAuthority;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;

/**
 * MySQL, PostgreSQL, Kafka and S3 that speak TLS alone and ask everybody for a password, and a worker among them, set up with
 * the files of {@code deploy/security}. The folder of secrets that these name is one of this test's.
 */
final class SecureServers implements AutoCloseable {
    static final String BUCKET = "shop-payloads";

    private static final String SECRETS = "/etc/millrace/secrets";
    private static final int ITERATIONS = 4096;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LOGGING = """
            appender.out.type = Console
            appender.out.name = out
            appender.out.layout.type = PatternLayout
            appender.out.layout.pattern = [%d] %-5p %X{connector.context}%m (%c)%n%throwable
            rootLogger.level = info
            rootLogger.appenderRef.out.ref = out
            logger.millrace.name = io.millrace
            logger.millrace.level = debug
            """;

    private final Deque<Runnable> started = new ArrayDeque<>();
    private final Installation installation = Installation.locate();
    private final ProjectFiles project = ProjectFiles.of(installation);
    private final Path directory;
    private final Secrets secrets;
    private final TestAuthority authority;
    private final TestAuthority stranger;
    private MySqlServer mysql;
    private PostgresServer postgres;
    private KafkaBroker broker;
    private ConnectWorker worker;
    private Path payloadObjects;
    private PolicyProxy s3Users;

    private SecureServers(Path directory) throws Exception {
        this.directory = directory.toAbsolutePath().normalize();
        this.secrets = new Secrets(this.directory.resolve("secrets"));
        this.authority = TestAuthority.in(this.directory.resolve("authority"), secrets.password("truststore"));
        this.stranger = TestAuthority.in(this.directory.resolve("stranger"), secrets.password("truststore"));
        authority.certifyServer();
    }

    static SecureServers start(Path directory) throws Exception {
        SecureServers servers = new SecureServers(directory);
        try {
            servers.startAll();
            return servers;
        } catch (Exception e) {
            servers.close();
            throw e;
        }
    }

    private void startAll() throws Exception {
        writeSecrets();
        CompletableFuture<KafkaBroker> kafka = CompletableFuture.supplyAsync(this::startKafka);
        CompletableFuture<S3Server> s3 = CompletableFuture.supplyAsync(() -> S3Server.start(
                installation,
                directory.resolve("s3"),
                new ServerKeystore(authority.file("server.p12"), secrets.password("truststore")),
                BUCKET));
        try {
            startDatabases();
        } finally {
            // Whatever has started is stopped, also where something else has not.
            kafka.handle((server, failure) -> server == null || started.add(server::close))
                    .join();
            s3.handle((server, failure) -> server == null || started.add(server::close))
                    .join();
        }
        broker = kafka.join();
        admitClients();
        S3Server objects = s3.join();
        payloadObjects = objects.objects(BUCKET);
        secrets.add("s3", objects.secretAccessKey());
        s3Users = enforcePolicies(objects);
        for (String user : List.of("writer", "reader", "spool")) {
            secrets.write(
                    "s3-" + user + ".properties",
                    "access.key.id=" + user + "\nsecret.access.key=" + objects.secretAccessKey() + "\n");
        }
        Map<String, String> environment = Map.ofEntries(
                Map.entry("SHOP_DATABASE_HOST", "127.0.0.1"),
                Map.entry("SHOP_DATABASE_PORT", Integer.toString(mysql.port())),
                Map.entry("SHOP_DATABASE_USER", "debezium"),
                Map.entry("SHOP_PAYLOADS_BUCKET", BUCKET),
                Map.entry("SHOP_S3_ENDPOINT", "https://127.0.0.1:" + s3Users.port()),
                Map.entry("SHOP_S3_REGION", "us-east-1"),
                Map.entry("VIEWS_DATABASE_HOST", "127.0.0.1"),
                Map.entry("VIEWS_DATABASE_PORT", Integer.toString(mysql.port())),
                Map.entry("VIEWS_DATABASE_USER", "projector"),
                Map.entry("VIEWS_POSTGRESQL_HOST", "127.0.0.1"),
                Map.entry("VIEWS_POSTGRESQL_PORT", Integer.toString(postgres.port())),
                Map.entry("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()));
        Path logging = Files.writeString(directory.resolve("log4j2.properties"), LOGGING);
        worker = ConnectWorker.start(
                installation,
                List.of(LocalPipeline.pluginFolder(installation)),
                directory.resolve("connect"),
                broker,
                workerSettings(),
                environment,
                List.of(
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        // For S3, whose client trusts whom its JVM trusts.
                        "-Djavax.net.ssl.trustStore=" + authority.file("truststore.jks"),
                        "-Dlog4j2.configurationFile=" + logging));
        started.push(worker::close);
    }

    /** The server's one user becomes three, each with the policy that is shipped for it. */
    private PolicyProxy enforcePolicies(S3Server objects) throws IOException, GeneralSecurityException {
        SSLContext tls = authority.tls();
        PolicyProxy proxy = new PolicyProxy(
                new PolicyProxy.Transport(tls.getServerSocketFactory(), tls.getSocketFactory()),
                objects.port(),
                new PolicyProxy.AccessKey(objects.accessKeyId(), objects.secretAccessKey()),
                Map.of(
                        "writer", List.of(AccessPolicy.parse(shipped("s3-writer.json"))),
                        "reader", List.of(AccessPolicy.parse(shipped("s3-reader.json"))),
                        "spool", List.of(AccessPolicy.parse(shipped("s3-spool.json")))));
        started.push(proxy::close);
        return proxy;
    }

    private void writeSecrets() throws IOException {
        Files.createDirectories(secrets.folder());
        secrets.write("truststore.password", secrets.password("truststore"));
        for (String user : List.of("debezium", "projector")) {
            secrets.write(user + ".password", secrets.password(user));
        }
        secrets.write("worker.jaas", secrets.jaas("connect"));
        secrets.write("shop-source.jaas", secrets.jaas("shop-source"));
        secrets.write("shop-redrive.jaas", secrets.jaas("shop-redrive"));
        secrets.write("shop-spool.jaas", secrets.jaas("shop-spool"));
        secrets.write("shop-views.jaas", secrets.jaas("shop-views"));
        secrets.write("shop-channels.jaas", secrets.jaas("shop-channels"));
        secrets.write("channels.token-key", secrets.password("channels") + secrets.password("channels"));
        Files.copy(authority.file("server.pem"), secrets.folder().resolve("channels.pem"));
        Files.copy(authority.file("server.key"), secrets.folder().resolve("channels.key"));
        Files.copy(authority.file("truststore.p12"), secrets.folder().resolve("truststore.p12"));
        Files.copy(stranger.file("truststore.p12"), secrets.folder().resolve("stranger.p12"));
        Files.copy(authority.file("ca.pem"), secrets.folder().resolve("ca.pem"));
        Files.copy(stranger.file("ca.pem"), secrets.folder().resolve("stranger.pem"));
    }

    private KafkaBroker startKafka() {
        Map<String, String> settings = Map.ofEntries(
                Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-256"),
                Map.entry("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-256"),
                Map.entry("listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config", secrets.jaas("broker")),
                Map.entry("ssl.keystore.location", authority.file("server.p12").toString()),
                Map.entry("ssl.keystore.password", secrets.password("truststore")),
                Map.entry(
                        "ssl.truststore.location",
                        authority.file("truststore.p12").toString()),
                Map.entry("ssl.truststore.password", secrets.password("truststore")),
                Map.entry("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                // The controller's listener knows no users; nobody else gets to it, or is anonymous.
                Map.entry("super.users", "User:broker;User:ANONYMOUS"));
        return KafkaBroker.start(
                installation,
                directory.resolve("kafka"),
                Map.of(),
                new BrokerSecurity(
                        "SASL_SSL", settings, kafkaUser("broker"), Map.of("broker", secrets.password("broker"))));
    }

    /** The settings of a Kafka client that shows itself as this user. */
    Map<String, String> kafkaUser(String user) {
        return Map.of(
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "SCRAM-SHA-256",
                "sasl.jaas.config",
                secrets.jaas(user),
                "ssl.truststore.location",
                authority.file("truststore.p12").toString(),
                "ssl.truststore.password",
                secrets.password("truststore"));
    }

    /** The settings of a Kafka client of this user, with the broker's address. */
    Map<String, Object> kafkaClient(String user) {
        Map<String, Object> settings = new HashMap<>(kafkaUser(user));
        settings.put("bootstrap.servers", broker.bootstrapServers());
        return settings;
    }

    private void admitClients() throws Exception {
        try (Admin admin = Admin.create(kafkaClient("broker"))) {
            List<UserScramCredentialAlteration> users = List.of(
                    user("connect"),
                    user("shop-source"),
                    user("shop-redrive"),
                    user("shop-spool"),
                    user("shop-views"),
                    user("shop-channels"));
            admin.alterUserScramCredentials(users).all().get();
            admin.createAcls(AclScript.read(project.root().resolve("deploy/security/kafka-acls.sh")))
                    .all()
                    .get();
            ShopTopics.create(project.topicScript(), admin);
        }
    }

    private UserScramCredentialAlteration user(String name) {
        return new UserScramCredentialUpsertion(
                name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, ITERATIONS), secrets.password(name));
    }

    private void startDatabases() throws Exception {
        mysql = MySqlServer.start(
                installation,
                directory.resolve("mysql"),
                Map.of(
                        "require_secure_transport", "ON",
                        "ssl_ca", authority.file("ca.pem").toString(),
                        "ssl_cert", authority.file("server.pem").toString(),
                        "ssl_key", authority.file("server.key").toString()));
        started.push(mysql::close);
        try (Connection root = mysql.connectAsRoot()) {
            Map<String, String> values = Map.of(
                    "SHOP_SERVICE_PASSWORD", secrets.password("service"),
                    "SHOP_DATABASE_PASSWORD", secrets.password("debezium"),
                    "VIEWS_DATABASE_PASSWORD", secrets.password("projector"),
                    "VIEWS_READER_PASSWORD", secrets.password("reader"));
            new SqlScript(project.sourceSql()).apply(root, values);
            new SqlScript(project.viewSql()).apply(root, values);
        }
        postgres = PostgresServer.start(installation, directory.resolve("postgres"), Map.of());
        started.push(postgres::close);
        encryptPostgres();
    }

    /** The server's files have to be its user's, so it writes them itself. */
    private void encryptPostgres() throws Exception {
        Path data = directory.resolve("postgres/data");
        try (Connection superuser = postgres.connectAsSuperuser("postgres");
                Statement statement = superuser.createStatement()) {
            copy(statement, Files.readString(authority.file("server.pem")), data.resolve("server.crt"));
            copy(statement, Files.readString(authority.file("server.key")), data.resolve("server.key"));
            Files.setPosixFilePermissions(data.resolve("server.key"), PosixFilePermissions.fromString("rw-------"));
            copy(statement, "hostssl all all 127.0.0.1/32 scram-sha-256\n", data.resolve("pg_hba.conf"));
            statement.execute("ALTER SYSTEM SET ssl = on");
            statement.execute("CREATE DATABASE views");
            statement.execute("SELECT pg_reload_conf()");
        }
        // The server reads its settings when it comes to it.
        await().ignoreExceptions().until(this::isPostgresEncrypted);
        try (Connection superuser = postgres.connectAsSuperuser("views")) {
            new SqlScript(project.root().resolve("deploy/security"))
                    .apply(
                            superuser,
                            Map.of(
                                    "VIEWS_DATABASE_PASSWORD", secrets.password("projector"),
                                    "VIEWS_READER_PASSWORD", secrets.password("reader")));
        }
    }

    private boolean isPostgresEncrypted() throws SQLException {
        try (Connection superuser = postgres.connectAsSuperuser("views");
                Statement statement = superuser.createStatement();
                ResultSet rows = statement.executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    private static void copy(Statement statement, String text, Path file) throws SQLException {
        statement.execute("COPY (SELECT line FROM unnest(string_to_array('"
                + text.replace("\r", "").strip() + "', chr(10))) AS line) TO '" + file + "'");
    }

    private Map<String, String> workerSettings() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = new StringReader(shipped("worker.properties"))) {
            properties.load(reader);
        }
        Map<String, String> settings = new HashMap<>();
        properties.forEach((name, value) -> settings.put((String) name, (String) value));
        return settings;
    }

    private String shipped(String file) throws IOException {
        return Files.readString(project.root().resolve("deploy/security").resolve(file))
                .replace(SECRETS, secrets.folder().toString());
    }

    /** The body of a connector of {@code connect-configs} with the options that {@code deploy/security} has for it. */
    ObjectNode connector(String file) throws IOException {
        ObjectNode body = (ObjectNode)
                JSON.readTree(project.connectConfigs().resolve(file + ".json").toFile());
        ((ObjectNode) body.path("config")).setAll((ObjectNode) JSON.readTree(shipped(file + ".json")));
        return body;
    }

    /** For a client that trusts the servers. */
    SSLContext tls() throws IOException, GeneralSecurityException {
        return authority.tls();
    }

    Secrets secrets() {
        return secrets;
    }

    MySqlServer mysql() {
        return mysql;
    }

    PostgresServer postgres() {
        return postgres;
    }

    KafkaBroker broker() {
        return broker;
    }

    /** Where the payloads' objects are, each a file. */
    Path payloadObjects() {
        return payloadObjects;
    }

    /** Whoever is between S3 and its users. */
    PolicyProxy s3Users() {
        return s3Users;
    }

    ConnectRest rest() {
        return worker.rest();
    }

    /** What the servers have logged so far. */
    List<Path> logs() {
        return List.of(worker.log(), directory.resolve("kafka/kafka.log"), directory.resolve("s3/s3.log"));
    }

    /** A connection as the shop's service, or whoever looks out, has it: only to the server that the authority certified. */
    Connection mysqlAs(String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("sslMode", "VERIFY_IDENTITY");
        properties.setProperty(
                "trustCertificateKeyStoreUrl",
                authority.file("truststore.p12").toUri().toString());
        properties.setProperty("trustCertificateKeyStorePassword", secrets.password("truststore"));
        return DriverManager.getConnection("jdbc:mysql://127.0.0.1:" + mysql.port() + "/", properties);
    }

    /** The same for PostgreSQL's database of views. */
    Connection postgresAs(String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", authority.file("ca.pem").toString());
        return DriverManager.getConnection(postgres.jdbcUrl("views"), properties);
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            started.pop().run();
        }
    }
}
