package io.millrace.it.attach;

import io.millrace.client.context.jdbc.ContextDataSource;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Plain JDBC. */
final class JdbcOrders {
    private JdbcOrders() {}

    static DataSource of(DataSource pool) {
        // page: jdbc
        DataSource dataSource = new ContextDataSource(pool);
        // end
        return dataSource;
    }

    static void pay(DataSource orders, long id) throws SQLException {
        String sql = "UPDATE orders SET status = 'PAID', version = version + 1 WHERE id = ?";
        try (Connection connection = orders.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            update.setLong(1, id);
            update.executeUpdate();
        }
    }

    static void payPlainly(DataSource orders, long id) throws SQLException {
        try (Connection connection = orders.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE orders SET status = 'it''s /* paid' WHERE id = " + id + " -- paid");
        }
    }

    static void payInBatch(DataSource orders, long id) throws SQLException {
        try (Connection connection = orders.getConnection();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE orders SET version = version + ? WHERE id = ?")) {
            for (int i = 1; i < 3; i++) {
                update.setInt(1, i);
                update.setLong(2, id);
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    /** A call that executes a text, because the binlog contains the statement of the routine. */
    static void payByCall(DataSource orders, long id) throws SQLException {
        try (Connection connection = orders.getConnection();
                CallableStatement call = connection.prepareCall("{call pay(?)}")) {
            call.setLong(1, id);
            call.execute();
        }
    }
}
