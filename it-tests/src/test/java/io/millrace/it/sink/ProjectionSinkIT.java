package io.millrace.it.sink;

import static io.millrace.it.sink.SinkFixture.partition;
import static io.millrace.it.sink.SinkFixture.record;
import static io.millrace.it.sink.SinkFixture.siteRecord;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connectors.projection.ProjectionSinkConnector;
import io.millrace.connectors.projection.ProjectionSinkTask;
import io.millrace.connectors.projection.ledger.FencedException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
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
    void goesOnWhereTheLedgerSaysAndTakesNothingTwice() throws SQLException {
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
        second.put(records);
        second.put(List.of(order(3, 1, "NEW")));

        SinkFixture.settle(second);
        assertThat(orders()).containsExactly(row("1", "PAID", null, null, "untouched"));
        assertThat(fixture.ledger(connector, 0)).isEqualTo(8);
        second.stop();
    }

    @Test
    void writesNothingOfATaskThatLostItsPartition() throws SQLException {
        ProjectionSinkTask old = opened();
        old.put(List.of(order(0, 1, "NEW")));
        SinkFixture.settle(old);
        ProjectionSinkTask owner = opened();

        old.put(List.of(order(1, 1, "ZOMBIE")));
        assertThatThrownBy(() -> SinkFixture.settle(old)).isInstanceOf(FencedException.class);
        owner.put(List.of(order(1, 1, "PAID")));
        // Takes stock, and takes nothing of what it was given.
        old.put(List.of(order(1, 1, "ZOMBIE")));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> old.put(List.of(order(1, 1, "ZOMBIE")))).isInstanceOf(RetriableException.class);
        }
        assertThatThrownBy(() -> old.put(List.of(order(1, 1, "ZOMBIE"))))
                .isInstanceOf(ConnectException.class)
                .isNotInstanceOf(RetriableException.class)
                .hasMessageContaining("events-0 was claimed with epoch 1, and then by another task with epoch 2");

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

        assertThatThrownBy(() -> task.put(List.of(order(0, 1, "NEW"), order(1, 2, "far too long"))))
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

        assertThatThrownBy(() -> task.put(List.of(record(0, Map.of("id", 1L), null))))
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
    void takesWhatFitsTheTables() {
        assertThat(errors(options())).isEmpty();
    }

    @Test
    void saysAtThePostThatThePasswordIsWrong() {
        Map<String, String> options = options();
        options.put("connection.password", "hunter2");

        assertThat(errors(options)).containsOnlyKeys("connection.url");
        assertThat(errors(options).get("connection.url").get(0))
                .containsAnyOf("Access denied", "password authentication failed")
                .doesNotContain("hunter2");
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
        assertThatThrownBy(() -> SinkFixture.settle(task)).isInstanceOf(FencedException.class);
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
