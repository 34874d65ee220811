package io.millrace.it.containers;

import io.millrace.local.Pipeline;
import io.millrace.local.ShopTopics;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.SqlScript;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.testcontainers.containers.Network;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.mysql.MySQLContainer;

/**
 * The pipeline in containers: the public images of MySQL and Kafka, workers of the image that the build makes, and an S3
 * server.
 */
public final class ContainerPipeline implements Pipeline {
    static final String KAFKA_IMAGE = "apache/kafka:4.3.1";

    private static final String MYSQL_IMAGE = "mysql:8.0.33";
    private static final String BROKER = "kafka:19092";
    private static final String MYSQL = "mysql";
    private static final int MYSQL_PORT = 3306;
    private static final String URL_OPTIONS = "?allowPublicKeyRetrieval=true&sslMode=PREFERRED&connectionTimeZone=UTC";

    private static ContainerPipeline shared;

    private final Network network = Network.newNetwork();
    private final String debeziumPassword = UUID.randomUUID().toString();
    private final String projectorPassword = UUID.randomUUID().toString();
    private final MySQLContainer mysql = new MySQLContainer(MYSQL_IMAGE)
            .withNetwork(network)
            .withNetworkAliases(MYSQL)
            .withUsername("root")
            .withPassword(UUID.randomUUID().toString())
            .withCommand(
                    "mysqld",
                    "--gtid-mode=ON",
                    "--enforce-gtid-consistency=ON",
                    "--binlog-rows-query-log-events=ON",
                    "--default-time-zone=+00:00",
                    "--server-id=1");
    private final KafkaContainer kafka =
            new KafkaContainer(KAFKA_IMAGE).withNetwork(network).withListener(BROKER);
    private final S3Container s3 = new S3Container().withNetwork(network);
    private final List<ConnectContainer> workers = new ArrayList<>();

    private ContainerPipeline() {}

    /**
     * Starts servers of its own and this many workers; returns when all answer, with the project's SQL and topics and no
     * connector posted.
     */
    public static ContainerPipeline start(int workers) {
        ContainerPipeline pipeline = new ContainerPipeline();
        try {
            Startables.deepStart(pipeline.mysql, pipeline.kafka, pipeline.s3).join();
            pipeline.applySql();
            pipeline.createTopics();
            pipeline.workers.addAll(IntStream.range(0, workers)
                    .mapToObj(i -> pipeline.newWorker())
                    .toList());
            Startables.deepStart(pipeline.workers).join();
            return pipeline;
        } catch (RuntimeException | SQLException e) {
            pipeline.close();
            throw new IllegalStateException("The containers could not be started", e);
        }
    }

    /** The containers that the tests of one JVM share: started by the first one that asks, stopped when the JVM ends. */
    public static synchronized ContainerPipeline shared() {
        if (shared == null) {
            shared = start(1);
        }
        return shared;
    }

    /** A further worker of the group, not started, which the caller stops. */
    ConnectContainer newWorker() {
        return new ConnectContainer()
                .withNetwork(network)
                .withEnv(Map.ofEntries(
                        Map.entry("CONNECT_BOOTSTRAP_SERVERS", BROKER),
                        Map.entry("CONNECT_GROUP_ID", "millrace"),
                        Map.entry("CONNECT_OFFSET_FLUSH_INTERVAL_MS", "1000"),
                        // A worker that is lost is missed after some seconds.
                        Map.entry("CONNECT_SESSION_TIMEOUT_MS", "6000"),
                        Map.entry("CONNECT_HEARTBEAT_INTERVAL_MS", "1000"),
                        Map.entry("CONNECT_SCHEDULED_REBALANCE_MAX_DELAY_MS", "1000"),
                        Map.entry("CONNECT_CONSUMER_SESSION_TIMEOUT_MS", "6000"),
                        Map.entry("CONNECT_CONSUMER_HEARTBEAT_INTERVAL_MS", "1000"),
                        Map.entry("KAFKA_HEAP_OPTS", "-Xms128m -Xmx768m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"),
                        Map.entry("KAFKA_BOOTSTRAP_SERVERS", BROKER),
                        Map.entry("SHOP_DATABASE_HOST", MYSQL),
                        Map.entry("SHOP_DATABASE_PORT", Integer.toString(MYSQL_PORT)),
                        Map.entry("SHOP_DATABASE_USER", "debezium"),
                        Map.entry("SHOP_DATABASE_PASSWORD", debeziumPassword),
                        Map.entry("SHOP_PAYLOADS_BUCKET", S3Container.BUCKET),
                        Map.entry("SHOP_S3_ENDPOINT", s3.endpoint()),
                        Map.entry("SHOP_S3_REGION", "us-east-1"),
                        Map.entry("SHOP_S3_ACCESS_KEY_ID", s3.accessKey()),
                        Map.entry("SHOP_S3_SECRET_ACCESS_KEY", s3.secretKey()),
                        Map.entry(
                                "VIEWS_DATABASE_URL",
                                "jdbc:mysql://" + MYSQL + ":" + MYSQL_PORT + "/views" + URL_OPTIONS),
                        Map.entry("VIEWS_DATABASE_USER", "projector"),
                        Map.entry("VIEWS_DATABASE_PASSWORD", projectorPassword)));
    }

    /** The workers that run. */
    public List<ConnectContainer> workers() {
        return workers.stream().filter(ConnectContainer::isRunning).toList();
    }

    /** The worker of this name in its group. */
    public ConnectContainer worker(String workerId) {
        return workers().stream()
                .filter(worker -> worker.workerId().equals(workerId))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String bootstrapServers() {
        return kafka.getBootstrapServers();
    }

    @Override
    public ConnectRest rest() {
        return workers().get(0).rest();
    }

    @Override
    public Connection connectAsRoot() throws SQLException {
        return connect("", mysql.getUsername(), mysql.getPassword());
    }

    @Override
    public Connection connectToViews() throws SQLException {
        return connect("views", "projector", projectorPassword);
    }

    private Connection connect(String database, String user, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://" + mysql.getHost() + ":" + mysql.getMappedPort(MYSQL_PORT) + "/" + database
                        + URL_OPTIONS,
                user,
                password);
    }

    private void applySql() throws SQLException {
        ProjectFiles project = new ProjectFiles(Path.of(".."));
        Map<String, String> values = Map.of(
                "SHOP_SERVICE_PASSWORD",
                UUID.randomUUID().toString(),
                "SHOP_DATABASE_PASSWORD",
                debeziumPassword,
                "VIEWS_DATABASE_PASSWORD",
                projectorPassword,
                "VIEWS_READER_PASSWORD",
                UUID.randomUUID().toString());
        try (Connection connection = connectAsRoot()) {
            new SqlScript(project.sourceSql()).apply(connection, values);
            new SqlScript(project.viewSql()).apply(connection, values);
        }
    }

    private void createTopics() {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
            ShopTopics.create(new ProjectFiles(Path.of("..")).topicScript(), admin);
        }
    }

    /** Ends the servers; there is nothing in them to keep. */
    @Override
    public void close() {
        workers.forEach(ConnectContainer::stop);
        s3.stop();
        kafka.stop();
        mysql.stop();
        network.close();
    }
}
