package io.millrace.it.attach;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Plain JDBC. */
final class JdbcOrders {
    private JdbcOrders() {}

    // page: jdbc
    static void pay(Connection connection, long id) throws SQLException {
        String sql = "UPDATE orders SET status = 'PAID', version = version + 1 WHERE id = ?";
        try (PreparedStatement update = connection.prepareStatement(RequestComment.appendTo(sql))) {
            update.setLong(1, id);
            update.executeUpdate();
        }
    }
    // end
}
