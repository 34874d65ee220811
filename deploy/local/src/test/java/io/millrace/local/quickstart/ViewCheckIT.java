package io.millrace.local.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.LocalPipeline;
import io.millrace.local.SharedPipeline;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check that other tests and the quickstart trust: it must see every way in which a view can be wrong. */
class ViewCheckIT {
    private static final long ID = 9_000_000_001L;
    private static final String DOCUMENT = "{\"apps\": [{\"id\": \"chat\", \"version\": \"1.0\", \"enabled\": true}]}";

    private final LocalPipeline pipeline = SharedPipeline.get();
    private Connection shop;
    private Connection views;

    @BeforeEach
    void connect() throws Exception {
        shop = pipeline.connectToShop();
        views = pipeline.connectToViews();
        clear();
        execute(
                shop,
                "INSERT INTO orders (id, customer_id, status, currency, total, placed_at, version) VALUES (" + ID + ", "
                        + ID + ", 'PLACED', 'EUR', 9.90, '2026-01-02 03:04:05.000006', 1)");
        execute(shop, "INSERT INTO sites (id, name, document) VALUES (" + ID + ", 'site', '" + DOCUMENT + "')");
        execute(
                shop,
                "INSERT INTO products (id, sku, name, price, image, image_type, version) VALUES (" + ID
                        + ", 'sku-1', 'lamp', 19.90, REPEAT('x', 70000), 'image/png', 3)");
        execute(
                shop,
                "INSERT INTO subscriptions (id, customer_id, price, payments) VALUES (" + ID + ", " + ID
                        + ", 9.90, 3)");
        for (Region region : Region.values()) {
            execute(
                    shop,
                    "INSERT INTO " + region.customers() + " (id, name, street, city, country) VALUES (" + ID
                            + ", 'Ada', '1 Mill Lane', 'Fordham', 'DE')");
        }
    }

    @AfterEach
    void clearAndClose() throws Exception {
        clear();
        shop.close();
        views.close();
    }

    @Test
    void seesNothingWhereEveryRowIsRight() throws Exception {
        insertRightRows();

        assertThat(new ViewCheck(shop, views).compare().differences()).noneMatch(text -> text.contains("" + ID));
    }

    @Test
    void seesMissingRows() throws Exception {
        assertThat(new ViewCheck(shop, views).compare().differences())
                .contains(
                        "order_status [" + ID + "]: no row",
                        "customer_totals [" + ID + ", EUR]: no row",
                        "installed_apps [" + ID + ", chat]: no row",
                        "products [" + ID + "]: no row",
                        "site_documents [" + ID + "]: no row",
                        "customers [eu, " + ID + "]: no row",
                        "customers [us, " + ID + "]: no row",
                        "subscription_renewals [" + ID + "]: no row");
    }

    @Test
    void seesRowsThatTheSourceDoesNotHave() throws Exception {
        insertRightRows();
        execute(shop, "DELETE FROM orders WHERE id = " + ID);
        execute(shop, "DELETE FROM sites WHERE id = " + ID);
        execute(shop, "DELETE FROM products WHERE id = " + ID);
        execute(shop, "DELETE FROM shop_us.customers WHERE id = " + ID);
        execute(shop, "UPDATE subscriptions SET payments = 0 WHERE id = " + ID);

        assertThat(new ViewCheck(shop, views).compare().differences())
                .contains(
                        "order_status [" + ID + "]: a row that the source does not have",
                        "customer_totals [" + ID + ", EUR]: a row that the source does not have",
                        "installed_apps [" + ID + ", chat]: a row that the source does not have",
                        "products [" + ID + "]: a row that the source does not have",
                        "site_documents [" + ID + "]: a row that the source does not have",
                        "customers [us, " + ID + "]: a row that the source does not have",
                        "subscription_renewals [" + ID + "]: a row that the source does not have")
                .noneMatch(text -> text.startsWith("customers [eu, "));
    }

    /** What a cancelled order contributed is to be taken back, though the order is still there. */
    @Test
    void seesATotalThatCountsWhatItShouldNot() throws Exception {
        insertRightRows();
        execute(shop, "UPDATE orders SET status = 'CANCELLED' WHERE id = " + ID);

        assertThat(new ViewCheck(shop, views).compare().differences())
                .contains("customer_totals [" + ID + ", EUR]: a row that the source does not have");
    }

    @Test
    void seesAWrongValue() throws Exception {
        insertRightRows();
        execute(views, "UPDATE order_status SET placed_at = '2026-01-02 03:04:05' WHERE order_id = " + ID);
        execute(views, "UPDATE customer_totals SET orders = 2, spent = 9.80 WHERE customer_id = " + ID);
        execute(views, "UPDATE installed_apps SET enabled = NULL WHERE site_id = " + ID);
        execute(views, "UPDATE products SET image_uri = NULL WHERE product_id = " + ID);
        execute(shop, "UPDATE sites SET version = 2 WHERE id = " + ID);
        execute(views, "UPDATE customers SET country_name = NULL WHERE region = 'us'");
        execute(views, "UPDATE subscription_renewals SET renewals = 4 WHERE subscription_id = " + ID);

        assertThat(new ViewCheck(shop, views).compare().differences())
                .contains(
                        "order_status [" + ID + "]: placed_at is 2026-01-02 03:04:05, the source has"
                                + " 2026-01-02 03:04:05.000006",
                        "customer_totals [" + ID + ", EUR]: orders is 2, the source has 1; spent is 9.80, the source"
                                + " has 9.90",
                        "installed_apps [" + ID
                                + ", chat]: enabled is null, the source has 1; revision is 1, the source has 2",
                        "products [" + ID + "]: image_uri IS NOT NULL is 0, the source has 1",
                        "site_documents [" + ID + "]: revision is 1, the source has 2",
                        "customers [us, " + ID + "]: country_name is null, the source has Germany",
                        "subscription_renewals [" + ID + "]: renewals is 4, the source has 3");
    }

    private void insertRightRows() throws Exception {
        execute(
                views,
                "INSERT INTO order_status (order_id, customer_id, status, currency, total, placed_at, revision)"
                        + " VALUES ("
                        + ID + ", " + ID + ", 'PLACED', 'EUR', 9.90, '2026-01-02 03:04:05.000006', 1)");
        execute(views, "INSERT INTO customer_totals VALUES (" + ID + ", 'EUR', 1, 9.90, '2026-01-02 03:04:05.000006')");
        execute(views, "INSERT INTO installed_apps VALUES (" + ID + ", 'chat', '1.0', TRUE, 1)");
        execute(
                views,
                "INSERT INTO products VALUES (" + ID + ", 'sku-1', 'lamp', 19.90, 's3://shop-payloads/x', 70000,"
                        + " SHA2(REPEAT('x', 70000), 256), 'image/png', 3)");
        execute(views, "INSERT INTO subscription_renewals VALUES (" + ID + ", 3, 29.70)");
        execute(views, "INSERT INTO site_documents VALUES (" + ID + ", '" + DOCUMENT + "', 1)");
        for (Region region : Region.values()) {
            execute(
                    views,
                    "INSERT INTO customers VALUES ('" + region.key() + "', " + ID
                            + ", 'Ada', 'Fordham', 'DE', 'Germany', 1)");
        }
    }

    private void clear() throws Exception {
        execute(shop, "DELETE FROM orders WHERE id = " + ID);
        execute(shop, "DELETE FROM sites WHERE id = " + ID);
        execute(shop, "DELETE FROM products WHERE id = " + ID);
        for (Region region : Region.values()) {
            execute(shop, "DELETE FROM " + region.customers() + " WHERE id = " + ID);
        }
        execute(shop, "DELETE FROM subscriptions WHERE id = " + ID);
        execute(views, "DELETE FROM subscription_renewals WHERE subscription_id = " + ID);
        execute(views, "DELETE FROM customers WHERE customer_id = " + ID);
        execute(views, "DELETE FROM products WHERE product_id = " + ID);
        execute(views, "DELETE FROM site_documents WHERE site_id = " + ID);
        execute(views, "DELETE FROM order_status WHERE order_id = " + ID);
        execute(views, "DELETE FROM customer_totals WHERE customer_id = " + ID);
        execute(views, "DELETE FROM installed_apps WHERE site_id = " + ID);
    }

    private static void execute(Connection connection, String sql) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
