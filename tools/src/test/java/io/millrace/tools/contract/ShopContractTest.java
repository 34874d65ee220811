package io.millrace.tools.contract;

import static io.millrace.tools.CommandRun.CHANGES;
import static io.millrace.tools.CommandRun.PROJECT;
import static io.millrace.tools.CommandRun.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.tools.CommandRun;
import io.millrace.tools.changes.ConnectJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contracts of our own connectors, and what becomes of it by changes of the configuration. */
class ShopContractTest {
    private static final Path COMMITTED = PROJECT.resolve("docs/contract/shop.asyncapi.json");

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "10-shop-source, shop-changes, shop",
        "12-shop-customers, shop-customers-changes, shop-customers",
    })
    void isCommittedAsItIs(String connector, String changes, String contract) throws IOException {
        CommandRun run = CommandRun.of(
                "contract",
                "--config",
                PROJECT.resolve("connect-configs/" + connector + ".json").toString(),
                "--events",
                PROJECT.resolve("docs/samples/" + changes + ".jsonl").toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .as("docs/contract.md says how to write it anew")
                .isEqualTo(Files.readString(PROJECT.resolve("docs/contract/" + contract + ".asyncapi.json")));
    }

    @Test
    void saysOfEveryEventWhatThePreviewShows() throws IOException {
        JsonNode document = ConnectJson.MAPPER.readTree(COMMITTED.toFile());
        CommandRun preview = CommandRun.of("preview", "--config", SHOP, "--events", CHANGES, "--json");

        assertThat(preview.out().lines()).hasSize(5);
        for (String line : preview.out().lines().toList()) {
            JsonNode event = ConnectJson.MAPPER.readTree(line);
            String type = event.at("/headers/ce_type").asText();
            JsonNode message = document.at("/components/messages/" + type);
            assertThat(document.at("/channels/" + event.path("topic").asText() + "/messages")
                            .has(type))
                    .isTrue();
            assertThat(names(event.path("value")))
                    .isEqualTo(names(document.at("/components/schemas/" + type + "/properties")));
            assertThat(names(message.at("/headers/properties"))).containsAll(names(event.path("headers")));
            message.at("/headers/required")
                    .forEach(header -> assertThat(event.path("headers").has(header.asText()))
                            .as(header.asText())
                            .isTrue());
        }
    }

    @Test
    void isCompatibleWithItself() {
        CommandRun run = CommandRun.of("contract-diff", COMMITTED.toString(), SHOP, "--events", CHANGES);

        assertThat(run.out()).isEqualTo("compatible\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void isBrokenByAFieldThatIsGone() throws IOException {
        CommandRun run = diff("customer_id, status", "status");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("breaking    shop.orders OrderPaid value.payload.customer_id: is gone\n")
                .endsWith("\nbreaking\n");
    }

    @Test
    void isBrokenByAnotherTopic() throws IOException {
        CommandRun run = diff("SiteDeleted; ", "SiteDeleted; topic: shop.gone; ");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("breaking    shop.sites SiteDeleted: the event is removed\n")
                .contains("compatible  shop.gone: the topic is new\n");
    }

    @Test
    void isBrokenByAnotherKey() throws IOException {
        CommandRun run = diff("shop.sites; key: site_id = row.id", "shop.sites; key: site_id = row.id, name");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("breaking    shop.sites SiteChanged key.payload.name: is new\n");
    }

    @Test
    void staysCompatibleByAFurtherField() throws IOException {
        CommandRun run = diff("fields: *, name,", "fields: *, name, version,");

        assertThat(run.out())
                .isEqualTo("compatible  shop.sites SiteChanged value.payload.version: is new\ncompatible\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void givesEveryShapeOfOneTypeAMessage() throws IOException {
        String config = Files.readString(Path.of(SHOP))
                .replace(
                        "OrderDeleted; table: shop.orders; on: delete; fields: order_id = row.id, status",
                        "OrderPaid; table: shop.orders; on: delete; tombstone");
        Path changed = Files.writeString(directory.resolve("changed.json"), config);

        CommandRun run = CommandRun.of("contract", "--config", changed.toString(), "--events", CHANGES);

        JsonNode document = ConnectJson.MAPPER.readTree(run.out());
        assertThat(document.at("/channels/shop.orders/messages/OrderPaid").isObject())
                .isTrue();
        assertThat(document.at("/channels/shop.orders/messages/OrderPaid_2").isObject())
                .isTrue();
        assertThat(document.at("/components/messages/OrderPaid_2/name").asText())
                .isEqualTo("OrderPaid");
        assertThat(document.at("/components/messages/OrderPaid_2/payload/$ref").asText())
                .isEqualTo("#/components/schemas/OrderPaid_2");
        assertThat(document.at("/components/schemas/OrderPaid_2/type").asText()).isEqualTo("null");
    }

    @Test
    void namesTheHeadersOfARuleAndTheTopicsThatItMayCompute() throws IOException {
        String config = Files.readString(Path.of(SHOP))
                .replace(
                        "OrderDeleted; table: shop.orders; on: delete;",
                        "OrderDeleted; table: shop.orders; on: delete; topic: 'orders.' + row.status;"
                                + " headers: state = row.status, tries: int32 = 3;")
                .replace("\"events.rule.1\"", "\"events.topic.allowed\": \"orders[.].*\", \"events.rule.1\"");
        Path changed = Files.writeString(directory.resolve("changed.json"), config);

        CommandRun run = CommandRun.of("contract", "--config", changed.toString(), "--events", CHANGES);

        assertThat(run.err()).isEmpty();
        JsonNode document = ConnectJson.MAPPER.readTree(run.out());
        JsonNode channel = document.at("/channels/OrderDeleted");
        assertThat(channel.path("address").isNull()).isTrue();
        assertThat(channel.path("description").asText())
                .isEqualTo("The topic is computed as 'orders.' + row.status and matches orders[.].*");
        JsonNode headers = document.at("/components/messages/OrderDeleted/headers/properties");
        assertThat(headers.at("/state/type").asText()).isEqualTo("string");
        assertThat(headers.at("/tries/type").asText()).isEqualTo("integer");
    }

    @Test
    void namesEachEventThatOneChangeBecomes() throws IOException {
        String config = Files.readString(Path.of(SHOP))
                .replace(
                        "\"events.rule.8\":",
                        "\"events.rule.9\": \"OrderPaid v2; table: shop.orders; on: update; topic: shop.orders.v2; also\","
                                + " \"events.rule.8\":");
        Path changed = Files.writeString(directory.resolve("changed.json"), config);

        CommandRun run = CommandRun.of("contract", "--config", changed.toString(), "--events", CHANGES);

        JsonNode document = ConnectJson.MAPPER.readTree(run.out());
        assertThat(names(document.at("/channels/shop.orders.v2/messages"))).containsExactly("OrderPaid.v2");
        assertThat(names(document.at("/channels/shop.orders/messages"))).contains("OrderPaid");
    }

    @Test
    void saysWhichTableHasNoChangeEvent() throws IOException {
        Path orders = Files.write(
                directory.resolve("orders.jsonl"),
                Files.readAllLines(Path.of(CHANGES)).subList(0, 1));

        CommandRun run = CommandRun.of("contract", "--config", SHOP, "--events", orders.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("no change event of shop.sites");
    }

    @Test
    void saysWhichRuleDoesNotFitItsTable() throws IOException {
        CommandRun run = diff("fields: *, name,", "fields: *, title,");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("the rules do not fit shop.sites", "rule SiteChanged", "title");
    }

    private CommandRun diff(String from, String to) throws IOException {
        String config = Files.readString(Path.of(SHOP));
        assertThat(config).contains(from);
        Path changed = Files.writeString(directory.resolve("changed.json"), config.replace(from, to));
        return CommandRun.of("contract-diff", SHOP, changed.toString(), "--events", CHANGES);
    }

    private static java.util.List<String> names(JsonNode object) {
        return Stream.iterate(object.fieldNames(), java.util.Iterator::hasNext, names -> names)
                .map(java.util.Iterator::next)
                .sorted()
                .toList();
    }
}
