package io.millrace.tools.create;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tools.source.SourceProduct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The events and views of tables as a server describes them. */
class MappingPlannerTest {
    private static final String UTF8 = "CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci";

    /** A column of a type as information_schema has it, nullable unless the name ends with {@code !}. */
    private static CapturedColumn column(String name, String columnType) {
        String type = columnType.replaceAll("[( ].*", "");
        boolean isText = Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set")
                .contains(type);
        long length = type.matches("(var)?(char|binary)")
                ? Long.parseLong(columnType.replaceAll("\\D", ""))
                : isText || type.endsWith("blob") ? 65535 : 0;
        int scale =
                switch (type) {
                    case "decimal" -> Integer.parseInt(columnType.replaceAll(".*,(\\d+)\\).*", "$1"));
                    case "datetime", "timestamp", "time" ->
                        columnType.contains("(") ? Integer.parseInt(columnType.replaceAll("\\D", "")) : 0;
                    default -> 0;
                };
        return new MySqlColumn(
                name.replaceAll("!$", ""), type, columnType, !name.endsWith("!"), length, scale, isText ? UTF8 : "");
    }

    private static CapturedTable table(String name, String key, CapturedColumn... columns) {
        int dot = name.indexOf('.');
        List<String> keys = key.isEmpty() ? List.of() : Arrays.asList(key.split(","));
        return new CapturedTable(
                dot < 0 ? "shop" : name.substring(0, dot),
                name.substring(dot + 1),
                List.of(columns),
                keys,
                false,
                List.of());
    }

    private static CapturedTable table(String name) {
        return table(name, "id", column("id!", "bigint"), column("name", "varchar(40)"));
    }

    private static MappingPlan plan(ViewsDatabase views, boolean storesPayloads, CapturedTable... tables) {
        return new MappingPlanner(
                        List.of(tables),
                        "shop",
                        new SourceAddress(SourceProduct.MYSQL, "db", 3306, "shop"),
                        List.of("shop.heartbeat", "shop.schema-history"),
                        views,
                        storesPayloads)
                .makePlan();
    }

    private static MappingPlan plan(CapturedTable... tables) {
        return plan(ViewsDatabase.MYSQL, false, tables);
    }

    @Test
    void aTableGetsThreeRulesAndAView() {
        TableMapping orders = plan(table(
                        "orders",
                        "id",
                        column("id!", "bigint"),
                        column("status!", "enum('PLACED','PAID')"),
                        column("total", "decimal(10,2)"),
                        column("placed_at!", "datetime(6)"),
                        column("version!", "int unsigned")))
                .tables()
                .get(0);

        assertThat(orders.toTableText())
                .isEqualTo("shop.orders; key: id: int64; fields: id: int64, status: string, total: decimal(2)?,"
                        + " placed_at; topic: shop.orders; revision: row.version");
        assertThat(orders.toRuleTexts())
                .containsExactly(
                        "OrderCreated; table: shop.orders; on: create",
                        "OrderChanged; table: shop.orders; on: update, read",
                        "OrderDeleted; table: shop.orders; on: delete; fields: id: int64");
        assertThat(orders.toKeyList()).isEqualTo("id = key.id");
        assertThat(orders.toColumnList()).isEqualTo("status, total, placed_at, version = int(headers.ce_revision)");
        assertThat(ViewsDatabase.MYSQL.toCreateStatement(orders)).isEqualTo("""
                CREATE TABLE `orders` (
                  `id` bigint NOT NULL,
                  `status` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci NOT NULL,
                  `total` decimal(10,2) NULL,
                  `placed_at` datetime(6) NOT NULL,
                  `version` int unsigned NOT NULL,
                  PRIMARY KEY (`id`)
                ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
                """);
        assertThat(ViewsDatabase.POSTGRESQL.toCreateStatement(orders)).isEqualTo("""
                CREATE TABLE "orders" (
                  "id" bigint NOT NULL,
                  "status" text NOT NULL,
                  "total" numeric(10,2) NULL,
                  "placed_at" timestamp(6) NOT NULL,
                  "version" bigint NOT NULL,
                  PRIMARY KEY ("id")
                );
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "tinyint(1) | int32? | tinyint(1) | smallint",
                "tinyint unsigned | int32? | tinyint unsigned | smallint",
                "smallint | int32? | smallint | smallint",
                "smallint unsigned | int32? | smallint unsigned | integer",
                "mediumint unsigned | int32? | mediumint unsigned | integer",
                "int | int32? | int | integer",
                "int unsigned | int64? | int unsigned | bigint",
                "bigint | int64? | bigint | bigint",
                "bigint unsigned | decimal(0)? | bigint unsigned | numeric(20)",
                "decimal(12,4) | decimal(4)? | decimal(12,4) | numeric(12,4)",
                "decimal(12,4) unsigned | decimal(4)? | decimal(12,4) unsigned | numeric(12,4)",
                "float | - | float | real",
                "double | float64? | double | double precision",
                "bit(1) | boolean? | bit(1) | boolean",
                "bit(20) | - | bit(20) | numeric(20)",
                "year | int32? | year | integer",
                "date | date? | date | date",
                "datetime | timestamp? | datetime | timestamp(0)",
                "datetime(3) | timestamp? | datetime(3) | timestamp(3)",
                "datetime(4) | - | datetime(4) | timestamp(4)",
                "timestamp | timestamp? | timestamp | timestamptz(0)",
                "timestamp(6) | - | timestamp(6) | timestamptz(6)",
                "time(3) | - | time(3) | interval(3)",
                "char(3) | string? | varchar(3) UTF8 | varchar(3)",
                "varchar(40) | string? | varchar(40) UTF8 | varchar(40)",
                "text | string? | text UTF8 | text",
                "set('a','b') | string? | text UTF8 | text",
                "json | - | json | jsonb",
                "binary(16) | bytes? | binary(16) | bytea",
                "blob | bytes? | blob | bytea"
            })
    void aColumnKeepsEachOfItsValues(String type, String declared, String mysql, String postgresql) {
        CapturedColumn column = column("c", type);
        TableMapping mapping =
                plan(table("t", "id", column("id!", "int"), column)).tables().get(0);

        assertThat(mapping.leftOut()).isEmpty();
        assertThat(column.declaredType().orElse("-")).isEqualTo(declared);
        assertThat(ViewsDatabase.MYSQL.typeOf(column, false)).isEqualTo(mysql.replace("UTF8", UTF8));
        assertThat(ViewsDatabase.POSTGRESQL.typeOf(column, false)).isEqualTo(postgresql);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int2 | smallint | int32? | smallint | smallint",
                "int4 | integer | int32? | int | integer",
                "int8 | bigint | int64? | bigint | bigint",
                "numeric | numeric(12,2) | decimal(2)? | decimal(12,2) | numeric(12,2)",
                "float4 | real | - | float | real",
                "float8 | double precision | float64? | double | double precision",
                "bool | boolean | boolean? | boolean | boolean",
                "date | date | date? | date | date",
                "time | time(6) without time zone | - | time(6) | time(6) without time zone",
                "timestamp | timestamp(3) without time zone | timestamp? | datetime(3) | timestamp(3) without time zone",
                "timestamptz | timestamp with time zone | - | datetime(6) | timestamp with time zone",
                "bpchar | character(3) | string? | varchar(3) | character(3)",
                "varchar | character varying(40) | string? | varchar(40) | character varying(40)",
                "text | text | string? | longtext | text",
                "mood | mood | string? | varchar(63) | text",
                "uuid | uuid | string? | char(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin | uuid",
                "jsonb | jsonb | - | json | jsonb",
            })
    void aColumnOfPostgresKeepsEachOfItsValues(
            String typeName, String type, String declared, String mysql, String postgresql) {
        CapturedColumn column = postgresColumn(typeName, type);
        TableMapping mapping =
                plan(table("t", "id", column("id!", "int"), column)).tables().get(0);

        assertThat(mapping.leftOut()).isEmpty();
        assertThat(column.declaredType().orElse("-")).isEqualTo(declared);
        assertThat(ViewsDatabase.MYSQL.typeOf(column, false)).isEqualTo(mysql);
        assertThat(ViewsDatabase.POSTGRESQL.typeOf(column, false)).isEqualTo(postgresql);
    }

    /** A column as the catalog has it. */
    private static CapturedColumn postgresColumn(String typeName, String type) {
        Matcher digits = Pattern.compile("\\((\\d+)(?:,(\\d+))?\\)").matcher(type);
        int first = digits.find() ? Integer.parseInt(digits.group(1)) : 0;
        boolean isTime = type.startsWith("time");
        return new PostgresColumn(
                "c",
                typeName,
                typeName.equals("mood"),
                type,
                true,
                type.startsWith("char") ? first : 0,
                typeName.equals("numeric") ? first : 0,
                isTime ? (first == 0 ? 6 : first) : typeName.equals("numeric") && first > 0 ? 2 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"numeric", "interval", "_text", "inet", "timetz"})
    void aColumnOfPostgresThatAViewCannotHaveIsLeftOut(String type) {
        TableMapping mapping = plan(table("t", "id", column("id!", "int"), postgresColumn(type, type)))
                .tables()
                .get(0);

        assertThat(mapping.leftOut()).singleElement().asString().contains("a view cannot have its type");
    }

    @Test
    void aTextWithoutALimitCannotBeTheKeyOfAViewInMySql() {
        CapturedColumn text = new PostgresColumn("c", "text", false, "text", false, 0, 0, 0);

        assertThat(plan(ViewsDatabase.MYSQL, false, table("t", "c", text))
                        .tables()
                        .get(0)
                        .viewObstacle())
                .get()
                .asString()
                .contains("an index of MySQL has 3072");
        assertThat(plan(ViewsDatabase.POSTGRESQL, false, table("t", "c", text))
                        .tables()
                        .get(0)
                        .viewObstacle())
                .isEmpty();
    }

    @Test
    void columnsWithOddNamesGetFieldsWithPlainOnes() {
        TableMapping mapping = plan(table(
                        "odd",
                        "in,order-no",
                        column("in!", "int"),
                        column("order-no!", "varchar(20)"),
                        column("order_no", "int"),
                        column("größe", "double"),
                        column("a'b\\", "int"),
                        column("注文", "int"),
                        column("Select", "int"),
                        column("it`s", "int")))
                .tables()
                .get(0);

        assertThat(mapping.toTableText())
                .isEqualTo("shop.odd; key: in: int32, order_no_2: string = row['order-no']; fields: in: int32,"
                        + " order_no_2: string = row['order-no'], order_no: int32?,"
                        + " grosse: float64? = row['größe'], a_b: int32? = row['a\\'b\\\\'],"
                        + " column_6: int32? = row['注文'], Select: int32?, it_s: int32? = row['it`s'];"
                        + " topic: shop.odd");
        assertThat(mapping.toKeyList()).isEqualTo("in = key['in'], order_no_2 = key.order_no_2");
        assertThat(ViewsDatabase.MYSQL.toCreateStatement(mapping))
                .contains(
                        "`order_no_2` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL",
                        "PRIMARY KEY (`in`, `order_no_2`)");
    }

    @Test
    void tablesWithLikeNamesGetDifferentOnes() {
        List<TableMapping> tables = plan(
                        table("order"),
                        table("orders"),
                        table("crm.orders"),
                        table("heartbeat"),
                        table("order_items"),
                        table("OrderItems"),
                        table("注文"),
                        table("2fa"),
                        table("millrace_ledger"))
                .tables();

        assertThat(tables.stream().map(TableMapping::createdEvent))
                .containsExactly(
                        "OrderCreated",
                        "OrdersCreated",
                        "CrmOrderCreated",
                        "HeartbeatCreated",
                        "OrderItemsCreated",
                        "ShopOrderItemCreated",
                        "TableCreated",
                        "Table2faCreated",
                        "MillraceLedgerCreated");
        assertThat(tables.stream().map(TableMapping::topic))
                .containsExactly(
                        "shop.order",
                        "shop.orders",
                        "shop.crm.orders",
                        "shop.shop.heartbeat",
                        "shop.order_items",
                        "shop.OrderItems",
                        "shop.table",
                        "shop._2fa",
                        "shop.millrace_ledger");
        assertThat(tables.stream().map(TableMapping::view))
                .containsExactly(
                        "order",
                        "orders",
                        "crm_orders",
                        "heartbeat",
                        "order_items",
                        "OrderItems",
                        "table",
                        "_2fa",
                        "shop_millrace_ledger");
    }

    @ParameterizedTest
    @CsvSource({
        "version!, int, true",
        "Row_Version!, bigint unsigned, true",
        "revision!, smallint, true",
        "lock_version!, int, true",
        "version, int, false",
        "version!, varchar(10), false",
        "version!, 'decimal(10,2)', false",
        "app_version!, int, false"
    })
    void aRevisionIsAWholeNumberThatCannotBeNull(String name, String type, boolean isRevision) {
        TableMapping mapping = plan(table("t", "id", column("id!", "int"), column(name, type)))
                .tables()
                .get(0);

        assertThat(mapping.revision().isPresent()).isEqualTo(isRevision);
    }

    @Test
    void whatCannotBeSentIsLeftOutWithARemedy() {
        CapturedTable table = table(
                "posts",
                "id",
                column("id!", "int"),
                column("body", "longtext"),
                column("image", "mediumblob"),
                column("place", "point"));

        assertThat(plan(table).tables().get(0).leftOut())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line)
                        .contains("body (longtext)", "larger than a record of Kafka", "--payload-store"))
                .anySatisfy(line -> assertThat(line).contains("place (point)", "a view cannot have its type"));
        TableMapping stored = plan(ViewsDatabase.MYSQL, true, table).tables().get(0);
        assertThat(stored.leftOut()).hasSize(1);
        assertThat(stored.toTableText()).contains("fields: id: int32, body, image;");
    }

    @Test
    void aPayloadsColumnIsStoredInEveryTableButNotInAKey() {
        MappingPlan plan = plan(
                ViewsDatabase.MYSQL,
                true,
                table("posts", "id", column("id!", "int"), column("body", "longtext"), column("code", "longtext")),
                table("notes", "code", column("code!", "varchar(20)"), column("body", "varchar(100)")));

        assertThat(plan.payloadColumns()).containsExactly("body");
        assertThat(plan.tables().get(1).toTableText()).contains("fields: code: string, body;");
        assertThat(plan.tables().get(0).leftOut()).singleElement().asString().contains("code (longtext)");
    }

    @Test
    void tablesThatCannotHaveEventsAreLeftOutWithTheReason() {
        MappingPlan plan = plan(
                table("log", "", column("line", "text")),
                table("a;b"),
                table("it's"),
                table("${env:HOME}"),
                table("places", "at", column("at!", "point")),
                table("orders"));

        assertThat(plan.tables()).singleElement().asString().contains("orders");
        assertThat(plan.leftOut()).hasSize(5);
        assertThat(plan.leftOut().get(0))
                .contains("shop.log", "no primary key", "ALTER TABLE `shop`.`log` ADD COLUMN id BIGINT");
        assertThat(plan.leftOut().subList(1, 4))
                .allSatisfy(reason -> assertThat(reason).contains("no form for the name"));
        assertThat(plan.leftOut().get(4)).contains("the column at of its key");
    }

    @Test
    void aKeyThatAnIndexCannotHaveHasNoViewInMySql() {
        CapturedTable table = table("urls", "url", column("url!", "varchar(1000)"));

        assertThat(plan(table).tables().get(0).viewObstacle())
                .hasValueSatisfying(reason -> assertThat(reason).contains("4000 bytes", "3072"));
        assertThat(plan(table).viewed()).isEmpty();
        assertThat(plan(ViewsDatabase.POSTGRESQL, false, table).viewed()).hasSize(1);
    }

    /** What stays of the lists after the names of the columns, for the types of all columns at once. */
    @Test
    void aTableWithEveryTypeHasOneColumnForEach() {
        List<CapturedColumn> columns = new ArrayList<>(List.of(column("id!", "binary(16)")));
        Map<String, String> types = Map.of("a", "int", "b", "json", "c", "time(6)", "d", "bit(3)");
        types.forEach((name, type) -> columns.add(column(name, type)));
        TableMapping mapping = plan(table("t", "id", columns.toArray(CapturedColumn[]::new)))
                .tables()
                .get(0);

        assertThat(mapping.viewColumns().stream().map(FieldMapping::name).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("id", "a", "b", "c", "d");
        assertThat(Arrays.asList(mapping.toColumnList().split(", "))).containsExactlyInAnyOrder("a", "b", "c", "d");
    }
}
