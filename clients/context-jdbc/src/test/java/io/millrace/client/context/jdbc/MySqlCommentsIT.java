package io.millrace.client.context.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.jdbc.MysqlDataSource;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.millrace.client.context.ContextScope;
import io.millrace.client.context.RequestContext;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives at MySQL, from its general log, with each of the driver's ways to send statements. */
class MySqlCommentsIT {
    private static final String A = "/*requestId='a'*/ ";
    private static final String B = "/*requestId='b'*/ ";
    private static final String INSERT = "INSERT INTO t (id, text) VALUES (?, ?)";

    private static ShopDatabase shop;

    private ContextScope scope;

    @BeforeAll
    static void start() throws SQLException {
        shop = ShopDatabase.start("comments");
    }

    @AfterAll
    static void stop() {
        shop.close();
    }

    @BeforeEach
    void openRequest() throws SQLException {
        scope = request("a").open();
        shop.clear();
    }

    @AfterEach
    void endRequest() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "&useServerPrepStmts=true",
                "&useServerPrepStmts=true&cachePrepStmts=true",
                "&rewriteBatchedStatements=true",
                "&allowMultiQueries=true"
            })
    void everyKindOfStatementIsCommented(String options) throws SQLException {
        try (Connection connection = shop.connect(options)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO t (id) VALUES (1)");
                statement.executeUpdate("UPDATE t SET text = '/*x=''y''*/ -- ' WHERE id = 1 # the end");
                statement.executeLargeUpdate("INSERT INTO t (id) VALUES (2)", Statement.RETURN_GENERATED_KEYS);
                assertThat(readLong(statement.getGeneratedKeys())).isEqualTo(2);
                assertThat(readLong(statement.executeQuery("SELECT COUNT(*) FROM t")))
                        .isEqualTo(2);
                statement.addBatch("INSERT INTO t (id) VALUES (3)");
                statement.addBatch("INSERT INTO t (id) VALUES (4)");
                assertThat(statement.executeBatch()).containsExactly(1, 1);
            }
            try (PreparedStatement insert = connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
                for (int i = 5; i < 9; i++) {
                    insert.setLong(1, i);
                    insert.setString(2, "text " + i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(4);
                try (ResultSet keys = insert.getGeneratedKeys()) {
                    int count = 0;
                    while (keys.next()) {
                        count++;
                    }
                    assertThat(count).isEqualTo(4);
                }
            }
            try (CallableStatement call = connection.prepareCall("{call p(?, ?, ?)}")) {
                call.setLong(1, 41);
                call.registerOutParameter(2, Types.BIGINT);
                call.registerOutParameter(3, Types.VARCHAR);
                call.setString(3, "hello");
                call.execute();
                assertThat(call.getLong(2)).isEqualTo(42);
                assertThat(call.getString(3)).isEqualTo("hello!");
            }
            try (CallableStatement call = connection.prepareCall("{? = call f(?)}")) {
                call.registerOutParameter(1, Types.BIGINT);
                call.setLong(2, 1);
                call.execute();
                assertThat(call.getLong(1)).isEqualTo(2);
            }
            try (PreparedStatement count = connection.prepareStatement("SELECT COUNT(*) FROM t WHERE text LIKE ?")) {
                count.setString(1, "text%");
                assertThat(readLong(count.executeQuery())).isEqualTo(4);
            }
        }
        assertThat(shop.statements()).isNotEmpty().allSatisfy(sql -> assertThat(sql)
                .contains(A.strip()));
        assertThat(shop.statements())
                .anySatisfy(sql -> assertThat(sql).matches("(?i)call p\\(.* /\\*requestId='a'\\*/\\)"));
    }

    @Test
    void batchesAreRewrittenAsWithoutTheLibrary() throws SQLException {
        try (Connection connection = shop.connect("&rewriteBatchedStatements=true");
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            addRow(insert, 1);
            addRow(insert, 2);
            insert.executeBatch();
        }
        assertThat(shop.statements())
                .containsExactly(A + "INSERT INTO t (id, text) VALUES (1, 'text 1'),(2, 'text 2')");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&useServerPrepStmts=true"})
    void aPreparedStatementIsCommentedForTheRequestThatExecutesIt(String options) throws SQLException {
        try (Connection connection = shop.connect(options);
                PreparedStatement insert = connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
            insert.setQueryTimeout(20);
            insert.setString(2, "kept");
            insert.setLong(1, 1);
            insert.executeUpdate();
            try (ContextScope other = request("b").open()) {
                assertThat(other).isNotNull();
                insert.setLong(1, 2);
                insert.executeUpdate();
                assertThat(readLong(insert.getGeneratedKeys())).isEqualTo(2);
                assertThat(insert.getQueryTimeout()).isEqualTo(20);
            }
            insert.setLong(1, 3);
            try (ContextScope none = RequestContext.empty().open()) {
                assertThat(none).isNotNull();
                insert.executeUpdate();
            }
        }
        assertThat(shop.executed("INSERT"))
                .containsExactly(
                        A + "INSERT INTO t (id, text) VALUES (1, 'kept')",
                        B + "INSERT INTO t (id, text) VALUES (2, 'kept')",
                        "INSERT INTO t (id, text) VALUES (3, 'kept')");
    }

    @Test
    void aBatchIsCommentedForTheRequestThatAddedItsRows() throws SQLException {
        try (Connection connection = shop.connect("");
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            try (ContextScope other = request("b").open()) {
                assertThat(other).isNotNull();
                addRow(insert, 1);
            }
            insert.executeBatch();
            addRow(insert, 2);
            try (ContextScope other = request("b").open()) {
                assertThat(other).isNotNull();
                addRow(insert, 3);
            }
            assertThat(insert.executeBatch()).containsExactly(1, 1);
            addRow(insert, 4);
            insert.executeBatch();
        }
        assertThat(shop.executed("INSERT"))
                .containsExactly(
                        B + "INSERT INTO t (id, text) VALUES (1, 'text 1')",
                        "INSERT INTO t (id, text) VALUES (2, 'text 2')",
                        "INSERT INTO t (id, text) VALUES (3, 'text 3')",
                        A + "INSERT INTO t (id, text) VALUES (4, 'text 4')");
    }

    /** A driver formats a date when it is set; the copy does not see a later change of the object. */
    @Test
    void valuesOfAnotherRequestAreSentAsTheyWereSet() throws SQLException {
        String sql = "INSERT INTO t (id, text, at) VALUES (?, ?, ?)";
        try (Connection connection = shop.connect("");
                PreparedStatement insert = connection.prepareStatement(sql)) {
            Timestamp at = Timestamp.valueOf("2026-01-02 03:04:05.006");
            insert.setObject(1, 7, Types.BIGINT);
            insert.setAsciiStream(2, new ByteArrayInputStream("stream".getBytes(StandardCharsets.US_ASCII)));
            insert.setTimestamp(3, at);
            at.setTime(0);
            try (ContextScope other = request("b").open()) {
                assertThat(other).isNotNull();
                insert.execute();
            }
        }
        try (Connection root = shop.connectAsRoot();
                Statement statement = root.createStatement();
                ResultSet row = statement.executeQuery("SELECT id, text, at FROM shop.t")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getLong(1)).isEqualTo(7);
            assertThat(row.getString(2)).isEqualTo("stream");
            assertThat(row.getTimestamp(3)).isEqualTo(Timestamp.valueOf("2026-01-02 03:04:05.006"));
        }
        assertThat(shop.executed("INSERT")).singleElement().satisfies(text -> assertThat(text)
                .startsWith(B));
    }

    @Test
    void aCallableStatementIsPreparedAgainWithItsOutParameters() throws SQLException {
        try (Connection connection = shop.connect("");
                CallableStatement call = connection.prepareCall("{call p(?, ?, ?)}")) {
            call.registerOutParameter("b", Types.BIGINT);
            call.registerOutParameter(3, Types.VARCHAR);
            call.setLong("a", 1);
            call.setString(3, "hi");
            try (ContextScope other = request("b").open()) {
                assertThat(other).isNotNull();
                call.execute();
            }
            assertThat(call.getLong("b")).isEqualTo(2);
            assertThat(call.getString(3)).isEqualTo("hi!");
        }
        assertThat(shop.executed("CALL")).singleElement().satisfies(text -> assertThat(text)
                .contains(B.strip()));
    }

    @Test
    void objectsLeadBackToTheCommentingOnes() throws SQLException {
        try (Connection connection = shop.connect("");
                PreparedStatement select = connection.prepareStatement("SELECT 1");
                ResultSet result = select.executeQuery()) {
            assertThat(result.getStatement()).isSameAs(select);
            assertThat(select.getConnection()).isSameAs(connection);
            assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
            assertThat(connection.isWrapperFor(JdbcConnection.class)).isTrue();
            assertThat(connection.unwrap(JdbcConnection.class)).isSameAs(ContextConnections.unwrap(connection));
            assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
            assertThat(connection.isWrapperFor(String.class)).isFalse();
            assertThatThrownBy(() -> connection.unwrap(String.class)).isInstanceOf(SQLException.class);
            assertThat(select.getConnection()).isEqualTo(connection).hasSameHashCodeAs(connection);
            assertThat(ContextConnections.wrap(connection)).isSameAs(connection);
            assertThat(select.toString()).contains("SELECT 1");
        }
    }

    @Test
    void theDriversErrorsAreTheDrivers() throws SQLException {
        try (Connection connection = shop.connect("")) {
            PreparedStatement insert = connection.prepareStatement(INSERT);
            insert.close();
            try (ContextScope other = request("b").open()) {
                assertThat(other).isNotNull();
                assertThatThrownBy(insert::execute)
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("closed");
            }
            assertThatThrownBy(() -> connection.prepareStatement(null)).isInstanceOf(SQLException.class);
            try (Statement statement = connection.createStatement()) {
                assertThatThrownBy(() -> statement.execute("SELEC 1"))
                        .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getErrorCode())
                                .isEqualTo(1064));
            }
        }
    }

    @Test
    void aStatementWithACommentIsSentAsItIs() throws SQLException {
        String own = "INSERT INTO t (id) VALUES (?) /*requestId='own'*/";
        try (Connection connection = shop.connect("");
                PreparedStatement insert = connection.prepareStatement(own)) {
            insert.setLong(1, 1);
            try (ContextScope other = request("b").open()) {
                assertThat(other).isNotNull();
                insert.execute();
            }
        }
        assertThat(shop.executed("INSERT")).containsExactly("INSERT INTO t (id) VALUES (1) /*requestId='own'*/");
    }

    @Test
    void aPoolIsWrappedOrContainsTheWrapper() throws Exception {
        MysqlDataSource plain = new MysqlDataSource();
        plain.setUrl(shop.jdbcUrl());
        HikariConfig outside = pool();
        outside.setJdbcUrl(shop.jdbcUrl());
        HikariConfig inside = pool();
        inside.setDataSource(new ContextDataSource(plain));
        HikariConfig driver = pool();
        driver.setJdbcUrl(shop.jdbcUrl().replace("jdbc:", ContextDriver.PREFIX));
        try (ContextDataSource wrapped = new ContextDataSource(new HikariDataSource(outside));
                HikariDataSource wrapping = new HikariDataSource(inside);
                HikariDataSource byUrl = new HikariDataSource(driver)) {
            for (DataSource dataSource : List.of(wrapped, wrapping, byUrl)) {
                try (Connection connection = dataSource.getConnection();
                        PreparedStatement insert = connection.prepareStatement("INSERT INTO t (id) VALUES (9)")) {
                    insert.execute();
                    assertThat(insert.getConnection()).isSameAs(connection);
                }
            }
            assertThat(wrapped.unwrap(HikariDataSource.class).isClosed()).isFalse();
        }
        assertThat(shop.executed("INSERT"))
                .containsExactly(
                        A + "INSERT INTO t (id) VALUES (9)",
                        A + "INSERT INTO t (id) VALUES (9)",
                        A + "INSERT INTO t (id) VALUES (9)");
    }

    private static HikariConfig pool() {
        HikariConfig config = new HikariConfig();
        config.setUsername(ShopDatabase.USER);
        config.setPassword(ShopDatabase.USER);
        config.setMaximumPoolSize(1);
        return config;
    }

    private static void addRow(PreparedStatement insert, long id) throws SQLException {
        insert.setLong(1, id);
        insert.setString(2, "text " + id);
        insert.addBatch();
    }

    private static RequestContext request(String id) {
        return RequestContext.builder().requestId(id).build();
    }

    private static long readLong(ResultSet result) throws SQLException {
        try (result) {
            assertThat(result.next()).isTrue();
            return result.getLong(1);
        }
    }
}
