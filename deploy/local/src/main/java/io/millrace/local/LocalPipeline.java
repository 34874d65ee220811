package io.millrace.local;

import io.millrace.testing.servers.Children;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Directories;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.PidFile;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.S3Server;
import io.millrace.testing.servers.ServerFailedException;
import io.millrace.testing.servers.SqlScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The shop's database and the views on one MySQL server, a broker, an S3 server and a Connect worker with the plugins, all
 * under one directory that no two pipelines use at once. Their data stay there when it is closed.
 */
public final class LocalPipeline implements Pipeline {
    private static final String PASSWORDS = "passwords.properties";
    private static final String PAYLOADS_BUCKET = "shop-payloads";

    private final Path directory;
    private final DirectoryLock lock;
    private final Credentials credentials;
    private final MySqlServer mysql;
    private final KafkaBroker broker;
    private final S3Server s3;
    private final ConnectWorker worker;
    private final Map<String, String> environment;

    private LocalPipeline(
            Path directory,
            DirectoryLock lock,
            Credentials credentials,
            MySqlServer mysql,
            KafkaBroker broker,
            S3Server s3,
            ConnectWorker worker,
            Map<String, String> environment) {
        this.directory = directory;
        this.lock = lock;
        this.credentials = credentials;
        this.mysql = mysql;
        this.broker = broker;
        this.s3 = s3;
        this.worker = worker;
        this.environment = environment;
    }

    /**
     * Starts everything under the directory, ends what an earlier pipeline left behind there, and applies the project's
     * SQL and its topics. Returns when all servers answer; no connector is posted.
     *
     * @throws ServerFailedException if a server does not start, another pipeline uses the directory, or the directory
     *     contains other files
     */
    public static LocalPipeline start(Installation installation, Path directory, PipelineSettings settings) {
        DirectoryLock lock = DirectoryLock.of(directory);
        List<AutoCloseable> started = new ArrayList<>(List.of(lock));
        try {
            PidFile.endLeftovers(directory);
            if (!settings.keepData()) {
                deleteData(directory);
            }
            Credentials credentials = Credentials.in(directory.resolve(PASSWORDS));
            settings.progress().accept("starting MySQL, Kafka and an S3 server");
            CompletableFuture<KafkaBroker> kafka = CompletableFuture.supplyAsync(
                    () -> KafkaBroker.start(installation, directory.resolve("kafka"), Map.of()));
            CompletableFuture<S3Server> objects = CompletableFuture.supplyAsync(
                    () -> S3Server.start(installation, directory.resolve("s3"), PAYLOADS_BUCKET));
            MySqlServer mysql = null;
            try {
                mysql = MySqlServer.start(installation, directory.resolve("mysql"), settings.mysqlOptions());
                started.add(mysql);
                applySql(installation, mysql, credentials);
            } finally {
                addStarted(kafka, started);
                addStarted(objects, started);
            }
            KafkaBroker broker = kafka.join();
            createTopics(installation, broker);
            S3Server s3 = objects.join();
            settings.progress().accept("starting Kafka Connect");
            Map<String, String> environment = environment(mysql, broker, s3, credentials);
            ConnectWorker worker = ConnectWorker.start(
                    installation,
                    List.of(pluginFolder(installation)),
                    directory.resolve("connect"),
                    broker,
                    settings.workerOverrides(),
                    environment,
                    ConnectWorker.jvmOptions(settings.workerJvm()));
            return new LocalPipeline(directory, lock, credentials, mysql, broker, s3, worker, environment);
        } catch (RuntimeException e) {
            closeAll(started);
            throw e instanceof CompletionException && e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static void addStarted(CompletableFuture<? extends AutoCloseable> starting, List<AutoCloseable> started) {
        starting.handle((server, failure) -> server == null || started.add(server))
                .join();
    }

    /** A pipeline with {@link PipelineSettings#USUAL}. */
    public static LocalPipeline start(Installation installation, Path directory) {
        return start(installation, directory, PipelineSettings.USUAL);
    }

    /**
     * The folder into which the build unpacks the plugins that the shop's connectors need: Debezium's and the archive's.
     *
     * @throws IllegalStateException if the build has not unpacked them
     */
    public static Path pluginFolder(Installation installation) {
        Path folder = ProjectFiles.of(installation).root().resolve("deploy/local/target/plugins");
        if (!Files.isDirectory(folder)) {
            throw new IllegalStateException(
                    "No plugins in " + folder + "; prepare them with: mvn -B -DskipTests package -pl deploy/local -am");
        }
        return folder;
    }

    /** Whether this process is about to end, and stops its servers. */
    public static boolean isEnding() {
        return Children.isEnding();
    }

    /**
     * The address of the broker that was last started in this directory, perhaps by another process.
     *
     * @throws IOException if none has been
     */
    public static String runningBroker(Path directory) throws IOException {
        return KafkaBroker.readAddress(directory.resolve("kafka"));
    }

    /** The directory that everything is under. */
    public Path directory() {
        return directory;
    }

    public MySqlServer mysql() {
        return mysql;
    }

    public KafkaBroker broker() {
        return broker;
    }

    public S3Server s3() {
        return s3;
    }

    /** The payloads' objects, each a file under its key. */
    public Path payloadObjects() {
        return s3.objects(PAYLOADS_BUCKET);
    }

    public ConnectWorker worker() {
        return worker;
    }

    @Override
    public ConnectRest rest() {
        return worker.rest();
    }

    @Override
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** The variables that connector configurations refer to as {@code ${env:NAME}}. */
    public Map<String, String> environment() {
        return environment;
    }

    /** The password of the user {@code admin}, who may do everything, so that a user can try tables of their own. */
    public String administratorPassword() {
        return credentials.administrator();
    }

    /** The password of the user {@code shop}, the service that writes to the shop. */
    public String servicePassword() {
        return credentials.service();
    }

    /** The password of the user {@code order_queries}, a service of the read side. */
    public String readerPassword() {
        return credentials.reader();
    }

    @Override
    public Connection connectAsRoot() throws SQLException {
        return mysql.connectAsRoot();
    }

    /** A connection as the shop's service has it. */
    public Connection connectToShop() throws SQLException {
        return mysql.connect("shop", "shop", credentials.service());
    }

    @Override
    public Connection connectToViews() throws SQLException {
        return mysql.connect("views", "projector", credentials.projector());
    }

    /** The name of a server that has died, if one has. */
    public Optional<String> deadServer() {
        if (!mysql.isAlive()) {
            return Optional.of("MySQL");
        }
        if (!broker.isAlive()) {
            return Optional.of("Kafka");
        }
        if (!s3.isAlive()) {
            return Optional.of("the S3 server");
        }
        return worker.isAlive() ? Optional.empty() : Optional.of("Kafka Connect");
    }

    /** Stops the servers, each before the ones that it needs, and frees the directory. */
    @Override
    public void close() {
        closeAll(List.of(lock, mysql, broker, s3, worker));
    }

    private static void deleteData(Path directory) {
        for (String part : List.of("mysql", "kafka", "s3", "connect", "imports", "east", PASSWORDS)) {
            Directories.deleteAll(directory.resolve(part));
        }
    }

    private static void createTopics(Installation installation, KafkaBroker broker) {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()))) {
            ShopTopics.create(ProjectFiles.of(installation).topicScript(), admin);
        }
    }

    private static void applySql(Installation installation, MySqlServer mysql, Credentials credentials) {
        ProjectFiles project = ProjectFiles.of(installation);
        Map<String, String> values = Map.of(
                "SHOP_SERVICE_PASSWORD", credentials.service(),
                "SHOP_DATABASE_PASSWORD", credentials.debezium(),
                "VIEWS_DATABASE_PASSWORD", credentials.projector(),
                "VIEWS_READER_PASSWORD", credentials.reader());
        try (Connection connection = mysql.connectAsRoot()) {
            createAdministrator(connection, credentials.administrator());
            new SqlScript(project.sourceSql()).apply(connection, values);
            new SqlScript(project.viewSql()).apply(connection, values);
        } catch (SQLException e) {
            throw new ServerFailedException("MySQL refused the project's SQL: " + e.getMessage(), e);
        }
    }

    private static void createAdministrator(Connection connection, String password) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE USER IF NOT EXISTS 'admin'@'127.0.0.1'");
            statement.execute("ALTER USER 'admin'@'127.0.0.1' IDENTIFIED BY '" + password + "'");
            statement.execute("GRANT ALL ON *.* TO 'admin'@'127.0.0.1' WITH GRANT OPTION");
        }
    }

    private static Map<String, String> environment(
            MySqlServer mysql, KafkaBroker broker, S3Server s3, Credentials credentials) {
        return Map.ofEntries(
                Map.entry("SHOP_DATABASE_HOST", "127.0.0.1"),
                Map.entry("SHOP_DATABASE_PORT", Integer.toString(mysql.port())),
                Map.entry("SHOP_DATABASE_USER", "debezium"),
                Map.entry("SHOP_DATABASE_PASSWORD", credentials.debezium()),
                Map.entry("SHOP_PAYLOADS_BUCKET", PAYLOADS_BUCKET),
                Map.entry("SHOP_S3_ENDPOINT", s3.endpoint()),
                Map.entry("SHOP_S3_REGION", "us-east-1"),
                Map.entry("SHOP_S3_ACCESS_KEY_ID", s3.accessKeyId()),
                Map.entry("SHOP_S3_SECRET_ACCESS_KEY", s3.secretAccessKey()),
                Map.entry("VIEWS_DATABASE_URL", mysql.jdbcUrl("views")),
                Map.entry("VIEWS_DATABASE_USER", "projector"),
                Map.entry("VIEWS_DATABASE_PASSWORD", credentials.projector()),
                Map.entry("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()));
    }

    /** Stops all of them, even if one cannot be stopped. */
    private static void closeAll(List<AutoCloseable> inOrderOfStart) {
        ServerFailedException failure = null;
        for (int i = inOrderOfStart.size() - 1; i >= 0; i--) {
            try {
                inOrderOfStart.get(i).close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = new ServerFailedException("Stopping a server failed", e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
