package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.it.TestPipeline;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.local.LocalPipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The shop's customers: a table in a database of each region, an event in two versions, and a view with a lookup. */
class CustomersIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIME_TO_ARRIVE = Duration.ofMinutes(1);
    private static final int COUNTRIES = 6;
    /** In every region. */
    private static final long ID = 7_000_000_001L;

    private final LocalPipeline pipeline = TestPipeline.shared();

    @Test
    void customersOfEveryRegionHaveTwoVersionsOfTheirEventAndTheNameOfTheirCountry() throws Exception {
        try (Connection root = pipeline.connectAsRoot();
                Statement sql = root.createStatement()) {
            pipeline.rest()
                    .postAll(List.of(ShopConnectors.file("12-shop-customers"), ShopConnectors.file("24-customers")));
            awaitRecords("shop.countries", COUNTRIES);

            register(sql, "eu", "Ada", "DE");
            register(sql, "us", "Grace", "US");
            awaitRow("eu", "Ada, DE, Germany, 1");
            awaitRow("us", "Grace, US, United States, 1");

            // A region that is added while the connectors run. Its country is added after its customer.
            sql.execute("CREATE DATABASE shop_ap");
            sql.execute("CREATE TABLE shop_ap.customers LIKE shop_eu.customers");
            register(sql, "ap", "Mary", "JP");
            awaitRow("ap", "Mary, JP, null, 1");
            sql.execute("INSERT INTO shop.countries VALUES ('JP', 'Japan')");
            awaitRecords("shop.countries", COUNTRIES + 1);
            sql.execute("UPDATE shop_ap.customers SET name = 'Radia', version = 2");
            awaitRow("ap", "Radia, JP, Japan, 2");

            sql.execute("DELETE FROM shop_us.customers WHERE id = " + ID);
            awaitRow("us", null);
            awaitRow("eu", "Ada, DE, Germany, 1");
            assertEvents();
            removeWhatOthersDoNotExpect(sql);
        }
    }

    private void assertEvents() throws IOException {
        assertThat(typesOf("eu")).containsExactly("CustomerRegistered");
        assertThat(typesOf("us")).containsExactly("CustomerRegistered", "CustomerDeleted");
        assertThat(typesOf("ap")).containsExactly("CustomerRegistered", "CustomerChanged");

        ConsumerRecord<byte[], byte[]> first = eventsOf("shop.customers", "eu").get(0);
        ConsumerRecord<byte[], byte[]> second =
                eventsOf("shop.customers.v2", "eu").get(0);
        assertThat(payload(first.value())).isEqualTo(JSON.readTree("""
                {"region": "eu", "customer_id": %d, "name": "Ada", "street": "1 Mill Lane", "city": "Fordham",
                 "country": "DE"}
                """.formatted(ID)));
        assertThat(payload(second.value())).isEqualTo(JSON.readTree("""
                {"region": "eu", "customer_id": %d, "name": "Ada",
                 "address": {"street": "1 Mill Lane", "city": "Fordham", "country": "DE"}}
                """.formatted(ID)));
        assertThat(EventLog.header(second, "ce_type")).isEqualTo("CustomerRegistered.v2");
        assertThat(EventLog.header(second, "ce_id"))
                .isEqualTo(EventLog.header(first, "ce_id") + ":CustomerRegistered.v2");
        assertThat(EventLog.header(second, "requestId")).isEqualTo("register-eu");
        assertThat(EventLog.records(pipeline.bootstrapServers(), "shop.customers.v2"))
                .hasSize(3);
    }

    private static void register(Statement sql, String region, String name, String country) throws SQLException {
        sql.execute("INSERT INTO shop_" + region + ".customers (id, name, street, city, country) VALUES (" + ID + ", '"
                + name + "', '1 Mill Lane', 'Fordham', '" + country + "') /*requestId='register-" + region + "'*/");
    }

    private void awaitRecords(String topic, int count) {
        await(topic).atMost(TIME_TO_ARRIVE).ignoreExceptions().untilAsserted(() -> assertThat(
                        EventLog.records(pipeline.bootstrapServers(), topic))
                .hasSizeGreaterThanOrEqualTo(count));
    }

    /** Waits until the view has this row of the customer, or none. */
    private void awaitRow(String region, String expected) throws SQLException {
        try (Connection views = pipeline.connectToViews();
                Statement sql = views.createStatement()) {
            await("the customer of " + region).atMost(TIME_TO_ARRIVE).untilAsserted(() -> {
                try (ResultSet row = sql.executeQuery("SELECT CONCAT_WS(', ', name, country, COALESCE(country_name,"
                        + " 'null'), revision) FROM customers WHERE region = '" + region + "' AND customer_id = "
                        + ID)) {
                    assertThat(row.next() ? row.getString(1) : null).isEqualTo(expected);
                }
            });
        }
    }

    private List<String> typesOf(String region) {
        return eventsOf("shop.customers", region).stream()
                .map(event -> EventLog.header(event, "ce_type"))
                .toList();
    }

    private List<ConsumerRecord<byte[], byte[]>> eventsOf(String topic, String region) {
        List<ConsumerRecord<byte[], byte[]>> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> event : EventLog.records(pipeline.bootstrapServers(), topic)) {
            JsonNode key = payload(event.key());
            if (key.path("region").asText().equals(region)
                    && key.path("customer_id").asLong() == ID) {
                events.add(event);
            }
        }
        return events;
    }

    private static JsonNode payload(byte[] message) {
        try {
            return JSON.readTree(message).path("payload");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void removeWhatOthersDoNotExpect(Statement sql) throws Exception {
        pipeline.rest().delete("shop-customers");
        pipeline.rest().delete("customers");
        sql.execute("DROP DATABASE shop_ap");
        sql.execute("DELETE FROM shop.countries WHERE code = 'JP'");
        sql.execute("DELETE FROM shop_eu.customers WHERE id = " + ID);
    }
}
