package io.millrace.clients.tables.guide;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.clients.tables.Row;
import io.millrace.clients.tables.RowFormat;
import io.millrace.clients.tables.TableWriter;
import io.millrace.clients.tables.Tables;
import io.millrace.tables.KeyFormat;
import io.millrace.tables.TablePosition;
import io.millrace.tables.TableSettings;
import io.millrace.tables.TableState;
import io.millrace.tables.TableStatus;
import io.millrace.tables.TopicTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The snippets of docs/tables.md and of the library's README. */
public final class CountryTables {
    private CountryTables() {}

    // page: Open a table
    public static TopicTable<String, Country> openCountries(String servers, Deserializer<Country> deserializer) {
        TableSettings settings = TableSettings.of(Map.of("bootstrap.servers", servers));
        return Tables.open(settings, "shop.countries", KeyFormat.TEXT, deserializer);
    }

    public static String nameOf(TopicTable<String, Country> countries, String code) {
        Country country = countries.get(code);
        return country == null ? code : country.name();
    }
    // end

    // page: Keep only some fields
    public static TopicTable<String, Row> openRows(String servers, Deserializer<Country> deserializer) {
        RowFormat<Country> format = RowFormat.of(deserializer)
                .text("name", Country::name)
                .text("region", Country::region)
                .int64("population", Country::population)
                .deleteIf(country -> !country.supported());
        TableSettings settings = TableSettings.of(Map.of("bootstrap.servers", servers));
        return Tables.open(settings, "shop.countries", KeyFormat.TEXT, format);
    }

    public static long populationOf(TopicTable<String, Row> countries, String code) {
        Row country = countries.get(code);
        return country == null || country.isNull("population") ? 0 : country.int64("population");
    }
    // end

    // page: Write, and read what was written
    public static TableWriter<String, Country> openWriter(String servers, Serializer<Country> serializer) {
        return TableWriter.open(
                Map.of("bootstrap.servers", servers), "shop.countries", new StringSerializer(), serializer);
    }

    public static boolean rename(
            TopicTable<String, Country> countries, TableWriter<String, Country> writer, String code, Country renamed)
            throws InterruptedException {
        TablePosition written = writer.put(code, renamed);
        return countries.await(written, Duration.ofSeconds(5));
    }
    // end

    // page: Write in a transaction
    public static TablePosition move(
            Producer<String, Country> producer, String topic, String from, String to, Country moved) {
        TableWriter<String, Country> writer = TableWriter.using(producer, topic);
        producer.beginTransaction();
        writer.delete(from);
        TablePosition written = writer.put(to, moved);
        producer.commitTransaction();
        return written;
    }
    // end

    // page: Follow the changes
    public static void follow(TopicTable<String, Country> countries, Map<String, String> codesByName) {
        countries.onChange((code, country) -> {
            codesByName.values().remove(code);
            if (country != null) {
                codesByName.put(country.name(), code);
            }
        });
    }
    // end

    // page: Probes
    public static void serveProbes(HttpServer server, TopicTable<?, ?> table) {
        server.createContext("/ready", exchange -> {
            TableState state = table.status().state();
            answer(exchange, state == TableState.READY || state == TableState.STALE, table.status());
        });
        server.createContext("/alive", exchange -> {
            TableStatus status = table.status();
            answer(exchange, status.state() != TableState.FAILED, status);
        });
    }

    private static void answer(HttpExchange exchange, boolean good, TableStatus status) throws IOException {
        String reason = status.reason().orElse("");
        byte[] body = (status.state() + " " + reason).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(good ? 200 : 503, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
    // end
}
