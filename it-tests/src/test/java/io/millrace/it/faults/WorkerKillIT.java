package io.millrace.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.shop.Comparison;
import io.millrace.it.shop.RandomTraffic;
import io.millrace.it.shop.Shop;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * A worker that is killed without a warning, again and again while the shop goes on, neither loses nor repeats a thing. Nor
 * does it harm a view without a ledger, whose events come again after each death.
 */
class WorkerKillIT {
    /** The longer run of .ci/run has more. */
    private static final int KILLS = Integer.getInteger("millrace.strikes", 4);

    private static final String UNLEDGERED = "order-status-unledgered";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void everyEventIsThereOnceAndEveryRowIsRight() throws Exception {
        long seed = Seeds.next();
        Random random = new Random(seed);
        Shop shop = new Shop();
        try (LocalPipeline pipeline =
                        LocalPipeline.start(Installation.locate(), ServerDirectories.newDirectory("worker-kill"));
                Connection connection = pipeline.mysql().connectAsRoot()) {
            connection.setCatalog("shop");
            postWrappedSource(pipeline);
            pipeline.rest().postAll(ShopConnectors.ofOrdersAndSites().subList(1, 3));
            postWithoutLedger(pipeline, connection);
            RandomTraffic traffic = new RandomTraffic(new Random(seed), connection, shop);
            traffic.commitChanges(50);
            Comparison comparison = new Comparison(pipeline, shop);
            comparison.assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());

            AtomicBoolean goOn = new AtomicBoolean(true);
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> traffic.commitWhile(goOn));
            for (int i = 0; i < KILLS; i++) {
                // From the middle of the start to well into the work.
                TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(6_000));
                pipeline.worker().kill();
                pipeline.worker().restart();
            }
            goOn.set(false);
            writer.get(1, TimeUnit.MINUTES);

            for (String connector : pipeline.rest().connectors()) {
                pipeline.rest().awaitRunning(connector, Duration.ofSeconds(90));
            }
            assertThat(shop.orderEvents()).hasSizeGreaterThan(1_000);
            comparison.assertEventsExactlyOnce(Comparison.ORDERS, shop.orderEvents());
            comparison.assertEventsExactlyOnce(Comparison.SITES, shop.siteEvents());
            comparison.assertViews();
            assertViewWithoutLedger(pipeline, connection, shop);
        }
    }

    /** The shop's source, which also stores payloads. */
    private static void postWrappedSource(LocalPipeline pipeline) throws Exception {
        ObjectNode config = (ObjectNode)
                JSON.readTree(ShopConnectors.file("10-shop-source").toFile()).path("config");
        config.put("payload.fields", "before.image,after.image")
                .put("payload.store", "file:" + pipeline.payloadObjects().toAbsolutePath());
        pipeline.rest().put("shop-source", config);
        pipeline.rest().awaitRunning("shop-source", Duration.ofSeconds(90));
    }

    /** The shop's view of orders, kept right by revisions alone; a deletion has the revision of the row that it deletes. */
    private static void postWithoutLedger(LocalPipeline pipeline, Connection connection) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE views.order_revised (order_id BIGINT PRIMARY KEY, status VARCHAR(20),"
                    + " total DECIMAL(12, 2), revision BIGINT, deleted BOOLEAN)");
        }
        ObjectNode config = (ObjectNode)
                JSON.readTree(ShopConnectors.file("21-order-status").toFile()).path("config");
        config.properties().removeIf(option -> option.getKey().startsWith("projection"));
        config.put("processing.guarantee", "at_least_once")
                .put("errors.deadletterqueue.topic.name", UNLEDGERED + ".dlq")
                .put("projections", "order_revised")
                .put("projection.order_revised.kind", "upsert")
                .put("projection.order_revised.key", "order_id = key.order_id")
                .put(
                        "projection.order_revised.columns",
                        "status, total, revision = 2 * int(headers.ce_revision)"
                                + " + (headers.ce_type == 'OrderDeleted' ? 1 : 0)")
                .put("projection.order_revised.revision", "revision")
                .put("projection.order_revised.delete.when", "headers.ce_type == 'OrderDeleted'")
                .put("projection.order_revised.on.delete", "mark")
                .put("projection.order_revised.deleted.column", "deleted");
        pipeline.rest().put(UNLEDGERED, config);
        pipeline.rest().awaitRunning(UNLEDGERED, Duration.ofSeconds(90));
    }

    private static void assertViewWithoutLedger(LocalPipeline pipeline, Connection connection, Shop shop)
            throws Exception {
        Set<String> expected = new TreeSet<>();
        shop.orders().values().stream()
                .map(Shop.OrderStatus::order)
                .forEach(order ->
                        expected.add(order.id() + " " + order.status() + " " + order.total() + " " + order.version()));
        await("the view without a ledger").atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(texts(
                        connection,
                        "SELECT CONCAT_WS(' ', order_id, status, total, revision DIV 2) FROM views.order_revised"
                                + " WHERE NOT deleted"))
                .isEqualTo(expected));
        assertThat(texts(connection, "SELECT topic FROM views.millrace_ledger WHERE connector = '" + UNLEDGERED + "'"))
                .isEmpty();
        assertThat(pipeline.rest().offsets(UNLEDGERED).path("offsets")).isNotEmpty();
    }

    private static Set<String> texts(Connection connection, String query) throws SQLException {
        Set<String> texts = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        connection.commit();
        return texts;
    }
}
