package io.millrace.tools.create;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.tools.CommandRun;
import io.millrace.tools.source.SourceProduct;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The options of connectors for the shop's tables, which are next to those of the shop's own connectors. */
class GeneratedConnectorsTest {
    private static final String TEXT = "CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci";
    private static final CapturedTable ORDERS = new CapturedTable(
            "shop",
            "orders",
            List.of(
                    new MySqlColumn("id", "bigint", "bigint unsigned", false, 0, 0, ""),
                    new MySqlColumn("status", "varchar", "varchar(20)", false, 20, 0, TEXT),
                    new MySqlColumn("note", "longtext", "longtext", true, 4294967295L, 0, TEXT)),
            List.of("id"),
            false,
            List.of());
    private static final SourceAddress SOURCE = new SourceAddress(SourceProduct.MYSQL, "db", 3307, "shop");
    private static final CapturedTable ODD = new CapturedTable(
            "shop",
            "a.b,c-$",
            List.of(new MySqlColumn("id", "int", "int", false, 0, 0, "")),
            List.of("id"),
            false,
            List.of());

    private static NewRequest request(Optional<String> store, Map<String, String> storeOptions) {
        return request(SOURCE, store, storeOptions);
    }

    private static NewRequest request(SourceAddress source, Optional<String> store, Map<String, String> storeOptions) {
        return new NewRequest(
                source,
                "debezium",
                "hush-7351",
                Map.of("database.ssl.mode", "verify_identity"),
                List.of(),
                "shop",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                store,
                storeOptions,
                Path.of("out"));
    }

    private static MappingPlan plan(GeneratedConnectors connectors, boolean storesPayloads) {
        return new MappingPlanner(
                        List.of(ORDERS, ODD),
                        "shop",
                        SOURCE,
                        connectors.reservedTopics(),
                        ViewsDatabase.MYSQL,
                        storesPayloads)
                .makePlan();
    }

    private static SourceSetup setup(Optional<String> statements) {
        return new MySqlSetup(request(Optional.empty(), Map.of()), "8.0.33", Optional.empty(), List.of(), statements);
    }

    private static String print(SourceSetup setup, MappingPlan plan) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        setup.print(plan, new NewReport(new PrintStream(out, true, StandardCharsets.UTF_8)));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Map<String, String> shipped(String file) throws IOException {
        Map<String, String> options = new HashMap<>();
        new ObjectMapper()
                .readTree(CommandRun.PROJECT.resolve("connect-configs/" + file).toFile())
                .path("config")
                .properties()
                .forEach(
                        option -> options.put(option.getKey(), option.getValue().asText()));
        return options;
    }

    @Test
    void theSourceHasTheOptionsOfTheShopsSource() throws IOException {
        GeneratedConnectors connectors = new GeneratedConnectors(request(Optional.empty(), Map.of()));
        Map<String, String> source = connectors.makeSource(plan(connectors, false), setup(Optional.empty()));
        Map<String, String> shop = shipped("10-shop-source.json");

        Set<String> expected = new HashSet<>(shop.keySet());
        expected.removeIf(option -> option.matches("events\\.(table|rule|unmapped)\\..*|(transforms|predicates).*"));
        expected.addAll(List.of("bigint.unsigned.handling.mode", "key.converter.decimal.format", "database.ssl.mode"));
        expected.addAll(List.of("events.table.1", "events.table.2"));
        for (int rule = 1; rule <= 6; rule++) {
            expected.add("events.rule." + rule);
        }
        assertThat(source.keySet()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(List.of(
                        "connector.class",
                        "exactly.once.support",
                        "transaction.boundary",
                        "extended.headers.enabled",
                        "include.schema.changes",
                        "schema.history.internal.store.only.captured.tables.ddl",
                        "schema.history.internal.kafka.bootstrap.servers",
                        "topic.creation.default.replication.factor",
                        "value.converter.decimal.format",
                        "context.sources"))
                .allSatisfy(option -> assertThat(source.get(option)).isNotNull().isEqualTo(shop.get(option)));
        assertThat(source)
                .containsEntry("database.hostname", "db")
                .containsEntry("database.port", "3307")
                .containsEntry("database.password", "${env:SHOP_DATABASE_PASSWORD}")
                .hasEntrySatisfying("database.server.id", id -> assertThat(Integer.parseInt(id))
                        .isGreaterThan(1_000_000))
                .containsEntry("bigint.unsigned.handling.mode", "precise")
                .containsEntry("key.converter.decimal.format", "NUMERIC");
        assertThat(source.values()).noneMatch(value -> value.contains("hush-7351"));
        assertThat(source.get("table.include.list")).isEqualTo("shop.orders,shop.a\\u002eb\\u002cc-\\u0024");
    }

    @Test
    void theContextNeedsAServerThatWritesStatements() {
        GeneratedConnectors connectors = new GeneratedConnectors(request(Optional.empty(), Map.of()));

        assertThat(connectors
                        .makeSource(plan(connectors, false), setup(Optional.of("no statements")))
                        .keySet())
                .noneMatch(option -> option.startsWith("context."));
    }

    @Test
    void aSourceOfPostgresHasItsSlotAndPublication() throws IOException {
        NewRequest request =
                request(new SourceAddress(SourceProduct.POSTGRESQL, "db", 5432, "Shop"), Optional.empty(), Map.of());
        GeneratedConnectors connectors = new GeneratedConnectors(request);
        PostgresSetup setup =
                new PostgresSetup(request, List.of(), Set.of("public.orders"), Map.of("public.orders", true), false);
        CapturedTable orders = new CapturedTable(
                "public",
                "orders",
                List.of(new PostgresColumn("id", "int8", false, "bigint", false, 0, 0, 0)),
                List.of("id"),
                false,
                List.of());
        MappingPlan plan = new MappingPlanner(
                        List.of(orders), "shop", request.source(), List.of(), ViewsDatabase.POSTGRESQL, false)
                .makePlan();
        Map<String, String> source = connectors.makeSource(plan, setup);

        Set<String> expected =
                new HashSet<>(shipped("postgresql/10-shop-source.json").keySet());
        expected.removeIf(option -> option.matches("events\\.(table|rule|unmapped)\\..*|(transforms|predicates).*"));
        expected.addAll(
                List.of("database.ssl.mode", "events.table.1", "events.rule.1", "events.rule.2", "events.rule.3"));
        assertThat(source.keySet()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(source)
                .containsEntry("database.dbname", "Shop")
                .containsEntry("slot.name", "shop")
                .containsEntry("publication.name", "shop")
                .containsEntry("context.sources", "message")
                .containsEntry("table.include.list", "public.orders")
                .containsEntry(
                        "events.table.1", "public.orders; key: id: int64; fields: id: int64; topic: shop.orders");
        assertThat(PostgresSetup.nameFor("My.Shop-2")).isEqualTo("my_shop_2");
        assertThat(print(setup, plan))
                .contains("public.orders has virtual generated columns", "publish_generated_columns = stored")
                .doesNotContain("ALTER TABLE");
        assertThat(print(new PostgresSetup(request, List.of(), Set.of("public.orders"), Map.of(), true), plan))
                .contains(
                        "ALTER TABLE \"public\".\"orders\" REPLICA IDENTITY FULL;",
                        "ALTER PUBLICATION shop ADD TABLE \"public\".\"orders\";")
                .doesNotContain("CREATE PUBLICATION", "publish_generated_columns");
        assertThat(setup.grants(plan))
                .containsExactly(
                        "GRANT USAGE ON SCHEMA \"public\" TO \"debezium\";",
                        "GRANT SELECT ON \"public\".\"orders\" TO \"debezium\";",
                        "ALTER ROLE \"debezium\" REPLICATION;");
    }

    @Test
    void theSinkHasTheOptionsOfTheShopsSink() throws IOException {
        GeneratedConnectors connectors = new GeneratedConnectors(request(Optional.empty(), Map.of()));
        Map<String, String> sink = connectors.makeSink(plan(connectors, false));
        Map<String, String> shop = shipped("21-order-status.json");

        Set<String> expected = new HashSet<>(shop.keySet());
        expected.removeIf(option -> option.startsWith("projection."));
        assertThat(sink.keySet()).containsAll(expected).allSatisfy(option -> assertThat(
                        expected.contains(option) || option.startsWith("projection."))
                .isTrue());
        assertThat(sink)
                .containsEntry("topics", "shop.orders,shop.a_b_c")
                .containsEntry("errors.deadletterqueue.topic.name", "shop-views.dlq")
                .containsEntry("consumer.override.isolation.level", "read_committed")
                .containsEntry("projections", "orders,a_b_c")
                .containsEntry("projection.orders.kind", "upsert")
                .containsEntry("projection.orders.topics", "shop.orders")
                .containsEntry("projection.orders.key", "id = key.id")
                .containsEntry("projection.orders.columns", "status")
                .containsEntry("projection.orders.delete.when", "headers.ce_type == 'OrderDeleted'")
                .doesNotContainKey("projection.orders.revision")
                .doesNotContainKey("projection.a_b_c.columns");
    }

    @Test
    void largeValuesAreStoredIfAStoreIsNamed() {
        GeneratedConnectors connectors = new GeneratedConnectors(
                request(Optional.of("kafka:shop.chunks"), Map.of("payload.threshold.bytes", "1000")));
        MappingPlan plan = plan(connectors, true);
        Map<String, String> source = connectors.makeSource(plan, setup(Optional.empty()));

        assertThat(source)
                .containsEntry("payload.fields", "before.note, after.note")
                .containsEntry("payload.store", "kafka:shop.chunks")
                .containsEntry("payload.kafka.bootstrap.servers", "${env:KAFKA_BOOTSTRAP_SERVERS}")
                .containsEntry("payload.threshold.bytes", "1000");
        assertThat(connectors.makeSink(plan))
                .containsEntry("payload.read.locations", "kafka:shop.chunks")
                .containsEntry("payload.kafka.bootstrap.servers", "${env:KAFKA_BOOTSTRAP_SERVERS}")
                .containsEntry("projection.orders.columns", "status, note");
    }

    @Test
    void theVariablesOfASourceHaveItsPrefix() {
        NewRequest request = request(Optional.empty(), Map.of());

        assertThat(request.variableOf("DATABASE_PASSWORD")).isEqualTo("${env:SHOP_DATABASE_PASSWORD}");
        assertThat(request.toString()).doesNotContain("hush-7351");
    }

    @Test
    void anAccountGetsNoMoreThanItNeeds() {
        assertThat(AccountGrants.ofMySqlSource("o'neil", List.of("my_shop"), "8.0.33"))
                .containsExactly(
                        "GRANT SELECT ON `my\\_shop`.* TO 'o\\'neil'@'%';",
                        "GRANT FLUSH_TABLES, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'o\\'neil'@'%';");
        assertThat(AccountGrants.ofMySqlSource("d", List.of(), "8.0.22-log"))
                .containsExactly("GRANT RELOAD, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'd'@'%';");
        assertThat(AccountGrants.ofMySqlSource("d", List.of(), "8.4.0"))
                .allMatch(grant -> grant.contains("FLUSH_TABLES"));
        assertThat(AccountGrants.ofSink(ViewsDatabase.POSTGRESQL, "views", "projector", List.of("orders", "in")))
                .containsExactly(
                        "GRANT USAGE, CREATE ON SCHEMA public TO \"projector\";",
                        "GRANT SELECT, INSERT, UPDATE, DELETE ON \"orders\", \"in\" TO \"projector\";");
    }
}
