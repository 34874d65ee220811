package io.millrace.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.local.LocalPipeline;
import io.millrace.payloads.Codec;
import io.millrace.payloads.PayloadReader;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.PayloadSchema;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/**
 * Images through S3 and documents through chunks, while the worker is killed in the middle of them and S3 and the broker are
 * stopped and started: every reference that a consumer sees leads to the right bytes, and every change is there once.
 */
class PayloadFaultsIT {
    /** Each kind twice; .ci/run has more. */
    private static final int FAULTS = Integer.getInteger("millrace.strikes", 6);

    private static final int SNAPSHOT_ROWS = 60;
    private static final int LARGEST_AT_FIRST = 2 * 1024 * 1024;
    private static final int LARGEST = 300_000;
    private static final String PRODUCTS = "shop.products";
    private static final String DOCUMENTS = "shop.site-documents";
    private static final String CONNECTOR = "shop-media";
    private static final Duration TIME_TO_CATCH_UP = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A version of a row. */
    private record Version(String topic, long id, long revision) {}

    /** What was committed: the hash of the image or document of each version of each row. */
    private final Map<Version, String> written = new ConcurrentHashMap<>();

    @Test
    void everyReferenceLeadsToItsPayload() throws Exception {
        long seed = Seeds.next();
        Random random = new Random(seed);
        try (LocalPipeline pipeline =
                        LocalPipeline.start(Installation.locate(), ServerDirectories.newDirectory("payload-faults"));
                Connection connection = pipeline.mysql().connectAsRoot()) {
            connection.setCatalog("shop");
            Media media = new Media(connection, new Random(seed + 1));
            for (int i = 0; i < SNAPSHOT_ROWS; i++) {
                media.addProduct(LARGEST_AT_FIRST);
                media.addSite(LARGEST);
            }
            pipeline.rest().postAll(List.of(ShopConnectors.file("11-shop-media")));
            awaitAll(pipeline);
            assertEveryPayload(pipeline);

            AtomicBoolean goOn = new AtomicBoolean(true);
            CompletableFuture<Void> traffic = CompletableFuture.runAsync(() -> media.writeWhile(goOn));
            List<Fault> faults = new ArrayList<>();
            for (int i = 0; i < FAULTS; i++) {
                faults.add(Fault.values()[i % Fault.values().length]);
            }
            Collections.shuffle(faults, random);
            for (Fault fault : faults) {
                TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(2_500));
                fault.strike(pipeline, random);
            }
            goOn.set(false);
            traffic.get(1, TimeUnit.MINUTES);

            awaitAll(pipeline);
            assertEveryPayload(pipeline);
            assertThat(written).hasSizeGreaterThan(2 * SNAPSHOT_ROWS + 10 * FAULTS);
        }
    }

    private enum Fault {
        WORKER_KILLED {
            @Override
            void strike(LocalPipeline pipeline, Random random) {
                pipeline.worker().kill();
                pipeline.worker().restart();
            }
        },
        S3_KILLED {
            @Override
            void strike(LocalPipeline pipeline, Random random) throws InterruptedException {
                pipeline.s3().kill();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(3_000));
                pipeline.s3().restart();
            }
        },
        BROKER_RESTARTED {
            @Override
            void strike(LocalPipeline pipeline, Random random) throws InterruptedException {
                pipeline.broker().close();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000));
                pipeline.broker().restart();
            }
        };

        abstract void strike(LocalPipeline pipeline, Random random) throws InterruptedException;
    }

    /** Waits until there is an event of every version that was committed. */
    private void awaitAll(LocalPipeline pipeline) {
        await("an event of every version").atMost(TIME_TO_CATCH_UP).untilAsserted(() -> {
            restartWhatFailed(pipeline);
            assertThat(events(pipeline).keySet()).containsAll(written.keySet());
        });
    }

    /** As an operator does: a task fails where a server was away for longer than its bound. */
    private static void restartWhatFailed(LocalPipeline pipeline) throws IOException {
        try {
            for (JsonNode task : pipeline.rest().status(CONNECTOR).path("tasks")) {
                if (task.path("state").asText().equals("FAILED")) {
                    System.out.println(
                            "restarting a task: " + task.path("trace").asText());
                    pipeline.rest().restart(CONNECTOR);
                }
            }
        } catch (ConnectRestException e) {
            throw new AssertionError("The worker does not answer yet", e);
        }
    }

    /** What a consumer of committed records sees: once each version, and behind each reference the bytes of the row. */
    private void assertEveryPayload(LocalPipeline pipeline) throws Exception {
        Map<Version, List<JsonNode>> events = events(pipeline);
        assertThat(events.keySet()).isEqualTo(written.keySet());
        Map<String, Object> options = new HashMap<>();
        options.put("payload.read.locations", "s3://shop-payloads/media,kafka:shop.payload-chunks");
        options.put("payload.kafka.bootstrap.servers", pipeline.broker().bootstrapServers());
        options.put("payload.s3.endpoint", pipeline.s3().endpoint());
        options.put("payload.s3.region", "us-east-1");
        options.put("payload.s3.path.style", "true");
        options.put("payload.s3.access.key.id", pipeline.s3().accessKeyId());
        options.put("payload.s3.secret.access.key", pipeline.s3().secretAccessKey());
        int references = 0;
        try (PayloadReader reader = Payloads.openReader(PayloadOptions.READING.read(options), "PayloadFaultsIT")) {
            for (Map.Entry<Version, List<JsonNode>> entry : events.entrySet()) {
                assertThat(entry.getValue()).as("events of %s", entry.getKey()).hasSize(1);
                JsonNode payload = entry.getValue().get(0);
                byte[] bytes;
                if (payload.path(PayloadSchema.URI).isNull()) {
                    String inline = payload.path(PayloadSchema.INLINE).asText();
                    bytes = entry.getKey().topic().equals(PRODUCTS)
                            ? Base64.getDecoder().decode(inline)
                            : inline.getBytes(StandardCharsets.UTF_8);
                } else {
                    references++;
                    bytes = reader.readNow(new PayloadReference(
                            payload.path(PayloadSchema.URI).asText(),
                            payload.path(PayloadSchema.SIZE).asLong(),
                            payload.path(PayloadSchema.SHA256).asText(),
                            Codec.of(payload.path(PayloadSchema.CODEC).asText()),
                            null));
                }
                assertThat(hash(entry.getKey().topic().equals(PRODUCTS) ? bytes : normalised(bytes)))
                        .as("payload of %s", entry.getKey())
                        .isEqualTo(written.get(entry.getKey()));
            }
        }
        // Otherwise next to nothing was large.
        assertThat(references).isGreaterThan(events.size() / 4);
    }

    /** The payloads of the events of each version, each topic's committed records read from the beginning. */
    private static Map<Version, List<JsonNode>> events(LocalPipeline pipeline) {
        Map<Version, List<JsonNode>> events = new HashMap<>();
        read(pipeline, PRODUCTS, "product_id", "image", events);
        read(pipeline, DOCUMENTS, "site_id", "document", events);
        return events;
    }

    private static void read(
            LocalPipeline pipeline, String topic, String key, String field, Map<Version, List<JsonNode>> events) {
        for (ConsumerRecord<byte[], byte[]> record :
                EventLog.records(pipeline.broker().bootstrapServers(), topic)) {
            try {
                JsonNode value = JSON.readTree(record.value()).path("payload");
                String revision =
                        new String(record.headers().lastHeader("ce_revision").value(), StandardCharsets.UTF_8);
                Version version = new Version(topic, value.path(key).asLong(), Long.parseLong(revision));
                events.computeIfAbsent(version, any -> new ArrayList<>()).add(value.path(field));
            } catch (IOException e) {
                throw new IllegalStateException("An event is not JSON", e);
            }
        }
    }

    /** A document without what MySQL and Debezium may write differently: spaces and the order of names. */
    private static byte[] normalised(byte[] document) throws IOException {
        return JSON.writeValueAsBytes(JSON.treeToValue(JSON.readTree(document), TreeMap.class));
    }

    private static String hash(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** The service that writes images and documents. */
    private final class Media {
        private final Connection connection;
        private final Random random;
        private final Map<Long, Long> products = new TreeMap<>();
        private final Map<Long, Long> sites = new TreeMap<>();

        private Media(Connection connection, Random random) {
            this.connection = connection;
            this.random = random;
        }

        private void writeWhile(AtomicBoolean goOn) {
            try {
                while (goOn.get()) {
                    switch (random.nextInt(6)) {
                        case 0 -> addProduct(LARGEST);
                        case 1 -> addSite(LARGEST);
                        case 2, 3 -> changeProduct();
                        default -> changeSite();
                    }
                    TimeUnit.MILLISECONDS.sleep(30);
                }
            } catch (Exception e) {
                throw new IllegalStateException("The shop could not go on", e);
            }
        }

        private void addProduct(int largest) throws Exception {
            byte[] image = image(largest);
            long id =
                    insert("INSERT INTO products (sku, name, price, image) VALUES (UUID(), 'a product', 1, ?)", image);
            products.put(id, 1L);
            written.put(new Version(PRODUCTS, id, 1), hash(image));
        }

        private void addSite(int largest) throws Exception {
            String document = document(largest);
            long id = insert("INSERT INTO sites (name, document) VALUES ('a site', ?)", document);
            sites.put(id, 1L);
            written.put(new Version(DOCUMENTS, id, 1), hash(normalised(document.getBytes(StandardCharsets.UTF_8))));
        }

        private void changeProduct() throws Exception {
            long id = any(products);
            long version = products.merge(id, 1L, Long::sum);
            byte[] image = image(LARGEST);
            update("UPDATE products SET version = ?, image = ? WHERE id = ?", version, image, id);
            written.put(new Version(PRODUCTS, id, version), hash(image));
        }

        private void changeSite() throws Exception {
            long id = any(sites);
            long version = sites.merge(id, 1L, Long::sum);
            String document = document(LARGEST);
            update("UPDATE sites SET version = ?, document = ? WHERE id = ?", version, document, id);
            written.put(
                    new Version(DOCUMENTS, id, version), hash(normalised(document.getBytes(StandardCharsets.UTF_8))));
        }

        private long any(Map<Long, Long> rows) {
            List<Long> ids = List.copyOf(rows.keySet());
            return ids.get(random.nextInt(ids.size()));
        }

        /** Small ones and large ones; some that compress and some that do not. */
        private byte[] image(int largest) {
            byte[] image = new byte[random.nextInt(random.nextInt(largest) + 1)];
            if (random.nextBoolean()) {
                random.nextBytes(image);
            }
            return image;
        }

        private String document(int largest) throws IOException {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(random.nextInt(largest) + 1);
            while (text.length() < length) {
                text.append(Long.toString(random.nextLong(), 36)).append(" ä€𝄞 ");
            }
            return JSON.writeValueAsString(Map.of("apps", List.of(), "text", text.toString()));
        }

        private long insert(String sql, Object value) throws Exception {
            try (PreparedStatement statement = connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
                statement.setObject(1, value);
                statement.executeUpdate();
                try (ResultSet keys = statement.getGeneratedKeys()) {
                    keys.next();
                    return keys.getLong(1);
                }
            }
        }

        private void update(String sql, Object... values) throws Exception {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                statement.executeUpdate();
            }
        }
    }
}
