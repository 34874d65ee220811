package io.millrace.it.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.kafka.CloudEventDeserializer;
import io.millrace.it.shop.Comparison;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.EventLog.Seen;
import io.millrace.it.shop.RandomTraffic;
import io.millrace.it.shop.Shop;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.it.shop.Views;
import io.millrace.local.LocalPipeline;
import io.millrace.local.PipelineSettings;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.SchemaRegistry;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.transforms.ToOfficialEvent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** The same changes come out as the same events in every format, and the same views of them. */
class FormatsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIME = Duration.ofMinutes(3);

    @Test
    void theSameEventsAndViewsComeOutOfEachFormat() throws Exception {
        long seed = Seeds.next();
        Shop shop = new Shop();
        Path directory = ServerDirectories.newDirectory("formats");
        Installation installation = Installation.locate();
        Map<String, String> worker = Map.of(
                "plugin.path",
                LocalPipeline.pluginFolder(installation) + "," + SchemaRegistry.plugins(Format.REGISTRY));
        try (SchemaRegistry registry =
                        SchemaRegistry.start(Format.REGISTRY, ServerDirectories.newDirectory("registry"));
                LocalPipeline pipeline = LocalPipeline.start(
                        installation, directory, new PipelineSettings(true, Map.of(), worker, step -> {}));
                Connection connection = pipeline.mysql().connectAsRoot()) {
            connection.setCatalog("shop");
            RandomTraffic traffic = new RandomTraffic(new Random(seed), connection, shop);
            traffic.commitChanges(100);
            shop.readByTheSnapshot();
            for (Format format : Format.values()) {
                createViews(pipeline, format);
                post(pipeline, source(format, registry));
                post(pipeline, sink(format, registry));
            }
            // What is written while a snapshot has not been taken yet would be events of the snapshot.
            for (Format format : Format.values()) {
                assertEvents(pipeline, registry, format, "orders", shop.orderEvents());
            }
            traffic.commitChanges(1_500);

            Map<Format, List<String>> ids = new EnumMap<>(Format.class);
            for (Format format : Format.values()) {
                List<Seen> seen = assertEvents(pipeline, registry, format, "orders", shop.orderEvents());
                ids.put(
                        format,
                        seen.stream()
                                .map(Seen::id)
                                .filter(id -> !id.startsWith("snapshot:"))
                                .sorted()
                                .toList());
                assertEvents(pipeline, registry, format, "sites", shop.siteEvents());
                assertViews(pipeline, format, shop);
            }
            assertThat(ids.values())
                    .allSatisfy(each -> assertThat(each).isNotEmpty().isEqualTo(ids.get(Format.JSON_WITH_SCHEMAS)));
            assertThat(registry.get("/search/artifacts?limit=100"))
                    .contains("OrderPaid", "\"AVRO\"", "protobuf.orders-value", "\"PROTOBUF\"");
            cloudEventsSdkReadsTheSame(pipeline);
        }
    }

    /** Avro's converter would call those without a name by their order, which a new field changes. */
    @Test
    void severalStructuresInOneEventGoThroughEachFormat() throws Exception {
        SourceRecord event = siteWithStructures();
        try (SchemaRegistry registry =
                SchemaRegistry.start(Format.REGISTRY, ServerDirectories.newDirectory("registry-structures"))) {
            for (Format format : Format.values()) {
                Headers headers = new RecordHeaders();
                byte[] value = format.reader(registry)
                        .value()
                        .fromConnectData(event.topic(), headers, event.valueSchema(), event.value());
                // Another converter, which knows of the schema only what the registry does.
                SchemaAndValue read = format.reader(registry).value().toConnectData(event.topic(), headers, value);
                assertThat(Format.Reader.plain(read.value()))
                        .as(format.name())
                        .isEqualTo(Map.of(
                                "apps",
                                List.of(Map.of("id", "a", "by", Map.of("name", "ann"))),
                                "address",
                                Map.of("city", "Ulm", "by", Map.of("number", 7L))));
                if (format == Format.AVRO || format == Format.JSON_WITH_SCHEMAS) {
                    Schema apps = read.schema().field("apps").schema().valueSchema();
                    Schema address = read.schema().field("address").schema();
                    assertThat(List.of(
                                    apps,
                                    apps.field("by").schema(),
                                    address,
                                    address.field("by").schema()))
                            .as(format.name())
                            .extracting(Schema::name)
                            .containsExactly(
                                    "SiteMoved_apps", "SiteMoved_apps_by", "SiteMoved_address", "SiteMoved_address_by");
                }
            }
        }
    }

    private static SourceRecord siteWithStructures() {
        Schema row =
                SchemaBuilder.struct().field("document", Schema.STRING_SCHEMA).build();
        Schema source = SchemaBuilder.struct()
                .field("name", Schema.STRING_SCHEMA)
                .field("db", Schema.STRING_SCHEMA)
                .field("table", Schema.STRING_SCHEMA)
                .field("ts_ms", Schema.INT64_SCHEMA)
                .build();
        Schema envelope = SchemaBuilder.struct()
                .field("after", row)
                .field("source", source)
                .field("op", Schema.STRING_SCHEMA)
                .build();
        Struct change = new Struct(envelope)
                .put("after", new Struct(row).put("document", """
                    {"apps": [{"id": "a", "by": {"name": "ann"}}],
                     "address": {"city": "Ulm", "by": {"number": 7}}}\
                    """))
                .put(
                        "source",
                        new Struct(source)
                                .put("name", "shop")
                                .put("db", "shop")
                                .put("table", "sites")
                                .put("ts_ms", 1L))
                .put("op", "c");
        try (ToOfficialEvent<SourceRecord> transform = new ToOfficialEvent<>()) {
            transform.configure(Map.of(
                    "table.1",
                    "shop.sites",
                    "rule.1",
                    "SiteMoved; table: shop.sites; on: create; topic: structures; fields: "
                            + "apps: [{id: string, by: {name: string}}] = json(row.document).apps, "
                            + "address: {city: string, by: {number: int64}} = json(row.document).address"));
            return transform.apply(new SourceRecord(
                    Map.of(), Map.of("file", "b", "pos", 1L, "event", 2L, "server_id", 1L), "t", envelope, change));
        }
    }

    /** What {@code io.cloudevents:cloudevents-kafka} makes of the records, against the headers and the JSON in them. */
    private static void cloudEventsSdkReadsTheSame(LocalPipeline pipeline) throws Exception {
        String topic = Format.JSON_WITHOUT_SCHEMAS.topic("orders");
        try (CloudEventDeserializer deserializer = new CloudEventDeserializer()) {
            List<Integer> read = EventLog.read(pipeline.broker().bootstrapServers(), topic, record -> {
                CloudEvent event = deserializer.deserialize(topic, record.headers(), record.value());
                assertThat(event.getSpecVersion()).isEqualTo(SpecVersion.V1);
                assertThat(event.getId())
                        .isEqualTo(EventLog.header(record, "ce_id"))
                        .isNotEmpty();
                assertThat(event.getType())
                        .isEqualTo(EventLog.header(record, "ce_type"))
                        .startsWith("Order");
                assertThat(event.getSource()).isEqualTo(URI.create("/shop"));
                assertThat(event.getTime()).isEqualTo(OffsetDateTime.parse(EventLog.header(record, "ce_time")));
                assertThat(event.getExtension("revision")).isEqualTo(EventLog.header(record, "ce_revision"));
                assertThat(event.getExtensionNames()).isSubsetOf("revision", "snapshot");
                assertThat(event.getData()).isNotNull();
                assertThat(event.getSubject())
                        .isEqualTo(body(event).path("order_id").asText());
                return record.value().length;
            });
            assertThat(read).hasSizeGreaterThan(100);
        }
    }

    private static JsonNode body(CloudEvent event) {
        try {
            return JSON.readTree(event.getData().toBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Seen> assertEvents(
            LocalPipeline pipeline, SchemaRegistry registry, Format format, String name, List<Shop.Event> expected)
            throws Exception {
        String topic = format.topic(name);
        String servers = pipeline.broker().bootstrapServers();
        await("events in " + topic)
                .atMost(TIME)
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptionsMatching(e -> !(e instanceof ConnectRestException || e instanceof IOException))
                .untilAsserted(() -> {
                    assertThat(pipeline.rest().restartIfKafkaEndedIt(format.prefix() + "-source"))
                            .isFalse();
                    pipeline.rest().requireNotFailed(format.prefix() + "-source");
                    List<Long> committed = EventLog.read(servers, topic, ConsumerRecord::offset);
                    assertThat(committed.size())
                            .as(
                                    "committed events of %s, the last ones at %s, with ends of %s",
                                    topic,
                                    committed.subList(Math.max(0, committed.size() - 5), committed.size()),
                                    EventLog.ends(servers, topic))
                            .isGreaterThanOrEqualTo(expected.size());
                });
        Format.Reader reader = format.reader(registry);
        List<Seen> seen = EventLog.read(servers, topic, reader::read);
        assertThat(Comparison.byKey(seen.stream().map(Seen::event).toList()))
                .as(topic)
                .isEqualTo(Comparison.byKey(expected));
        return seen;
    }

    private static void assertViews(LocalPipeline pipeline, Format format, Shop shop) throws Exception {
        try (Connection views = pipeline.mysql().connectAsRoot()) {
            views.setCatalog(database(format));
            await("views of " + format).atMost(TIME).untilAsserted(() -> {
                assertThat(Views.orderStatus(views)).isEqualTo(Views.orderStatus(shop));
                assertThat(Views.customerTotals(views)).isEqualTo(Views.customerTotals(shop));
                assertThat(Views.installedApps(views)).isEqualTo(Views.installedApps(shop));
            });
        }
    }

    private static String database(Format format) {
        return "views_" + format.prefix();
    }

    private static void createViews(LocalPipeline pipeline, Format format) throws Exception {
        try (Connection root = pipeline.mysql().connectAsRoot();
                Statement sql = root.createStatement()) {
            sql.execute("CREATE DATABASE " + database(format));
            for (String view : List.of("order_status", "customer_totals", "installed_apps")) {
                sql.execute("CREATE TABLE " + database(format) + "." + view + " LIKE views." + view);
            }
            sql.execute("GRANT ALL ON " + database(format) + ".* TO 'projector'@'%'");
        }
    }

    private static ObjectNode source(Format format, SchemaRegistry registry) throws Exception {
        ObjectNode body = shipped(0);
        ObjectNode config = (ObjectNode) body.path("config");
        body.put("name", format.prefix() + "-source");
        config.put("topic.prefix", format.prefix())
                .put("database.server.id", format.serverId())
                .put("schema.history.internal.kafka.topic", format.prefix() + ".schema-history");
        for (String table : List.of("table.1", "table.2")) {
            String option = "events." + table;
            String rule = config.path(option).asText();
            String topic = format.topic(rule.startsWith("shop.orders") ? "orders" : "sites");
            config.put(option, rule.replaceAll("; topic: [^;]*", "") + "; topic: " + topic);
        }
        if (format == Format.JSON_WITHOUT_SCHEMAS) {
            // A number without a schema does not say that it is a time.
            config.put("time.precision.mode", "isostring");
        }
        format.configure(config, registry);
        return body;
    }

    /** One sink for all views, with the projections of the shipped two. */
    private static ObjectNode sink(Format format, SchemaRegistry registry) throws Exception {
        ObjectNode body = shipped(1);
        ObjectNode config = (ObjectNode) body.path("config");
        shipped(2).path("config").properties().forEach(option -> {
            if (option.getKey().startsWith("projection.")) {
                config.set(option.getKey(), option.getValue());
            }
        });
        body.put("name", format.prefix() + "-views");
        config.put("topics", format.topic("orders") + "," + format.topic("sites"))
                .put("projections", "installed_apps,order_status,customer_totals")
                .put("projection.order_status.topics", format.topic("orders"))
                .put("projection.order_status.table", database(format) + ".order_status")
                .put("projection.customer_totals.topics", format.topic("orders"))
                .put("projection.customer_totals.table", database(format) + ".customer_totals")
                .put("projection.installed_apps.topics", format.topic("sites"))
                .put("projection.installed_apps.table", database(format) + ".installed_apps")
                .put("errors.deadletterqueue.topic.name", format.prefix() + ".dlq");
        config.put("tasks.max", "1");
        format.configure(config, registry);
        return body;
    }

    private static ObjectNode shipped(int index) throws Exception {
        return (ObjectNode)
                JSON.readTree(ShopConnectors.ofOrdersAndSites().get(index).toFile());
    }

    private static void post(LocalPipeline pipeline, ObjectNode body) throws Exception {
        pipeline.rest().post(body);
        pipeline.rest().awaitRunning(body.path("name").asText(), TIME);
    }
}
