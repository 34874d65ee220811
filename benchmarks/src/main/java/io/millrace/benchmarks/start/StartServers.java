package io.millrace.benchmarks.start;

import io.millrace.benchmarks.harness.ViewDatabase;
import io.millrace.benchmarks.source.BinlogDatabase;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;

/**
 * The servers that all contenders use.
 *
 * @param source the database that sources read
 * @param views the database that sinks write to
 */
record StartServers(KafkaBroker broker, BinlogDatabase source, ViewDatabase views) implements AutoCloseable {
    /**
     * Starts all.
     *
     * @param database the name of the product that sinks write to
     */
    static StartServers start(Installation installation, Path directory, String database) throws SQLException {
        return new StartServers(
                KafkaBroker.start(installation, directory.resolve("kafka"), Map.of()),
                new BinlogDatabase(installation, directory.resolve("source")),
                ViewDatabase.start(database, installation, directory.resolve("views"), false));
    }

    @Override
    public void close() {
        views.close();
        source.close();
        broker.close();
    }
}
