package io.millrace.rules;

import com.mysql.cj.jdbc.NonRegisteringDriver;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;

/**
 * A source in MySQL.
 *
 * @param tls how the connection is encrypted, and which servers it trusts
 */
record MySqlSource(SourceTls tls) implements SourceDialect {
    private static final String COLUMNS = """
        SELECT column_name, data_type, column_type, table_schema, table_name FROM information_schema.columns
        WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position
        """;

    private static final String TABLES = """
        SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'
        AND table_schema NOT IN ('mysql', 'sys', 'performance_schema', 'information_schema') ORDER BY 1, 2
        """;

    @Override
    public Connection connect(String host, int port, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.putAll(tls.driverProperties());
        properties.setProperty("connectTimeout", "5000");
        properties.setProperty("socketTimeout", "10000");
        return new NonRegisteringDriver().connect("jdbc:mysql://" + host + ":" + port + "/", properties);
    }

    @Override
    public String columnsQuery() {
        return COLUMNS;
    }

    @Override
    public String tablesQuery() {
        return TABLES;
    }

    @Override
    public SourceColumn readColumn(ResultSet row) throws SQLException {
        return SourceColumn.of(row.getString(2), row.getString(3));
    }
}
