package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.it.shop.Comparison;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.EventLog.Seen;
import io.millrace.it.shop.RandomTraffic;
import io.millrace.it.shop.Shop;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.EmbeddedChanges;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.testing.servers.SqlScript;
import io.millrace.transforms.ClaimCheck;
import io.millrace.transforms.InjectContext;
import io.millrace.transforms.RestorePayload;
import io.millrace.transforms.ToOfficialEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.json.JsonConverterConfig;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shop's transforms over real change events, without a worker and without Kafka. */
class EmbeddedTransformsIT {
    private static final String PASSWORD = "embedded";

    @Test
    void makeOfEveryChangeTheEventThatTheModelSays(@TempDir Path payloads) throws Exception {
        Random random = new Random(Seeds.next());
        Shop shop = new Shop();
        List<Seen> seen = new ArrayList<>();
        try (MySqlServer mysql =
                        MySqlServer.start(Installation.locate(), ServerDirectories.newDirectory("embedded"), Map.of());
                Connection connection = mysql.connectAsRoot()) {
            new SqlScript(ProjectFiles.of(Installation.locate()).sourceSql())
                    .apply(connection, Map.of("SHOP_SERVICE_PASSWORD", PASSWORD, "SHOP_DATABASE_PASSWORD", PASSWORD));
            connection.setCatalog("shop");
            RandomTraffic traffic = new RandomTraffic(random, connection, shop);
            traffic.commitChanges(200);
            shop.readByTheSnapshot();
            try (EmbeddedChanges changes = EmbeddedChanges.of(mysql, PASSWORD, "shop.orders,shop.sites");
                    Chain chain = new Chain("file:" + payloads)) {
                int snapshot = shop.orderEvents().size() + shop.siteEvents().size();
                changes.take(snapshot).forEach(change -> seen.add(chain.event(change)));

                traffic.commitChanges(1_000);
                traffic.compress(true);
                traffic.commitChanges(500);
                int streamed = shop.orderEvents().size() + shop.siteEvents().size() - snapshot;
                changes.take(streamed).forEach(change -> seen.add(chain.event(change)));

                assertThat(chain.topics()).containsOnly(Comparison.ORDERS, Comparison.SITES);
            }
        }

        Comparison.assertEventsOnce(Comparison.ORDERS, of(seen, "Order"), shop.orderEvents());
        Comparison.assertEventsOnce(Comparison.SITES, of(seen, "Site"), shop.siteEvents());
        try (Stream<Path> files = Files.walk(payloads)) {
            assertThat(files.filter(Files::isRegularFile)).hasSizeGreaterThan(10);
        }
    }

    private static List<Seen> of(List<Seen> seen, String prefix) {
        return seen.stream()
                .filter(event -> event.event().type().startsWith(prefix))
                .toList();
    }

    /** The transforms of the shop's source and, behind them, the sites' names to a store and back again. */
    private static final class Chain implements AutoCloseable {
        private final InjectContext<SourceRecord> context = new InjectContext<>();
        private final ToOfficialEvent<SourceRecord> event = new ToOfficialEvent<>();
        private final ClaimCheck<SourceRecord> claim = new ClaimCheck<>();
        private final RestorePayload<SourceRecord> restore = new RestorePayload<>();
        private final JsonConverter keys = new JsonConverter();
        private final JsonConverter values = new JsonConverter();
        private final Set<String> topics = new HashSet<>();

        Chain(String store) throws IOException {
            context.configure(shipped("context."));
            event.configure(shipped("events."));
            claim.configure(Map.of("fields", "name", "payload.store", store, "payload.threshold.bytes", "1"));
            restore.configure(Map.of("payload.read.locations", store));
            keys.configure(Map.of(), true);
            values.configure(Map.of(JsonConverterConfig.DECIMAL_FORMAT_CONFIG, "NUMERIC"), false);
        }

        private static Map<String, String> shipped(String prefix) throws IOException {
            JsonNode config = new ObjectMapper()
                    .readTree(ShopConnectors.file("10-shop-source").toFile())
                    .path("config");
            Map<String, String> options = new HashMap<>();
            config.properties().forEach(option -> {
                String name = option.getKey();
                if (name.startsWith(prefix) && !name.startsWith("events.heartbeat.")) {
                    options.put(
                            name.substring(prefix.length()), option.getValue().asText());
                }
            });
            return options;
        }

        Seen event(SourceRecord change) {
            SourceRecord stored = claim.apply(event.apply(context.apply(change)));
            topics.add(stored.topic());
            return seen(restore.apply(stored));
        }

        private Seen seen(SourceRecord record) {
            ConsumerRecord<byte[], byte[]> message = new ConsumerRecord<>(
                    record.topic(),
                    0,
                    0,
                    keys.fromConnectData(record.topic(), record.keySchema(), record.key()),
                    values.fromConnectData(record.topic(), record.valueSchema(), record.value()));
            record.headers().forEach(header -> message.headers()
                    .add(header.key(), header.value().toString().getBytes(StandardCharsets.UTF_8)));
            return EventLog.seen(message);
        }

        Set<String> topics() {
            return topics;
        }

        @Override
        public void close() {
            List.<Transformation<?>>of(context, event, claim, restore).forEach(Transformation::close);
            keys.close();
            values.close();
        }
    }
}
