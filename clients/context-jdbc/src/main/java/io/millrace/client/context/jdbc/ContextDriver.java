package io.millrace.client.context.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A driver for URLs with {@value #PREFIX} in place of {@code jdbc:}, such as {@code jdbc:millrace:mysql://localhost/shop}. It connects
 * with the driver of the URL without {@code millrace:}, and comments each statement with the current request; see
 * {@link ContextConnections}.
 *
 * <p>{@link DriverManager} finds it if it is on the class path.
 */
public final class ContextDriver implements Driver {
    /** What the URLs of this driver begin with. */
    public static final String PREFIX = "jdbc:millrace:";

    static {
        try {
            DriverManager.registerDriver(new ContextDriver());
        } catch (SQLException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Override
    public @Nullable Connection connect(String url, @Nullable Properties info) throws SQLException {
        if (!acceptsURL(url)) {
            return null;
        }
        String target = targetUrl(url);
        Connection connection = DriverManager.getDriver(target).connect(target, info);
        if (connection == null) {
            throw new SQLException("The driver of the URL behind " + PREFIX + " returned no connection");
        }
        return ContextConnections.wrap(connection);
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, @Nullable Properties info) throws SQLException {
        String target = targetUrl(url);
        return DriverManager.getDriver(target).getPropertyInfo(target, info);
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("This driver does not use java.util.logging");
    }

    private static String targetUrl(String url) {
        return "jdbc:" + url.substring(PREFIX.length());
    }
}
