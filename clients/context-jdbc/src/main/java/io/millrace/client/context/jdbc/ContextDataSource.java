package io.millrace.client.context.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source whose connections comment each statement with the current request; see {@link ContextConnections}.
 *
 * <pre>{@code
 * DataSource dataSource = new ContextDataSource(new HikariDataSource(config));
 * }</pre>
 *
 * It can wrap a pool or the data source in a pool. Closing it closes the wrapped one, if that can be closed.
 */
public final class ContextDataSource implements DataSource, AutoCloseable {
    private final DataSource dataSource;

    /** A data source with the connections of this one. */
    public ContextDataSource(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return ContextConnections.wrap(dataSource.getConnection());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return ContextConnections.wrap(dataSource.getConnection(user, password));
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return dataSource.getLogWriter();
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        dataSource.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        dataSource.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return dataSource.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return dataSource.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        return type.isInstance(dataSource) ? type.cast(dataSource) : dataSource.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || type.isInstance(dataSource) || dataSource.isWrapperFor(type);
    }

    /**
     * Closes the wrapped data source, if it can be closed.
     *
     * @throws SQLException if it cannot be closed
     */
    @Override
    public void close() throws SQLException {
        if (dataSource instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (SQLException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new SQLException("The wrapped data source could not be closed", e);
            }
        }
    }
}
