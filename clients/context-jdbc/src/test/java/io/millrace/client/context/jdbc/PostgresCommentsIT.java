package io.millrace.client.context.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.context.ContextScope;
import io.millrace.client.context.RequestContext;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.PostgresServer;
import io.millrace.testing.servers.ServerDirectories;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What arrives at PostgreSQL: each statement stores its own text. */
class PostgresCommentsIT {
    private static final String A = "/*requestId='a'*/ ";
    private static final String B = "/*requestId='b'*/ ";
    private static final String INSERT = "INSERT INTO t (id) VALUES (?)";
    private static PostgresServer server;

    private ContextScope scope;

    @BeforeAll
    static void start() throws SQLException {
        server = PostgresServer.start(Installation.locate(), ServerDirectories.newDirectory("comments"), Map.of());
        try (Connection root = server.connectAsSuperuser("postgres");
                Statement sql = root.createStatement()) {
            sql.execute("CREATE USER service PASSWORD 'service'");
            sql.execute("CREATE TABLE t (n SERIAL PRIMARY KEY, id BIGINT, text TEXT DEFAULT current_query())");
            sql.execute("CREATE SCHEMA other");
            sql.execute("CREATE TABLE other.t (n SERIAL PRIMARY KEY, id BIGINT, text TEXT DEFAULT current_query())");
            sql.execute("GRANT ALL ON SCHEMA other TO service");
            sql.execute("GRANT ALL ON ALL TABLES IN SCHEMA other TO service");
            sql.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA other TO service");
            sql.execute("CREATE FUNCTION f(a BIGINT) RETURNS TEXT LANGUAGE sql AS 'SELECT current_query()'");
            sql.execute("CREATE PROCEDURE p(a BIGINT, INOUT b TEXT) LANGUAGE plpgsql AS"
                    + " 'BEGIN b := current_query(); INSERT INTO t (id) VALUES (a); END'");
            sql.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO service");
            sql.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO service");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void openRequest() throws SQLException {
        scope = request("a").open();
        try (Connection root = server.connectAsSuperuser("postgres");
                Statement sql = root.createStatement()) {
            sql.execute("TRUNCATE t");
        }
    }

    @AfterEach
    void endRequest() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "?prepareThreshold=-1",
                "?reWriteBatchedInserts=true",
                "?preferQueryMode=simple",
                "?escapeSyntaxCallMode=callIfNoReturn"
            })
    void everyKindOfStatementIsCommented(String options) throws SQLException {
        try (Connection connection = connect(options)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO t (id) VALUES (1);");
                statement.executeUpdate("INSERT INTO t (id) VALUES (2) -- the end", Statement.RETURN_GENERATED_KEYS);
                assertThat(statement.getGeneratedKeys().next()).isTrue();
                statement.addBatch("INSERT INTO t (id) VALUES (3)");
                statement.addBatch("INSERT INTO t (id, text) VALUES (4, current_query() || $$/*x='y'*/$$)");
                assertThat(statement.executeBatch()).containsExactly(1, 1);
            }
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                for (int i = 5; i < 13; i++) {
                    insert.setLong(1, i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(8);
                insert.setLong(1, 13);
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
            if (options.contains("simple")) {
                // The driver itself does not support functions in this mode.
                assertThatThrownBy(() -> callFunction(ContextConnections.unwrap(connection)))
                        .isInstanceOf(SQLException.class);
            } else {
                assertThat(callFunction(connection)).contains(A.strip());
            }
            if (options.contains("callIfNoReturn")) {
                try (CallableStatement call = connection.prepareCall("{call p(?, ?)}")) {
                    call.setLong(1, 14);
                    call.setString(2, "");
                    call.registerOutParameter(2, Types.VARCHAR);
                    call.execute();
                    assertThat(call.getString(2)).contains(A.strip());
                }
            }
        }
        assertThat(texts()).hasSizeGreaterThanOrEqualTo(13).allSatisfy(text -> assertThat(text)
                .contains(A.strip()));
    }

    @Test
    void aPreparedStatementIsCommentedForTheRequestThatExecutesIt() throws SQLException {
        try (Connection connection = connect("?prepareThreshold=1");
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (int i = 0; i < 6; i++) {
                try (ContextScope request = request(i % 2 == 0 ? "a" : "b").open()) {
                    assertThat(request).isNotNull();
                    insert.setLong(1, i);
                    insert.executeUpdate();
                }
            }
        }
        assertThat(texts()).hasSize(6);
        for (int i = 0; i < 6; i++) {
            assertThat(texts().get(i)).startsWith(i % 2 == 0 ? A : B);
        }
    }

    /** The driver binds no statement to a schema, so that one that is prepared again is not bound either. */
    @Test
    void aStatementIsExecutedInTheSchemaOfItsExecution() throws Exception {
        try (Connection connection = connect("?prepareThreshold=1");
                PreparedStatement plain = ContextConnections.unwrap(connection).prepareStatement(INSERT);
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert(plain, 1);
            insert(insert, 1);
            connection.setSchema("other");
            insert(plain, 2);
            request("b").call(() -> insert(insert, 2));
            assertThat(connection.getSchema()).isEqualTo("other");
        }
        assertThat(texts("SELECT text FROM other.t ORDER BY n"))
                .containsExactly(INSERT.replace("?", "$1"), B + INSERT.replace("?", "$1"));
    }

    @Test
    void valuesThatAreChangedAfterwardsAreSentAsTheDriverSendsThem() throws Exception {
        String select = "SELECT encode(?::bytea, 'escape') || ' ' || ?::timestamp";
        List<String> answers = new ArrayList<>();
        try (Connection connection = connect("")) {
            for (Connection each : List.of(connection, ContextConnections.unwrap(connection))) {
                try (PreparedStatement statement = each.prepareStatement(select)) {
                    byte[] bytes = {'a'};
                    Timestamp at = Timestamp.valueOf("2026-01-02 03:04:05");
                    statement.setBytes(1, bytes);
                    statement.setTimestamp(2, at);
                    bytes[0] = 'b';
                    at.setTime(0);
                    answers.add(request("b").call(() -> readText(statement)));
                }
            }
        }
        assertThat(answers).containsExactly("a 2026-01-02 03:04:05", "a 2026-01-02 03:04:05");
    }

    @Test
    void anInOutParameterIsSetForEachRequest() throws Exception {
        try (Connection connection = connect("?escapeSyntaxCallMode=callIfNoReturn");
                CallableStatement call = connection.prepareCall("{call p(?, ?)}")) {
            call.setLong(1, 14);
            call.setString(2, "");
            call.registerOutParameter(2, Types.VARCHAR);
            call.execute();
            assertThatThrownBy(() -> request("b").call(call::execute)).hasMessageContaining("INOUT parameter 2");
            call.setString(2, "");
            request("b").call(call::execute);
            assertThat(call.getString(2)).contains(B.strip());
        }
    }

    private static int insert(PreparedStatement insert, long id) throws SQLException {
        insert.setLong(1, id);
        return insert.executeUpdate();
    }

    private static String readText(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    private static String callFunction(Connection connection) throws SQLException {
        try (CallableStatement call = connection.prepareCall("{? = call f(?)}")) {
            call.registerOutParameter(1, Types.VARCHAR);
            call.setLong(2, 1);
            call.execute();
            return call.getString(1);
        }
    }

    private static RequestContext request(String id) {
        return RequestContext.builder().requestId(id).build();
    }

    private static Connection connect(String options) throws SQLException {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.jdbcUrl("postgres") + options);
        dataSource.setUser("service");
        dataSource.setPassword("service");
        return new ContextDataSource(dataSource).getConnection();
    }

    private static List<String> texts() throws SQLException {
        return texts("SELECT text FROM t ORDER BY n");
    }

    private static List<String> texts(String select) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Connection root = server.connectAsSuperuser("postgres");
                Statement sql = root.createStatement();
                ResultSet rows = sql.executeQuery(select)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
