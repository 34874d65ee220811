package io.millrace.connectors.projection;

import static io.millrace.connectors.projection.SinkFixture.partition;
import static io.millrace.connectors.projection.SinkFixture.record;
import static io.millrace.connectors.projection.SinkFixture.siteRecord;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testing.Seeds;
import io.millrace.testing.documents.Troubleshooting;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sink's task against a real server, one call after the other; a subclass starts the server. */
abstract class ProjectionSinkIT {
    static SinkFixture fixture;
    private static int tests;
    final FakeContext context = new FakeContext(true);
    String connector;

    @AfterAll
    static void stopServer() {
        fixture.close();
    }

    @BeforeEach
    void createViews(TestInfo test) throws SQLException {
        connector = test.getTestMethod().orElseThrow().getName() + " " + ++tests;
        fixture.execute("DROP TABLE IF EXISTS orders, apps");
        fixture.execute("CREATE TABLE orders (id BIGINT PRIMARY KEY, status VARCHAR(8), total DECIMAL(6,2), paid_at "
                + fixture.database.moment(3) + ", note VARCHAR(20) DEFAULT 'none')");
        String text = fixture.database.text(20);
        fixture.execute("CREATE TABLE apps (site " + text + ", app " + text
                + ", version VARCHAR(20), note VARCHAR(20) DEFAULT 'none', PRIMARY KEY (site, app))");
    }

    @Test
    void writesDecimalsAndMomentsExactly() throws SQLException {
        ProjectionSinkTask task = opened();
        task.put(List.of(record(
                0,
                Map.of("id", 1L),
                Map.of("status", "NEW", "total", 12.5, "paid_at", "2026-01-01T12:00:00.5+02:00"))));

        SinkFixture.settle(task);
        assertThat(orders()).containsExactly(row("1", "NEW", "12.50", "2026-01-01T10:00:00.500", "none"));
        task.stop();
    }

    @Test
    void storesWhatAProjectionMapsForValuesThatTheColumnsCannotHold() throws SQLException {
        Map<String, String> options = options();
        options.put(
                "projection.orders.columns",
                "status = nullIf(value.status.substring(0, 4), 'NONE'),"
                        + " total = clamp(decimal(value.total), 0, decimal('9999.99')),"
                        + " paid_at = clamp(value.paid_at, timestamp('1971-01-01T00:00:00Z'), timestamp('2037-01-01T00:00:00Z')),"
                        + " note = value.note.replace('\\u0000', '')");
        ProjectionSinkTask task = fixture.opened(options, context);
        task.put(List.of(
                record(
                        0,
                        Map.of("id", 1L),
                        Map.of("status", "NONE", "total", 1e9, "paid_at", "0000-01-01", "note", "a\0b")),
                record(
                        1,
                        Map.of("id", 2L),
                        Map.of(
                                "status",
                                "PAID IN FULL",
                                "total",
                                "-0.001",
                                "paid_at",
                                "+294247-01-10T04:00:25.2Z",
                                "note",
                                "\0"))));

        SinkFixture.settle(task);
        assertThat(context.reports).isEmpty();
        assertThat(orders())
                .containsExactly(
                        row("1", null, "9999.99", "1971-01-01T00:00", "ab"),
                        row("2", "PAID", "0.00", "2037-01-01T00:00", ""));
        task.stop();
    }

    @Test
    void resumesWhereTheLedgerSaysAndRefusesWhatIsBefore() throws SQLException {
        ProjectionSinkTask first = opened();
        assertThat(context.seeks).isEqualTo(Map.of(partition(0), 0L, SinkFixture.SITES, 0L));
        List<SinkRecord> records = List.of(order(3, 1, "NEW"), order(7, 1, "PAID"));
        first.put(records);
        SinkFixture.settle(first);
        assertThat(SinkFixture.committed(first, List.of(partition(0), partition(1))))
                .isEqualTo(Map.of(partition(0), new OffsetAndMetadata(8)));
        first.stop();

        fixture.execute("UPDATE orders SET note = 'untouched'");
        ProjectionSinkTask second = opened();
        assertThat(context.seeks).isEqualTo(Map.of(partition(0), 8L, SinkFixture.SITES, 0L));
        // The consumer was sent to offset 8, so the topic is another one.
        assertThatThrownBy(() -> second.put(records))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("The record at offset 3 of events-0 was delivered")
                .hasMessageContaining("before offset 8")
                .hasMessageContaining("DELETE /connectors/NAME/offsets")
                .message()
                .containsPattern(Troubleshooting.symptom("The topic was deleted and created again", 2));

        assertThat(orders()).containsExactly(row("1", "PAID", null, null, "untouched"));
        assertThat(fixture.ledger(connector, 0)).isEqualTo(8);
        second.stop();

        // What the message advises.
        new ProjectionSinkConnector().alterOffsets(options(), Map.of());
        ProjectionSinkTask third = opened();
        third.put(records);
        SinkFixture.settle(third);
        third.stop();
        assertThat(orders()).containsExactly(row("1", "PAID", null, null, "untouched"));
        assertThat(fixture.ledger(connector, 0)).isEqualTo(8);
    }

    @Test
    void writesNothingOfATaskThatLostItsPartition() throws SQLException {
        ProjectionSinkTask old = opened();
        old.put(List.of(order(0, 1, "NEW")));
        SinkFixture.settle(old);
        ProjectionSinkTask owner = opened();

        old.put(List.of(order(1, 1, "ZOMBIE")));
        SinkFixture.awaitLoss(old, partition(0));
        owner.put(List.of(order(1, 1, "PAID")));
        // Resumes without the partition, and passes over what is delivered of it.
        for (int i = 0; i < 5; i++) {
            old.put(List.of(order(1, 1, "ZOMBIE")));
        }
        SinkFixture.settle(old);

        SinkFixture.settle(owner);
        assertThat(orders()).extracting(row -> row.get(1)).containsExactly("PAID");
        assertThat(fixture.ledger(connector, 0)).isEqualTo(2);
        old.stop();
        owner.stop();
    }

    @Test
    void resetsTheColumnsOfARowThatWasDeletedAndCameBackInOneBatch() throws SQLException {
        ProjectionSinkTask task = opened();
        task.put(List.of(order(0, 1, "NEW"), order(1, 2, "NEW")));
        SinkFixture.settle(task);
        fixture.execute("UPDATE orders SET note = 'old'");

        task.put(
                List.of(record(2, Map.of("id", 1L), null), order(3, 1, "AGAIN"), order(4, 2, "PAID"), tombstone(5, 2)));

        SinkFixture.settle(task);
        assertThat(orders()).containsExactly(row("1", "AGAIN", null, null, "none"));
        task.stop();
    }

    @Test
    void deletesElementsThatVanishedAndOnlyThose() throws SQLException {
        ProjectionSinkTask task = opened();
        task.put(List.of(site(0, "a", "x", "y"), site(1, "b", "x", "y")));
        SinkFixture.settle(task);
        fixture.execute("UPDATE apps SET note = 'kept'");
        task.put(List.of(site(2, "a", "y", "z"), site(3, "b")));

        SinkFixture.settle(task);
        assertThat(fixture.rows("SELECT site, app, version, note FROM apps ORDER BY 1, 2"))
                .containsExactly(row("a", "y", "v2", "kept"), row("a", "z", "v2", "none"));
        task.put(List.of(siteRecord(4, Map.of("site", "a"), null)));
        SinkFixture.settle(task);
        assertThat(fixture.rows("SELECT * FROM apps")).isEmpty();
        task.stop();
    }

    /** A row that is deleted and written again would lose the note. */
    @Test
    void keepsElementsWhateverTheTypesOfTheirKeysAre() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS keyed");
        fixture.execute(
                "CREATE TABLE keyed (tenant " + fixture.database.text(20) + ", site DECIMAL(10,2), day DATE, at "
                        + fixture.database.moment(3) + ", amount DECIMAL(10,3), name " + fixture.database.text(20)
                        + ", n SMALLINT, version VARCHAR(10), note VARCHAR(10),"
                        + " PRIMARY KEY (tenant, site, day, at, amount, name, n))");
        ProjectionSinkTask task = fixture.opened(
                fixture.options(
                        connector,
                        "keyed",
                        "keyed.kind",
                        "explode",
                        "keyed.key",
                        "tenant = key.tenant, site = key.site",
                        "keyed.elements",
                        "value.parts",
                        "keyed.element.key",
                        "day, at, amount, name, n",
                        "keyed.columns",
                        "version = value.version"),
                context);
        task.put(List.of(
                parts(0, "a'b", "1.50", "v1", 1, 2, 3),
                parts(1, "A'B", "1.5", "v1", 1, 2),
                parts(2, "c", "2", "v1", 7)));
        SinkFixture.settle(task);
        fixture.execute("UPDATE keyed SET note = 'kept'");

        task.put(List.of(
                parts(3, "a'b", "1.50", "v2", 2, 3, 4), parts(4, "A'B", "1.5", "v2"), parts(5, "d", "1.5", "v2", 1)));

        SinkFixture.settle(task);
        assertThat(fixture.rows("SELECT tenant, n, version, note FROM keyed ORDER BY 1, 2"))
                .containsExactlyInAnyOrder(
                        row("a'b", "2", "v2", "kept"),
                        row("a'b", "3", "v2", "kept"),
                        row("a'b", "4", "v2", null),
                        row("c", "7", "v1", "kept"),
                        row("d", "1", "v2", null));
        task.stop();
    }

    private static SinkRecord parts(long offset, String tenant, String site, String version, int... numbers) {
        List<Map<String, Object>> parts = Arrays.stream(numbers)
                .mapToObj(n -> Map.<String, Object>of(
                        "day",
                        "2026-01-0" + n,
                        "at",
                        "2026-01-01T00:00:00." + n + "00",
                        "amount",
                        new BigDecimal("0." + n),
                        "name",
                        "it's " + n + " \\ ",
                        "n",
                        n))
                .toList();
        return siteRecord(
                offset,
                Map.of("tenant", tenant, "site", new BigDecimal(site)),
                Map.of("version", version, "parts", parts));
    }

    @ParameterizedTest
    @ValueSource(strings = {"far too long for it", "bad", "NULL_KEY"})
    void refusesOneRecordAmongThousandsAndWritesItsNeighbours(String poison) throws SQLException {
        Map<String, String> options = options();
        options.put("projection.orders.columns", "status, total");
        ProjectionSinkTask task = fixture.opened(options, context);
        List<SinkRecord> records = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            records.add(order(i, i, "NEW"));
        }
        Map<String, Object> value = new HashMap<>(Map.of("status", poison.equals("bad") ? "x" : poison));
        value.put("total", poison.equals("bad") ? "bad" : null);
        Map<String, Object> key = new HashMap<>();
        key.put("id", poison.equals("NULL_KEY") ? null : 4321L);
        records.set(4321, record(4321, key, value));

        task.put(records);

        SinkFixture.settle(task);
        assertThat(context.reports).singleElement().satisfies(report -> {
            assertThat(report.record().kafkaOffset()).isEqualTo(4321);
            assertThat(report.reason()).isInstanceOf(DataException.class).hasMessageContaining("events-0@4321");
            for (Throwable cause = report.reason(); cause != null; cause = cause.getCause()) {
                assertThat(cause).message().doesNotContain("far too long");
            }
        });
        assertThat(fixture.rows("SELECT COUNT(*), SUM(CASE id WHEN 4321 THEN 1 ELSE 0 END) FROM orders"))
                .containsExactly(row("4999", "0"));
        assertThat(fixture.ledger(connector, 0)).isEqualTo(5000);
        task.stop();
    }

    @Test
    void reportsRefusedRecordsInTheirOrder() {
        ProjectionSinkTask task = opened();

        task.put(List.of(
                order(0, 1, "NEW"),
                order(1, 2, "far too long"),
                record(2, Map.of("no", "key"), Map.of("status", "NEW")),
                order(3, 3, "far too long")));

        SinkFixture.settle(task);
        assertThat(context.reports)
                .extracting(report -> report.record().kafkaOffset())
                .containsExactly(1L, 2L, 3L);
        task.stop();
    }

    @Test
    void failsOnARecordThatNothingTakesAndWritesNothing() throws SQLException {
        ProjectionSinkTask task = fixture.opened(options(), new FakeContext(false));

        task.put(List.of(order(0, 1, "NEW"), order(1, 2, "far too long")));
        assertThatThrownBy(() -> SinkFixture.settle(task))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("events-0@1")
                .hasMessageMatching(".*\\bcolumn status\\b.*")
                .message()
                .doesNotContain("far too");

        assertThat(orders()).isEmpty();
        assertThat(fixture.ledger(connector, 0)).isZero();
        task.stop();
    }

    @Test
    void refusesATombstoneThatDoesNotSayWhatToDelete() {
        Map<String, String> options = options();
        options.put("projections", "orders");
        options.put("projection.orders.key", "id");
        ProjectionSinkTask task = fixture.opened(options, new FakeContext(false));

        task.put(List.of(record(0, Map.of("id", 1L), null)));
        assertThatThrownBy(() -> SinkFixture.settle(task))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Projection orders")
                .hasMessageContaining("tombstone");
        task.stop();
    }

    @Test
    void writesColumnsOfOneRowFromSeveralProjections() throws SQLException {
        Map<String, String> options = fixture.options(
                connector,
                "placed,paid",
                "placed.kind",
                "upsert",
                "placed.table",
                "orders",
                "placed.when",
                "value.type == 'placed'",
                "placed.key",
                "id = key.id",
                "placed.columns",
                "status, total",
                "paid.kind",
                "upsert",
                "paid.table",
                "orders",
                "paid.when",
                "value.type == 'paid'",
                "paid.key",
                "id = key.id",
                "paid.columns",
                "status = 'PAID', paid_at = value.at");
        ProjectionSinkTask task = fixture.opened(options, context);

        task.put(List.of(
                record(0, Map.of("id", 1L), Map.of("type", "placed", "status", "NEW", "total", 1)),
                record(1, Map.of("id", 1L), Map.of("type", "paid", "at", "2026-01-01T00:00:00Z")),
                record(2, Map.of("id", 2L), Map.of("type", "placed", "status", "NEW", "total", 2))));
        task.put(List.of(record(3, Map.of("id", 2L), Map.of("type", "paid", "at", "2026-01-02T00:00:00Z"))));

        SinkFixture.settle(task);
        assertThat(orders())
                .containsExactly(
                        row("1", "PAID", "1.00", "2026-01-01T00:00", "none"),
                        row("2", "PAID", "2.00", "2026-01-02T00:00", "none"));
        task.stop();
    }

    @Test
    void keepsTheOrderOfKeysThatOnlyTheCollationTakesForOne() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS loose");
        fixture.execute("CREATE TABLE loose (id " + fixture.database.looseText() + " PRIMARY KEY, status INT)");
        Map<String, String> options = fixture.options(
                connector, "loose", "loose.kind", "upsert", "loose.key", "id = key.id", "loose.columns", "status");
        assertThat(errors(options).get("projection.loose.key"))
                .singleElement()
                .asString()
                .contains("column id")
                .contains("projection.loose.key.collation=accept");
        options.put("projection.loose.key.collation", "accept");
        ProjectionSinkTask task = fixture.opened(options, context);

        task.put(List.of(
                record(0, Map.of("id", "a"), Map.of("status", 1)),
                record(1, Map.of("id", "A"), null),
                record(2, Map.of("id", "b"), null),
                record(3, Map.of("id", "B"), Map.of("status", 2)),
                record(4, Map.of("id", "c"), Map.of("status", 1)),
                record(5, Map.of("id", "\u00c7"), Map.of("status", 2)),
                record(6, Map.of("id", "c"), Map.of("status", 3))));

        SinkFixture.settle(task);
        assertThat(fixture.rows("SELECT id, status FROM loose ORDER BY id"))
                .containsExactly(row("B", "2"), row("c", "3"));
        task.stop();
    }

    @Test
    void writesTablesAndColumnsWhateverTheirNamesHold() throws SQLException {
        String hostile = "'; DROP TABLE x; -- \\ ? ` \"";
        SinkDatabase database = fixture.database;
        String table = database.quote("t` ? '\" -- . /*");
        fixture.execute("DROP TABLE IF EXISTS " + table);
        fixture.execute("CREATE TABLE " + table + " (" + database.quote("k?`;\"") + database.text(50) + ", "
                + database.quote("e.?") + " INT, " + database.quote("c -- ? /*`") + " VARCHAR(50), "
                + database.quote("select") + " INT, PRIMARY KEY (" + database.quote("k?`;\"") + ", "
                + database.quote("e.?") + "))");
        Map<String, String> options = fixture.options(
                connector,
                "p",
                "p.kind",
                "explode",
                "p.table",
                "`t`` ? '\" -- . /*`",
                "p.key",
                "`k?``;\"` = key.k",
                "p.elements",
                "value.list",
                "p.element.key",
                "`e.?` = element.n",
                "p.columns",
                "`c -- ? /*``` = element.c, `select` = element.n");
        options.put("ledger.table", "`ledger; '\"`` -- ü.`");
        ProjectionSinkTask task = fixture.opened(options, context);

        task.put(List.of(record(
                0, Map.of("k", hostile), Map.of("list", List.of(element(1, hostile), element(2, "\\' OR 1=1"))))));
        task.put(List.of(record(1, Map.of("k", hostile), Map.of("list", List.of(element(1, hostile))))));
        SinkFixture.settle(task);

        assertThat(fixture.rows("SELECT * FROM " + table)).containsExactly(row(hostile, "1", hostile, "1"));
        assertThat(fixture.rows("SELECT next_offset FROM " + database.quote("ledger; '\"` -- ü.")
                        + " WHERE topic = 'events' AND connector = '" + connector + "'"))
                .containsExactly(row("2"));
        task.stop();
    }

    @Test
    void writesTablesInPlacesWhateverTheirNamesHold() throws SQLException {
        SinkDatabase database = fixture.database;
        database.createPlace("place; `\" ü'");
        String table = database.quote("place; `\" ü'") + "." + database.quote("t.1");
        fixture.execute("DROP TABLE IF EXISTS " + table);
        fixture.execute("CREATE TABLE " + table + " (id INT PRIMARY KEY, n INT)");
        ProjectionSinkTask task = fixture.opened(
                fixture.options(
                        connector,
                        "p",
                        "p.kind",
                        "upsert",
                        "p.table",
                        "`place; ``\" ü'`.`t.1`",
                        "p.key",
                        "id = key.id",
                        "p.columns",
                        "n"),
                context);

        task.put(List.of(
                record(0, Map.of("id", 1), Map.of("n", 1)),
                record(1, Map.of("id", 2), Map.of("n", 2)),
                record(2, Map.of("id", 1), null)));
        SinkFixture.settle(task);
        task.stop();

        assertThat(fixture.rows("SELECT id, n FROM " + table)).containsExactly(row("2", "2"));
    }

    /** Letters that only the server knows to be equal, and words that it does not decompose. */
    @ParameterizedTest
    @CsvSource({"Sorensen, S\u00f8rensen", "Lodz, \u0141\u00f3d\u017a", "\u304b, \u30ab", "aether, \u00e6ther"})
    void keepsTheOrderOfKeysThatOnlyTheServerTakesForOne(String first, String second) throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS loose");
        fixture.execute("CREATE TABLE loose (id " + fixture.database.looseText() + " PRIMARY KEY, status INT)");
        Map<String, String> options = fixture.options(
                connector, "loose", "loose.kind", "upsert", "loose.key", "id = key.id", "loose.columns", "status");
        options.put("projection.loose.key.collation", "accept");
        ProjectionSinkTask task = fixture.opened(options, context);

        task.put(List.of(
                record(0, Map.of("id", first), Map.of("status", 1)),
                record(1, Map.of("id", second), null),
                record(2, Map.of("id", "x"), Map.of("status", 1)),
                record(3, Map.of("id", "X"), Map.of("status", 2))));
        SinkFixture.settle(task);
        assertThat(fixture.rows("SELECT id, status FROM loose")).containsExactly(row("x", "2"));

        task.put(List.of(record(4, Map.of("id", second), null), record(5, Map.of("id", first), Map.of("status", 3))));
        SinkFixture.settle(task);
        assertThat(fixture.rows("SELECT id, status FROM loose WHERE status = 3"))
                .containsExactly(row(first, "3"));
        task.stop();
    }

    /** Its rows would not share the fate of the views' rows, or two connectors would share one. */
    @Test
    void refusesALedgerThatWasMadeByHandAndDoesNotFit() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS unsafe_ledger, odd_ledger, own_ledger");
        fixture.database.createUnsafe("unsafe_ledger");
        String columns =
                " (connector " + fixture.database.looseText() + " NOT NULL, topic " + fixture.database.text(249)
                        + " NOT NULL, partition_id INT NOT NULL, next_offset INT NOT NULL, epoch BIGINT NOT NULL,"
                        + " successor VARCHAR(255), must INT NOT NULL, PRIMARY KEY (connector, topic))";
        fixture.execute("CREATE TABLE odd_ledger" + columns);
        fixture.execute("CREATE TABLE own_ledger"
                + columns.replace(fixture.database.looseText(), fixture.database.text(255))
                        .replace("next_offset INT", "next_offset BIGINT")
                        .replace(" must INT NOT NULL,", " updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,")
                        .replace("(connector, topic)", "(connector, topic, partition_id)"));
        Map<String, String> options = options();

        options.put("ledger.table", "unsafe_ledger");
        assertThat(String.join("\n", errors(options).get("ledger.table")))
                .contains("change it with ALTER TABLE")
                .contains("the table has no column connector");
        assertThatThrownBy(() -> fixture.task(options, context))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("ledger.table")
                .hasMessageContaining("change it with ALTER TABLE");
        options.put("ledger.table", "odd_ledger");
        assertThat(String.join("\n", errors(options).get("ledger.table")))
                .contains("the column connector compares texts by")
                .contains("expected the type BIGINT for the column next_offset")
                .contains("exactly the columns [connector, topic, partition_id]")
                .contains("the column must is NOT NULL");

        // What the messages advise.
        String statement = String.join("\n", errors(Map.copyOf(unsafe(options))).get("ledger.table"))
                .replaceAll("(?s).*change it with (ALTER TABLE ... [A-Z ]+[A-Za-z =]*).*", "$1")
                .replace("...", "unsafe_ledger");
        fixture.execute(statement);
        assertThat(String.join("\n", errors(unsafe(options)).get("ledger.table")))
                .doesNotContain("ALTER TABLE");

        fixture.database.giveAway("own_ledger");
        options.put("ledger.table", "own_ledger");
        assertThat(errors(options)).isEmpty();
        fixture.task(options, context).stop();
    }

    private static Map<String, String> unsafe(Map<String, String> options) {
        Map<String, String> unsafe = new HashMap<>(options);
        unsafe.put("ledger.table", "unsafe_ledger");
        return unsafe;
    }

    /** The checks of projections that share a table see through its names. */
    @Test
    void findsATableByEachOfItsNames() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS named");
        fixture.execute("CREATE TABLE named (id BIGINT PRIMARY KEY, a VARCHAR(20), b VARCHAR(20))");
        Map<String, String> options = fixture.options(
                connector,
                "one,two",
                "one.kind",
                "upsert",
                "one.table",
                "named",
                "one.key",
                "id = key.id",
                "one.columns",
                "a",
                "two.kind",
                "append",
                "two.table",
                fixture.database.place() + ".named",
                "two.key",
                "id = key.id",
                "two.columns",
                "b");
        assertThat(errors(options).get("projection.two.table"))
                .singleElement()
                .asString()
                .contains("the projection one writes the same table");

        options.put("projection.two.kind", "upsert");
        assertThat(errors(options)).isEmpty();
        ProjectionSinkTask task = fixture.opened(options, context);
        task.put(List.of(record(0, Map.of("id", 1), Map.of("a", "x", "b", "y")), record(1, Map.of("id", 1), null)));
        task.put(List.of(record(2, Map.of("id", 1), Map.of("a", "x", "b", "z"))));
        SinkFixture.settle(task);
        task.stop();
        assertThat(fixture.rows("SELECT id, a, b FROM named")).containsExactly(row("1", "x", "z"));
    }

    @Test
    void saysAtThePostWhatTheTableLacks() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS keyless, strict_one, twice, unsafe");
        fixture.execute("CREATE TABLE keyless (id BIGINT)");
        fixture.execute("CREATE TABLE strict_one (id BIGINT PRIMARY KEY, must INT NOT NULL, may INT)");
        fixture.execute("CREATE TABLE twice (id BIGINT PRIMARY KEY, mail VARCHAR(20) UNIQUE)");
        fixture.database.createUnsafe("unsafe");
        Map<String, String> options = options();
        options.put("projections", "missing,keyless,strict_one,twice,unsafe,orders");
        for (String name : List.of("missing", "keyless", "strict_one", "twice", "unsafe")) {
            options.put("projection." + name + ".kind", "upsert");
            options.put("projection." + name + ".key", "id = key.id");
        }
        options.put("projection.orders.columns", "status, totl = value.total");
        options.keySet().removeIf(option -> option.startsWith("projection.apps."));

        Map<String, List<String>> errors = errors(options);

        assertThat(errors)
                .containsOnlyKeys(
                        "projection.missing.table",
                        "projection.keyless.key",
                        "projection.strict_one.columns",
                        "projection.twice.key",
                        "projection.unsafe.table",
                        "projection.orders.columns");
        assertThat(errors.get("projection.orders.columns").get(0))
                .contains("totl")
                .contains("id, status, total, paid_at, note");
        assertThat(errors.get("projection.strict_one.columns").get(0)).contains("must");
        assertThatThrownBy(() -> fixture.task(options, context)).isInstanceOf(ConfigException.class);
    }

    @Test
    void createsAndExtendsTablesWhereThatIsAllowedAlthoughTwoTasksDoSoAtOnce() throws Exception {
        String table = fixture.database.quote("ma`de; \"select");
        String hostile = fixture.database.quote("re\"quest` --;");
        fixture.execute("DROP TABLE IF EXISTS " + table);
        Map<String, String> options =
                made("total: decimal(2)? = value.total, at: timestamp?, `re\"quest`` --;` = headers.id");
        String refusal = errors(options).get("projection.made.table").get(0);
        assertThat(refusal).containsPattern(Troubleshooting.symptom("The view's table is missing"));
        options.putAll(Troubleshooting.readOptions("The view's table is missing"));
        assertThat(errors(options)).isEmpty();
        ProjectionSinkTask task = openedAtOnce(options);
        task.put(List.of(
                record(0, Map.of("id", "a"), Map.of("total", 1.5, "at", "2026-01-01T10:00:00Z")),
                record(1, Map.of("id", "A"), Map.of("total", 2))));
        SinkFixture.settle(task);
        task.stop();
        assertThat(refusal).contains("auto.create=true: CREATE TABLE").contains("PRIMARY KEY");
        assertThat(fixture.rows("SELECT id, part, CAST(total AS DECIMAL(9,2)), " + hostile + " FROM " + table
                        + " ORDER BY total"))
                .containsExactly(row("a", "0", "1.50", null), row("A", "0", "2.00", null));

        options.putAll(made("total: decimal(2)? = value.total, `pl\"ace` = offset, tags: [string]? = value.tags"));
        assertThat(errors(options).get("projection.made.columns"))
                .singleElement()
                .asString()
                .contains("no column pl\"ace, tags")
                .contains("auto.evolve=true: ALTER TABLE");
        options.put("auto.evolve", "true");
        assertThat(errors(options)).isEmpty();
        task = openedAtOnce(options);
        task.put(List.of(record(2, Map.of("id", "a"), Map.of("tags", List.of("x")))));
        SinkFixture.settle(task);
        task.stop();
        assertThat(fixture.rows(
                        "SELECT " + fixture.database.quote("pl\"ace") + ", tags FROM " + table + " WHERE id = 'a'"))
                .containsExactly(row("2", "[\"x\"]"));
    }

    @Test
    void createsNoTableWhoseTypesItWouldHaveToGuess() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS " + fixture.database.quote("ma`de; \"select"));
        Map<String, String> options = made("total, place = offset");
        options.put("auto.create", "true");

        assertThat(errors(options)).containsOnlyKeys("projection.made.table");
        assertThat(errors(options).get("projection.made.table").get(0))
                .contains("the type of total is unknown")
                .contains("declare it");
    }

    private Map<String, String> made(String columns) {
        return fixture.options(
                connector,
                "made",
                "made.kind",
                "upsert",
                "made.table",
                "`ma``de; \"select`",
                "made.key",
                "id: string = key.id, part = partition",
                "made.columns",
                columns);
    }

    private ProjectionSinkTask openedAtOnce(Map<String, String> options) throws Exception {
        CompletableFuture<ProjectionSinkTask> other =
                CompletableFuture.supplyAsync(() -> fixture.task(options, new FakeContext(true)));
        ProjectionSinkTask task = fixture.opened(options, context);
        other.get().stop();
        return task;
    }

    @Test
    void leavesAValueAsItIsThatTheSourceDidNotSend() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS docs");
        fixture.execute(
                "CREATE TABLE docs (id BIGINT PRIMARY KEY, title VARCHAR(20) NOT NULL, body VARCHAR(99) NOT NULL,"
                        + " meta " + json() + ", size BIGINT, hash VARCHAR(99))");
        Map<String, String> options = fixture.options(
                connector,
                "docs",
                "docs.kind",
                "upsert",
                "docs.key",
                "id = key.id",
                "docs.columns",
                "title, body, meta, size: int64? = json(value.meta).size, hash = sha256(value.body)");
        ProjectionSinkTask task = fixture.opened(options, context);
        String unavailable = "__debezium_unavailable_value";
        task.put(List.of(
                record(0, Map.of("id", 1L), Map.of("title", "a", "body", "long text", "meta", "{\"size\":1}")),
                record(1, Map.of("id", 2L), Map.of("title", "c", "body", "short", "meta", "{\"size\":2}"))));
        SinkFixture.settle(task);
        List<List<String>> before = fixture.rows("SELECT size, hash FROM docs ORDER BY id");
        task.put(List.of(
                record(2, Map.of("id", 1L), Map.of("title", "b", "body", unavailable, "meta", unavailable)),
                record(3, Map.of("id", 2L), Map.of("title", "d", "body", "new", "meta", "{\"size\":3}")),
                record(4, Map.of("id", 2L), Map.of("title", unavailable, "body", unavailable, "meta", unavailable)),
                record(5, Map.of("id", 3L), Map.of("title", "e", "body", unavailable, "meta", "{}"))));
        SinkFixture.settle(task);
        task.stop();

        assertThat(fixture.rows("SELECT id, title, body, size FROM docs ORDER BY id"))
                .containsExactly(row("1", "b", "long text", "1"), row("2", "d", "new", "3"));
        assertThat(fixture.rows("SELECT size, hash FROM docs ORDER BY id").get(0))
                .isEqualTo(before.get(0));
        assertThat(context.reports)
                .singleElement()
                .satisfies(report -> assertThat(report.record().kafkaOffset()).isEqualTo(5));
    }

    /** A type of JSON documents. */
    private String json() {
        return fixture.database instanceof MySqlSinkDatabase ? "JSON" : "jsonb";
    }

    @Test
    void refusesAValueThatTheSourceDidNotSendInAKeyAndInAHistory() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS docs");
        fixture.execute("CREATE TABLE docs (id VARCHAR(40) " + exact() + " PRIMARY KEY, body VARCHAR(99))");
        Map<String, String> options = fixture.options(
                connector, "docs", "docs.kind", "append", "docs.key", "id = value.id", "docs.columns", "body");
        ProjectionSinkTask task = fixture.opened(options, context);
        String unavailable = "__debezium_unavailable_value";
        task.put(List.of(
                record(0, null, Map.of("id", "1", "body", unavailable)),
                record(1, null, Map.of("id", unavailable, "body", "x")),
                record(2, null, Map.of("id", "2", "body", "x"))));
        SinkFixture.settle(task);
        task.stop();

        assertThat(fixture.rows("SELECT id FROM docs")).containsExactly(row("2"));
        assertThat(context.reports).hasSize(2).allSatisfy(report -> assertThat(report.reason())
                .hasMessageContaining("placeholder of an unavailable value"));
    }

    private String exact() {
        return fixture.database instanceof MySqlSinkDatabase ? "COLLATE utf8mb4_0900_bin" : "";
    }

    @Test
    void leavesColumnsAsTheyAreThatAnExpressionLeavesUnchanged() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS people");
        fixture.execute("CREATE TABLE people (id BIGINT PRIMARY KEY, name VARCHAR(20), city VARCHAR(20) NOT NULL,"
                + " rev BIGINT)");
        String columns = "name = 'name' in value ? value.name : unchanged(),"
                + " city: string = has(value.city) ? value.city : unchanged(), rev";
        Map<String, String> options = fixture.options(
                connector,
                "people",
                "people.kind",
                "upsert",
                "people.key",
                "id = key.id",
                "people.columns",
                columns,
                "people.revision",
                "rev");
        ProjectionSinkTask task = fixture.opened(options, context);
        task.put(List.of(record(0, Map.of("id", 1L), Map.of("name", "Ann", "city", "Oslo", "rev", 1))));
        SinkFixture.settle(task);
        task.put(List.of(
                record(1, Map.of("id", 1L), Map.of("name", "Anna", "rev", 2)),
                record(2, Map.of("id", 1L), Map.of("city", "Rome", "rev", 1)),
                record(3, Map.of("id", 2L), Map.of("name", "Bo", "rev", 1))));
        SinkFixture.settle(task);
        task.put(List.of(record(4, Map.of("id", 1L), Map.of("city", "Paris", "rev", 3))));
        SinkFixture.settle(task);
        task.stop();

        assertThat(fixture.rows("SELECT id, name, city, rev FROM people ORDER BY id"))
                .containsExactly(row("1", "Anna", "Paris", "3"));
        assertThat(context.reports).hasSize(1);
        options.put("projection.people.key", "id = unchanged()");
        assertThat(errors(options).get("projection.people.key").get(0)).contains("unknown name 'unchanged'");
    }

    @Test
    void createsColumnsForDebeziumsTimesAndForSums() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS rentals");
        fixture.execute("DROP TABLE IF EXISTS paid");
        fixture.execute("DROP TABLE IF EXISTS paid_members");
        Map<String, String> options = fixture.options(
                connector,
                "rentals,paid",
                "rentals.kind",
                "upsert",
                "rentals.key",
                "id: int64 = key.id",
                "rentals.columns",
                "at: timestamp = value.at, exactly: timestamp? = value.exactly, day: date? = value.day,"
                        + " zoned: timestamp? = value.zoned, amount: decimal(2)? = value.amount",
                "paid.kind",
                "aggregate",
                "paid.key",
                "day: date = value.day",
                "paid.member.key",
                "id: int64 = key.id",
                "paid.columns",
                "orders = count(), paid: decimal(2)? = sum(value.amount), first: timestamp? = min(value.at),"
                        + " days = distinct(value.day)");
        options.put("auto.create", "true");
        assertThat(errors(options)).isEmpty();
        Schema variable = SchemaBuilder.struct()
                .name("io.debezium.data.VariableScaleDecimal")
                .field("scale", Schema.INT32_SCHEMA)
                .field("value", Schema.BYTES_SCHEMA)
                .build();
        Schema schema = SchemaBuilder.struct()
                .field("at", debezium("Timestamp", SchemaBuilder.int64()))
                .field("exactly", debezium("MicroTimestamp", SchemaBuilder.int64()))
                .field("day", debezium("Date", SchemaBuilder.int32()))
                .field("zoned", debezium("ZonedTimestamp", SchemaBuilder.string()))
                .field("amount", variable)
                .build();
        ProjectionSinkTask task = fixture.opened(options, context);
        for (int i = 0; i < 2; i++) {
            Struct value = new Struct(schema)
                    .put("at", 1_767_262_830_000L + i)
                    .put("exactly", 1_767_262_830_123_456L)
                    .put("day", 20_454)
                    .put("zoned", "2026-01-01T12:20:30.123456+02:00")
                    .put("amount", new Struct(variable).put("scale", 1).put("value", new byte[] {25}));
            task.put(List.of(new SinkRecord("events", 0, null, Map.of("id", (long) i), schema, value, i)));
        }
        SinkFixture.settle(task);
        task.stop();

        assertThat(context.reports).isEmpty();
        assertThat(fixture.rows("SELECT " + utc("at") + ", " + utc("exactly") + ", day, " + utc("zoned")
                        + ", CAST(amount AS DECIMAL(9,2)) FROM rentals WHERE id = 1"))
                .containsExactly(row(
                        "2026-01-01T10:20:30.001",
                        "2026-01-01T10:20:30.123456",
                        "2026-01-01",
                        "2026-01-01T10:20:30.123456",
                        "2.50"));
        assertThat(fixture.rows("SELECT day, orders, CAST(paid AS DECIMAL(9,2)), days, " + utc("first") + " FROM paid"))
                .containsExactly(row("2026-01-01", "2", "5.00", "1", "2026-01-01T10:20:30"));
        options.put("projection.paid.columns", "paid = sum(value.amount)");
        fixture.execute("DROP TABLE paid");
        assertThat(errors(options).get("projection.paid.table").get(0))
                .contains("declare it, as in 'total: decimal(2)? = sum(value.total)'");
    }

    /** A moment of a column that the sink has created. */
    private String utc(String column) {
        String quoted = fixture.database.quote(column);
        return fixture.database instanceof MySqlSinkDatabase ? quoted : "(" + quoted + " AT TIME ZONE 'UTC')";
    }

    private static Schema debezium(String type, SchemaBuilder builder) {
        return builder.name("io.debezium.time." + type).build();
    }

    @Test
    void refusesTheRecordAloneWhateverItContains() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS odd");
        fixture.execute("CREATE TABLE odd (id BIGINT PRIMARY KEY, n DOUBLE PRECISION, t VARCHAR(99), at " + moment()
                + ", doc " + json() + ")");
        Map<String, String> options = fixture.options(
                connector, "odd", "odd.kind", "upsert", "odd.key", "id = key.id", "odd.columns", "n, t, at, doc");
        ProjectionSinkTask task = fixture.opened(options, context);
        Schema decimals = SchemaBuilder.struct().field("d", Decimal.schema(0)).build();
        List<Object> values = List.of(
                Map.of("n", "1e350"),
                Map.of("n", new BigDecimal("1e350")),
                Map.of("t", new BigDecimal("1e999999999")),
                Map.of("doc", Map.of("d", new BigDecimal("1e10000"))),
                Map.of("doc", new Struct(decimals).put("d", new BigDecimal("1e10000"))),
                Map.of("t", "a\ud83d"),
                Map.of("at", "infinity"));
        List<SinkRecord> records = new ArrayList<>();
        for (Object value : values) {
            records.add(record(records.size(), Map.of("id", (long) records.size()), value));
        }
        records.add(record(records.size(), Map.of("id", 99L), Map.of("n", 1.5)));
        task.put(records);
        SinkFixture.settle(task);
        task.stop();

        assertThat(fixture.rows("SELECT id FROM odd")).containsExactly(row("99"));
        assertThat(context.reports).hasSize(values.size());
    }

    private String moment() {
        return fixture.database.moment(6);
    }

    @Test
    void neverOverwritesARowByAnOlderRevision() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS revised");
        fixture.execute("CREATE TABLE revised (id INT, part INT, status VARCHAR(9), note VARCHAR(9) DEFAULT 'none',"
                + " rev BIGINT, PRIMARY KEY (id, part))");
        ProjectionSinkTask task = fixture.opened(revised("status, rev", "rev"), context);

        // In one batch, and across batches.
        task.put(List.of(revision(0, 1, "new", 5), revision(1, 1, "old", 4), revision(2, 2, "a", 7)));
        task.put(
                List.of(revision(3, 1, "older", 3), revision(4, 2, "b", 7), revision(5, 3, "x", 1), deletion(6, 3, 0)));
        task.put(List.of(deletion(7, 1, 4), deletion(8, 2, 7), deletion(9, 9, 9)));
        fixture.execute("INSERT INTO revised (id, part, status) VALUES (4, 0, 'unknown'), (5, 0, 'unknown')");
        task.put(List.of(revision(10, 4, "known", 1), deletion(11, 5, 1), record(12, Map.of("id", 6), Map.of())));
        SinkFixture.settle(task);
        task.stop();

        assertThat(fixture.rows("SELECT id, status, note, rev FROM revised ORDER BY id"))
                .containsExactly(
                        row("1", "new", "none", "5"), row("3", "x", "none", "1"), row("4", "known", "none", "1"));
        assertThat(context.reports).singleElement().satisfies(report -> assertThat(report.reason())
                .hasMessageContaining("column is the revision"));
    }

    @Test
    void comparesRevisionsOfEveryKindOfColumn() throws SQLException {
        List<String> types = List.of("DECIMAL(20,3)", fixture.database.moment(3), "DATE");
        List<String> lower = List.of("9.5", "2026-01-01T00:00:00.009Z", "2026-01-01");
        List<String> higher = List.of("10.25", "2026-01-01T00:00:00.010Z", "2026-01-02");
        for (int i = 0; i < types.size(); i++) {
            fixture.execute("DROP TABLE IF EXISTS revised");
            fixture.execute("CREATE TABLE revised (id INT, part INT, status VARCHAR(9), rev " + types.get(i)
                    + ", PRIMARY KEY (id, part))");
            connector += "'";
            ProjectionSinkTask task = fixture.opened(revised("status, rev", "rev"), context);
            task.put(List.of(revision(0, 1, "new", higher.get(i)), revision(1, 1, "old", lower.get(i))));
            task.put(List.of(revision(2, 1, "older", lower.get(i)), deletion(3, 1, lower.get(i))));
            SinkFixture.settle(task);
            task.stop();

            assertThat(fixture.rows("SELECT status FROM revised")).containsExactly(row("new"));
        }
    }

    @Test
    void marksDeletedRowsSoThatAnOlderEventDoesNotBringThemBack() throws SQLException {
        for (String type : List.of("BOOLEAN", "SMALLINT", fixture.database.moment(3))) {
            fixture.execute("DROP TABLE IF EXISTS revised");
            fixture.execute("CREATE TABLE revised (id INT, part INT, status VARCHAR(9), rev BIGINT, gone " + type
                    + ", PRIMARY KEY (id, part))");
            Map<String, String> options = revised("status, rev", "rev");
            options.put("projection.revised.on.delete", "mark");
            options.put("projection.revised.deleted.column", "gone");
            connector += "'";
            options.put("name", connector);
            ProjectionSinkTask task = fixture.opened(options, context);

            task.put(List.of(revision(0, 1, "new", 5), deletion(1, 1, 6), revision(2, 1, "old", 4)));
            task.put(List.of(revision(3, 1, "older", 5), deletion(4, 2, 3)));
            task.put(List.of(
                    revision(5, 2, "old", 2), revision(6, 3, "a", 1), deletion(7, 3, 2), revision(8, 3, "b", 3)));
            SinkFixture.settle(task);
            task.stop();

            boolean moment = type.equals(fixture.database.moment(3));
            String yes = moment ? "2026-01-01T10:20:30.456" : type.equals("BOOLEAN") ? "t" : "1";
            String no = moment ? null : type.equals("BOOLEAN") ? "f" : "0";
            assertThat(fixture.rows("SELECT id, status, rev, gone FROM revised ORDER BY id"))
                    .extracting(row -> Arrays.asList(row.get(0), row.get(1), row.get(2), bool(type, row.get(3))))
                    .containsExactly(row("1", "new", "6", yes), row("2", null, "3", yes), row("3", "b", "3", no));
        }
    }

    /** The databases write booleans in different ways. */
    private static String bool(String type, String text) {
        return type.equals("BOOLEAN") ? (text.equals("1") || text.startsWith("t") ? "t" : "f") : text;
    }

    @Test
    void saysAtThePostThatARevisionOrAMarkCannotBe() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS revised");
        fixture.execute("CREATE TABLE revised (id INT, part INT, status VARCHAR(9), must INT NOT NULL, rev BIGINT,"
                + " PRIMARY KEY (id, part))");
        Map<String, String> options = revised("status, must, rev", "status");
        options.put("projection.revised.on.delete", "mark");
        options.put("projection.revised.deleted.column", "gone");

        assertThat(errors(options))
                .containsOnlyKeys("projection.revised.revision", "projection.revised.deleted.column");
        fixture.execute("ALTER TABLE revised ADD COLUMN gone BOOLEAN");
        options.put("projection.revised.revision", "rev");
        assertThat(errors(options)).containsOnlyKeys("projection.revised.on.delete");
    }

    @Test
    void letsTheOptionsSayWhatDeletes() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS revised");
        fixture.execute(
                "CREATE TABLE revised (id INT, part INT, status VARCHAR(9), rev BIGINT, PRIMARY KEY (id, part))");
        Map<String, String> options = revised("status, rev", "rev");
        options.remove("projection.revised.revision");
        options.put("projection.revised.when", "value.rev > 0");
        options.put("projection.revised.on.unmatched", "delete");
        options.put("projection.revised.on.tombstone", "ignore");
        ProjectionSinkTask task = fixture.opened(options, context);
        task.put(List.of(
                revision(0, 1, "stays", 1), tombstone(1, 1), revision(2, 2, "leaves", 1), revision(3, 2, "", 0)));
        task.put(List.of(revision(4, 3, "leaves", 1), revision(5, 4, "stays", 1)));
        task.put(List.of(revision(6, 3, "", -1), tombstone(7, 4)));
        SinkFixture.settle(task);
        task.stop();
        assertThat(fixture.rows("SELECT id, status FROM revised ORDER BY id"))
                .containsExactly(row("1", "stays"), row("4", "stays"));

        options.put("projection.revised.on.tombstone", "fail");
        task = fixture.opened(options, context);
        task.put(List.of(tombstone(8, 1), revision(9, 1, "written", 1)));
        SinkFixture.settle(task);
        task.stop();
        assertThat(context.reports).singleElement().satisfies(report -> assertThat(report.reason())
                .hasMessageContaining("option on.tombstone"));
        assertThat(fixture.rows("SELECT status FROM revised WHERE id = 1")).containsExactly(row("written"));
    }

    /** The columns of a row that come from different projections, deleted and written again in one batch. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void deletesAndWritesColumnsOfOneRowInTheirOrderHoweverTheBatchesAreCut(int size) throws SQLException {
        Map<String, String> options = fixture.options(
                connector,
                "status,total",
                "status.kind",
                "upsert",
                "status.table",
                "orders",
                "status.key",
                "id = key.id",
                "status.when",
                "has(value.status)",
                "status.columns",
                "status",
                "total.kind",
                "upsert",
                "total.table",
                "orders",
                "total.key",
                "id = key.id",
                "total.when",
                "has(value.total)",
                "total.columns",
                "total");
        ProjectionSinkTask task = fixture.opened(options, context);
        List<SinkRecord> records = List.of(
                record(0, Map.of("id", 1L), Map.of("status", "a", "total", 1)),
                tombstone(1, 1),
                record(2, Map.of("id", 1L), Map.of("total", 2)),
                record(3, Map.of("id", 2L), Map.of("total", 1)),
                record(4, Map.of("id", 2L), Map.of("status", "b")),
                tombstone(5, 2),
                tombstone(6, 3),
                record(7, Map.of("id", 3L), Map.of("status", "c")));
        for (int at = 0; at < records.size(); at += size) {
            task.put(records.subList(at, at + size));
        }
        SinkFixture.settle(task);
        task.stop();

        assertThat(orders()).containsExactly(row("1", null, "2.00", null, "none"), row("3", "c", null, null, "none"));
    }

    /** Views of every kind, over a topic with one partition. */
    @Test
    void emptiesViewsOfEveryKindInTheOrderOfTheRecords() throws SQLException {
        long seed = Seeds.next();
        TruncatedHistory history = new TruncatedHistory(new Random(seed), 1);
        fixture.execute("DROP TABLE IF EXISTS rowed, exploded, written, summed, summed_members, counted");
        fixture.execute("CREATE TABLE rowed (id INT PRIMARY KEY, rev INT)");
        fixture.execute("CREATE TABLE exploded (id INT, item INT, v INT, PRIMARY KEY (id, item))");
        fixture.execute("CREATE TABLE written (pos BIGINT PRIMARY KEY, v INT)");
        fixture.execute("CREATE TABLE summed (g INT PRIMARY KEY, n BIGINT, s BIGINT)");
        fixture.execute("CREATE TABLE counted (g INT PRIMARY KEY, n BIGINT, s BIGINT)");
        Map<String, String> options = fixture.options(connector, "rowed,exploded,written,summed,counted");
        Map<String, List<String>> kinds = Map.of(
                "rowed", List.of("upsert", "id = key.id", "rev"),
                "exploded", List.of("explode", "id = key.id", "v = value.v"),
                "written", List.of("append", "pos = offset", "v"),
                "summed", List.of("aggregate", "g = value.g", "n = count(), s = sum(value.v)"),
                "counted", List.of("aggregate", "g = value.g", "n = count(), s = sum(value.v)"));
        kinds.forEach((name, kind) -> {
            options.put("projection." + name + ".kind", kind.get(0));
            options.put("projection." + name + ".key", kind.get(1));
            options.put("projection." + name + ".columns", kind.get(2));
            options.put("projection." + name + ".truncate.when", "value.op == 't'");
        });
        options.put("projection.exploded.elements", "value.items");
        options.put("projection.exploded.element.key", "item = element");
        options.put("projection.summed.member.key", "id: int64 = key.id");
        for (String name : List.of("rowed", "exploded", "summed")) {
            options.put("projection." + name + ".delete.when", "value.op == 'd'");
        }
        for (String name : List.of("written", "counted")) {
            options.put("projection." + name + ".when", "value.op == 'w'");
        }
        options.put("batch.size", "7");

        SinkWorker worker = new SinkWorker(fixture, options, history.topic, List.of(0));
        for (int i = 0; i < 6; i++) {
            history.add(100);
            while (!worker.isAtTheEnd()) {
                worker.step();
            }
            assertThat(fixture.rows("SELECT id, rev, 'there' FROM rowed ORDER BY id"))
                    .as("seed %d", seed)
                    .isEqualTo(history.rows(false));
            assertThat(fixture.rows("SELECT id, item, v FROM exploded ORDER BY id, item"))
                    .as("seed %d", seed)
                    .isEqualTo(history.elements());
            assertThat(fixture.rows("SELECT pos, v FROM written ORDER BY pos"))
                    .as("seed %d", seed)
                    .isEqualTo(history.writes());
            assertThat(fixture.rows("SELECT g, n, s FROM summed ORDER BY g"))
                    .as("seed %d", seed)
                    .isEqualTo(history.sums());
            assertThat(fixture.rows("SELECT g, n, s FROM counted ORDER BY g"))
                    .as("seed %d", seed)
                    .isEqualTo(history.counts());
        }
        worker.stop();
        assertThat(context.reports).isEmpty();
    }

    /** Two tasks read three partitions, each at its own speed, and are killed now and then. */
    @ParameterizedTest
    @ValueSource(strings = {"row", "mark"})
    void emptiesAViewByRevisionWhateverTheOrderOfThePartitions(String onDelete) throws SQLException {
        long seed = Seeds.next();
        Random random = new Random(seed);
        TruncatedHistory history = new TruncatedHistory(random, 3);
        String table = "emptied_" + onDelete;
        fixture.execute("CREATE TABLE " + table + " (id INT PRIMARY KEY, rev BIGINT, gone SMALLINT)");
        Map<String, String> options = fixture.options(
                connector,
                "revised",
                "revised.kind",
                "upsert",
                "revised.key",
                "id = key.id",
                "revised.columns",
                "rev",
                "revised.revision",
                "rev",
                "revised.delete.when",
                "value.op == 'd'",
                "revised.truncate.when",
                "value.op == 't'",
                "revised.table",
                table);
        if (onDelete.equals("mark")) {
            options.put("projection.revised.on.delete", "mark");
            options.put("projection.revised.deleted.column", "gone");
        }
        options.put("batch.size", "9");
        List<List<Integer>> assignment = List.of(List.of(0, 1), List.of(2));
        List<SinkWorker> workers = new ArrayList<>();
        for (List<Integer> partitions : assignment) {
            workers.add(new SinkWorker(fixture, options, history.topic, partitions));
        }

        for (int i = 0; i < 5; i++) {
            history.add(150);
            while (!workers.stream().allMatch(SinkWorker::isAtTheEnd)) {
                int turn = random.nextInt(2);
                if (random.nextInt(200) == 0) {
                    workers.get(turn).abandon();
                    workers.set(turn, new SinkWorker(fixture, options, history.topic, assignment.get(turn)));
                }
                workers.get(turn).step();
            }
            assertThat(fixture.rows("SELECT id, rev, CASE WHEN gone = 1 THEN 'gone' ELSE 'there' END FROM " + table
                            + " ORDER BY id"))
                    .as("seed %d", seed)
                    .isEqualTo(history.rows(onDelete.equals("mark")));
        }
        workers.forEach(SinkWorker::stop);
    }

    @Test
    void refusesARecordThatEmptiesARevisedViewWithoutARevision() throws SQLException {
        fixture.execute(
                "CREATE TABLE cleared (id INT, part INT, status VARCHAR(9), rev BIGINT, PRIMARY KEY (id, part))");
        Map<String, String> options = revised("status, rev", "rev");
        options.put("projection.revised.table", "cleared");
        options.put("projection.revised.truncate.when", "has(value.cleared)");
        ProjectionSinkTask task = fixture.opened(options, context);

        task.put(List.of(
                revision(0, 1, "stays", 5),
                record(1, null, Map.of("cleared", true)),
                revision(2, 2, "stays", 4),
                revision(3, 3, "leaves", 3)));
        fixture.execute("INSERT INTO cleared (id, part, status) VALUES (4, 0, 'unknown')");
        task.put(List.of(record(4, null, Map.of("cleared", true, "rev", 4)), revision(5, 9, "older", 1)));
        SinkFixture.settle(task);
        task.stop();

        assertThat(context.reports).singleElement().satisfies(report -> assertThat(report.reason())
                .hasMessageContaining("events-0@1")
                .hasMessageContaining("column is the revision"));
        assertThat(fixture.rows("SELECT id, status FROM cleared ORDER BY id"))
                .containsExactly(row("1", "stays"), row("2", "stays"));
        assertThat(fixture.rows("SELECT revision FROM cleared_truncations")).containsExactly(row("4"));
    }

    @Test
    void refusesToEmptyAViewThatOthersWrite() throws SQLException {
        fixture.execute("CREATE TABLE lone (id INT, part INT, status VARCHAR(9), rev BIGINT, PRIMARY KEY (id, part))");
        Map<String, String> options = revised("status, rev", "rev");
        options.put("projection.revised.table", "lone");
        fixture.opened(options, context).stop();
        Map<String, String> first = Map.copyOf(options);
        options.put("name", "second " + connector);
        assertThat(errors(options)).isEmpty();
        options.put("projection.revised.truncate.when", "has(value.cleared)");

        assertThat(errors(options).get("projection.revised.truncate.when"))
                .singleElement()
                .asString()
                .contains("the connector '" + connector + "' writes it too");
        assertThatThrownBy(() -> fixture.opened(options, context))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("the connector '" + connector + "' writes it too");

        // What the message advises.
        new ProjectionSinkConnector().alterOffsets(first, Map.of());
        assertThat(errors(options)).isEmpty();
        fixture.opened(options, context).stop();
        fixture.execute("DROP TABLE lone_truncations");
        fixture.execute("CREATE TABLE lone_truncations (id INT PRIMARY KEY, revision VARCHAR(9))");
        assertThat(errors(options).get("projection.revised.truncations.table"))
                .singleElement()
                .asString()
                .contains("expected bigint, as the view has it");
        fixture.execute("DROP TABLE lone_truncations");

        Map<String, String> shared = new HashMap<>(options);
        options.forEach(
                (option, value) -> shared.put(option.replace("projection.revised.", "projection.second."), value));
        shared.put("projections", "revised,second");
        shared.put("projection.second.table", "lone");
        shared.remove("projection.second.truncate.when");
        assertThat(errors(shared).get("projection.second.table"))
                .singleElement()
                .asString()
                .contains(
                        "a table that may be emptied by projection.revised.truncate.when is for one projection alone");
    }

    /** Two topics at the start; a third one appears while the task runs, and again after a restart. */
    @Test
    void makesAViewOfEachTopicThatAPatternMatchesAlsoOfOneThatAppearsLater() throws SQLException {
        long seed = Seeds.next();
        Random random = new Random(seed);
        Map<String, String> options = tenants("later");
        Map<String, Map<Integer, String>> expected = new TreeMap<>();
        Map<String, Long> offsets = new HashMap<>();
        ProjectionSinkTask task = fixture.task(options, context);
        List<String> tenants = new ArrayList<>(List.of("acme", "globex"));
        task.open(tenants.stream().map(ProjectionSinkIT::tenant).toList());
        for (int round = 0; round < 6; round++) {
            if (round == 2) {
                // As Connect does when a topic appears: all partitions are closed and opened again.
                task.close(tenants.stream().map(ProjectionSinkIT::tenant).toList());
                tenants.add("initech");
                task.open(tenants.stream().map(ProjectionSinkIT::tenant).toList());
            }
            if (round == 4) {
                task.stop();
                tenants.add("hooli");
                task = fixture.task(options, context);
                task.open(tenants.stream().map(ProjectionSinkIT::tenant).toList());
            }
            SinkFixture.awaitClaims(task, context);
            List<SinkRecord> records = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                String tenant = tenants.get(random.nextInt(tenants.size()));
                int id = random.nextInt(8);
                String status = random.nextInt(5) == 0 ? null : "s" + random.nextInt(100);
                Map<Integer, String> rows = expected.computeIfAbsent(tenant, key -> new TreeMap<>());
                if (status == null) {
                    rows.remove(id);
                } else {
                    rows.put(id, status);
                }
                records.add(ofTenant(tenant, offsets.merge(tenant, 1L, Long::sum) - 1, id, status));
            }
            task.put(records);
            SinkFixture.settle(task);
            for (String tenant : tenants) {
                List<List<String>> rows = new ArrayList<>();
                expected.getOrDefault(tenant, Map.of()).forEach((id, status) -> rows.add(row(id + "", status)));
                assertThat(fixture.rows("SELECT id, status FROM later_" + tenant + " ORDER BY id"))
                        .as("tenant %s, round %d, seed %d", tenant, round, seed)
                        .isEqualTo(rows);
            }
        }
        task.stop();
        assertThat(context.reports).isEmpty();
        assertThat(fixture.rows("SELECT state FROM millrace_ledger_views WHERE connector = '" + connector + "'"))
                .hasSize(4)
                .containsOnly(row("live"));
    }

    @Test
    void refusesViewsOfTopicsThatWouldLackRowsOrShareATable() throws SQLException {
        Map<String, String> options = tenants("shared");
        ProjectionSinkTask task = fixture.task(options, context);
        task.open(List.of(tenant("acme")));
        task.put(List.of(ofTenant("acme", 0, 1, "NEW")));
        SinkFixture.settle(task);
        task.stop();

        // The topic was read before a projection used it.
        Map<String, String> before = new HashMap<>(options);
        before.put("projection.tenants.topics", "{tenant:acme}");
        task = fixture.task(before, context);
        task.open(List.of(tenant("acme"), tenant("globex")));
        task.put(List.of(ofTenant("globex", 0, 1, "NEW")));
        SinkFixture.settle(task);
        task.stop();
        assertThatThrownBy(() -> openTenants(options, "acme", "globex"))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("shared_globex cannot be written from here: the ledger has no row of it")
                .hasMessageContaining("is past the first records of the topic globex")
                .hasMessageContaining("set the offsets of the topic globex to 0 (PATCH");
        new ProjectionSinkConnector().alterOffsets(options, Map.of(tenant("globex"), 0L));
        task = fixture.task(options, context);
        task.open(List.of(tenant("acme"), tenant("globex")));
        task.put(List.of(ofTenant("globex", 0, 2, "NEW"), ofTenant("acme", 1, 3, "NEW")));
        SinkFixture.settle(task);
        task.stop();
        assertThat(fixture.rows("SELECT id FROM shared_acme ORDER BY id")).containsExactly(row("1"), row("3"));
        assertThat(fixture.rows("SELECT id FROM shared_globex")).containsExactly(row("2"));

        assertThatThrownBy(() -> openTenants(options, "acme", "a.b"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("the part {tenant} of the topic a.b is 'a.b'");
        assertThatThrownBy(() -> openTenants(options, "acme", "x".repeat(70)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("gives a table whose name is too long");
        options.put("topic.views.max", "2");
        assertThatThrownBy(() -> openTenants(options, "acme", "globex", "hooli"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("the topics give 3 views, expected at most 2");
        options.remove("topic.views.max");
        options.put("projection.tenants.topics", "{tenant}.{part}");
        options.put("projection.tenants.table", "shared_{tenant}_{part}");
        assertThatThrownBy(() -> openTenants(options, "a_b.c", "a.b_c"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("the topic a_b.c and the topic a.b_c give the same table shared_a_b_c");

        Map<String, String> posted = tenants("posted");
        posted.remove("topics.regex");
        posted.put("topics", "acme,globex");
        posted.put("auto.create", "false");
        assertThat(errors(posted).get("projection.tenants.table"))
                .hasSize(2)
                .anySatisfy(error -> assertThat(error).contains("the table posted_acme does not exist"))
                .anySatisfy(error -> assertThat(error).contains("the table posted_globex does not exist"));
    }

    private void openTenants(Map<String, String> options, String... tenants) {
        ProjectionSinkTask task = fixture.task(options, context);
        try {
            task.open(Arrays.stream(tenants).map(ProjectionSinkIT::tenant).toList());
            SinkFixture.awaitClaims(task, context);
        } finally {
            task.stop();
        }
    }

    private Map<String, String> tenants(String table) {
        Map<String, String> options = fixture.options(
                connector,
                "tenants",
                "tenants.kind",
                "upsert",
                "tenants.topics",
                "{tenant}",
                "tenants.table",
                table + "_{tenant}",
                "tenants.key",
                "id: int32 = key.id",
                "tenants.columns",
                "status: string?");
        options.remove("topics");
        options.put("topics.regex", ".*");
        options.put("auto.create", "true");
        return options;
    }

    private static TopicPartition tenant(String tenant) {
        return new TopicPartition(tenant, 0);
    }

    private static SinkRecord ofTenant(String tenant, long offset, int id, String status) {
        return new SinkRecord(
                tenant, 0, null, Map.of("id", id), null, status == null ? null : Map.of("status", status), offset);
    }

    /** What the answer says of a key of this type. */
    List<String> problemsOfKey(String type) throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS keyed");
        fixture.execute("CREATE TABLE keyed (id " + type + " PRIMARY KEY)");
        Map<String, String> options =
                fixture.options(connector, "keyed", "keyed.kind", "upsert", "keyed.key", "id = key.id");
        return errors(options).getOrDefault("projection.keyed.key", List.of());
    }

    private Map<String, String> revised(String columns, String revision) {
        return fixture.options(
                connector,
                "revised",
                "revised.kind",
                "upsert",
                "revised.key",
                "id = key.id, part = partition",
                "revised.columns",
                columns,
                "revised.revision",
                revision,
                "revised.delete.when",
                "has(value.gone)");
    }

    private static SinkRecord revision(long offset, int id, String status, Object revision) {
        return record(offset, Map.of("id", id), Map.of("status", status, "rev", revision));
    }

    private static SinkRecord deletion(long offset, int id, Object revision) {
        return record(offset, Map.of("id", id), Map.of("gone", true, "rev", revision));
    }

    @Test
    void saysInHeadersOfARefusedRecordWhatIsWrongAndNeverWhatItHolds() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS revised");
        fixture.execute("CREATE TABLE revised (id INT, part INT, status VARCHAR(9), rev INT, must INT NOT NULL,"
                + " CHECK (status <> 'secret'), PRIMARY KEY (id, part))");
        ProjectionSinkTask task = fixture.opened(revised("status, rev, must = value.must", "rev"), context);
        Map<String, Object> noMust = new HashMap<>(Map.of("status", "x", "rev", 8));
        noMust.put("must", null);
        task.put(List.of(
                record(0, Map.of("id", 1), Map.of("status", "secret", "rev", 7, "must", 1)),
                record(1, Map.of("id", 2), noMust),
                record(2, Map.of("id", 3), Map.of("status", "x", "rev", "secret", "must", 1))));
        SinkFixture.settle(task);
        task.stop();

        assertThat(context.reports).hasSize(3);
        assertThat(errorHeaders(0))
                .containsEntry("view", "revised")
                .containsEntry("projection", "revised")
                .containsEntry("revision", "7")
                .hasEntrySatisfying("sqlstate", state -> assertThat(state).isIn("23514", "HY000"));
        assertThat(errorHeaders(1))
                .containsEntry("column", "must")
                .containsEntry("revision", "8")
                .hasEntrySatisfying("sqlstate", state -> assertThat(state).isIn("23502", "23000"));
        assertThat(errorHeaders(2))
                .containsOnlyKeys("view", "projection", "column", "reason")
                .containsEntry("column", "rev");
        for (int i = 0; i < 3; i++) {
            assertThat(errorHeaders(i).get("reason")).contains("events-0@" + i);
            assertThat(errorHeaders(i).toString()).doesNotContain("secret");
            assertThat(context.reports.get(i).record().originalKafkaOffset()).isEqualTo(i);
        }
    }

    private Map<String, String> errorHeaders(int report) {
        Map<String, String> headers = new HashMap<>();
        context.reports.get(report).record().headers().forEach(header -> {
            assertThat(header.key()).startsWith("millrace.error.");
            headers.put(header.key().substring("millrace.error.".length()), (String) header.value());
        });
        return headers;
    }

    @Test
    void readsThePayloadsOfARecordForItsRow(@TempDir Path folder) throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS documents");
        fixture.execute("CREATE TABLE documents (id BIGINT PRIMARY KEY, document " + fixture.database.text(200) + ")");
        try (PayloadsInFolder payloads = new PayloadsInFolder(folder)) {
            ProjectionSinkTask task = fixture.opened(documents("file:" + folder), context);
            SinkRecord missing = payloads.store(document(3, 3, "gone".repeat(10)), "document");
            payloads.deleteAll();
            task.put(List.of(
                    payloads.store(document(0, 1, "first".repeat(10)), "document"),
                    payloads.store(document(1, 1, "small"), "document"),
                    payloads.store(document(2, 1, "last".repeat(10)), "document"),
                    missing,
                    payloads.store(document(4, 4, "too long".repeat(100)), "document"),
                    record(5, Map.of("id", 5L), null),
                    document(6, 6, "no payload")));

            SinkFixture.settle(task);
            task.stop();
        }
        assertThat(fixture.rows("SELECT id, document FROM documents ORDER BY id"))
                .containsExactly(row("1", "last".repeat(10)), row("6", "no payload"));
        assertThat(fixture.ledger(connector, 0)).isEqualTo(7);
        // With the references that were consumed, and without the payloads.
        assertThat(context.reports)
                .extracting(report -> report.record().kafkaOffset())
                .containsExactly(3L, 4L);
        for (FakeContext.Report report : context.reports) {
            assertThat(((Map<?, ?>) ((Map<?, ?>) report.record().value()).get("document")).get("uri"))
                    .asString()
                    .startsWith("file:");
            assertThat(report.record().headers().lastWithName("millrace.error.reason"))
                    .isNotNull();
        }
        assertThat(context.reports.get(0).reason()).hasMessageMatching("events-0@3: document: .*is not there");
    }

    @Test
    @SuppressWarnings("unchecked")
    void waitsForAPayloadStoreAndRefusesNoRecordBecauseOfIt(@TempDir Path folder) throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS documents");
        fixture.execute("CREATE TABLE documents (id BIGINT PRIMARY KEY, document " + fixture.database.text(200) + ")");
        Map<String, String> options = documents("s3://documents");
        // Nothing listens there.
        options.put("payload.s3.endpoint", "http://127.0.0.1:1");
        options.put("payload.s3.region", "us-east-1");
        options.put("payload.s3.access.key.id", "key");
        options.put("payload.s3.secret.access.key", "secret");
        options.put("payload.retry.timeout.ms", "0");
        options.put("retry.timeout.ms", "1000");
        ProjectionSinkTask task = fixture.opened(options, context);
        try (PayloadsInFolder payloads = new PayloadsInFolder(folder)) {
            SinkRecord record = payloads.store(document(1, 2, "second".repeat(10)), "document");
            Map<String, Object> value = new HashMap<>((Map<String, Object>) record.value());
            Map<String, Object> reference = new HashMap<>((Map<String, Object>) value.get("document"));
            // Named as in the folder.
            reference.computeIfPresent(
                    "uri", (name, uri) -> "s3://documents" + ((String) uri).substring(("file:" + folder).length()));
            value.put("document", reference);
            task.put(List.of(document(0, 1, "first"), record(1, Map.of("id", 2L), value)));
        }

        assertThatThrownBy(() -> SinkFixture.settle(task))
                .isInstanceOf(ConnectException.class)
                .isNotInstanceOf(DataException.class)
                .hasMessageContaining("Reading payloads failed")
                .hasMessageContaining("retry.timeout.ms")
                .hasMessageContaining("events-0@1: document");
        task.stop();
        assertThat(context.reports).isEmpty();
        assertThat(fixture.rows("SELECT * FROM documents")).isEmpty();
        assertThat(fixture.ledger(connector, 0)).isZero();
    }

    private Map<String, String> documents(String locations) {
        Map<String, String> options = fixture.options(
                connector,
                "documents",
                "documents.kind",
                "upsert",
                "documents.key",
                "id = key.id",
                "documents.columns",
                "document");
        options.put("payload.read.locations", locations);
        return options;
    }

    private static SinkRecord document(long offset, long id, String document) {
        return record(offset, Map.of("id", id), Map.of("document", document));
    }

    @Test
    void takesWhatFitsTheTables() {
        assertThat(errors(options())).isEmpty();
    }

    @Test
    void saysAtThePostThatThePasswordIsWrong() {
        Map<String, String> options = options();
        options.put("connection.password", "hunter2");

        assertThat(errors(options)).containsOnlyKeys("connection.url");
        assertThat(errors(options).get("connection.url").get(0))
                .containsPattern(Troubleshooting.symptom("A password is wrong", 2))
                .containsAnyOf("Access denied", "password authentication failed")
                .doesNotContain("hunter2");
    }

    @Test
    void takesNoGuaranteeThatTheRowsCannotKeep() throws SQLException {
        Map<String, String> unfit = options();
        unfit.put("processing.guarantee", "at_least_once");
        assertThat(errors(unfit)).containsOnlyKeys("projection.orders.revision", "projection.apps.kind");
        assertThat(errors(unfit).get("projection.orders.revision"))
                .singleElement()
                .asString()
                .contains("processing.guarantee=at_least_once", "overwrite a newer one");

        fixture.execute("DROP TABLE IF EXISTS guaranteed");
        fixture.execute("CREATE TABLE guaranteed (id INT PRIMARY KEY, rev BIGINT, gone BOOLEAN)");
        Map<String, String> options = fixture.options(
                connector,
                "guaranteed",
                "guaranteed.kind",
                "upsert",
                "guaranteed.key",
                "id = key.id",
                "guaranteed.columns",
                "rev",
                "guaranteed.revision",
                "rev");
        options.put("processing.guarantee", "at_least_once");
        assertThat(errors(options).get("projection.guaranteed.on.delete"))
                .singleElement()
                .asString()
                .contains("expected mark", "on.tombstone=ignore");
        options.put("projection.guaranteed.on.tombstone", "ignore");
        assertThat(errors(options)).isEmpty();
        options.put("projection.guaranteed.delete.when", "value.gone");
        assertThat(errors(options)).containsOnlyKeys("projection.guaranteed.on.delete");
        options.put("projection.guaranteed.on.delete", "mark");
        options.put("projection.guaranteed.deleted.column", "gone");
        assertThat(errors(options)).isEmpty();
        options.put("rebuild.replaces", "other");
        options.put("ledger.table", "other_ledger");
        assertThat(errors(options)).containsOnlyKeys("rebuild.replaces", "ledger.table");
    }

    @Test
    void movesTheLedgerWhenConnectAltersOffsets() throws SQLException {
        ProjectionSinkTask task = opened();
        task.put(List.of(order(0, 1, "NEW"), order(1, 1, "PAID")));
        SinkFixture.settle(task);
        Map<TopicPartition, Long> offsets = new HashMap<>();
        offsets.put(partition(0), 1L);
        offsets.put(partition(1), null);

        new ProjectionSinkConnector().alterOffsets(options(), offsets);

        task.put(List.of(order(2, 1, "LATE")));
        SinkFixture.awaitLoss(task, partition(0));
        assertThat(fixture.ledger(connector, 0)).isEqualTo(1);
        assertThat(fixture.ledger(connector, 1)).isZero();
        task.stop();
    }

    private ProjectionSinkTask opened() {
        return fixture.opened(options(), context);
    }

    private Map<String, String> options() {
        return fixture.options(
                connector,
                "orders,apps",
                "orders.kind",
                "upsert",
                "orders.topics",
                "events",
                "orders.key",
                "id = key.id",
                "orders.columns",
                "status, total, paid_at",
                "apps.kind",
                "explode",
                "apps.topics",
                "sites",
                "apps.key",
                "site = key.site",
                "apps.elements",
                "value.apps",
                "apps.element.key",
                "app = element.id",
                "apps.columns",
                "version = element.version");
    }

    private static SinkRecord order(long offset, long id, String status) {
        return record(offset, Map.of("id", id), Map.of("status", status));
    }

    private static SinkRecord tombstone(long offset, long id) {
        return record(offset, Map.of("id", id), null);
    }

    private static SinkRecord site(long offset, String site, String... apps) {
        List<Map<String, Object>> elements = new ArrayList<>();
        for (String app : apps) {
            elements.add(Map.of("id", app, "version", "v" + offset));
        }
        return siteRecord(offset, Map.of("site", site), Map.of("apps", elements));
    }

    private static Map<String, Object> element(int n, String c) {
        return Map.of("n", n, "c", c);
    }

    private static List<List<String>> orders() throws SQLException {
        return fixture.rows("SELECT id, status, total, paid_at, note FROM orders ORDER BY id");
    }

    private static List<String> row(String... values) {
        return Arrays.asList(values);
    }

    private static Map<String, List<String>> errors(Map<String, String> options) {
        return new ProjectionSinkConnector()
                .validate(options).configValues().stream()
                        .filter(value -> !value.errorMessages().isEmpty())
                        .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
    }
}
