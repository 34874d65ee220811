package io.millrace.it.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.servers.ConnectRest;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;

/** A table with large values, its changes as events on the topic of its name, and a view of it. */
public final class Pictures {
    private static final String COLUMNS = "picture, note";
    private static final Duration TIME_TO_ACT = Duration.ofSeconds(90);
    private static final int ROWS = 40;

    private final String name;
    private final ConnectRest rest;

    /** Uses the name for the tables, the topic and the source; the sink's has the suffix {@code _view}. */
    public Pictures(String name, ConnectRest rest) {
        this.name = name;
        this.rest = rest;
    }

    public void createTables(Statement sql) throws SQLException {
        for (String database : new String[] {"shop", "views"}) {
            sql.execute("CREATE TABLE " + database + "." + name
                    + " (id BIGINT PRIMARY KEY, picture LONGBLOB, note LONGTEXT)");
        }
    }

    /** Posts a source of the table, changed by what the way needs. */
    public void postSource(String serverId, Consumer<ObjectNode> way) throws IOException {
        ObjectNode body = PictureConnectors.source(name, "shop." + name, serverId, COLUMNS);
        way.accept((ObjectNode) body.path("config"));
        rest.post(body);
        rest.awaitRunning(name, TIME_TO_ACT);
    }

    /** Posts a sink of the view, changed by what the way needs. */
    public void postSink(Consumer<ObjectNode> way) throws IOException {
        ObjectNode body = PictureConnectors.sink(name, COLUMNS);
        way.accept((ObjectNode) body.path("config"));
        rest.post(body);
        rest.awaitRunning(name + "_view", TIME_TO_ACT);
    }

    public void write(Connection connection, Random random) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("REPLACE INTO shop." + name + " VALUES (?, ?, ?)")) {
            for (int i = 0; i < ROWS + 10; i++) {
                byte[] picture = new byte[size(random, i)];
                random.nextBytes(picture);
                insert.setLong(1, i % ROWS);
                insert.setBytes(2, random.nextInt(6) == 0 && i != 0 ? null : picture);
                insert.setString(3, random.nextInt(6) == 0 ? null : "Grüße 🎈 ".repeat(size(random, i) / 16));
                insert.executeUpdate();
            }
        }
    }

    private static int size(Random random, int i) {
        return switch (i % 10) {
            case 0 -> 2_000_001 + random.nextInt(1_000_000);
            case 1, 2, 3 -> PayloadWay.THRESHOLD - 1 + random.nextInt(3);
            case 4 -> 0;
            default -> random.nextInt(2 * PayloadWay.THRESHOLD);
        };
    }

    /** Returns when the view has what the table has, byte for byte. */
    public void awaitView(Statement sql) throws SQLException {
        String differences = "SELECT COUNT(*) FROM shop.%1$s s LEFT JOIN views.%1$s v USING (id)"
                + " WHERE v.id IS NULL OR NOT (s.picture <=> v.picture) OR NOT (s.note <=> v.note)";
        await().atMost(TIME_TO_ACT).untilAsserted(() -> {
            assertThat(rest.restartIfKafkaEndedIt(name)).isFalse();
            assertThat(rest.status(name).toString()).doesNotContain("FAILED");
            assertThat(rest.status(name + "_view").toString()).doesNotContain("FAILED");
            assertThat(count(sql, differences.formatted(name))).isZero();
        });
        assertThat(count(sql, "SELECT COUNT(*) FROM views." + name)).isEqualTo(ROWS);
        assertThat(count(sql, "SELECT MAX(LENGTH(picture)) FROM views." + name)).isGreaterThan(2_000_000);
    }

    private static long count(Statement sql, String query) throws SQLException {
        try (ResultSet rows = sql.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
