package io.millrace.local;

import io.millrace.testing.servers.ConnectRest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The shop's database and the views on one MySQL server with the project's SQL, a broker, and Connect workers of one
 * group with the plugins: the interface for their users, independent of where they run.
 */
public interface Pipeline extends AutoCloseable {
    /** The broker's address, for clients on this machine. */
    String bootstrapServers();

    /** The REST interface of a worker that runs. */
    ConnectRest rest();

    /** A new connection to the MySQL server that may do everything, to be closed by the caller. */
    Connection connectAsRoot() throws SQLException;

    /** A new connection to the views, as the projection sink has it, to be closed by the caller. */
    Connection connectToViews() throws SQLException;

    /** Posts the connectors of a folder: {@link ConnectRest#postAll}. */
    default List<String> postAll(Path folder) {
        return rest().postAll(folder);
    }

    /** Stops the servers. */
    @Override
    void close();
}
