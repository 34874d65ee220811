package io.millrace.client.context.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The database in which a connection finds the tables that a statement names without one: its catalog, or its schema if the driver
 * has no catalogs. MySQL's driver binds a statement to the one in which it is prepared. PostgreSQL's driver has one catalog for each
 * connection, and parses a statement in the schemas of each execution.
 *
 * <p>The drivers of both read it without a query.
 */
record Namespace(@Nullable String catalog, @Nullable String schema) {
    static Namespace of(Connection connection) throws SQLException {
        String catalog = connection.getCatalog();
        return new Namespace(catalog, catalog == null ? connection.getSchema() : null);
    }

    void applyTo(Connection connection) throws SQLException {
        if (catalog != null) {
            connection.setCatalog(catalog);
        } else if (schema != null) {
            connection.setSchema(schema);
        }
    }
}
