package io.millrace.it.shop;

import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.PostgresServer;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.testing.servers.SqlScript;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The shop's database on a PostgreSQL server, a broker, and a worker with the plugins, which the tests of one JVM share: started by
 * the first test that asks, stopped when the JVM ends.
 */
public final class PostgresShopPipeline {
    private static final String DATABASE = "shop";
    private static final String PASSWORD = "shop-7";
    private static final Path DEBEZIUM = Path.of("target/plugins");

    private static PostgresShopPipeline shared;

    private final PostgresServer postgres;
    private final KafkaBroker broker;
    private final ConnectWorker worker;

    private PostgresShopPipeline(PostgresServer postgres, KafkaBroker broker, ConnectWorker worker) {
        this.postgres = postgres;
        this.broker = broker;
        this.worker = worker;
    }

    /** The running servers, with the shop's SQL applied and no connector posted. */
    public static synchronized PostgresShopPipeline shared() throws Exception {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    private static PostgresShopPipeline start() throws Exception {
        Installation installation = Installation.locate();
        Path directory = ServerDirectories.newDirectory("postgres-shop");
        List<AutoCloseable> started = new ArrayList<>();
        try {
            PostgresServer postgres =
                    PostgresServer.start(installation, directory.resolve("postgres"), Map.of("wal_level", "logical"));
            started.add(postgres);
            createShop(ProjectFiles.of(installation), postgres);
            KafkaBroker broker = KafkaBroker.start(installation, directory.resolve("kafka"), Map.of());
            started.add(broker);
            ConnectWorker worker = ConnectWorker.start(
                    installation,
                    pluginPath(),
                    directory.resolve("connect"),
                    broker,
                    Map.of(),
                    Map.of(
                            "SHOP_DATABASE_HOST",
                            "127.0.0.1",
                            "SHOP_DATABASE_PORT",
                            Integer.toString(postgres.port()),
                            "SHOP_DATABASE_USER",
                            "debezium",
                            "SHOP_DATABASE_PASSWORD",
                            PASSWORD,
                            "KAFKA_BOOTSTRAP_SERVERS",
                            broker.bootstrapServers()));
            return new PostgresShopPipeline(postgres, broker, worker);
        } catch (Exception e) {
            Collections.reverse(started);
            for (AutoCloseable server : started) {
                server.close();
            }
            throw e;
        }
    }

    private static void createShop(ProjectFiles project, PostgresServer postgres) throws SQLException {
        try (Connection superuser = postgres.connectAsSuperuser("postgres");
                Statement sql = superuser.createStatement()) {
            sql.execute("CREATE DATABASE " + DATABASE);
        }
        try (Connection superuser = postgres.connectAsSuperuser(DATABASE)) {
            new SqlScript(project.sourceSql().resolve("postgresql"))
                    .apply(superuser, Map.of("SHOP_SERVICE_PASSWORD", PASSWORD, "SHOP_DATABASE_PASSWORD", PASSWORD));
        }
    }

    /** The folders of the worker's plugins. */
    public static List<Path> pluginPath() {
        return List.of(LocalPipeline.pluginFolder(Installation.locate()), DEBEZIUM);
    }

    public PostgresServer postgres() {
        return postgres;
    }

    public ConnectRest rest() {
        return worker.rest();
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** A connection of the shop's service. */
    public Connection connectToShop() throws SQLException {
        return postgres.connect(DATABASE, "shop", PASSWORD);
    }
}
