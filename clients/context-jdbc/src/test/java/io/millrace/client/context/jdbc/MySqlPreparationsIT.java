package io.millrace.client.context.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.context.RequestContext;
import java.nio.charset.StandardCharsets;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A prepared statement that is executed for another request does what the driver's own statement does. */
class MySqlPreparationsIT {
    private static final RequestContext A =
            RequestContext.builder().requestId("a").build();
    private static final RequestContext B =
            RequestContext.builder().requestId("b").build();
    private static final String SERVER = "&useServerPrepStmts=true";
    private static final String INSERT = "INSERT INTO t (id, text) VALUES (?, ?)";

    private static ShopDatabase shop;

    @BeforeAll
    static void start() throws SQLException {
        shop = ShopDatabase.start("preparations");
    }

    @AfterAll
    static void stop() {
        shop.close();
    }

    @BeforeEach
    void clear() throws SQLException {
        shop.clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", SERVER, "&databaseTerm=SCHEMA", "&databaseTerm=SCHEMA" + SERVER})
    void isPreparedAgainInTheDatabaseOfItsPreparation(String options) throws Exception {
        try (Connection connection = shop.connect(options);
                PreparedStatement insert = A.call(() -> connection.prepareStatement(INSERT))) {
            A.call(() -> insert(insert, 1));
            use(connection, "archive");
            B.call(() -> insert(insert, 2));
            assertThat(database(connection)).isEqualTo("archive");
            connection.createStatement().execute("INSERT INTO t (id) VALUES (3)");
            use(ContextConnections.unwrap(connection), "shop");
            A.call(() -> insert(insert, 4));
        }
        assertThat(shop.read("SELECT id FROM shop.t")).containsExactly("1", "2", "4");
        assertThat(shop.read("SELECT id FROM archive.t")).containsExactly("3");
        assertThat(shop.executed("INSERT"))
                .filteredOn(text -> text.contains("text"))
                .extracting(text -> text.substring(0, 17))
                .containsExactly("/*requestId='a'*/", "/*requestId='b'*/", "/*requestId='a'*/");
    }

    /** As a pool does that resets the driver's connection. */
    @Test
    void aDatabaseThatWasChangedUnderneathIsNoticed() throws Exception {
        try (Connection connection = shop.connect("");
                PreparedStatement insert = A.call(() -> connection.prepareStatement(INSERT))) {
            ContextConnections.unwrap(connection).setCatalog("archive");
            B.call(() -> insert(insert, 1));
        }
        assertThat(shop.read("SELECT id FROM shop.t")).containsExactly("1");
    }

    @Test
    void theDatabaseIsRestoredIfTheStatementCannotBePrepared() throws Exception {
        try (Connection connection = shop.connect(SERVER + "&emulateUnsupportedPstmts=false");
                PreparedStatement insert = A.call(() -> connection.prepareStatement(INSERT))) {
            connection.setCatalog("archive");
            try (Connection root = shop.connectAsRoot();
                    Statement sql = root.createStatement()) {
                sql.execute("RENAME TABLE shop.t TO shop.other");
                try {
                    assertThatThrownBy(() -> B.call(() -> insert(insert, 1))).isInstanceOf(SQLException.class);
                } finally {
                    sql.execute("RENAME TABLE shop.other TO shop.t");
                }
            }
            assertThat(connection.getCatalog()).isEqualTo("archive");
            B.call(() -> insert(insert, 2));
        }
        assertThat(shop.read("SELECT id FROM shop.t")).containsExactly("2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", SERVER})
    @Timeout(180)
    void threadsThatShareAStatementExecuteItForTheirOwnRequests(String options) throws Exception {
        int threads = 4;
        int executions = 100;
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try (Connection connection = shop.connect(options);
                PreparedStatement insert = connection.prepareStatement("INSERT INTO t (id) VALUES (1)")) {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                tasks.add(RequestContext.builder().requestId("r" + i).build().wrapCallable(() -> {
                    for (int n = 0; n < executions; n++) {
                        assertThat(insert.executeUpdate()).isEqualTo(1);
                    }
                    return null;
                }));
            }
            for (Future<Void> result : workers.invokeAll(tasks)) {
                result.get();
            }
        } finally {
            workers.shutdownNow();
        }
        assertThat(shop.read("SELECT COUNT(*) FROM shop.t")).containsExactly("400");
        for (int i = 0; i < threads; i++) {
            String comment = "/*requestId='r" + i + "'*/";
            // The server's log has each preparation too.
            assertThat(shop.read("SELECT COUNT(*) FROM mysql.general_log WHERE command_type = '"
                            + (options.isEmpty() ? "Query" : "Execute")
                            + "' AND CONVERT(argument USING utf8mb4) LIKE '" + comment.replace("'", "''") + "%'"))
                    .containsExactly("100");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", SERVER})
    @Timeout(180)
    void aStatementThatIsExecutedCanBeCancelled(String options) throws Exception {
        ExecutorService worker = Executors.newSingleThreadExecutor();
        try (Connection connection = shop.connect(options);
                PreparedStatement sleep = A.call(() -> connection.prepareStatement("SELECT SLEEP(50)"))) {
            Future<String> result = worker.submit(B.wrapCallable(() -> {
                try (ResultSet row = sleep.executeQuery()) {
                    row.next();
                    return row.getString(1);
                }
            }));
            awaitSleep();
            sleep.cancel();
            // SLEEP returns 1 if it is interrupted.
            assertThat(result.get()).isEqualTo("1");
        } finally {
            worker.shutdownNow();
        }
    }

    @Test
    @Timeout(180)
    void aStatementThatIsClosedByAnotherThreadStaysClosed() throws Exception {
        ExecutorService worker = Executors.newSingleThreadExecutor();
        try (Connection connection = shop.connect("")) {
            for (int i = 0; i < 20; i++) {
                PreparedStatement select = A.call(() -> connection.prepareStatement("SELECT 1"));
                CountDownLatch started = new CountDownLatch(1);
                Future<?> executions = worker.submit(() -> {
                    for (int n = 0; ; n++) {
                        started.countDown();
                        (n % 2 == 0 ? B : A).call(select::executeQuery);
                    }
                });
                started.await();
                select.close();
                assertThatThrownBy(executions::get).isInstanceOf(ExecutionException.class);
                assertThat(select.isClosed()).isTrue();
            }
            assertThat(((com.mysql.cj.jdbc.JdbcConnection) ContextConnections.unwrap(connection))
                            .getActiveStatementCount())
                    .isZero();
        } finally {
            worker.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", SERVER})
    void aTextThatIsGivenToAPreparedStatementIsCommented(String options) throws Exception {
        try (Connection connection = shop.connect(options);
                PreparedStatement insert = A.call(() -> connection.prepareStatement(INSERT));
                CallableStatement call = A.call(() -> connection.prepareCall("{call p(?, ?, ?)}"))) {
            B.call(() -> insert.executeUpdate("INSERT INTO t (id) VALUES (1)"));
            B.call(() -> insert.execute("INSERT INTO t (id) VALUES (2)"));
            B.call(() -> call.executeUpdate("INSERT INTO t (id) VALUES (3)"));
            A.call(() -> insert(insert, 4));
        }
        assertThat(shop.executed("INSERT"))
                .containsExactly(
                        "/*requestId='b'*/ INSERT INTO t (id) VALUES (1)",
                        "/*requestId='b'*/ INSERT INTO t (id) VALUES (2)",
                        "/*requestId='b'*/ INSERT INTO t (id) VALUES (3)",
                        "/*requestId='a'*/ INSERT INTO t (id, text) VALUES (4, 'text 4')");
    }

    @Test
    void aBatchOfTextsAndRowsIsCommentedAsItWasAdded() throws Exception {
        try (Connection connection = shop.connect("");
                PreparedStatement insert = A.call(() -> connection.prepareStatement(INSERT))) {
            B.run(() -> addText(insert, "INSERT INTO t (id) VALUES (1)"));
            insert.setLong(1, 2);
            insert.setString(2, "row");
            B.call(() -> {
                insert.addBatch();
                return null;
            });
            A.run(() -> addText(insert, "INSERT INTO t (id) VALUES (3)"));
            assertThat(A.call(insert::executeBatch)).containsExactly(1, 1, 1);
        }
        assertThat(shop.executed("INSERT"))
                .containsExactly(
                        "/*requestId='b'*/ INSERT INTO t (id) VALUES (1)",
                        "/*requestId='b'*/ INSERT INTO t (id, text) VALUES (2, 'row')",
                        "/*requestId='a'*/ INSERT INTO t (id) VALUES (3)");
    }

    /** The driver sends the result of the last execution, which a statement that is prepared again does not have. */
    @ParameterizedTest
    @ValueSource(strings = {"", SERVER})
    void anInOutParameterIsSetForEachRequest(String options) throws Exception {
        try (Connection connection = shop.connect(options);
                CallableStatement call = A.call(() -> connection.prepareCall("{call p(?, ?, ?)}"))) {
            call.setLong(1, 1);
            call.registerOutParameter(2, Types.BIGINT);
            call.registerOutParameter(3, Types.VARCHAR);
            call.setString(3, "hello");
            A.call(call::execute);
            A.call(call::execute);
            assertThat(call.getString(3)).isEqualTo("hello!!");
            assertThatThrownBy(() -> B.call(call::execute))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("INOUT parameter 3");
            call.setString(3, "again");
            B.call(call::execute);
            assertThat(call.getLong(2) + call.getString(3)).isEqualTo("2again!");
        }
        assertThat(shop.executed("CALL")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", SERVER})
    void valuesThatAreChangedAfterwardsAreSentAsTheyWereSet(String options) throws Exception {
        try (Connection connection = shop.connect(options)) {
            insertAndChange(connection, A);
            insertAndChange(connection, B);
        }
        assertThat(shop.read("SELECT text FROM shop.t")).hasSize(6).containsOnly("set");
        assertThat(shop.read("SELECT at FROM shop.t")).hasSize(6).containsOnly("2026-01-02 03:04:05");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", SERVER, SERVER + "&useCursorFetch=true"})
    @Timeout(180)
    void aResultThatIsOpenEndsAsWithAnyExecution(String options) throws Exception {
        try (Connection connection = shop.connect(options)) {
            for (int i = 0; i < 3; i++) {
                connection.createStatement().execute("INSERT INTO t (id) VALUES (" + i + ")");
            }
            try (PreparedStatement select = A.call(() -> connection.prepareStatement("SELECT id FROM t"))) {
                select.setFetchSize(options.contains("Cursor") ? 1 : Integer.MIN_VALUE);
                ResultSet former = A.call(select::executeQuery);
                assertThat(former.next()).isTrue();
                ResultSet result = B.call(select::executeQuery);
                int rows = 0;
                while (result.next()) {
                    rows++;
                }
                assertThat(rows).isEqualTo(3);
                assertThatThrownBy(former::next).isInstanceOf(SQLException.class);

                assertThat(A.call(() -> select.execute())).isTrue();
                assertThat(B.call(() -> select.execute())).isTrue();
                assertThat(select.getResultSet().next()).isTrue();
            }
        }
        // The log has a statement of the server twice, when it is prepared and when it is executed.
        assertThat(shop.executed("SELECT id"))
                .extracting(text -> text.substring(0, 17))
                .containsSubsequence(
                        "/*requestId='a'*/", "/*requestId='b'*/", "/*requestId='a'*/", "/*requestId='b'*/");
    }

    @SuppressWarnings("JavaUtilDate") // The types of JDBC.
    private static void insertAndChange(Connection connection, RequestContext executing) throws Exception {
        try (PreparedStatement insert =
                A.call(() -> connection.prepareStatement("INSERT INTO t (at, text) VALUES (?, ?)"))) {
            byte[] text = "set".getBytes(StandardCharsets.US_ASCII);
            insert.setBytes(2, text);
            text[0] = 'S';
            Timestamp at = Timestamp.valueOf("2026-01-02 03:04:05");
            insert.setTimestamp(1, at);
            at.setTime(0);
            executing.call(insert::executeUpdate);
            Calendar calendar = Calendar.getInstance();
            calendar.setTime(Timestamp.valueOf("2026-01-02 03:04:05"));
            insert.setObject(1, calendar);
            calendar.add(Calendar.YEAR, 1);
            executing.call(insert::executeUpdate);
            Date date = new Date(Timestamp.valueOf("2026-01-02 03:04:05").getTime());
            insert.setObject(1, date);
            date.setTime(0);
            A.call(insert::executeUpdate);
        }
    }

    private static int insert(PreparedStatement insert, long id) throws SQLException {
        insert.setLong(1, id);
        insert.setString(2, "text " + id);
        return insert.executeUpdate();
    }

    private static void addText(Statement statement, String text) {
        try {
            statement.addBatch(text);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** With {@code databaseTerm=SCHEMA}, the driver ignores the catalog, and otherwise the schema. */
    private static void use(Connection connection, String database) throws SQLException {
        connection.setCatalog(database);
        connection.setSchema(database);
    }

    private static String database(Connection connection) throws SQLException {
        try (Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery("SELECT DATABASE()")) {
            row.next();
            return row.getString(1);
        }
    }

    private static void awaitSleep() throws SQLException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (shop.read("SELECT info FROM information_schema.processlist WHERE user = '" + ShopDatabase.USER
                                + "' AND state = 'User sleep'")
                        .isEmpty()
                && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
