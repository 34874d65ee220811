package io.millrace.testing.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The PostgreSQL server: it starts, keeps its data when it is killed or stopped, and lets nobody in without a password. */
class PostgresServerIT {
    private static Path directory;
    private static PostgresServer server;

    @BeforeAll
    static void start() {
        directory = ServerDirectories.newDirectory("postgres");
        server = PostgresServer.start(Installation.locate(), directory, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void keepsCommittedRowsWhenKilled() throws Exception {
        int port = server.port();
        long pid = server.pid();
        execute("CREATE TABLE killed (id BIGINT PRIMARY KEY)");
        try (Connection uncommitted = server.connectAsSuperuser("postgres");
                Statement statement = uncommitted.createStatement()) {
            uncommitted.setAutoCommit(false);
            statement.execute("INSERT INTO killed VALUES (2)");
            execute("INSERT INTO killed VALUES (1)");

            server.kill();
        }
        assertThat(server.isAlive()).isFalse();
        server.restart();

        assertThat(server.port()).isEqualTo(port);
        assertThat(server.pid()).isNotEqualTo(pid);
        assertThat(answer("SELECT string_agg(id::text, ',') FROM killed")).isEqualTo("1");
    }

    @Test
    void stopsThoughClientsAreConnectedAndGoesOnWithItsDirectory() throws Exception {
        execute("CREATE TABLE stopped (id BIGINT PRIMARY KEY)");
        try (Connection idle = server.connectAsSuperuser("postgres")) {
            server.close();

            assertThat(idle.isValid(1)).isFalse();
        }
        server = PostgresServer.start(Installation.locate(), directory, Map.of());

        assertThat(answer("SELECT count(*) FROM stopped")).isEqualTo("0");
    }

    @Test
    void listensOnLoopbackAloneAndWantsThePassword() throws Exception {
        assertThat(answer("SHOW server_version")).startsWith("18.");
        assertThat(answer("SHOW listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(answer("SHOW unix_socket_directories")).isEmpty();
        assertThat(answer("SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"))
                .isEqualTo("scram-sha-256");
        assertThatThrownBy(() -> server.connect("postgres", "postgres", "guessed"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = server.connectAsSuperuser("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String answer(String sql) throws SQLException {
        try (Connection connection = server.connectAsSuperuser("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
