package io.millrace.connectors.projection.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.database.mysql.MySqlDialect;
import io.millrace.connectors.projection.kind.rows.Rows;
import io.millrace.connectors.projection.table.View;
import io.millrace.connectors.projection.table.Views;
import io.millrace.events.DeadLetterHeaders;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class PoisonSearchTest {
    private static final int RECORDS = 5000;

    private final View view = Views.of("orders", 1, 0, "id", "a");
    private final List<Refusal> refusals = new ArrayList<>();
    private final Statements statements = new Statements();

    @Test
    void takesOneStatementWhereNothingIsRefused() throws SQLException {
        search(Set.of());

        assertThat(statements.attempts).isEqualTo(1);
        assertThat(statements.rows).isEqualTo(RECORDS);
    }

    @Test
    void findsARefusedRecordWithTwoStatementsForEachHalving() throws SQLException {
        int most = 0;
        for (int poison = 0; poison < RECORDS; poison += 7) {
            refusals.clear();
            statements.attempts = 0;
            statements.rows = 0;
            search(Set.of(poison));

            assertThat(refusals)
                    .singleElement()
                    .extracting(refusal -> refusal.record().kafkaOffset())
                    .isEqualTo((long) poison);
            assertThat(statements.rows).isEqualTo(RECORDS - 1);
            most = Math.max(most, statements.attempts);
        }

        // 2^13 is the first power above 5000: 1 for all of them, and 13 times two halves.
        assertThat(most).isEqualTo(1 + 2 * 13);
    }

    @Test
    void findsSeveralAndSaysWhatTheDatabaseSaid() throws SQLException {
        search(Set.of(3, 1000, 4999));

        assertThat(refusals)
                .extracting(refusal -> refusal.record().kafkaOffset())
                .containsExactly(3L, 1000L, 4999L);
        assertThat(statements.rows).isEqualTo(RECORDS - 3);
        assertThat(refusals.get(0).reason())
                .isInstanceOfSatisfying(RefusedRecordException.class, reason -> assertThat(reason.details())
                        .isEqualTo(Map.of(
                                DeadLetterHeaders.VIEW,
                                "orders",
                                DeadLetterHeaders.PROJECTION,
                                "orders",
                                DeadLetterHeaders.COLUMN,
                                "a",
                                DeadLetterHeaders.SQL_STATE,
                                "22001")))
                .message()
                .doesNotContain("secret");
    }

    @Test
    void keepsOneSavepointOpenHoweverManyRecordsAreRefused() throws SQLException {
        search(IntStream.range(0, RECORDS).boxed().collect(Collectors.toSet()));

        assertThat(refusals).hasSize(RECORDS);
        assertThat(statements.rows).isZero();
        assertThat(statements.mostSavepoints).isEqualTo(1);
        // Every part is tried once: all records, and two halves of each part of several.
        assertThat(statements.attempts).isEqualTo(2 * RECORDS - 1);

        refusals.clear();
        search(IntStream.range(0, RECORDS).filter(i -> i % 5 == 0).boxed().collect(Collectors.toSet()));
        assertThat(refusals).hasSize(RECORDS / 5);
        assertThat(statements.rows).isEqualTo(RECORDS - RECORDS / 5);
        assertThat(statements.mostSavepoints).isEqualTo(1);
    }

    private void search(Set<Integer> poison) throws SQLException {
        statements.poison = poison;
        // Of another transaction.
        statements.savepoints.clear();
        List<ProjectedRecord> records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            records.add(new ProjectedRecord(
                    new SinkRecord("events", 0, null, null, null, null, i),
                    List.of(Rows.upsert(view, "" + i, "secret"))));
        }
        new PoisonSearch(
                        statements.connection(),
                        new ViewWriter(new MySqlDialect(), statements.statements()),
                        Optional.empty(),
                        refusals::add)
                .writeRecords(records);
    }

    /** A database that refuses some rows. */
    private static final class Statements {
        private Set<Integer> poison = Set.of();
        private int attempts;
        private int rows;
        private int mostSavepoints;
        private final List<Object> savepoints = new ArrayList<>();
        private int savepointRows;

        /** Statements that write rows, and are given nothing else to do. */
        ViewStatements statements() {
            return (ViewStatements) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {ViewStatements.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("numberEqualTexts")) {
                            return IntStream.range(0, ((List<?>) arguments[1]).size())
                                    .toArray();
                        }
                        if (method.getName().equals("upsert")) {
                            upsert((List<?>) arguments[2]);
                        } else {
                            assertThat(arguments[1]).isIn(List.of(), Map.of());
                        }
                        return null;
                    });
        }

        private void upsert(List<?> upserts) throws SQLException {
            attempts++;
            for (Object row : upserts) {
                if (poison.contains(Integer.valueOf((String) ((Object[]) row)[0]))) {
                    throw new SQLException("Data too long for column 'a' secret", "22001", 1406);
                }
            }
            rows += upserts.size();
        }

        /** A connection with savepoints and nothing else. */
        Connection connection() {
            return (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                        switch (method.getName()) {
                            case "setSavepoint" -> {
                                return addSavepoint();
                            }
                            case "rollback" -> {
                                // To the last one, which stays open.
                                assertThat(savepoints).last().isSameAs(arguments[0]);
                                rows = savepointRows;
                            }
                            default -> {
                                assertThat(method.getName()).isEqualTo("releaseSavepoint");
                                assertThat(savepoints.remove(savepoints.size() - 1))
                                        .isSameAs(arguments[0]);
                            }
                        }
                        return null;
                    });
        }

        private Object addSavepoint() {
            Object savepoint = Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {Savepoint.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        default -> "savepoint";
                    });
            savepoints.add(savepoint);
            mostSavepoints = Math.max(mostSavepoints, savepoints.size());
            savepointRows = rows;
            return savepoint;
        }
    }
}
