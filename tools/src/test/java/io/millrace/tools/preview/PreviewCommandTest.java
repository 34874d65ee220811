package io.millrace.tools.preview;

import static io.millrace.tools.CommandRun.CHANGES;
import static io.millrace.tools.CommandRun.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.tools.CommandRun;
import io.millrace.tools.changes.ConnectJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On change events that were recorded from a real server, docs/samples/shop-changes.jsonl. */
class PreviewCommandTest {
    @TempDir
    Path directory;

    @Test
    void printsTheEventsOfTheShop() throws IOException {
        CommandRun run = CommandRun.of("preview", "--config", SHOP, "--events", CHANGES, "--json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        List<JsonNode> lines = lines(run);
        assertThat(lines)
                .extracting(line -> line.at("/headers/ce_type").asText())
                .containsExactly("OrderPlaced", "OrderPaid", "OrderChanged", "OrderDeleted", "SiteChanged");
        JsonNode paid = lines.get(1);
        assertThat(paid.path("topic").asText()).isEqualTo("shop.orders");
        assertThat(paid.at("/headers/requestId").asText()).isEqualTo("5f1d");
        assertThat(paid.at("/headers/userId").asText()).isEqualTo("u/42");
        assertThat(paid.at("/headers/ce_revision").asText()).isEqualTo("2");
        assertThat(paid.at("/value/status").asText()).isEqualTo("PAID");
        assertThat(paid.at("/value/total").toString()).isEqualTo("19.90");
        assertThat(paid.path("value").has("version")).isFalse();
        assertThat(paid.at("/headers/ce_id").asText()).matches("\\d+:binlog\\.\\d+:\\d+:3:1:u");
        assertThat(lines.get(4).at("/value/apps/0/id").asText()).isEqualTo("blog");
    }

    @Test
    void printsTheEventsThatATopicSourceMakes() throws IOException {
        ObjectNode connector = (ObjectNode) ConnectJson.MAPPER.readTree(CommandRun.PROJECT
                .resolve("connect-configs/14-subscriptions.json")
                .toFile());
        ((ObjectNode) connector.path("config"))
                .put("transforms.event.table.1", "shop.orders; key: order_id = row.id; topic: shop.orders")
                .put("transforms.event.rule.1", "OrderPlaced; table: shop.orders; on: create; fields: status")
                .put(
                        "transforms.event.rule.2",
                        "OrderPaid; table: shop.orders; on: update; when: changed('status') && after.status == 'PAID';"
                                + " fields: status")
                .remove("transforms.event.rule.3");

        CommandRun run = CommandRun.of("preview", "--config", write(connector), "--events", CHANGES, "--json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(lines(run))
                .filteredOn(line -> line.has("headers"))
                .extracting(line -> line.at("/headers/ce_type").asText())
                .containsExactly("OrderPlaced", "OrderPaid");
    }

    @Test
    void printsForPeopleWhatItPrintsForPrograms() {
        CommandRun run = CommandRun.of("preview", "--config", SHOP, "--events", CHANGES, "--max", "1");

        assertThat(run.out())
                .contains("   event    OrderPlaced\n   topic    shop.orders\n")
                .contains("requestId: 5f1c\n")
                .contains("\"total\": 19.90,");
        assertThat(run.err()).contains("1 records: 1 passed, 0 dropped, 0 refused");
    }

    @Test
    void saysWhichRulesAChangeDidNotMatch() throws IOException {
        ObjectNode config = config();
        keepRules(config, "events.rule.2", "events.rule.6", "events.rule.7");

        CommandRun run = CommandRun.of("preview", "--config", write(config), "--events", CHANGES, "--json");

        assertThat(run.exitCode()).isZero();
        assertThat(lines(run).get(2).path("outcome").asText()).isEqualTo("dropped");
        assertThat(lines(run).get(2).path("by").asText()).isEqualTo("events (ToOfficialEvent)");
        assertThat(lines(run).get(2).path("reasons"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        "no rule matches this update of shop.orders",
                        "rule OrderPaid: its condition is false",
                        "rule OrderDeleted: matches [delete], not update");
    }

    @Test
    void exitsWithOneWhereAChangeIsRefused() throws IOException {
        ObjectNode config = config();
        keepRules(config, "events.rule.2");
        ((ObjectNode) config.path("config")).put("events.on.unmatched", "fail");

        CommandRun run = CommandRun.of("preview", "--config", write(config), "--events", CHANGES, "--json");

        assertThat(run.exitCode()).isEqualTo(1);
        JsonNode first = lines(run).get(0);
        assertThat(first.path("outcome").asText()).isEqualTo("refused");
        assertThat(first.path("reason").asText())
                .startsWith("ToOfficialEvent refuses a record of shop.orders (create) at binlog.")
                .endsWith("no rule matches");
    }

    @Test
    void printsComputedTopicsPartitionsTimestampsAndHeaders() throws IOException {
        ObjectNode config = config();
        ((ObjectNode) config.path("config"))
                .put("events.topic.allowed", "orders\\..*")
                .put("events.topic.partitions", ".*=1")
                .put(
                        "events.rule.2",
                        "OrderPaid; table: shop.orders; on: update; when: after.status == 'PAID';"
                                + " topic: 'orders.' + row.status; partition.by: row.id; timestamp: row.paid_at;"
                                + " headers: state = row.status");

        CommandRun run = CommandRun.of("preview", "--config", write(config), "--events", CHANGES, "--json");

        JsonNode paid = lines(run).get(1);
        assertThat(paid.path("topic").asText()).isEqualTo("orders.PAID");
        assertThat(paid.path("partition").asInt(-1)).isZero();
        assertThat(paid.path("timestamp").asText()).isEqualTo("2026-11-21T10:15:30Z");
        assertThat(paid.at("/headers/state").asText()).isEqualTo("PAID");
    }

    @Test
    void appliesPredicatesAndTheirNegation() throws IOException {
        ObjectNode config = config();
        ObjectNode options = (ObjectNode) config.path("config");
        options.put("transforms", "orders");
        options.put("transforms.orders.type", "org.apache.kafka.connect.transforms.Filter");
        options.put("transforms.orders.predicate", "isOrder");
        options.put("transforms.orders.negate", "true");
        options.put("predicates", "isOrder");
        options.put("predicates.isOrder.type", "org.apache.kafka.connect.transforms.predicates.TopicNameMatches");
        options.put("predicates.isOrder.pattern", "shop\\.orders");

        CommandRun run = CommandRun.of("preview", "--config", write(config), "--events", CHANGES, "--json");

        assertThat(lines(run))
                .extracting(line -> line.path("outcome").asText())
                .containsExactly("passed", "passed", "passed", "passed", "dropped");
        assertThat(lines(run).get(4).path("by").asText()).isEqualTo("orders (Filter)");
    }

    @Test
    void printsEachEventOfAChangeAndAppliesLaterTransformsToEach() throws IOException {
        ObjectNode config = config();
        ObjectNode options = (ObjectNode) config.path("config");
        options.put(
                "events.rule.9",
                "OrderPaid v2; table: shop.orders; on: update; when: changed('status') && after.status == 'PAID';"
                        + " topic: shop.orders.v2; also");
        CommandRun run = CommandRun.of("preview", "--config", write(config), "--events", CHANGES, "--json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("5 records with 6 results: 6 passed, 0 dropped, 0 refused");
        List<JsonNode> lines = lines(run);
        assertThat(lines)
                .extracting(line -> line.at("/headers/ce_type").asText())
                .containsExactly(
                        "OrderPlaced", "OrderPaid", "OrderPaid.v2", "OrderChanged", "OrderDeleted", "SiteChanged");
        assertThat(lines.get(2).path("input")).isEqualTo(lines.get(1).path("input"));
        assertThat(lines.get(2).path("topic").asText()).isEqualTo("shop.orders.v2");
        assertThat(lines.get(2).at("/headers/ce_id").asText())
                .isEqualTo(lines.get(1).at("/headers/ce_id").asText() + ":OrderPaid.v2");

        options.put("transforms", "first");
        options.put("transforms.first.type", "org.apache.kafka.connect.transforms.Filter");
        options.put("transforms.first.predicate", "isSecond");
        options.put("predicates", "isSecond");
        options.put("predicates.isSecond.type", "org.apache.kafka.connect.transforms.predicates.TopicNameMatches");
        options.put("predicates.isSecond.pattern", ".*\\.v2");
        assertThat(lines(CommandRun.of("preview", "--config", write(config), "--events", CHANGES, "--json")))
                .extracting(line -> line.path("outcome").asText())
                .containsExactly("passed", "passed", "dropped", "passed", "passed", "passed");
    }

    @Test
    void refusesAConfigurationByItsOptions() throws IOException {
        ObjectNode config = config();
        ((ObjectNode) config.path("config"))
                .put("events.rule.2", "OrderPaid; table: shop.orders; on: update; when: stats == 'PAID'");

        CommandRun run = CommandRun.of("preview", "--config", write(config), "--events", CHANGES);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("events.rule.2", "stats").doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void warnsOfOptionsThatConnectPassesOver() throws IOException {
        ObjectNode config = config();
        ((ObjectNode) config.path("config")).put("events.sorce", "/shop");

        CommandRun run = CommandRun.of("preview", "--config", write(config), "--events", CHANGES);

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("no transform has the option 'events.sorce'");
    }

    @Test
    void readsBareValuesWithAndWithoutSchemas() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(CHANGES))) {
            JsonNode value = ConnectJson.MAPPER.readTree(line).path("value");
            lines.add(value.toString());
            lines.add(value.path("payload").toString());
        }
        Path events = Files.write(directory.resolve("events.jsonl"), lines);

        CommandRun run = CommandRun.of("preview", "--config", SHOP, "--events", events.toString(), "--json");

        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(lines(run)).hasSize(10).allSatisfy(line -> assertThat(
                        line.at("/headers/ce_id").asText())
                .matches("\\d+:binlog\\.\\d+:\\d+:0:\\d+:[cud]"));
        assertThat(lines(run).get(3).at("/value/order_id"))
                .isEqualTo(lines(run).get(2).at("/value/order_id"));
    }

    @Test
    void namesTheLineThatIsNoChangeEvent() throws IOException {
        Path events = Files.writeString(directory.resolve("events.jsonl"), "\n{\"op\": \n");

        CommandRun run = CommandRun.of("preview", "--config", SHOP, "--events", events.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("millrace: ").contains("events.jsonl:2 is not JSON");
    }

    @Test
    void namesTheVariableThatHasNoValue() throws IOException {
        ObjectNode config = config();
        ((ObjectNode) config.path("config")).put("events.source", "${env:MILLRACE_IS_NOT_SET}");

        CommandRun run = CommandRun.of("preview", "--config", write(config), "--events", CHANGES);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'events.source' needs ${env:MILLRACE_IS_NOT_SET}");
    }

    @Test
    void looksUpTheRecordsOfAFile() throws IOException {
        Path states = Files.writeString(
                directory.resolve("states.tsv"),
                "\"PLACED\"\t{\"text\": \"old\"}\n\"PLACED\"\t{\"text\": \"placed\"}\n\"X\"\tnull\n");
        ObjectNode config = config();
        ObjectNode options = (ObjectNode) config.get("config");
        options.put("events.lookup.1", "states; topic: shop.states; fields: text: string");
        options.put("events.tables.kafka.bootstrap.servers", "localhost:9092");
        options.put(
                "events.rule.1",
                "OrderPlaced; table: shop.orders; on: create; when: found('states', row.status);"
                        + " fields: *, state: string? = lookup('states', row.status).text");

        CommandRun run = CommandRun.of(
                "preview",
                "--config",
                write(config),
                "--events",
                CHANGES,
                "--json",
                "--max",
                "1",
                "--table",
                "states=" + states);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(lines(run).get(0).at("/value/state").asText()).isEqualTo("placed");

        assertThat(CommandRun.of(
                                "preview", "--config", write(config), "--events", CHANGES, "--table", "state=" + states)
                        .err())
                .contains("no option lookup.N of the configuration declares the table 'state'");
        Files.writeString(states, "\"PLACED\" placed");
        CommandRun refused =
                CommandRun.of("preview", "--config", write(config), "--events", CHANGES, "--table", "states=" + states);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).doesNotContain("warning");
        assertThat(refused.out()).contains("states.tsv, line 1: expected a key, a tab and a value");
    }

    private static ObjectNode config() throws IOException {
        return (ObjectNode) ConnectJson.MAPPER.readTree(Path.of(SHOP).toFile());
    }

    private static void keepRules(ObjectNode config, String... rules) {
        List<String> kept = List.of(rules);
        List<String> options = new ArrayList<>();
        config.path("config").fieldNames().forEachRemaining(options::add);
        options.stream()
                .filter(option -> option.startsWith("events.rule.") && !kept.contains(option))
                .forEach(((ObjectNode) config.path("config"))::remove);
    }

    private String write(ObjectNode config) throws IOException {
        return Files.writeString(directory.resolve("connector.json"), config.toString())
                .toString();
    }

    private static List<JsonNode> lines(CommandRun run) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : run.out().lines().toList()) {
            lines.add(ConnectJson.MAPPER.readTree(line));
        }
        return lines;
    }
}
