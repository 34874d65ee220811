package io.millrace.it.compatibility;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/**
 * Random changes of a table of pictures. Each statement has its request in a comment, and writes it into the row, too, so that
 * a view that has it from the comment can be compared with the table.
 */
final class PictureTraffic {
    private static final int ROWS = 40;
    private static final int SIZE = 20_000;
    private static final int LARGE = 1_500_000;

    private final Connection connection;
    private final String table;
    private final Random random;
    private int requests;

    PictureTraffic(Connection connection, String table, Random random) {
        this.connection = connection;
        this.table = table;
        this.random = random;
    }

    void createTable() throws SQLException {
        execute("CREATE TABLE " + table + " (id BIGINT PRIMARY KEY, picture LONGBLOB, request VARCHAR(64))");
    }

    /** Commits so many changes, one of them of a picture that is larger than the broker takes. */
    void change(int count) throws SQLException {
        put(0, picture(LARGE));
        for (int i = 1; i < count; i++) {
            int id = 1 + random.nextInt(ROWS);
            if (random.nextInt(5) == 0) {
                execute("DELETE FROM " + table + " WHERE id = " + id + comment(next()));
            } else {
                put(id, random.nextInt(6) == 0 ? null : picture(random.nextInt(SIZE)));
            }
        }
    }

    private void put(int id, byte[] picture) throws SQLException {
        String request = next();
        String sql = "INSERT INTO " + table + " VALUES (?, ?, ?) AS new"
                + " ON DUPLICATE KEY UPDATE picture = new.picture, request = new.request" + comment(request);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, id);
            statement.setBytes(2, picture);
            statement.setString(3, request);
            statement.executeUpdate();
        }
    }

    private byte[] picture(int size) {
        byte[] picture = new byte[size];
        // The second half is zeros, for the codecs to have something to do.
        for (int i = 0; i < size / 2; i++) {
            picture[i] = (byte) random.nextInt();
        }
        return picture;
    }

    private String next() {
        return "r-" + requests++;
    }

    private static String comment(String request) {
        return " /*requestId='" + request + "'*/";
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
