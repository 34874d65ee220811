package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.PostgresShopPipeline;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.testing.servers.ConnectRest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/** The shipped connector of a shop in PostgreSQL, on the shop's tables there. */
class PostgresConnectConfigsIT extends ConnectConfigsIT {
    private PostgresShopPipeline shop;

    @Override
    ConnectRest findRest() throws Exception {
        shop = PostgresShopPipeline.shared();
        return shop.rest();
    }

    @Override
    List<Path> files() throws IOException {
        return ShopConnectors.filesForPostgres();
    }

    @Test
    void sendsTheShopsEventsWithTheirContext() throws Exception {
        shop.rest().postAll(files());
        try (Connection connection = shop.connectToShop();
                Statement sql = connection.createStatement()) {
            connection.setAutoCommit(false);
            sql.execute("SELECT pg_logical_emit_message(true, 'millrace.context', 'requestId=''r-1''')");
            sql.execute("INSERT INTO shop.orders (id, customer_id, status, currency, total, placed_at)"
                    + " VALUES (1, 7, 'PLACED', 'EUR', 19.90, '2026-01-02 03:04:05')");
            sql.execute("UPDATE shop.orders SET status = 'PAID', version = 2 WHERE id = 1");
            sql.execute(
                    "INSERT INTO shop.sites (id, name, document) VALUES (1, 'Main', '{\"apps\": [{\"id\": \"a\"}]}')");
            sql.execute("INSERT INTO shop.outbox VALUES ('6b1d7f0e-0000-4000-8000-000000000001', 'invoice', '1',"
                    + " 'InvoiceSent', '{\"number\": 5}', 'r-2', 'ann', NULL)");
            sql.execute("DELETE FROM shop.orders WHERE id = 1");
            connection.commit();
        }

        assertThat(awaitRecords("shop.orders", 3))
                .extracting(record -> header(record, "ce_type"))
                .containsExactly("OrderPlaced", "OrderPaid", "OrderDeleted");
        assertThat(awaitRecords("shop.orders", 3)).allSatisfy(record -> {
            assertThat(header(record, "requestId")).isEqualTo("r-1");
            assertThat(text(record.value())).contains("\"order_id\":1");
        });
        assertThat(awaitRecords("shop.sites", 1))
                .extracting(record -> text(record.value()))
                .singleElement()
                .asString()
                .contains("\"name\":\"Main\"", "\"id\":\"a\"");
        assertThat(awaitRecords("shop.outbox.invoice", 1)).singleElement().satisfies(record -> {
            assertThat(header(record, "requestId")).isEqualTo("r-2");
            assertThat(header(record, "userId")).isEqualTo("ann");
            assertThat(text(record.value())).contains("\"number\":5");
        });
    }

    private List<ConsumerRecord<byte[], byte[]>> awaitRecords(String topic, int count) {
        return await().atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> EventLog.records(shop.bootstrapServers(), topic), records -> records.size() == count);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : text(header.value());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
