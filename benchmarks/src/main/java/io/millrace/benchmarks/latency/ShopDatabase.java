package io.millrace.benchmarks.latency;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.SqlScript;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * The service's MySQL. Its commits do not wait for the disk, so that one writer keeps up with every rate; what is measured
 * begins behind the commit.
 */
final class ShopDatabase implements AutoCloseable {
    static final String PASSWORD = "bench";
    private static final Map<String, String> OPTIONS =
            Map.of("innodb_flush_log_at_trx_commit", "2", "sync_binlog", "0", "innodb_buffer_pool_size", "256M");

    private final MySqlServer server;

    ShopDatabase(Installation installation, Path directory) throws SQLException {
        server = MySqlServer.start(installation, directory, OPTIONS);
        try (Connection root = server.connectAsRoot()) {
            new SqlScript(ProjectFiles.of(installation).sourceSql())
                    .apply(root, Map.of("SHOP_SERVICE_PASSWORD", PASSWORD, "SHOP_DATABASE_PASSWORD", PASSWORD));
        }
    }

    int port() {
        return server.port();
    }

    /** A connection as the service has it. */
    Connection connect() throws SQLException {
        return server.connect("shop", "shop", PASSWORD);
    }

    /** Removes every order, without a change event for each. */
    void emptyTables() throws SQLException {
        try (Connection root = server.connectAsRoot();
                Statement statement = root.createStatement()) {
            // Lines refer to orders; there are none.
            statement.execute("SET foreign_key_checks = 0");
            statement.execute("TRUNCATE TABLE shop.orders");
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
