package io.millrace.connectors.projection.database;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * The properties of a driver, which override the URL.
 *
 * @param fixed the properties that the sink's guarantees require
 * @param refused parameters that would change the effect of those
 */
public record DriverProperties(Map<String, String> fixed, Set<String> refused) {
    /** Whether a URL may have this parameter: one that the sink does not set, or sets to the same. */
    public boolean permits(String parameter, String value) {
        return refused.stream().noneMatch(parameter::equalsIgnoreCase)
                && fixed.entrySet().stream()
                        .noneMatch(property -> property.getKey().equalsIgnoreCase(parameter)
                                && !property.getValue().equalsIgnoreCase(value));
    }

    /**
     * Opens a connection without auto-commit.
     *
     * @param defaults properties that a URL may override
     * @param secrets further passwords; empty ones are ignored
     */
    public Connection open(
            Driver driver, ConnectionSettings settings, Map<String, String> defaults, Map<String, String> secrets)
            throws SQLException {
        DatabaseLogin login = settings.source().read();
        Properties properties = new Properties();
        properties.putAll(defaults);
        properties.putAll(fixed);
        secrets.forEach((property, secret) -> {
            if (!secret.isEmpty()) {
                properties.setProperty(property, secret);
            }
        });
        properties.setProperty("user", login.user());
        properties.setProperty("password", login.password());
        // Not through DriverManager, which does not see drivers in a plugin's class loader.
        Connection connection = driver.connect(settings.url(), properties);
        if (connection == null) {
            throw new StateException("The driver does not support this connection.url", "08001");
        }
        try {
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }
}
