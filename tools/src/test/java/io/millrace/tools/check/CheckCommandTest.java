package io.millrace.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.tools.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command finds without a database, brokers or workers. CheckCommandIT has them. */
class CheckCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private ObjectNode body;
    private ObjectNode config;

    @BeforeEach
    void readTheShop() throws IOException {
        body = (ObjectNode) JSON.readTree(Path.of(CommandRun.SHOP).toFile());
        config = (ObjectNode) body.path("config");
        config.properties().forEach(option -> {
            if (option.getKey().startsWith("database.")) {
                option.setValue(JSON.getNodeFactory().textNode("1"));
            }
        });
        // Nothing listens on this port, so that the database cannot be reached.
        config.put("database.hostname", "127.0.0.1").put("database.password", "hush-7351");
        config.put("schema.history.internal.kafka.bootstrap.servers", "127.0.0.1:1");
    }

    private CommandRun check() throws IOException {
        Path file = Files.writeString(folder.resolve("shop.json"), body.toString());
        return CommandRun.of("check", file.toString());
    }

    @Test
    void theShopHasNoProblemButItsDatabase() throws IOException {
        CommandRun run = check();

        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "database.hostname",
                        "the database cannot be reached",
                        "1 problem.",
                        "note: wrapped.connector.class=io.debezium.connector.mysql.MySqlConnector is not checked",
                        "note: topics are not checked: set --bootstrap-servers",
                        "note: other connectors are not compared: set --rest")
                .doesNotContain("hush-7351");
    }

    @Test
    void allProblemsAreNamedAtOnce() throws IOException {
        config.put("transforms", "outboxContext");
        config.remove("tasks.max");
        config.put("task.max", "1");
        config.put("events.rule.3", "OrderShipped; table: shop.orders; on: update; when: chnged('status')");
        config.put("events.rule.5", "OrderChanged; table: shop.ordres; on: update");
        config.remove("topic.prefix");

        CommandRun run = check();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "the transform 'outbox' is configured, but not in the list",
                        "similar     tasks.max",
                        "unknown name 'chnged'",
                        "similar     changed",
                        "the table shop.ordres is not declared",
                        "topic.prefix\n  problem     expected a value, found none",
                        "6 problems.");
    }

    @Test
    void aScheduleSourceIsCheckedByItsOwnRules() throws IOException {
        body = (ObjectNode) JSON.readTree(
                CommandRun.PROJECT.resolve("connect-configs/15-schedules.json").toFile());
        config = (ObjectNode) body.path("config");
        config.put("kafka.bootstrap.servers", "127.0.0.1:1");
        config.put("transaction.boundary", "poll");
        config.put("past.due.rates", "1");

        CommandRun run = check();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "transaction.boundary\n  found       poll\n  problem     expected connector, found poll",
                        "past.due.rates\n  found       1\n  problem     unknown option");
    }

    @Test
    void aTopicSourceIsCheckedByItsOwnRules() throws IOException {
        body = (ObjectNode) JSON.readTree(CommandRun.PROJECT
                .resolve("connect-configs/14-subscriptions.json")
                .toFile());
        config = (ObjectNode) body.path("config");
        config.put("kafka.bootstrap.servers", "127.0.0.1:1").put("kafka.group.id", "g");
        config.put("transaction.boundary", "interval");
        config.put("undecodable.topics", "x");
        config.put("source.value.converter", "io.millrace.converters.StreamingJsonConvertor");

        CommandRun run = check();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "transaction.boundary\n  found       interval\n  problem     expected poll, found interval",
                        "kafka.group.id\n  found       g\n  problem     expected no value",
                        "undecodable.topics\n  found       x\n  problem     unknown option",
                        "similar     io.millrace.converters.StreamingJsonConverter");
    }

    @Test
    void aRedriveSourceIsCheckedByItsOwnRules() throws IOException {
        body = (ObjectNode) JSON.readTree(CommandRun.PROJECT
                .resolve("connect-configs/16-renewals-redrive.json")
                .toFile());
        config = (ObjectNode) body.path("config");
        config.put("kafka.bootstrap.servers", "127.0.0.1:1");
        config.put("transaction.boundary", "poll");
        config.put("where", "reason == 'x'");
        config.put("backoff", "1h,1m");
        config.put("letters.topic", "x");

        CommandRun run = check();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "transaction.boundary\n  found       poll\n  problem     expected connector, found poll",
                        "letters.topic\n  found       x\n  problem     unknown option",
                        "none shorter than the one before",
                        "unknown name 'reason'");
    }

    @Test
    void aSpoolSourceIsCheckedByItsOwnRules() throws IOException {
        body = (ObjectNode) JSON.readTree(
                CommandRun.PROJECT.resolve("connect-configs/17-spool.json").toFile());
        config = (ObjectNode) body.path("config");
        config.put("kafka.bootstrap.servers", "127.0.0.1:1");
        config.put("transaction.boundary", "interval");
        config.put("on.corrupt", "ignore");
        config.put("spool.writer", "x");
        config.put("payload.s3.secret.access.key", "hush-7351");

        CommandRun run = check();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "transaction.boundary\n  found       interval\n  problem     expected poll, found interval",
                        "spool.writer\n  found       x\n  problem     unknown option",
                        "expected one of fail, skip")
                .doesNotContain("hush-7351");
    }

    @Test
    void aChannelSinkIsCheckedByItsOwnRules() throws IOException {
        body = (ObjectNode) JSON.readTree(CommandRun.PROJECT
                .resolve("connect-configs/channels/30-order-channels.json")
                .toFile());
        config = (ObjectNode) body.path("config");
        config.put("token.key", "0123456789abcdef0123456789abcdef");
        config.put("listener.address", "0.0.0.0:8090");
        config.put("channel", "'order:' + key.order_id +");
        config.put("allowed.origin", "https://shop.example");

        CommandRun run = check();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "listener.address\n  found       0.0.0.0:8090",
                        "tls=terminated-elsewhere",
                        "found       'order:' + key.order_id +\n  problem     the expression ends too early",
                        "allowed.origin")
                .doesNotContain("0123456789abcdef");
    }

    @Test
    void aRuleWithoutAKeyIsAProblemUnlessThatIsStated() throws IOException {
        config.put("events.table.2", "shop.sites; fields: site_id = row.id; revision: row.version");
        assertThat(check().out()).contains("events.rule.7\n", "events.rule.8\n", "have no key");

        config.put("events.table.2", "shop.sites; key: none; fields: site_id = row.id; revision: row.version");
        assertThat(check().out()).doesNotContain("have no key");
    }

    @Test
    void aVariableWithoutAValueIsOneProblemOfItsOption() throws IOException {
        config.put("database.hostname", "${env:MILLRACE_NO_SUCH_HOST}");

        CommandRun run = check();

        assertThat(run.out())
                .contains(
                        "database.hostname\n  found       ${env:MILLRACE_NO_SUCH_HOST}\n",
                        "${env:MILLRACE_NO_SUCH_HOST} has no value where this command runs",
                        "1 problem.");
    }

    @Test
    void whatAVariableStandsForIsNotPrinted() throws IOException {
        Path secrets = Files.writeString(folder.resolve("secrets.properties"), "mode=surely-hidden\n");
        config.put("processing.guarantee", "${file:" + secrets + ":mode}");

        CommandRun run = check();

        assertThat(run.out())
                .contains("processing.guarantee", "${file:" + secrets + ":mode}")
                .doesNotContain("surely-hidden");
        assertThat(run.err()).doesNotContain("surely-hidden");
    }

    @Test
    void aSourceWithoutRulesSendsRowsAsTheyAre() throws IOException {
        List<String> rules = new ArrayList<>();
        config.fieldNames().forEachRemaining(rules::add);
        rules.stream().filter(option -> option.startsWith("events.")).forEach(config::remove);

        assertThat(check().out()).contains("events.rule.1\n", "every column of every captured table is sent as it is");

        config.put("payload.fields", "after.image").put("payload.store", "file:" + folder);
        assertThat(check().out()).doesNotContain("is sent as it is");
    }

    @Test
    void wrongArgumentsAreNamed() {
        assertThat(CommandRun.of("check").err()).contains("expected one configuration file, found []");
        assertThat(CommandRun.of("check", "a.json", "b.json").err()).contains("found [a.json, b.json]");
        assertThat(CommandRun.of("check", folder.resolve("none.json").toString())
                        .exitCode())
                .isEqualTo(2);
    }
}
